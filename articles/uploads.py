"""Files sent to the library: which are accepted, and what is kept of them."""

import struct
import warnings
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, UnidentifiedImageError

from articles.limits import (
    PICTURE_BYTES,
    PICTURE_KEPT_SIDE,
    PICTURE_LEAST_SIDE,
    PICTURE_LONGEST,
    PICTURE_PIXELS,
    PICTURE_PIXELS_WEBP,
)

# Many phones write MPO: a JPEG followed by a second one.
FORMATS_TAKEN = {"JPEG", "MPO", "PNG", "WEBP"}
# What Pillow raises, in various places, for broken files.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError, struct.error)
# How a camera says in which position it was held, and what turns the picture upright.
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_QUALITY = 92
# A progressive JPEG comes in some ten scans, each of which is decoded over the whole picture; a few bytes can be one.
_SCAN, _MOST_SCANS = b"\xff\xda", 100


def as_kept(upload: UploadedFile[Any]) -> SimpleUploadedFile:
    """The picture as the library keeps it: one upright JPEG in sRGB, on white where it was transparent, and without
    any metadata that a camera, a phone or a program added: no place, no time, no name, no preview.

    The name's extension does not matter: a PNG called .jpg is a PNG. Raises ValidationError, in words, for a file that
    is not accepted; its dimensions are read from the header, before anything is decoded.
    """
    if not upload.size:
        raise ValidationError(_("This file is empty."))
    if upload.size > PICTURE_BYTES:
        raise ValidationError(_("This file is larger than 30 MB."))
    upload.seek(0)
    scans = upload.read().count(_SCAN)
    upload.seek(0)
    if scans > _MOST_SCANS:
        raise ValidationError(_unreadable())
    try:
        with warnings.catch_warnings():
            # Oddities of a file are either told to its sender, or do not matter.
            warnings.simplefilter("ignore")
            content = _as_jpeg(_opened(upload))
    except Image.DecompressionBombError:
        raise ValidationError(_too_many_pixels(PICTURE_PIXELS)) from None
    except UnidentifiedImageError:
        raise ValidationError(_what_it_is(upload)) from None
    except _BROKEN:
        raise ValidationError(_unreadable()) from None
    finally:
        upload.seek(0)
    return SimpleUploadedFile(f"{Path(upload.name or '').stem or 'picture'}.jpg", content, content_type="image/jpeg")


def _opened(upload: UploadedFile[Any]) -> Image.Image:
    """The picture, with only its header read, and found acceptable."""
    image = Image.open(cast("IO[bytes]", upload.file))
    width, height = image.size
    if image.format not in FORMATS_TAKEN:
        raise ValidationError(_("Pictures are taken as JPEG, PNG or WebP."))
    most = PICTURE_PIXELS_WEBP if image.format == "WEBP" else PICTURE_PIXELS
    if width * height > most:
        raise ValidationError(_too_many_pixels(most))
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise ValidationError(_("This picture moves. Only still pictures are taken: send one of its frames."))
    if min(width, height) < PICTURE_LEAST_SIDE:
        words = _("This picture is too small: it has %(width)d × %(height)d pixels, and needs %(least)d on each side.")
        raise ValidationError(words % {"width": width, "height": height, "least": PICTURE_LEAST_SIDE})
    if max(width, height) > min(width, height) * PICTURE_LONGEST:
        raise ValidationError(_("One side of this picture is more than six times the other: crop it first."))
    return image


def _as_jpeg(image: Image.Image) -> bytes:
    turn = _UPRIGHT.get(_orientation(image))
    profile = image.info.get("icc_profile")
    # A JPEG that is large enough at half its size or less is decoded at that size, in the memory of 12 megapixels.
    width, height = image.size
    longer = max(width, height)
    image.draft("RGB", (PICTURE_KEPT_SIDE * width // longer, PICTURE_KEPT_SIDE * height // longer))
    image.load()
    # Each step releases the previous step's picture, which may have 200 MB.
    image = _opaque(image)
    _make_smaller(image)
    image = _in_srgb(image, profile)
    image = image.transpose(turn) if turn is not None else image
    image.info.clear()
    out = BytesIO()
    # Colours at full resolution: otherwise red letters on a chart would fray.
    image.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return out.getvalue()


def _orientation(image: Image.Image) -> int:
    try:
        found = image.getexif().get(_ORIENTATION)
    except _BROKEN:
        # The camera's metadata is broken; the picture need not be.
        found = None
    return found if isinstance(found, int) else 1


def _opaque(image: Image.Image) -> Image.Image:
    """The picture on white, in eight bits and without a palette, so that it can be scaled down."""
    if image.mode.startswith("I"):
        # These can be scaled down as they are, which saves memory: converting them takes four times as much.
        _make_smaller(image)
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB") if image.mode in {"1", "P"} else image
    white = Image.new("RGB", image.size, "white")
    image = image if image.mode in {"LA", "RGBA"} else image.convert("RGBA")
    white.paste(image, mask=image)
    return white


def _make_smaller(image: Image.Image) -> None:
    image.thumbnail((PICTURE_KEPT_SIDE, PICTURE_KEPT_SIDE), Image.Resampling.LANCZOS)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as they were meant, in the colour space that browsers assume."""
    image = image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")
    if profile:
        try:
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(image, meant, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, *_BROKEN):
            # A profile for another kind of picture, or a broken one: the picture is kept without it.
            turned = None
        if turned is not None:
            return turned
    return image.convert("RGB")


def _what_it_is(upload: UploadedFile[Any]) -> str:
    """Words about a file that is not accepted: by name for formats that people often send."""
    upload.seek(0)
    head = upload.read(512)
    if b"<svg" in head.lower():
        return _("SVG is not taken, for it can hold programs. Export the drawing as a PNG.")
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}:
        return _("HEIC is not taken, for few browsers show it. Export the photograph as a JPEG.")
    return _unreadable()


def _unreadable() -> str:
    return _("This file cannot be read as a picture. It may be broken, or be something else.")


def _too_many_pixels(most: int) -> str:
    return _("This picture has more than %(most)d megapixels.") % {"most": most // 1_000_000}

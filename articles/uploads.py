"""Files sent for the library: which are taken, and what is kept of them."""

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

# MPO is what many phones write: a JPEG with a second one behind it.
FORMATS_TAKEN = {"JPEG", "MPO", "PNG", "WEBP"}
# What Pillow raises for files that are broken, each somewhere else.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError, struct.error)
# How a camera says that it was held otherwise, and what sets it right.
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
    anything that a camera, a phone or a program wrote beside it: no place, no time, no name, no preview.

    The name's ending does not count: a PNG called .jpg is a PNG. Raises ValidationError, in words, for a file that is
    not taken; its dimensions are read from the header, before anything is decoded.
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
            # What is odd about a file is said to its sender, or does not matter.
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
    """The picture, of which only the header was read, and is all right."""
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
    # A JPEG of which a half or less is large enough is decoded at that size, in the memory of one of 12 megapixels.
    width, height = image.size
    longer = max(width, height)
    image.draft("RGB", (PICTURE_KEPT_SIDE * width // longer, PICTURE_KEPT_SIDE * height // longer))
    image.load()
    # Each step lets go of what the one before it had, which may be 200 MB.
    image = _opaque(image)
    _make_smaller(image)
    image = _in_srgb(image, profile)
    image = image.transpose(turn) if turn is not None else image
    image.info.clear()
    out = BytesIO()
    # Colours as fine as the light: a chart with red letters would fray.
    image.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return out.getvalue()


def _orientation(image: Image.Image) -> int:
    try:
        found = image.getexif().get(_ORIENTATION)
    except _BROKEN:
        # What the camera wrote is broken; the picture need not be.
        found = None
    return found if isinstance(found, int) else 1


def _opaque(image: Image.Image) -> Image.Image:
    """The picture on white, in eight bits, each pixel a colour of its own: what can be made smaller."""
    if image.mode.startswith("I"):
        # These can be, too, and take four times as much on the way.
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
    """The colours as they were meant, in the space that browsers take for granted."""
    image = image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")
    if profile:
        try:
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(image, meant, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, *_BROKEN):
            # A profile of other colours than the picture has, or a broken one: the picture without it.
            turned = None
        if turned is not None:
            return turned
    return image.convert("RGB")


def _what_it_is(upload: UploadedFile[Any]) -> str:
    """Words for a file that is none of ours: by name where people often send it."""
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

"""Pictures: which files are taken, and the crops that pages ask for."""

import secrets
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from imagefield.processing_pillow import register_pillow
from PIL import Image, UnidentifiedImageError

from articles.limits import PICTURE_BYTES, PICTURE_PIXELS

# Widths that pages ask for, at 3:2; the card at 360 px on a dense screen needs 720, a lead on a desktop 1440.
WIDTHS = (320, 640, 960, 1440)
_QUALITY = 74

# MPO is what many phones write: a JPEG with a second one behind it.
FORMATS_TAKEN = {"JPEG", "MPO", "PNG", "WEBP"}


@register_pillow  # type: ignore[untyped-decorator]
def quiet_webp(get_image: Callable[..., Any]) -> Callable[..., Any]:
    """A processor: WebP at a quality at which a photograph of 960 px is some 60 kB; it carries no metadata."""

    def processor(image: Any, context: Any) -> Any:
        context.save_kwargs["format"] = "WEBP"
        image = get_image(image, context)
        context.save_kwargs.update(quality=_QUALITY, method=2, exif=b"", icc_profile=None)
        return image.convert("RGB") if image.mode not in {"RGB", "RGBA"} else image

    return processor


def _as_webp(width: int, height: int) -> Callable[[Any, Any], None]:
    def spec(fieldfile: Any, context: Any) -> None:
        context.extension = ".webp"
        context.processors = ["quiet_webp", "autorotate", ("crop", (width, height))]

    return spec


def _as_jpeg(width: int, height: int) -> Callable[[Any, Any], None]:
    def spec(fieldfile: Any, context: Any) -> None:
        context.extension = ".jpg"
        context.processors = ["force_jpeg", "autorotate", "process_jpeg", ("crop", (width, height))]

    return spec


FORMATS: dict[str, Callable[[Any, Any], None]] = {
    **{f"w{width}": _as_webp(width, width * 2 // 3) for width in WIDTHS},
    # What other sites show of a shared link: 1.91:1, and JPEG, for not all of them read WebP.
    "share": _as_jpeg(1200, 630),
}


def unguessable_name(picture: object, filename: str) -> str:
    """Where an uploaded file is kept. Its crops are named after it, so nobody finds a draft's picture by its name."""
    return f"pictures/{secrets.token_urlsafe(12)}{Path(filename).suffix.lower()}"


def check_upload(upload: UploadedFile[Any]) -> None:
    """Raise ValidationError, in words, for a file that is no JPEG, PNG or WebP, is broken, or would not fit in memory.

    The dimensions are read from the header, before anything is decoded.
    """
    if (upload.size or 0) > PICTURE_BYTES:
        raise ValidationError(_("This file is larger than 30 MB."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(cast("IO[bytes]", upload.file))
            kind, (width, height) = image.format, image.size
            if width * height <= PICTURE_PIXELS:
                image.load()
    except Image.DecompressionBombError:
        raise ValidationError(_("This picture has more than 50 megapixels.")) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ValidationError(
            _("This file cannot be read as a picture. It may be broken, or be something else.")
        ) from None
    finally:
        upload.seek(0)
    if width * height > PICTURE_PIXELS:
        raise ValidationError(_("This picture has more than 50 megapixels."))
    if kind not in FORMATS_TAKEN:
        raise ValidationError(_("Pictures are taken as JPEG, PNG or WebP."))

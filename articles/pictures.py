"""The crops of a picture: which there are, where they are kept, and how they are made."""

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from imagefield.processing_pillow import register_pillow

# Widths that pages ask for, at 3:2; the card at 360 px on a dense screen needs 720, a lead on a desktop 1440.
WIDTHS = (320, 640, 960, 1440)
RATIO = (3, 2)
# What other sites show of a shared link: 1.91:1, and JPEG, because not all of them read anything newer.
SHARED = (1200, 630)
# The whole picture, for choosing what a crop keeps.
_WHOLE = 960

# With these a photograph of 960 px has some 35 (at 50), 50 and 85 kB. AVIF at libavif's speed 8 takes 0.1 s for the
# largest crop, and comes within 5 % of the size that speed 6 reaches in three times as long. Its quality is the highest
# at which the demo's lead fits into the first ten packets of a connection (14 kB, RFC 6928): another round trip is
# 150 ms on a phone.
_WEBP = {"format": "WEBP", "quality": 74, "method": 2}
_AVIF = {"format": "AVIF", "quality": 47, "speed": 8}
_JPEG = {"format": "JPEG", "quality": 76, "progressive": True, "optimize": True}

_GetImage = Callable[[Any, Any], Any]


def _quiet(options: dict[str, Any]) -> Callable[[_GetImage], _GetImage]:
    """A processor for this format that drops everything a camera or a program wrote beside the picture."""

    def wrap(get_image: _GetImage) -> _GetImage:
        def processor(image: Any, context: Any) -> Any:
            # A JPEG can be read at a half, a quarter or an eighth: a small crop then takes a tenth of the time.
            wanted = max(context.processors[-1][1])
            image.draft("RGB", tuple(wanted * side // min(image.size) for side in image.size))
            image = get_image(image, context)
            context.save_kwargs.update(options)
            image.info.clear()
            return image if image.mode == "RGB" else image.convert("RGB")

        return processor

    return wrap


# Their names are part of the crops' addresses: a changed processor needs a new name.
for _name, _options in {"quiet_webp": _WEBP, "light_avif": _AVIF, "quiet_jpeg": _JPEG}.items():
    _processor = _quiet(_options)
    _processor.__name__ = _name
    register_pillow(_processor)


def _spec(extension: str, *processors: Any) -> Callable[[Any, Any], None]:
    def spec(fieldfile: Any, context: Any) -> None:
        context.extension = extension
        context.processors = list(processors)

    return spec


_TABLE: dict[str, tuple[Any, ...]] = {
    **{f"w{width}": (".webp", "quiet_webp", "autorotate", ("crop", (width, width * 2 // 3))) for width in WIDTHS},
    **{f"avif{width}": (".avif", "light_avif", "autorotate", ("crop", (width, width * 2 // 3))) for width in WIDTHS},
    **{f"jpeg{width}": (".jpg", "quiet_jpeg", "autorotate", ("crop", (width, width * 2 // 3))) for width in WIDTHS},
    "share": (".jpg", "force_jpeg", "autorotate", "process_jpeg", ("crop", SHARED)),
    "whole": (".webp", "quiet_webp", "autorotate", ("thumbnail", (_WHOLE, _WHOLE))),
}
FORMATS = {name: _spec(*spec) for name, spec in _TABLE.items()}
# Which crops a picture has, as its row notes it: if that is another recipe, the worker makes the missing crops.
RECIPE = hashlib.sha256(repr(_TABLE).encode()).hexdigest()[:12]


def widths_of(width: int, height: int) -> tuple[int, ...]:
    """The widths offered for a picture of this size: none that would need enlarging, but at least one."""
    across, down = RATIO
    largest = min(width, height * across // down)
    return tuple(one for one in WIDTHS if one <= largest) or WIDTHS[:1]


def formats_of(width: int, height: int) -> list[str]:
    """The names of the crops that a picture of this size has."""
    widths = widths_of(width, height)
    return [f"{kind}{one}" for kind in ("w", "avif", "jpeg") for one in widths] + ["share", "whole"]


def first_formats_of(width: int, height: int) -> list[str]:
    """The crops without which no page may show a picture: the ones pages use while the others are missing."""
    return [*(f"w{one}" for one in widths_of(width, height)), "share"]


def unguessable_name(picture: object, filename: str) -> str:
    """Where an uploaded file is kept. Crops are named after it, so nobody can guess where a draft's picture is."""
    return f"pictures/{secrets.token_urlsafe(12)}{Path(filename).suffix.lower()}"

"""What settings may hold beyond what their type says: validators for `environs`, which names the refused setting."""

import logging
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from environs import ValidationError

_REDIS = ("redis://", "rediss://", "unix://")


def is_address(value: str) -> None:
    """Raise ValidationError for what cannot be parsed as an address; the system checks look further at one that can."""
    try:
        # The port is parsed only when it is asked for.
        _ = urlsplit(value).port
    except ValueError as error:
        raise ValidationError(f"{error}. Something like https://news.example.org is meant.") from None


def is_zone(value: str) -> None:
    """Raise ValidationError if there is no such time zone."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValidationError("There is no such zone. Something like Europe/Berlin is meant.") from None


def is_redis(value: str) -> None:
    """Raise ValidationError for a text that is neither empty nor the address of a Redis."""
    try:
        is_readable = not value or (value.startswith(_REDIS) and urlsplit(value).port != 0)
    except ValueError:
        is_readable = False
    if not is_readable:
        raise ValidationError("It is no address like redis://host:6379/0.")


def is_level(value: str) -> None:
    """Raise ValidationError for what is not a level of a log."""
    levels = logging.getLevelNamesMapping()
    if value not in levels:
        raise ValidationError(f"It is none of {', '.join(levels)}.")

"""Where a page of a conversation begins, as its address says: `after=<key>`.

A key names a place in one order of one conversation, or among the answers of one comment, and is signed: a key of
another conversation, or one that no page gave out, is not valid. It stays valid if the comment there is removed.
"""

import re
from datetime import UTC, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from comments.querysets import Position

_KEY = re.compile(r"(\d{1,9})-(\d{1,17})-([a-z0-9]{12})-([0-9a-f]{16})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Hexadecimal digits: nobody guesses one of 2^64, and all that there is to gain is a page.
_SIGNATURE = 16


class KeyUnknown(ValueError):
    """A key in an address that no page of this list gave out."""


def of_thread(article_id: int, sort: str) -> str:
    """The list of a conversation in one order, as keys are signed for it."""
    return f"{article_id}/{sort}"


def of_answers(public_id: str) -> str:
    """The list of the answers below a comment."""
    return public_id


def key(listed: str, place: Position) -> str:
    """The key of a place in a list: recommendations, time in microseconds, public id, signature. All are public."""
    said = f"{place.recommendations}-{(place.posted_at - _EPOCH) // timedelta(microseconds=1)}-{place.public_id}"
    return f"{said}-{_sign(listed, said)}"


def read(listed: str, text: str) -> Position:
    """The place that a key names. Raises KeyUnknown."""
    match = _KEY.fullmatch(text)
    if not match or not constant_time_compare(match[4], _sign(listed, text.rpartition("-")[0])):
        raise KeyUnknown(text)
    return Position(_EPOCH + timedelta(microseconds=int(match[2])), match[3], int(match[1]))


def _sign(listed: str, said: str) -> str:
    return salted_hmac("comments.keys", f"{listed}:{said}", algorithm="sha256").hexdigest()[:_SIGNATURE]

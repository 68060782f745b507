"""Repeating erasures on a database that was restored from an older backup."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from articles.models import ErrorReport
from comments import erasing, moderation, policy
from comments.models import Comment, Commenter, Report
from newsportal.erasures import Kind, Record

# How many rows are read at once; each is a hash.
_ROWS = 5_000


@dataclass(frozen=True)
class ErasedAgain:
    """How many comments, and how many addresses."""

    comments: int
    addresses: int


def erase_again(records: Sequence[Record]) -> ErasedAgain:
    """Erase what these records note and the database still has; repeating it is harmless.

    A comment is known by its public id, which is never given twice. An address may come back after its erasure, because
    its owner wants it: it is erased if something under it is older than the erasure, and else left alone.
    """
    if not any(record.times for record in records):
        # Otherwise each of a million comments would be checked.
        return ErasedAgain(0, 0)
    numbers = [pk for pk, public_id in _comments() if any(_is_noted(one, public_id) for one in records)]
    for first in range(0, len(numbers), policy.ERASED_TOGETHER):
        moderation.erase(numbers[first : first + policy.ERASED_TOGETHER])
    addresses = sorted({email for email, at in _addresses() if any(_was_erased(one, email, at) for one in records)})
    for email in addresses:
        erasing.erase_everything_of(email, is_noted=True)
    return ErasedAgain(len(numbers), len(addresses))


# --- How ------------------------------------------------------------------------------------------------------------


def _comments() -> Iterator[tuple[int, str]]:
    rows = Comment.objects.filter(erased_at=None, is_from_newsroom=False).order_by()
    return rows.values_list("pk", "public_id").iterator(_ROWS)


def _addresses() -> Iterator[tuple[str, datetime]]:
    """Every address of a reader that occurs anywhere, with a time at which it did."""
    places: list[tuple[QuerySet[Commenter] | QuerySet[Comment] | QuerySet[Report] | QuerySet[ErrorReport], str]] = [
        (Commenter.objects.all(), "confirmed_at"),
        (Comment.objects.with_unconfirmed_address(), "posted_at"),
        (Report.objects.exclude(email=""), "received_at"),
        (ErrorReport.objects.exclude(email=""), "sent_at"),
    ]
    for rows, since in places:
        for email, at in rows.order_by().values_list("email", since).iterator(_ROWS):
            yield email.casefold(), at


def _is_noted(record: Record, public_id: str) -> bool:
    return record.erased_at(Kind.COMMENT, public_id) is not None


def _was_erased(record: Record, email: str, at: datetime) -> bool:
    erased = record.erased_at(Kind.ADDRESS, email)
    return erased is not None and at <= erased

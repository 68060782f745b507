"""Telling the store and the CDN which names have changed, also on behalf of processes that died before they could."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import Error, transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from newsportal.pages import purging
from newsportal.pages.access import Access, access
from newsportal.pages.limits import PURGE_AGAIN_SECONDS, PURGE_FOR_SECONDS, SKEW_SECONDS, UNTOLD_SECONDS
from newsportal.pages.models import ChangedName
from newsportal.pages.store import StoreError

logger = logging.getLogger(__name__)

# After a long failure there may be very many, and a statement can take only so many values.
_AT_ONCE = 1_000

_gathered: ContextVar[list[ChangedName] | None] = ContextVar("gathered", default=None)


@contextmanager
def told_together() -> Iterator[None]:
    """Tell everything that is committed inside the block at its end, all at once.

    So a bulk act has a page rendered once, and not once for each part. Until then readers see the old state.
    """
    changes: list[ChangedName] = []
    token = _gathered.set(changes)
    try:
        yield
    finally:
        _gathered.reset(token)
        if changes:
            tell(changes)


def tell(changes: list[ChangedName]) -> None:
    """Tell what was just committed. What cannot be told stays a row, to be told later; nothing is raised."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered += changes
        return
    here = access()
    try:
        if here is not None:
            here.store.renew(sorted({row.name for row in changes}))
        _note(changes)
    except StoreError as error:
        if here is not None:
            here.fail(error)
    except Error:
        logger.exception("changes of pages wait to be told again")


def make_good(here: Access | None, *, everything: bool = False) -> int:
    """Tell what has not been told: changes older than a moment, or all. Returns how many names.

    Raises StoreError if the store cannot be told, and a database error if the changes cannot be read.
    """
    untold = ChangedName.objects.filter(in_store=False)
    waiting = (untold if everything else _left_behind(untold)).order_by("pk")
    told = 0
    while rows := list(waiting[:_AT_ONCE]):
        if here is not None:
            here.store.renew(sorted({row.name for row in rows}))
        _note(rows)
        told += len(rows)
    return told


def purge_due() -> int:
    """Purge from the CDN what is due; returns how many names it accepted. For the worker.

    A name is purged at once and, because of responses that were on their way, once more a few seconds later. While the
    store cannot be told, names are purged all the same: pages are then rendered each time, and only the CDN keeps them.
    """
    rows = _due()
    if not rows:
        return 0
    if not purging.is_wanted():
        ChangedName.objects.filter(pk__in=[row.pk for row in rows], in_store=True).delete()
        return 0
    taken = purging.purge({row.name for row in rows})
    _note_taken([row for row in rows if row.name in taken])
    _note_refused([row for row in rows if row.name not in taken])
    return len(taken)


def _due() -> list[ChangedName]:
    """The rows of the names that have waited longest; for each name all that are due, as one purge covers them."""
    due = ChangedName.objects.filter(purge_at__lte=timezone.now())
    names = due.values("name").annotate(first=Min("purge_at")).order_by("first")[: purging.AT_ONCE]
    return list(due.filter(name__in=[row["name"] for row in names])[:_AT_ONCE])


def _note_taken(rows: Iterable[ChangedName]) -> None:
    """Note that the CDN has purged these: names purged for the first time keep a row for the second time."""
    first, done, untold = {}, [], []
    for row in rows:
        if not row.in_store:
            untold.append(row.pk)
        elif row.was_purged or row.name in first:
            done.append(row.pk)
        else:
            first[row.name] = row.pk
    _rows(first.values()).update(was_purged=True, purge_at=_later())
    _rows(done).delete()
    # If the store is told meanwhile, the name is purged again from then on.
    _rows(untold).filter(in_store=False).update(purge_at=None)


def _note_refused(rows: Iterable[ChangedName]) -> None:
    oldest = timezone.now() - timedelta(seconds=PURGE_FOR_SECONDS)
    given_up = [row.pk for row in rows if row.in_store and row.at < oldest]
    _rows(given_up).delete()
    _rows(row.pk for row in rows if row.pk not in given_up).update(purge_at=_later())


def _rows(keys: Iterable[int]) -> "QuerySet[ChangedName]":
    return ChangedName.objects.filter(pk__in=list(keys))


def _later() -> datetime:
    return timezone.now() + timedelta(seconds=PURGE_AGAIN_SECONDS)


def _left_behind(rows: "QuerySet[ChangedName]") -> "QuerySet[ChangedName]":
    """Rows that nobody is telling any more, or that lie in a future from which the clock was set back."""
    now = timezone.now()
    old = Q(at__lt=now - timedelta(seconds=UNTOLD_SECONDS))
    return rows.filter(old | Q(at__gt=now + timedelta(seconds=SKEW_SECONDS)))


def _note(rows: Iterable[ChangedName]) -> None:
    """Note that the store knows: the rows are done with, or wait for the CDN."""
    told = _rows(row.pk for row in rows)
    # In a transaction, because transactions get their turn among other writers.
    with transaction.atomic():
        if purging.is_wanted():
            told.update(in_store=True, purge_at=timezone.now(), was_purged=False)
        else:
            told.delete()

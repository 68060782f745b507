"""Messages as rows: written in the transaction of what caused them, sent by a worker afterwards.

Each app has rows of its own below `OutboxRow`, and says what a message reads like and when it is moot.
"""

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsportal.masking import without_addresses

logger = logging.getLogger(__name__)

# A worker that has not noted the sending by now is taken for dead; mail servers answer within a minute or not at all.
LEASE = timedelta(minutes=2)
# First after a minute, then doubling to six hours: a mail server's bad day is outlived, at sixteen tries in two days.
RETRY = timedelta(minutes=1)
RETRY_LONGEST = timedelta(hours=6)
ATTEMPTS = 16


class OutboxRow(models.Model):
    """One message. A worker claims it for a while (`leased_until`), sends it and notes that (`sent_at`).

    `uid` is its Message-ID: where a worker dies between sending and noting, the second copy carries the same.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to = models.EmailField(_("to"))
    created_at = models.DateTimeField(_("created"))
    due_at = models.DateTimeField(_("due"))
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=OutboxRow)
# Subject and paragraphs.
Words = tuple[str, list[str]]


def send_due(
    rows: QuerySet[Row],
    *,
    words: Callable[[Row], Words],
    moot: Callable[[Row], str],
    now: datetime | None = None,
    most: int = 100,
) -> int:
    """Mail what of `rows` is due, at most so many; returns how many were sent.

    `words` makes subject and paragraphs of a row; `moot` says why it need not be sent any more, or nothing. Any number
    of workers may run this at once.
    """
    return deliver_due(rows, deliver=lambda row: mail(row, *words(row)), moot=moot, now=now, most=most)


def deliver_due(
    rows: QuerySet[Row],
    *,
    deliver: Callable[[Row], None],
    moot: Callable[[Row], str],
    later: Callable[[Row], datetime | None] | None = None,
    now: datetime | None = None,
    most: int = 100,
) -> int:
    """The same in whatever way `deliver` has; what it raises is noted, and tried again later.

    `later` says until when a row has to wait after all, or None where its time has come.
    """
    sent = 0
    moment = now or timezone.now()
    for row in _owed(rows, moment)[:most]:
        if _claim(row, now or timezone.now()):
            sent += _send(row, deliver, moot, later)
    return sent


def mail(row: OutboxRow, subject: str, paragraphs: list[str], headers: Mapping[str, str] | None = None) -> None:
    """Send a row as a mail to whom it is addressed; raises whatever the mail server's answer is."""
    _message(row, subject, paragraphs, headers or {}).send()


def _owed(rows: QuerySet[Row], now: datetime) -> QuerySet[Row]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    owed = rows.filter(free, sent_at__isnull=True, given_up_at__isnull=True, due_at__lte=now)
    return owed.order_by("due_at", "pk")


def _claim(row: OutboxRow, now: datetime) -> bool:
    """Compare and set: one worker gets the row, for the length of a lease."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    rows = _same(row).filter(free, sent_at__isnull=True)
    return bool(rows.update(leased_until=now + LEASE, attempts=F("attempts") + 1))


def _send(
    row: Row,
    deliver: Callable[[Row], None],
    moot: Callable[[Row], str],
    later: Callable[[Row], datetime | None] | None,
) -> bool:
    if why := moot(row):
        _same(row).update(given_up_at=timezone.now(), leased_until=None, error=why)
        return False
    if later and (until := later(row)):
        # Nothing was tried: `attempts` says whether somebody may have read it.
        _same(row).update(due_at=until, leased_until=None, attempts=F("attempts") - 1)
        return False
    try:
        deliver(row)
    except Exception as error:  # whatever is wrong with one message, the next does not wait for it
        _note_failure(row, error)
        return False
    _same(row).update(sent_at=timezone.now(), leased_until=None, error="")
    return True


def _message(row: OutboxRow, subject: str, paragraphs: list[str], headers: Mapping[str, str]) -> EmailMessage:
    host = urlsplit(settings.SITE_URL).hostname
    return EmailMessage(
        subject=subject,
        body="\n\n".join([*paragraphs, settings.SITE_NAME]) + "\n",
        to=[row.to],
        headers={"Message-ID": f"<{row.uid}@{host}>", "Auto-Submitted": "auto-generated", **headers},
    )


def _note_failure(row: OutboxRow, error: Exception) -> None:
    attempts = row.attempts + 1
    now = timezone.now()
    wait = min(RETRY * 2 ** (attempts - 1), RETRY_LONGEST)
    given_up = now if attempts >= ATTEMPTS else None
    _same(row).update(leased_until=None, due_at=now + wait, error=repr(error)[:1000], given_up_at=given_up)
    logger.warning("notice %s was not sent (attempt %d): %s", row.uid, attempts, without_addresses(repr(error)))


def _same(row: OutboxRow) -> QuerySet[Any]:
    return type(row)._default_manager.filter(pk=row.pk)

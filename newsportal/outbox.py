"""Messages as rows: written in the transaction that causes them, sent by a worker afterwards.

Each app has its own subclass of `OutboxRow`, and says how a message reads and when it is moot.
"""

import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsportal.in_hand import InHand

logger = logging.getLogger(__name__)

# A worker that has not noted the sending after this is considered dead; mail servers answer within a minute or never.
LEASE = timedelta(minutes=2)
# First after a minute, then doubling up to six hours: sixteen tries in two days outlast a mail server's bad day.
RETRY = timedelta(minutes=1)
RETRY_LONGEST = timedelta(hours=6)
ATTEMPTS = 16
# A mail server that cannot be reached is tried again in the next round, and that is no attempt for any message. After
# this long the messages are given up (RFC 5321, section 4.5.4.1: four to five days at least).
OUTAGE_OUTLIVED = timedelta(days=5)
# Clocks kept by NTP differ by milliseconds. A row that lies further ahead than possible was written before a clock was
# set back, and its time has come.
SKEW = timedelta(seconds=5)


# What this process is working on; nothing is noted until `take_over` is called.
in_hand = InHand()


class Outage(Exception):
    """The mail server cannot be reached, or accepts no messages at all: nothing is wrong with any of them."""


class OutboxRow(models.Model):
    """One message. A worker claims it for a while (`leased_until`), sends it, and notes that (`sent_at`).

    `uid` is its Message-ID: if a worker dies between sending and noting, the second copy carries the same one.
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
    """Mail those of `rows` that are due, at most so many; returns how many were sent.

    `words` makes subject and paragraphs from a row; `moot` says why it need no longer be sent, or is empty. Any number
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
    """The same, with `deliver` doing the sending; what it raises is noted, and the row is tried again later.

    `later` says until when a row still has to wait, or None if its time has come. After an `Outage` no further mail is
    tried in this round: each would wait for the same server.
    """
    sent = 0
    is_out = False
    moment = now or timezone.now()
    for row in _owed(rows, moment)[:most]:
        # Rows without an address are delivered in another way.
        if (is_out and row.to) or not _claim(row, now or timezone.now()):
            continue
        with in_hand.holding((row._meta.label_lower, row.pk)):
            try:
                sent += _send(row, deliver, moot, later)
            except Outage as outage:
                is_out = True
                _note_outage(row, outage)
    return sent


def take_over(folder: Path) -> int:
    """From now on note what is in hand, in a folder on this machine.

    Returns how many rows were taken over from a worker there that was killed. They are sent again, as the same message:
    nobody knows whether it had sent them.
    """
    left = in_hand.begin(folder)
    known = {model._meta.label_lower: model for model in OutboxRow.__subclasses__()}
    # Rows of a model that an earlier version had and this one does not know are left out.
    rows = [known[label]._default_manager.filter(pk=pk, sent_at__isnull=True) for label, pk in left if label in known]
    return sum(each.update(leased_until=None) for each in rows)


def bring_forward(now: datetime) -> int:
    """Make due, in every outbox, rows that were written before a clock was set back; returns how many.

    Otherwise they would wait until the clock is there again: for a day, if a machine started with tomorrow's date.
    """
    owed = Q(sent_at__isnull=True, given_up_at__isnull=True, created_at__gt=now + SKEW)
    rows = [model._default_manager.filter(owed) for model in OutboxRow.__subclasses__()]
    return sum(each.update(created_at=now, due_at=now) for each in rows)


def mail(row: OutboxRow, subject: str, paragraphs: list[str], headers: Mapping[str, str] | None = None) -> None:
    """Send a row as a mail to its addressee; raises the mail server's error for it, or Outage."""
    with _server() as server:
        message = _message(row, subject, paragraphs, headers or {})
        message.connection = server
        message.send()


@contextmanager
def _server() -> Iterator[BaseEmailBackend]:
    """A connection to the mail server; raises Outage if none can be had."""
    server = get_connection()
    try:
        server.open()
    except OSError as error:
        # This is the base of smtplib's errors, too.
        raise Outage(repr(error)) from error
    try:
        yield server
    finally:
        server.close()


def _owed(rows: QuerySet[Row], now: datetime) -> QuerySet[Row]:
    owed = rows.filter(_is_free(now), sent_at__isnull=True, given_up_at__isnull=True, due_at__lte=now)
    return owed.order_by("due_at", "pk")


def _is_free(now: datetime) -> Q:
    """No worker has the row, or one that must have died; nobody claims a row for longer than a lease."""
    return Q(leased_until__isnull=True) | Q(leased_until__lt=now) | Q(leased_until__gt=now + LEASE + SKEW)


def _claim(row: OutboxRow, now: datetime) -> bool:
    """Compare and set: a single worker gets the row, for the length of a lease."""
    rows = _same(row).filter(_is_free(now), sent_at__isnull=True)
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
        # Nothing was tried, and `attempts` says whether somebody may have read it.
        _same(row).update(due_at=until, leased_until=None, attempts=F("attempts") - 1)
        return False
    try:
        deliver(row)
    except Outage:
        raise
    except Exception as error:  # whatever is wrong with one message, the next one is sent
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
    logger.warning("notice %s was not sent (attempt %d): %s", row.uid, attempts, repr(error))


def _note_outage(row: OutboxRow, outage: Outage) -> None:
    now = timezone.now()
    given_up = now if now - row.created_at > OUTAGE_OUTLIVED else None
    words = str(outage)[:1000]
    _same(row).update(leased_until=None, attempts=F("attempts") - 1, error=words, given_up_at=given_up)
    # Logged once, and not each second: the oldest row is the one that is tried again.
    if row.error != words:
        logger.warning("the mail server cannot be reached, messages wait: %s", words)


def _same(row: OutboxRow) -> QuerySet[Any]:
    return type(row)._default_manager.filter(pk=row.pk)

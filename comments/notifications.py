"""Messages: written as rows in the transaction of what caused them, sent by a worker afterwards."""

import logging
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import policy
from comments.models import Comment, Notice
from comments.states import Status
from comments.tokens import address_path, own_path
from newsportal.links import absolute

logger = logging.getLogger(__name__)


def ask_to_confirm(comment: Comment, *, now: datetime) -> Notice | None:
    """Owe the one mail that asks whether the address under a comment is its author's.

    None where the address has had its share of mails for the day: strangers must not flood it.
    """
    # Capitals make no other mailbox of it: they must not evade the limit.
    to = comment.email.casefold()
    recent = Notice.objects.filter(to=to, created_at__gt=now - policy.MAILS_WINDOW).count()
    if recent >= policy.MAILS_TO_ONE_ADDRESS:
        return None
    return Notice.objects.create(kind=Notice.Kind.CONFIRM_ADDRESS, to=to, comment=comment, created_at=now, due_at=now)


def send_due(now: datetime | None = None, *, most: int = 100) -> int:
    """Send what is due, at most so many; returns how many were sent. Any number of workers may run this at once."""
    sent = 0
    for notice in _owed(now or timezone.now())[:most]:
        if _claim(notice, now or timezone.now()):
            sent += _send(notice)
    return sent


def _owed(now: datetime) -> "list[Notice]":
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    owed = Notice.objects.filter(free, sent_at__isnull=True, given_up_at__isnull=True, due_at__lte=now)
    return list(owed.select_related("comment__thread__article").order_by("due_at", "pk")[:500])


def _claim(notice: Notice, now: datetime) -> bool:
    """Compare and set: one worker gets the row, for the length of a lease."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    rows = Notice.objects.filter(free, pk=notice.pk, sent_at__isnull=True)
    return bool(rows.update(leased_until=now + policy.NOTICE_LEASE, attempts=F("attempts") + 1))


def _send(notice: Notice) -> bool:
    if notice.comment.status == Status.WITHDRAWN:
        Notice.objects.filter(pk=notice.pk).update(given_up_at=timezone.now(), error="the comment was withdrawn")
        return False
    try:
        _message(notice).send()
    except Exception as error:  # whatever is wrong with one message, the next does not wait for it
        _note_failure(notice, error)
        return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now(), leased_until=None, error="")
    return True


def _note_failure(notice: Notice, error: Exception) -> None:
    attempts = notice.attempts + 1
    now = timezone.now()
    wait = min(policy.NOTICE_RETRY * 2 ** (attempts - 1), policy.NOTICE_RETRY_LONGEST)
    given_up = now if attempts >= policy.NOTICE_ATTEMPTS else None
    Notice.objects.filter(pk=notice.pk).update(
        leased_until=None, due_at=now + wait, error=repr(error)[:1000], given_up_at=given_up
    )
    logger.warning("notice %s was not sent (attempt %d): %r", notice.uid, attempts, error)


def _message(notice: Notice) -> EmailMessage:
    comment = notice.comment
    headline = _headline(comment)
    body = _(
        "Somebody, probably you, wrote a comment on “%(headline)s” and gave this address.\n\n"
        "If it was you, confirm the address here:\n%(confirm)s\n\n"
        "The comment and what becomes of it are here; keep this link:\n%(own)s\n\n"
        "If it was not you, do nothing: the address is not used for anything else.\n\n%(site)s\n"
    ) % {
        "headline": headline,
        "confirm": absolute(address_path(comment)),
        "own": absolute(own_path(comment)),
        "site": settings.SITE_NAME,
    }
    host = urlsplit(settings.SITE_URL).hostname
    return EmailMessage(
        subject=_("Confirm your address for your comment on “%(headline)s”") % {"headline": headline[:80]},
        body=body,
        to=[notice.to],
        headers={"Message-ID": f"<{notice.uid}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _headline(comment: Comment) -> str:
    revision = comment.revisions.select_related("edition").first()
    edition = revision.edition if revision else None
    return " ".join((edition.headline if edition else "").split())

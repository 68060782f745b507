"""Messages: written as rows in the transaction of what caused them, sent by a worker afterwards."""

import logging
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import policy
from comments.models import Comment, Decision, Notice
from comments.states import Status
from comments.tokens import address_path, own_path
from newsportal.links import absolute

logger = logging.getLogger(__name__)

# Spam is told nothing: it would only learn how to get better at it.
_TOLD = {
    Status.APPROVED: gettext_lazy("Your comment on “%(headline)s” is published"),
    Status.REJECTED: gettext_lazy("Your comment on “%(headline)s” was not published"),
    Status.RETURNED: gettext_lazy("A moderator asks you to change your comment on “%(headline)s”"),
}


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


def tell_decision(decision: Decision) -> None:
    """Owe the author, if their address is confirmed, the mail that says what a moderator decided.

    It waits a little, and is not sent if the decision is undone or overtaken meanwhile.
    """
    comment = decision.comment
    if comment.commenter and decision.to_status in _TOLD:
        Notice.objects.create(
            kind=Notice.Kind.DECIDED,
            to=comment.commenter.email,
            comment=comment,
            decision=decision,
            created_at=decision.at,
            due_at=decision.at + policy.NOTICE_DELAY,
        )


def send_due(now: datetime | None = None, *, most: int = 100) -> int:
    """Send what is due, at most so many; returns how many were sent. Any number of workers may run this at once."""
    sent = 0
    for notice in _owed(now or timezone.now())[:most]:
        if _claim(notice, now or timezone.now()):
            sent += _send(notice)
    return sent


def _owed(now: datetime) -> QuerySet[Notice]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    owed = Notice.objects.filter(free, sent_at__isnull=True, given_up_at__isnull=True, due_at__lte=now)
    return owed.select_related("comment", "decision__revision", "decision__words").order_by("due_at", "pk")


def _claim(notice: Notice, now: datetime) -> bool:
    """Compare and set: one worker gets the row, for the length of a lease."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    rows = Notice.objects.filter(free, pk=notice.pk, sent_at__isnull=True)
    return bool(rows.update(leased_until=now + policy.NOTICE_LEASE, attempts=F("attempts") + 1))


def _send(notice: Notice) -> bool:
    if moot := _moot(notice):
        Notice.objects.filter(pk=notice.pk).update(given_up_at=timezone.now(), leased_until=None, error=moot)
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


def _moot(notice: Notice) -> str:
    """Why a message need not be sent any more; empty where it must."""
    if notice.kind == Notice.Kind.CONFIRM_ADDRESS:
        return "the comment was withdrawn" if notice.comment.status == Status.WITHDRAWN else ""
    later = notice.comment.decisions.filter(pk__gt=notice.decision_id)
    return "the decision was undone or overtaken" if later.exists() else ""


def _message(notice: Notice) -> EmailMessage:
    subject, paragraphs = _decision(notice) if notice.decision else _confirmation(notice.comment)
    host = urlsplit(settings.SITE_URL).hostname
    return EmailMessage(
        subject=subject % {"headline": _headline(notice.comment)[:80]},
        body="\n\n".join([*paragraphs, settings.SITE_NAME]) + "\n",
        to=[notice.to],
        headers={"Message-ID": f"<{notice.uid}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _confirmation(comment: Comment) -> tuple[str, list[str]]:
    """Subject and paragraphs of the mail that asks whose address it is."""
    wrote = _("Somebody, probably you, wrote a comment on “%(headline)s” and gave this address.")
    return _("Confirm your address for your comment on “%(headline)s”"), [
        wrote % {"headline": _headline(comment)},
        _("If it was you, confirm the address here:") + f"\n{absolute(address_path(comment))}",
        _("The comment and what becomes of it are here; keep this link:") + f"\n{absolute(own_path(comment))}",
        _("If it was not you, do nothing: the address is not used for anything else."),
    ]


def _decision(notice: Notice) -> tuple[str, list[str]]:
    """Subject and paragraphs of the mail that says what was decided, and why."""
    decision = notice.decision
    assert decision is not None
    subject = _TOLD[Status(decision.to_status)]
    reason = decision.get_reason_display() if decision.reason else ""
    words = [
        _("The reason: %(reason)s.") % {"reason": reason} if reason else "",
        _("The moderator writes:") + f"\n{decision.explanation}" if decision.explanation else "",
        _("You wrote:") + f"\n{decision.revision.body}",
        _("Your comment, and what you can do about it:") + f"\n{absolute(own_path(notice.comment))}",
    ]
    opening = f"{subject % {'headline': _headline(notice.comment)}}."
    return str(subject), [opening, *(paragraph for paragraph in words if paragraph)]


def _headline(comment: Comment) -> str:
    revision = comment.revisions.select_related("edition").first()
    edition = revision.edition if revision else None
    return " ".join((edition.headline if edition else "").split())

"""Messages: written as rows in the transaction of what caused them, sent by a worker afterwards."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import policy, standing_words
from comments.models import Comment, Decision, Notice, StandingChange
from comments.states import Status
from comments.tokens import address_path, own_path
from newsportal import outbox
from newsportal.links import absolute

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


def tell_standing(change: StandingChange) -> None:
    """Owe an author the mail that says that they may not write for now, or at all, or that they may again."""
    comment = Comment.objects.filter(commenter=change.commenter_id).order_by("pk").last()
    if comment:
        Notice.objects.create(
            kind=Notice.Kind.STANDING,
            to=change.commenter.email,
            comment=comment,
            standing_change=change,
            created_at=change.at,
            due_at=change.at + policy.NOTICE_DELAY,
        )


def send_due(now: datetime | None = None, *, most: int = 100) -> int:
    """Send what is due, at most so many; returns how many were sent. Any number of workers may run this at once."""
    rows = Notice.objects.select_related("comment", "decision__revision", "decision__words", "standing_change__words")
    return outbox.send_due(rows, words=_words, moot=_moot, now=now, most=most)


def _moot(notice: Notice) -> str:
    """Why a message need not be sent any more; empty where it must."""
    if notice.kind == Notice.Kind.CONFIRM_ADDRESS:
        return "the comment was withdrawn" if notice.comment.status == Status.WITHDRAWN else ""
    if notice.standing_change:
        later_ones = notice.standing_change.commenter.standing_changes.filter(pk__gt=notice.standing_change_id)
        return "the standing was changed again" if later_ones.exists() else ""
    later = notice.comment.decisions.filter(pk__gt=notice.decision_id)
    return "the decision was undone or overtaken" if later.exists() else ""


def _words(notice: Notice) -> outbox.Words:
    if notice.standing_change:
        return standing_words.mail(notice.standing_change, notice.comment)
    subject, paragraphs = _decision(notice) if notice.decision else _confirmation(notice.comment)
    return subject % {"headline": _headline(notice.comment)[:80]}, paragraphs


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

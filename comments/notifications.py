"""Messages: written as rows in the transaction of what caused them, sent by a worker afterwards."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from comments import policy, standing_words
from comments.models import Comment, Decision, Notice, StandingChange
from comments.statements import TOLD, headline_of, statement
from comments.states import Status
from comments.tokens import address_path, own_path
from newsportal import outbox
from newsportal.links import absolute

_HEADLINE_IN_SUBJECT = 80


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


def tell_decisions(decisions: Sequence[Decision]) -> None:
    """Owe each author whose address is confirmed the mail that says what was decided.

    It waits a little, and is not sent if the decision is undone or overtaken meanwhile.
    """
    Notice.objects.bulk_create(
        _notice(decision, decision.comment.commenter.email)
        for decision in decisions
        if decision.comment.commenter and decision.to_status in TOLD
    )


def tell_undone(backs: Sequence[Decision]) -> None:
    """Owe the correction to each author who was told of what is taken back, or may be told of it this very moment."""
    known = {back.undoes_id: back.comment.commenter.email for back in backs if back.comment.commenter}
    if not known:
        return
    # By the addresses, for no index knows the decision.
    told = Notice.objects.filter(to__in=set(known.values()), decision__in=known, kind=Notice.Kind.DECIDED)
    first = {notice.decision_id: notice for notice in told.order_by("-pk")}
    Notice.objects.bulk_create(
        _notice(back, notice.to)
        for back in backs
        if (notice := first.get(back.undoes_id)) and notice.to == known[back.undoes_id] and notice.given_up_at is None
    )


def tell_answer(answered: Comment, decision: Decision) -> None:
    """Owe an author whose address is confirmed the mail that says what the newsroom answers."""
    if answered.commenter:
        notice = _notice(decision, answered.commenter.email)
        notice.kind, notice.comment = Notice.Kind.ANSWERED, answered
        notice.save()


def _notice(decision: Decision, to: str) -> Notice:
    return Notice(
        kind=Notice.Kind.DECIDED,
        to=to,
        comment_id=decision.comment_id,
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


def forget(comments: Sequence[Comment]) -> None:
    """Delete what was sent or is owed to the authors of these comments about them."""
    typed = {comment.email.casefold() for comment in comments if comment.email}
    known = {comment.commenter.email for comment in comments if comment.commenter}
    # By the addresses, for no index knows the comment.
    Notice.objects.filter(to__in=typed | known, comment__in=comments).delete()


def forget_address(email: str) -> None:
    """Delete every message to an address, sent or owed."""
    Notice.objects.filter(to=email).delete()


def send_due(now: datetime | None = None, *, most: int = 100) -> int:
    """Send what is due, at most so many; returns how many were sent. Any number of workers may run this at once."""
    rows = Notice.objects.select_related(
        *("comment__public_revision", "decision__revision", "decision__words", "decision__comment", "decision__undoes"),
        "standing_change__words",
    )
    return outbox.send_due(rows, words=_words, moot=_moot, now=now, most=most)


def _moot(notice: Notice) -> str:
    """Why a message need not be sent any more; empty where it must."""
    if notice.standing_change:
        return _moot_of_standing(notice, notice.standing_change)
    decision = notice.decision
    if decision is None:
        return "the comment was withdrawn" if notice.comment.status == Status.WITHDRAWN else ""
    if notice.kind == Notice.Kind.ANSWERED:
        return "" if decision.comment.is_public and notice.comment.is_public else "the answer is no longer public"
    # What only features the comment says nothing else of it.
    rows = notice.comment.decisions.filter(pk__gt=notice.decision_id).exclude(from_status=F("to_status"))
    later = dict(rows.values_list("pk", "undoes"))
    if decision.undoes_id is None:
        return "the decision was undone or overtaken" if later else ""
    # One that was taken back itself is told by nobody.
    counts = [pk for pk, undoes in later.items() if undoes is None and pk not in later.values()]
    if Notice.objects.filter(to=notice.to, decision__in=counts).exists():
        return "a later decision is told instead"
    told = _told(notice.to, decision.undoes_id)
    return "" if told and _may_have_been_sent(told) else "what it corrects was never sent"


def _told(to: str, decision_id: int | None) -> Notice | None:
    """The message that tells an address of a decision; by the address, for no index knows the decision."""
    return Notice.objects.filter(to=to, decision=decision_id, kind=Notice.Kind.DECIDED).order_by("pk").first()


def _moot_of_standing(notice: Notice, change: StandingChange) -> str:
    """That an author may write again is told to who may have read that they may not; and the last of all is told."""
    theirs = Notice.objects.filter(to=notice.to, kind=Notice.Kind.STANDING).order_by("-standing_change")
    if theirs.filter(standing_change__gt=change.pk).exists():
        return "the standing was changed again"
    if change.shuts_out:
        return ""
    earlier = theirs.filter(standing_change__lt=change.pk).select_related("standing_change")
    last = next((told.standing_change for told in earlier if _may_have_been_sent(told)), None)
    is_known = last is not None and last.shuts_out and last.counts_at(change.at)
    return "" if is_known else "what it ends was never told"


def _may_have_been_sent(told: Notice) -> bool:
    """Whether somebody may have read it: also where a worker died before it could note so."""
    if told.attempts == 0:
        return False
    return told.sent_at is not None or told.given_up_at is None or told.attempts > 1


def _words(notice: Notice) -> outbox.Words:
    if notice.standing_change:
        return standing_words.mail(notice.standing_change, notice.comment)
    if notice.decision is None:
        return _confirmation(notice.comment)
    if notice.kind == Notice.Kind.ANSWERED:
        return _answer(notice.decision, notice.comment)
    said = statement(notice.decision)
    own = _("Your comment, and what you can do about it:") + f"\n{absolute(own_path(notice.comment))}"
    return _short(said.subject, notice.comment), [*said.paragraphs(), own]


def _short(subject: str, comment: Comment) -> str:
    """A subject with no more of the headline than lists of mails show."""
    headline = headline_of(comment)
    return subject.replace(headline, headline[:_HEADLINE_IN_SUBJECT]) if headline else subject


def _confirmation(comment: Comment) -> tuple[str, list[str]]:
    """Subject and paragraphs of the mail that asks whose address it is."""
    headline = {"headline": headline_of(comment)}
    subject = _("Confirm your address for your comment on “%(headline)s”") % headline
    return _short(subject, comment), [
        _("Somebody, probably you, wrote a comment on “%(headline)s” and gave this address.") % headline,
        _("If it was you, confirm the address here:") + f"\n{absolute(address_path(comment))}",
        _("The comment and what becomes of it are here; keep this link:") + f"\n{absolute(own_path(comment))}",
        _("If it was not you, do nothing: the address is not used for anything else."),
    ]


def _answer(decision: Decision, answered: Comment) -> tuple[str, list[str]]:
    """Subject and paragraphs of the mail that says what the newsroom answers."""
    subject = _("The newsroom answers your comment on “%(headline)s”") % {"headline": headline_of(answered)}
    return _short(subject, answered), [
        f"{subject}:",
        decision.revision.body,
        _("Read it on the page:") + f"\n{absolute(decision.comment.get_absolute_url())}",
        _("You wrote:") + f"\n{answered.public_revision.body if answered.public_revision else ''}",
    ]

"""Messages to readers: written as rows in the transaction that caused them, sent by a worker afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from comments import mails, owed, policy, roundups, subscribing
from comments.models import Comment, Decision, Notice, Report, StandingChange
from comments.statements import TOLD
from comments.states import Pace
from newsportal import outbox

_OF_REPORTS = (Notice.Kind.REPORT_RECEIVED, Notice.Kind.REPORT_ANSWERED, Notice.Kind.REPORT_REOPENED)


def ask_to_confirm(comment: Comment, *, now: datetime) -> Notice | None:
    """Queue the one mail that asks whether the address under a comment is its author's.

    None if the address has had its share of mails for the day: strangers must not flood it.
    """
    # Capitals do not make it another mailbox: they must not evade the limit.
    to = comment.email.casefold()
    asked = Notice.objects.filter(to=to, created_at__gt=now - policy.MAILS_WINDOW, kind=Notice.Kind.CONFIRM_ADDRESS)
    if asked.count() >= policy.MAILS_TO_ONE_ADDRESS:
        return None
    return Notice.objects.create(kind=Notice.Kind.CONFIRM_ADDRESS, to=to, comment=comment, created_at=now, due_at=now)


def of_decisions(decisions: Sequence[Decision]) -> list[Notice]:
    """For each author with a confirmed address the mail that says what was decided, and for readers who are answered by
    it the mail that says so; not saved (`owe`).

    They wait a little, and are not sent if the decision is undone or overtaken meanwhile.
    """
    authors = [
        _notice(decision, decision.comment.commenter.email)
        for decision in decisions
        if decision.comment.commenter and decision.to_status in TOLD and decision.to_status != decision.from_status
    ]
    return [*authors, *_answers(decisions)]


def tell_decisions(decisions: Sequence[Decision]) -> None:
    """Queue all of these."""
    owe(of_decisions(decisions))


def tell_answers(decisions: Sequence[Decision]) -> None:
    """The same only for readers who are answered by what has become visible."""
    owe(_answers(decisions))


def owe(notices: Sequence[Notice]) -> None:
    """Save them with one statement. What is told only once is left out by the constraints if it is owed or was told."""
    once = {Notice.Kind.ANSWERED, Notice.Kind.FEATURED}
    if notices:
        Notice.objects.bulk_create(notices, ignore_conflicts=any(notice.kind in once for notice in notices))


def tell_undone(backs: Sequence[Decision]) -> None:
    """Queue the correction for each author who was told of the decision taken back, or may be told this very moment."""
    known = {back.undoes_id: back.comment.commenter.email for back in backs if back.comment.commenter}
    if not known:
        return
    # By the addresses, because no index covers the decision.
    told = Notice.objects.filter(to__in=set(known.values()), decision__in=known, kind=Notice.Kind.DECIDED)
    first = {notice.decision_id: notice for notice in told.order_by("-pk")}
    Notice.objects.bulk_create(
        _notice(back, notice.to)
        for back in backs
        if (notice := first.get(back.undoes_id)) and notice.to == known[back.undoes_id] and notice.given_up_at is None
    )


def tell_featured(decision: Decision) -> None:
    """Queue, for an author with a confirmed address, the mail that says that the comment is featured; only once."""
    if decision.comment.commenter:
        notice = _notice(decision, decision.comment.commenter.email)
        notice.kind = Notice.Kind.FEATURED
        owe([notice])


def tell_standing(change: StandingChange) -> None:
    """Queue the mail that tells an author that they may not write for now, or at all, or that they may again."""
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


def acknowledge(report: Report) -> Notice | None:
    """Queue the mail that confirms a report (Digital Services Act, Art. 16(4)), if an address was given.

    None if the address has had its share of such mails for the day: strangers must not flood it.
    """
    if not report.email:
        return None
    to = report.email.casefold()
    recent = Notice.objects.filter(to=to, created_at__gt=report.received_at - policy.MAILS_WINDOW, kind__in=_OF_REPORTS)
    if recent.count() >= policy.REPORT_MAILS_TO_ONE_ADDRESS:
        return None
    kind, now = Notice.Kind.REPORT_RECEIVED, report.received_at
    comment = report.case.comment
    return Notice.objects.create(kind=kind, to=to, comment=comment, report=report, created_at=now, due_at=now)


def of_reports(answers: Sequence[Decision]) -> list[Notice]:
    """For each address that was sent a confirmation, the result of its report (Art. 16(5)), once a case; not saved."""
    return _of_reports(Notice.Kind.REPORT_ANSWERED, {answer.report_case_id: answer for answer in answers})


def of_reopened(backs: Sequence[Decision]) -> list[Notice]:
    """For the same addresses the message that what they were told has been taken back."""
    undone = Decision.objects.in_bulk([back.undoes_id for back in backs])
    return _of_reports(
        Notice.Kind.REPORT_REOPENED, {undone[back.undoes_id].report_case_id: back for back in backs if back.undoes_id}
    )


def _of_reports(kind: Notice.Kind, decisions: Mapping[int | None, Decision]) -> list[Notice]:
    received = Notice.objects.filter(report__case__in=decisions, kind=Notice.Kind.REPORT_RECEIVED)
    first: dict[tuple[int, str], Notice] = {}
    # Sorted here: asked for an order, a database may walk all notices in it.
    for notice in sorted(received.select_related("report").order_by(), key=lambda notice: notice.pk):
        if notice.report:
            first.setdefault((notice.report.case_id, notice.to), notice)
    return [
        Notice(
            kind=kind,
            to=to,
            comment_id=notice.comment_id,
            report_id=notice.report_id,
            decision=decisions[case],
            created_at=decisions[case].at,
            due_at=decisions[case].at + policy.NOTICE_DELAY,
        )
        for (case, to), notice in first.items()
    ]


def forget(comments: Sequence[Comment]) -> None:
    """Delete everything about these comments that was sent or is owed to their authors."""
    typed = {comment.email.casefold() for comment in comments if comment.email}
    known = {comment.commenter.email for comment in comments if comment.commenter}
    # By the addresses, because no index covers the comment.
    Notice.objects.filter(to__in=typed | known, comment__in=comments).delete()


def forget_address(email: str) -> None:
    """Delete every message to an address about its comments, sent or owed, and the roundups of them."""
    Notice.objects.filter(to=email, report__isnull=True).delete()
    # After the notices, which refer to the roundups.
    roundups.forget_address(email)


def forget_reporter(email: str) -> None:
    """Delete every message to an address about its reports, sent or owed."""
    Notice.objects.filter(to=email, report__isnull=False).delete()


def send_due(now: datetime | None = None, *, most: int = 100) -> int:
    """Send what is due, at most so many; returns how many were sent. Any number of workers may run this at once."""
    return outbox.deliver_due(
        Notice.objects.by_itself().with_what_it_tells(),
        deliver=_deliver,
        moot=owed.moot,
        later=_later,
        now=now,
        most=most,
    )


# --- How ------------------------------------------------------------------------------------------------------------


def _deliver(notice: Notice) -> None:
    subject, paragraphs = mails.words(notice)
    if notice.kind in {Notice.Kind.CONFIRM_ADDRESS, *_OF_REPORTS}:
        outbox.mail(notice, subject, paragraphs)
        return
    scope = subscribing.scope_of(notice)
    stop = mails.how_to_stop(notice.comment, scope)
    outbox.mail(notice, subject, [*paragraphs, stop], headers=mails.headers(notice.comment, scope))


def _later(notice: Notice) -> datetime | None:
    if notice.report:
        return None
    if until := owed.later(notice):
        return until
    is_daily = subscribing.pace_of(notice) is Pace.DAILY
    return roundups.hold(notice) if is_daily or _is_one_of_many(notice) else None


def _is_one_of_many(notice: Notice) -> bool:
    """Whether the reader has been mailed so many answers lately that this one waits for the roundup."""
    if notice.kind != Notice.Kind.ANSWERED:
        return False
    since = timezone.now() - policy.ANSWER_MAILS_WINDOW
    # By the address and the time it was owed, which an index covers; what waited longer was tried again and again.
    lately = Notice.objects.by_itself().filter(to=notice.to, created_at__gt=since, kind=Notice.Kind.ANSWERED)
    return lately.filter(sent_at__isnull=False).count() >= policy.ANSWER_MAILS


def _answers(decisions: Sequence[Decision]) -> list[Notice]:
    """One for each newly visible comment below one whose author can be told."""
    return [notice for decision in decisions if decision.made_public and (notice := _answer(decision))]


def _answer(decision: Decision) -> Notice | None:
    answer, answered = decision.comment, decision.comment.parent
    if not (answered and answered.commenter) or owed.is_ones_own(answer, answered):
        return None
    notice = _notice(decision, answered.commenter.email)
    notice.kind, notice.comment, notice.answer = Notice.Kind.ANSWERED, answered, answer
    return notice


def _notice(decision: Decision, to: str) -> Notice:
    return Notice(
        kind=Notice.Kind.DECIDED,
        to=to,
        comment_id=decision.comment_id,
        decision=decision,
        created_at=decision.at,
        due_at=decision.at + policy.NOTICE_DELAY,
    )

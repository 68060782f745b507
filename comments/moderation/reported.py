"""Reports: a report opens a case or joins it, a decision answers it, and an undo opens it again.

Never more than that: however many readers report a comment, it stays visible until somebody has decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q

from comments import notifications, placing
from comments.models import Comment, Decision, Notice, Report, ReportCase
from comments.states import Actor, Reason, Status


@dataclass(frozen=True)
class Written:
    """A row of the ledger, the locked comment that it is about, and the decision that it takes back."""

    comment: Comment
    decision: Decision
    undoes: Decision | None = None


def add_report(present: Comment, report: Report) -> None:
    """Put a new report of a locked comment into its open case, or open one. `report` is saved here."""
    case = present.report_case
    if case is None:
        case = ReportCase.objects.create(comment=present, opened_at=report.received_at)
    report.case = case
    report.save(force_insert=True)
    present.report_case = case
    present.report_count, present.reported_at = _counted([case])[case.pk]
    present.save(update_fields=["report_case", "report_count", "reported_at"])


def answered(comment: Comment, decision: Decision) -> int | None:
    """The number of the open case that a decision answers; to be asked before the decision is written.

    Whatever hides a comment from readers answers its case, whoever did so. Leaving it up is for a person to say: a rule
    that accepts an edit, a badge, and an undo say nothing about the reports.
    """
    if decision.to_status == Status.PENDING:
        return None
    is_person = decision.actor == Actor.MODERATOR and decision.undoes_id is None
    is_badge = decision.from_status == Status.APPROVED and decision.featured is not (comment.featured_at is not None)
    if decision.to_status == Status.APPROVED and (is_badge or not is_person):
        return None
    return comment.report_case_id


def follow(written: Sequence[Written]) -> list[Notice]:
    """Close the cases that were answered, and reopen those whose answer was taken back; returns the mails to be sent.

    Changes the comments, but saves neither them nor the mails.
    """
    closed = _close([one for one in written if one.decision.report_case_id])
    return closed + _reopen([one for one in written if one.undoes and one.undoes.report_case_id])


# --- How ------------------------------------------------------------------------------------------------------------


def _close(answers: Sequence[Written]) -> list[Notice]:
    if not answers:
        return []
    for one in answers:
        one.comment.report_case, one.comment.report_count, one.comment.reported_at = None, 0, None
    return notifications.of_reports([one.decision for one in answers])


def _reopen(undone: Sequence[Written]) -> list[Notice]:
    """Join what was reported since the answer with what was reported before it, as one case."""
    if not undone:
        return []
    owed = notifications.of_reopened([one.decision for one in undone])
    numbers = {one.comment.pk: one.undoes.report_case_id for one in undone if one.undoes}
    before = ReportCase.objects.in_bulk(numbers.values())
    for one in undone:
        since, case = one.comment.report_case, before[numbers[one.comment.pk]]
        if since is not None:
            Report.objects.filter(case=since).update(case=case)
    counted = _counted(list(before.values()))
    for one in undone:
        case = before[numbers[one.comment.pk]]
        one.comment.report_case = case
        one.comment.report_count, one.comment.reported_at = counted[case.pk]
    return owed


class _Counted(NamedTuple):
    reports: int
    # Its place in the queue of reports.
    place: datetime


def _counted(cases: Sequence[ReportCase]) -> dict[int, _Counted]:
    """The number of reports and the place of each case, by the case's number."""
    rows = (
        Report.objects.filter(case__in=cases)
        .order_by()
        .values("case")
        .annotate(
            reports=Count("pk"),
            senders=Count("network", distinct=True),
            illegal=Count("pk", filter=Q(reason=Reason.ILLEGAL)),
        )
    )
    opened = {case.pk: case.opened_at for case in cases}
    return {
        row["case"]: _Counted(
            row["reports"],
            placing.of_case(opened[row["case"]], senders=row["senders"], is_illegal=row["illegal"] > 0),
        )
        for row in rows
    }

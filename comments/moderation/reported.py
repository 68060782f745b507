"""What was reported: a report opens a case or joins it, a decision answers it, and an undo opens it again.

Never more than that: however many report a comment, readers see it until somebody has decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from comments import notifications, placing
from comments.models import Comment, Decision, Report, ReportCase
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
    _stand(present, case, _places([case])[case.pk])
    present.save(update_fields=["report_case", "reported_at"])


def answered(comment: Comment, decision: Decision) -> int | None:
    """The open case that a decision answers, by its number; asked before anything of the decision is written.

    Whatever takes a comment from readers answers it, whoever did so. That it stays is for a person to say: a rule that
    takes an edit, a badge, and an undo say nothing of the reports.
    """
    if decision.to_status == Status.PENDING:
        return None
    is_person = decision.actor == Actor.MODERATOR and decision.undoes_id is None
    is_badge = decision.from_status == Status.APPROVED and decision.featured is not (comment.featured_at is not None)
    if decision.to_status == Status.APPROVED and (is_badge or not is_person):
        return None
    return comment.report_case_id


def follow(written: Sequence[Written]) -> None:
    """Close the cases that were answered, open those again whose answer was taken back, and owe the mails of it.

    The comments are changed and not saved.
    """
    _close([one for one in written if one.decision.report_case_id])
    _reopen([one for one in written if one.undoes and one.undoes.report_case_id])


# --- How ------------------------------------------------------------------------------------------------------------


def _close(answers: Sequence[Written]) -> None:
    if not answers:
        return
    for one in answers:
        _stand(one.comment, None, None)
    cases = ReportCase.objects.filter(pk__in=[one.decision.report_case_id for one in answers])
    cases.update(closed_at=answers[0].decision.at)
    notifications.tell_reporters([one.decision for one in answers])


def _reopen(undone: Sequence[Written]) -> None:
    """What was reported since the answer is looked at with what was reported before it, as one case."""
    if not undone:
        return
    notifications.tell_reopened([one.decision for one in undone])
    numbers = {one.comment.pk: one.undoes.report_case_id for one in undone if one.undoes}
    before = ReportCase.objects.in_bulk(numbers.values())
    for one in undone:
        since, case = one.comment.report_case, before[numbers[one.comment.pk]]
        if since is not None:
            Report.objects.filter(case=since).update(case=case)
            ReportCase.objects.filter(pk=since.pk).update(closed_at=one.decision.at)
    ReportCase.objects.filter(pk__in=before).update(closed_at=None)
    places = _places(list(before.values()))
    for one in undone:
        case = before[numbers[one.comment.pk]]
        _stand(one.comment, case, places[case.pk])


def _stand(comment: Comment, case: ReportCase | None, place: datetime | None) -> None:
    comment.report_case, comment.reported_at = case, place


def _places(cases: Sequence[ReportCase]) -> dict[int, datetime]:
    """Where each stands among what was reported."""
    counted = (
        Report.objects.filter(case__in=cases)
        .order_by()
        .values("case")
        .annotate(senders=Count("network", distinct=True), illegal=Count("pk", filter=Q(reason=Reason.ILLEGAL)))
    )
    found = {row["case"]: row for row in counted}
    return {
        case.pk: placing.of_case(
            case.opened_at, senders=found[case.pk]["senders"], is_illegal=bool(found[case.pk]["illegal"])
        )
        for case in cases
    }

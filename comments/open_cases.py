"""Whether open cases of reports and open objections match the rows and the ledger; for `manage.py doctor`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from comments import placing
from comments.models import Comment, Decision, Objection, ReportCase
from comments.states import Actor, Reason, Status


def discrepancies() -> list[str]:
    """The differences, a sentence each; empty if all is well."""
    return [*_of_reports(), *_of_objections()]


# --- How ------------------------------------------------------------------------------------------------------------


def _of_reports() -> Iterator[str]:
    held: dict[int, tuple[int, datetime | None]] = {}
    for comment, case, place in _reported():
        if case in held:
            yield f"case of reports {case}: is open at two comments"
        held[case] = (comment, place)
    answered = _answered()
    for case in _counted().iterator():
        yield from _of_case(case, held.pop(case.pk, None), is_answered=case.pk in answered)


def _reported() -> Iterator[tuple[int, int, datetime | None]]:
    rows = Comment.objects.filter(report_case__isnull=False).order_by("pk")
    return rows.values_list("pk", "report_case_id", "reported_at").iterator()


def _answered() -> set[int]:
    """The cases with an answering decision that was not taken back."""
    answers = Decision.objects.answering_reports()
    return set(answers.order_by().values_list("report_case_id", flat=True))


def _counted() -> Any:
    """Each case with the number of its reports, of those of illegality, of networks, and of those without a network."""
    return ReportCase.objects.annotate(
        total=Count("reports"),
        illegal=Count("reports", filter=Q(reports__reason=Reason.ILLEGAL)),
        senders=Count("reports__network", distinct=True),
        forgotten=Count("reports", filter=Q(reports__network="")),
    ).order_by("pk")


def _of_case(case: Any, held: tuple[int, datetime | None] | None, *, is_answered: bool) -> Iterator[str]:
    named = f"case of reports {case.pk}"
    is_open = held is not None
    # A case whose reports were moved to another case is neither open at any comment nor answered.
    if case.total and is_open == is_answered:
        stands = "a comment has it as open" if is_open else "no comment has it as open"
        yield f"{named}: {stands}, the ledger says that it was {'' if is_answered else 'not '}answered"
    if held is None:
        return
    comment, place = held
    if comment != case.comment_id:
        yield f"{named}: is of comment {case.comment_id}, and open at {comment}"
    if not case.total:
        yield f"{named}: is open and has no reports"
    elif place not in _places(case):
        yield f"{named}: its place says another number of reports than the {case.total} that it has"


def _places(case: Any) -> list[datetime]:
    """The possible places of a case: by its networks or, if some are forgotten, by any number that may have been."""
    most = case.total if case.forgotten else case.senders
    least = 1 if case.forgotten else case.senders
    return [
        placing.of_case(case.opened_at, senders=senders, is_illegal=bool(case.illegal))
        for senders in range(least, most + 1)
    ]


def _of_objections() -> Iterator[str]:
    """The author's newest step back into the queue tells whether the comment is objected to, and by which objection."""
    steps = Decision.objects.filter(actor=Actor.AUTHOR, to_status=Status.PENDING).order_by("pk")
    said: dict[int, int | None] = {}
    raised: dict[int, list[int]] = {}
    for comment, objection in steps.values_list("comment_id", "objection_id").iterator():
        said[comment] = objection
        if objection is not None:
            raised.setdefault(objection, []).append(comment)
    rows = Comment.objects.filter(Q(objection__isnull=False) | Q(pk__in=Objection.objects.values("comment")))
    for pk, public_id, objection in rows.order_by("pk").values_list("pk", "public_id", "objection_id").iterator():
        if objection != said.get(pk):
            yield f"comment {public_id}: has the objection {objection}, the ledger says {said.get(pk)}"
    for pk, comment in Objection.objects.order_by("pk").values_list("pk", "comment_id").iterator():
        if raised.get(pk) != [comment]:
            yield f"objection {pk}: is of comment {comment}, the ledger says {raised.get(pk, [])}"

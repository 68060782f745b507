"""The doctor compares open cases and objections with the rows and with the ledger."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import F

from articles.models import Edition
from comments import moderation, networks, posting, reporting
from comments.models import Comment, Decision, Objection, Report
from comments.open_cases import discrepancies
from comments.reporting import Complaint
from comments.states import Status
from tests import factories
from tests.factories import GOOD_TEXT


def report(comment: Comment, network: str = "192.0.2.1", reason: str = "offensive") -> Comment:
    reporting.report(comment, Complaint(reason), address=factories.address(network))
    comment.refresh_from_db()
    return comment


def objected(edition: Edition, by: User | None = None) -> Comment:
    comment = factories.decided(factories.pending(edition), Status.REJECTED, by=by)
    moderation.object_to(comment, words="No.", saw=moderation.seen_of(comment, list(comment.decisions.all())))
    return comment


def last(comment: Comment) -> Decision:
    return comment.decisions.order_by("-pk")[0]


def test_reports_that_are_answered_and_opened_again_agree(edition: Edition) -> None:
    moderator = factories.user("moderators")
    comment = report(report(factories.approved(edition)), "198.51.100.1", "illegal")
    assert discrepancies() == []
    factories.decided(comment, Status.APPROVED, by=moderator)
    assert discrepancies() == []
    report(comment, "203.0.113.9", "hate")
    moderation.undo(comment.decisions.get(report_case__isnull=False), by=moderator)
    assert Comment.objects.filter(report_case__isnull=False).count() == 1
    assert discrepancies() == []


def test_networks_that_are_forgotten_are_no_difference(edition: Edition) -> None:
    report(report(factories.approved(edition)), "198.51.100.1")
    networks.forget_old(Report.objects.all()[0].received_at + timedelta(days=30))
    assert discrepancies() == []


def test_objections_that_are_answered_taken_back_or_ended_by_an_edit_agree(edition: Edition) -> None:
    second = factories.user("moderators")
    comment = objected(edition)
    assert discrepancies() == []
    factories.decided(comment, Status.REJECTED, by=second, explanation="It stays.")
    assert discrepancies() == []
    moderation.undo(last(comment), by=second)
    assert discrepancies() == []
    comment.refresh_from_db()
    factories.decided(comment, Status.APPROVED, by=second, explanation="It stands.")
    posting.edit(comment, body=f"{GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    assert (comment.objection_id, discrepancies()) == (None, [])


def answered(comment: Comment) -> None:
    case, place = comment.report_case_id, comment.reported_at
    factories.decided(comment, Status.APPROVED)
    Comment.objects.filter(pk=comment.pk).update(report_case=case, reported_at=place)


def let_go(comment: Comment) -> None:
    Comment.objects.filter(pk=comment.pk).update(report_case=None, reported_at=None)


def moved(comment: Comment) -> None:
    Comment.objects.filter(pk=comment.pk).update(reported_at=F("reported_at") - timedelta(minutes=10))


def emptied(comment: Comment) -> None:
    Report.objects.all().delete()


@pytest.mark.parametrize(
    ("plant", "sentences"),
    [
        (answered, ["case of reports {case}: a comment has it as open, the ledger says that it was answered"]),
        (let_go, ["case of reports {case}: no comment has it as open, the ledger says that it was not answered"]),
        (moved, ["case of reports {case}: its place says another number of reports than the 1 that it has"]),
        (emptied, ["case of reports {case}: is open and has no reports"]),
    ],
)
def test_what_differs_of_a_case_of_reports_is_named(
    edition: Edition, plant: Callable[[Comment], None], sentences: list[str]
) -> None:
    comment = report(factories.approved(edition))
    case = comment.report_case_id
    plant(comment)
    assert discrepancies() == [one.format(case=case) for one in sentences]


def test_what_differs_of_an_objection_is_named(edition: Edition) -> None:
    first, second = objected(edition), objected(edition)
    numbers = list(Objection.objects.order_by("pk").values_list("pk", flat=True))
    Comment.objects.filter(pk=first.pk).update(objection=None)
    Objection.objects.filter(pk=numbers[1]).update(comment=first)
    assert discrepancies() == [
        f"comment {first.public_id}: has the objection None, the ledger says {numbers[0]}",
        f"objection {numbers[1]}: is of comment {first.pk}, the ledger says {[second.pk]}",
    ]

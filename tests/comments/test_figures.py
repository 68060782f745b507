"""The figures of a small ledger, computed by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from articles.models import Edition
from comments import answering, figures, moderation, posting, reporting
from comments.figures import Overturned, Wait, Waiting, Worker, percentile
from comments.models import Comment, Decision
from comments.moderation import Override
from comments.reporting import Complaint
from comments.states import Actor, Reason, Status
from tests import factories
from tests.comments.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def came(edition: Edition, before: timedelta) -> Comment:
    return factories.pending(edition, at=NOON - before)


def decide(comment: Comment, to: Status, *, by: User, before: timedelta = timedelta(), **how: Any) -> Decision:
    with time_machine.travel(NOON - before, tick=False):
        factories.decided(comment, to, by=by, **how)
    return comment.decisions.order_by("pk").last()


@pytest.fixture
def ann(db: None) -> User:
    return factories.user("moderators", username="ann", first_name="Ann", last_name="Lee")


@pytest.fixture
def ben(db: None) -> User:
    return factories.user("moderators", username="ben")


def test_what_waits_is_counted_and_dated(edition: Edition) -> None:
    assert figures.waiting() == Waiting(0, None)
    came(edition, minutes(5))
    came(edition, minutes(9))
    assert figures.waiting() == Waiting(2, NOON - minutes(9))


def test_the_oldest_is_who_waits_longest_and_not_who_comes_first(edition: Edition) -> None:
    came(edition, minutes(20))
    factories.pending(edition, at=NOON - minutes(15), body=factories.GOOD_TEXT.upper())
    first = Comment.objects.filter(queued_at__isnull=False).order_by("queued_at").first()
    assert first is not None
    assert (first.posted_at, figures.waiting().oldest) == (NOON - minutes(15), NOON - minutes(20))


def test_what_moderators_decided_by_hour_and_person(edition: Edition, ann: User, ben: User) -> None:
    for before, by in ((0, ann), (1, ann), (61, ann), (24 * 60 + 1, ann), (5, ben), (8 * 24 * 60, ben)):
        decide(came(edition, timedelta(days=9)), Status.APPROVED, by=by, before=minutes(before))
    found = figures.decided(NOON)
    assert found.workers == [Worker("Ann Lee", 3, 3, 4, 4), Worker("ben", 1, 1, 1, 1)]
    hours = [(at, count) for at, count in found.hours if count]
    assert hours == [
        (datetime(2026, 3, 2, 10, tzinfo=UTC), 1),
        (datetime(2026, 3, 2, 11, tzinfo=UTC), 2),
        (datetime(2026, 3, 2, 12, tzinfo=UTC), 1),
    ]
    assert (len(found.hours), found.hours[-1][0]) == (24, NOON)


def test_to_leave_a_reported_comment_up_is_work_and_ends_no_wait(edition: Edition, ann: User) -> None:
    comment = came(edition, minutes(30))
    with time_machine.travel(NOON, tick=False):
        factories.decided(comment, Status.APPROVED, by=ann)
        reporting.report(comment, Complaint(Reason.HATE), address=factories.address())
        comment.refresh_from_db()
        factories.decided(comment, Status.APPROVED, by=ann)
    assert figures.decided(NOON).workers == [Worker("Ann Lee", 2, 1, 2, 1)]
    assert [(wait.comments, wait.median) for wait in figures.waits(NOON)] == [(1, minutes(30))]


def test_an_undo_a_badge_and_an_answer_are_no_decisions_on_comments(edition: Edition, ann: User) -> None:
    comment = came(edition, minutes(30))
    with time_machine.travel(NOON, tick=False):
        factories.decided(comment, Status.APPROVED, by=ann)
        answering.answer(comment, body="Thank you for this.", by=ann)
        moderation.feature(comment, by=ann, saw=comment.seen)
        rejected = factories.decided(came(edition, minutes(20)), Status.REJECTED, by=ann)
        moderation.undo(rejected.decisions.order_by("pk").last(), by=ann)
    assert figures.decided(NOON).workers == [Worker("Ann Lee", 2, 1, 2, 1)]
    assert figures.overturned(NOON)[Actor.MODERATOR] == Overturned(made=2, undone=1)
    assert [(wait.comments, wait.median) for wait in figures.waits(NOON)] == [(1, minutes(30))]
    assert figures.reasons(NOON) == []


def test_waiting_is_told_by_the_hour_in_which_a_comment_came(edition: Edition, ann: User) -> None:
    for waited in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100):
        comment = came(edition, timedelta(hours=3, minutes=1))
        decide(comment, Status.SPAM, by=ann, before=timedelta(hours=3, minutes=1 - waited))
    decide(came(edition, timedelta(hours=5)), Status.APPROVED, by=ann)
    # Older than thirty days, and one that is still waiting.
    decide(came(edition, timedelta(days=40)), Status.APPROVED, by=ann, before=timedelta(days=31))
    came(edition, timedelta(hours=2))
    assert figures.waits(NOON) == [
        Wait(7, 1, timedelta(hours=5), timedelta(hours=5)),
        Wait(8, 10, minutes(50), minutes(90)),
    ]


def test_hours_of_the_day_are_the_papers(edition: Edition, ann: User, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"
    decide(came(edition, minutes(10)), Status.APPROVED, by=ann)
    # 11:50 in London is 17:20 in Delhi.
    assert [wait.hour for wait in figures.waits(NOON)] == [17]


def test_a_change_waits_from_when_it_was_written_and_a_decision_that_was_taken_back_has_ended_no_wait(
    edition: Edition, ann: User, ben: User
) -> None:
    comment = came(edition, timedelta(hours=2))
    decide(comment, Status.RETURNED, by=ann, before=minutes(100))
    with time_machine.travel(NOON - minutes(60), tick=False):
        posting.edit(comment, body=factories.GOOD_TEXT + " Changed.", saw=comment.seen, address=factories.address())
        comment.refresh_from_db()
    wrong = decide(comment, Status.SPAM, by=ann, before=minutes(50))
    with time_machine.travel(NOON - minutes(45), tick=False):
        moderation.undo(wrong, by=ann)
    comment.refresh_from_db()
    decide(comment, Status.APPROVED, by=ben)
    assert sorted((wait.hour, wait.median) for wait in figures.waits(NOON)) == [(10, minutes(20)), (11, minutes(60))]


def test_reasons_are_counted_the_most_frequent_first(edition: Edition, ann: User) -> None:
    for reason in ("hate", "off_topic", "hate"):
        decide(came(edition, minutes(5)), Status.REJECTED, by=ann, reason=reason)
    assert figures.reasons(NOON) == [(Reason.HATE, 2), (Reason.OFF_TOPIC, 1)]


def test_each_decision_that_did_not_stand_is_counted_once(edition: Edition, ann: User, ben: User) -> None:
    stands, undone, overridden, otherwise, edited = (came(edition, minutes(50)) for _number in range(5))
    decide(stands, Status.APPROVED, by=ann, before=minutes(40))
    gone = decide(undone, Status.SPAM, by=ann, before=minutes(40))
    with time_machine.travel(NOON - minutes(30), tick=False):
        moderation.undo(gone, by=ben)
    undone.refresh_from_db()
    decide(undone, Status.APPROVED, by=ben, before=minutes(20))
    shown = overridden.seen
    decide(overridden, Status.APPROVED, by=ann, before=minutes(40))
    overridden.refresh_from_db()
    with time_machine.travel(NOON - minutes(30), tick=False):
        moderation.decide(
            overridden,
            to=Status.SPAM,
            by=ben,
            saw=shown,
            overrides=Override(saw=overridden.seen, because="An advertisement."),
        )
    decide(otherwise, Status.APPROVED, by=ann, before=minutes(40))
    decide(otherwise, Status.REJECTED, by=ben, before=minutes(30))
    decide(edited, Status.APPROVED, by=ann, before=minutes(40))
    with time_machine.travel(NOON - minutes(30), tick=False):
        posting.edit(edited, body=factories.GOOD_TEXT + " Changed.", saw=edited.seen, address=factories.address())
    edited.refresh_from_db()
    decide(edited, Status.REJECTED, by=ben, before=minutes(20))
    assert figures.overturned(NOON) == {
        Actor.MODERATOR: Overturned(made=9, undone=1, overridden=1, otherwise=1),
        Actor.RULE: Overturned(),
    }
    assert figures.overturned(NOON)[Actor.MODERATOR].share == pytest.approx(3 / 9)


def test_what_a_rule_published_and_a_person_rejected_was_overturned(edition: Edition, ann: User, settings: Any) -> None:
    settings.COMMENTS_TRUST_AFTER = 1
    known = factories.pending(edition, email="reader@example.org")
    posting.confirm_address(known)
    decide(known, Status.APPROVED, by=ann)
    for _number in range(2):
        trusted = factories.pending(edition, email="reader@example.org")
        posting.confirm_address(trusted)
    assert figures.overturned(NOON)[Actor.RULE] == Overturned(made=2)
    decide(trusted, Status.REJECTED, by=ann)
    assert figures.overturned(NOON) == {
        Actor.MODERATOR: Overturned(made=2),
        Actor.RULE: Overturned(made=2, otherwise=1),
    }


@pytest.mark.parametrize(
    ("many", "median", "p90"), [(1, 1, 1), (2, 1, 2), (3, 2, 3), (10, 5, 9), (11, 6, 10), (100, 50, 90)]
)
def test_percentiles_are_values_that_were_there(many: int, median: int, p90: int) -> None:
    values = [minutes(number) for number in range(many, 0, -1)]
    assert (percentile(values, 50), percentile(values, 90)) == (minutes(median), minutes(p90))


def test_the_figures_take_seven_queries_however_much_was_decided(edition: Edition, ann: User, ben: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            figures.waiting()
            for figure in (figures.decided, figures.waits, figures.reasons, figures.overturned):
                figure(NOON)
        return len(asked)

    decide(came(edition, minutes(5)), Status.REJECTED, by=ann)
    came(edition, minutes(5))
    one = queries()
    for by in (ann, ben, ben):
        decide(came(factories.live(), minutes(5)), Status.APPROVED, by=by)
    assert (one, queries()) == (7, 7)


def test_reports_are_told_by_the_month_in_which_they_came_or_were_answered(
    clock: Traveller, edition: Edition, ann: User
) -> None:
    def report(comment: Comment, complaint: Complaint, sent_from: str = "203.0.113.7") -> Comment:
        reporting.report(comment, complaint, address=factories.address(sent_from))
        return Comment.objects.get(pk=comment.pk)

    hate, crime = Complaint(Reason.HATE), Complaint(Reason.ILLEGAL, "A threat.", "Ann", "ann@example.org")
    kept, taken, withdrawn, undone = (report(factories.approved(edition), hate) for _ in range(4))
    taken = report(taken, crime, "198.51.100.1")
    factories.decided(kept, Status.APPROVED, by=ann)
    posting.withdraw(withdrawn, saw=withdrawn.seen)
    factories.decided(undone, Status.SPAM, by=ann)
    moderation.undo(Decision.objects.latest("pk"), by=ann)
    clock.shift(timedelta(days=30))
    factories.decided(taken, Status.REJECTED, by=ann)
    months = figures.reported(NOON + timedelta(days=30))
    told = [(one.month.strftime("%Y-%m"), one.reports, one.illegal, one.upheld, one.not_upheld) for one in months]
    assert told == [("2026-04", 0, 0, 1, 0), ("2026-03", 5, 1, 0, 1)]
    # A year later the first of them is too old.
    assert [one.month.month for one in figures.reported(NOON + timedelta(days=365))] == [4]

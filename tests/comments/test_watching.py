"""Causes are raised, told once, end, and are raised again; no flood."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Edition
from comments import policy, reporting, watching
from comments.alarms import Flow, Kind
from comments.models import Alarm, Alert
from comments.reporting import Complaint
from comments.states import Reason, Status
from tests import factories
from tests.comments.conftest import NOON

pytestmark = pytest.mark.django_db

WAITING = Kind.WAITING.value


@pytest.fixture(autouse=True)
def told(settings: Any) -> Any:
    settings.DESK_ALERTS_TO = ["desk@example.org", "night@example.org"]
    settings.DESK_WEBHOOK_URL = "https://example.org/hook"
    settings.DESK_PROMISE_MINUTES = 120
    return settings


def late(edition: Edition) -> Any:
    return factories.pending(edition, at=NOON - timedelta(minutes=121))


def alarms() -> list[tuple[str, str, bool, bool]]:
    return [(one.kind, one.subject, bool(one.told_at), bool(one.over_at)) for one in Alarm.objects.all()]


def owed() -> list[str]:
    return sorted(Alert.objects.values_list("to", flat=True))


def test_a_desk_that_keeps_its_promise_is_told_nothing(edition: Edition) -> None:
    factories.pending(edition, at=NOON - timedelta(minutes=120))
    watching.watch(NOON)
    assert (alarms(), owed()) == ([], [])


def test_a_cause_is_told_once_to_each_for_as_long_as_it_lasts(edition: Edition) -> None:
    late(edition)
    for minutes in range(0, 24 * 60, 30):
        watching.watch(NOON + timedelta(minutes=minutes))
    assert alarms() == [(WAITING, "", True, False)]
    assert owed() == ["", "desk@example.org", "night@example.org"]


def test_a_cause_that_lasts_is_told_in_words_of_now(edition: Edition) -> None:
    late(edition)
    watching.watch(NOON)
    watching.watch(NOON + timedelta(hours=3))
    assert [alarm.words for alarm in Alarm.objects.all()] == [
        "The oldest comment has waited for 5 hours 1 minute; promised are 2 hours."
    ]


def test_what_is_over_is_raised_again_and_told_again(edition: Edition) -> None:
    comment = late(edition)
    watching.watch(NOON)
    factories.decided(comment, Status.APPROVED)
    watching.watch(NOON + timedelta(minutes=1))
    assert alarms() == [(WAITING, "", True, True)]
    late(edition)
    watching.watch(NOON + policy.ALARM_AT_MOST_EVERY)
    assert alarms() == [(WAITING, "", True, True), (WAITING, "", True, False)]
    assert len(owed()) == 6


def test_a_cause_that_comes_and_goes_is_told_once_an_hour(edition: Edition) -> None:
    comment = late(edition)
    watching.watch(NOON)
    factories.decided(comment, Status.APPROVED)
    watching.watch(NOON + timedelta(minutes=1))
    late(edition)
    watching.watch(NOON + timedelta(minutes=2))
    assert alarms() == [(WAITING, "", True, True), (WAITING, "", False, False)]
    assert len(owed()) == 3
    # It still holds when the hour is over.
    watching.watch(NOON + policy.ALARM_AT_MOST_EVERY)
    assert alarms() == [(WAITING, "", True, True), (WAITING, "", True, False)]
    assert len(owed()) == 6


def test_with_nobody_to_tell_it_is_known_and_told_when_there_is_somebody(edition: Edition, told: Any) -> None:
    told.DESK_ALERTS_TO, told.DESK_WEBHOOK_URL = [], ""
    late(edition)
    watching.watch(NOON)
    assert (alarms(), owed()) == ([(WAITING, "", False, False)], [])
    told.DESK_ALERTS_TO = ["desk@example.org"]
    watching.watch(NOON + timedelta(minutes=1))
    assert (alarms(), owed()) == ([(WAITING, "", True, False)], ["desk@example.org"])


def test_two_workers_that_look_at_once_raise_and_tell_once(edition: Edition) -> None:
    late(edition)
    watching.watch(NOON)
    # What the slower worker found before it saw what the other had written.
    watching._raise(watching.causes(watching.facts(NOON)), NOON)
    watching._tell(Alarm(pk=Alarm.objects.get().pk, kind=WAITING, subject="other"), NOON)
    assert (alarms(), len(owed())) == ([(WAITING, "", True, False)], 3)


def test_a_story_is_compared_with_what_stories_usually_draw(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "BUSY_AT_LEAST", 3)
    other = factories.live()
    # Two hours with one comment and one with four, each for one story: two is usual; an archive's older ones do not
    # count.
    for hours, many in ((3, 1), (30, 1), (50, 4), (24 * 8, 9)):
        for second in range(many):
            factories.pending(other, at=NOON - timedelta(hours=hours, minutes=30, seconds=second))
    for second in range(3):
        factories.pending(edition, at=NOON - timedelta(seconds=second))
        # Neither the newsroom's answers nor later comments.
        factories.pending(other, at=NOON + timedelta(seconds=1 + second))
    found = watching.facts(NOON)
    assert (found.flows, found.usual) == ((Flow(edition.article_id, edition.headline, 3),), 2.0)


def test_a_busy_story_is_told_with_its_number(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "BUSY_AT_LEAST", 3)
    for second in range(3):
        factories.pending(edition, at=NOON - timedelta(seconds=second))
    watching.watch(NOON)
    watching.watch(NOON + timedelta(minutes=1))
    assert alarms() == [(Kind.BUSY.value, str(edition.article_id), True, False)]
    watching.watch(NOON + policy.BUSY_WINDOW)
    assert alarms() == [(Kind.BUSY.value, str(edition.article_id), True, True)]


def test_looking_takes_the_same_few_queries_whatever_waits(edition: Edition) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            watching.facts(NOON)
        return len(asked)

    factories.pending(edition, at=NOON - timedelta(minutes=5))
    one = queries()
    for _number in range(3):
        factories.pending(factories.live(), at=NOON - timedelta(minutes=5))
    assert (one, queries()) == (5, 5)


def test_reports_of_illegality_are_told_until_each_is_answered(edition: Edition) -> None:
    comment = factories.approved(edition)
    crime = Complaint(Reason.ILLEGAL, "It calls for violence.", "Ann Ek", "ann@example.org")
    reporting.report(comment, Complaint(Reason.HATE), address=factories.address("198.51.100.1"))
    watching.watch(NOON)
    assert alarms() == []
    reporting.report(comment, crime, address=factories.address())
    watching.watch(NOON)
    comment.refresh_from_db()
    first = str(comment.report_case_id)
    assert alarms() == [(Kind.ILLEGAL.value, first, True, False)]
    # A second comment that is reported before anybody has answered is told as well; one more report of the same one is
    # not.
    other = factories.approved(edition)
    reporting.report(other, crime, address=factories.address())
    reporting.report(comment, crime, address=factories.address("198.51.100.2"))
    watching.watch(NOON)
    other.refresh_from_db()
    second = str(other.report_case_id)
    assert alarms() == [(Kind.ILLEGAL.value, first, True, False), (Kind.ILLEGAL.value, second, True, False)]
    comment.refresh_from_db()
    factories.decided(comment, Status.APPROVED)
    watching.watch(NOON)
    assert alarms() == [(Kind.ILLEGAL.value, first, True, True), (Kind.ILLEGAL.value, second, True, False)]
    assert [alarm.words for alarm in Alarm.objects.all()] == [
        f"Comment {comment.public_id}: 2 reports of illegality have not been answered.",
        f"Comment {other.public_id}: 1 report of illegality has not been answered.",
    ]


def test_what_has_long_been_over_is_forgotten_with_its_messages_and_nothing_else_is(edition: Edition) -> None:
    comment = late(edition)
    watching.watch(NOON)
    factories.decided(comment, Status.APPROVED)
    over = NOON + timedelta(minutes=1)
    watching.watch(over)
    late(edition)
    watching.watch(NOON + policy.ALARM_AT_MOST_EVERY)
    assert watching.forget_old(over + policy.DESK_MESSAGES_KEPT - timedelta(seconds=1)) == 0
    assert (len(alarms()), len(owed())) == (2, 6)
    assert watching.forget_old(over + policy.DESK_MESSAGES_KEPT) == 1
    # What lasts is kept, however long that is.
    assert watching.forget_old(over + 9 * policy.DESK_MESSAGES_KEPT) == 0
    assert (alarms(), len(owed())) == ([(WAITING, "", True, False)], 3)


def test_the_worker_forgets(edition: Edition) -> None:
    long_ago = timezone.now() - policy.DESK_MESSAGES_KEPT
    Alarm.objects.create(kind=WAITING, words="Long ago.", raised_at=long_ago, over_at=long_ago)
    call_command("worker", once=True)
    assert alarms() == []

"""What authors are told about waiting: measured, rounded to what one would say, and nothing if little is known."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from articles.models import Edition
from comments import promising
from comments.promising import Promise, hours_of, measured, rounded
from comments.states import Status
from comments.tokens import own_path
from tests import factories
from tests.comments.conftest import NOON
from tests.comments.reading import read, words

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    promising._measured_in.cache_clear()
    yield
    promising._measured_in.cache_clear()


def decided(clock: Traveller, edition: Edition, waits: list[int]) -> None:
    """Comments that arrived at noon and were answered after so many minutes, by one moderator."""
    clock.move_to(NOON)
    by = factories.user("moderators")
    came = [factories.pending(edition, sent_from=f"203.0.113.{number}") for number in range(len(waits))]
    for comment, minutes in zip(came, sorted(waits), strict=True):
        clock.move_to(NOON + minutes * MINUTE)
        factories.decided(comment, Status.APPROVED, by=by)


@pytest.mark.parametrize(
    ("minutes", "told"), [(0, 5), (1, 5), (5, 5), (6, 10), (22.1, 25), (61, 75), (180, 180), (181, 240), (1500, 1500)]
)
def test_a_wait_is_rounded_up_to_what_one_would_say(minutes: float, told: int) -> None:
    assert rounded(minutes * MINUTE) == told * MINUTE


@pytest.mark.parametrize(
    ("totals", "hours"),
    [
        (dict.fromkeys(range(7, 23), 10), (7, 23)),
        (dict.fromkeys((*range(18, 24), *range(2)), 10), (18, 2)),
        ({**dict.fromkeys(range(7, 23), 100), 3: 1}, (7, 23)),
        ({9: 5}, (9, 10)),
        (dict.fromkeys(range(24), 10), None),
        ({hour: 10 for hour in range(24) if hour not in (12, 13)}, None),
        ({}, None),
    ],
    ids=["by day", "over midnight", "one late at night", "one hour", "always", "a lunch break", "never"],
)
def test_the_hours_are_those_outside_the_longest_night(totals: dict[int, int], hours: tuple[int, int] | None) -> None:
    assert hours_of(totals) == hours


def test_three_of_four_are_answered_within_what_is_told(clock: Traveller, edition: Edition) -> None:
    decided(clock, edition, [2] * 10 + [12] * 5 + [50] * 5)
    assert measured(NOON + 60 * MINUTE) == Promise(15 * MINUTE, (12, 13))
    assert measured(NOON + timedelta(days=8)) == Promise()


def test_few_decisions_and_those_by_rules_promise_nothing(clock: Traveller, edition: Edition) -> None:
    decided(clock, edition, [2] * 19)
    assert measured(NOON + 60 * MINUTE) == Promise()


def test_who_waits_is_told_and_who_was_answered_is_not(clock: Traveller, edition: Edition) -> None:
    decided(clock, edition, [22] * 20)
    waiting = factories.pending(edition, sent_from="198.51.100.1")
    said = [words(one) for one in read(Client().get(own_path(waiting))).one(class_="state").all("p")]
    assert said == [
        "A person reads every comment before it appears. "
        "The comment's own page says what was decided, whenever you open it.",
        "Usually answered within 25 minutes.",
        "Moderators are there from 12:00 to 13:00 (UTC).",
    ]
    factories.decided(waiting, Status.APPROVED)
    answered = read(Client().get(own_path(waiting))).one(class_="state")
    assert "Usually" not in words(answered)

"""A conversation that is quick and heated is slowed by a rule: when, for how long, and who has the last word."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains
from time_machine import Traveller

from articles.models import Edition
from comments import conversations, heating, policy, reporting
from comments.heating import Contribution, Heat, heat_of
from comments.models import Comment, Thread, ThreadChange
from comments.reporting import Complaint
from comments.states import Status
from tests import factories
from tests.factories import GOOD_TEXT

HEATED = Contribution(Status.REJECTED, "a")
CALM = Contribution(Status.PENDING, "b")


@pytest.mark.parametrize(
    ("contribution", "is_heated"),
    [
        (Contribution(Status.PENDING, "a", risk=policy.HEATED_RISK - 1), False),
        (Contribution(Status.PENDING, "a", risk=policy.HEATED_RISK), True),
        (Contribution(Status.APPROVED, "a", reporters=policy.HEATED_REPORTERS - 1), False),
        (Contribution(Status.APPROVED, "a", reporters=policy.HEATED_REPORTERS), True),
        (Contribution(Status.REJECTED, "a"), True),
        (Contribution(Status.SPAM, "a", risk=policy.RISK_MOST), False),
        (Contribution(Status.WITHDRAWN, "a", risk=policy.RISK_MOST), False),
    ],
)
def test_what_of_a_comment_is_heat(contribution: Contribution, is_heated: bool) -> None:
    assert contribution.is_heated is is_heated


@pytest.mark.parametrize(
    ("heat", "is_too_much"),
    [
        (Heat(policy.HEATED_COMMENTS - 1, policy.HEATED_COMMENTS - 1, 9), False),
        (Heat(21, 6, 6), False),
        (Heat(21, 7, 7), True),
        (Heat(21, 21, policy.HEATED_SENDERS - 1), False),
        (Heat(21, 21, policy.HEATED_SENDERS), True),
    ],
)
def test_how_much_of_it_is_too_much(heat: Heat, is_too_much: bool) -> None:
    assert heat.is_too_much is is_too_much


def test_heat_is_counted_with_the_networks_that_it_comes_from() -> None:
    assert heat_of([HEATED, HEATED, CALM]) == Heat(3, 2, 1)
    assert heat_of([]) == Heat(0, 0, 0)


# --- The conversation -----------------------------------------------------------------------------------------------


def heated(edition: Edition, *, rejected: int = 7, others: int = 13) -> list[Comment]:
    """Twenty comments from as many networks, of which so many are rejected; returns the others."""
    came = [factories.pending(edition, sent_from=f"10.{number}.0.1") for number in range(rejected + others)]
    for comment in came[:rejected]:
        factories.decided(comment, Status.REJECTED, reason="offensive")
    return came[rejected:]


def log() -> list[tuple[str, bool]]:
    return [(row.act, row.by is None) for row in ThreadChange.objects.order_by("pk")]


def test_a_rule_slows_it_for_an_hour_and_says_so_to_readers_and_in_the_log(
    clock: Traveller, edition: Edition, sign_in: Callable[..., Client]
) -> None:
    heated(edition)
    assert heating.slow_heated() == [edition.article_id]
    (row,) = ThreadChange.objects.all()
    words = (
        "Done by a rule: of the last hour's 20 comments, 7 were rejected, reported by several readers or held for "
        "their words. Please read before you answer."
    )
    until = timezone.now() + timedelta(hours=1)
    assert (row.act, row.by, row.until, row.reason) == ("slowed", None, until, words)
    page = edition.get_absolute_url()
    shown = words.replace("'", "&#x27;")
    assertContains(Client().get(page), shown)
    desk = sign_in("moderators").get(reverse("admin:comments_thread_story", args=[edition.article_id]))
    assertContains(desk, "<td>a rule</td>", html=True)
    clock.shift(3600)
    assertNotContains(Client().get(page), shown)


def test_it_is_slowed_once_and_by_the_worker(clock: Traveller, edition: Edition) -> None:
    heated(edition)
    call_command("worker", "--once")
    call_command("worker", "--once")
    assert log() == [("slowed", True)]


def test_an_hour_later_it_is_looked_at_anew(clock: Traveller, edition: Edition) -> None:
    heated(edition)
    clock.shift(1)
    assert heating.slow_heated() == [edition.article_id]
    clock.shift(3600)
    assert heating.slow_heated() == []
    assert Thread.objects.get().is_slowed is False


def test_who_ends_it_is_not_overruled_for_twelve_hours(clock: Traveller, edition: Edition) -> None:
    heated(edition)
    heating.slow_heated()
    conversations.release(Thread.objects.get(), by=factories.user("moderators"))
    assert heating.slow_heated() == []
    clock.shift(policy.HEATED_LEFT_ALONE.total_seconds() - 1)
    heated(edition)
    assert heating.slow_heated() == []
    clock.shift(1)
    assert heating.slow_heated() == [edition.article_id]
    assert log() == [("slowed", True), ("released", False), ("slowed", True)]


def test_what_a_moderator_slowed_is_left_as_it_is(clock: Traveller, edition: Edition) -> None:
    heated(edition)
    until = timezone.now() + timedelta(hours=6)
    conversations.slow(Thread.objects.get(), until=until, by=factories.user("moderators"), reason="Read first.")
    assert heating.slow_heated() == []
    assert (Thread.objects.get().slowed_until, log()) == (until, [("slowed", False)])


def test_what_is_closed_is_left_as_it_is(clock: Traveller, edition: Edition) -> None:
    heated(edition)
    conversations.close(Thread.objects.get(), by=factories.user("moderators"))
    assert heating.slow_heated() == []
    assert log() == [("closed", False)]


def test_one_network_cannot_slow_a_conversation_by_reporting(clock: Traveller, edition: Edition) -> None:
    calm = heated(edition, rejected=0, others=20)
    for comment in calm[:7]:
        factories.decided(comment, Status.APPROVED)
    for network, slowed in (("192.0.2.1", []), ("198.51.100.1", [edition.article_id])):
        for comment in calm[:7]:
            reporting.report(comment, Complaint("offensive"), address=factories.address(network))
        assert heating.slow_heated() == slowed


def test_looking_costs_one_query_where_nothing_is_quick_and_one_more_where_something_is(
    clock: Traveller, edition: Edition
) -> None:
    calm = heated(edition, rejected=0, others=19)
    with CaptureQueriesContext(connection) as quiet:
        heating.slow_heated()
    factories.pending(edition, body=f"{GOOD_TEXT} One more.")
    with CaptureQueriesContext(connection) as quick:
        heating.slow_heated()
    assert (len(calm), len(quiet), len(quick)) == (19, 1, 2)


def test_the_pages_of_the_conversation_and_the_clock_are_told(
    clock: Traveller, edition: Edition, told: Callable[..., set[str]]
) -> None:
    heated(edition)
    assert told(heating.slow_heated) == {f"thread:{edition.article_id}:words", "clock"}

"""The public figures of moderation: monthly sums that the worker computes from the ledger, and the page with them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from articles.models import Edition
from comments import answering, moderation, policy, public_figures
from comments.models import Comment, ModeratedMonth
from comments.public_figures import Month
from comments.states import Reason, Status
from tests import factories
from tests.comments.reading import read, words

FEBRUARY, MARCH, APRIL = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _noon(clock: Traveller) -> None:
    """Before the story is created."""


@pytest.fixture
def mona(db: None) -> User:
    return factories.user("moderators")


def objected(comment: Comment) -> Comment:
    saw = moderation.seen_of(comment, list(comment.decisions.all()))
    moderation.object_to(comment, words="It is not.", saw=saw)
    return comment


def answered(comment: Comment, to: Status) -> None:
    factories.decided(objected(comment), to, explanation="We have read it again.")


def test_each_act_counts_in_its_month_and_once(clock: Traveller, edition: Edition, mona: User) -> None:
    factories.rule("watches", reason=Reason.ADVERTISING)
    factories.pending(edition, body=f"{factories.GOOD_TEXT} On watches.")
    waiting = [factories.pending(edition, sent_from=f"203.0.113.{n}") for n in range(8)]
    clock.shift(timedelta(minutes=10))
    factories.decided(waiting[0], Status.APPROVED)
    factories.decided(waiting[1], Status.SPAM)
    factories.decided(waiting[2], Status.REJECTED, reason="hate")
    factories.decided(waiting[3], Status.RETURNED)
    clock.shift(timedelta(minutes=20))
    for comment, to in zip(waiting[4:6], (Status.APPROVED, Status.REJECTED), strict=True):
        answered(factories.decided(comment, Status.REJECTED, reason="hate"), to)
    moderation.undo(factories.decided(waiting[6], Status.SPAM).decisions.order_by("pk")[1], by=mona)
    answering.answer(waiting[0], body="Corrected.", by=mona)
    assert public_figures.reckoned(MARCH) == Month(
        received=9,
        approved={"moderator": 2},
        rejected={"advertising": {"rule": 1}, "hate": {"moderator": 3}, "off_topic": {"moderator": 1}},
        spam=1,
        returned=1,
        undone=1,
        objected=2,
        upheld=1,
        overturned=1,
        # Two of eight were answers to objections, given at once.
        median=600.0,
        p90=1800.0,
    )
    assert public_figures.reckoned(FEBRUARY) == public_figures.reckoned(APRIL) == Month()


def test_what_the_clock_closed_has_no_reason(clock: Traveller, edition: Edition) -> None:
    factories.decided(factories.pending(edition), Status.RETURNED)
    clock.shift(policy.RETURN_WINDOW)
    moderation.close_unchanged()
    assert public_figures.reckoned(MARCH).rejected == {"": {"clock": 1}}


def test_a_month_begins_at_midnight_of_the_paper(clock: Traveller, edition: Edition, settings: object) -> None:
    for moment in (datetime(2026, 3, 31, 23, 59, 59, 999999, UTC), datetime(2026, 4, 1, tzinfo=UTC)):
        clock.move_to(moment)
        factories.pending(edition, sent_from=f"203.0.113.{moment.day}")
    assert [public_figures.reckoned(month).received for month in (MARCH, APRIL)] == [1, 1]


def test_those_months_are_made_anew_in_which_something_was_written_or_taken_back(
    clock: Traveller, edition: Edition, mona: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments.policy.MONTHS_OVERLAP", 0)
    assert public_figures.renew() == []
    factories.pending(edition)
    spam = factories.decided(factories.pending(edition, sent_from="203.0.113.9"), Status.SPAM)
    assert public_figures.renew() == [MARCH]
    assert public_figures.renew() == []
    clock.move_to(datetime(2026, 4, 2, tzinfo=UTC))
    factories.pending(edition, sent_from="203.0.113.10")
    assert public_figures.renew() == [APRIL]
    moderation.undo(spam.decisions.order_by("pk")[1], by=mona)
    assert public_figures.renew() == [MARCH, APRIL]
    assert [(month, one.spam, one.undone) for month, one in public_figures.kept()] == [(APRIL, 0, 0), (MARCH, 0, 1)]


def test_the_worker_renews_them_and_the_doctor_compares_them(edition: Edition) -> None:
    factories.approved(edition)
    call_command("worker", "--once")
    assert public_figures.kept() == [(MARCH, public_figures.reckoned(MARCH))]
    call_command("doctor")
    ModeratedMonth.objects.update(figures={"received": 17})
    assert public_figures.discrepancies() == [
        "month 2026-03: the figures of /moderation/ are not those of the ledger; manage.py moderation_figures"
    ]
    with pytest.raises(CommandError, match="1 differences"):
        call_command("doctor")
    ModeratedMonth.objects.create(
        month=date(1999, 1, 1), figures={}, through=0, made_at=datetime(1999, 1, 1, tzinfo=UTC)
    )
    call_command("moderation_figures")
    assert public_figures.kept() == [(MARCH, public_figures.reckoned(MARCH))]


def test_what_came_since_they_were_made_is_no_discrepancy(edition: Edition) -> None:
    factories.pending(edition)
    public_figures.renew()
    factories.pending(edition, sent_from="203.0.113.9")
    assert public_figures.discrepancies() == []


def test_a_month_costs_as_many_queries_with_one_decision_as_with_seven(edition: Edition) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            public_figures.reckoned(MARCH)
        return len(asked)

    factories.approved(edition)
    few = cost()
    for number in range(6):
        factories.approved(edition, sent_from=f"203.0.113.{number}")
    assert cost() == few == 5


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_page_tells_the_months_the_newest_first(clock: Traveller, edition: Edition) -> None:
    for n in range(2):
        waiting = factories.pending(edition, sent_from=f"203.0.113.{n}")
        clock.shift(timedelta(minutes=25))
        factories.decided(waiting, Status.REJECTED if n else Status.APPROVED)
    clock.move_to(datetime(2026, 4, 2, 9, tzinfo=UTC))
    factories.pending(edition)
    public_figures.renew()
    page = read(Client().get("/moderation/"))
    table = page.one("div", class_="months__frame")
    heads = [words(cell) for cell in table.all("th")]
    assert heads[:3] == ["Month", "Received", "Approved by persons"]
    assert heads[-2:] == ["April 2026", "March 2026"]
    rows = [[words(cell) for cell in row.all("td")] for row in table.all("tr")[1:]]
    assert rows == [
        ["1", *["0"] * 11, "–", "–"],
        ["2", "1", "0", "1", *["0"] * 8, "25 minutes", "25 minutes"],
    ]
    assert [words(one) for one in page.all("figcaption", class_="chart__title")] == [
        "Approved and rejected",
        "How long comments waited for a person",
        "Reasons of rejections, in the months above",
    ]
    assert "As of 2 April 2026, 09:00 UTC." in words(page.one("section", class_="months"))


def test_before_anything_was_done_the_page_says_so(db: None) -> None:
    assert "There is nothing to tell yet." in words(read(Client().get("/moderation/")).one("main"))


def test_the_page_is_linked_from_every_other_one(db: None) -> None:
    links = [link.attributes["href"] for link in read(Client().get("/")).one("footer").all("a")]
    assert "/moderation/" in links


def test_the_page_reads_sums_and_no_ledger(edition: Edition, django_assert_num_queries: Callable[..., object]) -> None:
    factories.approved(edition)
    public_figures.renew()
    client = Client()
    client.get("/moderation/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/moderation/")
    assert [query["sql"] for query in asked if "comments_decision" in query["sql"]] == []

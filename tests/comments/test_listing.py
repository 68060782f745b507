"""How many comments a story has, as shown in lists of stories."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments import listing
from comments.models import Thread
from comments.states import Status
from newsportal.pages.models import ChangedName
from tests import factories
from tests.comments.reading import read, words

pytestmark = pytest.mark.django_db


def told(path: str) -> list[str]:
    return [words(one) for one in read(Client().get(path)).all("span", class_="card__comments")]


LISTS = ("/", "/sections/world/", "/search/?q=harbour")


def test_lists_follow_what_readers_see_when_the_worker_has_counted() -> None:
    edition = factories.live(headline="Harbour")
    first, _second = (factories.approved(edition) for _ in range(2))
    factories.pending(edition)
    assert [told(path) for path in LISTS] == [[], [], []]
    call_command("worker", "--once")
    assert [told(path) for path in LISTS] == [["2 comments"]] * 3
    factories.decided(first, Status.SPAM)
    assert told("/") == ["2 comments"]
    call_command("worker", "--once")
    assert told("/") == ["1 comment"]


def test_only_what_is_different_is_counted_and_named() -> None:
    editions = [factories.live() for _ in range(3)]
    for edition in editions:
        factories.approved(edition)
    assert listing.count_due() == 3
    ChangedName.objects.all().delete()
    factories.approved(editions[0])
    ChangedName.objects.all().delete()
    assert (listing.count_due(), listing.count_due()) == (1, 0)
    assert [row.name for row in ChangedName.objects.all()] == [f"thread:{editions[0].article_id}:listing"]
    assert sorted(Thread.objects.values_list("listed_count", flat=True)) == [1, 1, 2]


def test_a_list_asks_once_however_many_stories_it_has() -> None:
    def cost() -> list[int]:
        asked = []
        for path in LISTS:
            with CaptureQueriesContext(connection) as queries:
                Client().get(path)
            asked.append(sum("listed_count" in query["sql"] for query in queries))
        return asked

    factories.approved(factories.live(headline="Harbour"))
    assert cost() == [1, 1, 1]
    for _ in range(5):
        factories.approved(factories.live(headline="Harbour"))
    assert cost() == [1, 1, 1]


def test_cards_below_a_story_tell_their_numbers_and_cost_no_query_more() -> None:
    story, other = factories.live(), factories.live()
    with CaptureQueriesContext(connection) as before:
        assert told(story.get_absolute_url()) == []
    for edition in (story, other):
        factories.approved(edition)
    call_command("worker", "--once")
    assert told(story.get_absolute_url()) == ["1 comment"]
    Thread.objects.filter(pk=story.article_id).update(public_count=0)
    with CaptureQueriesContext(connection) as after:
        assert told(story.get_absolute_url()) == ["1 comment"]
    assert len(after) == len(before)

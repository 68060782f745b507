"""A comment whose author had read an older edition says which change it was written before."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from articles.models import Edition
from articles.states import Kind
from tests import factories
from tests.comments.reading import read, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock: Traveller) -> Edition:
    return factories.live()


def said(edition: Edition, path: str = "") -> list[str]:
    page = read(Client().get(path or f"/articles/{edition.article_id}/comments/"))
    return [words(line) for line in page.all("p", class_="comment__before")]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (Kind.CORRECTION, "This comment was written before the correction of 2 March 2026, 12:10 UTC."),
        (Kind.CLARIFICATION, "This comment was written before the clarification of 2 March 2026, 12:10 UTC."),
        (Kind.UPDATE, "This comment was written before the update of 2 March 2026, 12:10 UTC."),
    ],
)
def test_it_says_before_which_change_it_was_written(edition: Edition, clock: Traveller, kind: Kind, line: str) -> None:
    top = factories.approved(edition)
    clock.shift(timedelta(minutes=1))
    factories.approved(edition, parent=top)
    clock.shift(timedelta(minutes=9))
    assert said(edition) == []
    new = factories.updated(edition, kind=kind, note="The day was wrong.")
    factories.approved(new)
    assert said(edition) == [line, line]
    assert said(edition, new.get_absolute_url()) == [line, line]


def test_who_had_the_old_page_open_wrote_before_it_too(edition: Edition, clock: Traveller) -> None:
    clock.shift(timedelta(minutes=10))
    new = factories.updated(edition, kind=Kind.CORRECTION, note="The day was wrong.")
    clock.shift(timedelta(minutes=5))
    factories.approved(new, edition_number=1)
    factories.approved(new, edition_number=2)
    assert len(said(edition)) == 1


def test_a_mended_typo_is_no_change(edition: Edition, clock: Traveller) -> None:
    factories.approved(edition)
    clock.shift(timedelta(minutes=10))
    factories.updated(edition, kind=Kind.TYPO)
    assert said(edition) == []


def test_of_several_changes_the_gravest_is_named(edition: Edition, clock: Traveller) -> None:
    factories.approved(edition)
    for kind in (Kind.UPDATE, Kind.CORRECTION, Kind.CORRECTION, Kind.TYPO):
        clock.shift(timedelta(minutes=10))
        factories.updated(edition, kind=kind, note="" if kind is Kind.TYPO else "What changed.")
    assert said(edition) == ["This comment was written before the correction of 2 March 2026, 12:20 UTC."]


def test_it_costs_the_story_nothing_and_a_page_of_comments_one_query(edition: Edition, clock: Traveller) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            Client().get(path)
        return len(asked)

    clock.shift(timedelta(minutes=10))
    new = factories.updated(edition, kind=Kind.CORRECTION, note="The day was wrong.")
    factories.approved(new)
    pages = (new.get_absolute_url(), f"/articles/{edition.article_id}/comments/")
    without = [cost(page) for page in pages]
    for _ in range(3):
        factories.approved(new, edition_number=1)
    assert [cost(page) for page in pages] == [without[0], without[1] + 1]

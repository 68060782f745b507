"""Unsaved text: whose slot it is in, who may write there, and when it is emptied."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from articles import autosaving, publishing
from articles.autosaving import Late, Page
from articles.models import Article, OpenPage, UnsavedText
from newsportal.refusal import NotPermitted, Stale
from tests import factories

NOW = datetime(2026, 3, 2, 14, 5, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def editor() -> User:
    return factories.user("editors")


def keep(page: Page, text: str, based_on: int = 1) -> UnsavedText:
    return autosaving.keep(page, fields={"body": [text]}, based_on=based_on)


def slots() -> list[tuple[str, int]]:
    return [(slot.fields["body"][0], slot.based_on) for slot in UnsavedText.objects.order_by("pk")]


def test_a_slot_holds_the_newest_text_and_the_story_never_hears_of_it(editor: User) -> None:
    story = factories.article()
    page = Page(editor, story, "one")
    keep(page, "First")
    keep(page, "Second")
    assert slots() == [("Second", 1)]
    after = Article.objects.get(pk=story.pk)
    assert (after.body, after.version, after.changed_at, after.log.count()) == (story.body, 1, story.changed_at, 1)


def test_each_editor_and_each_story_has_a_slot_and_new_stories_have_one(editor: User) -> None:
    story, other = factories.article(), factories.user("editors")
    keep(Page(editor, story, "one"), "Mine")
    keep(Page(other, story, "two"), "Theirs")
    keep(Page(editor, factories.article(), "three"), "Elsewhere")
    keep(Page(editor, None, "four"), "New", based_on=0)
    keep(Page(other, None, "five"), "New, too", based_on=0)
    assert slots() == [("Mine", 1), ("Theirs", 1), ("Elsewhere", 1), ("New", 0), ("New, too", 0)]


@pytest.mark.parametrize("is_new", [False, True])
def test_a_page_does_not_write_over_text_that_it_has_not_seen(editor: User, is_new: bool) -> None:
    story = None if is_new else factories.article()
    keep(Page(editor, story, "one"), "Typed in the first window")
    with pytest.raises(Stale) as refused:
        keep(Page(editor, story, "two"), "Typed in the second")
    assert "Other unsaved text of yours, of 14:05:09 UTC, is kept" in refused.value.words
    assert slots() == [("Typed in the first window", 1)]
    keep(Page(editor, story, "three", took="one"), "Taken back and gone on")
    assert slots() == [("Taken back and gone on", 1)]


def test_saving_empties_the_slot_of_the_page_alone(editor: User) -> None:
    story, other = factories.article(), factories.user("editors")
    keep(Page(editor, story, "one"), "Mine")
    keep(Page(other, story, "two"), "Theirs")
    autosaving.saved(Page(editor, story, "three"), new=False)
    assert slots() == [("Mine", 1), ("Theirs", 1)]
    autosaving.saved(Page(editor, story, "one"), new=False)
    assert slots() == [("Theirs", 1)]


def test_a_new_story_that_is_saved_empties_the_slot_of_new_stories(editor: User) -> None:
    keep(Page(editor, None, "one"), "New", based_on=0)
    autosaving.saved(Page(editor, factories.article(editor), "one"), new=True)
    assert slots() == []


def test_what_a_page_sends_after_it_was_saved_comes_too_late(editor: User) -> None:
    story = factories.article()
    page = Page(editor, story, "one")
    autosaving.saved(page, new=False)
    with pytest.raises(Late):
        keep(page, "Sent before, arrived after")
    assert slots() == []


def test_who_may_not_edit_the_story_keeps_nothing_in_it(editor: User) -> None:
    writer = factories.user("writers")
    own = factories.article(writer)
    keep(Page(writer, own, "one"), "Typed")
    publishing.submit(own, by=writer, saw=1)
    for page in (Page(writer, own, "one"), Page(writer, factories.article(), "two")):
        with pytest.raises(NotPermitted):
            keep(page, "No")
    with pytest.raises(NotPermitted):
        keep(Page(factories.user("moderators"), None, "three"), "No")
    assert slots() == [("Typed", 1)]


def test_only_the_text_that_was_shown_is_thrown_away(editor: User) -> None:
    story = factories.article()
    keep(Page(editor, story, "one"), "Typed")
    with pytest.raises(Stale):
        autosaving.throw_away(Page(editor, story, "", took="another"))
    autosaving.throw_away(Page(factories.user("editors"), story, "", took="one"))
    assert slots() == [("Typed", 1)]
    autosaving.throw_away(Page(editor, story, "", took="one"))
    assert slots() == []
    autosaving.throw_away(Page(editor, story, "", took="one"))


def test_colleagues_are_told_for_a_minute(editor: User, clock: time_machine.Traveller) -> None:
    story, other = factories.article(), factories.user("editors", first_name="Ada", last_name="Byrne")
    autosaving.beat(Page(other, story, "one"))
    autosaving.beat(Page(other, factories.article(), "elsewhere"))
    autosaving.beat(Page(editor, story, "mine"))
    assert [(one.name, one.since, one.is_typing) for one in autosaving.colleagues(story, editor)] == [
        ("Ada Byrne", NOW, False)
    ]
    clock.shift(59)
    assert len(autosaving.colleagues(story, editor)) == 1
    clock.shift(1)
    assert autosaving.colleagues(story, editor) == []


def test_a_colleague_who_types_is_typing_for_a_while(editor: User, clock: time_machine.Traveller) -> None:
    story, other = factories.article(), factories.user("editors")
    autosaving.beat(Page(other, story, "two"))
    clock.shift(5)
    keep(Page(other, story, "one"), "Typed")
    seen = [autosaving.colleagues(story, editor)]
    clock.shift(15)
    seen.append(autosaving.colleagues(story, editor))
    told = [(one.since, one.typed_at, one.is_typing) for (one,) in seen]
    assert told == [(NOW, NOW + 5 * SECOND, True), (NOW, NOW + 5 * SECOND, False)]
    autosaving.saved(Page(other, story, "one"), new=False)
    autosaving.saved(Page(other, story, "two"), new=False)
    assert autosaving.colleagues(story, editor) == []


def test_pages_are_forgotten_for_good_after_a_month(editor: User, clock: time_machine.Traveller) -> None:
    story = factories.article()
    autosaving.beat(Page(editor, story, "one"))
    clock.shift(timedelta(days=31))
    autosaving.beat(Page(editor, story, "two"))
    assert list(OpenPage.objects.values_list("page", "opened_at")) == [("two", timezone.now())]

"""Which rows a query returns, and above all which it does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils.text import slugify

from articles import editing, publishing
from articles.limits import TAGS_A_STORY
from articles.models import Article, Edition, EditionTag, Person, Section, Tag
from articles.publishing import Scheduled
from articles.states import Kind
from tests import factories

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def of(edition: Edition) -> Article:
    return Article.objects.get(pk=edition.article_id)


def test_live_holds_what_readers_see_now_and_nothing_else() -> None:
    live = factories.live()
    factories.article()
    factories.scheduled()
    with time_machine.travel(NOW - HOUR, tick=False):
        factories.withdrawn()
    assert list(Edition.objects.live()) == [live]
    assert list(Edition.objects.scheduled()) == [Edition.objects.get(visible_from__gt=NOW)]


def test_at_every_moment_a_story_has_at_most_one_live_edition() -> None:
    first = factories.live()
    second = factories.updated(first, at=NOW + HOUR)
    moments = [NOW - HOUR, NOW, NOW + HOUR - timedelta(microseconds=1), NOW + HOUR, NOW + 2 * HOUR]
    assert [list(Edition.objects.live(moment)) for moment in moments] == [[], [first], [first], [second], [second]]
    assert [list(Edition.objects.scheduled(moment)) for moment in (NOW, NOW + HOUR)] == [[second], []]


def test_an_update_does_not_move_a_story_to_the_top_again() -> None:
    older = factories.live(at=NOW - 2 * HOUR)
    newer = factories.live(at=NOW - HOUR)
    updated = factories.updated(older)
    assert list(Edition.objects.live().newest_first()) == [newer, updated]


def test_of_two_stories_of_one_moment_the_later_made_stands_first() -> None:
    first, second = factories.live(), factories.live()
    assert list(Edition.objects.live().newest_first()) == [second, first]


def test_editions_are_found_by_section_tag_and_person() -> None:
    person = factories.person()
    wanted = factories.live(section=factories.section("Culture"), tags=("Music",), people=(person,))
    factories.live(tags=("NATO",), people=(factories.person(),))
    assert list(Edition.objects.in_section(Section.objects.get(name="Culture"))) == [wanted]
    assert list(Edition.objects.tagged(Tag.objects.get(name="Music"))) == [wanted]
    assert list(Edition.objects.by_person(Person.objects.get(pk=person.pk))) == [wanted]


def test_public_notes_are_those_that_readers_were_told_newest_first() -> None:
    edition = factories.live()
    notes = [
        (Kind.TYPO, "An internal word."),
        (Kind.UPDATE, ""),
        (Kind.UPDATE, "New figures."),
        (Kind.CLARIFICATION, "It was meant so."),
        (Kind.CORRECTION, "It was 12."),
    ]
    for hours, (kind, note) in enumerate(notes, start=1):
        with time_machine.travel(NOW + hours * HOUR, tick=False):
            factories.updated(edition, kind=kind, note=note)
    assert [one.note for one in Edition.objects.with_public_note()] == [
        "It was 12.",
        "It was meant so.",
        "New figures.",
    ]


def test_begun_leaves_out_what_is_to_come_and_what_never_was_visible() -> None:
    first = factories.live()
    factories.updated(first)
    factories.updated(first, at=NOW + HOUR)
    assert list(Edition.objects.begun().values_list("number", flat=True)) == [2]
    assert list(Edition.objects.begun(NOW + HOUR).order_by("number").values_list("number", flat=True)) == [2, 3]


def test_writers_see_their_own_stories_and_editors_all() -> None:
    writer = factories.user("writers")
    own, other = factories.article(writer), factories.article()
    assert set(Article.objects.visible_to(writer)) == {own}
    assert set(Article.objects.visible_to(factories.user("editors"))) == {own, other}
    assert set(Article.objects.visible_to(factories.user("moderators"))) == set()


def presence(story: Article, moment: datetime | None = None) -> dict[str, bool]:
    names = ("is_live", "is_ending", "is_scheduled", "was_published", "is_changed")
    row = Article.objects.with_presence(moment).values(*names).get(pk=story.pk)
    return {name: True for name in names if row[name]}


def test_what_the_public_sees_of_a_story_is_read_off_its_editions() -> None:
    editor = factories.user("editors")
    assert presence(factories.article()) == {}
    story = of(factories.scheduled())
    assert presence(story) == {"is_scheduled": True}
    story = of(factories.live())
    assert presence(story) == {"is_live": True, "was_published": True}
    assert presence(story, NOW - HOUR) == {"is_scheduled": True}
    editing.save(story, by=editor, saw=story.version, fields=["headline"])
    assert presence(story) == {"is_live": True, "was_published": True, "is_changed": True}
    factories.publish(story, kind=Kind.UPDATE, at=NOW + HOUR)
    assert presence(story, NOW + HOUR) == {"is_live": True, "was_published": True}
    story.refresh_from_db()
    with time_machine.travel(NOW + HOUR, tick=False):
        publishing.withdraw(story, by=editor, saw=story.version, at=NOW + 2 * HOUR, scheduled=Scheduled.ASK)
        assert presence(story)["is_ending"] is True
    assert presence(story, NOW + 2 * HOUR) == {"was_published": True}


def test_a_card_costs_no_further_query(django_assert_num_queries: Any) -> None:
    for _ in range(3):
        factories.live()
    with django_assert_num_queries(1):
        assert [(one.section.name, one.picture) for one in Edition.objects.live().for_card()] == [("World", None)] * 3


def test_a_page_costs_the_same_whatever_it_names(django_assert_num_queries: Any) -> None:
    few = factories.live(tags=("A",), people=(factories.person(),))
    many = factories.live(tags=("A", "B", "C"), people=tuple(factories.person() for _ in range(3)))
    for edition, count in ((few, 1), (many, 3)):
        with django_assert_num_queries(3):
            found = Edition.objects.for_page().get(pk=edition.pk)
            assert (len(found.tag_list), len(found.people_in_order), found.section.name) == (count, count, "World")


def test_a_story_that_came_with_thousands_of_tags_names_the_first_of_them_by_name(
    django_assert_num_queries: Any,
) -> None:
    names = [f"Topic {number:05}" for number in range(2_000)]
    tags = Tag.objects.bulk_create(Tag(name=name, slug=slugify(name)) for name in reversed(names))
    edition = factories.live()
    EditionTag.objects.bulk_create(EditionTag(edition=edition, tag=tag) for tag in tags)
    with django_assert_num_queries(3):
        shown = Edition.objects.for_page().get(pk=edition.pk)
        assert [tag.name for tag in shown.tag_list] == names[:TAGS_A_STORY]
    assert Edition.objects.get(pk=edition.pk).tag_list == shown.tag_list


def test_the_newest_of_each_section_are_no_fewer_than_are_asked_for() -> None:
    stories = {
        name: [factories.live(at=NOW - hours * HOUR, section=factories.section(name)) for hours in range(1, count + 1)]
        for name, count in (("World", 4), ("Culture", 1))
    }
    factories.scheduled()
    assert set(Edition.objects.live().newest_of_sections(2)) == {*stories["World"][:2], *stories["Culture"]}
    assert Edition.objects.live().newest_of_sections(4).count() == 5

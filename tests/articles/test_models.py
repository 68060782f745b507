"""What the database refuses whoever asks, and what a row says about itself."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from articles.models import (
    Article,
    ArticleLog,
    Byline,
    Edition,
    EditionPerson,
    EditionTag,
    FormerSlug,
    KeyPoint,
    Person,
    Picture,
    Quote,
    Section,
    Source,
    Tag,
)
from articles.states import ALLOWED, KINDS_WITH_NOTE, Act, Kind, KindOfWork, Status
from tests import factories
from tests.articles.images import stored_picture

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], Any], constraint: str) -> None:
    """The database refuses; PostgreSQL names the constraint, SQLite does so for checks, and else the columns."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    assert constraint in str(error.value) or "UNIQUE constraint failed" in str(error.value)


def copy(edition: Edition, **fields: Any) -> Edition:
    """A copy of the edition under the next number, with an end, except for the given fields."""
    values = Edition.objects.filter(pk=edition.pk).values().get()
    del values["id"]
    return Edition(**{**values, "number": 2, "visible_until": values["visible_from"], **fields})


# --- Constraints ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "constraint"), [("status", "article_status_known"), ("kind_of_work", "article_kind_known")]
)
def test_a_story_has_a_known_status_and_kind(field: str, constraint: str) -> None:
    story = factories.article()
    refused(lambda: Article.objects.filter(pk=story.pk).update(**{field: "other"}), constraint)


def test_a_log_row_names_a_known_act() -> None:
    story = factories.article()
    refused(
        lambda: ArticleLog.objects.create(article=story, act="lost", by=story.owner, at=NOW), "article_log_act_known"
    )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"number": 1}, "edition_numbers_are_distinct"),
        ({"visible_until": None}, "one_open_edition_an_article"),
        ({"kind": "other"}, "edition_kind_known"),
        ({"kind": Kind.CORRECTION, "note": ""}, "edition_says_what_it_corrects"),
        ({"kind": Kind.CLARIFICATION, "note": ""}, "edition_says_what_it_corrects"),
    ],
)
def test_the_database_refuses_an_impossible_edition(fields: dict[str, Any], constraint: str) -> None:
    edition = factories.live()
    refused(copy(edition, **fields).save, constraint)


def test_an_edition_does_not_end_before_it_begins() -> None:
    edition = factories.live()
    refused(
        copy(edition, visible_until=edition.visible_from - timedelta(microseconds=1)).save,
        "edition_ends_after_it_begins",
    )


def test_what_the_constraints_allow_is_stored() -> None:
    edition = factories.live()
    copy(edition, kind=Kind.CORRECTION, note="It was 12, not 21.").save()
    copy(edition, kind=Kind.TYPO, number=3).save()
    assert list(edition.article.editions.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_nobody_stands_twice_in_a_byline() -> None:
    person = factories.person()
    story = factories.article(people=(person,))
    refused(lambda: Byline.objects.create(article=story, person=person, position=1), "byline_names_a_person_once")
    edition = factories.publish(story)
    refused(
        lambda: EditionPerson.objects.create(edition=edition, person=person, position=1),
        "edition_names_a_person_once",
    )


def test_an_edition_has_a_tag_once() -> None:
    edition = factories.live(tags=("NATO",))
    refused(lambda: EditionTag.objects.create(edition=edition, tag=Tag.objects.get()), "edition_has_a_tag_once")


def test_two_quotes_of_a_story_have_two_names_and_two_stories_may_share_one() -> None:
    first, _second = factories.article(), factories.article()
    refused(
        lambda: Quote.objects.create(article=first, marker="said", words="x", speaker="y"), "quote_names_are_distinct"
    )
    assert Quote.objects.filter(marker="said").count() == 2


@pytest.mark.parametrize("model", [Section, Tag, Source])
def test_names_of_sections_tags_and_sources_are_given_once(model: type[Any]) -> None:
    more = {} if model is Source else {"slug": "other"}
    model.objects.create(name="The same", **({} if model is Source else {"slug": "same"}))
    refused(lambda: model.objects.create(name="The same", **more), "name")


@pytest.mark.parametrize("model", [Section, Tag, Person])
def test_addresses_of_sections_tags_and_people_are_given_once(model: type[Any]) -> None:
    model.objects.create(name="One", slug="same")
    refused(lambda: model.objects.create(name="Two", slug="same"), "slug")


def test_a_former_address_belongs_to_exactly_one_thing() -> None:
    section, tag = factories.section(), Tag.objects.create(name="T", slug="t")
    refused(lambda: FormerSlug.objects.create(slug="old"), "former_slug_of_one_thing")
    refused(lambda: FormerSlug.objects.create(slug="old", section=section, tag=tag), "former_slug_of_one_thing")


def test_a_former_address_is_given_once_among_things_of_a_kind() -> None:
    section, person = factories.section(), factories.person()
    tags = [Tag.objects.create(name=name, slug=name) for name in ("a", "b")]
    FormerSlug.objects.create(slug="old", section=section)
    FormerSlug.objects.create(slug="old", person=person)
    FormerSlug.objects.create(slug="old", tag=tags[0])
    refused(
        lambda: FormerSlug.objects.create(slug="old", section=factories.section("Culture")), "former_slug_of_section"
    )
    refused(lambda: FormerSlug.objects.create(slug="old", person=factories.person()), "former_slug_of_person")
    refused(lambda: FormerSlug.objects.create(slug="old", tag=tags[1]), "former_slug_of_tag")


def test_what_readers_were_shown_is_protected_from_deletion() -> None:
    person = factories.person()
    picture = stored_picture()
    edition = factories.live(tags=("NATO",), people=(person,), picture=picture)
    story = edition.article
    Byline.objects.all().delete()
    story.tags.clear()
    Article.objects.update(picture=None, source=None)
    for row in (person, picture, Tag.objects.get(), edition.section, story, story.owner):
        with pytest.raises(ProtectedError):
            row.delete()


# --- Predicates and words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "day", "words"),
    [
        ("Brussels", date(2026, 2, 11), "Brussels, February 11"),
        ("Brussels", None, "Brussels"),
        ("", date(2026, 2, 11), "February 11"),
        ("", None, ""),
    ],
)
def test_a_dateline_reads_as_a_newspaper_prints_it(place: str, day: date | None, words: str) -> None:
    assert Edition(dateline_place=place, dateline_date=day).dateline == words


@pytest.mark.parametrize(("seconds", "told"), [(0, False), (599, False), (600, True)])
def test_readers_are_told_of_an_update_after_ten_minutes(seconds: int, told: bool) -> None:
    assert Edition(first_visible_from=NOW, told_from=NOW + timedelta(seconds=seconds)).is_updated is told


@pytest.mark.parametrize(
    ("begins", "ends", "live", "future"),
    [
        (0, None, True, False),
        (-1, 1, True, False),
        (-1, 0, False, False),
        (0, 0, False, False),
        (1, None, False, True),
    ],
)
def test_an_edition_is_live_from_its_beginning_until_just_before_its_end(
    begins: int, ends: int | None, live: bool, future: bool
) -> None:
    until = None if ends is None else NOW + timedelta(seconds=ends)
    edition = Edition(visible_from=NOW + timedelta(seconds=begins), visible_until=until)
    with time_machine.travel(NOW, tick=False):
        assert (edition.is_live, edition.is_future) == (live, future)


def test_people_stand_in_the_order_of_the_byline_and_tags_by_name() -> None:
    zoe, adam = factories.person("Zoe"), factories.person("Adam")
    edition = factories.live(people=(zoe, adam), tags=("Ukraine", "NATO"))
    assert edition.people_in_order == [zoe, adam]
    assert [tag.name for tag in edition.tag_list] == ["NATO", "Ukraine"]


def test_the_address_of_a_story_has_the_articles_id_and_the_editions_words() -> None:
    edition = factories.live(headline="Ice core: 800 summers!")
    assert edition.get_absolute_url() == f"/articles/{edition.article_id}/ice-core-800-summers/"


def test_rows_call_themselves_by_what_people_know_them_by() -> None:
    person = factories.person("Ana")
    edition = factories.live(headline="Head", tags=("NATO",), people=(person,))
    story = edition.article
    by = story.log.first()
    assert by is not None
    picture = Picture(alt="A harbour")
    assert [str(row) for row in (edition, story, person, edition.section, Tag.objects.get(), Source.objects.get())] == [
        "Head",
        "Head",
        "Ana",
        "World",
        "NATO",
        "ANI",
    ]
    assert [str(KeyPoint.objects.get()), str(Quote.objects.get()), str(picture)] == [
        "One point",
        "Words were said.",
        "A harbour",
    ]
    assert [str(Byline.objects.get()), str(EditionPerson.objects.get()), str(EditionTag.objects.get())] == [
        "Ana",
        "Ana",
        "NATO",
    ]
    assert [str(by), str(FormerSlug(slug="old"))] == [f"published, {by.by}", "old"]


@pytest.mark.parametrize(
    ("tag", "good"),
    [("en", True), ("pt-BR", True), ("hi-Deva-IN", True), ("EN", False), ("e", False), ("en_GB", False)],
)
def test_a_language_is_a_language_tag(tag: str, good: bool) -> None:
    field = Article._meta.get_field("language")
    if good:
        assert field.clean(tag, None) == tag
    else:
        with pytest.raises(ValidationError):
            field.clean(tag, None)


# --- Tables ---------------------------------------------------------------------------------------------------------


def test_the_table_of_steps_is_the_one_that_the_desk_knows() -> None:
    assert {act: set(froms) for act, froms in ALLOWED.items()} == {
        Act.SUBMITTED: {Status.DRAFT},
        Act.SENT_BACK: {Status.IN_REVIEW, Status.READY},
        Act.ACCEPTED: {Status.DRAFT, Status.IN_REVIEW},
        Act.PUBLISHED: {Status.DRAFT, Status.IN_REVIEW, Status.READY},
    }
    assert {Kind.CLARIFICATION, Kind.CORRECTION} == KINDS_WITH_NOTE


def test_a_new_story_is_a_draft_of_news_in_english() -> None:
    story = Article.objects.get(pk=factories.article().pk)
    assert (story.status, story.kind_of_work, story.language, story.is_draft) == (
        Status.DRAFT,
        KindOfWork.NEWS,
        "en",
        True,
    )
    assert story.created_at <= timezone.now()

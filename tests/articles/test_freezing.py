"""What an edition keeps, whatever happens to the article and its library afterwards."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import ProtectedError

from articles.freezing import byline_of, reading_minutes, slug_of
from articles.models import Article, Byline, Edition, KeyPoint, Person, Quote
from articles.states import KindOfWork
from tests import factories
from tests.articles.images import stored_picture

pytestmark = pytest.mark.django_db


def everything(edition: Edition) -> dict[str, Any]:
    """Everything that readers see of an edition."""
    edition = Edition.objects.get(pk=edition.pk)
    words = Edition.objects.filter(pk=edition.pk).values().get()
    return {
        **words,
        "tags": [tag.pk for tag in edition.tag_list],
        "people": [person.pk for person in edition.people_in_order],
    }


def full_story() -> Article:
    people = (factories.person("Ana"), factories.person("Bo"))
    story = factories.article(
        headline="NATO & Seoul",
        summary="They met.",
        seo_title="For engines",
        seo_description="A description",
        language="de",
        kind_of_work=KindOfWork.ANALYSIS,
        picture=stored_picture(),
        tags=("NATO", "Seoul"),
        people=people,
    )
    KeyPoint.objects.create(article=story, text="Another point", position=1)
    story.source.url = "https://ani.example/"
    story.source.save()
    return story


def test_an_edition_keeps_every_word_of_the_working_copy() -> None:
    story = full_story()
    edition = Edition.objects.get(pk=factories.publish(story).pk)
    expected = {
        "headline": "NATO & Seoul",
        "slug": "nato-seoul",
        "summary": "They met.",
        "key_points_heading": "In short",
        "key_points": ["One point", "Another point"],
        "quotes": [
            {"marker": "said", "words": "Words were said.", "speaker": "A Speaker", "role": "Chief", "pull": True}
        ],
        "body": "<p>First words.</p><p>[[quote said]]</p><p>Last words.</p>",
        "dateline_place": "Brussels",
        "dateline_date": date(2026, 2, 11),
        "source_name": "ANI",
        "source_url": "https://ani.example/",
        "byline": "Von Ana und Bo",
        "section_id": story.section_id,
        "picture_id": story.picture_id,
        "picture_alt": "A harbour",
        "picture_caption": "The harbour at noon.",
        "picture_credit": "M. Photographer",
        "seo_title": "For engines",
        "seo_description": "A description",
        "language": "de",
        "kind_of_work": "analysis",
        "reading_minutes": 1,
    }
    assert {name: getattr(edition, name) for name in expected} == expected
    assert [tag.name for tag in edition.tag_list] == ["NATO", "Seoul"]
    assert [person.name for person in edition.people_in_order] == ["Ana", "Bo"]


def test_nothing_that_the_desk_changes_later_reaches_an_edition() -> None:
    story = full_story()
    edition = factories.publish(story)
    before = everything(edition)
    KeyPoint.objects.all().delete()
    Quote.objects.update(words="Never said.", speaker="Nobody")
    Byline.objects.all().delete()
    story.tags.clear()
    story.source.name, story.source.url = "Other", ""
    story.source.save()
    picture = story.picture
    picture.alt, picture.caption, picture.credit = "x", "y", "z"
    picture.save()
    Article.objects.update(
        headline="H", summary="S", body="B", byline="Z", dateline_place="P", source=None, picture=None
    )
    assert everything(edition) == before


def test_a_story_without_source_picture_people_and_tags_leaves_their_places_empty() -> None:
    story = factories.article(source=None, dateline_place="", dateline_date=None)
    edition = factories.publish(story)
    assert (edition.source_name, edition.source_url, edition.byline, edition.dateline) == ("", "", "", "")
    assert (edition.picture, edition.picture_alt, edition.picture_caption, edition.picture_credit) == (None, "", "", "")
    assert (edition.tag_list, edition.people_in_order) == ([], [])


def test_the_figures_of_the_body_are_frozen_with_their_words_and_their_pictures_protected() -> None:
    one, two = stored_picture(), stored_picture(alt="A ship", caption="", credit="")
    body = f"<p>[[picture {two.pk}]]</p><p>One.</p><p>[[picture {one.pk}]]</p><p>[[picture {two.pk}]]</p>"
    body += f"<p>[[picture 9999999]]</p><p>[[picture x]]</p><p>[[picture {'9' * 40}]]</p>"
    edition = factories.live(body=body)
    assert edition.figures == [
        {"picture": two.pk, "alt": "A ship", "caption": "", "credit": ""},
        {"picture": one.pk, "alt": "A harbour", "caption": "The harbour at noon.", "credit": "M. Photographer"},
    ]
    assert set(edition.figure_pictures.all()) == {one, two}
    one.alt = "Another"
    one.save()
    assert Edition.objects.get().figures == edition.figures
    with pytest.raises(ProtectedError):
        one.delete()


def test_a_picture_inside_a_paragraph_of_words_is_no_figure() -> None:
    edition = factories.live(body=f"<p>See [[picture {stored_picture().pk}]].</p>")
    assert (edition.figures, edition.figure_pictures.count()) == ([], 0)


def test_a_byline_that_was_written_by_hand_is_kept_as_it_is() -> None:
    edition = factories.live(people=(factories.person("Ana"),), byline="Ana, and our staff")
    assert edition.byline == "Ana, and our staff"


@pytest.mark.parametrize(
    ("names", "byline"),
    [([], ""), (["Ana"], "By Ana"), (["Ana", "Bo"], "By Ana and Bo"), (["Ana", "Bo", "Cy"], "By Ana, Bo and Cy")],
)
def test_a_byline_lists_its_people(names: list[str], byline: str) -> None:
    assert byline_of([Person(name=name) for name in names], "en") == byline


def test_a_language_that_the_interface_does_not_speak_has_a_byline_all_the_same() -> None:
    assert byline_of([Person(name="Ana")], "zz-Zzzz") == "By Ana"


def test_people_stand_in_the_order_of_their_positions() -> None:
    story = factories.article()
    for name, position in (("Last", 9), ("First", 1)):
        Byline.objects.create(article=story, person=factories.person(name), position=position)
    assert factories.publish(story).byline == "By First and Last"


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (220, 1), (221, 2), (440, 2), (441, 3)])
def test_reading_takes_a_minute_for_every_220_words_begun(words: int, minutes: int) -> None:
    assert reading_minutes("word " * words) == minutes


def test_the_reading_time_counts_summary_and_body_without_the_quotes_that_repeat_it() -> None:
    body = f"<p>[[quote said]]</p><p>{'word ' * 210}</p>"
    assert factories.live(summary="word " * 10, body=body).reading_minutes == 1
    assert factories.live(summary="word " * 11, body=body).reading_minutes == 2


@pytest.mark.parametrize(
    ("given", "headline", "slug"),
    [
        ("as-given", "Something else", "as-given"),
        ("", "Ice core: 800 summers!", "ice-core-800-summers"),
        ("", "सूखी घाटी", "story"),
        ("", "!?", "story"),
        ("", "a" * 119 + " bcd", "a" * 119),
        ("", "Comments", "story-comments"),
        ("comments", "Something", "story-comments"),
        ("error", "Something", "story-error"),
        ("", "Error!", "story-error"),
    ],
)
def test_the_address_is_as_given_or_made_from_the_headline(given: str, headline: str, slug: str) -> None:
    assert slug_of(Article(slug=given, headline=headline)) == slug


def test_a_reserved_address_leads_to_the_story_and_not_to_what_stands_beside_it(client: Any) -> None:
    edition = factories.live(headline="Comments", at=datetime(2026, 2, 1, tzinfo=UTC))
    response = client.get(edition.get_absolute_url())
    assert (response.status_code, response.context["edition"]) == (200, edition)

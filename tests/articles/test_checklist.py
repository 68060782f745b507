"""The checklist before publishing: what it finds, in which words, where, and what blocks."""

from typing import Any

import pytest

from articles import publishing
from articles.checklist import check
from articles.facts import gather
from articles.models import Article, KeyPoint, Quote, Section, Tag
from articles.states import Status
from newsportal.refusal import Refusal
from tests import factories
from tests.articles.images import large_picture, stored_picture

pytestmark = pytest.mark.django_db

BODY = "<p>First words.</p><p>[[quote said]]</p><p>Last words.</p>"


def story(**fields: Any) -> Article:
    """A story without a fault, except for what `fields` say."""
    made = factories.article(**{"picture": large_picture(), **fields})
    for text in ("Another", "A third"):
        KeyPoint.objects.create(article=made, text=text)
    return made


def found(made: Article) -> list[tuple[str, str, bool]]:
    return [(finding.words, finding.field, finding.blocks) for finding in check(gather(made))]


def test_a_story_that_is_in_order_has_no_findings() -> None:
    assert found(story()) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"headline": " "}, ("The story has no headline.", "headline", True)),
        ({"summary": ""}, ("There is no summary: lists, feeds and search engines show none.", "summary", False)),
        (
            {"kind_of_work": "advertisement", "source": None},
            ("The advertisement does not say who paid for it: give a source.", "source", False),
        ),
        ({"picture": None}, ("There is no lead picture.", "picture", False)),
        (
            {"seo_title": "x" * 61},
            (
                "The title for search engines will be cut: it has 61 characters, and 60 are shown.",
                "seo_title",
                False,
            ),
        ),
        (
            {"headline": "x" * 61},
            (
                "Search engines will cut the headline: it has 61 characters, and 60 are shown. Give a shorter title.",
                "seo_title",
                False,
            ),
        ),
        (
            {"body": f"{BODY}<h3>Why</h3>"},
            ("The first heading, “Why”, is of level 3, and should be of level 2.", "body", False),
        ),
        (
            {"body": f"{BODY}<h2>Why</h2><h4>And <em>how</em></h4>"},
            ("The heading “And how” is of level 4, and the one before it of level 2.", "body", False),
        ),
        (
            {"body": f"{BODY}<p>[[quote lost]]</p>"},
            ("The body has a place for a quote “lost”, but there is none.", "body", False),
        ),
        (
            {"body": "<p>Words.</p>"},
            ("Readers do not see the quote “said”: put [[quote said]] into a paragraph of its own.", "quotes", False),
        ),
    ],
)
def test_each_thing_is_found_and_said_with_its_place(fields: dict[str, Any], expected: tuple[str, str, bool]) -> None:
    assert found(story(**fields)) == [expected]


def test_headings_in_order_and_up_again_are_in_order() -> None:
    assert found(story(body=f"{BODY}<h2>A</h2><h3>B</h3><h4>C</h4><h2>D</h2><h3>E</h3>")) == []


def test_an_empty_body_blocks_and_its_quote_has_no_place() -> None:
    assert found(story(body="<p> </p>")) == [
        ("The story has no text.", "body", True),
        ("Readers do not see the quote “said”: put [[quote said]] into a paragraph of its own.", "quotes", False),
    ]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "There are 0 key points: 3 to 7 are read at a glance."),
        (1, "There is 1 key point: 3 to 7 are read at a glance."),
        (2, "There are 2 key points: 3 to 7 are read at a glance."),
        (3, None),
        (7, None),
        (8, "There are 8 key points: 3 to 7 are read at a glance."),
    ],
)
def test_three_to_seven_key_points_are_in_order(count: int, words: str | None) -> None:
    made = story()
    made.key_points.all().delete()
    for number in range(count):
        KeyPoint.objects.create(article=made, text=f"Point {number}")
    assert found(made) == ([(words, "key_points", False)] if words else [])


def test_a_quote_without_a_speaker_is_found() -> None:
    made = story()
    Quote.objects.filter(article=made).update(speaker=" ")
    assert found(made) == [("Nobody is named as the speaker of the quote “said”.", "quotes", False)]


def test_a_lead_picture_without_alternative_text_is_found() -> None:
    made = story()
    assert made.picture
    made.picture.alt = ""
    assert found(made) == [("The lead picture has no alternative text.", "picture", False)]


def test_a_decorative_lead_picture_needs_no_alternative_text() -> None:
    made = story()
    assert made.picture
    made.picture.alt, made.picture.is_decorative = "", True
    assert found(made) == []


# --- Links ----------------------------------------------------------------------------------------------------------


def dead(*links: str) -> list[str]:
    """Which of these links in a body are reported as leading nowhere."""
    body = BODY + "".join(f'<p><a href="{link}">x</a></p>' for link in links)
    words = [finding.words for finding in check(gather(story(body=body)))]
    return [word.removeprefix("The link to ").partition(" leads nowhere")[0] for word in words]


def test_links_that_lead_somewhere_are_in_order(settings: Any) -> None:
    edition = factories.live()
    tag = Tag.objects.create(name="Sea", slug="sea")
    person = factories.person()
    good = [
        edition.get_absolute_url(),
        settings.SITE_URL + edition.get_absolute_url() + "?page=2#x",
        f"/articles/{edition.article_id}/comments/",
        factories.section().get_absolute_url(),
        f"{factories.section().get_absolute_url()}feed/",
        tag.get_absolute_url(),
        person.get_absolute_url(),
        "/",
        "#top",
        "mailto:news@example.org",
        "https://elsewhere.example/articles/1/",
        "//elsewhere.example/never/",
        "/static/portal.css",
    ]
    assert dead(*good) == []


def test_links_that_lead_nowhere_are_told_as_they_were_written(settings: Any) -> None:
    draft, planned = factories.article(), factories.scheduled()
    withdrawn = factories.withdrawn()
    bad = [
        "/articles/999999/x/",
        f"/articles/{draft.pk}/x/",
        planned.get_absolute_url(),
        f"/articles/{planned.article_id}/comments/",
        withdrawn.get_absolute_url(),
        "/sections/never/",
        "/tags/never/feed/",
        "/people/never/",
        "/never/",
        f"{settings.SITE_URL}/never/",
        "never",
        "/admin/articles/article/",
    ]
    assert dead(*bad) == bad


def test_an_address_that_cannot_be_read_leads_nowhere() -> None:
    made = story()
    made.body = f'{BODY}<p><a href="http://[half/">x</a></p>'
    assert found(made) == [("The link to http://[half/ leads nowhere: readers find no such page here.", "body", False)]


def test_a_story_may_lead_to_itself() -> None:
    made = story()
    made.body = f'{BODY}<p><a href="/articles/{made.pk}/x/">x</a></p>'
    assert found(made) == []


def test_a_former_address_of_a_section_leads_on() -> None:
    section = Section.objects.create(name="Old", slug="old")
    section.former_slugs.create(slug="older")
    assert dead("/sections/older/") == []


# --- What blocks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"headline": " "}, "The story has no headline."),
        ({"body": ""}, "The story has no text."),
        ({"headline": "", "body": "<p></p>"}, "The story has no headline. The story has no text."),
    ],
)
def test_what_would_break_the_page_is_not_published(fields: dict[str, str], words: str) -> None:
    made = factories.article()
    Article.objects.filter(pk=made.pk).update(**fields)
    made.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        publishing.publish(made, by=factories.user("editors"), saw=made.version)
    assert refused.value.words == words
    made.refresh_from_db()
    assert (made.status, made.version, made.editions.count()) == (Status.DRAFT, 1, 0)


def test_what_warns_does_not_keep_a_story_back() -> None:
    made = factories.article(summary="", picture=None)
    assert factories.publish(made).is_live


def test_places_for_pictures_that_show_none_are_named() -> None:
    there = stored_picture()
    with_words = f"<p>See [[picture {there.pk}]] here.</p>"
    made = story(body=f"{BODY}{with_words}<p>[[picture 99999]]</p><p>[[picture {9**20}]]</p>")
    missing = "The body has a place for the picture %s, but the library has none of that number."
    shared = f"Readers do not see the picture {there.pk}: put [[picture {there.pk}]] into a paragraph of its own."
    assert found(made) == [
        (missing % 9**20, "body", False),
        (missing % 99999, "body", False),
        (shared, "body", False),
    ]


def test_a_lead_picture_that_fills_no_page_is_named() -> None:
    words = "The lead picture is small: 480 × 320 pixels, which are enlarged where it leads a page."
    assert found(story(picture=stored_picture())) == [(words, "picture", False)]

"""What a story says of itself to machines."""

import json
from datetime import UTC, datetime

import pytest
import time_machine

from articles.states import Kind
from articles.structured_data import as_script, news_article
from tests import factories
from tests.articles.images import stored_picture

NOW = datetime(2026, 2, 11, 13, 5, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_a_full_story_says_everything() -> None:
    person = factories.person("Ana")
    picture = stored_picture()
    with time_machine.travel(NOW, tick=False):
        edition = factories.live(
            headline="NATO & Seoul",
            summary="They met.",
            seo_title="For engines",
            seo_description="A description",
            picture=picture,
            tags=("Ukraine", "NATO"),
            people=(person,),
        )
    url = f"http://127.0.0.1:8000/articles/{edition.article_id}/nato-seoul/"
    assert news_article(edition, 5, comments=[{"@type": "Comment", "text": "As it was given."}]) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": "NATO & Seoul",
        "alternativeHeadline": "For engines",
        "description": "A description",
        "abstract": "They met.",
        "articleBody": "First words. Last words.",
        "articleSection": "World",
        "keywords": ["NATO", "Ukraine"],
        "dateline": "Brussels, February 11",
        "inLanguage": "en",
        "datePublished": "2026-02-11T13:05:00+00:00",
        "dateModified": "2026-02-11T13:05:00+00:00",
        "author": [
            {"@type": "Person", "name": "Ana", "url": f"http://127.0.0.1:8000/people/{person.slug}/"},
        ],
        "sourceOrganization": {"@type": "Organization", "name": "ANI"},
        "publisher": {"@type": "Organization", "name": "The Meridian", "url": "http://127.0.0.1:8000/"},
        "image": {
            "@type": "ImageObject",
            "url": f"http://127.0.0.1:8000{picture.file.share}",
            "caption": "The harbour at noon.",
            "creditText": "M. Photographer",
        },
        "isAccessibleForFree": True,
        "commentCount": 5,
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/CommentAction",
            "userInteractionCount": 5,
        },
        "comment": [{"@type": "Comment", "text": "As it was given."}],
    }


def test_what_a_story_lacks_is_left_out_and_a_count_of_nought_is_said() -> None:
    story = factories.article(summary="", source=None, dateline_place="", dateline_date=None)
    edition = factories.publish(story)
    edition.body = ""
    data = news_article(edition, 0)
    assert set(data) == {
        "@context",
        "@type",
        "@id",
        "url",
        "mainEntityOfPage",
        "headline",
        "articleSection",
        "inLanguage",
        "datePublished",
        "dateModified",
        "author",
        "publisher",
        "isAccessibleForFree",
        "commentCount",
        "interactionStatistic",
    }
    assert (data["commentCount"], data["author"]) == (0, {"@type": "Organization", "name": "The Meridian"})


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("news", "NewsArticle"),
        ("analysis", "AnalysisNewsArticle"),
        ("opinion", "OpinionNewsArticle"),
        ("advertisement", "AdvertiserContentArticle"),
    ],
)
def test_the_kind_of_work_is_said(kind: str, name: str) -> None:
    assert news_article(factories.live(kind_of_work=kind), 0)["@type"] == name


def test_a_story_without_people_is_by_its_source() -> None:
    story = factories.article()
    story.source.url = "https://ani.example/"
    story.source.save()
    data = news_article(factories.publish(story), 0)
    assert data["author"] == {"@type": "Organization", "name": "ANI"}
    assert data["sourceOrganization"] == {"@type": "Organization", "name": "ANI", "url": "https://ani.example/"}


def test_the_date_of_change_is_that_of_the_last_change_that_readers_are_told() -> None:
    edition = factories.live(at=NOW)
    archivist = factories.archivist()
    later, last = NOW.replace(hour=15), NOW.replace(hour=17)
    factories.publish(edition.article, by=archivist, kind=Kind.UPDATE, at=later)
    typo = factories.publish(edition.article, by=archivist, kind=Kind.TYPO, at=last)
    data = news_article(typo, 0)
    assert (data["datePublished"], data["dateModified"]) == (NOW.isoformat(), later.isoformat())


def test_a_picture_without_words_is_credited_to_the_paper_and_described() -> None:
    edition = factories.live(picture=stored_picture(caption="", credit=""))
    image = news_article(edition, 0)["image"]
    assert isinstance(image, dict)
    assert (image["caption"], image["creditText"]) == ("A harbour", "The Meridian")


@pytest.mark.parametrize(
    "text", ["</script><script>x()</script>", "<!--<script>", "a & b", "\u2028\u2029", '"\\ \x01', "नमस्ते"]
)
def test_no_text_ends_the_element_and_every_text_comes_back_as_it_was(text: str) -> None:
    element = as_script({"headline": text})
    start, end = '<script type="application/ld+json">', "</script>"
    inner = element.removeprefix(start).removesuffix(end)
    assert element == f"{start}{inner}{end}"
    assert set("<>&\u2028\u2029") & set(inner) == set()
    assert json.loads(inner) == {"headline": text}

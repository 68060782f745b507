"""What a story says about itself to machines."""

import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from articles.states import Kind
from articles.structured_data import as_script, breadcrumbs, news_article, profile, section_page
from tests import factories
from tests.articles.images import stored_picture

NOW = datetime(2026, 2, 11, 13, 5, tzinfo=UTC)

SITE = "http://127.0.0.1:8000"
PUBLISHER = {
    "@type": "NewsMediaOrganization",
    "@id": f"{SITE}/#publisher",
    "name": "The Meridian",
    "url": f"{SITE}/",
    "logo": {"@type": "ImageObject", "url": f"{SITE}/static/icon.svg"},
}

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
            {
                "@type": "Person",
                "name": "Ana",
                "url": f"http://127.0.0.1:8000/people/{person.slug}/",
                "jobTitle": "Reporter",
            },
        ],
        "sourceOrganization": {"@type": "Organization", "name": "ANI"},
        "publisher": PUBLISHER,
        "image": {
            "@type": "ImageObject",
            "url": f"http://127.0.0.1:8000{picture.file.share}",
            "width": 1200,
            "height": 630,
            "caption": "The harbour at noon.",
            "creditText": "M. Photographer",
        },
        "speakable": {"@type": "SpeakableSpecification", "cssSelector": [".story__headline", ".key-points__list"]},
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
    edition.body, edition.key_points = "", []
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
    assert data["citation"] == {"@type": "CreativeWork", "name": "ANI", "url": "https://ani.example/"}


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


def test_what_is_to_be_read_aloud_stands_on_the_page(client: Client) -> None:
    edition = factories.live()
    html = client.get(edition.get_absolute_url()).content.decode()
    spoken = news_article(edition, 0)["speakable"]
    assert isinstance(spoken, dict)
    for selector in spoken["cssSelector"]:
        assert html.count(f'class="{selector.removeprefix(".")}"') == 1, selector


def test_the_way_to_a_story_leads_through_its_section() -> None:
    edition = factories.live(headline="NATO & Seoul")
    way = [
        ("The Meridian", f"{SITE}/"),
        ("World", f"{SITE}/sections/world/"),
        ("NATO & Seoul", f"{SITE}/articles/{edition.article_id}/nato-seoul/"),
    ]
    steps = [
        {"@type": "ListItem", "position": position, "name": name, "item": url}
        for position, (name, url) in enumerate(way, start=1)
    ]
    about = {"@context": "https://schema.org", "@type": "BreadcrumbList"}
    assert breadcrumbs(edition.section, edition) == {**about, "itemListElement": steps}
    assert breadcrumbs(edition.section) == {**about, "itemListElement": steps[:2]}


def test_the_page_of_a_section_says_what_it_is_and_lends_its_picture_to_stories_without_one() -> None:
    section = factories.section("Culture")
    edition = factories.live(section=section)
    url = f"{SITE}/sections/culture/"
    plain = {"@context": "https://schema.org", "@type": "CollectionPage", "@id": url, "url": url, "name": "Culture"}
    assert section_page(section) == {**plain, "inLanguage": "en"}
    assert "image" not in news_article(edition, 0)
    section.description, section.picture = "Stages and books.", stored_picture()
    edition.section = section
    image = {
        "@type": "ImageObject",
        "url": f"{SITE}{section.picture.file.share}",
        "width": 1200,
        "height": 630,
        "caption": "The harbour at noon.",
        "creditText": "M. Photographer",
    }
    described = {"description": "Stages and books.", "image": image, "inLanguage": "en"}
    assert section_page(section) == {**plain, **described}
    assert news_article(edition, 0)["image"] == image


def test_the_page_about_somebody_says_who_they_are() -> None:
    person = factories.person("Ana")
    person.portrait = stored_picture()
    url = f"{SITE}/people/{person.slug}/"
    assert profile(person) == {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": url,
        "mainEntity": {
            "@type": "Person",
            "name": "Ana",
            "url": url,
            "jobTitle": "Reporter",
            "description": "Writes.",
            "image": f"{SITE}{person.portrait.crop(640).url}",
            "worksFor": PUBLISHER,
        },
    }


def test_who_says_nothing_of_themselves_has_a_name_and_a_paper() -> None:
    person = factories.person("Ana")
    person.role = person.bio = ""
    about = profile(person)["mainEntity"]
    assert isinstance(about, dict)
    assert set(about) == {"@type", "name", "url", "worksFor"}


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

"""What search engines are told to visit."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from articles.sitemaps import OWN_PAGES, ListSitemap, StorySitemap
from articles.states import Kind
from tests import factories
from tests.articles.images import stored_picture

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
SITE = "http://127.0.0.1:8000"
# The pages about the paper that exist before anybody has written any.
HOUSE = ("/about/", "/contact/", "/corrections-policy/", "/guidelines/", "/privacy/")
STORIES, LISTS, OF_NEWS = "/sitemap-stories.xml", "/sitemap-lists.xml", "/news-sitemap.xml"
OWN = [f"{SITE}{path}" for path in ("/", *OWN_PAGES, *HOUSE)]

pytestmark = pytest.mark.django_db


def read(client: Any, address: str, **headers: str) -> ElementTree.Element:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def listed(client: Any, address: str = STORIES, **headers: str) -> list[tuple[str, str | None]]:
    urls = read(client, address, **headers).iter(f"{SPACE}url")
    return [(url.findtext(f"{SPACE}loc", ""), url.findtext(f"{SPACE}lastmod")) for url in urls]


def test_live_stories_are_listed_and_nothing_else(client: Any) -> None:
    edition = factories.live(headline="Seen", at=datetime(2026, 2, 11, tzinfo=UTC))
    factories.article()
    factories.scheduled()
    factories.withdrawn()
    assert listed(client) == [(f"{SITE}/articles/{edition.article_id}/seen/", "2026-02-11")]


def test_the_lists_are_those_that_have_something_to_show_and_every_section(client: Any) -> None:
    ana, bo = factories.person("Ana"), factories.person("Bo")
    factories.section("Empty")
    for number in range(2):
        factories.live(headline=f"Seen {number}", tags=("Tea",), people=(ana,))
    factories.scheduled(tags=("Secret",), people=(bo,))
    found = ["/sections/empty/", "/sections/world/", "/tags/tea/", f"/people/{ana.slug}/"]
    assert listed(client, LISTS) == [(address, None) for address in (*OWN, *(f"{SITE}{path}" for path in found))]


def test_the_sites_own_pages_are_there(client: Any) -> None:
    assert {path: client.get(path).status_code for path in OWN_PAGES} == dict.fromkeys(OWN_PAGES, 200)


def test_a_story_is_listed_with_its_lead_picture(client: Any) -> None:
    picture = stored_picture()
    factories.live(picture=picture)
    places = read(client, STORIES).iter(f"{IMAGE}loc")
    assert [place.text for place in places] == [f"{SITE}{picture.file.share}"]


def test_a_story_is_dated_by_its_last_told_change(client: Any) -> None:
    edition = factories.live(at=datetime(2026, 2, 11, tzinfo=UTC))
    archivist = factories.archivist()
    for day, kind in ((13, Kind.UPDATE), (15, Kind.TYPO)):
        factories.publish(edition.article, by=archivist, kind=kind, at=datetime(2026, 2, day, tzinfo=UTC))
    assert [day for _, day in listed(client)] == ["2026-02-13"]


def test_addresses_are_built_from_the_sites_own_whatever_host_was_asked(client: Any, settings: Any) -> None:
    factories.live(headline="Here", slug="here")
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://news.example.org"
    for address in ("/sitemap.xml", STORIES, LISTS, OF_NEWS):
        places = [place.text or "" for place in read(client, address, host="evil.example").iter(f"{SPACE}loc")]
        assert places
        assert [place for place in places if not place.startswith("https://news.example.org/")] == []


def test_what_does_not_fit_stands_in_the_files_that_follow_and_the_index_names_each(
    client: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(StorySitemap, "limit", 2)
    monkeypatch.setattr(ListSitemap, "limit", len(OWN))
    editions = [factories.live(at=datetime(2026, 2, day, tzinfo=UTC)) for day in range(1, 6)]
    addresses = [f"{SITE}{edition.get_absolute_url()}" for edition in reversed(editions)]
    files = [place.text or "" for place in read(client, "/sitemap.xml").iter(f"{SPACE}loc")]
    assert [file.removeprefix(SITE) for file in files] == [
        *(LISTS, f"{LISTS}?p=2", STORIES, f"{STORIES}?p=2", f"{STORIES}?p=3")
    ]
    contents = [[url for url, _ in listed(client, file.removeprefix(SITE))] for file in files]
    assert contents == [OWN, [f"{SITE}/sections/world/"], addresses[:2], addresses[2:4], addresses[4:]]
    assert client.get(f"{STORIES}?p=4").status_code == 404


@pytest.mark.parametrize("page", ["0", "x", "-1", "", "99999999999999999999"])
def test_a_page_that_is_none_is_not_found(client: Any, page: str) -> None:
    assert client.get(STORIES, {"p": page}).status_code == 404


def test_an_empty_paper_has_its_own_pages(client: Any) -> None:
    assert [url for url, _ in listed(client, LISTS)] == OWN
    assert [place.text for place in read(client, "/sitemap.xml").iter(f"{SPACE}loc")] == [SITE + LISTS]
    assert (listed(client), listed(client, OF_NEWS)) == ([], [(f"{SITE}/", None)])


def test_news_engines_are_told_of_two_days_and_of_no_advertisement(client: Any) -> None:
    now = timezone.now()
    edition = factories.live(headline="NATO & Seoul", language="pt-BR", at=now - timedelta(hours=47))
    factories.live(at=now - timedelta(hours=49))
    factories.live(kind_of_work="advertisement")
    (news,) = read(client, OF_NEWS).iter(f"{NEWS}news")
    names = ("publication/name", "publication/language", "publication_date", "title")
    told = [news.findtext("/".join(NEWS + part for part in name.split("/"))) for name in names]
    begun = edition.first_visible_from.isoformat(timespec="seconds")
    assert told == ["The Meridian", "pt", begun, "NATO & Seoul"]


@pytest.mark.parametrize(
    ("language", "told"), [("en", "en"), ("", "en"), ("zh-Hant", "zh-tw"), ("zh-TW", "zh-tw"), ("zh", "zh-cn")]
)
def test_languages_are_told_as_news_engines_know_them(client: Any, language: str, told: str) -> None:
    factories.live(language=language)
    assert [found.text for found in read(client, OF_NEWS).iter(f"{NEWS}language")] == [told]


@pytest.mark.parametrize("address", ["/sitemap.xml", STORIES, LISTS, OF_NEWS])
def test_a_sitemap_is_asked_for_again_each_time(client: Any, address: str) -> None:
    response = client.get(address)
    assert response["Cache-Control"].startswith("public, no-cache, ")
    assert "Last-Modified" not in response
    assert response["Content-Type"] == "application/xml"

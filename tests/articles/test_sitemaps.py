"""What search engines are told to visit."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from articles.sitemaps import StorySitemap
from articles.states import Kind
from tests import factories

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = "http://127.0.0.1:8000"
# The pages about the paper that are there before somebody writes any.
HOUSE = {"/about/", "/contact/", "/corrections-policy/", "/guidelines/", "/privacy/"}

pytestmark = pytest.mark.django_db


def listed(client: Any, address: str = "/sitemap.xml", **headers: str) -> list[tuple[str, str | None]]:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    root = ElementTree.fromstring(response.content)
    urls = [(url.findtext(f"{SPACE}loc", ""), url.findtext(f"{SPACE}lastmod")) for url in root.iter(f"{SPACE}url")]
    return [(url, day) for url, day in urls if urlsplit(url).path not in HOUSE]


def test_sections_and_live_stories_are_listed_and_nothing_else(client: Any) -> None:
    edition = factories.live(headline="Seen", at=datetime(2026, 2, 11, tzinfo=UTC), people=(factories.person(),))
    factories.article()
    factories.scheduled()
    factories.withdrawn()
    assert listed(client) == [
        (f"{SITE}/sections/world/", None),
        (f"{SITE}/articles/{edition.article_id}/seen/", "2026-02-11"),
    ]


def test_a_story_is_dated_by_its_last_told_change(client: Any) -> None:
    edition = factories.live(at=datetime(2026, 2, 11, tzinfo=UTC))
    archivist = factories.archivist()
    for day, kind in ((13, Kind.UPDATE), (15, Kind.TYPO)):
        factories.publish(edition.article, by=archivist, kind=kind, at=datetime(2026, 2, day, tzinfo=UTC))
    assert [day for _, day in listed(client)] == [None, "2026-02-13"]


def test_addresses_are_built_from_the_sites_own_whatever_host_was_asked(client: Any, settings: Any) -> None:
    factories.section()
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://news.example.org"
    assert listed(client, host="evil.example") == [("https://news.example.org/sections/world/", None)]


def test_stories_that_do_not_fit_stand_on_the_pages_that_follow(client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(StorySitemap, "limit", 2)
    editions = [factories.live(at=datetime(2026, 2, day, tzinfo=UTC)) for day in range(1, 6)]
    addresses = [f"{SITE}{edition.get_absolute_url()}" for edition in reversed(editions)]
    pages = [[url for url, _ in listed(client, f"/sitemap.xml?p={number}")] for number in (1, 2, 3)]
    assert pages == [[f"{SITE}/sections/world/", *addresses[:2]], addresses[2:4], addresses[4:]]
    assert client.get("/sitemap.xml?p=4").status_code == 404


@pytest.mark.parametrize("page", ["0", "x", "-1", "", "99999999999999999999"])
def test_a_page_that_is_none_is_not_found(client: Any, page: str) -> None:
    assert client.get("/sitemap.xml", {"p": page}).status_code == 404


def test_an_empty_paper_has_an_empty_sitemap(client: Any) -> None:
    assert listed(client) == []


def test_a_sitemap_is_asked_for_again_each_time(client: Any) -> None:
    response = client.get("/sitemap.xml")
    assert response["Cache-Control"].startswith("public, no-cache, ")
    assert "Last-Modified" not in response
    assert response["Content-Type"] == "application/xml"

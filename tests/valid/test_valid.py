"""Validators find nothing in any page of the readers: Nu's for HTML and CSS, and those beside this file."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from articles import error_reports
from articles.error_tokens import path_of
from articles.models import Picture
from articles.states import Kind
from comments.tokens import address_path, own_path
from tests import factories
from tests.articles.images import stored_picture
from tests.pages import world as paper
from tests.pages.test_leaks import public_pages
from tests.valid import feeds, sitemaps
from tests.valid.vocabulary import Vocabulary

pytestmark = pytest.mark.django_db
PACKAGES = Path(__file__).parent / "node_modules"
CHECKER = PACKAGES / "vnu-jar/build/dist/vnu.jar"
DECLARATIONS = PACKAGES / "schema-dts/dist/schema.d.ts"
# Newer than the checker; browsers that do not know them leave a field at its rows, and a list at its beginning.
UNKNOWN_TO_THE_CHECKER = ".*(field-sizing|scroll-initial-target).*"
# Nor does it know layered imports, which make up two of the sheets, and a rule about moving from page to page.
NOT_CHECKED = {"portal.css", "staff.css", "view-transitions.css"}
DATUM = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@dataclass
class Answered:
    """A page as it was sent."""

    status: int
    kind: str
    body: bytes


@pytest.fixture(scope="module")
def pages(rows_of_the_module: None) -> dict[str, Answered]:
    """Every public page of a small paper, the pages of refused forms, and a reader's own pages."""
    world = paper.build()
    full = _full_story()
    comment = factories.pending(world.story, email="reader@example.org")
    report = error_reports.send(world.story, text="It was Tuesday.", address=factories.address())
    person = full.people_in_order[0].get_absolute_url()
    asked = [
        *(*public_pages(world), full.get_absolute_url(), person, f"{person}feed/", f"{person}feed/atom/", "/never/"),
        *("/search/?q=harbour", "/search/?q=nothingatall", own_path(comment), address_path(comment)),
        path_of(report),
    ]
    found = {address: _answered(Client().get(address)) for address in asked}
    for name, number in (("comments:new", world.story.article_id), ("articles:report_error", full.article_id)):
        address = reverse(name, args=[number])
        found[f"{address} refused"] = _answered(Client().post(address, "body=x", content_type=_FORM))
    return found


def test_the_html_checker_finds_neither_errors_nor_warnings(pages: dict[str, Answered], tmp_path: Path) -> None:
    """One process for all pages and style sheets: it takes longer to start than to read them."""
    java = shutil.which("java")
    if java is None or not CHECKER.exists():
        pytest.skip("there is no Java here, or no checker (npm brings it): HTML and CSS were not checked")
    names = {}
    for number, (address, page) in enumerate(_html(pages).items()):
        (tmp_path / f"{number}.html").write_bytes(page.body)
        names[f"{number}.html"] = address
    for sheet in (settings.BASE_DIR / "newsportal/static").rglob("*.css"):
        if sheet.name not in NOT_CHECKED:
            shutil.copy(sheet, tmp_path)
    # A page with a fault, which the checker must report as well.
    (tmp_path / "faulty.html").write_text("<!doctype html><html lang=en><title>x</title><img src=x>", encoding="utf-8")
    options = [
        "--no-langdetect",
        "--also-check-css",
        "--stdout",
        "--exit-zero-always",
        "--format",
        "json",
        "--filterpattern",
    ]
    command = [
        java,
        "-XX:TieredStopAtLevel=1",
        "-Xss4m",
        "-jar",
        str(CHECKER),
        *options,
        UNKNOWN_TO_THE_CHECKER,
        str(tmp_path),
    ]
    checked = subprocess.run(command, capture_output=True, check=True, timeout=300)
    told: dict[str, list[str]] = {}
    for message in json.loads(checked.stdout)["messages"]:
        file = message["url"].rpartition("/")[2]
        told.setdefault(names.get(file, file), []).append(f"{message['message']} {message.get('extract', '')}")
    assert len(told.pop("faulty.html")) == 1
    assert told == {}


def test_every_page_is_where_it_says_or_is_not_to_be_listed(pages: dict[str, Answered]) -> None:
    for address, page in _html(pages).items():
        html = page.body.decode()
        canonical = re.findall(r'<link rel="canonical" href="([^"]+)">', html)
        is_hidden = '<meta name="robots" content="noindex">' in html
        assert len(canonical) == (0 if is_hidden else 1), address
        assert all(place.startswith(f"{settings.SITE_URL}/") for place in canonical), address


def test_feeds_are_as_the_specifications_ask(pages: dict[str, Answered]) -> None:
    found = {address: page for address, page in pages.items() if page.kind.endswith(("rss+xml", "atom+xml"))}
    assert {address.split("/")[1] for address in found} >= {"articles", "corrections", "feed", *_LISTS}
    wrong = {address: feeds.complaints(page.body, settings.SITE_URL + address) for address, page in found.items()}
    assert {address: faults for address, faults in wrong.items() if faults} == {}


def test_sitemaps_are_as_their_schemas_ask(pages: dict[str, Answered]) -> None:
    found = {address: page for address, page in pages.items() if page.kind == "application/xml"}
    assert sorted(found) == ["/news-sitemap.xml", "/sitemap-lists.xml", "/sitemap-stories.xml", "/sitemap.xml"]
    wrong = {address: sitemaps.complaints(page.body, settings.SITE_URL) for address, page in found.items()}
    assert {address: faults for address, faults in wrong.items() if faults} == {}


def test_structured_data_says_nothing_that_schema_org_does_not_know(pages: dict[str, Answered]) -> None:
    if not DECLARATIONS.exists():
        pytest.skip("schema.org's vocabulary is not here (npm brings it): structured data were not checked")
    vocabulary = Vocabulary.read(DECLARATIONS)
    data = {address: _data(page) for address, page in _html(pages).items()}
    kinds = {datum["@type"] for found in data.values() for datum in found}
    assert kinds >= {"NewsArticle", "OpinionNewsArticle", "BreadcrumbList", "NewsMediaOrganization", "ProfilePage"}
    wrong = {address: [*_complaints(vocabulary, found)] for address, found in data.items()}
    assert {address: faults for address, faults in wrong.items() if faults} == {}


# --- The validators themselves --------------------------------------------------------------------------------------


def test_what_schema_org_does_not_know_is_found() -> None:
    if not DECLARATIONS.exists():
        pytest.skip("schema.org's vocabulary is not here (npm brings it)")
    datum = {"@type": "NewsArticle", "headlines": "x", "author": {"@type": "Place"}, "image": [{"@type": "Photo"}]}
    assert sorted(Vocabulary.read(DECLARATIONS).complaints(datum)) == [
        "/NewsArticle.author: a Place, and no IdReference or Organization or Person",
        "/NewsArticle.headlines: no such property",
        "/NewsArticle.image: a Photo, and no IdReference or ImageObject or URL",
        "/NewsArticle.image: no type 'Photo'",
    ]


GOOD_ITEM = "<item><title>x</title><link>https://a.example/1</link><guid>https://a.example/1</guid>{}</item>"
ENTRY = "<entry><id>https://a.example/1</id><title>x</title><updated>2026-02-11T13:05:00Z</updated>{}</entry>"


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("<pubDate>2026-02-11</pubDate>", "item: pubDate '2026-02-11' is no date of RFC 822"),
        ("<enclosure url='https://a.example/x.jpg' type='image/jpeg'/>", "an enclosure without address, length"),
        ("<description>&lt;a href='/x'&gt;</description>", "description: href=/x"),
        ("<title>y</title>", "title stands 2 times"),
        ("<price/>", "price has no place here"),
        ("<comments>#comments</comments>", "item: comments '#comments' is no absolute address"),
    ],
)
def test_what_rss_does_not_allow_is_found(more: str, fault: str) -> None:
    (found,) = feeds.complaints(_rss(GOOD_ITEM.format(more)), "https://a.example/feed/")
    assert fault in found
    assert feeds.complaints(_rss(GOOD_ITEM.format("")), "https://a.example/feed/") == []


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("<published>11 Feb 2026</published>", "published '11 Feb 2026' is no date of RFC 3339"),
        ("<category/>", "a category without a term"),
        ("<author><uri>https://a.example/</uri></author>", "an author without a name"),
        ("<link rel='enclosure' href='/x.jpg'/>", "a link enclosure to /x.jpg"),
        ("<content type='html'>&lt;img src='x.jpg'&gt;</content>", "content: src=x.jpg"),
        ("<pubDate/>", "pubDate has no place here"),
    ],
)
def test_what_atom_does_not_allow_is_found(more: str, fault: str) -> None:
    link = "<link href='https://a.example/1'/>"
    (found,) = feeds.complaints(_atom(ENTRY.format(link + more)), "https://a.example/atom/")
    assert fault in found
    assert feeds.complaints(_atom(ENTRY.format(link)), "https://a.example/atom/") == []


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("<loc>https://b.example/1</loc>", "'https://b.example/1' is no address of https://a.example"),
        ("<loc>https://a.example/1</loc><lastmod>yesterday</lastmod>", "changed on 'yesterday'"),
        ("<lastmod>2026-02-11</lastmod><loc>https://a.example/1</loc>", "in this order"),
        ("<loc>https://a.example/1</loc><title/>", "title has no place here"),
    ],
)
def test_what_a_sitemap_does_not_allow_is_found(url: str, fault: str) -> None:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    with_fault = f"<urlset {space}><url>{url}</url></urlset>".replace("<title/>", '<title xmlns=""/>').encode()
    (found,) = sitemaps.complaints(with_fault, "https://a.example")
    assert fault in found


# --- How ------------------------------------------------------------------------------------------------------------

_FORM = "application/x-www-form-urlencoded"
_LISTS = {"sections", "tags", "people"}


def _full_story() -> Any:
    """A corrected opinion with everything that a story may have, by somebody with a portrait."""
    lead, figure, portrait = stored_picture(), stored_picture(alt="A map"), stored_picture(alt="A face")
    person = factories.person("Ben Okafor")
    person.portrait = Picture.objects.get(pk=portrait.pk)
    person.save()
    body = f'<p>See <a href="/tags/harbours/">the others</a>.</p><p>[[quote said]]</p><p>[[picture {figure.pk}]]</p>'
    story = factories.live(
        headline="What harbours owe us",
        kind_of_work="opinion",
        body=body,
        picture=lead,
        people=(person,),
        tags=("Sea",),
    )
    return factories.updated(story, kind=Kind.CORRECTION, note="It was Tuesday.")


def _answered(response: Any) -> Answered:
    return Answered(response.status_code, response["Content-Type"].partition(";")[0], response.content)


def _html(pages: dict[str, Answered]) -> dict[str, Answered]:
    return {address: page for address, page in pages.items() if page.kind == "text/html"}


def _data(page: Answered) -> list[dict[str, Any]]:
    return [json.loads(text) for text in DATUM.findall(page.body.decode())]


def _complaints(vocabulary: Vocabulary, data: list[dict[str, Any]]) -> Iterator[str]:
    for datum in data:
        yield from vocabulary.complaints(datum)


def _rss(items: str) -> bytes:
    own = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://a.example/feed/"/>'
    about = f"<title>x</title><link>https://a.example/</link><description>x</description>{own}"
    return f'<rss version="2.0"><channel>{about}{items}</channel></rss>'.encode()


def _atom(entries: str) -> bytes:
    about = "<id>https://a.example/</id><title>x</title><updated>2026-02-11T13:05:00Z</updated>"
    about += "<link rel='self' href='https://a.example/atom/'/><author><name>x</name></author>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{about}{entries}</feed>'.encode()

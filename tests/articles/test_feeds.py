"""RSS and Atom: what they contain, what they never contain, and that they stay readable whatever the text."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from articles import naming
from articles.limits import FEED_STORIES
from articles.models import Article, Edition, Section
from articles.states import Kind, KindOfWork
from newsportal.characters import fit
from tests import factories
from tests.articles.images import stored_picture

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
WFW = "{http://wellformedweb.org/CommentAPI/}"
DC = "{http://purl.org/dc/elements/1.1/}"
SITE = "http://127.0.0.1:8000"
DAY = datetime(2026, 2, 11, 13, 5, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def channel(client: Any, address: str = "/feed/", **headers: str) -> ElementTree.Element:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    found = ElementTree.fromstring(response.content).find("channel")
    assert found is not None
    return found


def titles(client: Any, address: str = "/feed/") -> list[str | None]:
    return [item.findtext("title") for item in channel(client, address).findall("item")]


def test_an_item_says_all_that_a_reader_needs(client: Any) -> None:
    edition = factories.live(headline="NATO & Seoul", summary="They <met>.", people=(factories.person("Ana"),), at=DAY)
    (item,) = channel(client).findall("item")
    assert {child.tag: child.text for child in item} == {
        "title": "NATO & Seoul",
        "link": f"{SITE}/articles/{edition.article_id}/nato-seoul/",
        "description": "They &lt;met&gt;.",
        f"{DC}creator": "Ana",
        "pubDate": "Wed, 11 Feb 2026 13:05:00 +0000",
        "guid": f"{SITE}/articles/{edition.article_id}/",
        "category": "World",
        "comments": f"{SITE}/articles/{edition.article_id}/nato-seoul/#comments",
        f"{WFW}commentRss": f"{SITE}/articles/{edition.article_id}/comments/feed/",
        f"{CONTENT}encoded": "<p><em>They &lt;met&gt;.</em></p><h2>In short</h2><ul><li>One point</li></ul>"
        "<p>Brussels, February 11</p><p>First words.</p><blockquote><p>Words were said.</p><p>— A Speaker, Chief</p>"
        "</blockquote><p>Last words.</p><p>— ANI</p>",
    }
    assert item.find("guid").attrib == {"isPermaLink": "false"}  # type: ignore[union-attr]


def test_a_feed_has_the_pictures_of_a_story_and_its_links_lead_here(client: Any) -> None:
    lead, figure = stored_picture(), stored_picture(alt="A map", caption="", credit="The office")
    body = f'<p>See <a href="/tags/tea/">tea</a>, <a href="#note">below</a>.</p><p>[[picture {figure.pk}]]</p>'
    edition = factories.live(headline="Here", picture=lead, body=body, summary="", at=DAY)
    (item,) = channel(client).findall("item")
    (media,) = item.findall(f"{MEDIA}content")
    crop = {"url": SITE + lead.file.jpeg320, "type": "image/jpeg", "width": "320", "height": "213"}
    assert media.attrib == {**crop, "medium": "image"}
    words = {child.tag.removeprefix(MEDIA): child.text for child in media}
    assert words == {"description": "The harbour at noon.", "credit": "M. Photographer"}
    text = str(item.findtext(f"{CONTENT}encoded"))
    url = f"{SITE}/articles/{edition.article_id}/here/"
    assert re.findall(r'<img src="([^"]+)" width="320" height="213" alt="([^"]*)">', text) == [
        (SITE + lead.file.jpeg320, "A harbour"),
        (SITE + figure.file.jpeg320, "A map"),
    ]
    assert re.findall(r"<figcaption>(.*?)</figcaption>", text) == ["The harbour at noon. M. Photographer", "The office"]
    assert re.findall(r'href="([^"]+)"', text) == [f"{SITE}/tags/tea/", f"{url}#note"]
    atom = ElementTree.fromstring(client.get("/feed/atom/").content)
    links = [link.attrib for link in atom.findall(f"{ATOM}entry/{ATOM}link")]
    assert links == [
        {"rel": "alternate", "href": url},
        {"rel": "enclosure", "href": SITE + lead.file.jpeg320, "type": "image/jpeg"},
        {"rel": "replies", "type": "text/html", "href": f"{url}#comments"},
        {
            "rel": "replies",
            "type": "application/rss+xml",
            "href": f"{SITE}/articles/{edition.article_id}/comments/feed/",
        },
    ]
    assert atom.findtext(f"{ATOM}entry/{ATOM}content") == text


def test_each_author_is_named_with_their_page_and_a_story_says_its_language_and_kind(client: Any) -> None:
    people = tuple(factories.person(name) for name in ("Ana", "Bo"))
    factories.live(people=people, language="hi", kind_of_work="opinion", tags=("Tea",))
    (item,) = channel(client).findall("item")
    assert [author.text for author in item.findall(f"{DC}creator")] == ["Ana", "Bo"]
    assert [category.text for category in item.findall("category")] == ["World", "Opinion", "Tea"]
    assert str(item.findtext(f"{CONTENT}encoded")).startswith("<p><strong>Opinion</strong></p>")
    (entry,) = ElementTree.fromstring(client.get("/feed/atom/").content).findall(f"{ATOM}entry")
    assert entry.attrib == {"{http://www.w3.org/XML/1998/namespace}lang": "hi"}
    authors = [(one.findtext(f"{ATOM}name"), one.findtext(f"{ATOM}uri")) for one in entry.findall(f"{ATOM}author")]
    assert authors == [(person.name, f"{SITE}/people/{person.slug}/") for person in people]


def test_the_feed_says_whose_it_is(client: Any) -> None:
    feed = channel(client)
    link = feed.find(f"{ATOM}link")
    assert link is not None
    assert (feed.findtext("title"), feed.findtext("link"), link.attrib["href"]) == (
        "The Meridian",
        f"{SITE}/",
        f"{SITE}/feed/",
    )
    assert feed.findtext("description") == "News, and what its readers make of it"


@pytest.mark.parametrize("source", [True, False])
def test_a_story_without_a_byline_is_by_its_source_if_it_has_one(client: Any, source: bool) -> None:
    factories.live(**({} if source else {"source": None}))
    (item,) = channel(client).findall("item")
    assert item.findtext(f"{DC}creator") == ("ANI" if source else None)


def test_feeds_hold_live_stories_newest_first_and_nothing_else(client: Any) -> None:
    person = factories.person()
    for headline, day in (("Old", 1), ("New", 2)):
        factories.live(headline=headline, tags=("Tea",), people=(person,), at=DAY.replace(day=day))
    factories.article(headline="Draft", tags=("Tea",), people=(person,))
    factories.scheduled(headline="Scheduled", tags=("Tea",), people=(person,))
    factories.withdrawn(headline="Withdrawn", tags=("Tea",), people=(person,))
    for address in ("/feed/", "/sections/world/feed/", "/tags/tea/feed/", f"/people/{person.slug}/feed/"):
        assert titles(client, address) == ["New", "Old"]
    atom = ElementTree.fromstring(client.get("/feed/atom/").content)
    assert [entry.findtext(f"{ATOM}title") for entry in atom.findall(f"{ATOM}entry")] == ["New", "Old"]


def test_feeds_of_one_section_tag_and_person_hold_theirs_alone(client: Any) -> None:
    ana, bo = factories.person("Ana"), factories.person("Bo")
    factories.live(headline="Hers", section=factories.section("Culture"), tags=("Tea",), people=(ana,))
    factories.live(headline="His", tags=("Coffee",), people=(bo,))
    for address in ("/sections/culture/feed/", "/tags/tea/feed/", f"/people/{ana.slug}/feed/"):
        atom = ElementTree.fromstring(client.get(f"{address}atom/").content)
        assert [entry.findtext(f"{ATOM}title") for entry in atom.findall(f"{ATOM}entry")] == ["Hers"]
        own = [link.attrib["href"] for link in atom.findall(f"{ATOM}link") if link.attrib["rel"] == "self"]
        assert own == [f"{SITE}{address}atom/"]
        feed = channel(client, address)
        assert [item.findtext("title") for item in feed.findall("item")] == ["Hers"]
        link = feed.find(f"{ATOM}link")
        assert link is not None
        assert (feed.findtext("link"), link.attrib["href"]) == (
            f"{SITE}{address.removesuffix('feed/')}",
            f"{SITE}{address}",
        )
    assert channel(client, "/tags/tea/feed/").findtext("title") == "Tea: The Meridian"


def test_an_atom_entry_tells_both_dates_and_a_corrected_story_keeps_its_identity(client: Any) -> None:
    edition = factories.live(at=DAY)
    before = ElementTree.fromstring(client.get("/feed/atom/").content)
    later = DAY.replace(hour=18)
    factories.publish(edition.article, by=factories.archivist(), kind=Kind.CORRECTION, note="It was 12.", at=later)
    after = ElementTree.fromstring(client.get("/feed/atom/").content)
    names = ("id", "published", "updated")
    read = [tuple(feed.findtext(f"{ATOM}entry/{ATOM}{name}") for name in names) for feed in (before, after)]
    guid = f"{SITE}/articles/{edition.article_id}/"
    assert read == [
        (guid, "2026-02-11T13:05:00+00:00", "2026-02-11T13:05:00+00:00"),
        (guid, "2026-02-11T13:05:00+00:00", "2026-02-11T18:05:00+00:00"),
    ]
    links = {link.attrib["rel"]: link.attrib["href"] for link in after.findall(f"{ATOM}link")}
    assert links == {"alternate": f"{SITE}/", "self": f"{SITE}/feed/atom/"}
    assert after.findtext(f"{ATOM}subtitle") == "News, and what its readers make of it"


def test_a_feed_ends_after_so_many_stories(client: Any) -> None:
    first = factories.live(at=DAY)
    rows = Edition.objects.filter(pk=first.pk).values().get()
    del rows["id"]
    for number in range(2, FEED_STORIES + 3):
        story = factories.article(by=first.article.owner)
        Edition.objects.create(**{**rows, "article_id": story.pk, "number": number})
    assert len(channel(client).findall("item")) == FEED_STORIES


@pytest.mark.parametrize("address", ["/sections/none/feed/", "/tags/none/feed/", "/people/none/feed/"])
def test_a_feed_of_nothing_is_not_found(client: Any, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_tag_and_a_person_without_a_live_story_have_no_feed_but_a_section_has(client: Any) -> None:
    person = factories.person()
    factories.scheduled(tags=("Secret",), people=(person,))
    assert client.get("/tags/secret/feed/").status_code == 404
    assert client.get(f"/people/{person.slug}/feed/").status_code == 404
    assert titles(client, "/sections/world/feed/") == []


def test_a_feed_at_a_former_address_goes_on(client: Any) -> None:
    edition = factories.live(headline="Here")
    section = Section.objects.get(pk=edition.section_id)
    section.slug = "planet"
    naming.save(section)
    assert titles(client, "/sections/world/feed/") == ["Here"]


def test_links_are_built_from_the_sites_own_address_whatever_host_was_asked(client: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://news.example.org"
    edition = factories.live(headline="Here")
    response = client.get("/feed/", headers={"host": "evil.example"})
    assert b"evil.example" not in response.content
    assert f"https://news.example.org/articles/{edition.article_id}/here/".encode() in response.content


@pytest.mark.parametrize("address", ["/feed/", "/feed/atom/"])
def test_a_feed_is_asked_for_again_each_time_and_answers_in_short_when_nothing_changed(
    client: Any, address: str
) -> None:
    factories.live(at=DAY)
    response = client.get(address)
    assert response["Cache-Control"].startswith("public, no-cache, ")
    assert "Last-Modified" not in response
    again = client.get(address, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


CONTROLS = "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f\ufffe\uffff"


@pytest.mark.parametrize("address", ["/feed/", "/sections/world/feed/"])
def test_letters_that_xml_cannot_hold_are_left_out(client: Any, address: str) -> None:
    factories.live(headline=f"A{CONTROLS}B", summary=f"C{CONTROLS}D", byline=f"E{CONTROLS}F")
    (item,) = channel(client, address).findall("item")
    read = [item.findtext(name) for name in ("title", "description", f"{DC}creator")]
    assert read == ["A\t\n\nB", "C\t\n\nD", "E\t\n\nF"]


def test_every_naughty_string_leaves_the_feeds_readable(client: Any, corpus: Callable[[str], Any]) -> None:
    """In the columns of articles, from which editions are copied; thirty stories with three strings each at a time."""
    editions = [factories.live(at=DAY) for _ in range(FEED_STORIES)]
    names = ("headline", "summary", "byline")
    texts = [text for text in corpus("naughty_strings.json") if len(text) <= 200]
    for start in range(0, len(texts), 3 * FEED_STORIES):
        told = iter(texts[start : start + 3 * FEED_STORIES])
        for edition in editions:
            article = Article.objects.filter(pk=edition.article_id)
            article.update(**{name: next(told, "") for name in names})
            Edition.objects.filter(pk=edition.pk).update(**article.values(*names).get())
        read = {text for item in channel(client).findall("item") for text in (item.findtext("title"),)}
        assert read == {fit(text) for text in texts[start : start + 3 * FEED_STORIES : 3]} | (
            {""} if start + 3 * FEED_STORIES > len(texts) else set()
        )
        assert ElementTree.fromstring(client.get("/feed/atom/").content).tag == f"{ATOM}feed"


@pytest.mark.parametrize("address", ["/feed/", "/corrections/feed/"])
def test_what_is_no_plain_news_says_so_before_its_headline(client: Any, address: str) -> None:
    for kind in (KindOfWork.NEWS, KindOfWork.OPINION, KindOfWork.ADVERTISEMENT):
        edition = factories.live(headline="Evening", kind_of_work=kind)
        factories.updated(edition, kind=Kind.CORRECTION, note="A name was wrong.")
    assert titles(client, address) == ["Advertisement: Evening", "Opinion: Evening", "Evening"]
    told = [[one.text for one in item.findall("category")] for item in channel(client).findall("item")]
    assert told == [["World", "Advertisement"], ["World", "Opinion"], ["World"]]

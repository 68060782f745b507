"""The rules for every page of the readers: the same bytes for everybody, nothing inline, nothing from other sites."""

import gzip
import json
import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from articles.models import Edition, Section
from comments.tokens import address_path, own_path
from newsportal import bundling
from tests import factories
from tests.articles.images import stored_picture
from tests.pages import world as paper
from tests.pages.world import World

pytestmark = pytest.mark.django_db

# Transferred without pictures, as the issue demands; kB as networks count them.
STORY_BYTES = 60_000
# And its scripts, including those that load when somebody writes.
SCRIPT_BYTES = 12_000
# The fonts for English text: others load when a page has their letters.
FACES = r'url\("(fonts/portal-[a-z]+\.woff2)'
STATIC = Path(settings.BASE_DIR) / "newsportal" / "static"
# Scripts that run nothing: data for machines.
DATA = "application/ld+json"


@pytest.fixture
def world() -> World:
    return paper.build()


class Page(HTMLParser):
    """The elements of a page, each with its attributes, and the text of each title, h1 and script."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: dict[str, list[str]] = {"title": [], "h1": [], "script": [], "style": []}
        self._open = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in self.words:
            self._open = tag
            self.words[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.words[self._open][-1] += data

    def all(self, tag: str, **has: str) -> list[dict[str, str]]:
        """The attributes of each element of a kind that has these."""
        return [found for name, found in self.elements if name == tag and has.items() <= found.items()]

    def meta(self, name: str) -> str:
        """The content of a `<meta>` by its name or property; empty if there is none."""
        found = [meta for meta in self.all("meta") if name in {meta.get("name"), meta.get("property")}]
        return found[0]["content"] if found else ""


# --- Every page -----------------------------------------------------------------------------------------------------


def test_no_page_has_anything_inline_or_from_elsewhere_or_a_cookie(
    world: World, sign_in: Callable[..., Client]
) -> None:
    moderator = sign_in("moderators")
    pages = [(Client().get(url), url) for url in _public(world)]
    pages += [
        (Client().post(url), url) for url in (reverse("comments:new", args=[world.story.article_id]), "/", "/never/")
    ]
    pages += [(moderator.get(url), url) for url in (reverse("admin:comments_comment_changelist"),)]
    for response, url in pages:
        page = Page(response.content.decode())
        for tag, attributes in page.elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (url, tag)
            assert tag != "script" or attributes.get("type") == DATA or attributes["src"], url
            assert tag not in {"style", "base", "iframe", "object", "embed"}, (url, tag)
            for loaded in _loaded(tag, attributes):
                assert _is_ours(loaded), (url, loaded)


def test_no_public_page_sets_a_cookie_or_varies_by_one(world: World) -> None:
    for url in _public(world):
        response = Client().get(url)
        assert not response.cookies, url
        assert "cookie" not in response.headers.get("Vary", "").lower(), url


def test_a_page_is_the_same_bytes_for_everybody(world: World, sign_in: Callable[..., Client]) -> None:
    """For a stranger, for a signed-in editor, and for clients that name another host, language or machine."""
    editor = sign_in("admin")
    other = {"HTTP_ACCEPT_LANGUAGE": "de", "HTTP_USER_AGENT": "another", "HTTP_HOST": "localhost", "REMOTE_ADDR": "::1"}
    for url in _public(world):
        first = Client().get(url)
        for second in (editor.get(url), Client().get(url, **other)):
            assert second.content == first.content, url
            assert second.headers == first.headers, url


def test_a_page_that_has_not_changed_is_not_sent_again(world: World) -> None:
    for url in _public(world):
        first = Client().get(url)
        assert first.status_code == 200, url
        tag = first.headers["ETag"]
        assert tag, url
        for known in (tag, f"W/{tag}", f'"other", {tag}'):
            again = Client().get(url, HTTP_IF_NONE_MATCH=known)
            assert (again.status_code, again.content) == (304, b""), url
        assert Client().get(url, HTTP_IF_NONE_MATCH='"other"').status_code == 200
        assert "no-cache" in first.headers["Cache-Control"] or url.endswith(".txt"), url


def test_a_change_changes_the_tag_of_the_page_it_shows_on(world: World) -> None:
    url = world.story.get_absolute_url()
    tag = Client().get(url).headers["ETag"]
    comment = factories.pending(world.story)
    assert Client().get(url).headers["ETag"] == tag
    factories.decided(comment, factories.Status.APPROVED)
    assert Client().get(url, HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_every_page_forbids_the_browser_what_it_does_not_need(world: World) -> None:
    for url in [*_public(world), "/never/"]:
        headers = Client().get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "nonce" not in policy
        assert "default-src 'self'" in policy
        for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert directive in policy, url
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_the_authors_own_pages_are_kept_and_listed_nowhere(world: World) -> None:
    comment = factories.pending(world.story, email="reader@example.org")
    for url in (own_path(comment), address_path(comment)):
        response = Client().get(url)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert not response.cookies


def test_every_page_has_one_h1_a_title_and_a_language(world: World) -> None:
    for url in [url for url in _public(world) if _is_html(url)]:
        page = Page(Client().get(url).content.decode())
        assert len(page.all("h1")) == 1, url
        assert page.words["title"][0].strip(), url
        assert page.all("html")[0]["lang"] == "en"
        ids = [attributes["id"] for _tag, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids)), url


# --- The story ------------------------------------------------------------------------------------------------------


def test_the_story_says_what_machines_ask_for(world: World) -> None:
    edition = world.story
    page = Page(Client().get(edition.get_absolute_url()).content.decode())
    url = settings.SITE_URL + edition.get_absolute_url()
    assert page.all("link", rel="canonical") == [{"rel": "canonical", "href": url}]
    assert page.words["title"] == ["Harbour open: what changed"]
    assert [words.strip() for words in page.words["h1"]] == ["The harbour opens again"]
    assert page.meta("og:type") == "article"
    assert page.meta("og:url") == url
    assert page.meta("og:title") == "Harbour open: what changed"
    assert page.meta("og:description") == page.meta("description") == "After the storm ships may enter."
    assert page.meta("article:section") == "World"
    assert page.meta("article:tag") == "Harbours"
    assert page.meta("article:author") == settings.SITE_URL + edition.people_in_order[0].get_absolute_url()


def test_a_shared_link_shows_the_lead_of_its_story_or_what_its_section_has_or_else_the_sites_own_picture() -> None:
    picture, hall, cloud = stored_picture(), stored_picture(alt="A hall"), stored_picture(alt="", is_decorative=True)
    culture = Section.objects.create(name="Culture", slug="culture", picture=hall)
    science = Section.objects.create(name="Science", slug="science", picture=cloud)
    shown = {
        factories.live(picture=picture).get_absolute_url(): (picture.file.share, "A harbour"),
        factories.live(picture=picture, section=culture).get_absolute_url(): (picture.file.share, "A harbour"),
        factories.live(section=culture).get_absolute_url(): (hall.file.share, "A hall"),
        "/sections/culture/": (hall.file.share, "A hall"),
        factories.live(section=science).get_absolute_url(): (cloud.file.share, ""),
        factories.live().get_absolute_url(): ("/static/pictures/share.jpg", "The Meridian"),
        **dict.fromkeys(["/", "/sections/world/", "/corrections/"], ("/static/pictures/share.jpg", "The Meridian")),
    }
    for url, (file, alt) in shown.items():
        page = Page(Client().get(url).content.decode())
        names = ("og:image", "og:image:alt", "og:image:width", "og:image:height", "twitter:card")
        expected = (settings.SITE_URL + file, alt, "1200", "630", "summary_large_image")
        assert tuple(page.meta(name) for name in names) == expected, url


def test_without_a_title_for_search_engines_the_headline_is_the_title() -> None:
    page = Page(Client().get(factories.live(headline="Plain words").get_absolute_url()).content.decode())
    assert page.words["title"] == ["Plain words"]


def test_the_structured_datum_is_a_news_article_with_its_number_of_comments(world: World) -> None:
    page = Page(Client().get(world.story.get_absolute_url()).content.decode())
    datum, breadcrumbs = (json.loads(words) for words in page.words["script"] if words.strip())
    assert [step["name"] for step in breadcrumbs["itemListElement"]] == [
        *("The Meridian", "World", "The harbour opens again")
    ]
    assert datum["@type"] == "NewsArticle"
    assert datum["headline"] == "The harbour opens again"
    assert datum["commentCount"] == len(_comments_on(page)) == 5
    assert datum["author"] == [
        {
            "@type": "Person",
            "name": "Ana Moreira",
            "url": settings.SITE_URL + world.story.people_in_order[0].get_absolute_url(),
            "jobTitle": "Reporter",
        }
    ]


def test_each_comment_and_the_form_have_the_ids_that_the_contract_names(world: World) -> None:
    page = Page(Client().get(world.story.get_absolute_url()).content.decode())
    assert f"comment-{world.top.public_id}" in _comments_on(page)
    (form,) = page.all("form", id="comment-form")
    assert form["method"] == "post"
    assert form["action"] == reverse("comments:new", args=[world.story.article_id])
    named = {field.get("name") for tag in ("input", "textarea") for field in page.all(tag)}
    assert {"name", "email", "body", "parent", "edition"} <= named
    assert page.all("input", name="edition")[0]["value"] == str(world.story.number)


def test_each_page_of_comments_leads_to_the_next(world: World) -> None:
    for _ in range(21):
        factories.approved(world.story)
    url = reverse("comments:page", args=[world.story.article_id])
    page = Page(Client().get(url).content.decode())
    (link,) = page.all("a", rel="next")
    second = Page(Client().get(link["href"]).content.decode())
    assert not second.all("a", rel="next")
    assert not set(_comments_on(page)) & set(_comments_on(second))
    assert f"comment-{world.top.public_id}" in _comments_on(second)


def test_a_story_weighs_at_most_sixty_kilobytes_without_its_pictures() -> None:
    edition = _long_story()
    response = Client().get(edition.get_absolute_url(), HTTP_ACCEPT_ENCODING="gzip")
    assert response.headers["Content-Encoding"] == "gzip"
    page = Page(gzip.decompress(response.content).decode())
    weights = {"page": len(response.content), **_weights(_files_of(page))}
    assert {"portal.css", "story.js", "portal-serif.woff2", "portal-sans.woff2"} <= set(weights)
    assert sum(weights.values()) <= STORY_BYTES, weights


def test_the_scripts_of_a_story_weigh_at_most_twelve_kilobytes_for_who_writes_there() -> None:
    page = Page(Client().get(_long_story().get_absolute_url()).content.decode())
    weights = _weights(path for path in _files_of(page, later=True) if path.suffix == ".js")
    assert {"story.js", "writing.js", "count.js"} <= set(weights)
    assert sum(weights.values()) <= SCRIPT_BYTES, weights


# --- How ------------------------------------------------------------------------------------------------------------


def _public(world: World) -> list[str]:
    """One page of each kind that may be kept."""
    story = world.story
    person = story.people_in_order[0].get_absolute_url()
    return [
        "/",
        story.get_absolute_url(),
        reverse("comments:page", args=[story.article_id]),
        reverse("comments:page", args=[story.article_id]) + "?sort=oldest",
        reverse("comments:new", args=[story.article_id]),
        reverse("comments:new", args=[story.article_id]) + f"?parent={world.top.public_id}",
        reverse("comments:feed", args=[story.article_id]),
        reverse("comments:answers_feed", args=[world.answered.public_id]),
        reverse("comments:page", args=[story.article_id]) + "?sort=recommended",
        reverse("comments:page", args=[story.article_id]) + "?sort=featured",
        reverse("comments:answers", args=[world.answered.public_id]),
        reverse("articles:report_error", args=[story.article_id]),
        reverse("comments:recommend", args=[world.answered.public_id]),
        reverse("comments:guidelines"),
        reverse("comments:moderation"),
        "/corrections/",
        "/corrections/feed/",
        "/sections/world/",
        "/sections/world/feed/",
        "/tags/harbours/",
        "/tags/harbours/feed/",
        person,
        f"{person}feed/",
        "/feed/",
        "/feed/atom/",
        "/sections/world/feed/atom/",
        "/sitemap.xml",
        "/sitemap-lists.xml",
        "/sitemap-stories.xml",
        "/news-sitemap.xml",
        "/.well-known/security.txt",
        "/robots.txt",
    ]


def _is_html(url: str) -> bool:
    return not url.endswith(("feed/", "atom/", ".xml", ".txt"))


def _comments_on(page: Page) -> list[str]:
    return [found["id"] for found in page.all("article") if re.fullmatch(r"comment-[a-z0-9]{12}", found.get("id", ""))]


def _loaded(tag: str, attributes: dict[str, str]) -> list[str]:
    """What a browser would fetch by itself for an element."""
    found = [attributes[name] for name in ("src", "poster", "data") if name in attributes]
    found += [part.split()[0] for part in attributes.get("srcset", "").split(",") if part.strip()]
    if tag == "link" and attributes.get("rel") in {"stylesheet", "preload", "icon", "modulepreload", "manifest"}:
        found.append(attributes["href"])
    return found


def _is_ours(address: str) -> bool:
    return urlsplit(address).netloc in {"", urlsplit(settings.SITE_URL).netloc}


def _weights(paths: Iterable[Path]) -> dict[str, int]:
    """As they are sent, by their names."""
    return {
        path.name: len(path.read_bytes() if path.suffix == ".woff2" else brotli.compress(_sent(path).encode()))
        for path in paths
    }


def _sent(path: Path) -> str:
    """A file as `collectstatic` assembles it from others."""
    name = path.relative_to(STATIC).as_posix()
    make = {".css": bundling.stylesheet, ".js": bundling.script}[path.suffix]
    return make(name, lambda other: _found(other).read_text())


def _files_of(page: Page, *, later: bool = False) -> list[Path]:
    """The static files that the page makes a browser fetch: those that it names, and those that these import (or
    `later` do)."""
    imported = r'(?:from |import\()"\./([^"]+)"' if later else r'from "\./([^"]+)"'
    names = [link["href"] for link in page.all("link") if link["rel"] in {"stylesheet", "preload"}]
    names += [script["src"] for script in page.all("script") if "src" in script]
    paths: list[Path] = []
    waiting = [_found(name) for name in dict.fromkeys(names)]
    while waiting:
        path = waiting.pop()
        if path in paths:
            continue
        paths.append(path)
        if path.suffix == ".js":
            waiting += [path.parent / name for name in re.findall(imported, _sent(path))]
        if path.suffix == ".css":
            waiting += [path.parent / name for name in re.findall(FACES, _sent(path))]
    return paths


def _found(name: str) -> Path:
    path = finders.find(name.removeprefix(settings.STATIC_URL))
    assert isinstance(path, str), name
    return Path(path)


def _long_story() -> Edition:
    """As long as a long read, with a page of comments below it."""
    sentence = "Nobody at the quay had expected the {} ship of the year so early, and yet it lay there in the morning. "
    body = "".join(f"<p>{''.join(sentence.format(4 * n + m) for m in range(4))}</p>" for n in range(12))
    edition = factories.live(body=body, tags=("Harbours", "Trade"), people=(factories.person(),))
    for number in range(20):
        text = (
            f"Comment {number} says that the {number * 7} ships of {1900 + number} were another matter altogether. " * 3
        )
        factories.approved(edition, body=text.strip())
    return edition

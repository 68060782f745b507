"""Whatever somebody types, the page has the same elements as with harmless words."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles import editing
from articles.html import clean
from articles.models import Article, Edition, Quote
from articles.states import Kind
from comments.policy import NAME_CODE_POINTS
from comments.states import Status
from comments.text import count, name_to_store, to_store
from tests import factories
from tests.factories import Draft, posting

pytestmark = pytest.mark.django_db

OWN = [
    "</p><script>alert(1)</script>",
    "\"><img src=x onerror=alert('1')>",
    "</title></textarea></script><svg/onload=alert(1)><!--",
    "https://example.org/\"onmouseover=alert(1) javascript:alert(1) https://example.org/'><b>",
    "]]></description><item>&lt;b&gt;&amp;#60; {{ 7|add:7 }} {% now 'Y' %} &#x3c;i&#x3e;",
]
CORPORA = ("own", "dompurify_payloads.json", "owasp_filter_evasion.json")
HARMLESS = "Nothing but words"
# What `to_html` makes of a comment's text; everything else on the page is ours.
TEXT_ELEMENTS = {("p",), ("br",), ("mark",), ("a", "href", "rel")}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@pytest.fixture(params=CORPORA)
def payloads(request: pytest.FixtureRequest, corpus: Callable[[str], Any]) -> list[str]:
    if request.param == "own":
        return OWN
    found = [entry["payload"] if isinstance(entry, dict) else entry for entry in corpus(request.param)]
    return [payload for payload in found if to_store(payload)]


def test_names_and_texts_of_comments_make_no_elements(payloads: list[str], sign_in: Callable[..., Client]) -> None:
    edition = factories.live()
    archivist, moderator = factories.archivist(), factories.user("moderators")
    comments, harmless = [], []
    for payload in payloads:
        name, body = _name(payload), _body(payload)
        draft = Draft(name=name, body=body)
        comments.append(posting.post_dated_back(edition, draft, by=archivist, at=edition.first_visible_from))
    other = factories.live()
    for number in range(len(payloads)):
        draft = Draft(name=HARMLESS, body=f"{HARMLESS} {number}")
        harmless.append(posting.post_dated_back(other, draft, by=archivist, at=other.first_visible_from))

    desk = sign_in(user=moderator)
    hostile_cards = _desk_cards(desk, edition)
    # Each thing that rules found in a text is an item of a list.
    trees = [[element for element in card.tree if element[0] != "li"] for card in hostile_cards]
    assert trees == [[element for element in card.tree if element[0] != "li"] for card in _desk_cards(desk, other)]
    assert sorted(card.text for card in hostile_cards) == sorted(
        _words(comment.revisions.get().body) for comment in comments
    )

    for comment in (*comments, *harmless):
        factories.decided(comment, Status.APPROVED, by=moderator)
    shown = _walked(edition)
    assert [page.tree for page in shown] == [page.tree for page in _walked(other)]
    bodies = [body for page in shown for body in page.texts]
    assert sorted(bodies) == sorted(
        _words(comment.public_revision.body) for comment in comments if comment.public_revision
    )
    assert _feed_tree(edition) == _feed_tree(other)


def test_the_form_comes_back_with_what_was_typed_and_without_its_elements(payloads: list[str]) -> None:
    path = reverse("comments:new", args=[factories.live().article_id])
    for start in range(0, len(payloads), 20):
        typed = "\n".join(payloads[start : start + 20]).replace("\x00", "")
        page, expected = _Page(_refused(path, typed)), _Page(_refused(path, "x" * len(typed)))
        assert page.tree == expected.tree
        assert _words(typed) in page.everything


def test_words_and_speakers_of_quotes_make_no_elements(payloads: list[str]) -> None:
    harmless = _with_quotes([HARMLESS] * len(payloads))
    hostile = _with_quotes(payloads)
    shown, expected = _Page(_get(hostile.get_absolute_url())), _Page(_get(harmless.get_absolute_url()))
    assert shown.tree == expected.tree
    for quote in hostile.quotes:
        assert _words(quote["words"]) in shown.everything
        assert _words(quote["speaker"]) in shown.everything


def test_headlines_make_no_elements(payloads: list[str], sign_in: Callable[..., Client]) -> None:
    """Ten stories at once, so that every list shows all of them; then the same ten with other payloads, and so on."""
    editor = factories.user("editors")
    articles = []
    for number in range(10):
        edition = factories.live(headline=HARMLESS, slug=f"story-{number}")
        factories.pending(edition)
        articles.append(Article.objects.get(pk=edition.article_id))
    newsroom, desk = sign_in(user=editor), sign_in("moderators")
    headlines = [HARMLESS] * 10 + list(_packed(payloads, 280))
    expected: dict[str, Any] = {}
    for start in range(0, len(headlines), 10):
        group = headlines[start : start + 10]
        for article, headline in zip(articles, group, strict=False):
            _headed(article, headline, editor)
        seen = _seen(articles, newsroom, desk)
        expected = expected or seen
        said = [_words(to_store(headline)) for headline in group]
        assert seen == {**expected, "headlines": said + seen["headlines"][len(said) :]}


def test_what_an_editor_writes_is_cleaned_to_the_allow_list(payloads: list[str]) -> None:
    allowed = {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "q", "cite", "em", "strong", "b", "i", "s"}
    allowed |= {"sub", "sup", "a", "figure", "figcaption", "br", "hr", "code", "pre", "table", "thead", "tbody", "tr"}
    allowed |= {"th", "td", "abbr", "small"}
    for payload in payloads:
        page = _Page(clean(payload))
        for tag, *attributes in page.tree:
            assert tag in allowed
            assert set(attributes) <= {"href", "title", "rel", "start", "scope", "colspan", "rowspan"}
        assert clean(clean(payload)) == clean(payload)
        for address in page.addresses:
            assert address.startswith(("http:", "https:", "mailto:", "/", "#")) or ":" not in address.split("/")[0]


# --- How ------------------------------------------------------------------------------------------------------------


class _Page(HTMLParser):
    """The elements of a page with the names of their attributes, without those inside a comment's text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tree: list[tuple[str, ...]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.addresses: list[str] = []
        self._all: list[str] = []
        self._inside = 0
        self._script = False
        self.feed(html)
        self.close()
        self.texts = [_words(text) for text in self.texts]
        self.everything = _words(" ".join(self._all))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, *sorted(name for name, _value in attrs))
        values = dict(attrs)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]
        self._script = tag == "script"
        if self._inside:
            assert element in TEXT_ELEMENTS, element
            if tag == "a":
                assert (values["href"] or "").lower().startswith(("http://", "https://"))
                assert values["rel"] == "nofollow ugc noopener"
            self._inside += tag == "div"
            self.texts[-1] += " " if tag in {"br", "p"} else ""
            return
        self.tree.append(element)
        if tag == "div" and values.get("class") in {"comment__text", "card__body"}:
            self._inside = 1
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._script = False
        if self._inside and tag == "div":
            self._inside -= 1

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts.append(data)
        elif self._inside:
            self.texts[-1] += data
        else:
            self._all.append(data)

    def handle_comment(self, data: str) -> None:
        # The admin's own templates contain some; a typed one would make a difference.
        self.tree.append(("!--", data))

    def handle_decl(self, decl: str) -> None:
        assert decl.lower() == "doctype html"

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    @property
    def datum(self) -> dict[str, Any]:
        """The story's structured datum; the breadcrumbs come after it."""
        script, _way = (script for script in self.scripts if script.strip())
        found = json.loads(script)
        assert isinstance(found, dict)
        return found


class _Card:
    """A card of the desk: its elements and its text."""

    def __init__(self, html: str) -> None:
        page = _Page(html)
        # What the rules found, a line each: more for a text with many addresses than for a harmless one.
        found = ("li",)
        pairs = zip([(), *page.tree], page.tree, strict=False)
        self.tree = [element for before, element in pairs if not before == element == found]
        (self.text,) = page.texts


def _name(payload: str) -> str:
    """The part of a payload that passes as a name; a word if nothing of it is visible."""
    name = name_to_store(payload)[:NAME_CODE_POINTS].strip()
    return name if count(name) else HARMLESS


def _body(payload: str) -> str:
    """A payload as a text of an allowed length."""
    return to_store(f"{payload[:4800]} {factories.GOOD_TEXT}")


def _words(text: str) -> str:
    return " ".join(text.split())


def _get(url: str, client: Client | None = None) -> str:
    response = (client or Client()).get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def _walked(edition: Edition) -> list[_Page]:
    """The story's page and all pages of its comments."""
    pages = [_Page(_get(edition.get_absolute_url()))]
    pages[0].texts = []
    url = reverse("comments:page", args=[edition.article_id])
    while url:
        response = Client().get(url)
        pages.append(_Page(response.content.decode()))
        url = response.context["next_url"]
    return pages


def _desk_cards(desk: Client, edition: Edition) -> list[_Card]:
    """The desk's cards for one story's comments, over all pages of the desk."""
    cards: list[_Card] = []
    page = 1
    while True:
        response = desk.get(reverse("admin:comments_comment_changelist"), {"p": page})
        html = response.content.decode()
        _Page(html)
        for piece, card in zip(_articles(html), response.context["cards"], strict=True):
            if card.comment.thread_id == edition.article_id:
                cards.append(_Card(piece))
        if not response.context["cl"].paginator.page(page).has_next():
            return cards
        page += 1


def _articles(html: str) -> Iterator[str]:
    for piece in html.split('<article class="card')[1:]:
        yield '<article class="card' + piece.split("</article>")[0]


def _feed_tree(edition: Edition) -> list[tuple[str, ...]]:
    return _xml_tree(_get(reverse("comments:feed", args=[edition.article_id])))


def _xml_tree(xml: str) -> list[tuple[str, ...]]:
    return [(element.tag, *sorted(element.attrib)) for element in ET.fromstring(xml).iter()]


def _refused(path: str, typed: str) -> str:
    """The form that comes back: each field contains what was typed, and the text is too long to pass."""
    fields = dict.fromkeys(("name", "email", "parent", "edition", "website"), typed)
    response = Client().post(path, _encoded({**fields, "body": typed + " " * 5001}), content_type=_FORM)
    assert response.status_code == 422
    return response.content.decode()


_FORM = "application/x-www-form-urlencoded"


def _encoded(fields: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(fields, errors="surrogatepass")


def _with_quotes(said: list[str]) -> Edition:
    """A live story with so many pull quotes and plain quotes."""
    article = factories.article(headline=HARMLESS)
    places = []
    Quote.objects.filter(article=article).delete()
    for number, words in enumerate(said):
        marker = f"q{number}"
        places.append(f"<p>[[quote {marker}]]</p>")
        Quote.objects.create(
            article=article,
            marker=marker,
            words=words.replace("\x00", "")[:2000],
            speaker=words.replace("\x00", "").strip()[:120] or HARMLESS,
            role=HARMLESS,
            pull=bool(number % 2),
            position=number % 1000,
        )
    article.body = "".join(places)
    editing.save(article, by=factories.user("editors"), saw=article.version, fields=["body"])
    return factories.publish(article)


def _packed(payloads: list[str], size: int) -> Iterator[str]:
    """The payloads as lines of at most so many characters, as many in each as fit."""
    line = ""
    for payload in payloads:
        words = _words(payload.replace("\x00", ""))[:size]
        if line and len(line) + len(words) >= size:
            yield line
            line = ""
        line = f"{line} {words}".strip()
    if line:
        yield line


def _headed(article: Article, headline: str, editor: User) -> None:
    """Publish the story anew, with these words in each of its one-line texts."""
    article.refresh_from_db()
    article.headline = article.summary = headline
    article.dateline_place = headline[:120]
    article.byline = article.seo_title = article.seo_description = headline[:200]
    editing.save(article, by=editor, saw=article.version, fields=["headline"])
    factories.publish(article, by=editor, kind=Kind.TYPO)


def _seen(articles: list[Article], newsroom: Client, desk: Client) -> dict[str, Any]:
    """The elements of everything that shows the stories' headlines, and the headlines in their structured data."""
    first = articles[0].pk
    pages = [_Page(_get(reverse("articles:article", args=[story.pk, story.slug]))) for story in articles]
    return {
        "stories": [page.tree for page in pages],
        "headlines": [_words(page.datum["headline"]) for page in pages],
        "front": _Page(_get("/")).tree,
        "section": _Page(_get("/sections/world/")).tree,
        "form": _Page(_get(reverse("comments:new", args=[first]))).tree,
        "comments": _Page(_get(reverse("comments:page", args=[first]))).tree,
        "comment feed": _xml_tree(_get(reverse("comments:feed", args=[first]))),
        "feed": _xml_tree(_get(reverse("articles:feed"))),
        "corrections": _Page(_get(reverse("articles:corrections"))).tree,
        "corrections feed": _xml_tree(_get(reverse("articles:corrections_feed"))),
        "atom": _xml_tree(_get(reverse("articles:atom_feed"))),
        "newsroom": _Page(_get(reverse("admin:articles_article_changelist"), newsroom)).tree,
        "desk": _Page(_get(reverse("admin:comments_comment_changelist"), desk)).tree,
    }

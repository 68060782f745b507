"""Hidden things cannot be told from things that never existed: every public URL is visited, and every byte compared."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from articles import error_reports
from articles.models import Article
from comments import keys, recommending, reporting
from comments.models import Comment, Report, Revision
from comments.querysets import Position
from comments.reporting import Complaint
from comments.states import Reason, Status
from tests import factories
from tests.comments.authors import confirmed
from tests.pages import world as paper
from tests.pages.world import MARK, World

METHODS = ("get", "head", "post")
# Never used, and as long as the real ones: an echo would have the same length.
NEVER_COMMENT = "000000000000"
NEVER_SLUG = "never-was-here"

# Every public URL: what it may hide is named by the kind of its one variable part.
ADDRESSES = {
    "": "list",
    "about/": "list",
    "about/<str:slug>/": "house page",
    "articles/<str:article_id>/": "story",
    "articles/<str:article_id>/<str:slug>/": "story and slug",
    "articles/<str:article_id>/comments/": "story",
    "articles/<str:article_id>/comments/feed/": "story",
    "articles/<str:article_id>/comments/new/": "story",
    "articles/<str:article_id>/error/": "story",
    "comments/<str:public_id>/": "comment",
    "comments/<str:public_id>/answers/": "comment",
    "comments/<str:public_id>/answers/feed/": "comment",
    "comments/<str:public_id>/report/": "comment",
    "comments/<str:public_id>/recommend/": "comment",
    "contact/": "list",
    "corrections-policy/": "list",
    "corrections/": "list",
    "corrections/feed/": "list",
    "error-report/<str:token>/": "reported error",
    "ethics/": "unwritten",
    "favicon.ico": "icon",
    "feed/": "list",
    "feed/atom/": "list",
    ".well-known/security.txt": "list",
    "guidelines/": "list",
    "health/live": "operators",
    "health/ready": "operators",
    "imprint/": "unwritten",
    "media/<path:path>": "files",
    "csp-reports/": "operators",
    "metrics": "operators",
    "moderation/": "list",
    "my-address/<str:token>/subscriptions/": "token",
    "my-address/": "list",
    "my-address/<str:token>/": "token",
    "my-address/<str:token>/erasure/": "token",
    "my-address/<str:token>/export/": "token",
    "my-address/asked/": "list",
    "my-comment/<str:token>/": "token",
    "my-comment/<str:token>/erasure/": "token",
    "ownership/": "unwritten",
    "people/<str:slug>/": "person",
    "people/<str:slug>/feed/": "person",
    "people/<str:slug>/feed/atom/": "person",
    "preview/<str:token>/": "token",
    "report/<str:token>/": "token",
    "privacy/": "list",
    "robots.txt": "list",
    "search/": "list",
    "sections/<str:slug>/": "section",
    "sections/<str:slug>/feed/": "section",
    "sections/<str:slug>/feed/atom/": "section",
    "site.webmanifest": "icon",
    "sitemap.xml": "list",
    "sitemap-lists.xml": "list",
    "sitemap-stories.xml": "list",
    "news-sitemap.xml": "list",
    "tags/<str:slug>/": "tag",
    "tags/<str:slug>/feed/": "tag",
    "tags/<str:slug>/feed/atom/": "tag",
    "unsubscribe/<str:token>/": "token",
}

FROM = "&from=2000-01-01"

Answer = tuple[int, list[tuple[str, str]], str, bytes]


# The searches made before anything is hidden, and after it.
SEARCHES = [
    f"/search/?q={words.replace(' ', '+')}{more}"
    for words in (
        *(MARK, f"{MARK[:6]}*", "harbour", "story", "words", "the harbour opens", "first", "draft"),
        f"harbour {MARK}",
    )
    for more in ("", "&section=world", FROM)
]


@dataclass
class Before:
    """The answers from before anything was hidden, by URL, and the world that has hidden things since."""

    world: World
    pages: dict[str, Answer]
    searches: dict[str, dict[str, Answer]]


@pytest.fixture(scope="module")
def before(rows_of_the_module: None) -> Before:
    made = paper.build()
    pages = {url: _ask("get", url) for url in public_pages(made)}
    searches = {method: {url: _ask(method, url) for url in SEARCHES} for method in ("get", "head")}
    paper.hide(made)
    return Before(made, pages, searches)


@pytest.fixture
def world(db: None, before: Before) -> World:
    """One for each test: changed rows are new ones in the next test."""
    return copy.deepcopy(before.world)


def test_every_public_address_is_listed_here() -> None:
    found = {route for route in _routes(get_resolver().url_patterns) if not route.startswith("admin/")}
    assert found == set(ADDRESSES)


@pytest.mark.parametrize("method", METHODS)
def test_hidden_stories_answer_as_if_they_had_never_been(world: World, method: str) -> None:
    never = str(max(Article.objects.values_list("pk", flat=True)) + 1000)
    for route in _of_kind("story", "story and slug"):
        expected = _ask(method, _fill(route, article_id=never, slug=NEVER_SLUG))
        assert expected[0] == (404 if method != "post" or route.endswith(("/new/", "/error/")) else 403)
        for state, article in world.hidden_stories.items():
            for slug in {NEVER_SLUG, *_slugs_of(article)}:
                found = _ask(method, _fill(route, article_id=str(article.pk), slug=slug))
                assert found == expected, (method, route, state, slug)


@pytest.mark.parametrize("method", METHODS)
def test_hidden_comments_answer_as_if_they_had_never_been(world: World, method: str) -> None:
    for route in _of_kind("comment"):
        expected = _ask(method, _fill(route, public_id=NEVER_COMMENT))
        for status, comment in world.hidden_comments.items():
            assert _ask(method, _fill(route, public_id=comment.public_id)) == expected, (method, route, status)


@pytest.mark.parametrize("method", METHODS)
def test_a_removed_comment_that_answers_hang_on_has_no_permalink(world: World, method: str) -> None:
    never = _ask(method, _fill("comments/<str:public_id>/", public_id=NEVER_COMMENT))
    removed = Comment.objects.filter(answer_count__gt=0, public_revision=None)
    assert [_ask(method, comment.get_absolute_url()) for comment in removed] == [never]


@pytest.mark.parametrize("method", METHODS)
def test_hidden_tags_and_people_answer_as_if_they_had_never_been(world: World, method: str) -> None:
    for kind, slugs in (("tag", world.hidden_tags), ("person", world.hidden_people)):
        for route in _of_kind(kind):
            expected = _ask(method, _fill(route, slug=NEVER_SLUG))
            for slug in slugs:
                assert _ask(method, _fill(route, slug=slug)) == expected, (method, route, slug)


@pytest.mark.parametrize("method", METHODS)
def test_pages_about_the_paper_that_are_not_public_answer_as_if_they_had_never_been(world: World, method: str) -> None:
    for slug in ("ethics", "jobs"):
        factories.house_page(slug, title=MARK, body=f"<p>{MARK}</p>", is_public=False)
    never = _ask(method, f"/about/{NEVER_SLUG}/")
    assert never[0] == (403 if method == "post" else 404)
    assert [_ask(method, url) for url in ("/about/jobs/", "/ethics/", "/imprint/")] == [never] * 3
    assert [url for url in public_pages(world) if MARK in _ask("get", url)[3].decode()] == []


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_slug_that_was_or_will_be_redirects_as_any_wrong_one_does(world: World, method: str) -> None:
    path = f"/articles/{world.story.article_id}"
    expected = _ask(method, f"{path}/{NEVER_SLUG}/")
    assert expected[0] == 301
    for slug in world.hidden_slugs:
        assert _ask(method, f"{path}/{slug}/") == expected


@pytest.mark.parametrize("method", METHODS)
def test_a_forged_token_tells_nothing_of_the_comment_it_names(world: World, method: str) -> None:
    for route in _of_kind("token"):
        expected = _ask(method, _fill(route, token=f"{NEVER_COMMENT}:{'x' * 43}"))
        # The page of a report has no form: a POST is refused before anything is looked up.
        assert expected[0] == (403 if (method, route) == ("post", "report/<str:token>/") else 404)
        for comment in (world.top, *world.hidden_comments.values()):
            assert _ask(method, _fill(route, token=f"{comment.public_id}:{'x' * 43}")) == expected


@pytest.mark.parametrize("method", METHODS)
def test_a_forged_token_tells_nothing_of_the_reported_error_it_names(world: World, method: str) -> None:
    report = error_reports.send(world.story, text="It was Tuesday.", address=factories.address())
    (route,) = _of_kind("reported error")
    expected = _ask(method, _fill(route, token=f"{'0' * 16}:{'x' * 43}"))
    assert expected[0] == (403 if method == "post" else 404)
    assert _ask(method, _fill(route, token=f"{report.reference}:{'x' * 43}")) == expected


def test_an_answer_to_a_hidden_comment_is_refused_as_one_to_a_comment_that_never_was(world: World) -> None:
    path = reverse("comments:new", args=[world.story.article_id])
    expected = _ask("post", path, parent=NEVER_COMMENT)
    assert expected[0] == 422
    empty = _ask("get", f"{path}?parent={NEVER_COMMENT}")
    assert empty[0] == 200
    for status, comment in world.hidden_comments.items():
        code, headers, cookies, body = _ask("post", path, parent=comment.public_id)
        echo = body.replace(comment.public_id.encode(), NEVER_COMMENT.encode())
        assert (code, headers, cookies, echo) == expected, status
        assert _ask("get", f"{path}?parent={comment.public_id}") == empty, status


def test_the_number_of_an_edition_that_was_or_will_be_is_taken_as_any_other(world: World) -> None:
    path = reverse("comments:new", args=[world.story.article_id])
    codes = [_ask("post", path, body=f"{factories.GOOD_TEXT} {n}", edition=str(n))[0] for n in (1, 2, 3, 99)]
    assert codes == [303] * 4


def test_a_key_that_is_made_of_a_hidden_comment_is_as_unknown_as_any(world: World) -> None:
    path = reverse("comments:page", args=[world.story.article_id])
    microseconds = int(world.top.posted_at.timestamp() * 1_000_000) + 10**12
    signed = keys.key(keys.of_thread(world.story.article_id, "newest"), Position(timezone.now(), NEVER_COMMENT))
    signature = signed.rpartition("-")[2]
    expected = _ask("get", f"{path}?after=0-{microseconds}-{NEVER_COMMENT}-{signature}")
    assert expected[0] == 404
    for comment in world.hidden_comments.values():
        assert _ask("get", f"{path}?after=0-{microseconds}-{comment.public_id}-{signature}") == expected


@pytest.mark.django_db
def test_what_is_hidden_changes_no_byte_of_any_public_page(before: Before) -> None:
    assert {url: answer[0] for url, answer in before.pages.items()} == dict.fromkeys(before.pages, 200)
    assert [url for url, answer in before.pages.items() if _ask("get", url) != answer] == []


def test_no_hidden_word_stands_on_any_public_page(world: World) -> None:
    for url in public_pages(world):
        status, headers, _cookies, body = _ask("get", url)
        assert (status, MARK in body.decode().casefold()) == (200, False), url
        assert MARK not in str(headers).casefold(), url


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_search_answers_as_if_hidden_stories_had_never_been(before: Before, method: str) -> None:
    """In hits, counts, order and passages; whatever is searched for, by whatever filter."""
    answers = before.searches[method]
    assert {url: answer[0] for url, answer in answers.items()} == dict.fromkeys(SEARCHES, 200)
    assert [url for url in SEARCHES if _ask(method, url) != answers[url]] == []


def test_no_page_names_the_file_of_a_picture_that_only_hidden_stories_show(world: World) -> None:
    (name,) = world.hidden_files
    folder, _slash, file = name.rpartition("/")
    stem = file.rpartition(".")[0]
    for url in public_pages(world):
        _status, headers, _cookies, body = _ask("get", url)
        assert stem not in body.decode() + str(headers), url
    # A folder does not reveal it either; the name itself cannot be guessed.
    assert _ask("get", f"/media/{folder}/") == _ask("get", "/media/never/")


def test_no_page_is_dated_or_kept_past_the_next_second_at_which_something_begins(world: World) -> None:
    """An HTTP date would reveal when a hidden change was made; a copy kept too long would hide what has begun."""
    for url in public_pages(world):
        _status, headers, _cookies, _body = _ask("get", url)
        told = dict(headers)
        assert "Last-Modified" not in told, url
        assert "Expires" not in told, url


def test_a_story_under_embargo_is_nowhere_until_its_second_and_then_everywhere_without_a_worker(world: World) -> None:
    story = world.hidden_stories["embargoed and scheduled"]
    begins = story.editions.get().visible_from
    tag, person = (one.get().slug for one in (story.tags, story.people))
    address = story.editions.get().get_absolute_url()
    own = [address, f"/tags/{tag}/", f"/tags/{tag}/feed/", f"/people/{person}/", f"/people/{person}/feed/"]
    lists = ["/", "/sections/world/", "/sections/world/feed/", "/sections/world/feed/atom/", "/feed/", "/feed/atom/"]
    lists += ["/sitemap-stories.xml", "/news-sitemap.xml"]
    # A story beside it names it among the related ones, and has it as its neighbour.
    lists.append(world.story.get_absolute_url())
    with time_machine.travel(begins - timedelta(microseconds=1), tick=False):
        never = _ask("get", f"/articles/{story.pk + 1000}/{NEVER_SLUG}/")
        assert _ask("get", address) == never
        assert {url: _ask("get", url)[0] for url in own} == dict.fromkeys(own, 404)
        assert [url for url in lists if address in _ask("get", url)[3].decode()] == []
    with time_machine.travel(begins, tick=False):
        assert {url: _ask("get", url)[0] for url in own} == dict.fromkeys(own, 200)
        assert [url for url in lists if address not in _ask("get", url)[3].decode()] == []


def test_a_wrong_page_number_tells_nothing_of_hidden_stories(world: World) -> None:
    for url in (reverse("articles:section", args=["world"]), reverse("articles:tag", args=["harbours"])):
        assert _ask("get", f"{url}?page=2") == _ask("get", f"{url}?page=400")


def test_the_folders_of_pictures_cannot_be_listed(world: World) -> None:
    assert _ask("get", "/media/pictures/") == _ask("get", "/media/never/") == _ask("get", "/media/never.jpg")


def test_no_public_answer_has_an_address_of_mail_or_network_nor_a_hash_of_one(world: World) -> None:
    """Of readers, who all left some here, and of staff; in headers, too, and in refusals. Those in `OURS` may
    appear."""
    said = _leave_addresses(world)
    refused = ["/never/", "/articles/x/", "/media/never.webp", "/admin/", "/comments/000000000000/"]
    operators = [f"/{route}" for route in _of_kind("operators", "icon")]
    answers = {url: _ask("get", url) for url in [*public_pages(world), *operators, *refused]}
    new = reverse("comments:new", args=[world.story.article_id])
    answers |= {f"{parent} post": _ask("post", new, parent=parent) for parent in ("", NEVER_COMMENT)}
    found = {url: _personal(answer, said) for url, answer in answers.items()}
    assert {url: words for url, words in found.items() if words} == {}


def test_what_is_searched_for_here_would_be_found() -> None:
    for text in ("zoe@example.org", "from 203.0.113.9.", "2001:db8:0:1::9", "f" * 64):
        assert _personal((200, [], "", f"<p>{text}</p>".encode()), set()) != []
        assert _personal((200, [("X", text)], "", b""), set()) != []
    assert _personal((200, [], "", b"<p>zoe wrote</p>"), {"zoe"}) == ["zoe"]


# --- How ------------------------------------------------------------------------------------------------------------


# The paper's own, to which readers and researchers write, and this machine's, where the tests' site is.
OURS = {"newsroom@localhost", "security@127.0.0.1", "127.0.0.1"}
_PERSONAL = re.compile(
    r"[\w.+%-]+@[\w.-]+\w"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}\b"
    r"|\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:)+:[0-9a-f]{0,4}"
    r"|\b[0-9a-f]{64}\b"
)


def _leave_addresses(world: World) -> set[str]:
    """Readers with addresses do everything that can be done; returns what may appear nowhere."""
    network = factories.address("2001:db8:0:1::9")
    for number, status in enumerate((Status.APPROVED, Status.REJECTED, Status.PENDING)):
        comment = confirmed(world.story, f"zoe{number}@example.org", sent_from="203.0.113.9")
        if status is not Status.PENDING:
            factories.decided(comment, status, explanation="Because of its words.")
    complaint = Complaint(Reason.ILLEGAL, "Against a law.", "Olu Reporter", "olu@example.org")
    reporting.report(world.top, complaint, address=network)
    error_reports.send(world.story, text="It was Tuesday.", email="ida@example.org", address=network)
    User.objects.update(email="mona@example.org")
    recommending.recommend(world.answered, address=network, browser="Firefox")
    kept = [Revision.objects.values_list("network"), Report.objects.values_list("network")]
    hashes = {digest for rows in kept for (digest,) in rows if digest}
    names = set(User.objects.values_list("username", flat=True))
    return {"olu reporter", "example.org", "203.0.113.9", "2001:db8:0:1", *hashes, *names}


def _personal(answer: Answer, said: set[str]) -> list[str]:
    """What is personal in an answer; `said` in lower case."""
    _status, headers, cookies, body = answer
    text = f"{headers} {cookies} {body.decode()}".casefold()
    found = {*_PERSONAL.findall(text)} - OURS
    return sorted({*found, *(word for word in said if word in text)})


def _routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route


def _of_kind(*kinds: str) -> list[str]:
    return [route for route, kind in ADDRESSES.items() if kind in kinds]


def _fill(route: str, **parts: str) -> str:
    for name, value in parts.items():
        route = route.replace(f"<str:{name}>", value)
    assert "<" not in route
    return f"/{route}"


def _slugs_of(article: Article) -> set[str]:
    return {*article.editions.values_list("slug", flat=True), article.slug or "story"}


def _ask(method: str, url: str, **fields: str) -> Answer:
    client = Client(enforce_csrf_checks=True)
    if method == "post":
        data = {"name": "A reader", "email": "", "body": factories.GOOD_TEXT, "edition": "1", **fields}
        encoded = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in data.items())
        response = client.post(url, encoded, content_type="application/x-www-form-urlencoded")
    else:
        response = getattr(client, method)(url)
    return response.status_code, sorted(response.headers.items()), response.cookies.output(), response.content


def public_pages(world: World) -> list[str]:
    """Every page that readers can reach, further orders and pages of lists included."""
    story, person = world.story, world.story.people_in_order[0]
    comments = reverse("comments:page", args=[story.article_id])
    public = Comment.objects.public().filter(thread_id=story.article_id)
    paths = {
        "list": [{}],
        "story": [{"article_id": str(story.article_id)}],
        "comment": [{"public_id": comment.public_id} for comment in public],
        "person": [{"slug": person.slug}],
        "section": [{"slug": "world"}, {"slug": "politics"}],
        "tag": [{"slug": "harbours"}],
    }
    pages = [_fill(route, **parts) for kind, each in paths.items() for route in _of_kind(kind) for parts in each]
    recommend = [page for page in pages if page.endswith("/recommend/")]
    # Permalinks and the answers to an answer lead to another page: they have tests of their own.
    addresses = ("comments:answers", "comments:answers_feed")
    answers = {reverse(name, args=[comment.public_id]) for comment in public.filter(root=None) for name in addresses}
    pages = [page for page in pages if page in answers or not page.startswith("/comments/")]
    pages.remove(f"/articles/{story.article_id}/")
    pages += recommend
    removed = Comment.objects.filter(answer_count__gt=0, public_revision=None)
    pages += [reverse(name, args=[comment.public_id]) for comment in removed for name in addresses]
    pages += [
        f"{comments}?sort=oldest",
        f"{comments}?sort=recommended",
        f"{comments}?sort=featured",
        f"{comments}new/?parent={world.top.public_id}",
    ]
    return [*pages, story.get_absolute_url()]

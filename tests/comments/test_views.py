"""The readers' addresses of comments over HTTP: what they respond, show, keep and refuse."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation
from time_machine import Traveller

from articles import publishing
from articles.models import Article, Edition
from comments import conversations, erasing, moderation, policy, posting
from comments.models import Comment, Commenter, Revision, Thread
from comments.states import Reason, Status
from comments.text import name_to_store, to_store
from comments.tokens import address_path, own_path
from tests import factories
from tests.comments.reading import Element, as_shown, read, words
from tests.factories import GOOD_TEXT

VECTORS = json.loads((Path(__file__).parent / "count_vectors.json").read_text(encoding="utf-8"))
FORM_TYPE = "application/x-www-form-urlencoded"
FORM = {"name": "Ann", "email": "", "body": GOOD_TEXT, "website": "", "asks_first": "", "parent": "", "edition": "1"}
NEVER_GIVEN_OUT = "zzzzzzzzzzzz"


def address_of(edition: Edition) -> str:
    return f"/articles/{edition.article_id}/comments/new/"


def send(path: str, fields: dict[str, str] | None = None, *, sent_from: str = "203.0.113.7", **headers: str) -> Any:
    data = urlencode(FORM if fields is None else fields, errors="surrogatepass")
    return Client(REMOTE_ADDR=sent_from, raise_request_exception=False).post(
        path, data, content_type=FORM_TYPE, headers=headers
    )


def post(story: Edition, sent_from: str = "203.0.113.7", /, **fields: str) -> Any:
    return send(address_of(story), {**FORM, **fields}, sent_from=sent_from)


def form_of(response: Any) -> Element:
    return read(response).one("form", id="comment-form")


def everything(response: Any) -> tuple[int, dict[str, str], bytes]:
    return response.status_code, dict(response.headers), response.content


@pytest.fixture
def reader() -> Client:
    return Client()


# --- Posting: what is taken -----------------------------------------------------------------------------------------


def test_a_comment_that_is_taken_leads_to_its_authors_own_page(edition: Edition, reader: Client) -> None:
    response = post(edition, email="ann@example.org")
    comment = Comment.objects.get()
    assert (response.status_code, response["Location"]) == (303, own_path(comment))
    assert response["Cache-Control"] == "no-store"
    assert response.cookies == {}
    assert (comment.name, comment.email, comment.revisions.get().body) == ("Ann", "ann@example.org", GOOD_TEXT)
    assert words(read(reader.get(response["Location"])).one("h1")) == "Thank you. Your comment waits for a moderator."


def test_a_repeat_leads_to_the_first_ones_page(edition: Edition) -> None:
    first, second = post(edition), post(edition)
    assert (second.status_code, second["Location"]) == (303, first["Location"])
    assert Comment.objects.count() == 1


def test_an_answer_hangs_under_what_it_answers(edition: Edition) -> None:
    parent = factories.approved(edition)
    assert post(edition, parent=parent.public_id).status_code == 303
    assert Comment.objects.get(name="Ann").parent == parent


def test_an_author_cannot_have_a_comment_answer_itself(edition: Edition, reader: Client) -> None:
    comment = factories.pending(edition)
    fields = {"body": f"{GOOD_TEXT} Again.", "saw": comment.seen, "parent": comment.public_id, "edit": "1"}
    assert send(own_path(comment), fields).status_code == 303
    comment.refresh_from_db()
    assert (comment.parent, comment.root, comment.revision_number) == (None, None, 2)


def test_a_filled_trap_is_held_and_not_dropped(edition: Edition) -> None:
    assert post(edition, website="https://autofill.example").status_code == 303
    comment = Comment.objects.get()
    assert comment.status == Status.PENDING
    assert comment.decisions.get().findings[0] == {"rule": "trap_filled", "detail": ""}


def test_fields_that_nobody_offered_are_ignored(clock: Traveller, edition: Edition) -> None:
    other = factories.live()
    response = post(
        edition,
        status="approved",
        article_id=str(other.article_id),
        thread=str(other.article_id),
        posted_at="2001-01-01T00:00:00Z",
        public_id="aaaaaaaaaaaa",
        public_revision="1",
        commenter="1",
        root="1",
        trap_filled="1",
        by="1",
        network="x",
        saw="approved.1",
    )
    assert response.status_code == 303
    comment = Comment.objects.get()
    assert (comment.status, comment.thread_id, comment.posted_at) == ("pending", edition.article_id, timezone.now())
    assert (comment.public_revision, comment.commenter, comment.root) == (None, None, None)
    assert comment.public_id != "aaaaaaaaaaaa"
    assert comment.decisions.get().findings == [{"rule": "first_time_author", "detail": ""}]


@pytest.mark.parametrize("number", ["", "x", "-1", "99", "9" * 30, "1.0"])
def test_a_number_that_no_edition_has_means_the_one_that_is_live(edition: Edition, number: str) -> None:
    assert post(edition, edition=number).status_code == 303
    assert Revision.objects.get().edition == edition


def test_a_form_opened_under_an_earlier_edition_still_works(clock: Traveller, edition: Edition, reader: Client) -> None:
    fields = form_of(reader.get(edition.get_absolute_url())).fields()
    clock.shift(timedelta(days=1))
    factories.updated(edition)
    assert send(address_of(edition), {**fields, "name": "Ann", "body": GOOD_TEXT}).status_code == 303
    assert Revision.objects.get().edition == edition


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://elsewhere.example"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Origin": "http://testserver"},
    ],
    ids=str,
)
def test_a_post_from_our_own_page_or_from_no_browser_is_taken(edition: Edition, headers: dict[str, str]) -> None:
    assert send(address_of(edition), **headers).status_code == 303


# --- Posting: what is refused, and nothing lost ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": ""},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": "http://127.0.0.1:8000.elsewhere.example"},
    ],
    ids=str,
)
def test_a_post_from_another_site_is_refused_with_the_text_kept(edition: Edition, headers: dict[str, str]) -> None:
    response = send(address_of(edition), **headers)
    assert response.status_code == 403
    assert form_of(response).fields() == FORM
    assert "This form was sent from another site." in words(read(response))
    assert response["Cache-Control"] == "no-store"
    assert Comment.objects.count() == 0


def test_a_comment_that_is_too_short_comes_back_filled(edition: Edition) -> None:
    response = post(edition, body="ab" * 24 + "c", email="ann@example.org", name='<Ann> & "Co"')
    assert response.status_code == 422
    assert form_of(response).fields() == {
        **FORM,
        "name": '<Ann> & "Co"',
        "email": "ann@example.org",
        "body": "ab" * 24 + "c",
    }
    page = read(response)
    assert words(page.one("div", id="id_body_error")) == "Error: 49 of 50 characters. Say a little more."
    assert words(page.one("p", class_="counter")) == "49/50"
    assert page.one("title").text.startswith("Error: ")
    assert Comment.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("\u200b" * 60, 422),
        ("👍" * 5000, 422),
        ("👍👎" * 2500, 303),
        ("👍👎" * 2500 + "👍", 422),
        ("ab" * 2500, 303),
        ("ab" * 2500 + "c", 422),
        (f"{GOOD_TEXT}\x00", 303),
        (f"{GOOD_TEXT}\ud800", 303),
        ("\ud800" * 60, 422),
        ("", 422),
    ],
    ids=[
        "zero-width",
        "5000-equal",
        "5000-emoji",
        "5001-emoji",
        "5000",
        "5001",
        "nul",
        "surrogate",
        "surrogates",
        "empty",
    ],
)
def test_texts_on_the_edge(edition: Edition, body: str, status: int) -> None:
    response = post(edition, body=body)
    assert response.status_code == status
    assert Comment.objects.count() == (status == 303)


def test_a_body_that_is_not_utf_8_is_no_error_of_ours(edition: Edition, reader: Client) -> None:
    raw = b"name=Ann&body=" + b"%ED%A0%80 %FF " + GOOD_TEXT.replace(" ", "+").encode()
    assert reader.post(address_of(edition), raw, content_type=FORM_TYPE).status_code == 303
    other = reader.post(address_of(edition), raw, content_type=f"{FORM_TYPE}; charset=utf-16")
    assert other.status_code == 400
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_every_vector_is_taken_or_refused_with_its_number(edition: Edition, vector: dict[str, Any]) -> None:
    response = post(edition, body=vector["text"])
    if vector["enough"]:
        assert response.status_code == 303
        assert Revision.objects.get().body == to_store(vector["text"])
        return
    assert response.status_code == 422
    said = words(read(response).one("div", id="id_body_error"))
    expected = (
        f"{vector['counted']} of 50 characters. Say a little more." if vector["text"].strip() else "Write a comment."
    )
    assert said == f"Error: {expected}"
    assert form_of(response).fields()["body"] == vector["text"].replace("\ud800", "\ufffd\ufffd\ufffd")


def test_the_name_of_somebody_who_works_here_is_refused(edition: Edition) -> None:
    response = post(edition, name="Мoderator")
    assert (response.status_code, Comment.objects.count()) == (422, 0)
    assert form_of(response).fields() == {**FORM, "name": "Мoderator"}


def test_an_answer_to_what_is_gone_comes_back_filled(edition: Edition) -> None:
    parent = factories.approved(edition)
    factories.decided(parent, Status.SPAM)
    response = post(edition, parent=parent.public_id)
    assert response.status_code == 422
    assert "The comment that you answer is no longer there." in words(read(response))
    assert form_of(response).fields()["body"] == GOOD_TEXT
    assert parent.name not in response.content.decode()


def test_a_closed_conversation_answers_409_filled(edition: Edition) -> None:
    factories.approved(edition)
    conversations.close(Thread.objects.get(), by=factories.user("moderators"))
    response = post(edition)
    assert response.status_code == 409
    assert form_of(response).fields() == FORM
    assert "This conversation is closed." in words(read(response))


def test_too_fast_is_429_filled_and_says_when_to_come_back(clock: Traveller, edition: Edition) -> None:
    for number in range(policy.BURST):
        assert post(edition, body=f"{GOOD_TEXT} {number}").status_code == 303
    clock.shift(timedelta(seconds=99, microseconds=1))
    response = post(edition, body=f"{GOOD_TEXT} Again.")
    assert (response.status_code, response["Retry-After"]) == (429, "501")
    assert form_of(response).fields() == {**FORM, "body": f"{GOOD_TEXT} Again."}
    clock.shift(501)
    assert post(edition, body=f"{GOOD_TEXT} Again.").status_code == 303


IMPOSSIBLE = ["0", "01", "-1", "999999999", "9" * 19, "9" * 40, "abc", "1e3", "٣", "%00", "1%20", "<b>"]


def hidden_stories() -> list[str]:
    draft, scheduled, gone = factories.article(), factories.scheduled(), factories.withdrawn()
    return [str(draft.pk), str(scheduled.article_id), str(gone.article_id)]


def test_where_no_story_is_a_post_answers_404_filled_the_same_for_whatever_is_hidden_there(db: None) -> None:
    answers = {str(everything(send(f"/articles/{one}/comments/new/"))) for one in [*IMPOSSIBLE, *hidden_stories()]}
    assert len(answers) == 1
    response = send("/articles/999999999/comments/new/")
    assert response.status_code == 404
    assert form_of(response).fields() == FORM
    assert (Comment.objects.count(), Thread.objects.count()) == (0, 0)


def test_a_story_that_is_withdrawn_while_somebody_writes_keeps_the_text(edition: Edition) -> None:
    story = Article.objects.get()
    publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    assert form_of(post(edition)).fields() == FORM


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", "application/xml", ""]
)
def test_other_kinds_of_content_are_415(edition: Edition, reader: Client, kind: str) -> None:
    response = reader.post(address_of(edition), json.dumps(FORM), content_type=kind)
    assert (response.status_code, response["Cache-Control"]) == (415, "no-store")


@pytest.mark.parametrize(("size", "status"), [(256 * 1024, 422), (256 * 1024 + 1, 413), (10 * 1024 * 1024, 413)])
def test_more_than_256_kib_is_413(edition: Edition, reader: Client, size: int, status: int) -> None:
    raw = b"name=Ann&body=".ljust(size, b"x")
    assert reader.post(address_of(edition), raw, content_type=FORM_TYPE).status_code == status


@pytest.mark.parametrize(("number", "status"), [(1000, 303), (1001, 413)])
def test_more_than_a_thousand_fields_are_413(edition: Edition, number: int, status: int) -> None:
    more = {f"field{n}": "x" for n in range(number - len(FORM))}
    assert post(edition, **more).status_code == status


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize(
    "path", ["{story}/comments/new/", "{story}/comments/", "/comments/{id}/", "/comments/{id}/answers/"]
)
def test_other_methods_are_405(edition: Edition, reader: Client, method: str, path: str) -> None:
    comment = factories.approved(edition)
    address = path.format(story=f"/articles/{edition.article_id}", id=comment.public_id)
    assert getattr(reader, method)(address).status_code == 405


# --- Hostile input that nobody here wrote ---------------------------------------------------------------------------


def shown_to_readers(edition: Edition) -> dict[str, tuple[str, str]]:
    """Name and text of every comment on the public pages of a story, by public id."""
    found, path = {}, f"/articles/{edition.article_id}/comments/"
    while path:
        page = read(Client().get(path))
        for comment in page.all("article", class_="comment"):
            name, text = comment.one("h3").text, comment.one("div", class_="comment__text").text
            found[comment.attributes["id"].removeprefix("comment-")] = (name, text)
        path = next((link.attributes["href"] for link in page.all("a", rel="next")), "")
    return found


def test_every_naughty_string_as_name_text_and_mail_address_is_shown_as_it_was_sent_or_comes_back(
    edition: Edition, corpus: Callable[[str], Any]
) -> None:
    moderator = factories.user("moderators")
    expected, names_taken, addresses_taken = {}, 0, 0
    texts = corpus("naughty_strings.json")
    for number, text in enumerate(texts):
        # An invalid address comes back first, then an invalid name; any text is taken.
        typed = {"name": text, "body": f"{text}\n{GOOD_TEXT}", "email": text}
        for instead in ({}, {"email": ""}, {"name": "Somebody Else"}):
            typed |= instead
            response = post(edition, f"2001:db8:{number:x}::1", **typed)
            if response.status_code == 303:
                break
            assert response.status_code == 422, text
            assert form_of(response).fields() == {**FORM, **typed}, text
        assert response.status_code == 303, text
        names_taken += typed["name"] == text
        addresses_taken += bool(typed["email"])
        comment = Comment.objects.latest("pk")
        assert comment.email == name_to_store(typed["email"])
        factories.decided(comment, Status.APPROVED, by=moderator)
        expected[comment.public_id] = (name_to_store(typed["name"]), as_shown(to_store(typed["body"])))
    shown = shown_to_readers(edition)
    assert {key: shown.get(key) for key in expected if shown.get(key) != expected[key]} == {}
    assert (len(shown), names_taken > 0.75 * len(texts), addresses_taken) == (len(texts), True, 0)


PAYLOADS = [
    "<script>alert(1)</script>",
    "</textarea></title></style><svg/onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7|add:7 }}{% load x %}",
    '<!--<noscript><p title="--></noscript><img src=x onerror=alert(1)>">',
    "]]></description><item/>",
    'https://a.example/"onmouseover="alert(1)',
    "javascript:alert(1)//https://a.example/'>",
]


def shape(response: Any) -> list[tuple[str, tuple[str, ...]]]:
    """The element tree: tags and the names of their attributes, in order."""
    return [(one.tag, tuple(sorted(one.attributes))) for one in read(response)]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_changes_no_element_of_a_page_that_shows_it(edition: Edition, reader: Client, payload: str) -> None:
    def pages(name: str, text: str) -> list[Any]:
        comment = factories.approved(edition, name=name, body=text)
        place = f"/articles/{edition.article_id}/comments/"
        paths = [own_path(comment), edition.get_absolute_url(), place, f"{place}new/?parent={comment.public_id}"]
        found = [
            shape(reader.get(path)) for path in [*paths, f"/comments/{comment.public_id}/answers/", f"{place}feed/"]
        ]
        posting.withdraw(comment, saw=comment.seen)
        return found

    link = " https://a.example/x" if "https://a.example" in payload else ""
    harmless = pages("A", f"Harmless{link} {GOOD_TEXT}")
    assert pages(payload, f"{payload} {GOOD_TEXT}") == harmless


# --- The form as a page of its own ----------------------------------------------------------------------------------


def test_the_form_stands_on_a_page_of_its_own(edition: Edition, reader: Client) -> None:
    response = reader.get(address_of(edition))
    form = form_of(response)
    assert (response.status_code, form.attributes["action"], form.attributes["method"]) == (
        200,
        address_of(edition),
        "post",
    )
    empty = {"name": "", "email": "", "body": "", "website": "", "parent": "", "edition": "1"}
    assert form.fields() == {**empty, "asks_first": "1"}
    assert form.one("textarea").attributes["minlength"] == "50"
    assert words(read(response).one("p", class_="counter")) == "0/50"


def test_the_form_belongs_to_its_story_and_one_of_an_answer_or_a_refusal_is_listed_nowhere(
    edition: Edition, reader: Client
) -> None:
    parent = factories.approved(edition, name="Olu")
    empty, answering = (reader.get(address_of(edition) + query) for query in ("", f"?parent={parent.public_id}"))
    pages = [read(response) for response in (empty, answering, post(edition, body="Too short."))]
    found = [[link.attributes["href"] for link in page.all("link", rel="canonical")] for page in pages]
    assert found == [[f"{settings.SITE_URL}{edition.get_absolute_url()}"], [], []]
    hidden = [[meta.attributes["content"] for meta in page.all("meta", name="robots")] for page in pages]
    assert hidden == [[], ["noindex"], ["noindex"]]


def test_the_form_shows_what_is_answered(edition: Edition, reader: Client) -> None:
    parent = factories.approved(edition, name="Olu")
    response = reader.get(f"{address_of(edition)}?parent={parent.public_id}")
    assert words(read(response).one("h1")) == "Reply to Olu"
    assert form_of(response).fields()["parent"] == parent.public_id
    assert read(response).one("figure", class_="answered").one("blockquote").text.strip() == parent.public_revision.body


@pytest.mark.parametrize("parent", ["pending", "unknown", "%00", "<b>", "é"])
def test_what_readers_do_not_see_cannot_be_answered_and_does_not_show(
    edition: Edition, reader: Client, parent: str
) -> None:
    parent = factories.pending(edition).public_id if parent == "pending" else parent
    never = reader.get(f"{address_of(edition)}?parent=000000000000")
    assert everything(reader.get(f"{address_of(edition)}?parent={parent}")) == everything(never)
    assert never.content == reader.get(address_of(edition)).content


def test_a_closed_conversation_shows_no_form(edition: Edition, reader: Client) -> None:
    comment = factories.approved(edition)
    conversations.close(Thread.objects.get(), by=factories.user("moderators"))
    page = read(reader.get(f"{address_of(edition)}?parent={comment.public_id}"))
    assert page.all("form", id="comment-form") == []
    assert words(page.one("p", class_="closed")) == "Comments on this story are closed."


def test_opening_pages_makes_no_conversation(edition: Edition, reader: Client) -> None:
    for path in (edition.get_absolute_url(), address_of(edition), f"/articles/{edition.article_id}/comments/"):
        assert reader.get(path).status_code == 200
    assert Thread.objects.count() == 0


# --- What every public page says, and what none does ----------------------------------------------------------------


def test_public_pages_set_no_cookie_and_are_asked_for_each_time(edition: Edition, reader: Client) -> None:
    comment = factories.approved(edition)
    place = f"/articles/{edition.article_id}/comments/"
    for path in (
        place,
        f"{place}new/",
        f"{place}feed/",
        f"/comments/{comment.public_id}/",
        f"/comments/{comment.public_id}/answers/",
        "/guidelines/",
    ):
        response = reader.get(path)
        assert response.status_code in {200, 302}, path
        assert (response["Cache-Control"].split(", stale", 1)[0], response.cookies) == ("public, no-cache", {}), path
        head = reader.head(path)
        assert (head.status_code, head.content, head["Content-Type"]) == (
            response.status_code,
            b"",
            response["Content-Type"],
        )


def test_what_is_not_public_answers_as_what_never_was(edition: Edition, reader: Client) -> None:
    hidden = [factories.pending(edition)]
    hidden += [
        factories.decided(factories.pending(edition), to) for to in (Status.REJECTED, Status.SPAM, Status.RETURNED)
    ]
    below_a_hidden_story = factories.approved(factories.live())
    story = Article.objects.get(pk=below_a_hidden_story.thread_id)
    publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    for suffix in ("", "answers/"):
        never = {
            method: everything(getattr(reader, method)(f"/comments/{NEVER_GIVEN_OUT}/{suffix}"))
            for method in ("get", "head")
        }
        assert never["get"][0] == 404
        for comment in [*hidden, below_a_hidden_story]:
            for method, answer in never.items():
                assert everything(getattr(reader, method)(f"/comments/{comment.public_id}/{suffix}")) == answer, (
                    comment.status
                )


@pytest.mark.parametrize("public_id", ["a", "A" * 12, "é" * 12, "%00" * 12, "a" * 500, "..", "<b>"])
def test_an_impossible_id_is_a_plain_404(edition: Edition, reader: Client, public_id: str) -> None:
    never = everything(reader.get(f"/comments/{NEVER_GIVEN_OUT}/"))
    assert everything(reader.get(f"/comments/{public_id}/")) == never
    assert everything(reader.get(f"/comments/{public_id}/answers/")) == never


def test_a_hidden_story_has_no_comment_pages(db: None, reader: Client) -> None:
    never = everything(reader.get("/articles/999999999/comments/"))
    assert never[0] == 404
    for story in [*hidden_stories(), *IMPOSSIBLE]:
        for page in ("", "new/", "feed/"):
            assert everything(reader.get(f"/articles/{story}/comments/{page}")) == never, (story, page)


# --- The feed -------------------------------------------------------------------------------------------------------


def test_the_feed_holds_what_readers_see_newest_first(clock: Traveller, edition: Edition, reader: Client) -> None:
    texts = [f"{GOOD_TEXT} <b>{number}</b> & https://example.org/{number}" for number in range(2)]
    shown = []
    for number, text in enumerate(texts):
        shown.append(factories.approved(edition, name=f"Ann & {number}", body=text))
        clock.shift(60)
    factories.pending(edition, name="Hidden Reader")
    response = reader.get(f"/articles/{edition.article_id}/comments/feed/")
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert "Hidden Reader" not in response.content.decode()
    channel = ElementTree.fromstring(response.content)[0]
    assert channel.findtext("title") == f"Comments on “{edition.headline}”"
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == ["Ann & 1", "Ann & 0"]
    assert [item.findtext("link") for item in items] == [
        f"http://127.0.0.1:8000/comments/{comment.public_id}/" for comment in reversed(shown)
    ]
    assert read(items[0].findtext("description")).text == texts[1]


def test_an_empty_feed_says_the_same_a_minute_later(clock: Traveller, edition: Edition, reader: Client) -> None:
    top = factories.approved(edition)
    paths = [f"/comments/{top.public_id}/answers/feed/", f"/articles/{factories.live().article_id}/comments/feed/"]
    before = [reader.get(path).content for path in paths]
    clock.shift(60)
    assert [reader.get(path).content for path in paths] == before


def test_the_feed_of_answers_holds_those_below_one_comment_newest_first(
    clock: Traveller, edition: Edition, reader: Client
) -> None:
    top = factories.approved(edition, name="Ann & Co", body=f"{GOOD_TEXT} <b>")
    shown = []
    for parent in (top, None):
        clock.shift(60)
        shown.append(factories.approved(edition, parent=parent or shown[0]))
    factories.approved(edition)
    factories.pending(edition, parent=top, name="Hidden Reader")
    page = read(reader.get(f"/comments/{top.public_id}/answers/"))
    path = page.one("a", type="application/rss+xml", href=f"/comments/{top.public_id}/answers/feed/").attributes["href"]
    assert path in [link.attributes["href"] for link in page.all("link", rel="alternate")]
    response = reader.get(path)
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(response.content)[0]
    assert channel.findtext("title") == f"Replies to Ann & Co on “{edition.headline}”"
    assert channel.findtext("link") == f"http://127.0.0.1:8000/comments/{top.public_id}/answers/"
    assert read(channel.findtext("description")).text == f"{GOOD_TEXT} <b>"
    assert [item.findtext("link") for item in channel.findall("item")] == [
        f"http://127.0.0.1:8000/comments/{comment.public_id}/" for comment in reversed(shown)
    ]


def test_the_feed_of_answers_to_an_answer_is_that_of_the_comment_on_top(edition: Edition, reader: Client) -> None:
    top = factories.approved(edition)
    answer = factories.approved(edition, parent=top)
    response = reader.get(f"/comments/{answer.public_id}/answers/feed/")
    assert (response.status_code, response["Location"]) == (302, f"/comments/{top.public_id}/answers/feed/")


def test_the_feed_of_answers_to_a_removed_comment_tells_neither_its_name_nor_its_words(
    edition: Edition, reader: Client
) -> None:
    top = factories.approved(edition, name="Gone Reader")
    factories.approved(edition, parent=top)
    factories.decided(top, Status.SPAM)
    channel = ElementTree.fromstring(reader.get(f"/comments/{top.public_id}/answers/feed/").content)[0]
    assert channel.findtext("title") == f"Replies to a comment on “{edition.headline}”"
    assert channel.findtext("description") == "This comment was removed by a moderator: spam."


def test_an_author_finds_the_feed_of_answers_on_their_own_page_once_the_comment_is_read(edition: Edition) -> None:
    def feeds() -> list[str]:
        page = read(Client().get(own_path(comment)))
        return [link.attributes["href"] for link in page.all("a", type="application/rss+xml")][:-1]

    comment = factories.pending(edition)
    # The last one is the site's own, at the foot of every page.
    assert feeds() == []
    factories.decided(comment, Status.APPROVED)
    assert feeds() == [f"/comments/{comment.public_id}/answers/feed/"]


# --- The author's own page ------------------------------------------------------------------------------------------


def own(comment: Comment) -> Element:
    return read(Client().get(own_path(comment)))


def test_the_own_page_is_private_and_opens_a_year_later_on_another_device(clock: Traveller, edition: Edition) -> None:
    path = post(edition)["Location"]
    clock.shift(timedelta(days=365))
    response = Client(REMOTE_ADDR="198.51.100.1").get(path)
    assert response.status_code == 200
    headers = {name: response[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")}
    assert headers == {
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "same-origin",
    }
    assert response.cookies == {}


@pytest.mark.parametrize("field", ["edit", "object"])
@pytest.mark.parametrize("state", ["mistyped", "erased"])
def test_what_was_typed_on_an_own_page_that_is_no_more_is_given_back(
    edition: Edition, reader: Client, state: str, field: str
) -> None:
    comment = factories.pending(edition)
    path, saw = own_path(comment), comment.seen
    if state == "erased":
        erasing.erase_comment(comment)
    else:
        path = path[:-2] + ("b" if path[-2] == "a" else "a") + "/"
    typed = "\n</textarea><b>What I thought of\nsince."
    name = {"edit": "body", "object": "words"}[field]
    response = send(path, {field: "1", name: typed, "saw": saw})
    assert response.status_code == {"mistyped": 404, "erased": 410}[state]
    assert read(response).one("textarea", id="id_typed").text.removeprefix("\n") == typed
    assert response["Cache-Control"] == "private, no-store"
    assert [read(one).all("textarea") for one in (reader.get(path), reader.post(path))] == [[], []]


HEADINGS = {
    Status.PENDING: "Thank you. Your comment waits for a moderator.",
    Status.APPROVED: "Your comment is published.",
    Status.REJECTED: "Your comment was not published.",
    Status.SPAM: "Your comment was not published.",
    Status.RETURNED: "A moderator asks you to change your comment.",
    Status.WITHDRAWN: "You have withdrawn your comment.",
}
MAY_CHANGE = {Status.PENDING, Status.APPROVED, Status.RETURNED}


@pytest.mark.parametrize("status", list(Status))
def test_the_own_page_says_how_the_comment_stands_and_offers_what_can_be_done(edition: Edition, status: Status) -> None:
    comment = factories.pending(edition)
    if status is Status.WITHDRAWN:
        posting.withdraw(comment, saw=comment.seen)
    elif status is not Status.PENDING:
        factories.decided(comment, status)
    page = own(comment)
    assert words(page.one("h1")) == HEADINGS[status]
    assert page.one("figure", class_="quote").one("blockquote").text == comment.revisions.get().body
    ids = {form.attributes.get("id") for form in page.all("form")} & {"comment-form", "withdraw-form"}
    assert ids == ({"comment-form", "withdraw-form"} if status in MAY_CHANGE else set())
    permalinks = [link for link in page.all("a") if link.attributes["href"] == comment.get_absolute_url()]
    assert len(permalinks) == (status is Status.APPROVED)


def test_a_rejection_is_explained_with_its_reason_its_clause_and_the_moderators_words(edition: Edition) -> None:
    comment = factories.decided(
        factories.pending(edition), Status.REJECTED, reason="hate", explanation="Not <b>here</b>."
    )
    reason = own(comment).one("section", class_="reason")
    assert words(reason.one("p", class_="reason__label")) == "hate"
    assert words(reason.one("p", class_="reason__words")) == "Not <b>here</b>."
    assert reason.one("a").attributes["href"] == "/guidelines/#reason-hate"


def test_what_is_taken_for_spam_is_told_no_moderators_words(edition: Edition) -> None:
    comment = factories.decided(factories.pending(edition), Status.SPAM, explanation="Caught by the shop's domain.")
    page = own(comment)
    assert page.all("section", class_="reason") == []
    assert "Caught" not in words(page)


def test_a_returned_comment_says_what_to_change(edition: Edition) -> None:
    comment = factories.decided(factories.pending(edition), Status.RETURNED, explanation="Who said so?")
    assert words(own(comment).one("p", class_="reason__words")) == "Who said so?"


def test_no_page_of_an_author_names_a_moderator(edition: Edition) -> None:
    moderator = factories.user("moderators", username="mona", first_name="Mona", last_name="Lind")
    for status in (Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED):
        comment = factories.pending(edition)
        saw = comment.seen
        factories.decided(comment, status, by=moderator)
        stale = send(own_path(comment), {"withdraw": "1", "saw": saw})
        assert stale.status_code == 409
        for page in (own(comment), read(stale)):
            assert not re.search("mona|lind", words(page).casefold())


def test_without_an_address_the_page_says_to_keep_its_link(edition: Edition, settings: Any) -> None:
    comment = factories.pending(edition)
    link = own(comment).one("p", class_="keep__url").one("a")
    assert link.text == settings.SITE_URL + own_path(comment)
    assert link.attributes["href"] in {own_path(comment), settings.SITE_URL + own_path(comment)}


def test_with_an_address_the_page_says_whether_it_is_confirmed(edition: Edition) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    assert "We have sent a link to the mail address that you gave." in words(own(comment))
    assert own(comment).all("section", class_="keep") == []
    posting.confirm_address(comment)
    assert "Your mail address is confirmed." in words(own(comment))


def test_an_edit_on_the_own_page_waits_and_the_earlier_words_stay_up(edition: Edition, reader: Client) -> None:
    comment = factories.approved(edition)
    fields = read(reader.get(own_path(comment))).one("form", id="comment-form").fields()
    assert fields == {"body": comment.public_revision.body, "saw": "approved.1", "asks_first": "1"}
    response = send(own_path(comment), {**fields, "body": f"{GOOD_TEXT} Better.", "edit": "1", "status": "approved"})
    assert (response.status_code, response["Location"]) == (303, own_path(comment))
    page = own(comment)
    assert words(page.one("h1")) == "Thank you. Your changed comment waits for a moderator."
    assert "Until then your earlier words stay up." in words(page)
    assert page.one("figure", class_="quote").one("blockquote").text == f"{GOOD_TEXT} Better."
    public = read(reader.get(edition.get_absolute_url())).one("div", class_="comment__text").text
    assert public == comment.public_revision.body


def test_an_edit_that_is_too_short_comes_back_filled(edition: Edition) -> None:
    comment = factories.pending(edition)
    response = send(own_path(comment), {"body": "Too short", "saw": comment.seen, "edit": "1"})
    assert response.status_code == 422
    assert form_of(response).fields() == {"body": "Too short", "saw": "pending.1", "asks_first": ""}
    assert words(read(response).one("div", id="id_body_error")) == "Error: 9 of 50 characters. Say a little more."


def test_an_edit_of_what_was_decided_meanwhile_comes_back_filled_and_can_be_sent_again(edition: Edition) -> None:
    comment = factories.pending(edition)
    saw = comment.seen
    factories.decided(comment, Status.APPROVED)
    response = send(own_path(comment), {"body": f"{GOOD_TEXT} Better.", "saw": saw, "edit": "1"})
    assert response.status_code == 409
    fields = form_of(response).fields()
    assert fields == {"body": f"{GOOD_TEXT} Better.", "saw": "approved.1", "asks_first": ""}
    assert words(read(response).one("h1")) == HEADINGS[Status.APPROVED]
    assert send(own_path(comment), {**fields, "edit": "1"}).status_code == 303
    assert comment.revisions.count() == 2


def test_an_edit_once_the_conversation_is_closed_keeps_the_text(edition: Edition) -> None:
    comment = factories.approved(edition)
    conversations.close(Thread.objects.get(), by=factories.user("moderators"))
    response = send(own_path(comment), {"body": f"{GOOD_TEXT} Better.", "saw": comment.seen, "edit": "1"})
    assert response.status_code == 409
    assert form_of(response).fields()["body"] == f"{GOOD_TEXT} Better."
    assert own(comment).all("form", id="comment-form") == []


def test_an_edit_that_is_too_fast_is_429_filled(
    clock: Traveller, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments.policy.BURST", 2)
    comment = factories.pending(edition)
    factories.pending(edition)
    response = send(own_path(comment), {"body": f"{GOOD_TEXT} Better.", "saw": comment.seen, "edit": "1"})
    assert response.status_code == 429
    assert form_of(response).fields()["body"] == f"{GOOD_TEXT} Better."


def test_an_author_withdraws_on_the_own_page(edition: Edition, reader: Client) -> None:
    comment = factories.approved(edition)
    fields = read(reader.get(own_path(comment))).one("form", id="withdraw-form").fields()
    response = send(own_path(comment), {**fields, "withdraw": "1"})
    assert (response.status_code, response["Location"]) == (303, own_path(comment))
    assert Comment.objects.get().status == Status.WITHDRAWN
    assert reader.get(comment.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("fields", [{}, {"withdraw": "1"}, {"saw": "pending.1"}, {"status": "approved"}], ids=str)
def test_a_post_that_asks_for_nothing_changes_nothing(edition: Edition, fields: dict[str, str]) -> None:
    comment = factories.pending(edition)
    assert send(own_path(comment), fields).status_code == 422
    assert (Comment.objects.get().status, comment.decisions.count()) == (Status.PENDING, 1)


def test_nothing_is_taken_from_another_site(edition: Edition) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    for path in (own_path(comment), address_path(comment)):
        response = send(
            path, {"withdraw": "1", "saw": comment.seen, "confirm": "1"}, **{"Sec-Fetch-Site": "cross-site"}
        )
        assert response.status_code == 403
    comment.refresh_from_db()
    assert (comment.status, comment.commenter) == (Status.PENDING, None)


def test_the_own_page_outlives_its_story(edition: Edition) -> None:
    comment = factories.approved(edition)
    story = Article.objects.get()
    publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    page = own(comment)
    assert words(page.one("p", class_="about-story")) == edition.headline
    assert [link for link in page.all("a") if link.attributes["href"].startswith("/articles/")] == []


def changed_tokens(path: str) -> list[str]:
    prefix, token = path.strip("/").split("/")
    swaps = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(len(token))]
    return [
        f"/{prefix}/{one}/" for one in [*swaps, token[:-1], token + "A", token.split(":")[0], "x", ":", "%00", "é:é"]
    ]


def test_a_token_with_one_character_changed_opens_nothing(edition: Edition, reader: Client) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    for path in (own_path(comment), address_path(comment)):
        assert reader.get(path).status_code == 200
        never = everything(reader.get("/my-comment/never-given-out/"))
        assert [one for one in changed_tokens(path) if everything(reader.get(one)) != never] == []


def test_a_token_for_one_purpose_does_not_serve_the_other(edition: Edition, reader: Client) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    own_token, address_token = (path.strip("/").split("/")[1] for path in (own_path(comment), address_path(comment)))
    assert reader.get(f"/my-address/{own_token}/").status_code == 404
    assert reader.get(f"/my-comment/{address_token}/").status_code == 404


def test_a_token_of_a_comment_that_never_was_opens_nothing(db: None, reader: Client) -> None:
    assert reader.get(own_path(Comment(public_id=NEVER_GIVEN_OUT))).status_code == 404


def test_nobody_reaches_another_authors_page_by_sending_the_same(edition: Edition) -> None:
    mine, theirs = post(edition, "203.0.113.7"), post(edition, "203.0.113.8")
    assert mine["Location"] != theirs["Location"]


# --- The address ----------------------------------------------------------------------------------------------------


def test_opening_the_mailed_link_confirms_nothing_and_pressing_the_button_does(
    edition: Edition, reader: Client
) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    for _ in range(3):
        page = reader.get(address_path(comment))
        assert reader.head(address_path(comment)).status_code == 200
    assert words(read(page).one("h1")) == "Is this your mail address?"
    assert (Commenter.objects.count(), comment.decisions.count()) == (0, 1)
    assert read(page).one("form", id="confirm-form").attributes["method"] == "post"

    confirmed = send(address_path(comment), {"confirm": "1"})
    assert words(read(confirmed).one("h1")) == "Your mail address is confirmed"
    # The result of the button is read out, and the question is not.
    assert [len(read(answer).all(autofocus="")) for answer in (page, confirmed)] == [0, 1]
    comment.refresh_from_db()
    assert comment.commenter == Commenter.objects.get(email="ann@example.org")

    again = send(address_path(comment), {"confirm": "1"})
    assert words(read(again).one("h1")) == "This link has been used"
    assert words(read(reader.get(address_path(comment))).one("h1")) == "This link has been used"
    assert (Commenter.objects.count(), comment.decisions.count()) == (1, 2)


def test_the_page_of_an_address_is_private(edition: Edition, reader: Client) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    for response in (reader.get(address_path(comment)), send(address_path(comment), {"confirm": "1"})):
        assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex")
        assert response["Referrer-Policy"] == "same-origin"


def test_a_link_confirms_the_address_for_its_own_comment_alone(edition: Edition) -> None:
    first = factories.pending(edition, email="ann@example.org")
    second = factories.pending(edition, email="ann@example.org")
    send(address_path(first), {"confirm": "1"})
    second.refresh_from_db()
    assert second.commenter is None


# --- The guidelines -------------------------------------------------------------------------------------------------


def test_the_guidelines_say_the_numbers_of_the_policy_and_every_reason(db: None, reader: Client) -> None:
    page = read(reader.get("/guidelines/"))
    text = words(page)
    assert str(policy.MINIMUM_CHARACTERS) in text
    for reason in Reason:
        assert str(policy.CLAUSES[reason]) in words(page.one(id=f"reason-{reason.value}"))


# --- A decision shows on the very next request ----------------------------------------------------------------------


def test_an_approval_shows_on_the_next_request_of_every_page_and_an_undo_takes_it_back(
    edition: Edition, reader: Client
) -> None:
    comment = factories.pending(edition, name="Olu Visible")
    paths = (
        edition.get_absolute_url(),
        f"/articles/{edition.article_id}/comments/",
        f"/articles/{edition.article_id}/comments/feed/",
    )

    def shown() -> list[bool]:
        return ["Olu Visible" in reader.get(path).content.decode() for path in paths]

    assert shown() == [False] * 3
    moderator = factories.user("moderators")
    decision = moderation.decide(comment, to=Status.APPROVED, by=moderator, saw=comment.seen)
    assert shown() == [True] * 3
    moderation.undo(decision, by=moderator)
    assert shown() == [False] * 3


@pytest.mark.parametrize(
    ("language", "many"), [("en", "1,234 comments"), ("de", "1.234 Kommentare"), ("de-at", "1.234 Kommentare")]
)
def test_how_many_there_are_has_the_separators_of_the_language(edition: Edition, language: str, many: str) -> None:
    factories.approved(edition)
    Thread.objects.update(public_count=1234)
    with translation.override(language):
        (link,) = [
            a for a in read(Client().get(edition.get_absolute_url())).all("a") if a.attributes["href"] == "#comments"
        ]
    assert words(link) == many

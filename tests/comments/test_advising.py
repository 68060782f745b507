"""One friendly chance: a comment that a rule would hold for its tone or its links comes back once, then is taken."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from articles.models import Edition
from comments import advising, policy
from comments.models import Comment, Network
from comments.states import Reason, Status
from comments.tokens import own_path
from comments.triage import Finding
from tests import factories
from tests.comments.reading import read, words
from tests.factories import GOOD_TEXT

SHOUTED = "THIS IS AN OUTRAGE AND EVERYBODY WHO LIVES IN THIS TOWN KNOWS IT"
LINKED = f"{GOOD_TEXT} https://a.example/1 https://b.example/2 https://c.example/3"
RUDE = f"{GOOD_TEXT} And he is a lummox."


def send(story: Edition, text: str, /, **fields: str) -> Any:
    data = {"name": "Ann", "body": text, "asks_first": "1", **fields}
    address = f"/articles/{story.article_id}/comments/new/"
    return Client().post(address, urlencode(data), content_type="application/x-www-form-urlencoded")


def told(response: Any) -> list[str]:
    """The sentences about the text, and then what is marked in it."""
    box = read(response).one(class_="advice")
    return [words(one) for one in box.one(role="alert").all("p")[:-1]] + [words(one) for one in box.all("mark")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (SHOUTED, ["Most of it is in capitals, and many people read that as shouting."]),
        (LINKED, ["It has 3 links, and so many are looked at twice."]),
        (RUDE, ["Some of its words often hurt somebody. They are marked below."]),
    ],
    ids=["capitals", "links", "a listed word"],
)
def test_what_a_rule_would_hold_comes_back_once_with_what_it_is(edition: Edition, body: str, said: list[str]) -> None:
    factories.rule("lummox")
    response = send(edition, body)
    assert (response.status_code, told(response)[: len(said)]) == (422, said)
    assert (Comment.objects.count(), response.headers["Cache-Control"]) == (0, "no-store")
    form = read(response).one("form", id="comment-form")
    assert form.fields()["body"] == body
    assert [words(button) for button in form.all("button", type="submit")] == ["Send the changed text", "Send anyway"]

    again = send(edition, body, **form.fields(), anyway="Send anyway")
    comment = Comment.objects.get()
    assert (again.status_code, comment.status, comment.revisions.get().body) == (303, Status.PENDING, body)


def test_the_places_are_marked_as_they_were_written(edition: Edition) -> None:
    factories.rule("lumm*")
    assert told(send(edition, RUDE))[1:] == ["lummox"]
    assert told(send(edition, LINKED))[1:] == ["https://a.example/1", "https://b.example/2", "https://c.example/3"]


def test_a_text_that_nothing_would_hold_is_taken_at_once_and_costs_no_query_more(edition: Edition) -> None:
    send(edition, f"{GOOD_TEXT} First.")
    with CaptureQueriesContext(connection) as plain:
        send(edition, f"{GOOD_TEXT} Second.", asks_first="")
    with CaptureQueriesContext(connection) as asked:
        assert send(edition, f"{GOOD_TEXT} Third.").status_code == 303
    assert len(asked) == len(plain)


@pytest.mark.parametrize("fields", [{"asks_first": ""}, {"asks_first": "", "anyway": "1"}], ids=str)
def test_a_post_that_does_not_ask_is_taken_as_it_is(edition: Edition, fields: dict[str, str]) -> None:
    assert (send(edition, SHOUTED, **fields).status_code, Comment.objects.count()) == (303, 1)


def test_a_post_by_a_script_that_knows_no_such_field_is_taken(edition: Edition) -> None:
    data = urlencode({"name": "Ann", "body": SHOUTED})
    address = f"/articles/{edition.article_id}/comments/new/"
    response = Client().post(address, data, content_type="application/x-www-form-urlencoded")
    assert (response.status_code, Comment.objects.count()) == (303, 1)


def test_who_is_new_or_fills_the_trap_or_pads_is_told_nothing(edition: Edition) -> None:
    assert send(edition, GOOD_TEXT).status_code == 303
    assert send(edition, f"{GOOD_TEXT} Again.", website="https://spam.example").status_code == 303
    assert send(edition, "yes no yes no yes no yes no yes no yes no yes no yes no yes no").status_code == 303


def test_words_that_are_rejected_or_only_logged_are_not_spoken_of(edition: Edition) -> None:
    factories.rule("lummox", reason=Reason.OFFENSIVE)
    assert (send(edition, RUDE).status_code, Comment.objects.get().status) == (303, Status.REJECTED)


def test_of_a_list_no_more_is_shown_than_mends_an_outburst(db: None) -> None:
    text = "one two three four five"
    advice = advising.advice(text, [Finding("listed_words", "one, two, three, four, five")])
    assert advice.html == "<p><mark>one</mark> <mark>two</mark> <mark>three</mark> four five</p>"
    assert policy.PASSAGES_SHOWN == 3


def test_who_tries_out_many_words_hears_no_more_of_the_list_for_an_hour(
    clock: Traveller, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments.networks.CHANCES_HOURLY", 2)
    factories.rule("lummox")
    assert [send(edition, f"{RUDE} {number}").status_code for number in range(3)] == [422, 422, 303]
    assert Network.objects.get().chances == 2
    both = send(edition, f"{SHOUTED} LUMMOX")
    assert told(both)[0] == "Most of it is in capitals, and many people read that as shouting."
    assert len(read(both).one(class_="advice").one(role="alert").all("p")) == 2
    clock.shift(3600)
    assert send(edition, f"{RUDE} 4").status_code == 422


def test_the_text_is_escaped_where_it_is_shown(edition: Edition) -> None:
    response = send(edition, f"<script>alert(1)</script> {SHOUTED}")
    assert b"<script>alert" not in response.content


# --- Another text of a comment that is there ------------------------------------------------------------------------


def change(comment: Comment, text: str, /, **fields: str) -> Any:
    data = {"body": text, "saw": comment.seen, "edit": "1", "asks_first": "1", **fields}
    return Client().post(own_path(comment), urlencode(data), content_type="application/x-www-form-urlencoded")


def texts(comment: Comment) -> list[str]:
    return list(comment.revisions.order_by("number").values_list("body", flat=True))


def test_a_changed_text_comes_back_once_too_and_is_taken_the_next_time(edition: Edition) -> None:
    comment = factories.approved(edition, body=GOOD_TEXT)
    response = change(comment, SHOUTED)
    said = "Most of it is in capitals, and many people read that as shouting."
    assert (response.status_code, told(response)[0], texts(comment)) == (422, said, [GOOD_TEXT])
    page = read(response)
    form = page.one("form", id="comment-form")
    assert [words(button) for button in form.all("button", type="submit")] == ["Send the changed text", "Send anyway"]
    assert [one.attributes["class"] for one in page.all(autofocus="")] == ["advice"]
    assert words(page.one("title")).startswith("Not sent yet:")

    again = change(comment, SHOUTED, **form.fields())
    assert (again.status_code, texts(comment)) == (303, [GOOD_TEXT, SHOUTED])


def test_a_changed_text_that_nothing_would_hold_or_that_does_not_ask_is_taken(edition: Edition) -> None:
    comment = factories.pending(edition, body=GOOD_TEXT)
    assert change(comment, f"{GOOD_TEXT} Better.").status_code == 303
    comment.refresh_from_db()
    assert change(comment, SHOUTED, asks_first="").status_code == 303
    assert texts(comment) == [GOOD_TEXT, f"{GOOD_TEXT} Better.", SHOUTED]


def test_what_a_moderator_returned_is_spoken_of_as_well_and_edits_count_among_the_chances(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments.networks.CHANCES_HOURLY", 1)
    factories.rule("lummox")
    comment = factories.decided(factories.pending(edition), Status.RETURNED)
    assert (change(comment, RUDE).status_code, Network.objects.order_by("-chances")[0].chances) == (422, 1)
    assert (change(comment, RUDE).status_code, texts(comment)[1:]) == (303, [RUDE])

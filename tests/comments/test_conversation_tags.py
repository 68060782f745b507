"""What templates show of conversations: cached HTML is right for everybody who gets it."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from comments import listing
from comments.forms import CommentForm
from comments.shown import Mention, ShownComment
from comments.templatetags.conversation import comment_form, comment_html
from comments.tombstones import Tombstone
from tests import factories

SHOWN = ShownComment(
    public_id="abcdefghijkl",
    name="Ana",
    posted_at=datetime(2026, 7, 11, 13, 5, tzinfo=UTC),
    body="What I think.",
    edited=False,
    in_answer_to=None,
    form_url="/articles/1/comments/new/",
)


@pytest.mark.parametrize(
    "change",
    [
        {"public_id": "bbbbbbbbbbbb"},
        {"name": "Bo"},
        {"posted_at": datetime(2026, 7, 11, 13, 6, tzinfo=UTC)},
        {"body": "What I think now."},
        {"tombstone": Tombstone("author")},
        {"tombstone": Tombstone("moderator", "off topic")},
        {"edited": True},
        {"recommendations": 3},
        {"in_answer_to": Mention("Cy", "cccccccccccc")},
        {"in_answer_to": Mention("Cy", "cccccccccccc", is_here=False)},
        {"in_answer_to": Mention("", "", Tombstone("author"))},
        {"form_url": ""},
    ],
    ids=str,
)
def test_whatever_changes_in_a_comment_changes_its_html(change: dict[str, Any]) -> None:
    assert comment_html(replace(SHOWN, **change)) != comment_html(SHOWN)


def test_an_answer_has_a_headline_of_its_own_level() -> None:
    assert "<h3" in comment_html(SHOWN)
    assert "<h4" in comment_html(SHOWN, answer=True)


def test_the_html_of_a_comment_follows_language_and_zone(settings: Any) -> None:
    assert "11 July 2026, 13:05 UTC" in comment_html(SHOWN)
    with translation.override("de"):
        assert "11. Juli 2026, 13:05 Uhr UTC" in comment_html(SHOWN)
    settings.TIME_ZONE = "Europe/Berlin"
    assert "11 July 2026, 15:05 CEST" in comment_html(SHOWN)


@pytest.mark.django_db
def test_each_story_and_each_comment_has_its_own_empty_form() -> None:
    edition = factories.live()
    parent = factories.approved(edition)
    first, second, answering = (
        comment_form(CommentForm.for_story(edition, action, to))
        for action, to in (("/first/", None), ("/second/", None), ("/first/", parent))
    )
    assert first.replace("/first/", "/second/") == second
    assert parent.public_id in answering
    assert parent.public_id not in first


@pytest.mark.django_db
def test_what_was_typed_is_shown_to_whoever_typed_it_alone() -> None:
    empty = CommentForm(action="/here/", initial={"edition": 1, "parent": ""})
    typed = CommentForm({"name": "Ana", "body": "Too short.", "edition": "1"}, action="/here/")
    assert "Too short." not in comment_form(empty)
    assert "Too short." in comment_form(typed)
    assert "Too short." not in comment_form(empty)


@pytest.mark.django_db
def test_the_front_page_ends_with_what_readers_discuss_most() -> None:
    editions = [factories.live(headline=f"Story {number}") for number in range(6)]
    for number, edition in enumerate(editions):
        for _ in range(number):
            factories.approved(edition)
    listing.count_due()
    page = Client().get("/").text
    _, _, discussed = page.partition('<ol class="discussed">')
    assert re.findall(r">(Story \d)</a>|>(\d) comments?<", discussed) == [
        found for number in (5, 4, 3, 2, 1) for found in ((f"Story {number}", ""), ("", str(number)))
    ]

"""Is it well formed? What the readers' forms accept, say, and hand on."""

import json
from typing import Any

import pytest
from django.forms import BaseForm
from django.template import Context, Template
from django.utils import translation

from articles.models import Edition
from comments import policy
from comments.forms import CommentForm, ConfirmForm, EditForm, WithdrawForm
from comments.posting import Draft
from tests import factories
from tests.comments.reading import Element, read, words
from tests.factories import GOOD_TEXT


def filled(story: Edition, /, **fields: str) -> CommentForm:
    return CommentForm({"name": "Ann", "body": GOOD_TEXT, **fields}, story=story)


def rendered(form: BaseForm) -> Element:
    """The form as the pages show it."""
    return read(Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form})))


def errors(form: Any) -> dict[str, list[str]]:
    return {name: list(messages) for name, messages in form.errors.items()}


def test_a_well_formed_comment_becomes_a_draft(edition: Edition) -> None:
    parent = factories.approved(edition)
    form = filled(
        edition, name=" Ann\t Lee ", email=" ann@example.org ", parent=parent.public_id, edition="1", website="x"
    )
    assert errors(form) == {}
    assert form.draft() == Draft("Ann Lee", GOOD_TEXT, "ann@example.org", parent, 1, trap_filled=True)


def test_a_name_and_a_text_are_enough(edition: Edition) -> None:
    form = filled(edition)
    assert errors(form) == {}
    assert form.draft() == Draft("Ann", GOOD_TEXT)


def test_white_space_around_a_text_goes_and_that_inside_stays(edition: Edition) -> None:
    form = filled(edition, body=f"  \r\n{GOOD_TEXT}\r\n\r\n  indented\r\n")
    assert form.is_valid()
    assert form.draft().body == f"{GOOD_TEXT}\n\n  indented"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Write a comment."),
        (" \n\t ", "Write a comment."),
        ("\u200b" * 60, "0 of 50 characters. Say a little more."),
        ("Thirty-one characters are here.", "31 of 50 characters. Say a little more."),
        ("ab" * 24 + "c", "49 of 50 characters. Say a little more."),
        ("ab" * 2500 + "c", "5001 of at most 5000 characters. Shorten your comment."),
        (" " * 4999 + "ab", "5001 of at most 5000 characters. Shorten your comment."),
    ],
)
def test_what_is_wrong_with_a_text_is_said_with_its_number(edition: Edition, body: str, words: str) -> None:
    assert errors(filled(edition, body=body)) == {"body": [words]}


@pytest.mark.parametrize("body", ["ab" * 25, "ab" * 2500])
def test_fifty_and_five_thousand_are_taken(edition: Edition, body: str) -> None:
    assert errors(filled(edition, body=body)) == {}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Give a name. It need not be your real one."),
        ("\u200b\u3164 ", "Give a name. It need not be your real one."),
        ("n" * 81, "This name is too long: 80 characters at most."),
        ("n" * 161, "This name is too long: 80 characters at most."),
        ("Adm1n", "This name looks like that of somebody who works here. Choose another one."),
    ],
)
def test_what_is_wrong_with_a_name_is_said(edition: Edition, name: str, words: str) -> None:
    assert errors(filled(edition, name=name)) == {"name": [words]}


def test_a_name_of_eighty_characters_is_taken(edition: Edition) -> None:
    assert errors(filled(edition, name="n" * policy.NAME_CODE_POINTS)) == {}


@pytest.mark.parametrize(
    "email",
    ["ann", "ann@", "a b@example.org", "ann@example.org, b@example.org", "a@b@c.example", "x" * 250 + "@a.example"],
)
def test_an_address_that_is_none_is_refused(edition: Edition, email: str) -> None:
    assert list(errors(filled(edition, email=email))) == ["email"]


def test_what_cannot_be_seen_in_an_address_is_dropped(edition: Edition) -> None:
    form = filled(edition, email="\u200eann\x00@example.org\r\n")
    assert errors(form) == {}
    assert form.draft().email == "ann@example.org"


@pytest.mark.parametrize("mark", ["\u0301", "\u0e49", "\u20dd"], ids=["acute", "Thai", "circle"])
def test_a_name_of_five_hundred_combining_marks_is_refused_in_words(edition: Edition, mark: str) -> None:
    for name in (mark * 500, f"A{mark * 500}"):
        assert errors(filled(edition, name=name)) == {"name": ["This name is too long: 80 characters at most."]}


@pytest.mark.parametrize("kind", ["unknown", "pending", "elsewhere", "markup", "accented", "nul"])
def test_only_what_readers_see_under_this_story_can_be_answered(edition: Edition, kind: str) -> None:
    parent = {
        "unknown": lambda: "abcdefghijkl",
        "pending": lambda: factories.pending(edition).public_id,
        "elsewhere": lambda: factories.approved(factories.live()).public_id,
        "markup": lambda: "<b>",
        "accented": lambda: "é" * 12,
        "nul": lambda: "a\x00b",
    }[kind]()
    assert list(errors(filled(edition, parent=parent))) == ["parent"]


@pytest.mark.parametrize(
    ("number", "read_"),
    [
        ("1", 1),
        ("0", 0),
        ("999999", 999999),
        ("1000000", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("x", None),
        ("", None),
    ],
)
def test_the_number_of_an_edition_is_a_number_or_nothing(edition: Edition, number: str, read_: int | None) -> None:
    form = filled(edition, edition=number)
    assert errors(form) == {}
    assert form.draft().edition_number == read_


def test_the_empty_form_knows_the_edition_and_what_is_answered(edition: Edition) -> None:
    parent = factories.approved(edition)
    form = CommentForm.for_story(edition, "/there/", parent)
    assert {name: form[name].value() for name in ("edition", "parent", "name", "body")} == {
        "edition": 1,
        "parent": parent.public_id,
        "name": None,
        "body": None,
    }
    assert CommentForm.for_story(edition, "/there/")["parent"].value() == ""


def test_the_counter_starts_at_what_came_back(edition: Edition) -> None:
    assert filled(edition, body="Thirty-one characters are here.").counted == 31
    assert CommentForm(story=edition).counted == 0


def test_the_forms_need_neither_cookie_nor_token_and_leave_the_words_to_the_server(db: None) -> None:
    for form in (CommentForm(), EditForm(), WithdrawForm(), ConfirmForm()):
        html = rendered(form)
        one = html.one("form")
        assert one.attributes["method"] == "post"
        assert "novalidate" in one.attributes
        assert "csrfmiddlewaretoken" not in one.fields()
        assert len(html.all("button", type="submit")) == 1


def test_the_trap_is_hidden_from_people_and_from_screen_readers(edition: Edition) -> None:
    html = rendered(CommentForm())
    trap = html.one("input", name="website")
    assert trap.attributes["tabindex"] == "-1"
    assert trap.attributes["autocomplete"] == "off"
    assert trap.parent is not None
    assert trap.parent.attributes["aria-hidden"] == "true"


def test_an_edit_carries_what_its_author_saw(db: None) -> None:
    form = EditForm({"body": GOOD_TEXT, "saw": "pending.1", "status": "approved"})
    assert form.is_valid()
    assert form.cleaned_data == {"body": GOOD_TEXT, "saw": "pending.1", "asks_first": ""}
    assert errors(EditForm({"body": "short"})) == {
        "body": ["5 of 50 characters. Say a little more."],
        "saw": ["This field is required."],
    }


def test_errors_are_listed_first_each_with_a_link_to_its_field(edition: Edition) -> None:
    form = filled(edition, body="short", name="")
    html = rendered(form)
    summary = html.one("div", class_="error-summary")
    assert [(link.attributes["href"], words(link)) for link in summary.all("a")] == [
        ("#id_name", "Give a name. It need not be your real one."),
        ("#id_body", "5 of 50 characters. Say a little more."),
    ]
    assert html.one("textarea", id="id_body").attributes["aria-invalid"] == "true"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@" + 6 * (31 * "ß" + ".") + "de", None),
        ("=?utf-8?q?v?=@example.com", None),
        ("ann@-.example", None),
        ("ann@" + "x" * 64 + ".example", None),
        ("", ""),
    ],
)
def test_an_address_is_kept_as_mail_is_sent_to_it(db: None, typed: str, kept: str | None) -> None:
    form = CommentForm({"name": "Ann", "email": typed, "body": factories.GOOD_TEXT})
    assert (form.is_valid(), form.cleaned_data.get("email")) == (kept is not None, kept)


def test_what_machines_send_in_hidden_fields_keeps_no_text_back(db: None) -> None:
    form = CommentForm({"name": "Ann", "body": factories.GOOD_TEXT, "website": "\x00", "edition": "\x00"})
    assert (form.is_valid(), form.draft().trap_filled, form.draft().edition_number) == (True, True, None)


def test_the_counter_says_in_german_how_many_are_missing() -> None:
    with translation.override("de"):
        words = CommentForm().counter_words
    assert words.pop("enough") == "Das genügt"
    assert {name: json.loads(sentences) for name, sentences in words.items()} == {
        "more": {"1": "Es fehlt noch # Zeichen", "2": "Es fehlen noch # Zeichen"},
        "left": {"1": "Noch # Zeichen möglich"},
        "over": {"1": "# Zeichen zu viel"},
    }

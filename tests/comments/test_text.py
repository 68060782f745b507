"""Fifty characters, counted as a reader counts them; cleaning; and plain text as HTML that shows the same text."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.policy import MAXIMUM_CODE_POINTS
from comments.text import (
    count,
    fingerprint,
    initial,
    links,
    name_to_store,
    quoted,
    to_html,
    to_marked_html,
    to_store,
    unlinked,
)
from tests.comments.reading import as_shown, read

VECTORS = json.loads((Path(__file__).parent / "count_vectors.json").read_text(encoding="utf-8"))

# Any code point at all, and more often those that are known to cause trouble.
_ODD = "\x00\ud800\udfff\u200b\u200d\u200e\u202e\u2066\u2800\u3164\ufe0f\uffff\u0301\r\n\t\x85\u2028 <>&\"'aeİßΣ👨🏽🇩🇪"
ANY_TEXT = st.text(st.one_of(st.sampled_from(_ODD), st.characters(exclude_categories=())), max_size=60)
often = settings(max_examples=150, deadline=None, database=None)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_counts_as_the_vectors_say(vector: dict[str, object]) -> None:
    assert count(str(vector["text"])) == vector["counted"]


def test_the_longest_text_that_is_taken_counts_in_full() -> None:
    assert count("👍🏽👎🏽" * (MAXIMUM_CODE_POINTS // 4)) == MAXIMUM_CODE_POINTS // 2


def test_storing_drops_what_cannot_be_stored_and_keeps_joiners() -> None:
    assert to_store("a\x00b\ud800c\u202ed\r\ne\uffff") == "abcd\ne"
    assert to_store("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"
    assert to_store("می\u200cخواهم") == "می\u200cخواهم"


def test_storing_composes_letters_and_unifies_line_ends() -> None:
    assert to_store(" Cafe\u0301\rau\tlait\r\n\r\n ") == "Café\nau\tlait"


@often
@given(ANY_TEXT)
def test_storing_twice_is_storing_once(text: str) -> None:
    once = to_store(text)
    assert to_store(once) == once


@often
@given(ANY_TEXT)
def test_what_is_stored_can_be_encoded_and_holds_no_controls(text: str) -> None:
    stored = to_store(text)
    assert stored.encode().decode() == stored
    assert [char for char in stored if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t"] == []
    assert not set(stored) & {"\u202d", "\u202e", "\uffff", "\ufdd0"}


@often
@given(ANY_TEXT)
def test_a_name_is_one_line_in_one_direction_however_often_it_is_stored(text: str) -> None:
    once = name_to_store(text)
    assert name_to_store(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set("\n\t\u200e\u200f\u2066\u2069\u202a")


@often
@given(ANY_TEXT)
def test_counting_never_fails_and_never_counts_more_than_was_typed(text: str) -> None:
    assert 0 <= count(text) <= len(text)
    assert count(to_store(text)) == count(text)


@often
@given(ANY_TEXT)
def test_white_space_around_a_text_changes_neither_its_count_nor_its_fingerprint(text: str) -> None:
    stored = to_store(text)
    assert count(f" \n{stored}\t ") == count(stored)
    assert fingerprint(f" \n{stored}\t ") == fingerprint(stored)


def test_texts_that_differ_in_case_and_spaces_alone_have_one_fingerprint() -> None:
    assert fingerprint("Buy  NOW\nat my shop") == fingerprint("buy now at my SHOP")
    assert fingerprint("buy now at my shop") != fingerprint("buy now at my shop.")
    assert len(fingerprint("")) == 64


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("maria", "M"),
        ("\u200b\u3164 élan", "É"),
        ("👩\u200d🚀 Ann", "👩\u200d🚀"),
        ("1st", "1"),
        ("\u200b", ""),
        ("", ""),
    ],
)
def test_the_initial_is_the_first_letter_that_can_be_seen(name: str, shown: str) -> None:
    assert initial(name) == shown


def test_links_are_found_without_the_stop_behind_them() -> None:
    assert links("See http://a.example/x, (HTTPS://b.example/y?z=1). ftp://c.example, www.d.example") == [
        "http://a.example/x",
        "HTTPS://b.example/y?z=1",
    ]


def test_links_vouch_for_nothing_and_only_whole_addresses_become_links() -> None:
    assert to_html("See https://example.org/a?b=1&c=2. Not file.py, //host or <b>.") == (
        '<p>See <a href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc noopener">'
        "https://example.org/a?b=1&amp;c=2</a>. Not file.py, //host or &lt;b&gt;.</p>"
    )


def test_a_link_in_quotation_marks_ends_before_the_mark() -> None:
    link = '<a href="https://a.example/{0}" rel="nofollow ugc noopener">https://a.example/{0}</a>'
    assert to_html('He said "https://a.example/1" and <https://a.example/2>.') == (
        f"<p>He said &quot;{link.format(1)}&quot; and &lt;{link.format(2)}&gt;.</p>"
    )


def test_empty_lines_part_paragraphs_and_single_ones_break_them() -> None:
    assert to_html("One\ntwo\n \n\nthree") == "<p>One<br>two</p><p>three</p>"
    assert to_html(" \n ") == ""


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "//b.example/x"])
def test_nothing_but_web_addresses_becomes_a_link(scheme: str) -> None:
    assert read(to_html(f"Look at {scheme} here")).all("a") == []


_PIECES = st.sampled_from(
    [
        "https://a.example/",
        "http://",
        '"',
        "'",
        "<",
        ">",
        "&",
        "&amp;",
        "&lt;",
        "&copy",
        ";",
        ".",
        " ",
        "\n",
        "\n\n",
        "a",
        "é",
        "/",
        "?x=1",
        "<b>",
        "{{",
        "[::1",
    ]
)


@often
@given(st.lists(_PIECES, max_size=14).map("".join).map(to_store))
def test_what_is_shown_is_what_was_typed_whether_or_not_there_are_links_in_it(text: str) -> None:
    page = read(to_html(text))
    assert page.text == as_shown(text)
    assert {element.tag for element in page} <= {"p", "br", "a"}
    assert [link.attributes["href"] for link in page.all("a")] == links(text)


@often
@given(ANY_TEXT)
def test_without_marks_a_text_is_the_same_html(text: str) -> None:
    assert to_marked_html(text, ()) == to_html(text)


# --- In a mail ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "mailed"),
    [
        ("http://evil.example/a?b=c", "http[:]//evil[.]example/a?b=c"),
        ("HTTPS://1.2.3.4/", "HTTPS[:]//1.2.3.4/"),
        ("www.evil.example", "www[.]evil[.]example"),
        ("evil.co.uk, t.me/x", "evil[.]co[.]uk, t[.]me/x"),
        ("ann@evil.example", "ann[@]evil[.]example"),
        ("mailto:ann@localhost tel:+32123", "mailto[:]ann[@]localhost tel[:]+32123"),
        ("उदाहरण.भारत", "उदाहरण[.]भारत"),
        ("evil．com evil｡com", "evil[．]com evil[｡]com"),
        (r"\\share\secret", r"[\\]share\secret"),
    ],
)
def test_nothing_is_left_of_which_a_mail_program_makes_a_link(typed: str, mailed: str) -> None:
    assert unlinked(typed) == mailed


def test_ordinary_prose_is_mailed_as_it_was_written() -> None:
    prose = "Well... at 10:30, e.g. in the U.S., 1.5 of 2.10.2026 (z.B.): no. Note: nothing @ all, a / b."
    assert unlinked(prose) == prose


def test_each_line_of_a_quotation_is_marked_so_that_it_cannot_pass_for_the_papers_own() -> None:
    assert quoted("One.\n\nThe Meridian\nwww.evil.example") == "> One.\n>\n> The Meridian\n> www[.]evil[.]example"


@often
@given(st.lists(_PIECES, max_size=14).map("".join).map(to_store))
def test_no_web_address_survives_in_a_mail(text: str) -> None:
    assert links(unlinked(text)) == []

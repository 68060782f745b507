"""Where in a text a rule saw something, and how that is marked."""

import pytest

from comments.findings import FINDINGS, in_words, spans, words_of
from comments.text import to_marked_html


def marked(text: str, rule: str, detail: str = "") -> list[str]:
    return [text[start:end] for start, end in spans(text, [{"rule": rule, "detail": detail}])]


@pytest.mark.parametrize(
    ("text", "rule", "detail", "expected"),
    [
        ("A Scam, no scammer; SCAM", "listed_words", "scam", ["Scam", "SCAM"]),
        ("one *two a.c abc twofold", "listed_words", "two*, a.c", ["two", "a.c", "twofold"]),
        (
            "see https://a.example/x?y=1, https://b.example",
            "too_many_links",
            "2",
            ["https://a.example/x?y=1", "https://b.example"],
        ),
        ("I say STOP THIS now", "shouting", "60%", ["STOP", "THIS"]),
        ("buy now Buy here buy all", "padding", "3/6", ["buy", "Buy", "buy"]),
        ("nothing to see", "first_time_author", "", []),
        ("nothing to see", "a rule that is no more", "", []),
    ],
)
def test_what_a_rule_saw_stands_there(text: str, rule: str, detail: str, expected: list[str]) -> None:
    assert marked(text, rule, detail) == expected


def test_marks_of_several_rules_are_in_order_and_none_inside_another() -> None:
    text = "STOP https://scam.example/ now"
    found = [
        {"rule": "too_many_links", "detail": "3"},
        {"rule": "listed_words", "detail": "scam"},
        {"rule": "shouting", "detail": "70%"},
    ]
    assert [text[start:end] for start, end in spans(text, found)] == ["STOP", "https://scam.example/"]


def test_what_is_marked_is_escaped_first() -> None:
    text = '<b>scam</b> & "scam"\nline\n\nscam'
    found = spans(text, [{"rule": "listed_words", "detail": "scam"}])
    assert to_marked_html(text, found) == (
        "<p>&lt;b&gt;<mark>scam</mark>&lt;/b&gt; &amp; &quot;<mark>scam</mark>&quot;<br>line</p>"
        "<p><mark>scam</mark></p>"
    )


def test_an_address_is_marked_whole_and_stays_a_link() -> None:
    text = "at https://scam.example/a scam"
    html = to_marked_html(text, spans(text, [{"rule": "listed_words", "detail": "scam"}]))
    link = '<a href="https://scam.example/a" rel="nofollow ugc noopener">https://scam.example/a</a>'
    assert html == f"<p>at <mark>{link}</mark> <mark>scam</mark></p>"


def test_two_marks_in_one_address_are_one() -> None:
    html = to_marked_html("https://a.example/b/c", [(8, 9), (18, 19)])
    assert html.count("<mark>") == 1
    assert html.startswith('<p><mark><a href="https://a.example/b/c"')


def test_without_marks_it_is_as_readers_see_it() -> None:
    assert to_marked_html("One\n\n\n<two>", ()) == "<p>One</p><p>&lt;two&gt;</p>"


def test_a_mark_over_the_gap_between_paragraphs_ends_and_begins_again() -> None:
    assert to_marked_html("One\n\ntwo", [(0, 8)]) == "<p><mark>One</mark></p><p><mark>two</mark></p>"


def test_every_rule_can_be_chosen_in_words() -> None:
    assert [rule for rule, _words in in_words()] == list(FINDINGS)
    assert dict(in_words())["too_many_links"] == "… links"
    assert words_of({"rule": "too_many_links", "detail": "3"}) == "3 links"
    assert words_of({"rule": "gone_100%", "detail": ""}) == "gone_100%"

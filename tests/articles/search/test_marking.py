"""Which words are marked in a text, as it is written."""

import pytest

from articles.limits import PASSAGE_CHARACTERS
from articles.search import parse
from articles.search.marking import marked, passage

MARKED = [
    ("The Harbour opens", "harbour", "The <mark>Harbour</mark> opens"),
    ("Harbours", "harb*", "<mark>Harbours</mark>"),
    ("Harbours", "harbour", "Harbours"),
    ("Im Café Müller", "muller CAFÉ", "Im <mark>Café</mark> <mark>Müller</mark>"),
    ("दिल्ली का दिल", "दिल", "दिल्ली का <mark>दिल</mark>"),
    ("中国经济增长", "经济", "中国<mark>经济</mark>增长"),
    ("North port, port north", '"north port"', "<mark>North port</mark>, port north"),
    ("North port", '"north port" port', "<mark>North port</mark>"),
    ("<b>Harbour</b> & co", "harbour b", "&lt;<mark>b</mark>&gt;<mark>Harbour</mark>&lt;/<mark>b</mark>&gt; &amp; co"),
    ("<mark>x</mark>", "x", "&lt;mark&gt;<mark>x</mark>&lt;/mark&gt;"),
    ("inharbour harbour", "harbour", "inharbour <mark>harbour</mark>"),
    ("a north port: north port", '"north port" a', "<mark>a</mark> <mark>north port</mark>: <mark>north port</mark>"),
    ("xnorth port north port", '"north port north port" port', "xnorth <mark>port</mark> north <mark>port</mark>"),
    ("Nothing", "harbour", "Nothing"),
    ("", "harbour", ""),
]


@pytest.mark.parametrize(("text", "typed", "expected"), MARKED, ids=[ascii(row[:2]) for row in MARKED])
def test_words_are_marked_and_all_else_is_text(text: str, typed: str, expected: str) -> None:
    assert marked(text, parse(typed)) == expected


def test_a_passage_is_of_the_first_text_that_has_most_of_the_words() -> None:
    texts = ["One harbour.", "A storm at the harbour.", "The harbour and a storm."]
    assert passage(texts, parse("harbour storm")) == "A <mark>storm</mark> at the <mark>harbour</mark>."
    assert passage(texts, parse("nothing")) == ""


def test_a_passage_begins_and_ends_with_a_word_and_says_what_it_leaves_out() -> None:
    text = "before " * 200 + "harbour then storm " + "after " * 200
    shown = passage([f"harbour {text}"], parse("harbour storm"))
    assert shown.startswith("… before before ")
    assert "<mark>harbour</mark> then <mark>storm</mark> after" in shown
    assert shown.endswith("after …")
    assert len(shown) <= PASSAGE_CHARACTERS + len("… " + " …" + 2 * "<mark></mark>")


def test_a_passage_is_where_most_of_the_words_stand_close_together() -> None:
    far = "harbour " + "between " * 100
    text = f"{far * 300}storm {'between ' * 100} harbour and storm, harbour"
    assert passage([text], parse("harbour storm")).endswith(
        "<mark>harbour</mark> and <mark>storm</mark>, <mark>harbour</mark>"
    )


@pytest.mark.parametrize("letter", ["x", "中", "é"])
def test_a_text_without_spaces_is_cut_all_the_same(letter: str) -> None:
    shown = passage([letter * 10_000 + " 国"], parse("国"))
    assert shown.endswith("<mark>国</mark>")
    assert len(shown) < PASSAGE_CHARACTERS


@pytest.mark.parametrize("typed", ["harbour", "harb*", '"north port" port', "port's", "x_y", "12", "n* no*"])
def test_a_text_of_ascii_and_printed_signs_is_marked_as_any_other(typed: str) -> None:
    for text in (
        "North-port, port north: port's HARBOURS x_y 12 harbour12 no",
        "“North—port”, port\u00a0north… port’s «HARBOURS» €12 £12–12 x_y",
    ):
        query = parse(typed)
        assert f"{marked(text, query)} é" == marked(f"{text} é", query)
        assert "<mark>" in marked(text, query) or typed == "harbour"


def test_a_sign_that_does_not_part_words_is_no_printed_one() -> None:
    assert marked("har\u00adbour ½ xª", parse("harbour 12 xa")).count("<mark>") == 3

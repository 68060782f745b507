"""From what a reader types to what is looked up."""

import pytest

from articles.search.query import Query, Term, parse


def terms(*found: str) -> tuple[Term, ...]:
    return tuple(Term(tuple(one.rstrip("*").split()), one.endswith("*")) for one in found)


TYPED = {
    "Harbour opens": terms("harbour", "opens"),
    "harbour HARBOUR": terms("harbour"),
    '"harbour opens" again': terms("harbour opens", "again"),
    "„der Hafen“ «le port»": terms("der hafen", "le port"),
    '"harbour opens': terms("harbour", "opens"),
    "re-open": terms("re open"),
    "中国经济": terms("中 国 经 济"),
    "harb*": terms("harb*"),
    "re-op*": terms("re op*"),
    "h*": terms("h"),
    "*": (),
    '" " "" \' ( ) AND': terms("and"),
    "NEAR(a b) -c +d ^e headline:f": terms("near a", "b", "c", "d", "e", "headline f"),
    "a\x00b\ud800c": terms("abc"),
    "\n\t ": (),
}


@pytest.mark.parametrize(("typed", "expected"), TYPED.items(), ids=ascii)
def test_what_is_looked_for(typed: str, expected: tuple[Term, ...]) -> None:
    assert parse(typed).terms == expected


def test_while_one_types_the_last_word_is_a_beginning() -> None:
    assert parse("the harb", as_one_types=True).terms == terms("the", "harb*")
    assert parse("the h", as_one_types=True).terms == terms("the", "h")
    assert parse("", as_one_types=True).terms == ()


def test_what_is_too_long_is_cut_and_says_so() -> None:
    many = " ".join(f"w{number}" for number in range(13))
    assert (len(parse(many).terms), parse(many).is_cut) == (12, True)
    assert parse(many.rsplit(" ", 1)[0]).is_cut is False
    assert parse("x" * 201) == Query("x" * 200, (Term(("x" * 64,)),), is_cut=True)
    assert parse("x" * 200).is_cut is False


def test_a_query_without_a_word_is_false() -> None:
    assert (bool(parse("!?")), bool(parse("a"))) == (False, True)

"""Comparing two texts word by word."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.differences import Run, compare, compare_html

TEXTS = st.text(alphabet=" \n\tab.,é漢字दि", max_size=60)


def same(text: str) -> Run:
    return Run("same", text)


def added(text: str) -> Run:
    return Run("added", text)


def removed(text: str) -> Run:
    return Run("removed", text)


def spelled(runs: list[Run], without: str) -> str:
    return "".join(run.text for run in runs if run.kind != without)


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("", "", []),
        ("The same.", "The same.", [same("The same.")]),
        ("", "New.", [added("New.")]),
        ("Old.", "", [removed("Old.")]),
        (
            "The bridge is open.",
            "The bridge is closed.",
            [same("The bridge is "), removed("open"), added("closed"), same(".")],
        ),
        ("a b", "a b c", [same("a b"), added(" c")]),
        ("a b", "x a b", [added("x "), same("a b")]),
        ("One.\nTwo.\nThree.", "One.\nThree.", [same("One.\n"), removed("Two.\n"), same("Three.")]),
        ("दिल्ली में", "दिल्ली से", [same("दिल्ली "), removed("में"), added("से")]),
        ("大橋開放", "大橋關閉", [same("大橋"), removed("開放"), added("關閉")]),
        ("1.2 crowns", "2.1 crowns", [removed("1.2"), added("2.1"), same(" crowns")]),
        ("don't go", "don't stay", [same("don't "), removed("go"), added("stay")]),
    ],
)
def test_words_that_came_and_went_are_marked(before: str, after: str, runs: list[Run]) -> None:
    assert compare(before, after) == runs


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_the_runs_spell_both_texts(before: str, after: str) -> None:
    runs = compare(before, after)
    assert (spelled(runs, "added"), spelled(runs, "removed")) == (before, after)
    assert all(run.text for run in runs)
    assert all(one.kind != other.kind for one, other in pairwise(runs))


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("<p>One</p><p>Two</p>", "<p>One</p>\n<p>Two</p>", [same("One\n\nTwo")]),
        ("<p>One</p>", "<p>One</p><p>Two</p>", [same("One"), added("\n\nTwo")]),
        ("<p>A <b>bold</b> word</p>", "<p>A bold word</p>", [same("A bold word")]),
        ("<p>Tom &amp; Ada</p>", "<p>Tom &amp; Eve</p>", [same("Tom & "), removed("Ada"), added("Eve")]),
        ("<ul><li>One</li></ul>", "<ul><li>One<li>Two</ul>", [same("One"), added("\n\nTwo")]),
        ("<p>1 &lt; 2</p>", "<p>1 &lt; 2</p>", [same("1 < 2")]),
    ],
)
def test_of_html_the_words_are_compared_with_their_paragraphs(before: str, after: str, runs: list[Run]) -> None:
    assert compare_html(before, after) == runs


def megabyte(words: list[str]) -> str:
    return " ".join(random.Random(7).choices(words, k=1_000_000 // (len(words[0]) + 1)))


@pytest.mark.parametrize("vocabulary", [2, 150, 40_000])
def test_a_megabyte_in_one_paragraph_is_compared(vocabulary: int) -> None:
    """A few words that recur are the worst case for a comparison word by word."""
    before = megabyte([f"w{number:05}" for number in range(vocabulary)])
    after = before[:300_000] + " changed " + before[350_000:700_000] + " too " + before[700_000:][::-1]
    runs = compare(before, after)
    assert (spelled(runs, "added"), spelled(runs, "removed")) == (before, after)


def test_one_changed_word_in_a_megabyte_is_marked_alone() -> None:
    paragraphs = [f"<p>Paragraph {number} says what happened there.</p>" for number in range(20_000)]
    changed = [*paragraphs[:9_999], "<p>Paragraph 9999 says what was undone there.</p>", *paragraphs[10_000:]]
    runs = compare_html("".join(paragraphs), "".join(changed))
    assert [run for run in runs if run.kind != "same"] == [removed("happened"), added("was undone")]


@pytest.mark.parametrize("text", ["<" * 500_000, "<p" * 300_000, "\n" * 500_000, "&" * 500_000])
def test_a_megabyte_of_nonsense_is_compared(text: str) -> None:
    assert compare_html(text, text + "<p>Sense</p>")[-1].kind == "added"

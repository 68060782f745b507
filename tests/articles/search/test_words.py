"""What counts as a word, in any script."""

import pytest

from articles.search.words import WORD_CHARACTERS, fold, placed_words, words

TEXTS = {
    "The Harbour, re-opened!": ["the", "harbour", "re", "opened"],
    "don’t": ["don", "t"],
    "G20 1,234 ½": ["g20", "1", "234", "12"],
    "Müller Straße ŁÓDŹ Ærø İzmir": ["muller", "strasse", "lodz", "aero", "izmir"],
    "Ünı̈co\u0308de e\u0301te\u0301": ["unicode", "ete"],
    "Киев, Київ, Ёлка": ["киев", "київ".replace("ї", "і"), "елка"],
    "مُحَمَّد أحمد کتـاب": ["محمد", "احمد", "کتاب"],
    "می\u200cخواهم": ["میخواهم"],
    "שָׁלוֹם": ["שלום"],
    "दिल्ली का दिल": ["दिल्ली", "का", "दिल"],
    "中国经济": ["中", "国", "经", "济"],
    "東京とパリ": ["東", "京", "と", "パ", "リ"],
    "ガ カ": ["ガ", "カ"],
    "ไทย": ["ไ", "ท", "ย"],
    "한국 경제": ["한국", "경제"],
    "ＡＢＣ １２": ["abc", "12"],
    "so\u00adft": ["soft"],
    "😀 … — !?": [],
    "": [],
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.items(), ids=ascii)
def test_the_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_word_says_where_it_stands_in_the_text_as_it_is_written() -> None:
    text = "Im Café „Müller“: 中国"
    assert [(text[start:end], word) for word, start, end in placed_words(text)] == [
        ("Im", "im"),
        ("Café", "cafe"),
        ("Müller", "muller"),
        ("中", "中"),
        ("国", "国"),
    ]


def test_what_is_longer_than_any_word_is_cut() -> None:
    assert [len(word) for word in words("x" * 100_000)] == [WORD_CHARACTERS]


def test_folding_what_is_folded_changes_nothing(corpus) -> None:
    texts = [*corpus("naughty_strings.json"), *TEXTS]
    folded = [word for text in texts for word in words(text)]
    assert [fold(word) for word in folded] == folded

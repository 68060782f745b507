"""From any text to the words that are indexed, asked for and marked: one rule for all three, and for both databases.

A word is a run of letters, marks and digits, without case and diacritics. In scripts that put no space between words
(Chinese, Japanese, Thai …) each character is a word, and several of them in a query are searched for as a phrase.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex

# Nobody types longer words; the databases' own limits are far beyond this.
WORD_CHARACTERS = 64
_KEPT = 50_000

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\u30FC\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# Characters that show only in their effect on others: soft hyphen, zero-width (non-)joiner, word joiner, tatweel.
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff\u0640"
_WORD = regex.compile(
    rf"(?V1)[{_UNSPACED}][\p{{M}}{_UNSEEN}]*|[[\p{{L}}\p{{M}}\p{{N}}\p{{Co}}{_UNSEEN}]--[{_UNSPACED}]]+"
)
# Diacritics of Latin, Greek and Cyrillic, and the points that Hebrew and Arabic usually leave out. The vowel signs of
# Devanagari and its neighbours count as letters (दिल is not दिल्ली), and a voiced kana is a different letter.
DIACRITICS = regex.compile(
    r"[\u0300-\u036F\u0483-\u0487\u0591-\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06ED"
    r"\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]"
)
# Tatweel is classed as a letter, but only makes a word wider.
_NO_LETTERS = regex.compile(r"[^\p{L}\p{M}\p{N}\p{Co}]|\u0640")
# Letters that Unicode does not decompose, and that people type without their stroke.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"})


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return [word for word, _start, _end in placed_words(text)]


def placed_words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text, each with its beginning and end."""
    for start, end in spans(text):
        if word := fold(text[start:end]):
            yield word, start, end


def spans(text: str) -> list[tuple[int, int]]:
    """The beginning and end of each word in a text, including words that fold to nothing."""
    return [found.span() for found in _WORD.finditer(text)]


@lru_cache(_KEPT)
def fold(word: str) -> str:
    """A word without case and diacritics, cut at `WORD_CHARACTERS`; empty if it consists of marks alone."""
    apart = DIACRITICS.sub("", unicodedata.normalize("NFKD", word[: 4 * WORD_CHARACTERS]))
    plain = unicodedata.normalize("NFKD", apart.casefold()).translate(_STROKES)
    letters = _NO_LETTERS.sub("", DIACRITICS.sub("", plain))
    return unicodedata.normalize("NFC", letters)[:WORD_CHARACTERS]

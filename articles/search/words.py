"""From any text to the words that are indexed, asked for and marked: one rule for all three, and for both databases.

A word is a run of letters, marks and digits, without case and diacritics. Scripts that put no space between words
(Chinese, Japanese, Thai …) give a word a character, which whoever asks for several of them asks for as a phrase.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex

# Longer ones are no words that anybody types; a database has its own limit far beyond.
WORD_CHARACTERS = 64
_KEPT = 50_000

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\u30FC\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# Characters that are seen only in what they do to others: soft hyphen, zero-width (non-)joiner, word joiner, tatweel.
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff\u0640"
_WORD = regex.compile(
    rf"(?V1)[{_UNSPACED}][\p{{M}}{_UNSEEN}]*|[[\p{{L}}\p{{M}}\p{{N}}\p{{Co}}{_UNSEEN}]--[{_UNSPACED}]]+"
)
# Diacritics of Latin, Greek and Cyrillic, and the points that Hebrew and Arabic leave out as a rule. The vowel signs of
# Devanagari and its neighbours are letters like any (दिल is not दिल्ली), and a voiced kana is another one.
DIACRITICS = regex.compile(
    r"[\u0300-\u036F\u0483-\u0487\u0591-\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06ED"
    r"\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]"
)
# Tatweel passes for a letter, and only makes a word wider.
_NO_LETTERS = regex.compile(r"[^\p{L}\p{M}\p{N}\p{Co}]|\u0640")
# Letters that Unicode does not take apart, and that people type without their stroke.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"})


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return [word for word, _start, _end in placed_words(text)]


def placed_words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text, and from where to where each of them stands in it."""
    for start, end in spans(text):
        if word := fold(text[start:end]):
            yield word, start, end


def spans(text: str) -> list[tuple[int, int]]:
    """From where to where each word of a text stands, those among them that fold to nothing."""
    return [found.span() for found in _WORD.finditer(text)]


@lru_cache(_KEPT)
def fold(word: str) -> str:
    """A word without case and diacritics, cut where no word is so long; empty for one that is nothing but marks."""
    apart = DIACRITICS.sub("", unicodedata.normalize("NFKD", word[: 4 * WORD_CHARACTERS]))
    plain = unicodedata.normalize("NFKD", apart.casefold()).translate(_STROKES)
    letters = _NO_LETTERS.sub("", DIACRITICS.sub("", plain))
    return unicodedata.normalize("NFC", letters)[:WORD_CHARACTERS]

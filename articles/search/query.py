"""From what somebody typed to what is looked for. Whatever it is, it is a query: nothing here can fail."""

import unicodedata
from dataclasses import dataclass

import regex

from articles.limits import QUERY_CHARACTERS, QUERY_WORDS
from articles.search.words import words
from newsportal.characters import fit

# A word's first letters may stand for the word (`harb*`) from so many on: one letter begins everything.
_PREFIX_LETTERS = 2
_CHUNK = regex.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')


@dataclass(frozen=True)
class Term:
    """Words that stand side by side; of the last one only the beginning if `is_prefix`."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True)
class Query:
    """All of `terms` are looked for. `text` is what of the typed was read, `is_cut` whether more was typed."""

    text: str
    terms: tuple[Term, ...]
    is_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.terms)


def parse(typed: str, *, as_one_types: bool = False) -> Query:
    """Words, phrases in quotation marks, and beginnings (`harb*`); all else that people type means nothing.

    With `as_one_types` the last word may be a beginning without the star.
    """
    text = unicodedata.normalize("NFC", " ".join(fit(typed).split()))
    read = text[:QUERY_CHARACTERS]
    terms = []
    for phrase, word in _CHUNK.findall(read):
        if found := tuple(words(phrase or word)):
            terms.append(Term(found, is_prefix=word.endswith("*") and len(found[-1]) >= _PREFIX_LETTERS))
    kept = list(dict.fromkeys(terms))
    if as_one_types and kept and len(kept[-1].words[-1]) >= _PREFIX_LETTERS:
        kept[-1] = Term(kept[-1].words, is_prefix=True)
    return Query(read, tuple(kept[:QUERY_WORDS]), is_cut=len(text) > len(read) or len(kept) > QUERY_WORDS)

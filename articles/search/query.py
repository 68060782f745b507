"""From what somebody typed to what is searched for. Anything is a valid query: nothing here can fail."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

import regex

from articles.limits import QUERY_CHARACTERS, QUERY_WORDS
from articles.search.words import words
from newsportal.characters import fit

# The fewest letters that may stand for the words beginning with them (`harb*`): one letter would match everything.
_PREFIX_LETTERS = 2
# A word that was not found is taken for such a beginning if it has this many: a shorter one would match too much.
_LOOSE_LETTERS = 4
# Up to this many words, leaving one out is tried: each attempt is a search of its own.
_FEWER_OF = 4
_CHUNK = regex.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')


@dataclass(frozen=True)
class Term:
    """Words that stand side by side; if `is_prefix`, the last one is only a beginning."""

    words: tuple[str, ...]
    is_prefix: bool = False

    def __str__(self) -> str:
        return " ".join(self.words) + ("*" if self.is_prefix else "")


@dataclass(frozen=True)
class Query:
    """All of `terms` are searched for. `text` is the input as far as it was read, `is_cut` whether there was more."""

    text: str
    terms: tuple[Term, ...]
    is_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.terms)


def looser(query: Query) -> Iterator[Query]:
    """What to search for if nothing has all of it, the nearest first: words that only begin so, then one word fewer.

    Phrases stay as they are: people who type quotation marks mean them.
    """
    terms = tuple(_beginning(term) for term in query.terms)
    if terms != query.terms:
        yield replace(query, terms=terms)
    if 1 < len(terms) <= _FEWER_OF:
        # The last words are likely those added to be more precise.
        for left_out in reversed(range(len(terms))):
            yield replace(query, terms=terms[:left_out] + terms[left_out + 1 :])


def _beginning(term: Term) -> Term:
    return replace(term, is_prefix=True) if len(term.words) == 1 and len(term.words[0]) >= _LOOSE_LETTERS else term


def parse(typed: str, *, as_one_types: bool = False) -> Query:
    """Words, phrases in quotation marks, and beginnings (`harb*`); anything else that people type is ignored.

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

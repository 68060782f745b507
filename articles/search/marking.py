"""The words that were asked for, marked where they stand: in a headline, and in the passage of a text that has most
of them. The text is the row's own, so what is marked is what readers read.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString

from articles.limits import PASSAGE_BEFORE, PASSAGE_CHARACTERS
from articles.search.query import Query, Term
from articles.search.words import placed_words

# ASCII, and what stands between its words in print: spaces, dashes, quotation marks, dots, currency signs.
_PLAIN = re.compile("[\\x00-\\x7f\\u00a0-\\u00a9\\u00ab\\u00bb\\u2010-\\u2027\\u2030-\\u205e\\u20ac]*")


@dataclass(frozen=True)
class _Hit:
    """Where a term begins and ends in a text."""

    start: int
    end: int
    term: Term


def marked(text: str, query: Query) -> SafeString:
    """The whole text, with the terms marked."""
    return _marked(text, _hits(text, query), 0, len(text))


def passage(texts: Iterable[str], query: Query) -> SafeString:
    """Some lines of the text with the most terms (of several, the first); empty if no text has any."""
    best, best_hits, most = "", [], 0
    for text in texts:
        hits = _hits(text, query)
        found = len({hit.term for hit in hits})
        if found > most:
            best, best_hits, most = text, hits, found
        if most == len(query.terms):
            break
    return _around(best, best_hits) if best_hits else SafeString("")


# --- How ------------------------------------------------------------------------------------------------------------


def _hits(text: str, query: Query) -> list[_Hit]:
    """Where the terms stand, in order and without overlaps."""
    if text.isascii() or _PLAIN.fullmatch(text):
        return _plain_hits(text, query)
    placed = list(placed_words(text))
    hits: list[_Hit] = []
    firsts = tuple({term.words[0] for term in query.terms})
    for at, (word, start, _end) in enumerate(placed):
        if not word.startswith(firsts) or (hits and start < hits[-1].end):
            continue
        lengths = {len(term.words): term for term in query.terms if _stands(term, placed, at)}
        if lengths:
            longest = max(lengths)
            hits.append(_Hit(start, placed[at + longest - 1][2], lengths[longest]))
    return hits


def _plain_hits(text: str, query: Query) -> list[_Hit]:
    """The same for a text in which folding changes only capitals: ten times as fast, and most texts are like that."""
    pattern, terms = _pattern(query)
    return [_Hit(*found.span(), terms[(found.lastindex or 1) - 1]) for found in pattern.finditer(text.lower())]


@lru_cache(256)
def _pattern(query: Query) -> tuple[re.Pattern[str], list[Term]]:
    """A pattern for the terms in ASCII text, the longest of those at one place first, and the term of each group."""
    terms = sorted(query.terms, key=lambda term: -len(term.words))
    return re.compile(rf"(?:{'|'.join(map(_written, terms))})(?![a-z0-9])"), terms


def _written(term: Term) -> str:
    """A group for the term. That no letter precedes it is checked only after its first word: `re` searches for plain
    letters at the beginning of a pattern fourteen times as fast as for anything else.
    """
    first, *others = term.words
    rest = "".join(f"[^a-z0-9]+{word}" for word in others)
    return f"({first}(?<![a-z0-9]{first}){rest}{'[a-z0-9]*' if term.is_prefix else ''})"


def _stands(term: Term, placed: list[tuple[str, int, int]], at: int) -> bool:
    if at + len(term.words) > len(placed):
        return False
    *firsts, last = term.words
    found = placed[at + len(firsts)][0]
    if not (found.startswith(last) if term.is_prefix else found == last):
        return False
    return all(placed[at + index][0] == word for index, word in enumerate(firsts))


def _around(text: str, hits: list[_Hit]) -> SafeString:
    """The passage that begins a little before the hit that most terms follow."""
    first = _densest(hits)
    start = _word_begin(text, first.start - PASSAGE_BEFORE, first.start)
    end = _word_end(text, first.end, start + PASSAGE_CHARACTERS)
    before, after = "… " if start > 0 else "", " …" if end < len(text) else ""
    return SafeString(f"{before}{_marked(text, hits, start, end)}{after}")


def _densest(hits: list[_Hit]) -> _Hit:
    """The first hit with the most terms within a passage's length; a text may have a hundred thousand hits."""
    terms = len({hit.term for hit in hits})
    best, most = hits[0], 0
    within: Counter[Term] = Counter()
    end = 0
    for first in hits:
        while end < len(hits) and hits[end].start < first.start + PASSAGE_CHARACTERS:
            within[hits[end].term] += 1
            end += 1
        found = sum(number > 0 for number in within.values())
        if found > most:
            best, most = first, found
        if most == terms:
            break
        within[first.term] -= 1
    return best


def _word_begin(text: str, wanted: int, latest: int) -> int:
    """The first beginning of a word from `wanted` on; `wanted` itself if no space comes before `latest`."""
    if wanted <= 0:
        return 0
    space = text.find(" ", wanted, latest)
    return space + 1 if space >= 0 else wanted


def _word_end(text: str, earliest: int, wanted: int) -> int:
    """The last end of a word up to `wanted`; `wanted` itself if no space comes after `earliest`."""
    if wanted >= len(text):
        return len(text)
    space = text.rfind(" ", earliest, wanted)
    return space if space >= 0 else max(wanted, earliest)


def _marked(text: str, hits: list[_Hit], start: int, end: int) -> SafeString:
    """The text from `start` to `end`, escaped, with those hits marked that lie entirely in it."""
    pieces: list[str] = []
    for hit in hits:
        if hit.end > end:
            break
        if start <= hit.start:
            pieces += (escape(text[start : hit.start]), "<mark>", escape(text[hit.start : hit.end]), "</mark>")
            start = hit.end
    return SafeString("".join((*pieces, escape(text[start:end]))))

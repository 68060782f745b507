"""Two texts compared word by word: what stayed, what was added and what was removed.

Matching starts where it is cheap: what both texts begin and end with, then paragraphs, then the words of changed
paragraphs. If much is left, what occurs exactly once on each side anchors the rest (Cohen's "patience" diff), so that
a text of 1 MB takes a second and not a day.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from itertools import groupby
from typing import Literal

import regex

from articles.limits import COMPARED_CLOSELY, COMPARED_EFFORT

Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Run:
    """Consecutive words that were all kept, all added or all removed."""

    kind: Kind
    text: str


def compare(before: str, after: str) -> list[Run]:
    """The way from one text to the other: the runs that are not `added` spell `before`, those not `removed` `after`."""
    return _joined(_Comparison().lines(_LINE.findall(before), _LINE.findall(after)))


def compare_html(before: str, after: str) -> list[Run]:
    """The way from the words of one HTML to those of the other; an empty line separates paragraphs."""
    return compare(_text(before), _text(after))


# How many levels deep the gaps between anchors are searched for further anchors; a story needs two.
_DEEPEST = 8
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
# Scripts that do not separate words are compared by the character.
_ONE_BY_ONE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(rf"[{_ONE_BY_ONE}]|\d+(?:[.,:]\d+)+|(?:(?![{_ONE_BY_ONE}])[\w'’-])+|\s+|.", regex.DOTALL)
_BLOCK = re.compile(
    r"</?(?:p|h[1-6]|ul|ol|li|blockquote|figure|figcaption|pre|hr|div|table|thead|tbody|tr|td|th)\b[^<>]*>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def _text(html: str) -> str:
    """The words of HTML with their paragraphs."""
    marked = _TAG.sub("", _BREAK.sub("\n", _BLOCK.sub("\n", html)))
    lines = (" ".join(line.split()) for line in unescape(marked).split("\n"))
    return "\n\n".join(line for line in lines if line)


class _Comparison:
    """One comparison, with what is left of the effort that it may spend on comparing closely."""

    def __init__(self) -> None:
        self.effort = COMPARED_EFFORT

    def lines(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
        """Paragraphs first; those that differ, word by word."""
        for same, old, new in self.parts(before, after):
            if same:
                yield Run("same", "".join(new))
            else:
                yield from self.words(_WORD.findall("".join(old)), _WORD.findall("".join(new)))

    def words(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
        for same, old, new in self.parts(before, after):
            if same:
                yield Run("same", "".join(new))
            else:
                yield Run("removed", "".join(old))
                yield Run("added", "".join(new))

    def parts(
        self, before: Sequence[str], after: Sequence[str], depth: int = 0
    ) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
        """Both sequences in parts: `(are they the same, old, new)`."""
        head = _shared(before, after)
        tail = _shared(before[head:][::-1], after[head:][::-1])
        old, new = before[head : len(before) - tail], after[head : len(after) - tail]
        yield True, before[:head], after[:head]
        if old and new:
            yield from self.middle(old, new, depth)
        else:
            yield False, old, new
        yield True, before[len(before) - tail :], after[len(after) - tail :]

    def middle(
        self, old: Sequence[str], new: Sequence[str], depth: int
    ) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
        area = len(old) * len(new)
        if area <= COMPARED_CLOSELY and area <= self.effort:
            self.effort -= area
            matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)
            for tag, start, end, new_start, new_end in matcher.get_opcodes():
                yield tag == "equal", old[start:end], new[new_start:new_end]
            return
        anchors = _anchors(old, new) if depth < _DEEPEST else []
        if not anchors:
            yield False, old, new
            return
        start = new_start = 0
        for index, new_index in [*anchors, (len(old), len(new))]:
            yield from self.parts(old[start:index], new[new_start:new_index], depth + 1)
            yield True, old[index : index + 1], new[new_index : new_index + 1]
            start, new_start = index + 1, new_index + 1


def _shared(before: Sequence[str], after: Sequence[str]) -> int:
    """How many items both have in common at the beginning."""
    for index, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return index
    return min(len(before), len(after))


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places of what occurs exactly once on each side, as far as they are in the same order."""
    once = {word for word, times in Counter(old).items() if times == 1}
    once &= {word for word, times in Counter(new).items() if times == 1}
    places = {word: index for index, word in enumerate(new) if word in once}
    pairs = [(index, places[word]) for index, word in enumerate(old) if word in once]
    return _rising(pairs)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs whose second numbers rise, by patience sorting."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_old, place) in enumerate(pairs):
        pile = bisect_left(ends, place)
        before.append(last[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [place]
        last[pile : pile + 1] = [index]
    found = []
    index = last[-1] if last else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _joined(runs: Iterator[Run]) -> list[Run]:
    """The runs without empty ones, and with neighbours of one kind joined."""
    kept = (run for run in runs if run.text)
    return [Run(kind, "".join(run.text for run in group)) for kind, group in groupby(kept, lambda run: run.kind)]

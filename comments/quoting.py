"""Which part of its story a comment is about: the words that it quotes, or the key point that it is closest to."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from comments.policy import QUOTED_AROUND, QUOTED_WORDS, SHARED_LETTERS, SHARED_WORDS

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Passage:
    """The longest run of words that a story and a comment share, with some of the story around it."""

    before: str
    words: str
    after: str


def quoted(text: str, story: str) -> Passage | None:
    """What the comment quotes from the story's text; None if fewer than `policy.QUOTED_WORDS` words in a row."""
    said = [word.casefold() for word in _WORD.findall(text)]
    told = _told(story)
    length, at = _longest_of_all(said, told)
    if length < QUOTED_WORDS:
        return None
    start, end = told.spans[at][0], told.spans[at + length - 1][1]
    first, last = (
        told.spans[max(0, at - QUOTED_AROUND)][0],
        told.spans[min(len(told.spans), at + length + QUOTED_AROUND) - 1][1],
    )
    return Passage(
        before=("… " if first else "") + story[first:start],
        words=story[start:end],
        after=story[end:last] + (" …" if last < len(story.rstrip(" .\n")) else ""),
    )


def nearest(text: str, points: Sequence[str]) -> str:
    """The point with which a comment shares most of its longer words; empty if they share too few to tell."""
    said = _longer_words(text)
    shared = [len(said & _longer_words(point)) for point in points]
    most = max(shared, default=0)
    return points[shared.index(most)] if most >= SHARED_WORDS else ""


# --- How ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Told:
    """The words of a story, their positions, and where each run of QUOTED_WORDS of them begins."""

    words: Sequence[str]
    spans: Sequence[tuple[int, int]]
    runs: Mapping[tuple[str, ...], Sequence[int]]


# Keyed by the text and not by the edition, whose words may be blanked.
@lru_cache(64)
def _told(story: str) -> _Told:
    matches = list(_WORD.finditer(story))
    words = [match[0].casefold() for match in matches]
    runs: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in range(len(words) - QUOTED_WORDS + 1):
        runs[tuple(words[at : at + QUOTED_WORDS])].append(at)
    return _Told(words, [match.span() for match in matches], dict(runs))


def _longest_of_all(said: Sequence[str], told: _Told) -> tuple[int, int]:
    best = (0, 0)
    start = 0
    while start < len(said):
        length, at = _longest(said, start, told)
        best = max(best, (length, at))
        # Continues after what was found, except for a run that begins in its last words: so a long quotation is read
        # once.
        start += max(1, length - QUOTED_WORDS + 1)
    return best


def _longest(said: Sequence[str], start: int, told: _Told) -> tuple[int, int]:
    """How many words from `start` on are in the story, and where."""
    best = (0, 0)
    # A refrain may occur in a story a thousand times; the first places are as good as the others.
    for at in told.runs.get(tuple(said[start : start + QUOTED_WORDS]), ())[:QUOTED_WORDS]:
        length = QUOTED_WORDS
        while said[start + length : start + length + 1] == told.words[at + length : at + length + 1] != []:
            length += 1
        best = max(best, (length, at))
    return best


def _longer_words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text) if len(word) >= SHARED_LETTERS}

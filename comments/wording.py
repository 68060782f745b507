"""Words that the newsroom lists, and where they stand in a text. Pure: it knows neither rules nor rows.

An entry is a word or a phrase; a `*` at either end stands for any letters of the same word, and nothing else is
special. So the cost grows only with the length of the text, whatever is on the list: each word is looked up, never
tried against one entry after another, and nothing is ever tried a second time.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import regex
from django.utils.translation import gettext as _

from articles.search.words import DIACRITICS, spans
from comments.lookalikes import UNSEEN, loose, shapes
from comments.policy import RULE_CODE_POINTS, RULE_KEY, RULE_STEM, RULE_WORDS
from newsportal.characters import fit
from newsportal.refusal import Refusal

# What may stand between the words of an entry, and is ignored.
_BETWEEN = regex.compile(r"[\s\p{Pd}'’.&/]*")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\u30FC\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
# Signs that stand for letters, as digits do; and words that contain them.
_SIGNS = frozenset("@$|")
_STAND_INS = _SIGNS | frozenset("01345")
_WITH_SIGNS = regex.compile(r"[\p{L}\p{M}\p{N}@$|]+")
_LETTER = regex.compile(r"\p{L}")
# What the quick look cannot handle: digits and signs beside a letter, and letters outside ASCII.
_STRANGE = regex.compile(r"[a-z][\d@$|]|[\d@$|][a-z]|[^\x00-\x7F\p{P}\p{S}\p{Z}]")
# Up to this many entries the quick look is quicker than looking.
_FEW = 20
# How many shapes are remembered with their places on a list: what people write in a language day by day, in a few
# megabytes.
_REMEMBERED = 20_000
# And none longer than words are; otherwise somebody who sends such shapes could fill the memory with them.
_REMEMBERED_LETTERS = 40


class Place(NamedTuple):
    """One entry found in a text: its number, and where it begins and ends."""

    entry: int
    start: int
    end: int


@dataclass(frozen=True)
class Entry:
    """A line of a list, taken apart: its words, and whether other letters may precede the first, or follow the last."""

    words: tuple[str, ...]
    begins_anyhow: bool = False
    ends_anyhow: bool = False

    @property
    def key(self) -> str:
        """Equal for two entries that find the same."""
        words = " ".join(read[0] for read in shapes(list(self.words)))
        return f"{'*' * self.begins_anyhow}{words}{'*' * self.ends_anyhow}"


def parse(line: str) -> Entry:
    """A line of a list as an entry. Raises Refusal, which says what is wrong with it."""
    text = fit(line).strip()
    if len(text) > RULE_CODE_POINTS:
        raise Refusal(_("An entry has at most %(most)s characters.") % {"most": RULE_CODE_POINTS})
    begins, ends = text.startswith("*"), len(text) > 1 and text.endswith("*")
    inner = text[begins : len(text) - ends]
    if "*" in inner:
        raise Refusal(_("“*” may stand at either end of an entry, and nowhere else."))
    entry = _without_idle_stars(Entry(_words_of(UNSEEN.sub("", inner)), begins, ends))
    for word, is_open in ((entry.words[0], entry.begins_anyhow), (entry.words[-1], entry.ends_anyhow)):
        if is_open and min(len(read) for read in shapes([word])[0]) < RULE_STEM:
            raise Refusal(_("Beside a “*” stand at least %(least)s letters.") % {"least": RULE_STEM})
    if len(entry.key) > RULE_KEY:
        raise Refusal(_("An entry has at most %(most)s characters.") % {"most": RULE_CODE_POINTS})
    return entry


def _words_of(text: str) -> tuple[str, ...]:
    places = spans(text)
    words = tuple(text[start:end] for start, end in places)
    if not words or not all(read[0] for read in shapes(list(words))):
        raise Refusal(_("An entry is a word or a phrase: letters and digits."))
    if strange := _strange(text, places):
        raise Refusal(
            _("“%(sign)s” counts for nothing, so the entry would find more than it says. Write letters and digits.")
            % {"sign": strange}
        )
    if len(words) > RULE_WORDS:
        raise Refusal(_("A phrase has at most %(most)s words.") % {"most": RULE_WORDS})
    return words


def _without_idle_stars(entry: Entry) -> Entry:
    """In scripts without spaces each character is a word for us, found inside others anyway: `*` has no effect."""
    return Entry(
        entry.words,
        entry.begins_anyhow and not _UNSPACED.match(entry.words[0]),
        entry.ends_anyhow and not _UNSPACED.match(entry.words[-1]),
    )


def _strange(text: str, places: list[tuple[int, int]]) -> str:
    """The first unexpected character between or beside the words."""
    end = 0
    for start, after in [*places, (len(text), len(text))]:
        gap = text[end:start]
        if (match := _BETWEEN.match(gap)) is None or match.end() < len(gap):
            return gap[match.end() if match else 0]
        end = after
    return ""


# --- Finding --------------------------------------------------------------------------------------------------------


class WordList:
    """A list prepared once, and used for each text."""

    def __init__(self, entries: Iterable[tuple[int, Entry]]) -> None:
        self._exact, self._loose = _Words(), _Words()
        self._root = _Node()
        self._needles: set[str] = set()
        self._size = 0
        # The words of a language recur in every text.
        self._known = lru_cache(_REMEMBERED)(self._looked_up)
        for number, entry in entries:
            self._add(number, entry)

    def places(self, text: str) -> list[Place]:
        """Where which entries stand, in the order in which they begin; one entry may stand at several places."""
        if not self._size or (self._size <= _FEW and not self._may_have(text)):
            return []
        seen, moved = _seen(text)
        found = list(self._found(seen))
        if moved is None:
            return sorted(found, key=_by_start)
        back = [Place(entry, moved[start], moved[end - 1] + 1) for entry, start, end in found]
        return sorted(back, key=_by_start)

    # --- How it is made ---------------------------------------------------------------------------------------------

    def _add(self, number: int, entry: Entry) -> None:
        node = self._root
        readings = shapes(list(entry.words))
        for place, reading in enumerate(readings):
            begins = entry.begins_anyhow and place == 0
            ends = entry.ends_anyhow and place == len(readings) - 1
            word = (reading, begins, ends)
            pattern = self._exact.number(word)
            self._loose.number((tuple({loose(shape) for shape in reading}), begins, ends), pattern)
            node = node.then.setdefault(pattern, _Node())
        node.entries.append(number)
        self._needles.update(readings[0])
        self._size += 1

    # --- How it is asked --------------------------------------------------------------------------------------------

    def _may_have(self, text: str) -> bool:
        """A quick look that errs only on one side: whether the first word of any entry could be in a text."""
        if not text.isascii():
            text = DIACRITICS.sub("", unicodedata.normalize("NFKD", text))
        folded = text.casefold()
        return bool(_STRANGE.search(folded)) or any(needle in folded for needle in self._needles)

    def _found(self, text: str) -> Iterator[Place]:
        places = spans(text)
        whole = len(places)
        places += _with_signs(text)
        words = [text[start:end] for start, end in places]
        distinct = list(dict.fromkeys(words))
        readings = zip(distinct, shapes(distinct), strict=True)
        patterns_of = {word: self._patterns(reading) for word, reading in readings}
        patterns = [patterns_of[word] for word in words]
        yield from self._phrases(patterns[:whole], places)
        for place, found in zip(places[whole:], patterns[whole:], strict=True):
            yield from self._phrases([found], [place])

    def _patterns(self, reading: tuple[str, ...]) -> set[int]:
        """The words of the list that match a word of the text, by any of its shapes."""
        found: set[int] = set()
        for shape in reading:
            found.update(self._known(shape) if len(shape) <= _REMEMBERED_LETTERS else self._looked_up(shape))
        return found

    def _looked_up(self, shape: str) -> list[int]:
        numbers = self._exact.of(shape)
        if not _STAND_INS.isdisjoint(shape) and _LETTER.search(shape):
            numbers += self._loose.of(loose(shape))
        return numbers

    def _phrases(self, patterns: list[set[int]], places: list[tuple[int, int]]) -> Iterator[Place]:
        """The entries whose words follow one another, whatever stands between them."""
        for first, numbers in enumerate(patterns):
            if not numbers:
                continue
            nodes = [node for number in numbers if (node := self._root.then.get(number))]
            last = first
            while nodes:
                end = places[last][1]
                yield from (Place(entry, places[first][0], end) for node in nodes for entry in node.entries)
                last += 1
                if last == len(patterns):
                    break
                nodes = [after for node in nodes for number in patterns[last] if (after := node.then.get(number))]


def _with_signs(text: str) -> list[tuple[int, int]]:
    """The places of words that contain signs as letters."""
    if _SIGNS.isdisjoint(text):
        return []
    found = _WITH_SIGNS.finditer(text)
    return [run.span() for run in found if not _SIGNS.isdisjoint(run[0]) and _LETTER.search(run[0])]


def _by_start(place: Place) -> tuple[int, int, int]:
    return place.start, place.end, place.entry


def _seen(text: str) -> tuple[str, list[int] | None]:
    """A text without invisible characters, and where each remaining one stood; None if nothing was removed."""
    if text.isascii() or not UNSEEN.search(text):
        return text, None
    kept = [place for place, char in enumerate(text) if not UNSEEN.match(char)]
    return "".join(text[place] for place in kept), kept


@dataclass(slots=True)
class _Node:
    """The state after some words of a phrase: the entries that end here, and what may follow."""

    entries: list[int] = field(default_factory=list)
    then: dict[int, "_Node"] = field(default_factory=dict)


class _Words:
    """The single words of a list, by how they may stand in a text; each has a number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[tuple[str, ...], bool, bool], int] = {}
        self._whole: dict[str, list[int]] = {}
        self._beginnings, self._endings, self._insides = _Stems(), _Stems(), _Stems()

    def number(self, word: tuple[tuple[str, ...], bool, bool], number: int | None = None) -> int:
        """The number of a word; a new word gets the given number, or the next one."""
        if number is None and word in self._numbers:
            return self._numbers[word]
        taken = self._numbers.setdefault(word, len(self._numbers)) if number is None else number
        reading, begins, ends = word
        for shape in reading:
            if begins and ends:
                self._insides.add(shape, taken)
            elif begins:
                self._endings.add(shape[::-1], taken)
            elif ends:
                self._beginnings.add(shape, taken)
            elif taken not in (numbers := self._whole.setdefault(shape, [])):
                numbers.append(taken)
        return taken

    def of(self, shape: str) -> list[int]:
        """The numbers of the words that match this one."""
        found = list(self._whole.get(shape, ()))
        # A shape shorter than any stem has none; and the commonest words are short.
        if len(shape) >= RULE_STEM:
            self._beginnings.find(shape, (0,), found)
            self._endings.find(shape[::-1], (0,), found)
            self._insides.find(shape, range(len(shape) - RULE_STEM + 1), found)
        return found


class _Stems:
    """Beginnings of words, found by their first letters and then by their possible lengths."""

    def __init__(self) -> None:
        self._lengths: dict[str, set[int]] = {}
        self._stems: dict[str, set[int]] = {}

    def add(self, stem: str, number: int) -> None:
        """Store a stem of at least `RULE_STEM` letters under a number."""
        self._lengths.setdefault(stem[:RULE_STEM], set()).add(len(stem))
        self._stems.setdefault(stem, set()).add(number)

    def find(self, shape: str, places: Iterable[int], found: list[int]) -> None:
        """Add the numbers of the stems that stand at these places of a word."""
        lengths_of, stems = self._lengths.get, self._stems.get
        for place in places:
            for length in lengths_of(shape[place : place + RULE_STEM], ()):
                found += stems(shape[place : place + length], ())

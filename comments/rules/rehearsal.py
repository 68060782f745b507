"""Words tried on recent decisions before they are saved: what they would have caught, and what became of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import F

from comments import policy
from comments.models import Comment, Decision
from comments.querysets import Position
from comments.states import Actor, Status
from comments.wording import Entry, Place, WordList

_CHUNK = 2_000
# How much of an example is shown before what was found; twice as much is shown after it.
_AROUND = 120
_DECIDED = (Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED)


@dataclass(frozen=True)
class Example:
    """A comment that would have been caught, and where in its text."""

    pk: int
    name: str
    posted_at: datetime
    status: Status
    text: str
    places: tuple[Place, ...]

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text around the first place, in pieces: each with whether it is a word that was found."""
        start = max(0, self.places[0].start - _AROUND)
        end = min(len(self.text), self.places[0].end + 2 * _AROUND)
        pieces, at = [("…" if start else "", False)], start
        for _entry, first, last in self.places:
            if first >= at and last <= end:
                pieces += [(self.text[at:first], False), (self.text[first:last], True)]
                at = last
        return [*pieces, (self.text[at:end], False), ("…" if end < len(self.text) else "", False)]


@dataclass
class Rehearsal:
    """The result: `caught` and `approved` count comments for each entry, by its number."""

    looked_at: int = 0
    caught_in_all: int = 0
    # Of these, how many a moderator has approved.
    approved_in_all: int = 0
    caught: Counter[int] = field(default_factory=Counter)
    approved: Counter[int] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    def figures(self, number: int) -> dict[str, int]:
        """The figures of one entry, for the log."""
        return {"looked_at": self.looked_at, "caught": self.caught[number], "approved": self.approved[number]}


class _Row(NamedTuple):
    pk: int
    public_id: str
    name: str
    posted_at: datetime
    status: str
    text: str


def rehearse(entries: Mapping[int, Entry], *, now: datetime) -> Rehearsal:
    """Try entries on comments that were decided in the last `policy.REHEARSED`, the newest of each status first.

    It reads in small steps, each a query of its own, and holds no lock; at most `policy.REHEARSED_COMMENTS` are read.
    """
    words, done = WordList(entries.items()), Rehearsal()
    for status in _DECIDED:
        for rows in _chunks(status, now, most=policy.REHEARSED_COMMENTS - done.looked_at):
            _look(words, rows, done)
    done.examples.sort(key=lambda example: example.posted_at, reverse=True)
    del done.examples[policy.REHEARSAL_EXAMPLES :]
    return done


def _chunks(status: Status, now: datetime, *, most: int) -> Iterator[list[_Row]]:
    """The newest decided texts of a status, some thousand at a time, continuing where the last ones ended."""
    since = now - policy.REHEARSED
    texts = Comment.objects.filter(
        status=status, posted_at__gt=since, revisions__number=F("revision_number")
    ).newest_first()
    columns = ("pk", "public_id", "name", "posted_at", "status", "revisions__body")
    rows = texts
    while most > 0:
        found = [_Row._make(values) for values in rows.values_list(*columns)[: min(most, _CHUNK)]]
        if found:
            yield found
        if len(found) < min(most, _CHUNK):
            return
        most -= len(found)
        rows = texts.beyond("newest", Position(found[-1].posted_at, found[-1].public_id))


def _look(words: WordList, rows: list[_Row], done: Rehearsal) -> None:
    hits = [(row, places) for row in rows if (places := words.places(row.text))]
    approved = _approved_by_moderators([row.pk for row, _places in hits if row.status == Status.APPROVED])
    done.looked_at += len(rows)
    done.caught_in_all += len(hits)
    done.approved_in_all += len(approved)
    for row, places in hits:
        numbers = {place.entry for place in places}
        done.caught.update(numbers)
        if row.pk in approved:
            done.approved.update(numbers)
    # Enough of each step, so that the newest of all are among them.
    done.examples += [_example(row, places) for row, places in hits[: policy.REHEARSAL_EXAMPLES]]


def _approved_by_moderators(comments: list[int]) -> set[int]:
    """Those that a moderator has approved; the others went through because their authors are trusted."""
    decisions = Decision.objects.filter(comment__in=comments, actor=Actor.MODERATOR, to_status=Status.APPROVED)
    return set(decisions.values_list("comment_id", flat=True))


def _example(row: _Row, places: list[Place]) -> Example:
    return Example(row.pk, row.name, row.posted_at, Status(row.status), row.text, tuple(places))

"""A comment as templates show it."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from articles.models import Edition
from articles.states import Kind
from comments.querysets import CommentRow
from comments.text import initial, to_html
from comments.tombstones import Tombstone, told

# Six quiet discs, all with a contrast of 4.5:1 to their letter.
_DISCS = 6
_GRAVEST = (Kind.CORRECTION, Kind.CLARIFICATION, Kind.UPDATE)


@dataclass(frozen=True)
class Change:
    """A change to a story that readers were told about."""

    kind: Kind
    at: datetime


@dataclass(frozen=True)
class Mention:
    """The comment that a deeper answer answers; if it was removed, only the tombstone."""

    name: str
    public_id: str
    tombstone: Tombstone | None = None
    # Whether it stands on the same page.
    is_here: bool = True

    @property
    def url(self) -> str:
        """Where to read it: on this page, or on its own."""
        return f"#comment-{self.public_id}" if self.is_here else self.get_absolute_url()

    def get_absolute_url(self) -> str:
        """The permalink."""
        return reverse("comments:permalink", args=[self.public_id])


@dataclass(frozen=True)
class ShownComment:
    """A comment as a template shows it: the facts, all that its HTML depends on, and what follows from them.

    One that was removed is shown only for the answers below it: it has a tombstone, but neither name nor words.
    """

    public_id: str
    name: str
    posted_at: datetime
    body: str
    edited: bool
    in_answer_to: Mention | None
    # Where answers are written; empty if nobody may.
    form_url: str
    is_featured: bool = False
    is_from_newsroom: bool = False
    tombstone: Tombstone | None = None
    # As last counted, maybe a minute ago.
    recommendations: int = 0
    # What was changed in the story after its author had read it.
    written_before: Change | None = None

    @property
    def initial(self) -> str:
        """The letter on the disc beside it."""
        return initial(self.name)

    @property
    def disc(self) -> int:
        """Which of the discs."""
        return sum(map(ord, self.name)) % _DISCS

    @property
    def html(self) -> SafeString:
        """Its words."""
        return to_html(self.body)

    @property
    def answer_url(self) -> str:
        """The form for an answer to it; empty if nobody may answer."""
        return f"{self.form_url}?{urlencode({'parent': self.public_id})}" if self.form_url else ""

    @property
    def report_url(self) -> str:
        """Where it is reported."""
        return reverse("comments:report", args=[self.public_id])

    @property
    def recommend_url(self) -> str:
        """Where it is recommended."""
        return reverse("comments:recommend", args=[self.public_id])

    def get_absolute_url(self) -> str:
        """The permalink."""
        return reverse("comments:permalink", args=[self.public_id])


@dataclass
class Branch:
    """A top-level comment and the first answers below it."""

    comment: ShownComment
    answers: list[ShownComment]
    # All public ones below it, at any depth.
    answer_count: int

    @property
    def more_answers(self) -> int:
        """How many answers are shown only on the page of the answers."""
        return self.answer_count - len(self.answers)

    @property
    def answers_url(self) -> str:
        """That page."""
        return reverse("comments:answers", args=[self.comment.public_id])


def shown(
    row: CommentRow,
    form_url: str,
    *,
    here: Container[str],
    notes: Sequence[Edition] = (),
    alone: bool = False,
) -> ShownComment:
    """What a row shows. `here` are the public ids of the page, `notes` those of its story.

    With `alone` it does not stand below what it answers.
    """
    is_public = row.body is not None
    return ShownComment(
        public_id=row.public_id,
        name=row.name if is_public else "",
        posted_at=row.posted_at,
        body=row.body or "",
        edited=bool(row.number and row.number > 1),
        in_answer_to=_mention(row, here, alone=alone),
        form_url=form_url,
        is_featured=row.featured_at is not None,
        is_from_newsroom=row.is_from_newsroom,
        recommendations=row.recommendations,
        tombstone=None if is_public else told(row.status, row.removal),
        written_before=_written_before(row.read_from, notes),
    )


def _written_before(read_from: datetime | None, notes: Sequence[Edition]) -> Change | None:
    """The gravest change since the edition that was read; of equals the first."""
    if read_from is None:
        return None
    later = [Change(Kind(note.kind), note.visible_from) for note in notes if note.visible_from > read_from]
    return min(later, key=lambda change: (_GRAVEST.index(change.kind), change.at), default=None)


def _mention(row: CommentRow, here: Container[str], *, alone: bool) -> Mention | None:
    """The comment that it answers, unless that is the top-level one."""
    if row.parent_id is None or (row.parent_id == row.root_id and not alone):
        return None
    if row.parent_revision_id is None:
        return Mention("", "", told(row.parent_status or "", row.parent_removal))
    public_id = row.parent_public_id or ""
    return Mention(row.parent_name or "", public_id, is_here=public_id in here)

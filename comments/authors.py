"""What the desk's cards say about the authors on a page: their standing, and colleagues' notes. Two queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from comments import facts, policy
from comments.models import AuthorNote, Comment, Commenter, StandingChange
from comments.states import Standing


@dataclass(frozen=True)
class AuthorLine:
    """An author, in one line."""

    # None if no address is confirmed; then the author may be known by the comment's network.
    commenter_id: int | None
    has_network: bool
    standing: Standing | None
    until: datetime | None
    # The newest note that is not struck, shortened, and how many there are.
    note: str
    notes: int


class Authors:
    """The authors of a page of comments."""

    def __init__(self, comments: Sequence[Comment]) -> None:
        self._now = timezone.now()
        known = {comment.commenter_id for comment in comments if comment.commenter_id}
        changes = StandingChange.objects.newest_of(known) if known else ()
        self._given = {change.commenter_id: change for change in changes if change.counts_at(self._now)}
        self._notes = _notes(known) if known else {}

    def of(self, comment: Comment, approved: int) -> AuthorLine:
        """The line about the author of one of them, who has so many approved comments."""
        pk = comment.commenter_id
        given = self._given.get(pk) if pk else None
        note, notes = self._notes.get(pk, ("", 0)) if pk else ("", 0)
        standing = facts.standing_earned(approved) if pk else None
        return AuthorLine(
            commenter_id=pk,
            has_network=pk is None and any(row.network for row in comment.revisions.all()),
            standing=Standing(given.to_standing) if given else standing,
            until=given.until if given else None,
            note=_short(note),
            notes=notes,
        )


def _notes(known: Collection[int]) -> dict[int, tuple[str, int]]:
    """The newest note on each author, and how many there are: one row each, however many have been written."""
    here = AuthorNote.objects.filter(struck_at__isnull=True)
    newest = here.filter(commenter=OuterRef("pk")).order_by("-pk").values("text")
    many = here.filter(commenter=OuterRef("pk")).order_by().values("commenter").annotate(n=Count("pk")).values("n")
    authors = Commenter.objects.filter(pk__in=known).annotate(newest=Subquery(newest[:1]), many=Subquery(many))
    return {pk: (note or "", notes or 0) for pk, note, notes in authors.values_list("pk", "newest", "many")}


def _short(text: str) -> str:
    line = " ".join(text.split())
    most = policy.NOTE_SHORT_CODE_POINTS
    return line if len(line) <= most else f"{line[: most - 1]}…"

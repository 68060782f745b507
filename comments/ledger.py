"""The ledger as it is read: in a list, and as CSV. Both show the same facts, at the same number of queries a page."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Substr

from articles.models import Edition
from comments.models import Decision, Revision, Thread
from comments.states import Reason, Status

# As much of a text as tells which one it is.
_FIRST_WORDS = 90
# Rows that are read at a time for an export: some hundred kilobytes, and a tenth of a second between two pieces.
_AT_A_TIME = 500
# Where a table begins to reckon, in the signs of any keyboard: at the beginning of a cell; and where a program begins
# another one that parts cells by semicolons or tabs, as in half of Europe, and so takes our quotes for none.
_FORMULA = re.compile(r"\A(?=[=+\-@\t\r\n＝＋－＠])|(?<=[;\t\r\n])(?=[=+\-@＝＋－＠])")
# Tables read UTF-8 for what it is only where a file begins so.
_BOM = "\ufeff"


@dataclass(frozen=True)
class Entry:
    """One row of the ledger with what it is about."""

    decision: Decision
    # The number of the text, and how it begins.
    revision: int
    begins: str
    # The newest that readers saw.
    headline: str
    # The row that took this one back.
    undone_by: int | None

    @property
    def who(self) -> str:
        """Who decided, as colleagues call them; or what."""
        by = self.decision.by
        return (by.get_full_name() or by.username) if by else self.decision.get_actor_display()

    @property
    def before(self) -> str:
        """The status that it came from, in words; empty for the first row of a comment."""
        return str(Status(self.decision.from_status).label) if self.decision.from_status else ""

    @property
    def reason(self) -> str:
        """In words."""
        return str(Reason(self.decision.reason).label) if self.decision.reason else ""

    @property
    def rules(self) -> list[str]:
        """What the rules found, as their names."""
        return [found["rule"] for found in self.decision.findings]


def deciders() -> QuerySet[User]:
    """Everybody who ever decided, and nobody else of the staff, however many they are."""
    # Asked for each person by itself: as "there is such a row" PostgreSQL would read the whole ledger.
    rows = Decision.objects.filter(by=OuterRef("pk")).order_by().values("pk")
    return User.objects.alias(decided=Subquery(rows[:1])).filter(decided__isnull=False)


def with_context(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """The rows with all that `entries` needs of them."""
    return decisions.select_related("comment", "by", "words")


def entries(decisions: Sequence[Decision]) -> list[Entry]:
    """Rows that `with_context` read, in their order: three queries, however many there are."""
    texts = _texts({decision.revision_id for decision in decisions})
    headlines = _headlines({decision.comment.thread_id for decision in decisions})
    undone = _undone({decision.comment_id for decision in decisions})
    return [
        Entry(
            decision,
            *texts[decision.revision_id],
            headline=headlines.get(decision.comment.thread_id, ""),
            undone_by=undone.get(decision.pk),
        )
        for decision in decisions
    ]


# --- CSV ------------------------------------------------------------------------------------------------------------

# Names of columns are for programs, and stay as they are in every language. No name of a reader is in it, and of what
# readers wrote the passages alone that moderators marked.
_COLUMNS = (
    *("decision", "at", "comment", "story", "headline", "revision", "from", "to", "featured", "actor", "by", "reason"),
    *("explanation", "passage", "to_colleagues", "rules", "batch", "undoes", "undone_by", "overrides", "objection"),
    "report_case",
)


def as_csv(decisions: QuerySet[Decision]) -> Iterator[str]:
    """These rows as CSV, piece by piece: never more of them in memory than are read at a time."""
    writer = csv.writer(_Echo())
    yield _BOM + writer.writerow(_COLUMNS)
    for piece in _pieces(with_context(decisions)):
        yield "".join(writer.writerow(_guarded(_cells(entry))) for entry in entries(piece))


def _pieces(rows: QuerySet[Decision]) -> Iterator[list[Decision]]:
    """The newest first, each piece from the key on where the last one ended.

    Not one cursor over all: PostgreSQL would write the whole of it down before the first row, and SQLite would keep its
    log from being emptied until somebody's slow network has taken the last one.
    """
    is_by_time = "-at" in rows.query.order_by
    piece = list(rows[:_AT_A_TIME])
    while piece:
        yield piece
        last = piece[-1]
        older = rows.filter(pk__lt=last.pk)
        if is_by_time:
            older = rows.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk)
        piece = list(older[:_AT_A_TIME]) if len(piece) == _AT_A_TIME else []


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, line: str) -> str:
        return line


def _cells(entry: Entry) -> tuple[Any, ...]:
    decision = entry.decision
    return (
        decision.pk,
        decision.at.astimezone(UTC).isoformat(timespec="seconds"),
        decision.comment.public_id,
        decision.comment.thread_id,
        entry.headline,
        entry.revision,
        decision.from_status,
        decision.to_status,
        int(decision.featured),
        decision.actor,
        decision.by.username if decision.by else "",
        decision.reason,
        decision.explanation,
        decision.passage,
        decision.to_colleagues,
        " ".join(entry.rules),
        decision.batch_id,
        decision.undoes_id,
        entry.undone_by,
        decision.overrides_id,
        decision.objection_id,
        decision.report_case_id,
    )


def _guarded(cells: Iterable[Any]) -> list[Any]:
    """No cell is a formula, nor a part of one: whoever wrote it would reckon on the machine of who opens the table."""
    return [_FORMULA.sub("'", cell) if isinstance(cell, str) else cell for cell in cells]


# --- How ------------------------------------------------------------------------------------------------------------


def _texts(revisions: set[int]) -> dict[int, tuple[int, str]]:
    rows = Revision.objects.filter(pk__in=revisions).values_list("pk", "number", Substr("body", 1, _FIRST_WORDS + 1))
    return {pk: (number, _shortened(begins)) for pk, number, begins in rows}


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(text) <= _FIRST_WORDS else f"{line[:_FIRST_WORDS].rsplit(' ', 1)[0]} …"


def _headlines(threads: set[int]) -> dict[int, str]:
    seen = Edition.objects.begun().filter(article=OuterRef("pk")).order_by("-visible_from").values("headline")
    rows = Thread.objects.filter(pk__in=threads).values_list("pk", Subquery(seen[:1]))
    return {pk: headline or "" for pk, headline in rows}


def _undone(comments: set[int]) -> dict[int, int]:
    """Of the decisions on these comments, which was taken back by which."""
    # Not by what is taken back: where a ledger has hardly anything else than rows that take nothing back, SQLite thinks
    # that index to be of no use and would read the whole ledger, for each row of the list.
    rows = Decision.objects.filter(comment__in=comments).order_by().values_list("undoes", "pk")
    return {undone: pk for undone, pk in rows if undone}

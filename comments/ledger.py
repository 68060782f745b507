"""The ledger for reading: as a list, and as CSV. Both show the same facts, at the same number of queries a page."""

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

# As much of a text as identifies it.
_FIRST_WORDS = 90
# How many rows an export reads at a time: some hundred kilobytes, and a tenth of a second between two pieces.
_AT_A_TIME = 500
# Where a spreadsheet begins a formula, with the signs of any keyboard: at the beginning of a cell; and where a program
# begins another cell because it separates cells by semicolons or tabs, as in half of Europe, and so does not recognise
# our quotes.
_FORMULA = re.compile(r"\A(?=[=+\-@\t\r\n＝＋－＠])|(?<=[;\t\r\n])(?=[=+\-@＝＋－＠])")
# Spreadsheets recognise UTF-8 only if a file begins with this.
_BOM = "\ufeff"


@dataclass(frozen=True)
class Entry:
    """One row of the ledger, with what it is about."""

    decision: Decision
    # The number of the text, and its beginning.
    revision: int
    begins: str
    # The newest headline that readers saw.
    headline: str
    # The row that took this one back.
    undone_by: int | None

    @property
    def who(self) -> str:
        """Who or what decided, as colleagues say it."""
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
        """The names of the rules that found something."""
        return [found["rule"] for found in self.decision.findings]


def deciders() -> QuerySet[User]:
    """Everybody who ever decided, but no other staff, however many they are."""
    # Asked for each person separately: for "there is such a row" PostgreSQL would read the whole ledger.
    rows = Decision.objects.filter(by=OuterRef("pk")).order_by().values("pk")
    return User.objects.alias(decided=Subquery(rows[:1])).filter(decided__isnull=False)


def with_context(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """The rows with all that `entries` needs."""
    return decisions.select_related("comment", "by", "words")


def entries(decisions: Sequence[Decision]) -> list[Entry]:
    """Rows from `with_context`, in their order: three queries, however many there are."""
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

# Column names are for programs, and are the same in every language. They include no reader's name, and of readers'
# texts only the passages that moderators marked.
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
    """Newest first, each piece continuing from the key where the last one ended.

    Not one cursor over all: PostgreSQL would write down all of it before the first row, and SQLite could not empty its
    log until somebody's slow network had taken the last one.
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
    """A file that returns what is written into it."""

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
    """No cell is a formula or part of one: otherwise its writer could run formulas on the reader's machine."""
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
    """Which of the decisions on these comments were taken back, and by which row."""
    # Not by what is taken back: in a ledger in which hardly any row takes something back, SQLite considers that index
    # of no use and would read the whole ledger, for each row of the list.
    rows = Decision.objects.filter(comment__in=comments).order_by().values_list("undoes", "pk")
    return {undone: pk for undone, pk in rows if undone}

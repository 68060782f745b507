"""Public figures of moderation, by month: sums that the worker computes from the ledger, and a page reads.

A month is computed again as soon as a row was written in it, or one of its rows was taken back; nothing else changes
it. So the sums can be deleted and computed again, and the doctor compares them.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max
from django.db.models.functions import TruncMonth
from django.utils import timezone

from comments import names, policy
from comments.figures import UNDONE, percentile, waits_within, within
from comments.models import Decision, ModeratedMonth
from comments.states import Actor, Status
from newsportal.pages import changed

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Month:
    """What was done in one month. A decision that was taken back counts only as that.

    `approved` is by actor, `rejected` by reason and actor ("" if the clock closed what was not changed); `undone` are
    decisions of persons; the waits, in seconds, are those that a person ended, None if there were none.
    """

    received: int = 0
    approved: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, dict[str, int]] = field(default_factory=dict)
    spam: int = 0
    returned: int = 0
    undone: int = 0
    objected: int = 0
    upheld: int = 0
    overturned: int = 0
    median: float | None = None
    p90: float | None = None

    def rejected_by(self, actor: Actor) -> int:
        """How many were rejected by persons, by rules or by the clock, whatever the reason."""
        return sum(by.get(actor, 0) for by in self.rejected.values())

    @property
    def approvals(self) -> int:
        """How many were approved, by anybody."""
        return sum(self.approved.values())

    @property
    def rejections(self) -> int:
        """How many were rejected, by anybody."""
        return sum(sum(by.values()) for by in self.rejected.values())


def renew(now: datetime | None = None) -> list[date]:
    """Compute again the sums of every month with newer rows in the ledger; returns which.

    Any number of workers may do this at once: they compute the same from the same ledger.
    """
    moment = now or timezone.now()
    newest = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    through = ModeratedMonth.objects.aggregate(newest=Max("through"))["newest"]
    months = _touched(0 if through is None else through - policy.MONTHS_OVERLAP)
    _write({month: reckoned(month) for month in months}, through=newest, at=moment)
    return months


def rebuild(now: datetime | None = None) -> list[date]:
    """Compute all of them again, and delete those that the ledger does not know; returns which there are."""
    newest = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    months = _touched(0)
    with transaction.atomic():
        ModeratedMonth.objects.exclude(month__in=months).delete()
        _write({month: reckoned(month) for month in months}, through=newest, at=now or timezone.now())
    return months


def kept() -> list[tuple[date, Month]]:
    """The months with their sums, newest first."""
    return [(row.month, Month(**row.figures)) for row in ModeratedMonth.objects.all()]


def made_at() -> datetime | None:
    """When the newest of them were computed."""
    newest: datetime | None = ModeratedMonth.objects.aggregate(newest=Max("made_at"))["newest"]
    return newest


def discrepancies() -> list[str]:
    """Months whose sums differ from the ledger, a sentence each; months with newer rows are not checked."""
    waiting = set(_touched(ModeratedMonth.objects.aggregate(newest=Max("through"))["newest"] or 0))
    return [
        f"month {month:%Y-%m}: the figures of /moderation/ are not those of the ledger; manage.py moderation_figures"
        for month, figures in kept()
        if month not in waiting and figures != reckoned(month)
    ]


def reckoned(month: date) -> Month:
    """The sums of the month that begins on this day: a bounded number of queries over its rows."""
    begin, end = _midnight(month), _midnight(_next(month))
    rows = within(begin - _MOMENT, end - _MOMENT)
    standing = rows.filter(~UNDONE)
    approved: Counter[str] = Counter()
    rejected: dict[str, Counter[str]] = {}
    others: Counter[str] = Counter()
    # What the newsroom writes itself is not a decision on somebody else's comment.
    decided = standing.exclude(from_status="", actor=Actor.MODERATOR).exclude(actor=Actor.AUTHOR)
    for row in decided.values("actor", "to_status", "reason").annotate(total=Count("pk")).order_by():
        if row["to_status"] == Status.APPROVED:
            approved[row["actor"]] += row["total"]
        elif row["to_status"] == Status.REJECTED:
            rejected.setdefault(row["reason"], Counter())[row["actor"]] += row["total"]
        else:
            others[row["to_status"]] += row["total"]
    on_objection = standing.filter(objection__isnull=False)
    answers = dict(on_objection.values_list("to_status").annotate(total=Count("pk")).order_by())
    lengths = [length for _began, length in waits_within(begin - _MOMENT, end - _MOMENT)]
    return Month(
        received=rows.filter(from_status="").exclude(actor=Actor.MODERATOR).count(),
        approved=dict(approved),
        rejected={reason: dict(by) for reason, by in rejected.items()},
        spam=others[Status.SPAM],
        returned=others[Status.RETURNED],
        undone=rows.filter(UNDONE).count(),
        objected=answers.get(Status.PENDING, 0),
        upheld=answers.get(Status.REJECTED, 0),
        overturned=answers.get(Status.APPROVED, 0) + answers.get(Status.RETURNED, 0),
        median=percentile(lengths, 50).total_seconds() if lengths else None,
        p90=percentile(lengths, 90).total_seconds() if lengths else None,
    )


# --- How ------------------------------------------------------------------------------------------------------------


def _touched(since: int) -> list[date]:
    """The months of the ledger's rows after this one, and of the rows that these take back, in order."""
    rows = Decision.objects.filter(pk__gt=since).order_by()
    months = set(rows.annotate(month=TruncMonth("at")).values_list("month", flat=True).distinct())
    undoing = rows.filter(undoes__isnull=False).annotate(month=TruncMonth(F("undoes__at")))
    months |= set(undoing.values_list("month", flat=True).distinct())
    return sorted({timezone.localtime(month).date() for month in months})


@transaction.atomic
def _write(months: dict[date, Month], *, through: int, at: datetime) -> None:
    for month, figures in months.items():
        values: dict[str, Any] = {"figures": asdict(figures), "through": through, "made_at": at}
        ModeratedMonth.objects.update_or_create(month=month, defaults=values)
    if months:
        changed(names.of_moderation())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)

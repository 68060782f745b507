"""Figures of moderation, read off the ledger: each in a constant number of queries, over a bounded time.

A decision that was taken back counts as decided, because it was work, and as taken back; it counts in no other figure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncHour, TruncMonth
from django.utils import timezone

from comments import policy
from comments.models import Comment, Decision, Report
from comments.querysets import CommentQuerySet
from comments.states import Actor, Reason, Status
from newsportal.admin_lists import bounded_count

HOURS = 24


@dataclass(frozen=True)
class Waiting:
    """How many comments are waiting (or at least how many), and since when the oldest has been."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class Worker:
    """What one moderator decided, and in how many different hours."""

    name: str
    day: int
    day_hours: int
    week: int
    week_hours: int

    @property
    def day_rate(self) -> float:
        """Decisions an hour, over those hours of the last day in which there were any."""
        return self.day / self.day_hours if self.day_hours else 0.0

    @property
    def week_rate(self) -> float:
        """The same for the week."""
        return self.week / self.week_hours if self.week_hours else 0.0


@dataclass(frozen=True)
class Decided:
    """What moderators decided: by person, and in each of the last 24 hours of UTC, earliest first.

    The last hour has only begun.
    """

    workers: list[Worker]
    hours: list[tuple[datetime, int]]


@dataclass(frozen=True)
class Wait:
    """How long comments waited that arrived in one hour of the day: half of them no longer than `median`."""

    hour: int
    comments: int
    median: timedelta
    p90: timedelta


@dataclass(frozen=True)
class Reported:
    """What readers reported in a calendar month of the paper, and what moderators answered in it.

    A case has all reports of one comment; it is upheld if the comment was taken down, and not if it stays.
    """

    month: datetime
    reports: int = 0
    illegal: int = 0
    upheld: int = 0
    not_upheld: int = 0


@dataclass(frozen=True)
class Overturned:
    """What became of the decisions of persons, or of rules. Each counts once, as the first category that applies."""

    made: int = 0
    undone: int = 0
    overridden: int = 0
    otherwise: int = 0

    @property
    def not_standing(self) -> int:
        """How many were overturned, in whatever way."""
        return self.undone + self.overridden + self.otherwise

    @property
    def share(self) -> float:
        """The share of decisions that were overturned, 0 to 1."""
        return self.not_standing / self.made if self.made else 0.0


def waiting() -> Waiting:
    """What is waiting for a decision now: three queries, however many there are."""
    rows = Comment.objects.filter(queued_at__isnull=False)
    return Waiting(bounded_count(rows), _oldest(rows))


def decided(now: datetime) -> Decided:
    """What moderators decided within the last 24 hours and seven days: one query."""
    rows = (
        _worked(now - policy.FIGURES_WEEK, now)
        .values("by__username", "by__first_name", "by__last_name", hour=TruncHour("at", tzinfo=UTC))
        .annotate(total=Count("pk"))
        .order_by("by__username", "hour")
    )
    begin = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    of_hour: Counter[datetime] = Counter()
    of_person: dict[str, list[tuple[bool, int]]] = defaultdict(list)
    for row in rows:
        name = f"{row['by__first_name']} {row['by__last_name']}".strip() or row["by__username"]
        of_hour[row["hour"]] += row["total"]
        of_person[name].append((row["hour"] >= begin, row["total"]))
    hours = [begin + timedelta(hours=number) for number in range(HOURS)]
    return Decided([_worker(name, totals) for name, totals in of_person.items()], [(at, of_hour[at]) for at in hours])


def waits(now: datetime) -> list[Wait]:
    """How long decisions took, by the hour of the paper's day in which the comment arrived: one query.

    Over the last thirty days, at most the newest `policy.FIGURES_WAITS`; hours without any are left out.
    """
    of_hour: dict[int, list[timedelta]] = defaultdict(list)
    for began, length in waits_within(now - policy.FIGURES_MONTH, now):
        of_hour[timezone.localtime(began).hour].append(length)
    return [
        Wait(hour, len(lengths), percentile(lengths, 50), percentile(lengths, 90))
        for hour, lengths in sorted(of_hour.items())
    ]


@dataclass(frozen=True)
class Objected:
    """How many objections arrived within a time, and how many were answered, as before or otherwise."""

    raised: int = 0
    upheld: int = 0
    overturned: int = 0


def objected(now: datetime) -> Objected:
    """What authors objected to within thirty days, and the answers that stand: one query."""
    rows = within(now - policy.FIGURES_MONTH, now).filter(~UNDONE, objection__isnull=False)
    raised, upheld = Q(actor=Actor.AUTHOR), Q(actor=Actor.MODERATOR, to_status=Status.REJECTED)
    found = rows.aggregate(
        raised=Count("pk", filter=raised),
        upheld=Count("pk", filter=upheld),
        overturned=Count("pk", filter=~raised & ~upheld),
    )
    return Objected(**found)


def waits_within(after: datetime, until: datetime) -> list[tuple[datetime, timedelta]]:
    """When each text arrived that a person decided on in this time, and how long it had waited: one query.

    At most the newest `policy.FIGURES_WAITS`.
    """
    came = (
        Decision.objects.filter(comment=OuterRef("comment"), pk__lt=OuterRef("pk"), to_status=Status.PENDING)
        .exclude(from_status=Status.PENDING)
        .taking_nothing_back()
        .order_by()
        .values("comment")
        .annotate(last=Max("at"))
        .values("last")
    )
    rows = (
        _by_persons(after, until)
        .filter(~UNDONE, from_status=Status.PENDING)
        .annotate(came=Subquery(came))
        .order_by("-at", "-pk")
        .values_list("came", "at")
    )
    return [(began, max(at - began, timedelta())) for began, at in rows[: policy.FIGURES_WAITS] if began]


def reasons(now: datetime) -> list[tuple[Reason, int]]:
    """Why comments were rejected within thirty days, by persons and by rules, most frequent first: one query."""
    rows = (
        within(now - policy.FIGURES_MONTH, now)
        .filter(~UNDONE, to_status=Status.REJECTED)
        .exclude(reason="")
        .values("reason")
        .annotate(total=Count("pk"))
        .order_by("-total", "reason")
    )
    return [(Reason(row["reason"]), row["total"]) for row in rows]


def overturned(now: datetime, *, since: datetime | None = None) -> dict[Actor, Overturned]:
    """How often decisions of persons and rules, in thirty days or since then, did not stand: one query.

    A rule that holds a comment for a person has decided nothing. "Decided otherwise" means that a person later decided
    differently on the same text: an edit is a new case.
    """
    of_comment = Decision.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    later = of_comment.filter(~UNDONE, revision=OuterRef("revision"), actor=Actor.MODERATOR).taking_nothing_back()
    decisions = within(since or now - policy.FIGURES_MONTH, now).filter(actor__in=(Actor.MODERATOR, Actor.RULE))
    # What a moderator writes is not a decision on somebody else's comment.
    decisions = decisions.exclude(to_status=Status.PENDING).exclude(from_status="", actor=Actor.MODERATOR)
    rows = (
        decisions.annotate(
            is_undone=UNDONE,
            is_overridden=Exists(of_comment.filter(~UNDONE, overrides=OuterRef("pk"))),
            is_otherwise=Exists(later.exclude(to_status=OuterRef("to_status"))),
        )
        .values("actor")
        .annotate(
            made=Count("pk"),
            undone=Count("pk", filter=Q(is_undone=True)),
            overridden=Count("pk", filter=Q(is_undone=False, is_overridden=True)),
            otherwise=Count("pk", filter=Q(is_undone=False, is_overridden=False, is_otherwise=True)),
        )
        .order_by()
    )
    found = {
        Actor(row["actor"]): Overturned(row["made"], row["undone"], row["overridden"], row["otherwise"]) for row in rows
    }
    return {actor: found.get(actor, Overturned()) for actor in (Actor.MODERATOR, Actor.RULE)}


def reported_as_illegal(most: int) -> list[tuple[int, str, int]]:
    """The open cases with reports of illegality, oldest first: number, public id, how many such reports; one query."""
    cases = Comment.objects.filter(reported_at__isnull=False).order_by().values("report_case")
    illegal = Report.objects.filter(case__in=cases, reason=Reason.ILLEGAL).order_by("case")
    rows = illegal.values("case", "case__comment__public_id").annotate(total=Count("pk"))
    return list(rows.values_list("case", "case__comment__public_id", "total")[:most])


def reported(now: datetime) -> list[Reported]:
    """What was reported and answered in the paper's last calendar months, newest first: two queries.

    Months without any are left out. An answer that was taken back does not count, and a comment that its author
    withdrew needed no answer.
    """
    since = _months_before(now, policy.FIGURES_REPORT_MONTHS - 1)
    received = (
        Report.objects.filter(received_at__gte=since, received_at__lte=now)
        .order_by()
        .values(month=TruncMonth("received_at"))
        .annotate(reports=Count("pk"), illegal=Count("pk", filter=Q(reason=Reason.ILLEGAL)))
        .values_list("month", "reports", "illegal")
    )
    stands = Q(to_status=Status.APPROVED)
    answered = (
        # Not "is not null": a range tells both databases to use the index of the few answers.
        Decision.objects.filter(~UNDONE, report_case__gt=0, at__gte=since, at__lte=now)
        .exclude(to_status=Status.WITHDRAWN)
        .order_by()
        .values(month=TruncMonth("at"))
        .annotate(upheld=Count("pk", filter=~stands), not_upheld=Count("pk", filter=stands))
        .values_list("month", "upheld", "not_upheld")
    )
    came = {month: counts for month, *counts in received}
    went = {month: counts for month, *counts in answered}
    months = sorted({*came, *went}, reverse=True)
    return [Reported(month, *came.get(month, (0, 0)), *went.get(month, (0, 0))) for month in months]


def percentile(values: Sequence[timedelta], share: int) -> timedelta:
    """By nearest rank: the smallest value that `share` percent of the values do not exceed. Raises for no values."""
    return sorted(values)[ceil(len(values) * share / 100) - 1]


# --- Which rows -----------------------------------------------------------------------------------------------------

# Whether a row was taken back. Asked by comment, whose few rows an index has: SQLite takes the index of what is taken
# back to be of no use if hardly anything is, and would read the whole ledger for each row.
UNDONE = Exists(Decision.objects.filter(comment=OuterRef("comment"), undoes=OuterRef("pk")))


def within(after: datetime, until: datetime) -> QuerySet[Decision]:
    """What changed a status in this time, except rows that took something back."""
    return _acts(after, until).exclude(from_status=F("to_status"))


# --- How ------------------------------------------------------------------------------------------------------------


def _oldest(rows: CommentQuerySet) -> datetime | None:
    """Since when the oldest has been waiting: not always the first of the queue, because risk counts as waiting."""
    first = rows.order_by("queued_at", "pk").values_list("queued_at", flat=True).first()
    if first is None:
        return None
    # Nothing after these has waited longer than the first one, whatever its risk.
    head = rows.filter(queued_at__lte=first + policy.RISK_MOST * policy.RISK_IS_WORTH)
    of_risk = head.order_by().values_list("risk").annotate(first=Min("queued_at"))
    found: datetime = min(begins + risk * policy.RISK_IS_WORTH for risk, begins in of_risk)
    return found


def _months_before(now: datetime, months: int) -> datetime:
    """The first moment of the month that is so many months before the present one."""
    first = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    years, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return timezone.make_aware(datetime(years, month + 1, 1))  # noqa: DTZ001  (it is made aware of the paper's zone)


def _acts(after: datetime, until: datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(at__gt=after, at__lte=until).taking_nothing_back()


def _worked(after: datetime, until: datetime) -> QuerySet[Decision]:
    """Moderators' decisions on what readers wrote, including decisions to leave it up after reports."""
    rows = _acts(after, until).filter(actor=Actor.MODERATOR).exclude(from_status="")
    return rows.exclude(from_status=F("to_status"), report_case=None)


def _by_persons(after: datetime, until: datetime) -> QuerySet[Decision]:
    """Moderators' decisions on what readers wrote."""
    return within(after, until).filter(actor=Actor.MODERATOR).exclude(from_status="")


def _worker(name: str, totals: Iterable[tuple[bool, int]]) -> Worker:
    week = list(totals)
    day = [total for is_of_day, total in week if is_of_day]
    return Worker(name, sum(day), len(day), sum(total for _is_of_day, total in week), len(week))

"""Watching whether the desk should be told something: causes are raised, told once, and end."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Avg, Count, QuerySet
from django.db.models.functions import TruncHour
from django.utils import timezone

from articles.models import Edition
from comments import policy
from comments.alarms import Cause, Facts, Flow, causes
from comments.figures import reported_as_illegal, waiting
from comments.models import Alarm, Alert, Decision
from comments.states import Actor

# How many stories are told about at a time, the busiest first; a newsroom with more at once knows it.
_FLOWS = 5
# How many cases: moderators with more of them read the view, and are told of the others when these are answered.
_CASES = 20


def watch(now: datetime | None = None) -> None:
    """Raise new causes, end those that no longer hold, and queue messages for causes that nobody has been told of.

    Any number of workers may do this at once.
    """
    moment = now or timezone.now()
    found = {(cause.kind.value, cause.subject): cause for cause in causes(facts(moment))}
    standing = {(alarm.kind, alarm.subject): alarm for alarm in Alarm.objects.filter(over_at=None)}
    over = [alarm.pk for key, alarm in standing.items() if key not in found]
    if over:
        Alarm.objects.filter(pk__in=over, over_at=None).update(over_at=moment)
    for key, alarm in standing.items():
        if key in found and alarm.words != found[key].words:
            Alarm.objects.filter(pk=alarm.pk, over_at=None).update(words=found[key].words)
    _raise([cause for key, cause in found.items() if key not in standing], moment)
    for alarm in Alarm.objects.filter(over_at=None, told_at=None):
        _tell(alarm, moment)


@transaction.atomic
def forget_old(now: datetime) -> int:
    """Delete alarms that have long been over, with their messages; returns how many alarms."""
    old = list(Alarm.objects.filter(over_at__lte=now - policy.DESK_MESSAGES_KEPT).values_list("pk", flat=True))
    Alert.objects.filter(alarm__in=old).delete()
    return Alarm.objects.filter(pk__in=old).delete()[0]


def facts(now: datetime) -> Facts:
    """What the checks look at; five queries, and two more if a story is busy enough to be compared."""
    flows = _flows(now)
    return Facts(
        now=now,
        promise=timedelta(minutes=settings.DESK_PROMISE_MINUTES),
        oldest=waiting().oldest,
        flows=flows,
        usual=_usual(now) if flows else 0.0,
        illegal=tuple(reported_as_illegal(_CASES)),
    )


# --- How ------------------------------------------------------------------------------------------------------------


def _raise(new: list[Cause], now: datetime) -> None:
    if new:
        rows = [Alarm(kind=cause.kind, subject=cause.subject, words=cause.words, raised_at=now) for cause in new]
        # The constraint tells if another worker was quicker.
        Alarm.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def _tell(alarm: Alarm, now: datetime) -> None:
    """Queue one message for each recipient; compare and set, so that only one worker does."""
    told = [*settings.DESK_ALERTS_TO, *([""] if settings.DESK_WEBHOOK_URL else [])]
    same = Alarm.objects.filter(kind=alarm.kind, subject=alarm.subject)
    if not told or same.filter(told_at__gt=now - policy.ALARM_AT_MOST_EVERY).exists():
        return
    if Alarm.objects.filter(pk=alarm.pk, told_at=None).update(told_at=now):
        Alert.objects.bulk_create(Alert(alarm=alarm, to=to, created_at=now, due_at=now) for to in told)


def _flows(now: datetime) -> tuple[Flow, ...]:
    """The stories with the most comments within the window, if more than one moderator can read on the side."""
    rows = (
        _arrivals(now - policy.BUSY_WINDOW, now)
        .values("comment__thread")
        .annotate(total=Count("pk"))
        .filter(total__gte=policy.BUSY_AT_LEAST)
        .order_by("-total", "comment__thread")
    )
    counted = {row["comment__thread"]: row["total"] for row in rows[:_FLOWS]}
    if not counted:
        return ()
    seen = Edition.objects.begun().filter(article__in=counted).order_by("visible_from")
    headlines = dict(seen.values_list("article", "headline"))
    return tuple(Flow(story, headlines.get(story, ""), total) for story, total in counted.items())


def _usual(now: datetime) -> float:
    """What a story draws in an hour in which it draws any: the mean of the days before."""
    of_hours = (
        _arrivals(now - policy.BUSY_COMPARED_WITH, now - policy.BUSY_WINDOW)
        .values("comment__thread", hour=TruncHour("at", tzinfo=UTC))
        .annotate(total=Count("pk"))
        .order_by()
    )
    return float(of_hours.aggregate(usual=Avg("total"))["usual"] or 0.0)


def _arrivals(after: datetime, until: datetime) -> QuerySet[Decision]:
    """The first row of each comment that a reader wrote in this time."""
    return Decision.objects.filter(at__gt=after, at__lte=until, from_status="", actor=Actor.RULE)

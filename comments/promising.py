"""How long an answer usually takes and when moderators are there, for authors whose comment is waiting.

Measured on recent decisions, and empty if there are too few.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from time import monotonic

from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractHour
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import policy
from comments.figures import percentile
from comments.models import Decision
from comments.spans import in_words
from comments.states import Actor, Status
from newsportal import zoned

_HOURS = 24
# Up to this many minutes a wait is rounded up to the next five or fifteen, above that to sixty: a promise is no
# stop-watch.
_STEPS = ((60, 5), (180, 15))
_LONGEST_STEP = 60


@dataclass(frozen=True)
class Promise:
    """The time within which an answer usually comes, and the hours of the paper's day between which there are any."""

    within: timedelta | None = None
    hours: tuple[int, int] | None = None


def sentences() -> list[str]:
    """What authors who wait are told; the figures are at most `policy.WAITS_KEPT` old."""
    kept = _measured_in(int(monotonic() / policy.WAITS_KEPT.total_seconds()))
    said = [_("Usually answered within %(span)s.") % {"span": in_words(kept.within)}] if kept.within else []
    if kept.hours:
        begin, end = (f"{hour:02}:00" for hour in kept.hours)
        zone = zoned.zone_of(timezone.localtime())
        words = _("Moderators are there from %(begin)s to %(end)s (%(zone)s).")
        said.append(words % {"begin": begin, "end": end, "zone": zone})
    return said


def measured(now: datetime) -> Promise:
    """What the decisions of the last week say: two queries, both along the index of the ledger's times."""
    rows = _decided(now)
    times = rows.order_by("-at", "-pk").values_list("revision__created_at", "at")[: policy.WAITS_TOLD_OF]
    waits = [max(at - came, timedelta()) for came, at in times]
    if len(waits) < policy.WAITS_AT_LEAST:
        return Promise()
    of_hours = rows.values_list(ExtractHour("at", tzinfo=timezone.get_current_timezone())).annotate(total=Count("pk"))
    return Promise(rounded(percentile(waits, policy.WAITS_USUAL)), hours_of(dict(of_hours.order_by())))


def rounded(wait: timedelta) -> timedelta:
    """Rounded up to what one would say: five minutes, a quarter of an hour, an hour."""
    minutes = max(1, ceil(wait / timedelta(minutes=1)))
    step = next((step for most, step in _STEPS if minutes <= most), _LONGEST_STEP)
    return timedelta(minutes=ceil(minutes / step) * step)


def hours_of(totals: Mapping[int, int]) -> tuple[int, int] | None:
    """The hours between which comments are decided, by how many were in each hour; None if there is no night."""
    least = sum(totals.values()) * policy.HOUR_IS_QUIET
    busy = sorted(hour for hour, total in totals.items() if total >= least)
    if not busy:
        return None
    following = [*busy[1:], busy[0] + _HOURS]
    night, begin, end = max((after - hour - 1, after, hour + 1) for hour, after in zip(busy, following, strict=True))
    return (begin % _HOURS, end % _HOURS) if night >= policy.NIGHT_AT_LEAST else None


@lru_cache(maxsize=1)
def _measured_in(_time: int) -> Promise:
    return measured(timezone.now())


def _decided(now: datetime) -> QuerySet[Decision]:
    """What persons decided within a week on what was waiting."""
    lately = Decision.objects.filter(at__gt=now - policy.FIGURES_WEEK, at__lte=now).taking_nothing_back()
    return lately.filter(actor=Actor.MODERATOR, from_status=Status.PENDING).exclude(to_status=Status.PENDING)

"""The figures of the desk as its page shows them: each a chart with its table."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import charts
from comments import figures as reckoned
from comments.charts import Chart, Series
from comments.figures import Decided, Overturned, Wait
from comments.models import Alarm
from comments.spans import in_words
from comments.states import Actor, Reason

# From here on waits are given in hours: lines at 100, 200, 300 minutes say nothing to anybody.
_MINUTES_TOLD = timedelta(hours=3)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def figures(now: datetime | None = None) -> dict[str, Any]:
    """What the page's template needs."""
    moment = now or timezone.now()
    waiting, decided = reckoned.waiting(), reckoned.decided(moment)
    overturned = [(str(_OF[actor]), found) for actor, found in reckoned.overturned(moment).items()]
    return {
        "now": moment,
        "zone": timezone.get_current_timezone_name(),
        "waiting": waiting,
        "waited": in_words(max(moment - waiting.oldest, timedelta())) if waiting.oldest else "",
        "alarms": list(Alarm.objects.filter(over_at=None)),
        "workers": decided.workers,
        "overturned": overturned,
        "reported": reckoned.reported(moment),
        "objected": reckoned.objected(moment),
        "charts": {
            "decided": decided_chart(decided),
            "waits": waits_chart(reckoned.waits(moment)),
            "reasons": reasons_chart(reckoned.reasons(moment)),
            "overturned": overturned_chart(overturned),
        },
    }


def decided_chart(decided: Decided) -> Chart | None:
    """What all moderators decided in each of the last 24 hours; None if there was nothing."""
    total = sum(count for _at, count in decided.hours)
    if not total:
        return None
    largest, at = max((count, at) for at, count in decided.hours)
    description = _("%(total)s in 24 hours; most, %(largest)s, in the hour from %(clock)s.")
    return charts.columns(
        "decided",
        title=_("Decided in each of the last 24 hours"),
        description=description % {"total": _whole(total), "largest": _whole(largest), "clock": _clock(at)},
        of=_("Hour from"),
        labels=[_clock(at) for at, _count in decided.hours],
        series=[Series(_("Decisions"), [count for _at, count in decided.hours])],
        said=_whole,
    )


def waits_chart(waits: list[Wait]) -> Chart | None:
    """Median and 90th percentile of the wait by the hour in which a comment arrived; None if nothing was decided."""
    if not waits:
        return None
    of_hour = {wait.hour: wait for wait in waits}
    longest = max(waits, key=lambda wait: wait.p90)
    unit, words = (_HOUR, _("%(n)s h")) if longest.p90 > _MINUTES_TOLD else (_MINUTE, _("%(n)s min"))
    medians = [of_hour[hour].median / unit if hour in of_hour else 0 for hour in range(reckoned.HOURS)]
    nineties = [of_hour[hour].p90 / unit if hour in of_hour else 0 for hour in range(reckoned.HOURS)]
    description = _(
        "Longest for what comes in the hour from %(clock)s: of ten comments nine wait no longer than %(p90)s."
    )
    return charts.columns(
        "waits",
        title=_("How long comments wait, by the hour in which they come"),
        description=description % {"clock": f"{longest.hour:02}:00", "p90": in_words(longest.p90)},
        of=_("Comes in the hour from"),
        labels=[f"{hour:02}:00" for hour in range(reckoned.HOURS)],
        series=[Series(_("half wait no longer than"), medians), Series(_("nine of ten wait no longer than"), nineties)],
        said=lambda value: words % {"n": _short(value)},
    )


def reasons_chart(reasons: list[tuple[Reason, int]]) -> Chart | None:
    """How often each reason was given; None if none was."""
    if not reasons:
        return None
    total = sum(count for _reason, count in reasons)
    first, most = reasons[0]
    description = _("Rejections: %(total)s. Most frequent reason: “%(reason)s” (%(most)s).")
    return charts.bars(
        "reasons",
        title=_("Reasons of rejections"),
        description=description % {"total": _whole(total), "reason": first.label, "most": _whole(most)},
        of=_("Reason"),
        name=_("Rejections"),
        values=[(str(reason.label), count) for reason, count in reasons],
        said=_whole,
    )


def overturned_chart(overturned: list[tuple[str, Overturned]]) -> Chart:
    """The share of decisions that did not stand."""
    told = [
        _("%(who)s: %(n)s of %(made)s") % {"who": name, "n": _whole(found.not_standing), "made": _whole(found.made)}
        for name, found in overturned
    ]
    return charts.bars(
        "overturned",
        title=_("Share of decisions that did not stand"),
        description="; ".join(told),
        of=_("Decided by"),
        name=_("Did not stand"),
        values=[(name, found.share) for name, found in overturned],
        said=lambda value: f"{_short(100 * value)} %",
    )


# --- How ------------------------------------------------------------------------------------------------------------

_OF = {Actor.MODERATOR: gettext_lazy("Persons"), Actor.RULE: gettext_lazy("Rules")}


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M")


def _whole(value: float) -> str:
    return formats.number_format(round(value), use_l10n=True, force_grouping=True)


def _short(value: float) -> str:
    """With one decimal below ten, if it is not zero."""
    return formats.number_format(round(value, 1) if value % 1 and value < 10 else round(value), use_l10n=True)  # noqa: PLR2004

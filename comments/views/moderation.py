"""The public page of moderation: what was done with readers' comments, by month."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments import charts, names, policy, public_figures
from comments.charts import Chart, Series
from comments.public_figures import Month
from comments.spans import in_words
from comments.states import Actor, Reason
from newsportal.caching import public_page
from newsportal.pages import shows


@dataclass(frozen=True)
class Row:
    """A line of the table, in words."""

    label: str
    cells: list[str]


@require_safe
@public_page
def moderation(request: HttpRequest) -> HttpResponse:
    """Sums of the ledger that the worker keeps, in two queries; they may be an hour old, and say so."""
    shows(names.of_moderation())
    months = public_figures.kept()
    drawn = months[: policy.MONTHS_DRAWN][::-1]
    context = {
        "made_at": public_figures.made_at(),
        "head": _head(),
        "rows": [Row(_label(month), _cells(figures)) for month, figures in months],
        "charts": [chart for chart in (_work(drawn), _waits(drawn), _reasons(drawn)) if chart],
    }
    return render(request, "pages/moderation.html", context)


# --- The table ------------------------------------------------------------------------------------------------------


def _head() -> list[str]:
    return [
        *(_("Received"), _("Approved by persons"), _("Approved by rules")),
        *(_("Rejected by persons"), _("Rejected by rules"), _("Closed, for nobody changed them")),
        *(_("Spam"), _("Returned to authors"), _("Taken back")),
        *(_("Objected"), _("Decided as before"), _("Overturned")),
        *(_("Half waited no longer than"), _("Nine of ten no longer than")),
    ]


def _cells(month: Month) -> list[str]:
    numbers = [
        *(month.received, month.approved.get(Actor.MODERATOR, 0), month.approved.get(Actor.RULE, 0)),
        *(month.rejected_by(Actor.MODERATOR), month.rejected_by(Actor.RULE), month.rejected_by(Actor.CLOCK)),
        *(month.spam, month.returned, month.undone),
        *(month.objected, month.upheld, month.overturned),
    ]
    return [*(_whole(number) for number in numbers), _wait(month.median), _wait(month.p90)]


def _label(month: date) -> str:
    return formats.date_format(month, "F Y")


def _wait(seconds: float | None) -> str:
    return "–" if seconds is None else in_words(timedelta(seconds=seconds))


def _whole(value: float) -> str:
    return formats.number_format(round(value), use_l10n=True, force_grouping=True)


# --- The charts -----------------------------------------------------------------------------------------------------

_Months = list[tuple[date, Month]]


def _work(months: _Months) -> Chart | None:
    if not months:
        return None
    _month, newest = months[-1]
    description = _("In %(month)s %(received)s came, %(approved)s were approved and %(rejected)s rejected.")
    return charts.columns(
        "work",
        title=_("Approved and rejected"),
        description=description
        % {
            "month": _label(months[-1][0]),
            "received": _whole(newest.received),
            "approved": _whole(newest.approvals),
            "rejected": _whole(newest.rejections),
        },
        of=_("Month"),
        labels=[_short(month) for month, _figures in months],
        series=[
            Series(_("Approved"), [figures.approvals for _at, figures in months]),
            Series(_("Rejected"), [figures.rejections for _at, figures in months]),
        ],
        said=_whole,
    )


def _waits(months: _Months) -> Chart | None:
    known = [(month, figures.median, figures.p90) for month, figures in months if figures.median is not None]
    if not known:
        return None
    month, median, p90 = known[-1]
    minute = 60
    description = _("In %(month)s half waited no longer than %(median)s, nine of ten no longer than %(p90)s.")
    words = _("%(n)s min")
    return charts.columns(
        "waits",
        title=_("How long comments waited for a person"),
        description=description % {"month": _label(month), "median": _wait(median), "p90": _wait(p90)},
        of=_("Month"),
        labels=[_short(at) for at, _median, _p90 in known],
        series=[
            Series(_("half waited no longer than"), [(half or 0) / minute for _at, half, _nine in known]),
            Series(_("nine of ten no longer than"), [(nine or 0) / minute for _at, _half, nine in known]),
        ],
        said=lambda value: words % {"n": _whole(value)},
    )


def _reasons(months: _Months) -> Chart | None:
    total = dict.fromkeys(Reason, 0)
    for _at, figures in months:
        for code, by in figures.rejected.items():
            if code:
                total[Reason(code)] += sum(by.values())
    given = sorted(((reason, count) for reason, count in total.items() if count), key=lambda one: -one[1])
    if not given:
        return None
    description = _("Most frequent reason: “%(reason)s” (%(times)s).")
    return charts.bars(
        "reasons",
        title=_("Reasons of rejections, in the months above"),
        description=description % {"reason": given[0][0].label, "times": _whole(given[0][1])},
        of=_("Reason"),
        name=_("Rejections"),
        values=[(str(reason.label), count) for reason, count in given],
        said=_whole,
    )


def _short(month: date) -> str:
    return formats.date_format(month, "M Y")

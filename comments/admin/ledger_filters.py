"""Filters of the ledger. An unknown value in an address either narrows nothing, or finds nothing."""

from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Section
from comments import policy
from comments.admin.deciding import numbers
from comments.ledger import deciders
from comments.models import Decision
from comments.states import Actor, Reason, Status
from newsportal.staff import staff

Rows = QuerySet[Decision]
_LENGTHS = {"today": 1, "7": 7, "30": 30}


class WhoFilter(admin.SimpleListFilter):
    """A person, oneself, or a kind of actor."""

    title = gettext_lazy("who decided")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Everybody who ever decided, but no other staff."""
        deciding = deciders().order_by("username")
        people = [(str(one.pk), one.get_full_name() or one.username) for one in deciding]
        return [("me", gettext_lazy("I")), *Actor.choices, *people]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        chosen = self.value()
        if chosen is None:
            return queryset
        if chosen in Actor.values:
            return looked_through(queryset, request).filter(actor=chosen)
        return queryset.filter(by__in=[staff(request).pk] if chosen == "me" else _rows_named(chosen))


class ReasonFilter(admin.SimpleListFilter):
    """The reason that was given."""

    title = gettext_lazy("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Reason.choices)

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return _among(queryset, request, "reason", self.value(), Reason.values)


class OutcomeFilter(admin.SimpleListFilter):
    """The status afterwards."""

    title = gettext_lazy("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Status.choices)

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return _among(queryset, request, "to_status", self.value(), Status.values)


class UndoneFilter(admin.SimpleListFilter):
    """Whether it was taken back, or takes something back."""

    title = gettext_lazy("undo")
    parameter_name = "undone"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("taken back")), ("undo", gettext_lazy("takes back"))]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        match self.value():
            case None:
                return queryset
            case "yes":
                return queryset.filter(pk__in=Decision.objects.filter(undoes__isnull=False).values("undoes"))
            case "undo":
                return queryset.filter(undoes__isnull=False)
            case _other:
                return queryset.none()


class ObjectionFilter(admin.SimpleListFilter):
    """Whether an author objects with it, or how it answers an objection."""

    title = gettext_lazy("objection")
    parameter_name = "objection"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("raised", gettext_lazy("objected")),
            ("upheld", gettext_lazy("decided as before")),
            ("overturned", gettext_lazy("overturned")),
        ]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        chosen = self.value()
        if chosen is None:
            return queryset
        rows = looked_through(queryset, request).filter(objection__isnull=False)
        answers = rows.filter(actor=Actor.MODERATOR)
        match chosen:
            case "raised":
                return rows.filter(actor=Actor.AUTHOR)
            case "upheld":
                return answers.filter(to_status=Status.REJECTED)
            case "overturned":
                return answers.exclude(to_status=Status.REJECTED)
            case _other:
                return queryset.none()


class SectionFilter(admin.SimpleListFilter):
    """The section of the story."""

    title = gettext_lazy("section")
    parameter_name = "section"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(section.pk), section.name) for section in Section.objects.all()]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        chosen = self.value()
        if chosen is None:
            return queryset
        rows = looked_through(queryset, request)
        return rows.filter(comment__thread__article__section__in=_rows_named(chosen))


class BatchFilter(admin.SimpleListFilter):
    """One bulk act, from the link of a row; shown only if one is chosen."""

    title = gettext_lazy("batch")
    parameter_name = "batch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        chosen = request.GET.get(self.parameter_name, "")
        return [(chosen, chosen)] if chosen else []

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return queryset.filter(batch__in=_rows_named(self.value() or ""))


class DaysFilter(admin.ListFilter):
    """Days of the paper: today, the last seven or thirty, or from one day to another, both included."""

    title = gettext_lazy("day")
    template = "admin/comments/decision/_days.html"
    parameter_names = ("days", "since", "until")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.parameter_names:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]
        given = {name: str(value) for name, value in self.used_parameters.items()}
        self.since, self.until = _days(given)
        for name in ("since", "until"):
            typed = given.get(name, "")
            if typed and _day(typed) is None:
                # A message says what is not a day, and the list is not narrowed.
                words = _("“%(typed)s” is no day: the ledger is not narrowed to it.")
                messages.warning(self.request, words % {"typed": typed[:40]})

    @classmethod
    def is_asked(cls, request: HttpRequest) -> bool:
        """Whether the list is narrowed to some days; invalid ones do not count."""
        return any(_days(request.GET.dict()))

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.parameter_names)

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return _of_days(queryset, self.since, self.until)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """As `admin/filter.html` draws them; and, with the first, what the form of two days needs."""
        chosen = self.used_parameters.get("days")
        kept = [
            (name, value)
            for name, values in changelist.filter_params.items()
            if name not in {*self.parameter_names, "p"}
            for value in values
        ]
        if changelist.query:
            kept.append(("q", changelist.query))
        without = changelist.get_query_string(remove=self.parameter_names)
        yield {
            "selected": not (self.since or self.until),
            "query_string": without,
            "display": _("Any day"),
            "form": {
                "kept": kept,
                "since": self.since,
                "until": self.until,
                "zone": timezone.get_current_timezone_name(),
            },
        }
        names = {"today": _("Today"), "7": _("Last 7 days"), "30": _("Last 30 days")}
        for value, display in names.items():
            query = changelist.get_query_string({"days": value}, remove=["since", "until"])
            yield {"selected": chosen == value, "query_string": query, "display": display}


# The parameters with which an address may narrow the ledger.
NARROWING = frozenset(
    {
        *(
            one.parameter_name
            for one in (
                *(WhoFilter, ReasonFilter, OutcomeFilter, SectionFilter, UndoneFilter, ObjectionFilter),
                BatchFilter,
            )
        ),
        *DaysFilter.parameter_names,
    }
)


def looked_through(rows: Rows, request: HttpRequest) -> Rows:
    """For what no index of the ledger covers: the newest rows that may be searched, in the chosen days or overall."""
    since, until = _days(request.GET.dict())
    if not (since or until):
        newest = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
        return rows.filter(pk__gt=newest - policy.LEDGER_SEARCHED)
    of_days = _of_days(Decision.objects.order_by("-at", "-pk"), since, until)
    last = of_days.values_list("at", flat=True)[policy.LEDGER_SEARCHED - 1 : policy.LEDGER_SEARCHED]
    return rows.filter(at__gte=last[0]) if last else rows


# --- How ------------------------------------------------------------------------------------------------------------


def _among(rows: Rows, request: HttpRequest, field: str, chosen: str | None, values: list[str]) -> Rows:
    """An unknown code is in no row, so nothing is searched."""
    if chosen is None:
        return rows
    return looked_through(rows, request).filter(**{field: chosen}) if chosen in values else rows.none()


def _rows_named(number: str) -> list[int]:
    """The number of a row; empty if it cannot be one."""
    return [int(one) for one in numbers([number])]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _days(given: Mapping[str, str]) -> tuple[date | None, date | None]:
    """From which day to which; one of our periods takes precedence over typed days."""
    if length := _LENGTHS.get(given.get("days", "")):
        today = timezone.localdate()
        return today - timedelta(days=length - 1), today
    return _day(given.get("since", "")), _day(given.get("until", ""))


def _day(typed: str) -> date | None:
    """The day that was typed; None if it is not one."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    # In some time zones the first year does not begin, or the last one end.
    return day if MINYEAR < day.year < MAXYEAR else None


def _of_days(rows: Rows, since: date | None, until: date | None) -> Rows:
    if since:
        rows = rows.filter(at__gte=_midnight(since))
    return rows.filter(at__lt=_midnight(until + timedelta(days=1))) if until else rows

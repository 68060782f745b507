"""Lists of the admin whose cost does not grow with their table, because nobody waits until a million rows are counted,
and whose times are shown with their zone.
"""

from typing import Any

from django.contrib.admin import ShowFacets, display
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import DateTimeField, Model, QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.functional import cached_property

from newsportal import zoned
from newsportal.numbers import ROW_DIGITS, number_in

# Rows that are counted at once: more than anybody looks through, and a millisecond's work for a database.
COUNTED_AT_ONCE = 1_000
# Later pages are not shown: people who look for something that old search or filter.
LAST_PAGE = 1_000


class AtLeast(int):
    """A count that was broken off: a number for calculations, and "1,000+" wherever it is printed."""

    def __str__(self) -> str:
        return f"{number_format(int(self), use_l10n=True, force_grouping=True)}+"


def bounded_count(rows: QuerySet[Any]) -> int:
    """How many rows there are, or AtLeast the number that is counted at once; for a number beside a link."""
    found: int = rows.order_by()[: COUNTED_AT_ONCE + 1].count()
    return found if found <= COUNTED_AT_ONCE else AtLeast(COUNTED_AT_ONCE)


class BoundedPaginator(Paginator[Any]):
    """Counts to the end of the thousand that contains the requested page, and says if there are more."""

    def __init__(self, rows: QuerySet[Any], per_page: int, *, page: int) -> None:
        super().__init__(rows, per_page)
        self._most = (min(page, LAST_PAGE) * per_page // COUNTED_AT_ONCE + 1) * COUNTED_AT_ONCE

    @cached_property
    def count(self) -> int:
        """How many rows there are, or AtLeast so many."""
        rows: Any = self.object_list
        # Without an order, because a sort would read them all; and one row more, to see whether there are more.
        found: int = rows.order_by()[: self._most + 1].count()
        return found if found <= self._most else AtLeast(self._most)


def _get_paginator(
    self: object, request: HttpRequest, queryset: QuerySet[Any], per_page: int, *args: object, **kwargs: object
) -> BoundedPaginator:
    asked = number_in(request.GET.get("p", ""), len(str(LAST_PAGE)))
    return BoundedPaginator(queryset, per_page, page=1 if asked is None else asked)


def _get_list_display(self: Any, request: HttpRequest) -> list[Any]:
    """The columns that the registered admin itself declares (`register` subclasses each), times with their zone."""
    shown = super(type(self), self).get_list_display(request)
    return [_zoned_column(self.opts, name) for name in shown]


def _lookup_allowed(self: Any, lookup: str, value: str, request: HttpRequest) -> bool:
    """Whether an address may narrow the list by `lookup`: if the list offers it, or the admin itself (`register`
    subclasses each) allows it. Django accepts every lookup of every column, and for many of these the database refuses
    some value (`__regex=(`, `__range=1`, a NUL, a number of thirty digits), which was a 500.
    """
    column = lookup.partition("__")[0]
    is_column = any(field.name == column for field in self.opts.get_fields())
    is_offered = not is_column or lookup in _offered(self, request)
    # A filter of our own reads its value itself, whatever it is; a lookup passes it to the database.
    is_fit = "__" not in lookup or _fits(value)
    return is_offered and is_fit and super(type(self), self).lookup_allowed(lookup, value, request)


def _offered(self: Any, request: HttpRequest) -> set[str]:
    """The parameters that the list's filters send, and those by which other pages narrow it (`linked_lookups`)."""
    offered: set[str] = set(getattr(self, "linked_lookups", ()))
    for one in self.get_list_filter(request):
        named = (f"{one}__{how}" for how in ("exact", "id__exact", "isnull"))
        offered.update(named if isinstance(one, str) else [getattr(one, "parameter_name", "")])
    return offered


def _fits(value: str) -> bool:
    return "\0" not in value and not (value.lstrip("+-").isdecimal() and len(value) > ROW_DIGITS)


def _zoned_column(opts: Any, name: Any) -> Any:
    try:
        field = opts.get_field(name)
    except FieldDoesNotExist:
        return name
    if not isinstance(field, DateTimeField):
        return name

    @display(description=field.verbose_name, ordering=field.name)
    def column(row: Model) -> str | None:
        moment = getattr(row, field.name)
        return zoned.in_words(moment) if moment else None

    # Django names the column's CSS class after it.
    column.__name__ = field.name
    return column


# What `PortalAdminSite.register` gives every ModelAdmin: neither a list nor its filters count all rows, a time is shown
# with its zone, which only some languages' formats have, and an address narrows the list only by what is offered.
EVERY_LIST: dict[str, Any] = {
    "get_list_display": _get_list_display,
    "get_paginator": _get_paginator,
    "lookup_allowed": _lookup_allowed,
    "show_full_result_count": False,
    "show_facets": ShowFacets.NEVER,
}

"""The site's timed moments that lie ahead, read with one statement: pages ask for them after each change."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Subquery, Value

from articles.models import BreakingNews, Edition, FrontPage, FrontSlot

EDITIONS, FRONT_PAGE, BREAKING = "editions", "front page", "breaking news"
# A placeholder for the moment that is asked about.
_ANY = datetime(1, 1, 1, tzinfo=UTC)
# Timed rows of other apps, read with the same statement: for each kind those that lie ahead of a moment (`next_of`).
others: list[Callable[[datetime], Iterable[QuerySet[Any, Any]]]] = []


def ahead(now: datetime) -> list[tuple[str, datetime]]:
    """What begins or ends next, as (what, when): at most two moments of each kind, in no order."""
    sql, parameters = _statement()
    place, moment = (connection.ops.adapt_datetimefield_value(one) for one in (_ANY, now))
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment if one == place else one for one in parameters])
        return [(kind, _aware(at)) for kind, at in cursor.fetchall()]


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Compiled once: Django takes 4 ms to combine six queries, more than the rest of a small page takes."""
    first, *more = (
        next_of(EDITIONS, Edition.objects.scheduled(_ANY), "visible_from"),
        next_of(EDITIONS, Edition.objects.uncancelled().filter(visible_until__gt=_ANY), "visible_until"),
        next_of(FRONT_PAGE, FrontPage.objects.waiting(_ANY), "begins_at"),
        next_of(FRONT_PAGE, FrontSlot.objects.filter(ends_at__gt=_ANY), "ends_at"),
        next_of(BREAKING, BreakingNews.objects.waiting(_ANY), "begins_at"),
        next_of(BREAKING, BreakingNews.objects.not_over(_ANY), "ends_at"),
        *(rows for other in others for rows in other(_ANY)),
    )
    return first.union(*more, all=True).query.sql_with_params()


def _aware(at: datetime) -> datetime:
    """The time with its zone: SQLite keeps times in UTC, and does not say so."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def next_of(kind: str, rows: QuerySet[Any], field: str) -> QuerySet[Any, Any]:
    """Kind and time of the first of these rows, found by an index; MIN would look through all rows."""
    first = rows.order_by(field).values("pk")[:1]
    timed: QuerySet[Any] = rows.model._default_manager.filter(pk=Subquery(first)).order_by()
    return timed.values_list(Value(kind), field)

"""The site's timed moments that lie ahead, by one statement: pages ask for them after each change."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery, Value

from articles.models import BreakingNews, Edition, FrontPage, FrontSlot

EDITIONS, FRONT_PAGE, BREAKING = "editions", "front page", "breaking news"


def ahead(now: datetime) -> list[tuple[str, datetime]]:
    """What begins or ends next, as (what, when): at most two moments of each kind, in no order."""
    first, *others = (
        _next(EDITIONS, Edition.objects.scheduled(now), "visible_from"),
        _next(EDITIONS, Edition.objects.uncancelled().filter(visible_until__gt=now), "visible_until"),
        _next(FRONT_PAGE, FrontPage.objects.waiting(now), "begins_at"),
        _next(FRONT_PAGE, FrontSlot.objects.filter(ends_at__gt=now), "ends_at"),
        _next(BREAKING, BreakingNews.objects.waiting(now), "begins_at"),
        _next(BREAKING, BreakingNews.objects.not_over(now), "ends_at"),
    )
    return list(first.union(*others, all=True))


def _next(kind: str, rows: QuerySet[Any], field: str) -> QuerySet[Any, tuple[str, datetime]]:
    """The first row of an index; the least of all times would be looked for in all rows."""
    first = rows.order_by(field).values("pk")[:1]
    timed: QuerySet[Any] = rows.model._default_manager.filter(pk=Subquery(first)).order_by()
    return timed.values_list(Value(kind), field)

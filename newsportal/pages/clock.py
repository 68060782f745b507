"""The site's next timed moment, which is the hard clock of every page."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils import timezone

# Each returns the moments that lie ahead, as (what, when). An app that has such moments adds its own in `ready()`.
sources: list[Callable[[datetime], Iterable[tuple[str, datetime]]]] = []

_NEVER = float("inf")

# What was last found: the count of the store's changes, when that was, and the first moment of each kind in seconds
# since 1970.
_known: tuple[str, float, dict[str, float]] | None = None


def next_moment(since: str = "", *, of: str = "") -> float:
    """When the next timed thing begins or ends, in seconds since 1970; infinity if nothing is timed.

    `of` restricts this to one kind. The database is asked once for each moment of the store (`since`), because a change
    of the clock makes a new one.
    """
    global _known  # noqa: PLW0603
    now = time.time()
    if not (_known and since and _known[0] == since and _known[1] <= now < _first(_known[2])):
        _known = (since, now, _ahead())
    return _known[2].get(of, _NEVER) if of else _first(_known[2])


def _first(moments: dict[str, float]) -> float:
    return min(moments.values(), default=_NEVER)


def _ahead() -> dict[str, float]:
    moments: dict[str, float] = {}
    for source in sources:
        for kind, at in source(timezone.now()):
            moments[kind] = min(moments.get(kind, _NEVER), at.timestamp())
    return moments

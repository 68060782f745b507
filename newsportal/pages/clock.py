"""The site's next timed moment: the hard clock of every page."""

import time
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

# Each says when the next of its moments is, or None. An app that has such moments adds its own when it is made ready.
sources: list[Callable[[datetime], datetime | None]] = []

# What was found last: at which count of the store's changes, and the answer in seconds since 1970.
_known: tuple[str, float, float] | None = None


def next_moment(since: str = "") -> float:
    """When the next edition begins or ends, in seconds since 1970; infinity where nothing is timed.

    Asked of the database once for each moment of the store (`since`), for a change of the clock makes a new one.
    """
    global _known  # noqa: PLW0603
    now = time.time()
    if _known and since and _known[0] == since and _known[1] <= now < _known[2]:
        return _known[2]
    moments = [moment.timestamp() for source in sources if (moment := source(timezone.now()))]
    found = min(moments, default=float("inf"))
    if since:
        _known = (since, now, found)
    return found

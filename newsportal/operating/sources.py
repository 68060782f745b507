"""What the apps tell whoever watches: the messages that are to go out, and their figures.

An app adds its own when it is made ready; the library that watches knows none of them.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from prometheus_client.metrics_core import Metric

from newsportal.operating.limits import COUNTED_SECONDS

Figures = Callable[[], Iterable[Metric]]

# Each outbox by its name: the rows that were neither sent nor given up (`newsportal.outbox.OutboxRow`).
outboxes: "dict[str, Callable[[], QuerySet[Any]]]" = {}
# Each is asked whenever somebody looks.
figures: list[Figures] = []


def believed(ask: Figures, seconds: float = COUNTED_SECONDS) -> Figures:
    """The same figures, asked for again only when they are so old; for what takes long to count."""
    known: list[Metric] = []
    until = 0.0

    def asked() -> list[Metric]:
        nonlocal known, until
        if time.monotonic() >= until:
            known = list(ask())
            until = time.monotonic() + seconds
        return known

    return asked

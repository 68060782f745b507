"""What the apps contribute to monitoring: the messages to be sent, and their figures.

An app adds its own in `ready()`; the monitoring library knows none of the apps.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from prometheus_client.metrics_core import Metric

from newsportal.operating.limits import COUNTED_SECONDS

Figures = Callable[[], Iterable[Metric]]

# Each outbox by its name: its rows that were neither sent nor given up (`newsportal.outbox.OutboxRow`).
outboxes: "dict[str, Callable[[], QuerySet[Any]]]" = {}
# Each is called whenever the figures are requested.
figures: list[Figures] = []


def believed(ask: Figures, seconds: float = COUNTED_SECONDS) -> Figures:
    """The same figures, computed again only when they are this old; for those that take long to count."""
    known: list[Metric] = []
    until = 0.0

    def asked() -> list[Metric]:
        nonlocal known, until
        if time.monotonic() >= until:
            known = list(ask())
            until = time.monotonic() + seconds
        return known

    return asked

"""`/metrics`: how the portal is doing, for Prometheus. None of it is about a person.

Requests are counted on this machine alone, over all its processes; figures from the database are the same whichever
machine answers. If the database is away, everything else is still reported.
"""

import logging
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from newsportal.operating import beats, proxies, sources, tallies
from newsportal.operating.access import may_look
from newsportal.operating.limits import LATENCIES
from newsportal.operating.readiness import database
from newsportal.operating.tallies import Tally
from newsportal.pages.metrics import PageFigures
from newsportal.pages.models import ChangedName

logger = logging.getLogger(__name__)

_TOO_MANY = 429
# Each of our counts without a label, and what it means.
_PLAIN = {
    "slow_queries": "Statements that took longer than SLOW_QUERY_MS",
    "log_lines_dropped": "Lines of the request log that could not be written",
}
# Those with a label: the label's name, and what they mean.
_LABELLED = {
    "database_errors": ("error", "Statements and connections that the database could not do"),
    "csp_reports": ("outcome", "Reports of browsers about our Content Security Policy: kept, or too many"),
}


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for clients in `METRICS_FROM`; for anybody else there is no such page."""
    if not may_look(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(PageFigures())
    registry.register(_Figures())
    text = generate_latest(registry)
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


class _Figures(Collector):
    def collect(self) -> list[Metric]:
        """The counts, what the machine has left, and the figures from the database."""
        told = tallies.sums()
        found = [*_requests(told), *_counts(told), _disk()]
        is_up = not list(database())
        found.append(GaugeMetricFamily("portal_database_up", "Whether the database answers", value=float(is_up)))
        for figures in (_worker, _outboxes, _changes, *sources.figures) if is_up else ():
            found += _asked(figures)
        return found


def _asked(figures: Callable[[], Iterable[Metric]]) -> list[Metric]:
    try:
        return list(figures())
    except DatabaseError as error:
        # The tables do not exist yet, or the database has just gone; the other figures are reported all the same.
        logger.warning("figures could not be read: %s", type(error).__name__)
        return []


def _requests(told: Tally) -> Iterator[Metric]:
    requests = CounterMetricFamily("portal_requests", "Requests that were answered", labels=["view", "status"])
    refused = CounterMetricFamily("portal_rate_limited", "Requests refused as too many (429)", labels=["view"])
    seconds = HistogramMetricFamily("portal_request_seconds", "How long answers took", labels=["view"])
    of_view: dict[str, list[float]] = defaultdict(lambda: [0.0] * (len(LATENCIES) + 2))
    for (view, status), row in sorted(told.answers.items()):
        requests.add_metric([view, str(status)], sum(row[:-1]))
        of_view[view] = [old + new for old, new in zip(of_view[view], row, strict=True)]
        if status == _TOO_MANY:
            refused.add_metric([view], sum(row[:-1]))
    for view, row in of_view.items():
        seconds.add_metric([view], _buckets(row[:-1]), sum_value=row[-1])
    yield from (requests, refused, seconds)


def _buckets(classes: list[float]) -> list[tuple[str, float]]:
    """The histogram's buckets, each of which includes those before it."""
    bounds = [*map(str, LATENCIES), "+Inf"]
    return [(bound, sum(classes[: number + 1])) for number, bound in enumerate(bounds)]


def _counts(told: Tally) -> Iterator[Metric]:
    for name, words in _PLAIN.items():
        yield CounterMetricFamily(f"portal_{name}", words, value=told.counts[name])
    for name, (label, words) in _LABELLED.items():
        family = CounterMetricFamily(f"portal_{name}", words, labels=[label])
        for key, count in sorted(told.counts.items()):
            if key.startswith(f"{name}:"):
                family.add_metric([key.partition(":")[2]], count)
        yield family
    words = "Proxies that hand requests on and that TRUSTED_PROXIES does not name"
    yield GaugeMetricFamily("portal_proxies_unheeded", words, value=len(proxies.unheeded(told)))


def _disk() -> Metric:
    free = shutil.disk_usage(settings.VAR_DIR)
    family = GaugeMetricFamily("portal_disk_bytes", "Bytes of the disk that var/ is on", labels=["what"])
    family.add_metric(["free"], free.free)
    family.add_metric(["all"], free.total)
    return family


def _worker() -> Iterator[Metric]:
    words = "Seconds since a part of any worker was last heard of; infinite where it never was"
    age = GaugeMetricFamily("portal_worker_heartbeat_age_seconds", words, labels=["part"])
    heard = beats.newest()
    for part in beats.PARTS:
        at = heard.get(part)
        age.add_metric([part], max(0.0, time.time() - at.timestamp()) if at else float("inf"))
    yield age


def _outboxes() -> Iterator[Metric]:
    waiting = GaugeMetricFamily("portal_outbox_waiting", "Messages that are due", labels=["outbox"])
    oldest = GaugeMetricFamily("portal_outbox_oldest_seconds", "How long the oldest has been due", labels=["outbox"])
    failing = GaugeMetricFamily("portal_outbox_failing", "Messages that could not be sent so far", labels=["outbox"])
    now = timezone.now()
    for name, rows in sources.outboxes.items():
        due = Q(due_at__lte=now)
        told = rows().aggregate(
            due=Count("pk", filter=due), oldest=Min("due_at", filter=due), failing=Count("pk", filter=~Q(error=""))
        )
        waiting.add_metric([name], told["due"])
        oldest.add_metric([name], (now - told["oldest"]).total_seconds() if told["oldest"] else 0.0)
        failing.add_metric([name], told["failing"])
    yield from (waiting, oldest, failing)


def _changes() -> Iterator[Metric]:
    told = ChangedName.objects.aggregate(
        untold=Count("pk", filter=Q(in_store=False)), unpurged=Count("pk", filter=Q(in_store=True))
    )
    family = GaugeMetricFamily("portal_changed_names", "Changes that caches have yet to hear of", labels=["who"])
    family.add_metric(["store"], told["untold"])
    family.add_metric(["cdn"], told["unpurged"])
    yield family

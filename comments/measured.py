"""What operators are told about comments: how much is waiting, and which messages are still to be sent."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from comments.models import AddressRequest, Alert, Comment, Digest, Notice, Roundup
from comments.states import Status
from newsportal.operating import sources

# More are not counted each time Prometheus asks: an operator with as many waiting knows it.
_COUNTED_AT_MOST = 100_000


def register_all() -> None:
    """Add these to the portal's figures and readiness."""
    sources.outboxes.update(
        {
            "authors": lambda: Notice.objects.filter(roundup=None, sent_at=None, given_up_at=None),
            "daily mails": lambda: Roundup.objects.filter(sent_at=None, given_up_at=None),
            "links to what is held": lambda: AddressRequest.objects.filter(sent_at=None, given_up_at=None),
            "alarms of the desk": lambda: Alert.objects.filter(sent_at=None, given_up_at=None),
            "digests of the desk": lambda: Digest.objects.filter(sent_at=None, given_up_at=None),
        }
    )
    sources.figures.append(_queue)
    sources.figures.append(sources.believed(_by_status))


def _queue() -> Iterator[Metric]:
    rows = Comment.objects.filter(queued_at__isnull=False)
    waiting = rows.order_by()[:_COUNTED_AT_MOST].count()
    oldest = rows.aggregate(oldest=Min("queued_at"))["oldest"]
    age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    yield GaugeMetricFamily("portal_queue_waiting", "Comments that wait for a decision", value=waiting)
    yield GaugeMetricFamily(
        "portal_queue_oldest_seconds", "How long the oldest of them has waited", value=max(0.0, age)
    )


def _by_status() -> Iterable[Metric]:
    family = GaugeMetricFamily("portal_comments", "Comments by their status", labels=["status"])
    counted = dict(Comment.objects.order_by().values_list("status").annotate(Count("pk")))
    for status in Status.values:
        family.add_metric([status], counted.get(status, 0))
    return [family]

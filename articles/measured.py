"""What operators are told about stories: how many there are, and which messages are waiting to be sent."""

from collections.abc import Iterable

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from articles.models import Article, ErrorAnswer, Notice
from articles.states import Status
from newsportal.operating import sources


def register_all() -> None:
    """Register these with the portal's figures and its readiness checks."""
    sources.outboxes.update(
        {
            "writers": lambda: Notice.objects.filter(sent_at=None, given_up_at=None),
            "answers to reported errors": lambda: ErrorAnswer.objects.filter(sent_at=None, given_up_at=None),
        }
    )
    sources.figures.append(sources.believed(_by_status))


def _by_status() -> Iterable[Metric]:
    family = GaugeMetricFamily("portal_stories", "Stories by their status at the newsroom", labels=["status"])
    counted = dict(Article.objects.order_by().values_list("status").annotate(Count("pk")))
    for status in Status.values:
        family.add_metric([status], counted.get(status, 0))
    return [family]

"""`/metrics`: what the store did, and what is in it, for Prometheus. The same whichever process answers."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from newsportal.client import client_address, trusted_networks
from newsportal.pages.access import Access, access
from newsportal.pages.store import StoreError

# Each count of the front, and what it says.
COUNTS = {
    "hits": "Requests that were answered with a kept page",
    "not_modified": "Requests that were answered with 304",
    "renders": "Pages that Django rendered for the store",
    "waits": "Requests that waited for another one's rendering",
    "passed": "Requests that the store passed on",
}


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for who asks from `METRICS_FROM`; for anybody else there is no such page."""
    if not _may_look(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Figures(access()))
    text = generate_latest(registry)
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


class _Figures(Collector):
    def __init__(self, here: Access | None) -> None:
        self._here = here

    def collect(self) -> list[Metric]:
        """The counts of all processes, as they were written down within the last second."""
        counts, is_up = _counts(self._here)
        up = GaugeMetricFamily("portal_page_store_up", "Whether the page store can be used", value=float(is_up))
        kept = GaugeMetricFamily("portal_pages_kept", "Pages in the store", value=counts.get("pages", 0))
        size = GaugeMetricFamily("portal_pages_bytes", "Bytes that they take", value=counts.get("bytes", 0))
        steps = [
            CounterMetricFamily(f"portal_page_{name}", words, value=counts.get(name, 0))
            for name, words in COUNTS.items()
        ]
        return [up, kept, size, *steps]


def _counts(here: Access | None) -> tuple[dict[str, int], bool]:
    if here is None:
        return {}, False
    try:
        return here.store.counts(), True
    except StoreError:
        return {}, False


def _may_look(request: HttpRequest) -> bool:
    """A client that hides behind a proxy that is not trusted may be anybody."""
    if request.headers.get("X-Forwarded-For") and not settings.TRUSTED_PROXIES:
        return False
    address = client_address(request)
    return any(address in network for network in trusted_networks(tuple(settings.METRICS_FROM)))

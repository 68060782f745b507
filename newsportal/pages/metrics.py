"""What the store did, and what is in it, for Prometheus; the same from every process."""

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from newsportal.pages.access import Access, access
from newsportal.pages.store import StoreError

# Each count of the front, and what it means.
COUNTS = {
    "hits": "Requests that were answered with a kept page",
    "not_modified": "Requests that were answered with 304",
    "renders": "Pages that Django rendered for the store",
    "waits": "Requests that waited for another one's rendering",
    "passed": "Requests that the store passed on",
}


class PageFigures(Collector):
    """A collector for a registry of prometheus_client."""

    def collect(self) -> list[Metric]:
        """The counts of all processes, as written down within the last second."""
        counts, is_up = _counts(access())
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

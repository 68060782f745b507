"""`/metrics`: what operators watch, and nothing about anybody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from comments.models import Comment, Notice
from newsportal.operating import sources, tallies
from newsportal.operating.beats import Beats
from newsportal.operating.limits import LATENCIES
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tallies, "own", tallies.Tally())
    # Figures that are counted rarely are counted anew by each test.
    yield
    for asked in sources.figures:
        if asked.__closure__ and "until" in asked.__code__.co_freevars:
            asked.__closure__[asked.__code__.co_freevars.index("until")].cell_contents = 0.0


def figures() -> dict[str, float]:
    """Each sample as Prometheus reads it, by its name and labels."""
    text = Client().get("/metrics").content.decode()
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_told_by_view_and_status_and_how_long_they_took() -> None:
    for seconds in (0.0001, 0.004, 3.0):
        tallies.note_answer("story", 200, seconds)
    tallies.note_answer("writing", 429, 0.02)
    told = figures()
    assert told["portal_requests_total status=200 view=story"] == 3
    assert told["portal_requests_total status=429 view=writing"] == 1
    assert told["portal_rate_limited_total view=writing"] == 1
    buckets = [told[f"portal_request_seconds_bucket le={bound} view=story"] for bound in (*LATENCIES, "+Inf")]
    assert buckets == [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3]
    assert told["portal_request_seconds_sum view=story"] == pytest.approx(3.0041)
    assert told["portal_request_seconds_count view=story"] == 3


def test_what_else_was_counted_is_told() -> None:
    tallies.note("slow_queries")
    tallies.note("log_lines_dropped", times=3)
    tallies.note("database_errors", "OperationalError", times=2)
    tallies.note("csp_reports", "dropped", times=7)
    tallies.note("forwarded_unheeded", "172.18.0.2")
    told = figures()
    assert {name: told[name] for name in told if name.startswith(("portal_slow", "portal_log", "portal_proxies"))} == {
        "portal_slow_queries_total": 1,
        "portal_log_lines_dropped_total": 3,
        "portal_proxies_unheeded": 1,
    }
    assert told["portal_database_errors_total error=OperationalError"] == 2
    assert told["portal_csp_reports_total outcome=dropped"] == 7
    assert 0 < told["portal_disk_bytes what=free"] < told["portal_disk_bytes what=all"]


def test_the_worker_the_queue_and_the_messages_are_told() -> None:
    edition = factories.live()
    factories.pending(edition, email="zoe@example.org")
    factories.approved(edition)
    Comment.objects.filter(status="pending").update(queued_at=timezone.now() - timedelta(seconds=90))
    Notice.objects.update(due_at=timezone.now() - timedelta(seconds=50), error="busy")
    Beats().beat("desk")
    told = figures()
    assert (told["portal_database_up"], told["portal_queue_waiting"]) == (1, 1)
    assert 90 <= told["portal_queue_oldest_seconds"] < 100
    assert told["portal_outbox_waiting outbox=authors"] == 1
    assert 50 <= told["portal_outbox_oldest_seconds outbox=authors"] < 60
    assert told["portal_outbox_failing outbox=authors"] == 1
    assert 0 <= told["portal_worker_heartbeat_age_seconds part=desk"] < 10
    assert told["portal_worker_heartbeat_age_seconds part=messages"] == float("inf")
    assert (told["portal_comments status=pending"], told["portal_comments status=approved"]) == (1, 1)
    assert told["portal_comments status=spam"] == 0
    assert told["portal_stories status=draft"] == 0
    assert told["portal_changed_names who=store"] >= 0


def test_whole_tables_are_counted_once_in_five_minutes() -> None:
    assert figures()["portal_comments status=approved"] == 0
    factories.approved(factories.live())
    assert figures()["portal_comments status=approved"] == 0


def test_without_a_database_the_rest_is_told() -> None:
    def away(*arguments: Any) -> Any:
        raise OperationalError("no connection to 10.1.2.3")

    tallies.note_answer("story", 200, 0.1)
    with connection.execute_wrapper(away):
        told = figures()
    assert told["portal_database_up"] == 0
    assert told["portal_requests_total status=200 view=story"] == 1
    assert "portal_queue_waiting" not in told


def test_nothing_of_anybody_is_told() -> None:
    factories.pending(factories.live(), email="zoe@example.org", name="Zoë")
    tallies.note_answer("own page", 200, 0.1)
    text = Client().get("/metrics", headers={"user-agent": "Mozilla/5.0"}).content.decode()
    assert [word for word in ("zoe@", "Zoë", "Mozilla", "192.0.2", "my-comment") if word in text] == []

"""Whether the server is alive, and whether it can work."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from newsportal.operating import readiness, tallies
from newsportal.operating.beats import PARTS, Beats
from newsportal.operating.limits import BEAT_SECONDS
from newsportal.operating.models import WorkerBeat
from newsportal.pages.access import Access
from newsportal.pages.lmdb_store import LmdbStore
from newsportal.pages.models import ChangedName
from newsportal.pages.store import StoreError
from tests import factories

STRANGER = {"REMOTE_ADDR": "192.0.2.7"}
CHECKS = ["database", "migrations", "page store", "worker", "scheduled work", "disk", "proxy", "clock"]


@pytest.fixture(autouse=True)
def _own_counts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tallies, "own", tallies.Tally())
    monkeypatch.setattr(readiness, "_migrated_until", 0.0)
    yield
    readiness._migrated_until = 0.0


@pytest.fixture
def working(db: None) -> Beats:
    """A worker whose parts have all reported just now."""
    beats = Beats()
    for part in PARTS:
        beats.beat(part)
    return beats


def away(*args: Any, **kwargs: Any) -> Any:
    """A database that does not answer."""
    raise OperationalError("no connection to 10.1.2.3 with password secret")


def ready() -> tuple[int, dict[str, str]]:
    """The status, and what is said about each thing that was checked."""
    response = Client().get("/health/ready")
    assert response["Cache-Control"] == "no-store"
    state, *lines = response.text.splitlines()
    said = dict(line.split(": ", 1) for line in lines)
    assert state == ("not ok" if response.status_code == 503 else "ok" if set(said.values()) == {"ok"} else state)
    return response.status_code, said


def test_a_living_process_says_so_without_asking_the_database() -> None:
    response = Client().get("/health/live")
    assert (response.status_code, response.text, response["Cache-Control"]) == (200, "ok\n", "no-store")


def test_all_is_well_and_each_thing_that_was_looked_at_is_named(working: Beats) -> None:
    assert ready() == (200, dict.fromkeys(CHECKS, "ok"))


@pytest.mark.django_db
def test_without_a_database_nobody_can_be_served() -> None:
    with connection.execute_wrapper(away):
        status, said = ready()
    assert (status, said["database"]) == (503, "the database does not answer")
    assert set(said) == {"database", "disk", "proxy"}


def test_with_tables_of_another_time_nobody_can_be_served(working: Beats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "on_disk", lambda: iter([("articles", "0001_initial"), ("articles", "9999_later")]))
    status, said = ready()
    assert (status, said["migrations"]) == (503, "1 migrations are to be applied, articles.9999_later first")


def test_the_migrations_on_disk_are_all_that_the_test_database_has(db: None) -> None:
    assert len(list(readiness.on_disk())) > 60
    assert readiness.unapplied() == []


def test_a_page_store_that_is_away_costs_speed_and_no_reader(
    working: Beats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Access(LmdbStore(tmp_path))
    monkeypatch.setattr(readiness, "access", lambda: here)
    assert ready()[1]["page store"] == "ok"
    here.fail(StoreError("it does not answer"))
    assert ready() == (
        200,
        {
            **dict.fromkeys(CHECKS, "ok"),
            "page store": "the page store cannot be used, so each page is rendered for each reader",
        },
    )
    here.is_open = True
    assert ready()[1]["page store"] == "ok"


def test_changes_that_no_store_has_heard_of_are_told(working: Beats) -> None:
    row = ChangedName.objects.create(name="front")
    assert ready()[1]["page store"] == "ok"
    ChangedName.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(minutes=5))
    status, said = ready()
    assert (status, said["page store"].partition(" since ")[0]) == (200, "the page store has not heard of changes")


def test_each_part_of_the_worker_is_missed_when_it_is_late(working: Beats) -> None:
    WorkerBeat.objects.filter(part="desk").update(at=timezone.now() - timedelta(minutes=10))
    WorkerBeat.objects.filter(part="pages").delete()
    status, said = ready()
    assert status == 200
    first, second = said["worker"].split("; ")
    assert first.startswith("the worker's part “pages” was not heard of at all: a CDN is not told")
    assert second.startswith("the worker's part “desk” was not heard of since 20")


def test_a_worker_of_another_machine_counts(working: Beats) -> None:
    WorkerBeat.objects.update(at=timezone.now() - timedelta(hours=1))
    WorkerBeat.objects.bulk_create(WorkerBeat(worker="elsewhere:7", part=part, at=timezone.now()) for part in PARTS)
    assert ready()[1]["worker"] == "ok"


def test_a_worker_says_so_once_in_ten_seconds_and_takes_its_rows_along(db: None) -> None:
    beats = Beats()
    beats.beat("desk")
    first = WorkerBeat.objects.get().at
    beats.beat("desk")
    assert WorkerBeat.objects.get().at == first
    beats._said["desk"] -= BEAT_SECONDS
    beats.beat("desk")
    assert WorkerBeat.objects.get().at > first
    beats.end()
    assert not WorkerBeat.objects.exists()


def test_messages_that_lie_about_and_messages_that_fail_are_told(working: Beats) -> None:
    from comments.models import Notice

    factories.pending(factories.live(), email="zoe@example.org")
    assert ready()[1]["scheduled work"] == "ok"
    Notice.objects.update(due_at=timezone.now() - timedelta(minutes=10))
    assert ready()[1]["scheduled work"].endswith("and were not tried")
    Notice.objects.update(error="SMTPRecipientsRefused({'zoe@example.org':\n (421, b'busy')})")
    assert ready()[1]["scheduled work"] == (
        "messages of “authors” could not be sent and are tried again; the last answer was: "
        "SMTPRecipientsRefused({'(address)': (421, b'busy')})"
    )


def test_a_disk_that_fills_up_is_told(working: Beats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "DISK_BYTES", 2**60)
    monkeypatch.setattr(readiness, "DISK_SHARE", 1.0)
    status, said = ready()
    assert (status, "MB are free of the disk that" in said["disk"]) == (200, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("peer", "trusted", "is_told"),
    [
        ("127.0.0.1", [], True),
        ("172.18.0.2", ["127.0.0.1"], True),
        ("127.0.0.1", ["127.0.0.1"], False),
        # Anybody can write the header; only a machine of ours is a proxy of ours.
        ("198.51.100.7", [], True),
        ("8.8.8.8", [], False),
    ],
)
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_a_proxy_that_nobody_trusts_is_told(
    settings: Any, header: str, peer: str, trusted: list[str], is_told: bool
) -> None:
    settings.TRUSTED_PROXIES = trusted
    Client().get("/never/", headers={header: "192.0.2.1"}, REMOTE_ADDR=peer)
    said = ready()[1]["proxy"]
    assert (f"a proxy at {peer} that TRUSTED_PROXIES does not name" in said, said == "ok") == (is_told, not is_told)


@pytest.mark.django_db
def test_who_comes_without_a_proxy_is_no_proxy() -> None:
    Client().get("/never/")
    assert ready()[1]["proxy"] == "ok"


def test_a_machine_reads_the_same_as_json(working: Beats) -> None:
    WorkerBeat.objects.filter(part="desk").delete()
    told = Client().get("/health/ready", headers={"accept": "application/json"}).json()
    assert (told["state"], list(told["checks"])) == ("ok, but look at this", CHECKS)
    [finding] = told["checks"].pop("worker")
    assert (finding["stops"], "manage.py worker" in finding["todo"]) == (False, True)
    assert [found for found in told["checks"].values() if found] == []


@pytest.mark.django_db
def test_a_stranger_is_told_one_word() -> None:
    response = Client().get("/health/ready", headers={"accept": "application/json"}, **STRANGER)
    assert (response.status_code, response.text) == (200, "ok\n")
    with connection.execute_wrapper(away):
        response = Client().get("/health/ready", **STRANGER)
    assert (response.status_code, response.text) == (503, "not ok\n")


@pytest.mark.django_db
def test_a_machine_is_asked_by_its_own_address_for_this_and_nothing_else(settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["news.example.org"], "https://news.example.org"
    own = {"host": "10.0.0.7:8000"}
    paths = ("/health/live", "/health/ready", "/metrics", "/", "/never/")
    assert [Client().get(path, headers=own).status_code for path in paths] == [200, 200, 200, 400, 400]
    assert [Client().get(path, headers=own, **STRANGER).status_code for path in paths] == [200, 200, 400, 400, 400]


def test_a_probe_a_second_costs_a_dozen_queries(working: Beats, django_assert_max_num_queries: Any) -> None:
    Client().get("/health/ready")
    # Two of these for each of eight outboxes.
    with django_assert_max_num_queries(20):
        Client().get("/health/ready")
    with django_assert_max_num_queries(1):
        Client().get("/health/ready", **STRANGER)

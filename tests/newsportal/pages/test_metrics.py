"""`/metrics` and `manage.py pages`: what the store did and holds, for operators only."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from newsportal.pages.access import Access
from newsportal.pages.lmdb_store import LmdbStore
from newsportal.pages.redis_store import RedisStore
from tests.newsportal.pages.samples import kept, page


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Access | None], None]:
    """Makes a store the one of this process."""

    def chosen(access: Access | None) -> None:
        for place in ("metrics", "telling", "management.commands.pages"):
            monkeypatch.setattr(f"newsportal.pages.{place}.access", lambda: access)

    return chosen


@pytest.fixture
def here(tmp_path: Path, use: Callable[[Access | None], None]) -> Access:
    access = Access(LmdbStore(tmp_path / "pages"))
    access.store.begin()
    access.store.count({"hits": 90, "not_modified": 8, "renders": 2, "passed": 5})
    use(access)
    return access


def figures(client: Client, **headers: str) -> dict[str, float]:
    text = client.get("/metrics", **headers).content.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {sample.name: sample.value for sample in samples if sample.name.startswith("portal_page")}


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("pages", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_figures_are_those_of_all_processes(here: Access, client: Client) -> None:
    taken = kept(here.store, "article:17")
    assert figures(client) == {
        "portal_page_store_up": 1,
        "portal_pages_kept": 1,
        "portal_pages_bytes": len(taken.pack()),
        "portal_page_hits_total": 90,
        "portal_page_not_modified_total": 8,
        "portal_page_renders_total": 2,
        "portal_page_waits_total": 0,
        "portal_page_passed_total": 5,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("access", [None, Access(RedisStore("redis://127.0.0.1:1/0", "tests"))], ids=["off", "dead"])
def test_a_store_that_is_not_there_is_said_to_be_down(
    use: Callable[[Access | None], None], access: Access | None, client: Client
) -> None:
    use(access)
    shown = figures(client)
    assert (shown["portal_page_store_up"], shown["portal_page_hits_total"]) == (0, 0)


@pytest.mark.django_db
def test_figures_are_kept_by_nobody(here: Access, client: Client) -> None:
    answer = client.get("/metrics")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("request_", "trusted", "allowed", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, [], ["127.0.0.1", "::1"], 200),
        ({"REMOTE_ADDR": "::1"}, [], ["127.0.0.1", "::1"], 200),
        ({"REMOTE_ADDR": "10.2.3.4"}, [], ["127.0.0.1", "10.0.0.0/8"], 200),
        ({"REMOTE_ADDR": "192.0.2.1"}, [], ["127.0.0.1", "::1"], 404),
        # Behind an untrusted proxy, everybody seems to come from the proxy.
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}, [], ["127.0.0.1"], 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}, ["127.0.0.1"], ["127.0.0.1"], 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.1.1.1"}, ["127.0.0.1"], ["10.0.0.0/8"], 200),
        ({"REMOTE_ADDR": "127.0.0.1"}, [], [], 404),
        # A proxy that says in another way, or not to us, whose request it is.
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "192.0.2.1"}, [], ["127.0.0.1"], 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.0.2.1"}, [], ["127.0.0.1"], 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "192.0.2.1"}, ["127.0.0.1"], ["127.0.0.1"], 404),
        ({"REMOTE_ADDR": "10.0.0.2", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}, ["127.0.0.1"], ["10.0.0.2"], 404),
    ],
)
def test_only_operators_may_look(
    here: Access, client: Client, settings: Any, request_: Any, trusted: list[str], allowed: list[str], status: int
) -> None:
    settings.TRUSTED_PROXIES, settings.METRICS_FROM = trusted, allowed
    assert client.get("/metrics", **request_).status_code == status


@pytest.mark.django_db
def test_for_others_there_is_no_such_page(here: Access, client: Client, settings: Any) -> None:
    settings.METRICS_FROM = []
    hidden, never = client.get("/metrics"), client.get("/metricz")
    assert (hidden.status_code, hidden.content, hidden.headers) == (never.status_code, never.content, never.headers)


def test_the_command_sums_up(here: Access) -> None:
    kept(here.store, "article:17")
    lines = command().splitlines()
    assert lines[0].startswith("pages kept: 1 (")
    assert lines[1:] == [
        "served from the store: 98, of them 304: 8 (98.0 %)",
        "rendered: 2; waited for: 0",
        "passed on: 5",
    ]


def test_the_command_lists_what_is_there(here: Access) -> None:
    kept(here.store, "clock", "article:17")
    assert command("--list").splitlines()[0].endswith("  /articles/17/harbour/  article:17 clock")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_command_forgets_a_name(here: Access) -> None:
    kept(here.store, "article:17")
    kept(here.store, "section:3", key="/sections/world/")
    assert "Forgotten: the pages that show article:17, clock." in command("--forget", "article:17", "clock")
    assert [found.key for found in here.store.contents()] == ["/sections/world/"]


@pytest.mark.parametrize("name", ["", "Article 17", "*"])
def test_the_command_refuses_what_is_no_name(here: Access, name: str) -> None:
    with pytest.raises(CommandError, match="no names"):
        command("--forget", name)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_command_forgets_everything(here: Access) -> None:
    kept(here.store, "article:17")
    assert "Every page is forgotten." in command("--forget-everything")
    assert here.store.find(page().key) is None


@pytest.mark.parametrize("access", [None, Access(RedisStore("redis://127.0.0.1:1/0", "tests"))], ids=["off", "dead"])
def test_the_command_says_why_it_cannot(use: Callable[[Access | None], None], access: Access | None) -> None:
    use(access)
    with pytest.raises(CommandError, match="page store"):
        command()

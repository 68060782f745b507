"""What a CDN is told, how often, and what happens if it is slow, dead or disagrees. It is a real server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from newsportal.pages import changed, purging
from newsportal.pages.access import Access
from newsportal.pages.limits import PURGE_AGAIN_SECONDS, PURGE_FOR_SECONDS, UNTOLD_SECONDS
from newsportal.pages.lmdb_store import LmdbStore
from newsportal.pages.models import ChangedName
from newsportal.pages.redis_store import RedisStore
from newsportal.pages.telling import make_good, purge_due

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class Cdn:
    """A CDN's API: keeps the requests, and answers with `status`, or with 400 for names that it will not purge."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str | None]] = []
        self.status = 200
        self.refuses = ""
        cdn = self

        class Api(BaseHTTPRequestHandler):
            def answer(self) -> None:
                name = self.headers["Surrogate-Key"]
                cdn.asked.append((self.command, self.path, name))
                self.send_response(400 if cdn.refuses and name == cdn.refuses else cdn.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        for method in ("PURGE", "POST", "DELETE"):
            setattr(Api, f"do_{method}", Api.answer)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def names(self) -> list[str | None]:
        """The names that it was asked to purge since this was last called."""
        names = sorted(name or "" for _method, _path, name in self.asked)
        self.asked.clear()
        return list(names)


@pytest.fixture
def cdn(settings: Any) -> Iterator[Cdn]:
    """A CDN that accepts names in a header, in the settings."""
    made = Cdn()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    settings.CDN_PURGE_URL = made.url
    settings.CDN_PURGE_HEADERS = ["Surrogate-Key: {name}"]
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Access:
    """This process's store: an open one, in a folder of its own."""
    access = Access(LmdbStore(tmp_path / "pages"))
    access.store.begin()
    access.is_open = True
    monkeypatch.setattr("newsportal.pages.telling.access", lambda: access)
    return access


@contextmanager
def later(seconds: float) -> Iterator[None]:
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
        yield


def waiting() -> list[str]:
    return sorted(ChangedName.objects.values_list("name", flat=True))


@contextmanager
def speaking(words: bytes) -> Iterator[str]:
    """The address of a server that says something and hangs up; without words it stays silent."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def speak() -> None:
            connection, _address = door.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(words)

        if words:
            threading.Thread(target=speak).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/"


def test_a_changed_name_is_purged_at_once_and_once_more(cdn: Cdn) -> None:
    changed("article:17", "stories")
    assert (purge_due(), cdn.names()) == (2, ["article:17", "stories"])
    with later(PURGE_AGAIN_SECONDS - 1):
        assert (purge_due(), cdn.names()) == (0, [])
    with later(PURGE_AGAIN_SECONDS + 1):
        assert (purge_due(), cdn.names()) == (2, ["article:17", "stories"])
        assert waiting() == []
        assert purge_due() == 0


def test_a_name_that_changed_ten_times_meanwhile_is_purged_once(cdn: Cdn) -> None:
    for _ in range(10):
        changed("thread:17")
    assert (purge_due(), cdn.names()) == (1, ["thread:17"])
    with later(PURGE_AGAIN_SECONDS + 1):
        assert (purge_due(), cdn.names(), waiting()) == (1, ["thread:17"], [])


def test_a_name_that_changes_again_is_purged_again_at_once(cdn: Cdn) -> None:
    changed("thread:17")
    assert purge_due() == 1
    changed("thread:17")
    assert (purge_due(), cdn.names()) == (1, ["thread:17", "thread:17"])
    with later(PURGE_AGAIN_SECONDS + 1):
        assert (purge_due(), cdn.names(), waiting()) == (1, ["thread:17"], [])


def test_the_worker_purges(cdn: Cdn) -> None:
    changed("article:17")
    call_command("worker", once=True)
    assert cdn.names() == ["article:17"]


def test_a_dead_cdn_is_asked_again_later_until_it_takes_the_name(cdn: Cdn, settings: Any) -> None:
    settings.CDN_PURGE_URL = "http://127.0.0.1:1/"
    changed("article:17")
    assert (purge_due(), purge_due(), waiting()) == (0, 0, ["article:17"])
    settings.CDN_PURGE_URL = cdn.url
    assert (purge_due(), cdn.names()) == (0, [])
    with later(PURGE_AGAIN_SECONDS + 1):
        assert (purge_due(), cdn.names()) == (1, ["article:17"])
        with later(PURGE_AGAIN_SECONDS + 1):
            assert (purge_due(), waiting()) == (1, [])


def test_a_silent_cdn_costs_one_wait_and_not_one_for_each_name(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(purging, "PURGE_SECONDS", 0.2)
    with speaking(b"") as settings.CDN_PURGE_URL:
        assert purging.purge({f"article:{number}" for number in range(purging.AT_ONCE)}) == set()
    # As many as were on their way when the first one was given up.
    assert 0 < len(caplog.records) <= 2 * purging._CONNECTIONS


def test_a_cdn_that_speaks_no_http_is_a_dead_one(settings: Any) -> None:
    with speaking(b"go away\r\n") as settings.CDN_PURGE_URL:
        changed("article:17")
        assert (purge_due(), waiting()) == (0, ["article:17"])


def test_a_name_that_is_refused_keeps_no_other_back(cdn: Cdn) -> None:
    cdn.refuses = "article:17"
    changed("article:16", "article:17", "article:18")
    assert (purge_due(), cdn.names()) == (2, ["article:16", "article:17", "article:18"])
    with later(PURGE_AGAIN_SECONDS + 1):
        assert (purge_due(), waiting()) == (2, ["article:17"])


def test_a_change_that_no_cache_can_still_hold_is_given_up(cdn: Cdn) -> None:
    cdn.status = 500
    changed("article:17")
    assert (purge_due(), waiting()) == (0, ["article:17"])
    with later(PURGE_FOR_SECONDS + 1):
        assert (purge_due(), waiting()) == (0, [])


def test_who_waits_longest_is_purged_first(cdn: Cdn) -> None:
    changed(*(f"article:{number}" for number in range(purging.AT_ONCE)))
    with later(1):
        changed("thread:17")
        assert (purge_due(), "thread:17" in cdn.names()) == (purging.AT_ONCE, False)
        assert (purge_due(), cdn.names()) == (1, ["thread:17"])


def test_while_the_store_cannot_be_told_the_cdn_is(cdn: Cdn, here: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = Access(RedisStore("redis://127.0.0.1:1/0", "tests"))
    with monkeypatch.context() as patched:
        patched.setattr("newsportal.pages.telling.access", lambda: dead)
        changed("article:17")
    assert (purge_due(), cdn.names()) == (0, [])
    with later(UNTOLD_SECONDS + 1):
        assert (purge_due(), cdn.names(), waiting()) == (1, ["article:17"], ["article:17"])
        assert purge_due() == 0
        # What the CDN has requested since may have come from the store.
        assert make_good(here, everything=True) == 1
        assert (purge_due(), cdn.names()) == (1, ["article:17"])
        with later(PURGE_AGAIN_SECONDS + 1):
            assert (purge_due(), waiting()) == (1, [])


def test_without_a_cdn_what_waited_for_it_is_let_go(cdn: Cdn, settings: Any) -> None:
    changed("article:17")
    settings.CDN_PURGE_URL = ""
    changed("article:18")
    assert (purge_due(), cdn.names(), waiting()) == (0, [], [])


@pytest.mark.parametrize(
    ("method", "path", "headers", "asked"),
    [
        ("PURGE", "", ["Surrogate-Key: {name}"], ("PURGE", "/", "article:17")),
        ("POST", "service/x/purge/{name}", ["Fastly-Key: a:b"], ("POST", "/service/x/purge/article%3A17", None)),
        ("DELETE", "?tag={name}", [], ("DELETE", "/?tag=article%3A17", None)),
    ],
)
def test_the_form_of_the_request_is_a_setting(
    cdn: Cdn, settings: Any, method: str, path: str, headers: list[str], asked: tuple[str, str, str | None]
) -> None:
    settings.CDN_PURGE_URL = cdn.url + path
    settings.CDN_PURGE_METHOD = method
    settings.CDN_PURGE_HEADERS = headers
    assert purging.purge({"article:17"}) == {"article:17"}
    assert cdn.asked == [asked]

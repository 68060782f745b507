"""The database is stopped, or locked: readers read on; writers are told when to come back, and keep their text."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests import servers
from tests.faults.conftest import Stand
from tests.faults.site import KEPT, RECOVERY_SECONDS, post, tell
from tests.long.people import COMMENTS, ask

LOCKED_SECONDS = 30.0
# A writer is not kept waiting for longer: five seconds in our queue, five at SQLite's door, or ten at PostgreSQL's.
_TOLD_SECONDS = 12.0
_KEPT_SECONDS = 0.5


@contextmanager
def _locked(stand: Stand) -> Iterator[None]:
    """A stranger holds everything that may be written to; on PostgreSQL nobody may even read it."""
    if stand.cluster is None:
        stranger = sqlite3.connect(stand.site.folder / "var/portal.sqlite3", isolation_level=None)
        stranger.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            stranger.execute("ROLLBACK")
            stranger.close()
        return
    tables = (
        "comments_comment, comments_thread, comments_network, comments_revision, articles_article, articles_edition"
    )
    with stand.cluster.connect(autocommit=False) as connection:
        connection.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@pytest.mark.long
def test_while_the_database_is_locked_readers_read_and_writers_are_told_to_come_back(stand: Stand) -> None:
    stand.site.keep()
    slowest, told = 0.0, []
    with _locked(stand):
        until = time.monotonic() + LOCKED_SECONDS
        number = 10_000
        while (now := time.monotonic()) < until:
            # A writer who begins later would outlast the lock, and be let in.
            if now < until - _TOLD_SECONDS:
                told.append(post(stand.site.port, f"Locked out {number}", number))
                number += 1
            read = [ask(stand.site.port, path) for path in KEPT]
            assert [each.status for each in read] == [200] * 3
            slowest = max(slowest, *(each.seconds for each in read))
    began = time.monotonic()
    assert stand.people.post().status == 303
    tell(
        f"locked for {LOCKED_SECONDS:.0f} s: told after {max(one.seconds for one in told):.1f} s, kept pages within"
        f" {slowest * 1000:.0f} ms, a comment is taken {time.monotonic() - began:.2f} s after it"
    )
    assert {(one.status, one.headers.get("retry-after")) for one in told} == {(503, "5")}
    assert all(f"Comment {10_000 + at} of a hard day" in one.text for at, one in enumerate(told))
    assert max(one.seconds for one in told) < _TOLD_SECONDS
    assert slowest < _KEPT_SECONDS
    assert time.monotonic() - began < RECOVERY_SECONDS
    stand.is_whole()


@pytest.mark.long
def test_readers_of_pages_that_are_not_kept_pass_a_crowd_of_writers_that_waits(sqlite: Stand) -> None:
    with sqlite.people.at_work(readers=20, editors=False) as people, _locked(sqlite):
        people.stop.wait(2.0)
        asked = [ask(sqlite.site.port, f"{COMMENTS}?sort=oldest&page={number}") for number in range(20)]
    assert [one.status for one in asked] == [200] * 20
    tell(
        f"with twenty writers at the lock, pages that nobody has kept came within {max(o.seconds for o in asked):.2f} s"
    )
    assert max(one.seconds for one in asked) < 1.0
    sqlite.is_whole()


@pytest.mark.parametrize("times", [1, pytest.param(3, marks=pytest.mark.long)])
def test_a_postgresql_that_is_stopped_hard_and_started_needs_nobody(postgresql: Stand, times: int) -> None:
    assert postgresql.cluster
    site, serving = postgresql.site, postgresql.site.serving() | {postgresql.site.worker()}
    took = []
    site.keep()
    with postgresql.people.at_work() as people:
        for number in range(times):
            people.stop.wait(3.0)
            assert [ask(site.port, path).status for path in KEPT] == [200] * 3
            postgresql.cluster.stop_hard()
            refused = post(site.port, f"Stopped {number}", 20_000 + number)
            assert (refused.status, refused.headers["retry-after"]) == (503, "5")
            assert f"Comment {20_000 + number} of a hard day" in refused.text
            assert ask(site.port, "/health/ready").status == 503
            people.stop.wait(2.0)
            postgresql.cluster.start()
            took.append(servers.wait_until(lambda: people.post().status == 303, RECOVERY_SECONDS))
    tell(f"PostgreSQL stopped hard, {times} times: comments are taken {max(took):.2f} s after it is there")
    assert people.wrong_answers({0, 200, 302, 303, 503}) == []
    # No process was restarted for it.
    assert site.serving() | {site.worker()} == serving
    postgresql.is_whole()

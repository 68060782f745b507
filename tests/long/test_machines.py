"""Two portals on one database and one Redis: a decision at one is on the other's very next answer, whatever Redis does.

Nothing here waits for a page to become right: each is requested at once, and must be right.
"""

import itertools
import os
import secrets
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from newsportal.pages.limits import KEEPER_SECONDS
from tests import servers
from tests.journeys.words import named, text
from tests.long.people import COMMENTS, STORY, Answer, Moderator, ask, figures, write

POSTGRESQL = {"HOST": "127.0.0.1", "PORT": "5432", "USER": "postgres", "PASSWORD": ""}
# How soon a store that came back is used again: the keepers look once a second.
BACK_SECONDS = 5.0
# For a change made while the store was silent, just as it came back: `UNTOLD_SECONDS`, and a round of a keeper.
LEFT_BEHIND_SECONDS = 3.0
# The longest answer on this small machine: a silent Redis is given up after 0.25 s, then the page is rendered.
ANSWER_SECONDS = 1.0
PAGES = (STORY, COMMENTS)


@dataclass
class Redis:
    """A server of our own, that may be killed."""

    port: int
    folder: Path
    process: servers.Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @contextmanager
    def running(self) -> Iterator[servers.Process]:
        """A running Redis until the block's end, unless it is killed before. It begins empty."""
        program = shutil.which("redis-server")
        assert program
        command = [program, "--port", str(self.port), "--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        with servers.started(command, self.folder / "redis", until=lambda: servers.listens(self.port)) as process:
            yield process


@dataclass
class Site:
    """Both portals, and a comment whose approval is decided and undone at either of them."""

    first: servers.Portal
    second: servers.Portal
    redis: Redis
    moderator: Moderator
    words: str
    decision: str = ""
    answers: list[Answer] = field(default_factory=list)

    @property
    def ports(self) -> tuple[int, int]:
        return self.first.port, self.second.port

    def toggle(self, port: int) -> None:
        """Approve the comment, or undo it, at one of the portals."""
        if self.decision:
            self.moderator.undo(self.decision, port)
            self.decision = ""
        else:
            self.decision = self.moderator.approve(self.words, port)

    def is_right(self) -> bool:
        """Whether each page of each portal shows the last decision, on a new connection."""
        asked = [ask(port, path) for port in self.ports for path in PAGES]
        self.answers += asked
        return [(answer.status, self.words in answer.text) for answer in asked] == [(200, bool(self.decision))] * 4

    def toggle_and_look(self, times: int) -> list[bool]:
        """Decide at both in turn, so many times; returns whether every next answer was right."""
        return [self._one(port) for port in itertools.islice(itertools.cycle(self.ports), times)]

    def _one(self, port: int) -> bool:
        self.toggle(port)
        return self.is_right()

    def slowest(self) -> float:
        """The longest that any answer took since this was last called."""
        longest = max(answer.seconds for answer in self.answers)
        self.answers.clear()
        return longest

    def is_kept(self) -> bool:
        """Whether all processes answer from the store: a page that was read before is not rendered again."""
        assert [ask(port, STORY).status for port in self.ports] == [200, 200]
        hits, renders = _settled(self.first.port)
        assert [ask(port, STORY).status for port in self.ports * 4] == [200] * 8
        return _settled(self.second.port) == (hits + 8, renders)


def _is_up(port: int) -> bool:
    return figures(port)["portal_page_store_up"] == 1.0


def _served(port: int) -> tuple[float, float]:
    """Pages answered from the store, and pages rendered, at all portals together."""
    found = figures(port)
    return found["portal_page_hits_total"], found["portal_page_renders_total"]


def _settled(port: int) -> tuple[float, float]:
    """The same, once each process has written down what it counted: nothing new for as long as that may take."""
    last, since = _served(port), time.monotonic()

    def is_settled() -> bool:
        nonlocal last, since
        if (now := _served(port)) != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since > KEEPER_SECONDS + 0.5

    servers.wait_until(is_settled, 4 * BACK_SECONDS)
    return last


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`manage.py serve` twice, with files and ports of their own; skips with a message if there is no Redis."""
    if shutil.which("redis-server") is None or not servers.listens(5432):
        pytest.skip("there is no redis-server, or no PostgreSQL at 127.0.0.1:5432; several machines were not tried")
    redis = Redis(servers.free_port(), tmp_path_factory.mktemp("redis"))
    with redis.running() as process, servers.new_database(f"machines_{secrets.token_hex(6)}", POSTGRESQL) as database:
        redis.process = process
        shared = {
            "DATABASE_URL": database,
            "CACHE_URL": redis.url,
            "SITE_URL": f"http://127.0.0.1:{servers.free_port()}",
            "SECRET_KEY": secrets.token_urlsafe(50),
        }
        with (
            servers.portal(tmp_path_factory.mktemp("first"), **shared) as first,
            servers.portal(tmp_path_factory.mktemp("second"), **shared) as second,
        ):
            words = text()
            assert write(first.port, named("Ferryman"), words).status == 303
            yield Site(first, second, redis, Moderator(first.port), words)


def test_what_one_decides_is_on_the_next_answer_of_both_thirty_times(site: Site) -> None:
    assert site.is_right()
    assert site.toggle_and_look(30) == [True] * 30
    assert site.slowest() < ANSWER_SECONDS
    assert site.is_kept()


def test_what_one_counts_the_other_tells(site: Site) -> None:
    hits, renders = _settled(site.second.port)
    assert [ask(site.first.port, path).status for path in ("/guidelines/", "/guidelines/")] == [200, 200]
    assert _settled(site.second.port) == (hits + 1, renders + 1)


def test_everything_in_redis_may_go_at_any_time(site: Site) -> None:
    import redis

    with redis.Redis.from_url(site.redis.url) as client:
        seen = []
        for port in site.ports * 4:
            client.flushall()
            seen.append(site.is_right())
            site.toggle(port)
            client.flushall()
            seen += [site.is_right(), site.is_right()]
    assert seen == [True] * 24
    assert site.slowest() < ANSWER_SECONDS
    assert site.is_kept()


def test_a_redis_that_falls_silent_costs_nobody_a_right_answer(site: Site) -> None:
    assert site.redis.process is not None
    assert site.is_kept()
    os.kill(site.redis.process.pid, signal.SIGSTOP)
    try:
        seen = site.toggle_and_look(6)
    finally:
        os.kill(site.redis.process.pid, signal.SIGCONT)
    assert seen == [True] * 6
    assert site.slowest() < ANSWER_SECONDS
    assert site.toggle_and_look(7) == [True] * 7
    servers.wait_until(lambda: all(_is_up(port) for port in site.ports), BACK_SECONDS)
    assert site.is_kept()
    assert site.toggle_and_look(6) == [True] * 6


def test_what_is_decided_in_a_silence_that_one_did_not_notice_is_shown_by_all_soon(site: Site) -> None:
    assert site.redis.process is not None
    assert site.is_kept()
    assert site.is_right()
    os.kill(site.redis.process.pid, signal.SIGSTOP)
    try:
        site.toggle(site.first.port)
    finally:
        os.kill(site.redis.process.pid, signal.SIGCONT)
    servers.wait_until(site.is_right, LEFT_BEHIND_SECONDS)
    site.slowest()
    assert site.toggle_and_look(4) == [True] * 4


def test_a_redis_that_is_killed_costs_nobody_a_right_answer(site: Site) -> None:
    assert site.redis.process is not None
    assert site.is_kept()
    site.redis.process.kill()
    site.redis.process.wait()
    assert site.toggle_and_look(7) == [True] * 7
    assert site.slowest() < ANSWER_SECONDS
    assert [_is_up(port) for port in site.ports] == [False, False]
    with site.redis.running() as site.redis.process:
        assert site.toggle_and_look(7) == [True] * 7
        servers.wait_until(lambda: all(_is_up(port) for port in site.ports), BACK_SECONDS)
        assert site.is_kept()
        assert site.toggle_and_look(6) == [True] * 6
        assert site.slowest() < ANSWER_SECONDS
    assert site.toggle_and_look(3) == [True] * 3

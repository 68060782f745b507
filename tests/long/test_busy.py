"""A busy paper: readers, posters, moderators and editors at once, on one portal with real processes.

Nothing fails, nothing acknowledged is lost, and nobody is shown anything older than their request. How long the slowest
of a hundred readers waits is printed but not tested: the figure depends on the machine.
"""

import asyncio
import json
import math
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest

from tests.bench.wire import Answer, Connection, request_bytes
from tests.long.people import COMMENTS, DESK, FORM, STORY, Moderator, ask
from tests.servers import ROOT, Portal, own_database, portal

T = TypeVar("T")

# Five minutes stand for an hour; for a shorter run, to try the test itself, set BUSY_SECONDS=30.
SECONDS = float(os.environ.get("BUSY_SECONDS", "300"))
REST_SECONDS = SECONDS / 10
READS, POSTS = 300.0, 5.0
EDITION_SECONDS, BULK_SECONDS = 10.0, 5.0
CONNECTIONS = 16
PAGES = [STORY, STORY, STORY, STORY, "/", "/", "/articles/2/comments/", "/articles/1/nato-south-korea/", "/feed/"]
APPROVALS_A_SECOND = 20


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with own_database("busy") as database:
        values = {"DATABASE_URL": database, "TRUSTED_PROXIES": "127.0.0.1"}
        with portal(tmp_path_factory.mktemp("busy"), **values) as started:
            yield started


@dataclass
class Newsroom:
    """The editor's process."""

    process: subprocess.Popen[str]

    def say(self, line: str) -> str:
        """Publish an edition with this headline; or ask, with `?`, for the names under all comments."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@pytest.fixture
def newsroom(running: Portal) -> Iterator[Newsroom]:
    environ = Path(f"/proc/{running.process.pid}/environ").read_text().split("\0")
    environment = dict(pair.split("=", 1) for pair in environ if "=" in pair)
    command = [sys.executable, "-m", "tests.long.newsroom", "2"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        yield Newsroom(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(20) == 0


@dataclass
class Readers:
    """Connections that are kept open, and how long each answer took."""

    port: int
    opened: list[Connection] = field(default_factory=list)
    free: "asyncio.Queue[Connection]" = field(default_factory=asyncio.Queue)
    seconds: list[float] = field(default_factory=list)
    wrong: list[Any] = field(default_factory=list)

    async def __aenter__(self) -> "Readers":
        self.opened = [await Connection.to(self.port) for _ in range(CONNECTIONS)]
        for connection in self.opened:
            self.free.put_nowait(connection)
        return self

    async def __aexit__(self, *error: object) -> None:
        for connection in self.opened:
            connection.close()

    async def read(self, path: str) -> Answer:
        """Ask for a page as soon as a connection is free; waiting for one counts."""
        asked = time.monotonic()
        connection = await self.free.get()
        answer = await connection.ask(request_bytes("GET", path, {"Accept-Encoding": "gzip"}))
        self.free.put_nowait(connection)
        self.seconds.append(time.monotonic() - asked)
        if answer.status != 200:
            self.wrong.append((path, answer.status))
        return answer


async def at_a_rate(per_second: float, seconds: float, act: Callable[[int], Awaitable[object]]) -> None:
    """Begin so many acts a second, whether or not earlier ones have ended; then wait for all."""
    began = time.monotonic()
    acts = []
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
        acts.append(asyncio.ensure_future(act(number)))
    await asyncio.gather(*acts)


def run(work: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: a browser test of the same process keeps an event loop in the main one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def p99(seconds: list[float]) -> float:
    return sorted(seconds)[math.ceil(len(seconds) * 0.99) - 1]


def post(port: int, number: int) -> str:
    """Write a comment from a network of its own; returns the name under it once it is accepted."""
    name = f"Reader {number:06}"
    words = f"Comment {number} of a busy hour: it has as many characters as it takes, and some more."
    body = urlencode({"name": name, "body": words}).encode()
    headers = {"Content-Type": FORM, "X-Forwarded-For": f"2001:db8:{number // 65536:x}:{number % 65536:x}::1"}
    answer = ask(port, f"{COMMENTS}new/", headers, method="POST", body=body)
    assert answer.status == 303, answer
    return name


def test_a_mixed_hour_loses_nothing_and_fails_nobody(running: Portal, newsroom: Newsroom) -> None:
    taken: list[str] = []
    published: list[str] = []
    approved: list[int] = []
    moderator = Moderator(running.port)
    choose = random.Random(1)

    async def rest() -> Readers:
        async with Readers(running.port) as readers:
            await at_a_rate(READS, REST_SECONDS, lambda _number: readers.read(choose.choice(PAGES)))
        return readers

    async def hour() -> Readers:
        async def write(number: int) -> None:
            taken.append(await asyncio.to_thread(post, running.port, number))

        async def publish(number: int) -> None:
            headline = f"Fishing ground, edition {number}"
            published.append(await asyncio.to_thread(newsroom.say, headline))
            assert headline in (await asyncio.to_thread(ask, running.port, STORY)).text

        async def moderate(number: int) -> None:
            approved.append(await asyncio.to_thread(moderator.approve_all_shown))

        async with Readers(running.port) as busy:
            await asyncio.gather(
                at_a_rate(READS, SECONDS, lambda _number: busy.read(choose.choice(PAGES))),
                at_a_rate(POSTS, SECONDS, write),
                at_a_rate(1 / EDITION_SECONDS, SECONDS, publish),
                at_a_rate(1 / BULK_SECONDS, SECONDS, moderate),
            )
        return busy

    quiet, busy = run(rest()), run(hour())
    print(f"\np99 at rest {p99(quiet.seconds) * 1000:.1f} ms, in the busy hour {p99(busy.seconds) * 1000:.1f} ms")
    print(f"{len(busy.seconds)} reads, {len(taken)} posts, {len(published)} editions, {sum(approved)} approvals")
    assert (quiet.wrong, busy.wrong) == ([], [])
    assert len(taken) == int(POSTS * SECONDS)
    there = json.loads(newsroom.say("?"))
    assert sorted(name for name in there if name.startswith("Reader ")) == sorted(taken)


def test_twenty_approvals_a_second_are_on_every_answer_that_was_asked_for_after_them(running: Portal) -> None:
    moderator = Moderator(running.port)
    total = APPROVALS_A_SECOND * 10
    names = [post(running.port, 900_000 + number) for number in range(total)]
    waiting = _waiting(moderator, names)
    approved: list[str] = []
    old: list[tuple[int, int]] = []
    reads = 0
    done = asyncio.Event()

    async def watch(connection: Connection) -> None:
        nonlocal reads
        while not done.is_set():
            due = len(approved)
            answer = await connection.ask(request_bytes("GET", STORY, {"Accept-Encoding": "gzip"}))
            reads += 1
            shown = int(re.findall(r"comments__count\">\((\d+)\)", answer.text)[0])
            if shown < before + due:
                old.append((due, shown))

    async def approve(number: int) -> None:
        name = names[number]
        pk, saw = waiting[name]
        fields = {"decide": f"approve:{pk}", f"saw-{pk}": saw}
        answer = await asyncio.to_thread(moderator.post, DESK, fields)
        assert answer.status == 302, answer
        approved.append(name)

    async def both() -> None:
        async with Readers(running.port) as readers:
            watching = [asyncio.ensure_future(watch(connection)) for connection in readers.opened]
            try:
                await at_a_rate(APPROVALS_A_SECOND, total / APPROVALS_A_SECOND, approve)
            finally:
                done.set()
                await asyncio.gather(*watching)

    before = int(re.findall(r"comments__count\">\((\d+)\)", ask(running.port, STORY).text)[0])
    run(both())
    print(f"\n{reads} answers while {len(approved)} comments were approved, {len(old)} of them older than they may be")
    assert (old, len(approved)) == ([], total)


def _waiting(moderator: Moderator, names: list[str]) -> dict[str, tuple[str, str]]:
    """What the desk says about these comments: number and the state it saw, by the name under each."""
    found: dict[str, tuple[str, str]] = {}
    for page in range(1, 100):
        text = moderator.get(f"{DESK}?p={page}").text
        for card in text.split('<article class="card"')[1:]:
            name = re.findall(r"Reader \d{6}", card)
            if name and name[0] in names:
                found[name[0]] = re.findall(r'name="saw-(\d+)" value="([^"]+)"', card)[0]
        if len(found) == len(names):
            return found
    raise AssertionError(f"the desk shows {len(found)} of {len(names)}")

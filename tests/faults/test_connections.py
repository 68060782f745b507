"""Idle connections, endless senders, readers who do not read: ordinary readers do not notice them."""

import asyncio
import gzip
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.bench.wire import _allow_files
from tests.faults.conftest import Stand
from tests.faults.site import SLOWER, Site, tell
from tests.long.people import COMMENTS, FORM, STORY, ask
from tests.long.test_busy import p99, run

pytestmark = pytest.mark.long

IDLE, SLOW, DEAF, READERS = 500, 100, 60, 20
SECONDS = 10.0
P99_SECONDS = 0.2 * SLOWER
# How much memory all of them together may take, in the server's processes.
MEGABYTES = 150
NEW = f"{COMMENTS}new/"


def _megabytes(site: Site) -> float:
    """The peak memory of the server's processes so far, all together."""
    peaks = [Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0] for pid in site.serving()]
    return sum(int(kilobytes) for kilobytes in peaks) / 1024


def test_twenty_readers_do_not_notice_six_hundred_who_hold_connections(sqlite: Stand) -> None:
    sqlite.site.keep()
    site, before = sqlite.site, _megabytes(sqlite.site)
    large = max((site.folder / "var/static").rglob("*.woff2"), key=lambda path: path.stat().st_size)
    deaf = f"/static/{large.relative_to(site.folder / 'var/static')}"
    seconds: list[float] = []
    statuses: set[int] = set()

    async def read(path: str, until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        while time.monotonic() < until:
            began = time.monotonic()
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            await reader.readexactly(length)
            seconds.append(time.monotonic() - began)
            statuses.add(int(head.split()[1]))
            await asyncio.sleep(0.05)
        writer.close()

    async def together() -> None:
        _allow_files(2 * (IDLE + SLOW + DEAF) + 200)
        async with _idle(site.port, IDLE), _slow(site.port, SLOW), _deaf(site.port, DEAF, deaf):
            # Pages that are kept, and pages that each need Django.
            paths = [STORY, "/", COMMENTS, "/people/nobody/"]
            await asyncio.gather(*(read(path, time.monotonic() + 1.0) for path in paths))
            seconds.clear()
            until = time.monotonic() + SECONDS
            await asyncio.gather(*(read(paths[number % 4], until) for number in range(READERS)))

    run(together())
    grown = _megabytes(site) - before
    told = f"p99 {p99(seconds) * 1000:.0f} ms, {grown:.0f} MB"
    tell(f"{len(seconds)} answers among {IDLE + SLOW + DEAF} idlers: {told}")
    assert statuses == {200, 404}
    assert p99(seconds) < P99_SECONDS
    assert grown < MEGABYTES


@asynccontextmanager
async def _idle(port: int, count: int) -> AsyncIterator[None]:
    """Open connections on which nothing is sent."""
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    yield
    for _reader, writer in opened:
        writer.close()


@asynccontextmanager
async def _slow(port: int, count: int) -> AsyncIterator[None]:
    """Comments sent a byte at a time."""

    async def trickle() -> None:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"POST {NEW} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\nContent-Length: 9000\r\n\r\n".encode()
        )
        try:
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.5)
        except OSError:
            return
        finally:
            writer.close()

    tasks = [asyncio.ensure_future(trickle()) for _ in range(count)]
    await asyncio.sleep(0.5)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _deaf(port: int, count: int, path: str) -> AsyncIterator[None]:
    """Clients that request a large file, ten times over, and read none of it."""
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() * 10
    opened = []
    for _ in range(count):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", port))
        line.sendall(asked)
        opened.append(line)
    await asyncio.sleep(1.0)
    yield
    for line in opened:
        line.close()


def test_what_no_reader_sends_is_answered_or_cut_off_and_takes_no_memory(sqlite: Stand) -> None:
    site, before = sqlite.site, _megabytes(sqlite.site)
    bomb = gzip.compress(bytes(200 * 1024 * 1024))
    packed = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    answers = [ask(site.port, NEW, packed, method="POST", body=bomb) for _ in range(20)]
    assert {answer.status for answer in answers} == {415}
    heads = [ask(site.port, STORY, {"X-Large": "x" * 100_000}) for _ in range(20)]
    assert {answer.status for answer in heads} <= {431, 0}
    assert {_endless(site.port) for _ in range(5)} <= {413, 0}
    grown = _megabytes(site) - before
    tell(f"bombs, large heads and bodies without an end: {grown:.0f} MB")
    assert grown < MEGABYTES
    assert ask(site.port, STORY).status == 200
    assert sqlite.people.post().status == 303


def _endless(port: int) -> int:
    """Send chunks for as long as they are accepted; the status of the answer, or 0 if the connection was cut."""
    with socket.create_connection(("127.0.0.1", port), timeout=30.0) as line:
        line.sendall(
            f"POST {NEW} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        with suppress(OSError):
            for _ in range(1024):
                line.sendall(chunk)
        with suppress(OSError):
            head = line.recv(4096)
            return int(head.split()[1]) if head else 0
    return 0

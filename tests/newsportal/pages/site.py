"""A site of a few pages behind the store: it counts what it renders, and what is passed on to it."""

import asyncio
import gzip
import math
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import brotli

from newsportal.pages.access import Access
from newsportal.pages.front import Front
from newsportal.pages.rendering import Rendered
from newsportal.pages.store import Store

STORY = "/articles/17/harbour/"
NAMES = b"article:17 clock thread:17"
Headers = Iterable[tuple[bytes, bytes]]
Job = Callable[["Site"], Awaitable[Any]]


@dataclass
class Answer:
    """What a client got, with its body as it is read."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        forms = {"gzip": gzip.decompress, "br": brotli.decompress}
        return forms.get(self.headers.get("content-encoding", ""), bytes)(self.body).decode()


@dataclass
class Site:
    """One process of a site. `words` is what its page says now; `hold` is awaited in the middle of a rendering."""

    front: Front = field(init=False)
    words: str = "first"
    status: int = 200
    names: bytes = NAMES
    extra: Headers = ()
    until: float = math.inf
    renders: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    hold: threading.Event | None = None
    rendering: threading.Event = field(default_factory=threading.Event)

    def render(self, path: str, query: str, moment: str) -> Rendered:
        """A page with the words as they were when its rendering began."""
        words, hold = self.words, self.hold
        self.renders.append(f"{path}?{query}" if query else path)
        self.rendering.set()
        if hold is not None:
            assert hold.wait(20)
        if words == "dies":
            raise RuntimeError("the thread that renders dies")
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"public, no-cache"), *self.extra]
        if self.names:
            headers.append((b"surrogate-key", self.names))
        return Rendered(self.status, headers, f"{path} {words}".encode(), until=self.until, at=time.time())

    async def behind(self, scope: Any, receive: Any, send: Any) -> None:
        """Where the store passes requests on to."""
        self.passed.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-passed", b"on")]})
        await send({"type": "http.response.body", "body": b"passed on"})

    async def ask(
        self, path: str = STORY, query: str = "", *, method: str = "GET", headers: Headers = ((b"host", b"127.0.0.1"),)
    ) -> Answer:
        """Send one request."""
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": list(headers),
        }
        await self.front(scope, receive, send)
        decoded = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], decoded, b"".join(message.get("body", b"") for message in sent[1:]))

    async def crowd(self, number: int, **asked: Any) -> list[Answer]:
        """Many requests at once."""
        return list(await asyncio.gather(*(self.ask(**asked) for _ in range(number))))

    async def settle(self) -> None:
        """Wait until everything in the background has ended."""
        while self.front._tasks:
            await asyncio.wait(set(self.front._tasks))


def run(store: Store, job: Job, *, access: Access | None = None) -> Site:
    """Let a new process of the site, on an open store, do something; returns the process."""
    site = Site()
    here = access or Access(store)
    here.is_open = True

    async def main() -> None:
        with ThreadPoolExecutor(8) as threads:
            site.front = Front(here, behind=site.behind, render=site.render, threads=threads)
            await asyncio.wait_for(job(site), 30)
            await site.settle()

    # In a thread of its own: a browser test of the same process keeps an event loop in the main one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, main()).result()
    return site


def asking(*extra: tuple[bytes, bytes], host: bytes = b"127.0.0.1") -> Headers:
    """The headers of a request: `Host`, and these."""
    return [(b"host", host), *extra]

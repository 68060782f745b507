"""The page store in front of Django: an ASGI application that answers with kept pages and has all others rendered.

A kept page is served while each name on it still has the version at which it was rendered. One reader of a page has it
rendered, the others wait for that. If anything goes wrong with the store, pages are rendered, and nothing else happens.
"""

import asyncio
import contextvars
import gzip
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from newsportal.asgi_types import Asgi, Message, Receive, Scope, Send
from newsportal.pages.access import Access
from newsportal.pages.answering import BROWSERS, Ready
from newsportal.pages.asking import Asked, asked, is_public_page
from newsportal.pages.limits import (
    DATABASE_DOWN_SECONDS,
    GRACE_SECONDS,
    LOOK_SECONDS,
    MEMORY_BYTES,
    PAGE_BYTES,
    SKEW_SECONDS,
    SOFT_SECONDS,
    WAIT_SECONDS,
)
from newsportal.pages.page import Page
from newsportal.pages.rendering import Rendered
from newsportal.pages.store import StoreError

T = TypeVar("T")
# (path, query, moment) -> what Django answered.
Render = Callable[[str, str, str], Rendered]

_OK = 200
_SERVER_ERROR = 500
# A remote store answers within a millisecond, so this many threads ask some thousand times a second.
_ASKERS = 6


@dataclass(frozen=True)
class _Made:
    """A page that is kept, or else what was rendered, and whether something on it has changed since rendering began."""

    ready: Ready | None = None
    rendered: Rendered | None = None
    has_changed: bool = False
    # Time on the monotonic clock.
    begun: float = 0.0


class Front:
    """Answers what it can from the store; has public pages rendered by `render`, in `threads`; passes the rest on."""

    def __init__(self, access: Access, *, behind: Asgi, render: Render, threads: ThreadPoolExecutor) -> None:
        self.counts: Counter[str] = Counter()
        self._access = access
        self._behind = behind
        self._render = render
        self._threads = threads
        # Threads for asking a remote store: rendering a reader's page must not queue behind that.
        self._askers = ThreadPoolExecutor(_ASKERS, thread_name_prefix="pages")
        self._ready: OrderedDict[str, Ready] = OrderedDict()
        self._ready_bytes = 0
        self._making: dict[str, asyncio.Future[_Made | None]] = {}
        self._asking: asyncio.Task[str] | None = None
        self._next: asyncio.Task[str] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def at_once(self, scope: Scope) -> tuple[Message, Message] | None:
        """The two messages that answer a request, if this process holds the page ready and it is current.

        It never waits, so only an instant store is asked. None means that the request has to be answered by a call.
        """
        if not (self._access.is_open and self._access.store.is_instant and scope["type"] == "http"):
            return None
        wanted = asked(scope)
        now = time.time()
        ready = self._at_hand(wanted.key, now) if wanted is not None else None
        return self._answer(ready, wanted, now) if ready is not None and wanted is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        messages = self.at_once(scope)
        if messages is not None:
            await self._send(messages, send)
            return
        wanted = asked(scope) if self._access.is_open and scope["type"] == "http" else None
        # A remote store is not asked for pages that it cannot have.
        if wanted is None or not (self._access.store.is_instant or is_public_page(wanted.path)):
            await self._pass_on(scope, receive, send)
        else:
            await self._look(wanted, scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.counts["passed"] += 1
        await self._behind(scope, receive, send)

    async def _look(self, wanted: Asked, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a kept page if there is one, else with one that is rendered now."""
        ready = await self._find(wanted.key)
        now = time.time()
        if ready is not None and is_fresh(ready.page, now):
            await self._send(self._answer(ready, wanted, now), send)
        elif not is_public_page(wanted.path) or not self._access.is_open:
            await self._pass_on(scope, receive, send)
        elif ready is not None and may_be_shown(ready.page, now, SOFT_SECONDS + GRACE_SECONDS):
            await self._send(self._answer(ready, wanted, now), send)
            if wanted.key not in self._making:
                self._in_background(self._share(wanted, refreshes=True))
        else:
            await self._answer_anew(wanted, ready, send)

    # --- What is kept ---------------------------------------------------------------------------------------------

    def _at_hand(self, key: str, now: float) -> Ready | None:
        """The page that this process holds ready, if it is current and fresh; called on the event loop."""
        ready = self._ready.get(key)
        if ready is None or not is_fresh(ready.page, now):
            return None
        try:
            moment = self._access.store.moment()
            if ready.moment != moment and not self._access.store.is_current(ready.page.versions):
                return None
        except StoreError as error:
            self._access.fail(error)
            return None
        ready.moment = moment
        self._ready.move_to_end(key)
        return ready

    async def _find(self, key: str) -> Ready | None:
        """The page with this key, if nothing on it has changed; from this process's memory or from the store."""
        try:
            moment = await self._moment()
            ready = self._ready.get(key)
            if ready is not None and is_fresh(ready.page, time.time()) and await self._is_current(ready, moment):
                return ready
            page = await self._ask(self._access.store.find, key)
        except StoreError as error:
            self._access.fail(error)
            return None
        return self._hold(page, moment) if page else None

    async def _is_current(self, ready: Ready, moment: str) -> bool:
        if ready.moment != moment and not await self._ask(self._access.store.is_current, ready.page.versions):
            return False
        ready.moment = moment
        return True

    def _hold(self, page: Page, moment: str) -> Ready:
        """Hold a page ready in memory; the least recently used ones make room."""
        before = self._ready.pop(page.key, None)
        self._ready_bytes += page.size - (before.page.size if before else 0)
        ready = self._ready[page.key] = Ready(page, moment)
        while self._ready_bytes > MEMORY_BYTES and len(self._ready) > 1:
            _key, oldest = self._ready.popitem(last=False)
            self._ready_bytes -= oldest.page.size
        return ready

    def _answer(self, ready: Ready, wanted: Asked, now: float) -> tuple[Message, Message]:
        messages = ready.answer(wanted, now)
        self.counts["hits" if messages[0]["status"] == _OK else "not_modified"] += 1
        return messages

    async def _send(self, messages: tuple[Message, Message], send: Send) -> None:
        for message in messages:
            await send(message)

    # --- What is rendered -----------------------------------------------------------------------------------------

    async def _answer_anew(self, wanted: Asked, old: Ready | None, send: Send) -> None:
        """Answer with what is rendered now or, if Django cannot, with an old page on which nothing has changed."""
        is_old_good = old is not None and may_be_shown(old.page, time.time(), DATABASE_DOWN_SECONDS)
        sharing = self._in_background(self._share(wanted))
        # A database that does not answer at all delays nobody who can have the old page.
        await asyncio.wait({sharing}, timeout=WAIT_SECONDS if is_old_good else None)
        made = sharing.result() if sharing.done() else _Made()
        if made.ready is not None:
            await self._send(made.ready.answer(wanted, time.time()), send)
        elif is_old_good and old is not None and (made.rendered is None or made.rendered.status >= _SERVER_ERROR):
            await self._send(old.answer(wanted, time.time()), send)
        else:
            assert made.rendered is not None
            await self._send(await self._in_thread(as_it_is, made.rendered, wanted), send)

    async def _share(self, wanted: Asked, *, refreshes: bool = False) -> _Made:
        """Render a page, or wait for the rendering that another reader has started."""
        came = time.monotonic()
        gives_up = came + WAIT_SECONDS
        while (making := self._making.get(wanted.key)) is not None and (left := gives_up - time.monotonic()) > 0:
            self.counts["waits"] += 1
            done, _pending = await asyncio.wait({making}, timeout=left)
            made = making.result() if done else None
            # It may have changed again before this request began to wait.
            found = await self._find(wanted.key) if made is not None and made.ready is not None else None
            if found is not None and is_fresh(found.page, time.time()):
                return _Made(found)
            if made is not None and made.has_changed and made.begun >= came:
                # Anything changed since then was changed after this request came in.
                return made
            if made is None or (made.ready is None and not made.has_changed):
                # It takes too long, or must not be kept: then each request renders its own.
                return await self._make(wanted)
        if making is not None:
            return await self._make(wanted)
        return await self._lead(wanted, refreshes=refreshes)

    async def _lead(self, wanted: Asked, *, refreshes: bool) -> _Made:
        """Render a page while others in this process wait; or wait for another process that is rendering it."""
        making = self._making[wanted.key] = asyncio.get_running_loop().create_future()
        made: _Made | None = None
        try:
            made = await self._make_or_get(wanted, refreshes=refreshes)
            return made
        finally:
            del self._making[wanted.key]
            making.set_result(made)

    async def _make_or_get(self, wanted: Asked, *, refreshes: bool) -> _Made:
        gives_up = time.monotonic() + WAIT_SECONDS
        while not (is_claimed := await self._claim(wanted.key)) and time.monotonic() < gives_up:
            await asyncio.sleep(LOOK_SECONDS)
            found = await self._find(wanted.key)
            if found is not None and (refreshes or is_fresh(found.page, time.time())):
                return _Made(found)
        claimed_until = time.monotonic() + WAIT_SECONDS
        try:
            # Another process may have finished rendering between our look and our claim.
            found = await self._find(wanted.key)
            if found is not None and is_fresh(found.page, time.time()):
                return _Made(found)
            return await self._make(wanted)
        finally:
            # After that time the claim may be somebody else's.
            if is_claimed and time.monotonic() < claimed_until:
                await self._release(wanted.key)

    async def _make(self, wanted: Asked) -> _Made:
        """Render a page and keep it, if it may be kept and nothing on it has changed since rendering began."""
        self.counts["renders"] += 1
        begun = time.monotonic()
        try:
            moment = await self._moment()
            rendered, page = await self._in_thread(self._rendered_page, wanted, moment)
            if page is None:
                return _Made(rendered=rendered)
            kept = await self._ask(self._access.store.keep, page, rendered.names, moment)
        except StoreError as error:
            self._access.fail(error)
            return _Made(rendered=await self._in_thread(self._render, wanted.path, wanted.query, ""))
        if kept is not None:
            return _Made(self._hold(kept, moment))
        return _Made(rendered=rendered, has_changed=True, begun=begun)

    def _rendered_page(self, wanted: Asked, moment: str) -> tuple[Rendered, Page | None]:
        rendered = self._render(wanted.path, wanted.query, moment)
        is_kept = rendered.is_to_be_kept() and len(rendered.body) <= PAGE_BYTES
        return rendered, rendered.page(wanted.key) if is_kept else None

    # --- Whom it asks ---------------------------------------------------------------------------------------------

    async def _claim(self, key: str) -> bool:
        try:
            return await self._ask(self._access.store.claim, key)
        except StoreError as error:
            self._access.fail(error)
            return True

    async def _release(self, key: str) -> None:
        try:
            await self._ask(self._access.store.release, key)
        except StoreError as error:
            self._access.fail(error)

    async def _moment(self) -> str:
        """The store's count of changes, no older than this question.

        A request that comes while a question is under way waits for the next one, as that one may have been answered
        already: so a crowd asks a remote store twice, and not a thousand times.
        """
        if self._access.store.is_instant:
            return self._access.store.moment()
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._ask_after(self._asking))
        return await asyncio.shield(self._next)

    async def _ask_after(self, before: asyncio.Task[str] | None) -> str:
        if before is not None and not before.done():
            await asyncio.wait({before})
        self._asking, self._next = self._next, None
        return await self._ask(self._access.store.moment)

    async def _ask(self, operation: Callable[..., T], *arguments: object) -> T:
        """Ask the store: directly if it is instant, else in a thread, because the event loop must not wait."""
        if self._access.store.is_instant:
            return operation(*arguments)
        return await asyncio.get_running_loop().run_in_executor(self._askers, self._asked, operation, *arguments)

    def _asked(self, operation: Callable[..., T], *arguments: object) -> T:
        if not self._access.is_open:
            # Each question to a silent store costs the whole timeout, and many may be queued.
            raise StoreError("it did not answer a moment ago")
        return operation(*arguments)

    async def _in_thread(self, work: Callable[..., T], *arguments: object) -> T:
        # In the request's own context, because the log says which request it was.
        within = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(self._threads, within, work, *arguments)

    def _in_background(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def is_fresh(page: Page, now: float) -> bool:
    """Whether a page on which nothing has changed may be served without refreshing it."""
    return may_be_shown(page, now, SOFT_SECONDS)


def may_be_shown(page: Page, now: float, seconds: float) -> bool:
    """Whether a page is no older than `seconds`, before its hard clock, and not from a time that is still to come."""
    return -SKEW_SECONDS <= now - page.rendered_at < seconds and now < page.until


def as_it_is(rendered: Rendered, wanted: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
    """A response that is kept neither here nor by caches in front of us, like those that bypass the store."""
    ours = {b"content-length", b"cdn-cache-control", b"etag"}
    headers = [header for header in rendered.headers if header[0] not in ours]
    if rendered.is_to_be_kept():
        headers = [header for header in headers if header[0] != b"cache-control"]
        headers.append((b"cache-control", BROWSERS.encode()))
    body = rendered.body
    if (b"vary", b"Accept-Encoding") in headers and wanted.takes_gzip:
        body = gzip.compress(body)
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    return (
        {"type": "http.response.start", "status": rendered.status, "headers": headers},
        {"type": "http.response.body", "body": b"" if wanted.is_head else body},
    )

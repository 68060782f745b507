"""The edge in front of Django: it first reads a request's body, and then calls Django's WSGI handler in a small pool.

A slow sender then holds a coroutine and never a thread, so half-sent posts cannot starve the readers.
"""

import asyncio
import string
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, cast
from urllib.parse import quote_from_bytes, urlsplit

from a2wsgi import WSGIMiddleware
from django.conf import settings

from newsportal.asgi_types import Asgi, Message, Receive, Scope, Send
from newsportal.limits import DRAIN_BYTES, LATE, PICTURE_PREFIX, READER_BYTES, body_limit, body_seconds
from newsportal.signed_in import is_signed_in
from newsportal.wsgi import application as django

# Django's threads: more than two cores can keep busy, because some of them wait for the database's lock.
THREADS = 8
# At most so many of these serve writers: if all of them wait for a lock, readers still have the others.
_WRITING = asyncio.Semaphore(THREADS - 2)
# A picture takes seconds, and hundreds of megabytes while it is decoded. Uploads wait for this without a thread, or
# somebody who drops a dozen would keep all comments waiting.
_PICTURES = asyncio.Semaphore(1)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})

_wsgi = WSGIMiddleware(cast("Any", django), workers=THREADS)
_behind = cast("Asgi", _wsgi)
# The same threads render the pages that are kept, so there are never more of them than this.
threads = _wsgi.executor


async def edge(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one HTTP request. Larger than its path allows: 413; not sent within its time: 408; incomplete: 400.

    More than a reader may send is read only from people who are signed in: all others are asked to sign in.
    """
    if scope["type"] != "http":
        return
    try:
        path = scope["path"]
        limit = body_limit(path)
        body = await asyncio.wait_for(_read(scope, receive, limit), body_seconds(path))
    except TimeoutError:
        await _refuse(scope, LATE, receive, send)
    except ConnectionResetError:
        # A client that hung up reads no answer; one whose chunks have wrong lengths (RFC 9112, 7.1) would get the
        # server's 500 without one.
        await _end(send)
    except PermissionError:
        # Answered like a GET without a session, which redirects to signing in.
        await _behind(_as_sent({**scope, "method": "GET"}, 0), _replay(b"", receive), _closing(send))
    else:
        if body is None:
            await _refuse(scope, limit + 1, receive, send)
        else:
            async with _turn(scope["method"], path):
                await _behind(_as_sent(scope, len(body)), _replay(body, receive), send)


async def finish() -> None:
    """Wait until no thread is working any more, and let them end.

    The end of an answer is handed to the event loop even if the client has hung up: if no loop runs, a thread waits for
    ever, and the process waits for the thread.
    """
    await asyncio.get_running_loop().run_in_executor(None, threads.shutdown)


def _turn(method: str, path: str) -> AbstractAsyncContextManager[None]:
    if method in _READS:
        return nullcontext()
    return _turn_of_picture() if path.startswith(PICTURE_PREFIX) else _WRITING


@asynccontextmanager
async def _turn_of_picture() -> AsyncIterator[None]:
    async with _PICTURES, _WRITING:
        yield


async def _refuse(scope: Scope, length: int, receive: Receive, send: Send) -> None:
    """Have Django say why, in a page of the site's; it goes by the announced length, as no body is passed on."""
    await _behind(_as_sent(scope, length), _replay(b"", receive), _closing(send))


async def _end(send: Send) -> None:
    """Say that the request was bad, and read no further: nobody knows where its body ends."""
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None if it passes `limit` bytes (what follows is then read and dropped, within bounds).

    Raises PermissionError if it is more than a reader may send and its sender is not signed in, and
    ConnectionResetError if the sender hangs up before its end, or sends what is no body.
    """
    parts: list[bytes] = []
    size = 0
    # Not checked until it matters.
    may_send_more: bool | None = None
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            # The part of a post that has arrived is not what its sender meant to say.
            raise ConnectionResetError
        part = message.get("body", b"")
        size += len(part)
        if size > READER_BYTES and may_send_more is None:
            may_send_more = limit <= READER_BYTES or await _is_known(scope)
        if size <= limit and may_send_more is not False:
            parts.append(part)
        else:
            parts.clear()
        if size > limit + DRAIN_BYTES or not message.get("more_body", False):
            if may_send_more is False:
                raise PermissionError
            return b"".join(parts) if size <= limit else None


async def _is_known(scope: Scope) -> bool:
    cookies = b"; ".join(value for name, value in scope["headers"] if name.lower() == b"cookie")
    return await asyncio.get_running_loop().run_in_executor(threads, is_signed_in, cookies.decode("latin-1"))


def _as_sent(scope: Scope, length: int) -> Scope:
    """The scope with the site's scheme and the body's true length, which WSGI is not told for a chunked request."""
    skipped = (b"content-length", b"transfer-encoding")
    headers = [(name, value) for name, value in scope["headers"] if name.lower() not in skipped]
    if length:
        headers.append((b"content-length", str(length).encode()))
    # The proxy terminates TLS, so the scheme that readers use is that of the site's own address.
    scheme = urlsplit(settings.SITE_URL).scheme
    # Queries may arrive with bytes that no address may have (RFC 3986): browsers escape them, and we do so for others.
    query = quote_from_bytes(scope["query_string"], safe=string.printable).encode()
    return {**scope, "headers": headers, "scheme": scheme, "query_string": query}


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that returns the body once, and then whatever the client does next."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return pending.pop() if pending else await receive()

    return replayed


def _closing(send: Send) -> Send:
    """A `send` that closes the connection: nobody reads what is still on its way."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
        await send(message)

    return closing

"""What is done around every response: an id for each request, a line in the log, and a count."""

import atexit
import itertools
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings

from newsportal.asgi_types import Asgi, Message, Receive, Scope, Send
from newsportal.client import is_trusted
from newsportal.operating import tallies
from newsportal.operating.limits import ID_CHARACTERS, LOG_FLUSH_SECONDS, TALLY_SECONDS
from newsportal.operating.logs import request_id
from newsportal.operating.request_log import RequestLog

AtOnce = Callable[[Scope], tuple[Message, Message] | None]

logger = logging.getLogger(__name__)

HEADER = b"x-request-id"
# nginx's status for a client that hung up before there was a response.
GONE = 499
_ID = re.compile(rb"[A-Za-z0-9._-]{%d,%d}" % ID_CHARACTERS)
_START = "http.response.start"


class Observer:
    """An ASGI application around another one.

    `at_once` answers what needs no waiting: for a kept page that is most of the work, so everything done beside it is
    measured in microseconds. `begin` is called before the first request that is not answered in this way.
    """

    def __init__(
        self, behind: Asgi, log: RequestLog, at_once: AtOnce | None = None, begin: Callable[[], None] | None = None
    ) -> None:
        self._behind = behind
        self._log = log
        self._at_once = at_once or _never
        self._begun_with = begin
        # Different from those of all other processes; counting is faster than getting new randomness each time.
        self._prefix = secrets.token_hex(6).encode()
        self._numbers = itertools.count(1)
        self._has_proxies = bool(settings.TRUSTED_PROXIES)
        self._has_begun = False
        self._stop = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began = time.perf_counter()
        messages = self._at_once(scope)
        if messages is None:
            await self._observe(scope, receive, send, began)
            return
        start, body = messages
        identity = self._identity(scope)
        status = start["status"]
        await send({"type": _START, "status": status, "headers": (*start["headers"], (HEADER, identity))})
        await send(body)
        asked = scope["method"], scope["path"], scope["query_string"]
        self._log.add((began, time.perf_counter(), asked, status, len(body["body"]), identity))

    async def _observe(self, scope: Scope, receive: Receive, send: Send, began: float) -> None:
        """Have a request answered by the application behind."""
        if scope["type"] != "http":
            await self._behind(scope, receive, send)
            return
        if not self._has_begun:
            self._begin()
        identity = self._identity(scope)
        request_id.set(identity.decode())
        header = (HEADER, identity)
        status = size = 0

        async def observed(message: Message) -> None:
            nonlocal status, size
            if message["type"] == _START:
                status = message["status"]
                message = {"type": _START, "status": status, "headers": [*message["headers"], header]}
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._behind(scope, receive, observed)
        except Exception:
            # Logged by us, on one line and without the keys of links; the server would print it as it is.
            logger.exception("a request was not answered")
            if not status:
                await _apologise(observed)
        finally:
            asked = (scope["method"], scope["path"], scope["query_string"])
            self._log.add((began, time.perf_counter(), asked, status or GONE, size, identity))

    def _identity(self, scope: Scope) -> bytes:
        return (self._has_proxies and given_id(scope)) or b"%b%x" % (self._prefix, next(self._numbers))

    def _begin(self) -> None:
        """Begin to observe; not on import, because tests and commands import this, too."""
        self._has_begun = True
        if self._begun_with:
            self._begun_with()
        threading.Thread(target=self._write, name="observer", daemon=True).start()
        atexit.register(self._end)

    def _end(self) -> None:
        """Write what is still waiting when the process ends."""
        self._stop.set()
        self._log.flush()
        _quietly(tallies.write_down)

    def _write(self) -> None:
        next_tally = 0.0
        _quietly(tallies.begin)
        while not self._stop.wait(LOG_FLUSH_SECONDS):
            self._log.flush()
            if time.monotonic() >= next_tally:
                next_tally = time.monotonic() + TALLY_SECONDS
                _quietly(tallies.write_down)


def given_id(scope: Scope) -> bytes:
    """The id that a trusted proxy gave a request; empty if it gave none, or an invalid one."""
    client = scope.get("client")
    if client is None or not _gives_ids(client[0]):
        return b""
    for name, value in scope["headers"]:
        if name == HEADER:
            return bytes(value) if _ID.fullmatch(value) else b""
    return b""


@lru_cache(maxsize=64)
def _gives_ids(address: str) -> bool:
    return is_trusted(address)


def _never(scope: Scope) -> None:
    return None


def _quietly(work: Callable[[], None]) -> None:
    """Do something that may fail on a full disk, which must cost nothing but figures."""
    try:
        work()
    except OSError as error:
        logger.debug("the figures could not be written down: %s", error)


async def _apologise(send: Send) -> None:
    await send({"type": _START, "status": 500, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
    await send({"type": "http.response.body", "body": b"Something went wrong.\n"})

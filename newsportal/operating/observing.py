"""What stands around everything that is answered: an id for each request, a line in the log, and a count."""

import itertools
import logging
import re
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from multiprocessing.util import Finalize
from typing import Any

from django.conf import settings

from newsportal.client import is_trusted
from newsportal.operating import tallies
from newsportal.operating.limits import ID_CHARACTERS, LOG_FLUSH_SECONDS, TALLY_SECONDS
from newsportal.operating.logs import request_id
from newsportal.operating.redacting import shown
from newsportal.operating.request_log import Entry, RequestLog

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

logger = logging.getLogger(__name__)

HEADER = b"x-request-id"
# The client hung up before there was an answer: nginx's number for it.
GONE = 499
_ID = re.compile(rb"[A-Za-z0-9._-]{%d,%d}" % ID_CHARACTERS)
_START = "http.response.start"


class Observer:
    """An ASGI application around another one. `log` is None where requests are not to be logged."""

    def __init__(self, behind: Asgi, log: RequestLog | None) -> None:
        self._behind = behind
        self._log = log
        # Unlike those of any other process; counting on is quicker than asking for randomness each time.
        self._prefix = secrets.token_hex(6)
        self._numbers = itertools.count(1)
        self._has_begun = False
        self._stop = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._behind(scope, receive, send)
            return
        if not self._has_begun:
            self._begin()
        began = time.perf_counter()
        identity = given_id(scope) or f"{self._prefix}{next(self._numbers):x}"
        request_id.set(identity)
        header = (HEADER, identity.encode())
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
            # By us, on one line and without the keys of links; the server would print it as it is.
            logger.exception("a request was not answered")
            if not status:
                await _apologise(observed)
        finally:
            self._note(scope, identity, status or GONE, time.perf_counter() - began, size)

    def _note(self, scope: Scope, identity: str, status: int, seconds: float, size: int) -> None:
        address = shown(scope["path"])
        tallies.note_answer(address.kind, status, seconds)
        if self._log is not None:
            entry = Entry(time.time(), scope["method"], address, scope["query_string"], status, seconds, size, identity)
            self._log.add(entry)

    def _begin(self) -> None:
        """Not on import: tests and commands import this, and observe nothing."""
        self._has_begun = True
        threading.Thread(target=self._write, name="observer", daemon=True).start()
        # The server's processes are children of `multiprocessing`, which ends them by this and not by `atexit`.
        Finalize(None, self._end, exitpriority=1)

    def _end(self) -> None:
        """What waits is written when the process is ended."""
        self._stop.set()
        if self._log is not None:
            self._log.flush()
        _quietly(tallies.write_down)

    def _write(self) -> None:
        next_tally = 0.0
        _quietly(tallies.begin)
        while not self._stop.wait(LOG_FLUSH_SECONDS):
            if self._log is not None:
                self._log.flush()
            if time.monotonic() >= next_tally:
                next_tally = time.monotonic() + TALLY_SECONDS
                _quietly(tallies.write_down)


def given_id(scope: Scope) -> str:
    """The id that a trusted proxy gave to a request; empty where it gave none, or none that could be one."""
    client = scope.get("client")
    if client is None or not _gives_ids(client[0]):
        return ""
    for name, value in scope["headers"]:
        if name == HEADER:
            return value.decode() if _ID.fullmatch(value) else ""
    return ""


@lru_cache(maxsize=64)
def _gives_ids(address: str) -> bool:
    return bool(settings.TRUSTED_PROXIES) and is_trusted(address)


def _quietly(work: Callable[[], None]) -> None:
    """A disk that is full costs figures, and nothing else."""
    try:
        work()
    except OSError as error:
        logger.debug("the figures could not be written down: %s", error)


async def _apologise(send: Send) -> None:
    await send({"type": _START, "status": 500, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
    await send({"type": "http.response.body", "body": b"Something went wrong.\n"})

"""The request log: one line for each request, gathered on the event loop and written by a thread.

What the loop does for a line is to put a tuple into a list. Nothing of it says who asked: no network address, no
`User-Agent`, no `Referer`; addresses are shown without the keys of links.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable
from typing import NamedTuple

from newsportal.operating import tallies
from newsportal.operating.limits import LOG_LINES_WAITING, LOG_WRITE_BYTES
from newsportal.operating.logs import moment
from newsportal.operating.redacting import Shown, on_one_line, shown_query

logger = logging.getLogger("requests")


class Entry(NamedTuple):
    """A request that was answered. `ended` is in seconds since 1970, `seconds` how long it took, `size` the bytes of
    the body. The status is 499 where the client hung up before there was any.
    """

    ended: float
    method: str
    address: Shown
    query: bytes
    status: int
    seconds: float
    size: int
    request_id: str


Write = Callable[[bytes], object]


class RequestLog:
    """Takes entries at once, and writes them when `flush` is called. `form` makes a line of an entry."""

    def __init__(self, form: Callable[[Entry], str], write: Write | None = None) -> None:
        self._form = form
        self._write = write or _to_stderr
        self._waiting: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Take an entry; where too many wait it is dropped, and counted."""
        if len(self._waiting) < LOG_LINES_WAITING:
            self._waiting.append(entry)
        else:
            tallies.note("log_lines_dropped")

    def flush(self) -> None:
        """Write what waits, in pieces that reach a pipe whole. What cannot be written is dropped, and counted."""
        entries, self._waiting = self._waiting, []
        for lines in _pieces(map(self._form, entries)):
            try:
                self._write("".join(lines).encode("ascii"))
            except OSError:
                tallies.note("log_lines_dropped", times=len(lines))


def as_line(entry: Entry) -> str:
    """`2026-11-28T09:52:54.123Z INFO requests GET /articles/1/harbour/ 200 1.2ms 5123B request=…`."""
    path = f"{entry.address.path}{shown_query(entry.query)}"
    # A space would begin the next field.
    path = path.replace(" ", "%20")
    return (
        f"{moment(entry.ended)} INFO requests {_method(entry)} {path} {entry.status} "
        f"{entry.seconds * 1000:.1f}ms {entry.size}B request={entry.request_id}\n"
    )


def as_json(entry: Entry) -> str:
    """The same as a JSON object."""
    told = {
        "time": moment(entry.ended),
        "level": "INFO",
        "logger": "requests",
        "method": _method(entry),
        "path": f"{entry.address.path}{shown_query(entry.query)}",
        "kind": entry.address.kind,
        "status": entry.status,
        "ms": round(entry.seconds * 1000, 1),
        "bytes": entry.size,
        "request": entry.request_id,
    }
    return f"{json.dumps(told)}\n"


def _method(entry: Entry) -> str:
    return on_one_line(entry.method[:16])


def _pieces(lines: Iterable[str]) -> Iterable[list[str]]:
    piece: list[str] = []
    size = 0
    for line in lines:
        if piece and size + len(line) > LOG_WRITE_BYTES:
            yield piece
            piece, size = [], 0
        piece.append(line)
        size += len(line)
    if piece:
        yield piece


def _to_stderr(text: bytes) -> None:
    # Past the stream's buffer, which may hold a line of the other log.
    sys.stderr.flush()
    os.write(2, text)

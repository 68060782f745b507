"""The request log: one line for each request, gathered on the event loop and written by a thread.

For each line, the loop only puts a tuple into a list. Nothing in it says who asked: no network address, no
`User-Agent`, no `Referer`; addresses are shown without the keys of links.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from newsportal.operating import tallies
from newsportal.operating.limits import LOG_LINES_WAITING, LOG_WRITE_BYTES
from newsportal.operating.logs import moment
from newsportal.operating.redacting import on_one_line, shown, shown_query

# An answered request: when it began and ended, by `time.perf_counter`; its method, path and query; the status (499 if
# the client hung up before there was any); the bytes of the body; its id. Not a NamedTuple, because making one takes as
# long as everything else that is done for a kept page.
Entry = tuple[float, float, tuple[str, str, bytes], int, int, bytes]
# Formats an entry, given the time at which it ended in seconds since 1970, as a line.
Form = Callable[[Entry, float], str]
Write = Callable[[bytes], object]


class RequestLog:
    """Takes entries instantly; `flush` counts them and, if there is a `form` for lines, writes them."""

    def __init__(self, form: Form | None, write: Write | None = None) -> None:
        self._form = form
        self._write = write or _to_stderr
        self._waiting: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Take an entry; if too many are waiting it is dropped, and counted as dropped."""
        if len(self._waiting) < LOG_LINES_WAITING:
            self._waiting.append(entry)
        else:
            tallies.note("log_lines_dropped")

    def flush(self) -> None:
        """Count and write what waits, in pieces that reach a pipe whole; what cannot be written is counted, too."""
        entries, self._waiting = self._waiting, []
        for began, ended, (_method, path, _query), status, _size, _identity in entries:
            tallies.note_answer(shown(path).kind, status, ended - began)
        if self._form is None:
            return
        since = time.time() - time.perf_counter()
        for lines in _pieces([self._form(entry, entry[1] + since) for entry in entries]):
            try:
                self._write("".join(lines).encode("ascii"))
            except OSError:
                tallies.note("log_lines_dropped", times=len(lines))


def as_line(entry: Entry, at: float) -> str:
    """`2026-11-28T09:52:54.123Z INFO requests GET /articles/1/harbour/ 200 1.2ms 5123B request=…`."""
    began, ended, asked, status, size, identity = entry
    head = f"{_second(int(at))}.{int(at * 1000) % 1000:03d}Z INFO requests {_asked(asked)}"
    return f"{head} {status} {(ended - began) * 1000:.1f}ms {size}B request={identity.decode()}\n"


def as_json(entry: Entry, at: float) -> str:
    """The same, as a JSON object."""
    began, ended, (method, path, query), status, size, identity = entry
    told = {
        "time": moment(at),
        "level": "INFO",
        "logger": "requests",
        "method": _shown_method(method),
        "path": f"{shown(path).path}{shown_query(query)}",
        "kind": shown(path).kind,
        "status": status,
        "ms": round((ended - began) * 1000, 1),
        "bytes": size,
        "request": identity.decode(),
    }
    return f"{json.dumps(told)}\n"


@lru_cache(maxsize=1024)
def _asked(asked: tuple[str, str, bytes]) -> str:
    method, path, query = asked
    # A space would begin the next field.
    return f"{_shown_method(method)} {shown(path).path.replace(' ', '%20')}{shown_query(query)}"


def _shown_method(method: str) -> str:
    return on_one_line(method[:16])


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return moment(seconds)[: -len(".000Z")]


def _pieces(lines: Iterable[str]) -> Iterator[list[str]]:
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
    # This bypasses the stream's buffer, which may hold a line of the other log.
    sys.stderr.flush()
    os.write(2, text)

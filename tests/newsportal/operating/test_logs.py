"""One record, one line; one request, one line: whatever it contains, nobody can write a line of their own."""

import json
import logging
import re
import sys
from collections.abc import Callable

import pytest

from newsportal.operating import tallies
from newsportal.operating.limits import LOG_LINES_WAITING, LOG_WRITE_BYTES
from newsportal.operating.logs import JsonFormatter, LineFormatter, request_id
from newsportal.operating.request_log import Entry, RequestLog, as_json, as_line

# Each of these would begin a line, clear a screen, turn the direction or end a string somewhere.
EVIL = [
    "\n",
    "\r",
    "\r\n",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
    "\x1b[2J",
    "\x9b2J",
    "\x00",
    "\u202e",
    '"',
]
FORGED = "2026-11-28T09:52:54.123Z INFO requests GET /forged/ 200"
SIGNED = "7bq2kd9x1m0c:" + "aB3" * 14 + "x"


AT = 1795859574.123


def record(message: str, *arguments: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("comments.mails", logging.WARNING, __file__, 1, message, arguments, info)
    made.created = AT
    return made


def entry(path: str = "/articles/17/harbour/", *, query: bytes = b"", method: str = "GET") -> Entry:
    return (7.0, 7.01234, (method, path, query), 200, 5123, b"abc123def456")


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
@pytest.mark.parametrize("evil", EVIL)
def test_no_message_and_no_traceback_makes_a_second_line(formatter: logging.Formatter, evil: str) -> None:
    try:
        raise ValueError(f"typed{evil}{FORGED}")
    except ValueError as error:
        for made in (record("%s", f"a{evil}{FORGED}"), record("it failed", error=error)):
            line = formatter.format(made)
            assert line.isascii()
            assert line.isprintable()
            assert len(line.splitlines()) == 1


def test_a_line_has_time_with_zone_level_place_words_and_the_request() -> None:
    token = request_id.set("abc123def456")
    try:
        line = LineFormatter().format(record("notice %s was not sent", 17))
        told = json.loads(JsonFormatter().format(record("notice %s was not sent", 17)))
    finally:
        request_id.reset(token)
    assert line == "2026-11-28T09:52:54.123Z WARNING comments.mails notice 17 was not sent request=abc123def456"
    assert told == {
        "time": "2026-11-28T09:52:54.123Z",
        "level": "WARNING",
        "logger": "comments.mails",
        "message": "notice 17 was not sent",
        "request": "abc123def456",
    }


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_the_keys_of_links_are_in_no_message_and_no_traceback(formatter: logging.Formatter) -> None:
    try:
        raise KeyError(f"https://news.example.org/my-comment/{SIGNED}/")
    except KeyError as error:
        lines = [formatter.format(record("Internal Server Error: %s", f"/my-address/{SIGNED}/", error=error))]
    lines.append(formatter.format(record(f"bad signature {SIGNED}")))
    assert [line for line in lines if SIGNED[-20:] in line] == []
    assert "KeyError" in lines[0]


@pytest.mark.parametrize("form", [as_line, as_json])
@pytest.mark.parametrize("evil", EVIL)
def test_one_request_is_one_line_whatever_it_asks_for(form: Callable[[Entry, float], str], evil: str) -> None:
    for one in (
        entry(f"/a{evil}{FORGED}"),
        entry(query=f"page=1{evil}{FORGED}".encode("utf-8", "surrogatepass")),
        entry(method=f"GET{evil}X"),
    ):
        line = form(one, AT)
        assert line.endswith("\n")
        assert line[:-1].isascii()
        assert line[:-1].isprintable()
        # In JSON it is between quotes.
        assert form is as_json or " /forged/ 200" not in line


def test_a_request_has_the_same_fields_in_both_forms() -> None:
    one = entry(query=b"page=2&q=my+illness")
    assert as_line(one, AT) == (
        "2026-11-28T09:52:54.123Z INFO requests GET /articles/17/harbour/?page=2&q=[redacted] 200 12.3ms 5123B "
        "request=abc123def456\n"
    )
    assert json.loads(as_json(one, AT)) == {
        "time": "2026-11-28T09:52:54.123Z",
        "level": "INFO",
        "logger": "requests",
        "method": "GET",
        "path": "/articles/17/harbour/?page=2&q=[redacted]",
        "kind": "story",
        "status": 200,
        "ms": 12.3,
        "bytes": 5123,
        "request": "abc123def456",
    }


def test_a_space_in_a_path_begins_no_field() -> None:
    assert re.fullmatch(
        r"\S+ INFO requests GET /a%20200%201ms/ 200 12.3ms 5123B request=\w+\n", as_line(entry("/a 200 1ms/"), AT)
    )


def test_lines_are_written_in_pieces_that_a_pipe_takes_whole() -> None:
    written: list[bytes] = []
    log = RequestLog(as_line, written.append)
    for _ in range(200):
        log.add(entry())
    log.flush()
    log.flush()
    line = re.compile(rb"\S+Z INFO requests GET /articles/17/harbour/ 200 12.3ms 5123B request=abc123def456\n")
    assert len(line.findall(b"".join(written))) == 200
    assert line.sub(b"", b"".join(written)) == b""
    assert max(map(len, written)) <= LOG_WRITE_BYTES
    assert all(piece.endswith(b"\n") for piece in written)


def test_what_a_full_disk_does_not_take_is_counted_and_the_next_is_tried() -> None:
    written: list[bytes] = []

    def write(text: bytes) -> None:
        written.append(text)
        if len(written) == 1:
            raise OSError(28, "No space left on device")

    log = RequestLog(as_line, write)
    before = tallies.own.counts["log_lines_dropped"]
    log.add(entry())
    log.flush()
    log.add(entry())
    log.flush()
    assert (len(written), tallies.own.counts["log_lines_dropped"] - before) == (2, 1)


def test_no_error_is_mailed_with_a_request_in_it() -> None:
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    kinds = {type(handler).__name__ for logger in loggers for handler in logger.handlers}
    assert "AdminEmailHandler" not in kinds


def test_a_log_that_takes_nothing_does_not_eat_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    log = RequestLog(as_line, sys.exit)
    before = tallies.own.counts["log_lines_dropped"]
    for _ in range(LOG_LINES_WAITING + 3):
        log.add(entry())
    assert tallies.own.counts["log_lines_dropped"] - before == 3

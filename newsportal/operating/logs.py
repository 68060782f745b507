"""How log lines look: one line for each record, whatever it holds, with the id of the request that it belongs to."""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from newsportal.operating.limits import MESSAGE_CHARACTERS
from newsportal.operating.redacting import on_one_line, without_secrets

# The id of the request that is being answered; empty where nobody asked.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def moment(seconds: float) -> str:
    """A time as logs have it: UTC, with its zone, to the millisecond (RFC 3339)."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class LineFormatter(logging.Formatter):
    """`2026-11-28T09:52:54.123Z WARNING comments.mails the words request=… `: for eyes and for grep."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line: line ends, of a traceback too, are written out."""
        words = " ".join([f"{name}={value}" for name, value in _fields(record).items()])
        head = f"{moment(record.created)} {record.levelname} {record.name} {on_one_line(_message(record))}"
        return f"{head} {words}" if words else head


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time`, `level`, `logger`, `message`, and `request` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON in ASCII: no character of it can end the line or reach a terminal."""
        told = {
            "time": moment(record.created),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            **_fields(record),
        }
        return json.dumps(told)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    current = request_id.get()
    return {"request": current} if current else {}


def _message(record: logging.LogRecord) -> str:
    """The words and the traceback, without the keys of links."""
    text = record.getMessage()
    if record.exc_info and record.exc_info[0] is not None:
        text = f"{text}\n{''.join(traceback.format_exception(*record.exc_info)).rstrip()}"
    return without_secrets(text[:MESSAGE_CHARACTERS])

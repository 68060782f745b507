"""The format of log lines: one line for each record, whatever it holds, with the id of the request it belongs to.

No line contains the key of a link, a mail address or a network address, whoever wrote the words.
"""

import json
import logging
import sys
import threading
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from newsportal.operating.limits import MESSAGE_CHARACTERS
from newsportal.operating.redacting import as_logged, on_one_line

logger = logging.getLogger(__name__)

# The id of the request that is being answered; empty outside requests.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def moment(seconds: float) -> str:
    """A time as written in logs: UTC, with its zone, to the millisecond (RFC 3339)."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tell_what_ends() -> None:
    """From now on an exception that ends a thread or the process is logged like any other record; Python would print
    it as it is, and likewise a record that could not be written.
    """
    logging.raiseExceptions = False

    def of_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logger.critical("the process ends", exc_info=(kind, error, trace))

    def of_thread(ended: threading.ExceptHookArgs) -> None:
        if ended.exc_value is not None:
            trace = (ended.exc_type, ended.exc_value, ended.exc_traceback)
            logger.critical("thread %s ends", ended.thread and ended.thread.name, exc_info=trace)

    sys.excepthook, threading.excepthook = of_process, of_thread


class LineFormatter(logging.Formatter):
    """`2026-11-28T09:52:54.123Z WARNING comments.mails the words request=… `: for eyes and for grep."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line: line ends, also those in a traceback, are escaped."""
        words = " ".join([f"{name}={value}" for name, value in _fields(record).items()])
        head = f"{moment(record.created)} {record.levelname} {record.name} {on_one_line(_message(record))}"
        return f"{head} {words}" if words else head


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time`, `level`, `logger`, `message`, and `request` if there is one."""

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
    """The message and the traceback, in the form in which they may be logged."""
    try:
        text = record.getMessage()
    except Exception:  # whatever the values: a record that fails would be lost, or printed as it is
        text = f"{record.msg} (its values cannot be put into words)"
    if record.exc_info and record.exc_info[0] is not None:
        text = f"{text}\n{''.join(traceback.format_exception(*record.exc_info)).rstrip()}"
    if len(text) > MESSAGE_CHARACTERS:
        # A key or an address that is cut in two would not be recognised: the last word is dropped as a whole.
        text = text[:MESSAGE_CHARACTERS].rpartition(" ")[0]
    return as_logged(text)

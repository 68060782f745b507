"""Logs every statement that takes too long, and counts what the database refuses, for every connection."""

import logging
import re
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from newsportal.operating import tallies
from newsportal.operating.limits import SQL_CHARACTERS

logger = logging.getLogger(__name__)

# Quoted text in a statement. Ours pass values separately, but a migration's may not.
_QUOTED = re.compile(r"'(?:[^']|'')*'")
# The database is away, full, locked or broken; refusing a row is an answer like any other.
_BROKEN = (OperationalError, InterfaceError)
_COUNTED = "is_counted"


def watch(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Time what a connection executes from now on."""
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(_timed)


def note_request(**kwargs: object) -> None:
    """Count a request that failed because no connection could be had, so that no statement was executed."""
    _count(sys.exception())


def _timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    except _BROKEN as error:
        _count(error)
        raise
    finally:
        took = (time.perf_counter() - began) * 1000
        if took >= settings.SLOW_QUERY_MS > 0:
            tallies.note("slow_queries")
            logger.warning("a statement took %d ms: %s", took, without_values(sql))


def without_values(sql: str) -> str:
    """A statement as it may be logged: with placeholders for its values."""
    return " ".join(_QUOTED.sub("'…'", sql).split())[:SQL_CHARACTERS]


def _count(error: BaseException | None) -> None:
    if isinstance(error, _BROKEN) and not getattr(error, _COUNTED, False):
        setattr(error, _COUNTED, True)
        tallies.note("database_errors", type(error).__name__)

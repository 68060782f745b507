"""Acts that halt before each of their database calls, so that a test decides in which order they go on.

A step is one call: a statement, or a commit. Everything between two calls happens only in Python, so the orders of two
acts' steps are all the orders in which they can affect the rows.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection, connections

from newsportal.refusal import Refusal

# An act that has not reached its next call by now waits for a lock of the other one. On a busy machine it may only be
# slow: then both go on together for once, which is an order as well.
_BLOCKED_SECONDS = 0.06
_STUCK_SECONDS = 30.0


class Injected(OperationalError):
    """The database failure that a test wanted."""


@dataclass
class Act:
    """Something done by a thread of its own, with a connection of its own; `fails_at` is the call (counted from 0)
    instead of which, or after which (`after`), the connection breaks."""

    what: Callable[[], object]
    fails_at: int = -1
    after: bool = False
    calls: int = 0
    is_done: bool = False
    refusal: str = ""
    error: BaseException | None = None
    _go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _came: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _thread: threading.Thread | None = None
    _is_free: bool = False

    @property
    def is_acknowledged(self) -> bool:
        return self.is_done and not self.refusal and self.error is None

    def start(self) -> "Act":
        """Run to the halt before the first call."""
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._came.acquire(timeout=_STUCK_SECONDS)
        return self

    def step(self, patience: float = _BLOCKED_SECONDS) -> bool:
        """Make one call; False if that is impossible because the other act holds a lock."""
        self._go.release()
        return self._came.acquire(timeout=patience)

    def let_go(self, seconds: float = 0.0) -> None:
        """Make all remaining calls without a halt; wait so long for the last of them."""
        self._is_free = True
        self._go.release()
        assert self._thread
        self._thread.join(seconds)

    def end(self) -> "Act":
        """The same, to the end."""
        self.let_go(_STUCK_SECONDS)
        assert self.is_done, "it waits for ever"
        return self

    def _run(self) -> None:
        try:
            with self._stepping():
                self.what()
        except Refusal as refusal:
            self.refusal = refusal.words or type(refusal).__name__
        except BaseException as error:  # the test looks at it
            self.error = error
        finally:
            connections.close_all()
            self.is_done = True
            self._came.release()

    @contextmanager
    def _stepping(self) -> Iterator[None]:
        connection.ensure_connection()
        commit = connection._commit  # type: ignore[attr-defined]
        connection._commit = lambda: self._call(commit)  # type: ignore[attr-defined]

        def statement(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            return self._call(lambda: execute(sql, params, many, context))

        try:
            with connection.execute_wrapper(statement):
                yield
        finally:
            del connection._commit  # type: ignore[attr-defined]

    def _call(self, call: Callable[[], Any]) -> Any:
        self._came.release()
        if not self._is_free:
            assert self._go.acquire(timeout=_STUCK_SECONDS), "nobody lets it go on"
        number, self.calls = self.calls, self.calls + 1
        if number == self.fails_at and not self.after:
            raise Injected("the connection broke before the call")
        answer = call()
        if number == self.fails_at:
            raise Injected("the connection broke after the call")
        return answer


def one_switch(first: Act, second: Act, calls: int) -> bool:
    """The first act makes so many calls, then the second all of its own (as far as it can), then the first the rest.

    False if the first has fewer calls than that.
    """
    first.start()
    for _ in range(calls):
        if first.is_done:
            break
        assert first.step(_STUCK_SECONDS), "nobody else is there to be waited for"
    was_under_way = not first.is_done
    second.start()
    while not second.is_done and second.step():
        pass
    first.let_go(_BLOCKED_SECONDS * 10)
    second.let_go()
    first.end()
    second.end()
    return was_under_way


def alone(act: Act) -> Act:
    """Do it without anybody else."""
    return act.start().end()

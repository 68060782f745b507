"""Django's SQLite backend, in which transactions that write wait for each other in a queue.

SQLite has one writer at a time. One that finds it busy sleeps, longer each time (1 ms to 100 ms), and looks again:
under load the disk is idle while everybody sleeps. Here the threads of a process wait for a lock and are woken at once,
and processes look at a lock of the file system every half millisecond. After too long a wait, it is left to SQLite.
"""

import fcntl
import os
import threading
import time
from typing import Any

from django.db.backends.sqlite3 import base

# Then SQLite's own busy timeout begins, and in the end its error: a queue must not hide that the database is stuck.
_PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 0.0005


class _Queue:
    """Where the writers of one database file wait."""

    def __init__(self, path: str) -> None:
        self._threads = threading.Lock()
        # Open for as long as the process lives.
        self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)

    def enter(self) -> bool:
        """Wait for a turn; False if that takes too long, or the file system has no locks."""
        gives_up = time.monotonic() + _PATIENCE_SECONDS
        if not self._threads.acquire(timeout=_PATIENCE_SECONDS):
            return False
        has_turn = False
        try:
            while not (has_turn := self._is_locked()) and time.monotonic() < gives_up:
                time.sleep(_LOOK_SECONDS)
        except OSError:
            # A file system without locks: SQLite's own waiting has to do.
            has_turn = False
        finally:
            if not has_turn:
                self._threads.release()
        return has_turn

    def leave(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def _is_locked(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


_queues: dict[str, _Queue | None] = {}
_making = threading.Lock()


def _queue_of(path: str) -> _Queue | None:
    """The queue of a database file; None if there cannot be one, and SQLite's own waiting has to do."""
    with _making:
        if path not in _queues:
            try:
                _queues[path] = _Queue(f"{path}-queue")
            except OSError:
                _queues[path] = None
        return _queues[path]


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that waits for its turn before it begins a transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn: _Queue | None = None

    def _start_transaction_under_autocommit(self) -> None:
        # A turn that was never ended: something worse than a database error came in between.
        self._end_turn()
        if not self.is_in_memory_db() and (queue := _queue_of(str(self.settings_dict["NAME"]))):
            self._turn = queue if queue.enter() else None
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.leave()

"""Looks after the store in each server process: opens it, makes up for untold changes, writes down the counts."""

import logging
import threading
from collections import Counter

from django.db import Error, close_old_connections, connections

from newsportal.pages.access import Access
from newsportal.pages.limits import KEEPER_SECONDS
from newsportal.pages.store import StoreError
from newsportal.pages.telling import make_good

logger = logging.getLogger(__name__)


class Keeper:
    """Checks `access` once a second, in a thread that ends with the process. `counts` are the front's."""

    def __init__(self, access: Access, counts: "Counter[str]") -> None:
        self._access = access
        self._counts = counts
        self._told: Counter[str] = Counter()
        self._database_is_there = True
        self._has_begun = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="page-keeper", daemon=True)
        self._started = threading.Lock()

    def start(self) -> None:
        """Begin, unless it has begun already."""
        if self._started.acquire(blocking=False):
            self._thread.start()

    def stop(self) -> None:
        """End, and wait until it has ended."""
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """One round. The store is used only while it knows of every change."""
        try:
            if self._access.is_open:
                self._access.store.moment()
                make_good(self._access)
            else:
                self._open()
            self._write_down()
        except StoreError as error:
            self._has_begun = False
            self._access.fail(error)
        except Error:
            # Without the database nothing can be changed, either, so kept pages may still be shown.
            self._note_database(is_there=False)
        else:
            self._note_database(is_there=True)

    def _open(self) -> None:
        """Begin, make up for untold changes, and open; not if the store failed meanwhile, as it may have missed one."""
        failures = self._access.failures
        # Only once: while the database is away, other processes' pages are all that readers have.
        if not self._has_begun:
            self._access.store.begin()
            self._has_begun = True
        make_good(self._access, everything=True)
        self._has_begun = False
        self._access.is_open = self._access.failures == failures

    def _note_database(self, *, is_there: bool) -> None:
        if self._database_is_there and not is_there:
            logger.warning("the keeper of pages cannot reach the database")
        self._database_is_there = is_there

    def _write_down(self) -> None:
        now = Counter(self._counts)
        steps = now - self._told
        if steps:
            self._access.store.count(steps)
        self._told = now

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                close_old_connections()
                self.look()
            except Exception:
                # Without a keeper untold changes would stay untold: it goes on, whatever the error was.
                logger.exception("the keeper of pages failed")
            self._stop.wait(KEEPER_SECONDS)
        connections.close_all()

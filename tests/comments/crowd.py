"""Many at once: threads that begin together, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Answer = TypeVar("Answer")


def at_once(act: Callable[[], Answer], times: int) -> list[Answer]:
    """What each of so many threads got from `act`; they wait for each other before they begin."""
    return each_at_once([act] * times)


def each_at_once(acts: list[Callable[[], Answer]]) -> list[Answer]:
    """What each act gave, all of them begun together, in their order."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Answer]) -> Answer:
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))

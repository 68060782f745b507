"""Many at once: threads that start together, each with its own database connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Answer = TypeVar("Answer")


def at_once(act: Callable[[], Answer], times: int) -> list[Answer]:
    """What `act` returned in each of so many threads; they wait for each other before they start."""
    return each_at_once([act] * times)


def each_at_once(acts: list[Callable[[], Answer]]) -> list[Answer]:
    """What each act returned, in order, all of them started together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Answer]) -> Answer:
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))

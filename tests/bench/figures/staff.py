"""A moderator opens the desk."""

import time
from collections.abc import Callable
from statistics import median

from tests.bench.bench import Bench
from tests.bench.desk import Moderator
from tests.bench.editions import FEW_WAITING
from tests.bench.measures import Contest, Measure, Target, ratio
from tests.bench.processes import BenchError
from tests.bench.servers import Server, portal

# One at a time, as one moderator opens it; the median of so many is a round.
_OPENED_A_ROUND = 10


def desk(bench: Bench) -> list[Measure]:
    """The desk's first page with very many comments waiting, against a thousand."""
    many = f"{bench.plan.many_comments:,} waiting"
    with portal(bench.editions.many().folder) as large, portal(bench.editions.thousand().folder) as small:
        contest = Contest(_opener(bench, large), _opener(bench, small))
        contest.play(1)
        rounds = contest.play(bench.plan.rounds)
    return [
        ratio(
            "desk",
            f"the desk's first page with {many} against {FEW_WAITING:,}: time",
            Target(at_most=1.5),
            rounds=rounds,
            names=(many, f"{FEW_WAITING:,} waiting"),
            unit="ms",
        )
    ]


def _opener(bench: Bench, server: Server) -> Callable[[], float]:
    moderator = Moderator.sign_in(server.port)

    def open_some() -> float:
        took = median(_milliseconds(moderator) for _ in range(_OPENED_A_ROUND))
        bench.say(f"  the desk took {took:.1f} ms")
        return took

    return open_some


def _milliseconds(moderator: Moderator) -> float:
    began = time.perf_counter()
    page = moderator.open_desk()
    took = time.perf_counter() - began
    if page.status != 200 or "approve:" not in page.text:
        raise BenchError(f"the desk did not open: {page.status}")
    return took * 1e3

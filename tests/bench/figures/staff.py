"""A moderator opens the desk, and decides."""

import time
from collections.abc import Callable
from statistics import median

from tests.bench.bench import Bench
from tests.bench.desk import AT_ONCE, Moderator
from tests.bench.editions import FEW_WAITING
from tests.bench.measures import Contest, Measure, Side, Target, ratio
from tests.bench.processes import BenchError
from tests.bench.servers import Server, portal

# One at a time, as a moderator opens it; the median of this many is a round.
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


def decision(bench: Bench) -> list[Measure]:
    """How many queries one decision makes, with very many comments waiting and with a thousand."""
    few, many = bench.editions.thousand(), bench.editions.many()
    asked = [edition.seed("decision", edition.story) for edition in (many, few)]
    names = (f"{bench.plan.many_comments:,} waiting", f"{FEW_WAITING:,} waiting")
    queries = Measure(
        "decision-queries",
        "queries of the dearest decision: an answer approved, its author told",
        Target(at_most=_QUERIES),
        unit="queries",
        values=[counted["decision"] for counted in asked],
        sides=[Side(name, "queries", [counted["decision"]]) for name, counted in zip(names, asked, strict=True)],
        judged_by="worst",
    )
    more = Measure(
        "decision-flat",
        f"queries more with {names[0]} than with {names[1]}: the decision, and a whole request of the desk's page",
        Target(at_most=0),
        unit="queries",
        values=[abs(asked[0][what] - asked[1][what]) for what in ("decision", "request")],
        sides=[Side("a whole request, its session and rights with it", "queries", [asked[0]["request"]])],
        judged_by="worst",
    )
    return [queries, more]


_QUERIES = 12
_BULK, _SOME = 500, 5


def bulk(bench: Bench) -> list[Measure]:
    """Five hundred comments approved with one press of a button, against five."""
    edition = bench.editions.many()
    waiting = iter(edition.seed("waiting", (bench.plan.rounds + 1) * (_BULK + _SOME)))
    with portal(edition.folder) as server:
        moderator = Moderator.sign_in(server.port)

        def approver(count: int) -> Callable[[], float]:
            def approve() -> float:
                cards = [next(waiting) for _ in range(count)]
                began = time.perf_counter()
                moderator.approve_all(cards)
                took = (time.perf_counter() - began) * 1e3
                bench.say(f"  {count} approvals took {took:.1f} ms")
                return took

            return approve

        contest = Contest(approver(_BULK), approver(_SOME))
        contest.play(1)
        rounds = contest.play(bench.plan.rounds)
    return [
        ratio(
            "bulk",
            f"{_BULK} comments approved at once ({AT_ONCE} a post), against {_SOME}: time",
            Target(at_most=10),
            rounds=rounds,
            names=(f"{_BULK} comments", f"{_SOME} comments"),
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

"""The newsroom's rules check a comment, and are rehearsed on a month of them."""

import json
from typing import Any

from tests.bench.bench import Bench
from tests.bench.figures.searching import own_database
from tests.bench.measures import Measure, Target
from tests.bench.processes import PYTHON, run
from tests.bench.servers import portal_environment

_LENGTHS = {
    "usual": ("of eighty words", Target(at_most=5)),
    "longest": ("of 5,000 characters, the longest there is", Target(at_most=5)),
    "cyrillic": ("as long, in Cyrillic", Target(at_most=5)),
}


def rules(bench: Bench) -> list[Measure]:
    """Five thousand entries on one comment; fifty entries on a month of decided comments, on both databases."""
    took = _seed(bench, "matching", bench.plan.rounds)
    measures = [
        Measure(
            f"rules-{name}", f"5,000 entries on a comment {words}: time of a processor", target, "ms", values=took[name]
        )
        for name, (words, target) in _LENGTHS.items()
    ]
    measures.append(_rehearsal(bench, "SQLite", ""))
    with own_database("bench_rules") as address:
        if address:
            measures.append(_rehearsal(bench, "PostgreSQL", address))
    return measures


def _rehearsal(bench: Bench, database: str, address: str) -> Measure:
    count = bench.plan.rehearsed
    bench.say(f"  making {count:,} decided comments on {database}")
    seconds = _seed(bench, "rehearsal", count, bench.plan.rounds, address=address)
    what = f"fifty entries rehearsed on {count:,} decided comments, {database}"
    return Measure(f"rehearsal-{database.lower()}", what, Target(), "s", values=seconds)


def _seed(bench: Bench, act: str, *arguments: int, address: str = "") -> Any:
    folder = bench.folder("rules")
    folder.mkdir()
    env = portal_environment(folder, **({"DATABASE_URL": address} if address else {}))
    words = [str(argument) for argument in arguments]
    return json.loads(run([PYTHON, "-m", "tests.bench.seeds", act, *words], env=env))

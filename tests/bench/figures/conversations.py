"""A reader opens a conversation of a hundred thousand comments, and a chain of ten thousand answers to answers."""

import json

from tests.bench.bench import Bench
from tests.bench.editions import COMMENTS
from tests.bench.figures.searching import own_database
from tests.bench.measures import Measure, Target, ratio
from tests.bench.processes import PYTHON, run
from tests.bench.servers import portal_environment

_PAGES = (
    *("newest", "oldest", "recommended", "featured"),
    *("the answers of a chain", "the permalink at its end"),
)


def conversation(bench: Bench) -> list[Measure]:
    """Each order of a very long conversation, and a very deep chain, against twenty, on SQLite and on PostgreSQL."""
    measures = _measures(bench, "SQLite", "")
    with own_database("bench_conversation") as address:
        if address:
            return measures + _measures(bench, "PostgreSQL", address)
    bench.say("  there is no PostgreSQL")
    return measures


def _measures(bench: Bench, database: str, address: str) -> list[Measure]:
    folder = bench.folder(f"conversation-{database.lower()}")
    folder.mkdir()
    env = portal_environment(folder, **({"DATABASE_URL": address} if address else {}))
    size = f"{bench.plan.long_thread:,} comments, chain of {bench.plan.deep_chain:,}"
    bench.say(f"  making a conversation on {database}: {size}")
    arguments = [str(number) for number in (bench.plan.long_thread, bench.plan.deep_chain, bench.plan.rounds)]
    found = json.loads(run([PYTHON, "-m", "tests.bench.seeds", "conversation", *arguments], env=env))
    rows = [
        ratio(
            f"conversation-{database.lower()}-{name.replace(' ', '-')}",
            f"{size}, {database}: {name}, against {COMMENTS}",
            Target(at_most=1.2),
            rounds=[(long, short) for long, short in found[name]["rounds"]],
            names=("long", str(COMMENTS)),
            unit="ms",
        )
        for name in _PAGES
    ]
    more = [long - short for long, short in (found[name]["queries"] for name in _PAGES)]
    rows.append(
        Measure(
            f"conversation-{database.lower()}-queries",
            f"queries that these pages need more than with {COMMENTS}, {database}",
            Target(at_most=0),
            unit="queries",
            values=[float(number) for number in more],
            judged_by="worst",
        )
    )
    return rows

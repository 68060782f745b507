"""A reader searches twenty thousand stories."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.bench.bench import Bench
from tests.bench.measures import Measure, Side, Target, ratio
from tests.bench.processes import PYTHON, run
from tests.bench.servers import portal_environment

# Where the benchmark creates a database of its own, if there is a server.
_SERVER = os.environ.get("BENCH_POSTGRESQL", "postgres://postgres@127.0.0.1:5432")
_ASKED = ("a rare word", "a common word", "a word of all", "four words")
# Looking up a rare word costs a tenth of a millisecond, in which Python could not even read twenty stories. The cost of
# an answer beyond the index is the same for all words, so the rare one shows it: two statements built, twenty stories
# read, their passages cut.
_RARE = "a rare word"
_MILLISECONDS = 10.0


def search(bench: Bench) -> list[Measure]:
    """Hits with marked passages against the bare full-text query beneath, on SQLite and on PostgreSQL."""
    measures = _measures(bench, "SQLite", "")
    with own_database("bench_search") as address:
        if address:
            return measures + _measures(bench, "PostgreSQL", address)
    bench.say(f"  there is no PostgreSQL at {_SERVER}")
    return measures + [_measure("PostgreSQL", asked, [], note="no PostgreSQL was found") for asked in _ASKED]


def _measures(bench: Bench, database: str, address: str) -> list[Measure]:
    folder = bench.folder(f"search-{database.lower()}")
    folder.mkdir()
    env = portal_environment(folder, **({"DATABASE_URL": address} if address else {}))
    arguments = [str(bench.plan.searched), str(bench.plan.rounds)]
    bench.say(f"  making {bench.plan.searched:,} stories with words on {database}")
    took = json.loads(run([PYTHON, "-m", "tests.bench.seeds", "search", *arguments], env=env))
    return [_measure(database, asked, took[asked]) for asked in _ASKED]


def _measure(database: str, asked: str, rounds: list[list[float]], note: str = "") -> Measure:
    key = f"search-{database.lower()}-{asked.replace(' ', '-')}"
    what = f"search for {asked}, {database}"
    whole, bare, page = ([taken[index] for taken in rounds] for index in range(3))
    rendered = Side("as a page", "ms", page)
    if asked == _RARE:
        sides = [Side("bare query", "ms", bare), rendered] if rounds else []
        target = Target(at_most=_MILLISECONDS)
        return Measure(key, f"{what}: the whole answer", target, "ms", values=whole, sides=sides, note=note)
    measure = ratio(
        key,
        f"{what}: the whole answer against the bare query",
        Target(at_most=2.0),
        rounds=list(zip(whole, bare, strict=True)),
        names=("whole answer", "bare query"),
        unit="ms",
    )
    measure.sides.append(rendered)
    measure.note = note
    return measure


@contextmanager
def own_database(prefix: str) -> Iterator[str]:
    """The address of a new database, which is dropped afterwards; empty if there is no server."""
    name = f"{prefix}_{secrets.token_hex(4)}"
    try:
        server = psycopg.connect(f"{_SERVER}/postgres", autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        yield ""
        return
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{_SERVER}/{name}"
        finally:
            server.execute(f'DROP DATABASE "{name}"')

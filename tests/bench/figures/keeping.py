"""The portal is backed up and restored, against the database's own tool alone."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.bench import Bench
from tests.bench.figures.searching import own_database
from tests.bench.measures import Contest, Measure, Target, ratio
from tests.bench.processes import PYTHON, BenchError, run
from tests.bench.servers import portal_environment

_TWICE = Target(at_most=2.0)
# A round keeps a disk busy for minutes, and three rounds agree as well as five.
_MOST_ROUNDS = 3


@dataclass(frozen=True)
class _Tools:
    """The database's own way, and how to get an empty one."""

    name: str
    dump: Callable[[Path], Sequence[str]]
    restore: Callable[[Path, str], Sequence[str]]


def backup(bench: Bench) -> list[Measure]:
    """A million comments into a file and back, on SQLite and on PostgreSQL."""
    folder = bench.folder("keeping-sqlite")
    folder.mkdir()
    own = _program("sqlite3")
    place = folder / "portal.sqlite3"
    sqlite = _Tools(
        "SQLite",
        dump=lambda to: [own, str(place), f".backup {to}"],
        restore=lambda source, where: [own, where, f".restore {source}"],
    )
    measures = _measures(bench, folder, sqlite, "")
    with own_database("bench_keeping") as address:
        if not address:
            bench.say("  there is no PostgreSQL")
            return measures
        postgresql = _Tools(
            "PostgreSQL",
            dump=lambda to: [_program("pg_dump"), "--format=custom", f"--file={to}", address],
            restore=lambda source, where: [_program("pg_restore"), "--no-owner", f"--dbname={where}", str(source)],
        )
        folder = bench.folder("keeping-postgresql")
        folder.mkdir()
        return measures + _measures(bench, folder, postgresql, address)


def _measures(bench: Bench, folder: Path, tools: _Tools, address: str) -> list[Measure]:
    size = bench.plan.many_comments
    env = portal_environment(folder, **({"DATABASE_URL": address} if address else {}))
    bench.say(f"  making {size:,} comments on {tools.name}")
    run([PYTHON, "manage.py", "migrate", "--verbosity=0"], env=env)
    run([PYTHON, "-m", "tests.bench.seeds", "fill", "0", str(size)], env=env)
    numbers = count(1)
    files = folder / "files"
    files.mkdir()

    def ours() -> float:
        path = files / f"{next(numbers)}.tar"
        return _seconds(bench, [PYTHON, "manage.py", "backup", str(path)], env)

    def theirs() -> float:
        return _seconds(bench, tools.dump(files / f"{next(numbers)}.own"), env)

    rounds = min(bench.plan.rounds, _MOST_ROUNDS)
    made = Contest(ours, theirs).play(rounds)
    path, own = sorted(files.glob("*.tar"))[-1], sorted(files.glob("*.own"))[-1]
    for old in {*files.iterdir()} - {path, own}:
        old.unlink()

    def ours_back() -> float:
        with _empty(bench, tools) as (var, where):
            shutil.copytree(folder / "erasures", var / "erasures")
            there = portal_environment(var, **({"DATABASE_URL": where} if address else {}))
            return _seconds(bench, [PYTHON, "manage.py", "restore", str(path)], there)

    def theirs_back() -> float:
        with _empty(bench, tools) as (var, where):
            return _seconds(bench, tools.restore(own, where or str(var / "portal.sqlite3")), env)

    restored = Contest(ours_back, theirs_back).play(rounds)
    key, names = tools.name.lower(), ("portal", "own tool")
    what = f"{size:,} comments, {tools.name}"
    return [
        ratio(f"backup-{key}", f"backup of {what}, against its own tool", _TWICE, rounds=made, names=names, unit="s"),
        ratio(
            f"restore-{key}", f"restore of {what}, against its own tool", _TWICE, rounds=restored, names=names, unit="s"
        ),
    ]


@contextmanager
def _empty(bench: Bench, tools: _Tools) -> Iterator[tuple[Path, str]]:
    """A new machine: its folder, and the address of its database unless that is a file in it."""
    with TemporaryDirectory(dir=bench.root) as folder:
        if tools.name == "SQLite":
            yield Path(folder), ""
            return
        with own_database("bench_kept") as address:
            yield Path(folder), address


def _seconds(bench: Bench, command: Sequence[str], env: Mapping[str, str]) -> float:
    began = time.perf_counter()
    run(command, env=env)
    took = time.perf_counter() - began
    bench.say(f"  {Path(command[1 if command[0] == PYTHON else 0]).name}: {took:.1f} s")
    return took


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise BenchError(f"there is no {name} on this machine")
    return path

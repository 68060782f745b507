"""What processes count, added up over all of them: each writes its counts to a file of its own.

Not into the page store, which is emptied at each start and may be away just when the figures are needed; and not into
a file that is mapped into memory, because on a full disk that kills the process.
"""

import fcntl
import json
import os
import socket
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from newsportal.operating.limits import LATENCIES, TALLIES_OF_DEAD_SECONDS

# The counts of processes that have ended.
_GONE = "gone.json"
# (kind of page, status) -> how many took how long: one bucket more than LATENCIES, then the seconds in all.
Answers = dict[tuple[str, int], list[float]]


class Tally:
    """Counts of responses, and of other things by name (and, after a colon, a label), and when each last happened."""

    def __init__(self) -> None:
        self.answers: Answers = {}
        self.counts: Counter[str] = Counter()
        self.moments: dict[str, float] = {}

    def add(self, other: "Tally") -> None:
        """Add another tally's counts."""
        for key, row in list(other.answers.items()):
            before = self.answers.get(key, [0.0] * len(row))
            self.answers[key] = [old + new for old, new in zip(before, row, strict=True)]
        self.counts.update(other.counts)
        for name, at in list(other.moments.items()):
            self.moments[name] = max(self.moments.get(name, 0.0), at)

    def packed(self) -> str:
        """As text, for a file."""
        named = {f"{status} {kind}": row for (kind, status), row in list(self.answers.items())}
        return json.dumps({"answers": named, "counts": dict(self.counts), "moments": dict(self.moments)})

    @classmethod
    def unpack(cls, text: str) -> "Tally":
        """The tally that `packed` made this text of; raises ValueError, KeyError, TypeError or AttributeError."""
        told: dict[str, dict[str, Any]] = json.loads(text)
        tally = cls()
        for key, row in told["answers"].items():
            status, _, kind = key.partition(" ")
            tally.answers[kind, int(status)] = [float(count) for count in row]
        tally.counts.update({name: int(count) for name, count in told["counts"].items()})
        tally.moments.update({name: float(at) for name, at in told["moments"].items()})
        return tally


# What this process has counted since it started.
own = Tally()


def note_answer(kind: str, status: int, seconds: float) -> None:
    """Count an answered request; called by one thread at a time, while the log is flushed."""
    row = own.answers.get((kind, status))
    if row is None:
        row = own.answers[kind, status] = [0.0] * (len(LATENCIES) + 2)
    row[bisect_left(LATENCIES, seconds)] += 1
    row[-1] += seconds


def note(name: str, label: str = "", *, times: int = 1) -> None:
    """Count that something happened, and when."""
    key = f"{name}:{label}" if label else name
    own.counts[key] += times
    own.moments[key] = time.time()


def begin() -> None:
    """At the start of a process, add up the counts of those that have ended, so that files do not become many.

    Raises OSError if nothing can be written.
    """
    folder().mkdir(parents=True, exist_ok=True)
    with _locked():
        gone = Tally()
        ended = [path for path in folder().glob("*.json") if path.name != _GONE and _has_ended(path)]
        for path in (folder() / _GONE, *ended):
            _add_file(gone, path)
        _replace(folder() / _GONE, gone.packed())
        for path in ended:
            path.unlink(missing_ok=True)


def write_down() -> None:
    """Write this process's counts where the others read them. Raises OSError; the next call includes everything."""
    _replace(folder() / _own_name(), own.packed())


def sums() -> Tally:
    """What all processes have counted: others as of the last second, when they wrote it down, this one as of now."""
    total = Tally()
    total.add(own)
    with _locked():
        for path in folder().glob("*.json"):
            if path.name != _own_name():
                _add_file(total, path)
    return total


def folder() -> Path:
    """Where the files are."""
    return Path(settings.VAR_DIR) / "tallies"


def _add_file(total: Tally, path: Path) -> None:
    # A file that cannot be read costs its counts, and nothing else.
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        total.add(Tally.unpack(path.read_text()))


def _replace(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(path)


@contextmanager
def _locked() -> Iterator[None]:
    """A lock, so that nobody reads while files are added up: they would be counted twice. If nothing can be written,
    nobody adds anything up, and no lock is needed.
    """
    try:
        lock = os.open(folder() / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@lru_cache(maxsize=1)
def _own_name() -> str:
    pid = os.getpid()
    return f"{socket.gethostname()}_{pid}_{_began(str(pid))}.json"


def _has_ended(path: Path) -> bool:
    """Whether a file's process has ended: known at once on its own machine, and by its silence on another."""
    host, _, process = path.stem.rpartition("_")[0].rpartition("_")
    if host == socket.gethostname():
        return _began(process) != path.stem.rpartition("_")[2]
    return time.time() - path.stat().st_mtime > TALLIES_OF_DEAD_SECONDS


def _began(pid: str) -> str:
    """When a process began, in ticks since boot, because process ids are reused. Empty if there is no such process."""
    try:
        return Path(f"/proc/{int(pid)}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, ValueError, IndexError):
        return ""

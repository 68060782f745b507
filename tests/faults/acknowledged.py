"""The client's own ledger: what it asked for, and what was acknowledged. Each line is written to the disk at once."""

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Acknowledged:
    """Kinds of acts are `comments`, `editions` and `decided`; each act has a key that no other has."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def ask(self, kind: str, key: str) -> None:
        """Note that this is about to be asked for."""
        self._write("asked", kind, key)

    def take(self, kind: str, key: str, number: int = 0) -> None:
        """Note that it was acknowledged; for a decision, with its number in the portal's ledger."""
        self._write("taken", kind, key, number)

    def count(self) -> int:
        """How many were acknowledged."""
        return sum(1 for what, *_rest in self.lines() if what == "taken")

    def lines(self) -> Iterator[list[Any]]:
        return (json.loads(line) for line in self.path.read_text().splitlines())

    def broken_promises(self, there: dict[str, Any]) -> list[str]:
        """Where the rows (`tests.faults.whole`) differ from what was acknowledged: what was acknowledged must be
        there once, what was asked for at most once, and nothing else."""
        asked: dict[str, set[str]] = {"comments": set(), "decided": set(), "editions": set()}
        taken: dict[str, Counter[str]] = {kind: Counter() for kind in asked}
        numbers = set()
        for what, kind, key, number in self.lines():
            asked[kind].add(key)
            if what == "taken":
                taken[kind][key] += 1
                numbers |= {number} if number else set()
        found = [
            f"{kind} {key}: acknowledged {taken[kind][key]} times, there {there[kind].get(key, 0)} times"
            for kind, keys in asked.items()
            for key in sorted(keys)
            if not taken[kind][key] <= there[kind].get(key, 0) <= 1
        ]
        lost = numbers - set(there["decisions"])
        strange = {name for name in there["comments"] if name.startswith("Faulty")} - asked["comments"]
        return [*found, *(f"decision {number} is lost" for number in lost), *(f"nobody wrote as {n}" for n in strange)]

    def _write(self, *parts: Any) -> None:
        line = json.dumps(parts if len(parts) == 4 else [*parts, 0])
        with self._lock:
            os.write(self._file, f"{line}\n".encode())
            os.fsync(self._file)

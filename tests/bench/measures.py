"""From rounds to a verdict."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Literal

Verdict = Literal["reached", "missed", "not measured"]


@dataclass(frozen=True)
class Target:
    """What a value must reach: at least or at most this much. With neither it is for information."""

    at_least: float | None = None
    at_most: float | None = None

    def is_reached(self, value: float) -> bool:
        over = self.at_most is not None and value > self.at_most
        under = self.at_least is not None and value < self.at_least
        return not over and not under

    def __str__(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else "–"


@dataclass
class Side:
    """What one of the two compared sides did, round by round, in `unit`."""

    name: str
    unit: str
    values: list[float] = field(default_factory=list)


@dataclass
class Measure:
    """One row of the report: a value for each round, and the two sides that a ratio came from.

    `judged_by` is the median for values that drift with the machine, and the worst for what must never happen.
    """

    key: str
    what: str
    target: Target
    unit: str = "×"
    values: list[float] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    judged_by: Literal["median", "worst"] = "median"
    note: str = ""

    @property
    def value(self) -> float | None:
        """The value compared with the target; None if nothing could be measured."""
        if not self.values:
            return None
        if self.judged_by == "median":
            return median(self.values)
        return max(self.values) if self.target.at_least is None else min(self.values)

    @property
    def verdict(self) -> Verdict:
        if self.value is None:
            return "not measured"
        return "reached" if self.target.is_reached(self.value) else "missed"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "value": self.value, "verdict": self.verdict}


@dataclass(frozen=True)
class Contest:
    """Two sides measured in turns: `ours` and `theirs` each run one round and return one number."""

    ours: Callable[[], float]
    theirs: Callable[[], float]

    def play(self, rounds: int) -> list[tuple[float, float]]:
        """A B, B A, A B …: the order alternates, so that neither side always comes second."""
        played = []
        for number in range(rounds):
            if number % 2:
                theirs = self.theirs()
                played.append((self.ours(), theirs))
            else:
                ours = self.ours()
                played.append((ours, self.theirs()))
        return played


def ratio(
    key: str,
    what: str,
    target: Target,
    *,
    rounds: list[tuple[float, float]],
    names: tuple[str, str],
    unit: str,
    inverse: bool = False,
) -> Measure:
    """A measure of (ours, theirs) pairs: ours divided by theirs, or with `inverse` theirs divided by ours."""
    pairs = [(theirs, ours) if inverse else (ours, theirs) for ours, theirs in rounds]
    # A round in which one side answered nothing has no ratio; the sides' own numbers show it.
    values = [above / below for above, below in pairs if below]
    sides = [Side(name, unit, [pair[index] for pair in rounds]) for index, name in enumerate(names)]
    return Measure(key, what, target, values=values, sides=sides)

"""What a run found: as a table for people, and as JSON with every round so that runs can be compared."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.measures import Measure, Side

_MARKS = {"reached": "reached", "missed": "**missed**", "not measured": "not measured"}
_INTRODUCTION = """# Performance

Written by `{command}`.

The code of each figure is in `tests/bench/figures/`. All load comes from the same machine, over 16 connections, and
meets the portal with its defaults and SQLite. The two sides of a comparison were measured in turns, in
{rounds} rounds of {seconds:g} s per side; a row shows the median of the rounds' ratios and, in brackets,
the smallest and the largest. Counts of what must never happen show the worst round. Only ratios of one run mean
anything: the absolute numbers (medians) are for information. The raw rounds are in `performance.json`;
`python -m tests.bench --compare OLD.json` names the ratios that moved.
"""


@dataclass(frozen=True)
class Run:
    """Everything that a run found. `failed` is what could not be measured, by figure, with the reason."""

    command: str
    plan: str
    rounds: int
    seconds: float
    machine: dict[str, str]
    measures: list[Measure]
    failed: dict[str, str]

    def as_json(self) -> str:
        measures = [measure.as_json() for measure in self.measures]
        return json.dumps({**vars(self), "measures": measures}, indent=1, ensure_ascii=False) + "\n"


def write(run: Run, folder: Path) -> None:
    """`performance.md` and `performance.json`."""
    (folder / "performance.md").write_text(markdown(run), encoding="utf-8")
    (folder / "performance.json").write_text(run.as_json(), encoding="utf-8")


def markdown(run: Run) -> str:
    introduction = _INTRODUCTION.format(command=run.command, rounds=run.rounds, seconds=run.seconds)
    parts = [introduction]
    if run.plan != "full":
        parts.append(f"This was a {run.plan} run, with fewer rounds and smaller tables: no claim rests on it.\n")
    parts += [_table(run.measures), _failures(run.failed), "## Machine and versions\n", _list(run.machine)]
    return "\n".join(part for part in parts if part)


def line(measure: Measure) -> str:
    """One measure in one line, for the terminal."""
    return f"{measure.verdict:12} {_value(measure):32} {measure.target!s:8} {measure.what}"


def _table(measures: Sequence[Measure]) -> str:
    rows = ["| what | measured | target | | absolute |", "|---|---|---|---|---|"]
    for measure in measures:
        note = f" ({measure.note})" if measure.note else ""
        told = [f"{measure.what}{note}", _value(measure), str(measure.target), _MARKS[measure.verdict]]
        rows.append(f"| {' | '.join([*told, '; '.join(map(_absolute, measure.sides))])} |")
    return "\n".join(rows) + "\n"


def _value(measure: Measure) -> str:
    """Median or worst with its unit, and the spread if there were several rounds that differ."""
    if measure.value is None:
        return "–"
    shown = f"{number(measure.value)} {measure.unit}"
    least, most = min(measure.values), max(measure.values)
    return shown if least == most else f"{shown} ({number(least)}–{number(most)})"


def _absolute(side: Side) -> str:
    return f"{side.name} {number(median(side.values))} {side.unit}" if side.values else ""


def number(value: float) -> str:
    """Three significant digits; whole numbers as they are."""
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _failures(failed: dict[str, str]) -> str:
    if not failed:
        return ""
    rows = "\n".join(f"- `{name}`: {words.splitlines()[0]}" for name, words in failed.items())
    return f"Not measured, because something broke:\n\n{rows}\n"


def _list(told: dict[str, str]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in told.items()) + "\n"

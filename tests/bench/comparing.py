"""Two runs side by side: which ratios moved."""

import json
from pathlib import Path
from typing import Any

from tests.bench.report import number

# Below this, two runs of the same code on the same machine already differ.
NOTHING = 0.05


def moved(old: Path, new: Path) -> list[str]:
    """A line for each measure that moved: the spreads of the two runs do not overlap, or a verdict changed."""
    before, after = _measures(old), _measures(new)
    lines = [_told(before[key], after[key]) for key in after if key in before]
    missing = [f"only in one of them: {key}" for key in sorted(before.keys() ^ after.keys())]
    return [words for words in lines if words] + missing


def _measures(path: Path) -> dict[str, Any]:
    return {measure["key"]: measure for measure in json.loads(path.read_text(encoding="utf-8"))["measures"]}


def _told(old: dict[str, Any], new: dict[str, Any]) -> str:
    if old["verdict"] == new["verdict"] and not _is_apart(old, new):
        return ""
    verdicts = new["verdict"] if old["verdict"] == new["verdict"] else f"{old['verdict']} → {new['verdict']}"
    return f"{new['what']}: {_shown(old)} → {_shown(new)} ({verdicts})"


def _is_apart(old: dict[str, Any], new: dict[str, Any]) -> bool:
    if not old["values"] or not new["values"]:
        return old["values"] != new["values"]
    overlap = min(old["values"]) <= max(new["values"]) and min(new["values"]) <= max(old["values"])
    return not overlap and abs(new["value"] - old["value"]) > NOTHING * abs(old["value"])


def _shown(measure: dict[str, Any]) -> str:
    return "–" if measure["value"] is None else f"{number(measure['value'])} {measure['unit']}"

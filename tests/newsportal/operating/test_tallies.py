"""Counts are added up over all processes, those that have ended included, and none is lost."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from newsportal.operating import tallies
from newsportal.operating.limits import LATENCIES, TALLIES_OF_DEAD_SECONDS
from newsportal.operating.tallies import Tally


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(tallies, "own", Tally())


def another(name: str, *, answers: int = 1) -> Path:
    """The file of another process."""
    tally = Tally()
    tally.answers["story", 200] = [float(answers), *[0.0] * (len(LATENCIES) + 1)]
    tally.counts["slow_queries"] = 2
    tally.moments["slow_queries"] = 5.0
    path = tallies.folder() / name
    path.write_text(tally.packed())
    return path


def test_an_answer_falls_into_the_class_that_its_time_ends_in() -> None:
    for seconds in (0.0, 0.001, 0.0011, 0.3, 99.0):
        tallies.note_answer("story", 200, seconds)
    row = tallies.own.answers["story", 200]
    assert (row[0], row[1], row[LATENCIES.index(0.5)], row[len(LATENCIES)], row[-1]) == (
        2,
        1,
        1,
        1,
        pytest.approx(99.3021),
    )
    assert sum(row[:-1]) == 5


def test_the_sum_is_of_all_processes() -> None:
    tallies.begin()
    tallies.note_answer("story", 200, 0.0001)
    tallies.note("csp_reports", "kept", times=3)
    tallies.write_down()
    another(f"elsewhere_{os.getpid()}_17.json")
    told = tallies.sums()
    assert (told.answers["story", 200][0], dict(told.counts)) == (2, {"csp_reports:kept": 3, "slow_queries": 2})
    assert told.moments["slow_queries"] == 5.0
    assert time.time() - told.moments["csp_reports:kept"] < 60


def test_what_a_process_counted_outlives_it() -> None:
    tallies.begin()
    script = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'newsportal.settings'; "
        "from newsportal.operating import tallies; tallies.begin(); tallies.note('slow_queries', times=5); "
        "tallies.write_down()"
    )
    environment = {
        **os.environ,
        "VAR_DIR": str(tallies.folder().parent),
        "DJANGO_SETTINGS_MODULE": "newsportal.settings",
    }
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, timeout=60)
    assert tallies.sums().counts["slow_queries"] == 5
    tallies.begin()
    assert [path.name for path in tallies.folder().glob("*.json")] == ["gone.json"]
    tallies.begin()
    assert tallies.sums().counts["slow_queries"] == 5


def test_of_another_machine_it_is_its_silence_that_tells() -> None:
    tallies.begin()
    path = another("elsewhere_7_17.json", answers=4)
    tallies.begin()
    assert path.exists()
    old = time.time() - TALLIES_OF_DEAD_SECONDS - 60
    os.utime(path, (old, old))
    tallies.begin()
    assert (path.exists(), tallies.sums().answers["story", 200][0]) == (False, 4)


def test_a_number_that_another_process_had_before_is_not_that_process() -> None:
    tallies.begin()
    path = another(f"{socket.gethostname()}_{os.getpid()}_1.json", answers=4)
    tallies.begin()
    assert (path.exists(), tallies.sums().answers["story", 200][0]) == (False, 4)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"answers": {"x": 1}}', '{"answers": [], "counts": 1}', "\x00"])
def test_a_file_that_cannot_be_read_costs_its_counts_alone(text: str) -> None:
    tallies.begin()
    another("elsewhere_7_17.json")
    (tallies.folder() / "broken_1_1.json").write_text(text)
    assert tallies.sums().counts["slow_queries"] == 2


def test_without_a_folder_there_are_this_process_counts() -> None:
    tallies.note("slow_queries")
    assert tallies.sums().counts["slow_queries"] == 1

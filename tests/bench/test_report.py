"""What the benchmark says about its rounds; the benchmark itself is run by `make bench`."""

import json
from pathlib import Path

import pytest

from tests.bench import report
from tests.bench.comparing import moved
from tests.bench.load import Ask, filled, lua
from tests.bench.measures import Contest, Measure, Target, ratio


def a_ratio(*rounds: tuple[float, float]) -> Measure:
    target = Target(at_least=0.5)
    return ratio("hot", "hot page", target, rounds=list(rounds), names=("portal", "nginx"), unit="requests/s")


def a_run(*measures: Measure) -> report.Run:
    return report.Run("python -m tests.bench", "full", 5, 4.0, {"CPU": "one"}, list(measures), {"desk": "no\nmore"})


def test_a_ratio_is_judged_by_the_median_of_its_rounds() -> None:
    measure = a_ratio((60, 100), (10, 100), (70, 100))
    assert (measure.value, measure.verdict) == (0.6, "reached")


def test_what_must_never_happen_is_judged_by_its_worst_round() -> None:
    measure = Measure("old", "old pages", Target(at_most=0), "answers", [0, 0, 1], judged_by="worst")
    assert (measure.value, measure.verdict) == (1, "missed")


def test_nothing_measured_is_neither_reached_nor_missed() -> None:
    assert a_ratio().verdict == "not measured"


@pytest.mark.parametrize(("value", "words"), [(5, "5"), (0.0123456, "0.0123"), (12345.6, "12,346"), (1.05, "1.05")])
def test_numbers_have_the_digits_that_mean_something(value: float, words: str) -> None:
    assert report.number(value) == words


def test_the_report_shows_value_spread_target_and_verdict() -> None:
    text = report.markdown(a_run(a_ratio((60, 100), (40, 100), (20, 100))))
    assert "| hot page | 0.4 × (0.2–0.6) | ≥ 0.5 | **missed** | portal 40 requests/s; nginx 100 requests/s |" in text
    assert "- `desk`: no\n" in text


def test_runs_are_compared_by_what_left_the_others_spread(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text(a_run(a_ratio((60, 100), (62, 100))).as_json())
    (tmp_path / "same.json").write_text(a_run(a_ratio((61, 100), (63, 100))).as_json())
    (tmp_path / "slower.json").write_text(a_run(a_ratio((30, 100), (32, 100))).as_json())
    assert moved(tmp_path / "old.json", tmp_path / "same.json") == []
    [line] = moved(tmp_path / "old.json", tmp_path / "slower.json")
    assert line == "hot page: 0.61 × → 0.31 × (reached → missed)"


def test_sides_take_turns_at_going_first() -> None:
    told: list[str] = []
    contest = Contest(lambda: float(told.append("A") or 1), lambda: float(told.append("B") or 2))
    assert contest.play(3) == [(1, 2)] * 3
    assert "".join(told) == "ABBAAB"


def test_each_request_has_a_network_of_its_own() -> None:
    assert filled("{n} {network}", 70_000) == "70000 2001:db8:1:1170::1"


def test_a_request_that_never_changes_is_left_to_wrk() -> None:
    assert "function request" not in lua([Ask("/")], 0)
    assert "function request" in lua([Ask("/{n}")], 0)
    assert json.dumps("/{n}") in lua([Ask("/{n}")], 0)

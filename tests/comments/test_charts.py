"""Charts as numbers: drawn heights match the figures."""

import pytest

from comments.charts import Bar, Series, Text, bars, columns, step_of


def said(value: float) -> str:
    return f"{value:g} min"


def test_columns_are_as_high_as_their_values_and_the_table_says_the_same() -> None:
    series = [Series("half", [10, 0]), Series("nine of ten", [25, 50])]
    chart = columns("x", title="T", description="D", of="Hour", labels=["00:00", "01:00"], series=series, said=said)
    assert [(bar.y, bar.height, bar.kind) for bar in chart.bars] == [
        ("172.0", "40.0", 0),
        ("112.0", "100.0", 1),
        ("212.0", "0.0", 0),
        ("12.0", "200.0", 1),
    ]
    assert chart.bars[0].words == "00:00, half: 10 min"
    assert (chart.legend, chart.head) == (["half", "nine of ten"], ["Hour", "half", "nine of ten"])
    assert chart.rows == [["00:00", "10 min", "25 min"], ["01:00", "0 min", "50 min"]]
    assert [text.words for text in chart.texts[2:]] == [f"{value} min" for value in (0, 10, 20, 30, 40, 50)]


def test_bars_are_as_long_as_their_values() -> None:
    chart = bars(
        "x", title="T", description="D", of="Reason", name="Times", values=[("hate", 4), ("other", 1)], said=said
    )
    assert chart.bars == [
        Bar("190", "7.0", "440.0", "18", 0, "hate: 4 min"),
        Bar("190", "39.0", "110.0", "18", 0, "other: 1 min"),
    ]
    assert chart.texts[:2] == [Text("182.0", "20.0", "hate", "end"), Text("638.0", "20.0", "4 min", "start")]
    assert (chart.height, chart.rows) == (64, [["hate", "4 min"], ["other", "1 min"]])


def test_nothing_at_all_is_drawn_flat() -> None:
    flat = bars("x", title="T", description="D", of="By", name="Share", values=[("rules", 0)], said=said)
    assert [bar.width for bar in flat.bars] == ["0.0"]
    none = columns("x", title="T", description="D", of="Hour", labels=["00:00"], series=[Series("a", [0])], said=said)
    assert [bar.height for bar in none.bars] == ["0.0"]


@pytest.mark.parametrize(
    ("largest", "step"), [(0, 1), (5, 1), (6, 2), (10, 2), (11, 5), (25, 5), (26, 10), (51, 20), (501, 200), (999, 200)]
)
def test_lines_are_at_round_numbers(largest: float, step: float) -> None:
    assert step_of(largest) == step
    assert step * 5 >= largest

"""Charts as plain numbers for a template to draw (`comments/_chart.html`): no script, no style, and always a table.

Coordinates are strings: a template would print a number with the comma of its language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import floor, log10

# In units of the drawing, which scales with the page.
_WIDTH = 720
_PLOT = 200
_LEFT, _TOP, _BOTTOM = 56, 12, 28
# A column is no wider than this, because one that is wider than high is read as an area.
_WIDEST = 40
# Each bar of a horizontal chart, and where it begins, after its label.
_ROW, _BAR, _LABELS, _VALUES = 32, 18, 190, 90
# At most this many lines across: enough to read off a height.
_LINES = 5


@dataclass(frozen=True)
class Series:
    """Values of one kind, one for each label, and their name."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True)
class Bar:
    """A rectangle; `kind` is the number of its series, `words` are shown to a pointer on it."""

    x: str
    y: str
    width: str
    height: str
    kind: int
    words: str


@dataclass(frozen=True)
class Text:
    """Words in the drawing; `anchor` is which end of them stands at `x`."""

    x: str
    y: str
    words: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Chart:
    """A drawing, and the table that says the same."""

    key: str
    title: str
    description: str
    width: int
    height: int
    bars: list[Bar]
    texts: list[Text]
    # Heights of the lines across, from `left` to `right`.
    lines: list[str] = field(default_factory=list)
    left: str = str(_LEFT)
    right: str = str(_WIDTH)
    legend: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


Said = Callable[[float], str]


def columns(
    key: str, *, title: str, description: str, of: str, labels: Sequence[str], series: Sequence[Series], said: Said
) -> Chart:
    """Columns side by side. `of` heads the column of labels, `said` puts a value into words."""
    step = step_of(max((value for one in series for value in one.values), default=0))
    top = step * _LINES
    slot = (_WIDTH - _LEFT) / max(len(labels), 1)
    width = min(slot * 0.72 / len(series), _WIDEST)
    bars, texts = [], []
    for place, label in enumerate(labels):
        centre = _LEFT + (place + 0.5) * slot
        begin = centre - width * len(series) / 2
        texts.append(Text(_n(centre), _n(_TOP + _PLOT + 18), label))
        for kind, one in enumerate(series):
            height = _PLOT * one.values[place] / top
            words = f"{label}, {one.name}: {said(one.values[place])}"
            across, down = _n(begin + kind * width), _n(_TOP + _PLOT - height)
            bars.append(Bar(across, down, _n(width), _n(height), kind, words))
    lines = [_TOP + _PLOT - _PLOT * number / _LINES for number in range(_LINES + 1)]
    texts += [Text(_n(_LEFT - 6), _n(height + 4), said(step * number), "end") for number, height in enumerate(lines)]
    return Chart(
        key=key,
        title=title,
        description=description,
        width=_WIDTH,
        height=_TOP + _PLOT + _BOTTOM,
        bars=bars,
        texts=_thinned(texts, len(labels)),
        lines=[_n(height) for height in lines],
        legend=[one.name for one in series] if len(series) > 1 else [],
        head=[of, *(one.name for one in series)],
        rows=[[label, *(said(one.values[place]) for one in series)] for place, label in enumerate(labels)],
    )


def bars(
    key: str, *, title: str, description: str, of: str, name: str, values: Sequence[tuple[str, float]], said: Said
) -> Chart:
    """Bars one below the other, each with its label before and its value after it."""
    largest = max((value for _label, value in values), default=0) or 1
    room = _WIDTH - _LABELS - _VALUES
    drawn, texts = [], []
    for place, (label, value) in enumerate(values):
        down = place * _ROW + (_ROW - _BAR) / 2
        length = room * value / largest
        drawn.append(Bar(str(_LABELS), _n(down), _n(length), str(_BAR), 0, f"{label}: {said(value)}"))
        texts.append(Text(_n(_LABELS - 8), _n(down + _BAR - 5), label, "end"))
        texts.append(Text(_n(_LABELS + length + 8), _n(down + _BAR - 5), said(value), "start"))
    return Chart(
        key=key,
        title=title,
        description=description,
        width=_WIDTH,
        height=max(len(values), 1) * _ROW,
        bars=drawn,
        texts=texts,
        head=[of, name],
        rows=[[label, said(value)] for label, value in values],
    )


def step_of(largest: float) -> float:
    """The distance of the lines across: 1, 2 or 5 times a power of ten, so that five of them reach the top value."""
    if largest <= _LINES:
        return 1
    exact = largest / _LINES
    power: float = 10 ** floor(log10(exact))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= exact)


# --- How ------------------------------------------------------------------------------------------------------------


def _n(number: float) -> str:
    return f"{number:.1f}"


def _thinned(texts: list[Text], labels: int) -> list[Text]:
    """With more than a dozen columns every third label is drawn, because all would touch; the table has them all."""
    every = 1 if labels <= 12 else 3  # noqa: PLR2004
    return [text for place, text in enumerate(texts) if place >= labels or place % every == 0]

"""Charts as coordinates: bars and lines in an SVG without any style of its own (templates/components/chart.html).

Each chart says the same as a table beside it; `title` of a mark is what a pointer shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 26
LABELS = 8  # of the horizontal axis, at most
WIDEST = 56  # a bar, or bars beside each other


@dataclass(frozen=True)
class Series:
    """Numbers of one kind, one for each place of the horizontal axis; `css` is its class, `n1` to `n4`."""

    label: str
    css: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Mark:
    """A bar (x, y, width, height) or, with no width, the point of a line."""

    x: float
    y: float
    width: float
    height: float
    css: str
    title: str


@dataclass(frozen=True)
class Label:
    """A word or number at an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """What the template draws."""

    title: str
    series: tuple[Series, ...]
    marks: list[Mark]
    lines: list[tuple[str, str]]  # (points, css)
    rows: list[Label]  # of the vertical axis, each with its line
    columns: list[Label]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT

    @property
    def is_empty(self) -> bool:
        return not any(value for series in self.series for value in series.values)


def bars(title: str, places: Sequence[str], *series: Series, stacked: bool = False) -> Chart:
    """Bars beside each other, or on each other."""
    sums = [sum(values) for values in zip(*([v or 0 for v in s.values] for s in series), strict=True)]
    top = _top(sums if stacked else [value or 0 for s in series for value in s.values])
    step = (WIDTH - LEFT - RIGHT) / max(1, len(places))
    room = min(step * 0.72, WIDEST)
    width = room if stacked else room / len(series)
    marks = []
    for place, name in enumerate(places):
        below = 0.0
        for number, one in enumerate(series):
            value = one.values[place] or 0
            x = LEFT + place * step + (step - room) / 2 + (0 if stacked else number * width)
            height = (HEIGHT - TOP - BOTTOM) * value / top
            y = HEIGHT - BOTTOM - below - height
            below += height if stacked else 0
            if value:
                words = f"{name}: {one.label} {value:g}"
                marks.append(Mark(_r(x), _r(y), _r(width), _r(height), one.css, words))
    return Chart(title, series, marks, [], _rows(top), _columns(places, step))


def lines(title: str, places: Sequence[str], *series: Series) -> Chart:
    """Lines that end where a number is missing."""
    top = _top([value or 0 for s in series for value in s.values])
    step = (WIDTH - LEFT - RIGHT) / max(1, len(places))
    marks: list[Mark] = []
    drawn: list[tuple[str, str]] = []
    for one in series:
        run: list[str] = []
        for place, value in enumerate(one.values):
            if value is None:
                drawn, run = _ended(drawn, run, one.css), []
                continue
            x, y = _r(LEFT + (place + 0.5) * step), _r(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top)
            run.append(f"{x},{y}")
            marks.append(Mark(x, y, 0, 0, one.css, f"{places[place]}: {one.label} {value:g}"))
        drawn = _ended(drawn, run, one.css)
    return Chart(title, series, marks, drawn, _rows(top), _columns(places, step))


def _ended(drawn: list[tuple[str, str]], run: list[str], css: str) -> list[tuple[str, str]]:
    return [*drawn, (" ".join(run), css)] if len(run) > 1 else drawn


def _top(values: Sequence[float]) -> float:
    """A round number that no value exceeds."""
    most = max(values, default=0)
    if most <= 4:
        return 4
    unit = 10 ** int(log10(most))
    return next(unit * n for n in (1, 2, 4, 6, 8, 10, 20) if unit * n >= most)


def _rows(top: float) -> list[Label]:
    return [
        Label(LEFT - 6, _r(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part / 4), f"{top * part / 4:g}")
        for part in range(5)
    ]


def _columns(places: Sequence[str], step: float) -> list[Label]:
    every = max(1, ceil(len(places) / LABELS))
    return [
        Label(_r(LEFT + (place + 0.5) * step), HEIGHT - 8, name)
        for place, name in enumerate(places)
        if (len(places) - 1 - place) % every == 0
    ]


def _r(number: float) -> float:
    return round(number, 1)

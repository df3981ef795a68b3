"""Two ways to do one thing, measured in turns, and what is told about them."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

PAIRS = 7  # odd, so that the median is one of them


@dataclass(frozen=True)
class Figures:
    """What one measurement found: `ours` and `limit` in `unit`, the medians; `spread` is the lowest and highest ratio.

    `better` says which ratios are good ("lower" or "higher"), `goal` the worst that still is.
    """

    ours: float
    limit: float
    unit: str
    ratio: float
    spread: tuple[float, float]
    better: str
    goal: float

    @property
    def holds(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio <= self.goal if self.better == "lower" else self.ratio >= self.goal

    def told(self) -> dict[str, Any]:
        """As var/bench.json has it."""
        return asdict(self) | {
            "ours": _short(self.ours),
            "limit": _short(self.limit),
            "ratio": _short(self.ratio),
            "spread": [_short(ratio) for ratio in self.spread],
        }


def in_turns(
    ours: Callable[[], float], limit: Callable[[], float], *, unit: str, goal: float, pairs: int = PAIRS
) -> Figures:
    """Measure `ours` and `limit` in turns, beginning with each as often; the ratio is ours ÷ limit, lower is better.

    Both answer a number of `unit`. The first pair of all warms up and is dropped.
    """
    found: list[tuple[float, float]] = []
    for turn in range(pairs + 1):
        if turn % 2:
            b = limit()
            a = ours()
        else:
            a = ours()
            b = limit()
        found.append((a, b))
    return summed_up(found[1:], unit=unit, goal=goal)


def summed_up(found: list[tuple[float, float]], *, unit: str, goal: float) -> Figures:
    """The figures of pairs (ours, limit) of which the lower is the better."""
    ratios = sorted(a / b for a, b in found)
    return Figures(
        ours=median(a for a, _b in found),
        limit=median(b for _a, b in found),
        unit=unit,
        ratio=median(ratios),
        spread=(ratios[0], ratios[-1]),
        better="lower",
        goal=goal,
    )


def seconds(act: Callable[[], object]) -> float:
    """How long `act` takes by the wall's clock."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _short(number: float) -> float:
    return float(f"{number:.4g}")

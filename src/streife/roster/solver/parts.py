"""Which part of a roster the column search solves next: some people on some days.

Kinds: people over all days (by guilt, around a missed demand, at random), everybody in a window of
days or in two, many people in a wide window, and far more people than the MIP can hold, for a dive.
Kinds share the time by what they found, and each learns how large it may be (adaptive large
neighbourhood search; Pisinger, Ropke 2010: Large Neighborhood Search).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from streife.roster.solver.master import Column, Floats
from streife.roster.solver.pricing import INFINITY
from streife.roster.solver.problem import Problem
from streife.roster.solver.rows import Rows

CELLS = 224.0
"""Days of people in a part at first."""
MERIT = {
    "window": 3.0,
    "windows": 3.0,
    "block": 3.0,
    "guilty": 1.0,
    "missed": 1.0,
    "people": 1.0,
    "wide": 0.3,
}
"""What each kind is thought to be worth at first."""
KINDS = tuple(MERIT)
PEOPLE = ("guilty", "missed", "people")
FLOOR = 0.15
"""Least merit, so that no kind is forgotten."""


@dataclass(frozen=True, slots=True)
class Part:
    """These people are free on these days."""

    kind: str
    people: list[int]
    days: list[int]


@dataclass(slots=True)
class Parts:
    """Chooses parts. `guilt` by person says how far the rows are from what the LP would do."""

    problem: Problem
    rows: Rows
    random: np.random.Generator
    kinds: tuple[str, ...] = KINDS
    guilt: Floats = field(init=False)
    merit: dict[str, float] = field(default_factory=lambda: dict(MERIT))
    sizes: dict[str, float] = field(init=False)
    spent: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))

    def __post_init__(self) -> None:
        self.guilt = np.ones(len(self.problem.people))
        self.sizes = dict.fromkeys(KINDS, CELLS)
        self.sizes["wide"] = 2.0 * CELLS

    def next(self, best: list[Column], costs: Floats) -> Part:
        """Return the next part; `costs` by demand."""
        kind = min(self.kinds, key=lambda one: self.spent[one] / self.merit[one])
        make: dict[str, Callable[[], tuple[list[int], list[int]]]] = {
            "guilty": lambda: (self._some(self.guilt, self.count(kind)), self._all()),
            "missed": lambda: self._missed(best, costs, kind),
            "people": lambda: (self._some(None, self.count(kind)), self._all()),
            "window": lambda: self._windows(costs, 1),
            "windows": lambda: self._windows(costs, 2),
            "block": lambda: self._block(best, costs),
            "wide": lambda: self._missed(best, costs, kind),
        }
        return Part(kind, *make[kind]())

    def learn(self, kind: str, result: str, share: float) -> None:
        """Note how it went; `share` of the time that it may take."""
        self.spent[kind] += share
        self.merit[kind] = max(FLOOR, 0.9 * self.merit[kind] + (0.5 if result == "better" else 0.0))
        if result in ("proven", "same") and share < 0.75:
            self.sizes[kind] *= 1.1 if share > 0.2 else 1.25
        elif result == "open" or share > 1.0:
            self.sizes[kind] *= 0.9
        largest = float(self.problem.days * len(self.problem.people))
        self.sizes[kind] = min(max(self.sizes[kind], 2.0 * self.problem.days), largest)

    def _all(self) -> list[int]:
        return list(range(self.problem.days))

    def count(self, kind: str) -> int:
        """Return how many people over all days."""
        count = round(self.sizes[kind] / self.problem.days)
        return min(max(2, count), len(self.problem.people))

    def _some(self, weights: Floats | None, size: int) -> list[int]:
        count = len(self.problem.people)
        shares = None if weights is None else weights / weights.sum()
        picked = self.random.choice(count, min(size, count), replace=False, p=shares)
        return sorted(int(person) for person in picked)

    def _miss(self, costs: Floats) -> int | None:
        """Return a demand that costs something, None if there is none."""
        total = costs.sum()
        return int(self.random.choice(len(costs), p=costs / total)) if total else None

    def _missed(self, best: list[Column], costs: Floats, kind: str) -> tuple[list[int], list[int]]:
        return self._some(self._near(best, self._miss(costs)), self.count(kind)), self._all()

    def _near(self, best: list[Column], missed: int | None) -> Floats | None:
        """Weigh people by their work around a demand."""
        if missed is None:
            return None
        demand = self.problem.demands[missed]
        weights = np.full(len(best), 0.2)
        for person, column in enumerate(best):
            if column.duties[demand.day] in demand.duties:
                weights[person] += 1.0
            elif self.rows.pricers[person].own[demand.day, demand.duties[0] + 1] < INFINITY:
                weights[person] += 2.0
        return weights

    def _around(self, costs: Floats, width: int) -> range:
        """Return days around a missed demand."""
        missed = self._miss(costs)
        days = self.problem.days
        day = (
            int(self.random.integers(days)) if missed is None else self.problem.demands[missed].day
        )
        width = min(max(2, width), days)
        first = day - int(self.random.integers(width))
        first = min(max(0, first), days - width)
        return range(first, first + width)

    def _windows(self, costs: Floats, number: int) -> tuple[list[int], list[int]]:
        """Free everybody on the days around one missed demand or more."""
        everybody = list(range(len(self.problem.people)))
        kind = "window" if number == 1 else "windows"
        width = round(self.sizes[kind] / len(everybody) / number)
        days = {day for _ in range(number) for day in self._around(costs, width)}
        return everybody, sorted(days)

    def _block(self, best: list[Column], costs: Floats) -> tuple[list[int], list[int]]:
        """Free many people in a wide window around a missed demand."""
        width = int(self.random.integers(7, max(8, self.problem.days // 2 + 1)))
        days = self._around(costs, width)
        size = max(2, round(self.sizes["block"] / len(days)))
        return self._some(self._near(best, self._miss(costs)), size), list(days)

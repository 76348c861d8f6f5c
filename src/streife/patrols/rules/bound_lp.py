"""The linear program behind the bound: visits in pieces, but each hour has only so much time.

A variable for each alternative of each visit and, in a series, for each rank. Each visit is made at
most once, each rank of a series filled at most once, and whatever begins within a window takes its
time between the opening and the closing plus the longest dwell: all teams together have no more
than that, plus one way each that may lie before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from streife.patrols.solver.problem import Problem

Least = NDArray[np.int64]
# Beyond this the bound by knapsack alone must do: people wait for the page.
MOST_PIECES = 20_000


@dataclass(frozen=True, slots=True)
class Choice:
    """One alternative of a visit at one rank: what it costs and brings."""

    stop: int
    rank: int
    seconds: float
    value: float


@dataclass(slots=True)
class _Rows:
    """Constraints as triplets: row, column, factor, and what each row may hold at most."""

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def add(self, entries: Sequence[tuple[int, float]], most: float) -> None:
        """Add a constraint: sum of factor × variable ≤ most."""
        for column, factor in entries:
            self.rows.append(len(self.most))
            self.columns.append(column)
            self.factors.append(factor)
        self.most.append(most)


def relaxed_value(
    problem: Problem, incoming: Least, frozen: set[int], seconds: float
) -> float | None:
    """Return the value of the relaxation, None if it is too large or cannot be solved.

    `incoming` is the least way to each location, `seconds` the time of all teams together.
    """
    choices = _choices(problem, incoming, frozen)
    if not choices or len(choices) > MOST_PIECES:
        return None
    rows = _Rows()
    _once(problem, choices, rows)
    rows.add([(n, choice.seconds) for n, choice in enumerate(choices)], seconds)
    _by_window(problem, choices, incoming, rows)
    return _solved(choices, rows)


def _choices(problem: Problem, incoming: Least, frozen: set[int]) -> list[Choice]:
    found = []
    for number, stop in enumerate(problem.stops):
        if number in frozen:
            continue
        factors = (1.0,) if stop.series is None else problem.series[stop.series].factors
        way = float(incoming[stop.location])
        found += [
            Choice(number, rank, stop.teams * (way + dwell.seconds), dwell.value * factor)
            for rank, factor in enumerate(factors)
            for dwell in stop.dwells
        ]
    return found


def _once(problem: Problem, choices: Sequence[Choice], rows: _Rows) -> None:
    by_stop: dict[int, list[tuple[int, float]]] = {}
    by_rank: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for column, choice in enumerate(choices):
        by_stop.setdefault(choice.stop, []).append((column, 1.0))
        series = problem.stops[choice.stop].series
        if series is not None:
            by_rank.setdefault((series, choice.rank), []).append((column, 1.0))
    for entries in (*by_stop.values(), *by_rank.values()):
        rows.add(entries, 1.0)


def _by_window(problem: Problem, choices: Sequence[Choice], incoming: Least, rows: _Rows) -> None:
    windows = {stop.windows[0] for stop in problem.stops if len(stop.windows) == 1}
    longest = max(stop.dwells[-1].seconds for stop in problem.stops)
    way = max(float(incoming[stop.location]) for stop in problem.stops)
    for opens, closes in sorted(windows):
        inside = [
            (column, choice.seconds)
            for column, choice in enumerate(choices)
            if problem.stops[choice.stop].windows
            and all(opens <= a and b <= closes for a, b in problem.stops[choice.stop].windows)
        ]
        time = sum(
            max(0, min(team.ends, closes + longest) - max(team.begins, opens)) + way
            for team in problem.teams
        )
        rows.add(inside, time)


def _solved(choices: Sequence[Choice], rows: _Rows) -> float | None:
    from scipy.optimize import linprog  # noqa: PLC0415 (half a second that most pages never need)
    from scipy.sparse import coo_array  # noqa: PLC0415 (as above)

    shape = (len(rows.most), len(choices))
    table = coo_array((rows.factors, (rows.rows, rows.columns)), shape=shape).tocsr()
    answer = linprog(
        [-choice.value for choice in choices],
        A_ub=table,
        b_ub=rows.most,
        bounds=(0, 1),
        method="highs",
    )
    # A hair above the optimum, so that the solver's tolerance never makes the bound a false one.
    return -float(answer.fun) * (1 + 1e-6) if answer.status == 0 else None

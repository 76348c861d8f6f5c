"""The master problem: one row of days for each person so that the demands are met, as LP and MIP.

Columns are rows of days that obey all rules of their person; the rows of the master are "one per
person" and the demands. HiGHS solves it. Some people may be left out with fixed rows (`present`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from streife.roster.solver.problem import FREE, Problem

Floats = NDArray[np.float64]
EPSILON = 1e-6
DUAL, PRIMAL = 1, 4
"""Simplex strategies of HiGHS."""


@dataclass(frozen=True, slots=True)
class Column:
    """A row of days of one person, its own cost (wishes, soft rules) and the demands it meets."""

    person: int
    duties: tuple[int, ...]
    cost: float
    meets: tuple[int, ...]


@dataclass(slots=True)
class Demands:
    """Which demands a duty on a day of a person counts for."""

    problem: Problem
    at: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    _pairs: dict[frozenset[str], tuple[NDArray[np.int64], NDArray[np.int64]]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        for number, demand in enumerate(self.problem.demands):
            for duty in demand.duties:
                self.at[demand.day, duty].append(number)

    def met(self, person: int, duties: Sequence[int]) -> tuple[int, ...]:
        """Return the demands that the person's days count for."""
        who = self.problem.people[person]
        if who.trainee:
            return ()
        return tuple(
            number
            for day, duty in enumerate(duties)
            if duty != FREE
            for number in self.at.get((day, duty), ())
            if self.problem.demands[number].skill in who.skills | {None}
        )

    def prices(self, person: int, per_demand: Floats) -> Floats:
        """Return [day, duty] from a price for each demand."""
        days, duties = self.problem.days, len(self.problem.duties)
        cells, numbers = self._met_by(frozenset(self.problem.people[person].skills))
        summed = np.zeros(days * duties)
        np.add.at(summed, cells, per_demand[numbers])
        return summed.reshape(days, duties)

    def _met_by(self, skills: frozenset[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return pairs of day x duty and demand that somebody with these skills counts for."""
        known = self._pairs.get(skills)
        if known is None:
            pairs = [
                (day * len(self.problem.duties) + duty, number)
                for (day, duty), numbers in self.at.items()
                for number in numbers
                if self.problem.demands[number].skill in skills | {None}
            ]
            both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
            known = self._pairs[skills] = both[:, 0], both[:, 1]
        return known

    def costs(self, present: NDArray[np.int64]) -> Floats:
        """Return what each demand costs with so many people present."""
        return np.array(
            [
                max(0, one.minimum - count) * one.under
                + max(0, one.preferred - max(count, one.minimum)) * one.below
                + max(0, count - max(one.preferred, one.minimum)) * one.over
                for one, count in zip(self.problem.demands, present, strict=True)
            ],
            dtype=np.float64,
        )

    def next_costs(self, present: NDArray[np.int64]) -> Floats:
        """Return what one more person changes in the cost of each demand."""
        return self.costs(present + 1) - self.costs(present)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The optimum of the LP over the present columns."""

    value: float
    shares: Floats  # by column
    reduced: Floats  # reduced cost by column
    ones: Floats  # dual by person of the master
    duals: Floats  # by demand


class Master:
    """The LP over some people; grows by columns.

    `held` by person: what must not be in new rows now (`Pricer.rows`).
    """

    def __init__(
        self,
        problem: Problem,
        people: Sequence[int],
        present: NDArray[np.int64],
        held: Mapping[int, Floats] | None = None,
    ) -> None:
        self.problem = problem
        self.held = held or {}
        self.people = list(people)
        self.place = {person: at for at, person in enumerate(self.people)}
        self.columns: list[Column] = []
        self._known: set[tuple[int, tuple[int, ...]]] = set()
        self._lp = quiet()
        self._slacks = 0
        self._rows(present)

    def _rows(self, present: NDArray[np.int64]) -> None:
        count = len(self.people)
        wanted = [max(one.preferred, one.minimum) for one in self.problem.demands]
        bounds = np.concatenate([np.ones(count), np.array(wanted, dtype=np.float64) - present])
        empty = np.array([], dtype=np.int32)
        starts = np.zeros(len(bounds), dtype=np.int32)
        self._lp.addRows(len(bounds), bounds, bounds, 0, starts, empty, np.array([]))
        costs, uppers, rows, signs = [], [], [], []
        for number, one in enumerate(self.problem.demands):
            top = wanted[number]
            parts = ((one.below, top - one.minimum, 1.0), (one.under, float("inf"), 1.0))
            for cost, upper, sign in (*parts, (one.over, float("inf"), -1.0)):
                if upper > 0:
                    costs.append(float(cost))
                    uppers.append(float(upper))
                    rows.append(count + number)
                    signs.append(sign)
        self._slacks = len(costs)
        self._lp.addCols(
            len(costs),
            np.array(costs),
            np.zeros(len(costs)),
            np.array(uppers),
            len(costs),
            np.arange(len(costs), dtype=np.int32),
            np.array(rows, dtype=np.int32),
            np.array(signs),
        )

    def add(self, columns: Iterable[Column]) -> int:
        """Add columns that are not there yet; return how many."""
        new = []
        for column in columns:
            key = (column.person, column.duties)
            if key not in self._known:
                self._known.add(key)
                new.append(column)
        if not new:
            return 0
        rows: list[int] = []
        values: list[float] = []
        starts: list[int] = []
        for column in new:
            starts.append(len(rows))
            rows.append(self.place[column.person])
            values.append(1.0)
            numbers, counts = np.unique(np.array(column.meets, dtype=np.int64), return_counts=True)
            rows.extend(int(number) + len(self.people) for number in numbers)
            values.extend(float(one) for one in counts)
        self._lp.addCols(
            len(new),
            np.array([column.cost for column in new]),
            np.zeros(len(new)),
            np.full(len(new), highspy.kHighsInf),
            len(rows),
            np.array(starts, dtype=np.int32),
            np.array(rows, dtype=np.int32),
            np.array(values),
        )
        self.columns += new
        return len(new)

    def relax(self, *, bounded: bool = False) -> Relaxed:
        """Solve the LP. `bounded`: since the last time shares were bounded, not columns added.

        New columns leave the last solution feasible (primal simplex), new bounds its prices (dual).
        """
        self._lp.setOptionValue("simplex_strategy", DUAL if bounded else PRIMAL)
        self._lp.run()
        solution = self._lp.getSolution()
        value = float(self._lp.getInfo().objective_function_value)
        duals = np.array(solution.row_dual)
        count = len(self.people)
        return Relaxed(
            value,
            np.array(solution.col_value)[self._slacks :],
            np.array(solution.col_dual)[self._slacks :],
            duals[:count],
            duals[count:],
        )

    def fix(self, column: int, lower: float, upper: float = highspy.kHighsInf) -> None:
        """Bound the share of a column."""
        self._lp.changeColBounds(self._slacks + column, lower, upper)

    def choose(
        self, kept: NDArray[np.int64], start: Sequence[int], seconds: float, gap: float
    ) -> tuple[list[Column], bool]:
        """Solve the MIP over the columns `kept`; return one column for each person.

        `start`: columns (by number) of the present solution, all of them in `kept`. The second
        value says whether it was solved to the end.
        """
        mip = quiet()
        smaller = Master(self.problem, self.people, np.zeros(len(self.problem.demands), np.int64))
        smaller._lp = mip
        bounds = self._lp.getLp()
        lower = np.array(bounds.row_lower_)
        empty = np.array([], dtype=np.int32)
        mip.addRows(
            len(lower), lower, lower, 0, np.zeros(len(lower), np.int32), empty, np.array([])
        )
        self._copy_slacks(mip, bounds)
        smaller.add(self.columns[int(at)] for at in kept)
        total = self._slacks + len(kept)
        chosen = np.arange(self._slacks, total, dtype=np.int32)
        kinds = np.full(len(chosen), highspy.HighsVarType.kInteger)
        mip.changeColsIntegrality(len(chosen), chosen, kinds)
        if start:
            self._start(mip, kept, start)
        mip.setOptionValue("time_limit", max(0.05, seconds))
        mip.setOptionValue("mip_abs_gap", gap)
        mip.setOptionValue("mip_rel_gap", 0.0)
        mip.run()
        values = np.array(mip.getSolution().col_value)
        done = mip.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found_one = (
            mip.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        )
        if len(values) < total or not found_one:
            return [self.columns[at] for at in start], done
        shares = values[self._slacks :]
        found = {}
        for at in np.argsort(shares):
            found[smaller.columns[int(at)].person] = smaller.columns[int(at)]
        return [found[person] for person in self.people], done

    def _copy_slacks(self, mip: highspy.Highs, model: highspy.HighsLp) -> None:
        count = self._slacks
        matrix = model.a_matrix_
        mip.addCols(
            count,
            np.array(model.col_cost_)[:count],
            np.array(model.col_lower_)[:count],
            np.array(model.col_upper_)[:count],
            count,
            np.array(matrix.start_)[:count].astype(np.int32),
            np.array(matrix.index_)[:count].astype(np.int32),
            np.array(matrix.value_)[:count],
        )

    def _start(self, mip: highspy.Highs, kept: NDArray[np.int64], start: Sequence[int]) -> None:
        place = {int(at): number for number, at in enumerate(kept)}
        taken = np.array([self._slacks + place[at] for at in start], dtype=np.int32)
        others = np.setdiff1d(np.arange(self._slacks, self._slacks + len(kept)), taken)
        index = np.concatenate([taken, others.astype(np.int32)]).astype(np.int32)
        values = np.concatenate([np.ones(len(taken)), np.zeros(len(others))])
        mip.setSolution(len(index), index, values)


def quiet() -> highspy.Highs:
    """Return a HiGHS that says nothing and uses one thread."""
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    return model

"""Which rows may stay lawful when days are exchanged: a quick look before the evaluator judges.

The sieve holds back what surely breaks a hard rule, for everybody and every stretch of days at
once. What it lets through is judged by the evaluator, which alone says what is lawful; what it
holds back is unlawful by the same rules (`tests/property/test_roster_levelling_laws.py`).
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from streife.roster.solver.problem import (
    FREE,
    Barred,
    Count,
    FreeBlock,
    History,
    KindRun,
    Minutes,
    Person,
    PersonRule,
    Problem,
    Rest,
    WorkRun,
)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
LONG = 10**6  # minutes or days: no limit
FAR = 1e9


class _Run:
    """So many days in a row at most of some duties; `before` of them end before the plan."""

    def __init__(self, duties: Bools, people: int) -> None:
        self.duties = duties
        self.most = np.full(people, LONG)
        self.before = np.zeros(people, np.int64)

    def keeps(self, rows: Ints, first: int, last: int, stretches: Ints) -> Bools:
        """Say for people x stretches whether no run is too long."""
        around, inside = self.duties[rows], self.duties[stretches]
        left = _leading(around[:, :first][:, ::-1])
        left += np.where(left == first, self.before, 0)
        right = _leading(around[:, last:])
        begins, ends = _leading(inside), _leading(inside[:, ::-1])
        joined = left[:, None] + (last - first) + right[:, None]
        apart = np.maximum(
            np.where(begins > 0, left[:, None] + begins, 0),
            np.where(ends > 0, right[:, None] + ends, 0),
        )
        return np.asarray(np.where(begins == last - first, joined, apart) <= self.most[:, None])


class _Sum:
    """A weighted number of duties lies between two bounds for each person."""

    def __init__(self, weights: Floats, people: int) -> None:
        self.weights = weights
        self.low = np.full(people, -FAR)
        self.high = np.full(people, FAR)

    def bound(self, at: int, rule: Minutes | Count, carried: int) -> None:
        """Add the bounds of one person; `carried` counts already.

        Days that are only touched are not looked at: so less is counted than there is, and no
        minimum is held against anybody. The evaluator judges what is let through.
        """
        if isinstance(rule, Minutes) or not rule.touched:
            self.low[at] = max(self.low[at], rule.minimum - carried)
        if rule.maximum is not None:
            self.high[at] = min(self.high[at], rule.maximum - carried)

    def keeps(self, rows: Ints, first: int, last: int, stretches: Ints) -> Bools:
        """Say for people x stretches whether the sum stays between its bounds."""
        days = np.arange(self.weights.shape[0])
        each = self.weights[days, rows]
        outside = each[:, :first].sum(axis=1) + each[:, last:].sum(axis=1)
        inside = self.weights[days[first:last], stretches].sum(axis=1)
        total = outside[:, None] + inside
        return np.asarray((total >= self.low[:, None]) & (total <= self.high[:, None]))


class Sieve:
    """What the hard rules of some people say about their rows; FREE (-1) is the last column."""

    def __init__(self, problem: Problem, people: Sequence[int]) -> None:
        self.problem, count = problem, len(people)
        self.kinds = [duty.kind for duty in problem.duties]
        self.open = np.ones((count, problem.days, len(self.kinds) + 1), np.bool_)
        self.rest, self.block = np.zeros(count), np.zeros(count)
        self.gaps = self._gaps(1), self._gaps(2)
        self.runs: dict[int | None, _Run] = {}
        self.sums: dict[object, _Sum] = {}
        for at, person in enumerate(people):
            self._learn(at, problem.people[person])

    def lets_through(self, rows: Ints, first: int, last: int, stretches: Ints) -> Bools:
        """Say for people x stretches who may take which for the days first to last (exclusive).

        `rows`: people x days, lawful as they stand. `stretches`: any x (last - first).
        """
        found = np.asarray(self.open[:, np.arange(first, last), stretches].all(axis=2))
        laws: list[_Sum | _Run] = [*self.sums.values(), *self.runs.values()]
        for one in laws:
            found &= one.keeps(rows, first, last, stretches)
        return found & self._rested(rows, first, last, stretches)

    def _rested(self, rows: Ints, first: int, last: int, stretches: Ints) -> Bools:
        """Look at the days on both sides of the two cuts: rest, and the block of a free day."""
        rest, block = self.rest[:, None], self.block[:, None]
        one, two = self.gaps
        free = np.full((len(rows), 2), FREE)
        padded = np.hstack([free, rows, free])  # day n stands in column n + 2
        a, b = padded[:, first, None], padded[:, first + 1, None]
        y, z = padded[:, last + 2, None], padded[:, last + 3, None]
        head, tail = stretches[None, :, 0], stretches[None, :, -1]
        found = (one[first, b, head] >= rest) & (one[last, tail, y] >= rest)
        found &= (b != FREE) | (two[first, a, head] >= block)
        found &= (y != FREE) | (two[last + 1, tail, z] >= block)
        after = stretches[None, :, 1] if last - first > 1 else y
        until = stretches[None, :, -2] if last - first > 1 else b
        found &= (head != FREE) | (two[first + 1, b, after] >= block)
        found &= (tail != FREE) | (two[last, until, y] >= block)
        return np.asarray(found)

    def _gaps(self, apart: int) -> Floats:
        """Return [day, one, two]: minutes from a duty so many days before to one on the day."""
        times, count = self.problem.times, len(self.kinds)
        found = np.full((self.problem.days + 2, count + 1, count + 1), float(LONG))
        for day in range(apart, self.problem.days):
            for one, before in enumerate(self.kinds):
                for two, after in enumerate(self.kinds):
                    found[day, one, two] = times[day][after][0] - times[day - apart][before][1]
        return found

    def _learn(self, at: int, person: Person) -> None:
        for absence in person.absences:
            self.open[at, absence.day, : len(self.kinds)] = False
        for fixed in person.fixed:
            self.open[at, fixed.day] = False
            self.open[at, fixed.day, fixed.duty] = True
        for rule in person.rules:
            if rule.weight is None:
                self._learn_rule(at, rule, person)

    def _learn_rule(self, at: int, rule: PersonRule, person: Person) -> None:
        if isinstance(rule, Rest):
            self.rest[at] = max(self.rest[at], rule.minutes)
        elif isinstance(rule, FreeBlock):
            self.block[at] = max(self.block[at], rule.minutes)
        elif isinstance(rule, WorkRun | KindRun):
            self._learn_run(at, rule, person.history or History())
        elif isinstance(rule, Minutes | Count):
            self._learn_sum(at, rule, person)
        elif isinstance(rule, Barred):
            self._learn_bar(at, rule)

    def _learn_run(self, at: int, rule: WorkRun | KindRun, history: History) -> None:
        kind = rule.kind if isinstance(rule, KindRun) else None
        if kind not in self.runs:
            duties = np.array([kind in (None, one) for one in self.kinds] + [False])
            self.runs[kind] = _Run(duties, len(self.open))
        run = self.runs[kind]
        run.most[at] = min(run.most[at], LONG if rule.maximum is None else rule.maximum)
        if kind is None:
            run.before[at] = history.work_run
        elif history.kind == kind:
            run.before[at] = history.kind_run

    def _learn_sum(self, at: int, rule: Minutes | Count, person: Person) -> None:
        if isinstance(rule, Minutes):
            key: object = (rule.first, rule.last, person.minutes)
            days: Iterable[int] = range(rule.first, rule.last + 1)
            known = sum(one.minutes for one in person.absences if one.day in days)
        else:
            key = (rule.days, rule.kinds)
            days = range(self.problem.days) if rule.days is None else rule.days
            known = sum(one.worked and one.day in days for one in person.absences)
            known = known if rule.kinds is None else 0
        if key not in self.sums:
            self.sums[key] = _Sum(self._weights(rule, days, person), len(self.open))
        self.sums[key].bound(at, rule, rule.carried + known)

    def _weights(self, rule: Minutes | Count, days: Iterable[int], person: Person) -> Floats:
        found = np.zeros((self.problem.days, len(self.kinds) + 1))
        for day in days:
            for duty, kind in enumerate(self.kinds):
                if isinstance(rule, Minutes):
                    found[day, duty] = self.problem.minutes_of(person)[day][kind]
                else:
                    found[day, duty] = rule.kinds is None or kind in rule.kinds
        return found

    def _learn_bar(self, at: int, rule: Barred) -> None:
        kinds = {n for n, one in enumerate(self.kinds) if rule.kinds is None or one in rule.kinds}
        for day in range(self.problem.days) if rule.days is None else rule.days:
            self.open[at, day, list(kinds)] = False


def _leading(ones: Bools) -> Ints:
    """Return how many ones each row begins with."""
    length = ones.shape[1]
    if not length:
        return np.zeros(len(ones), np.int64)
    return np.asarray(np.where(ones.all(axis=1), length, np.argmin(ones, axis=1)))

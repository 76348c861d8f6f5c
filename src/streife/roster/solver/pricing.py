"""The best row of days for one person under given prices: dynamic programming, exact.

A resource-constrained shortest path over days x states of the automaton x counters. It is the
pricing of the column generation (`columns`) and, with the prices of the present roster, the best
answer of one person to all others.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from streife.roster.solver.automaton import Automaton, automaton_of
from streife.roster.solver.compiling import compiled
from streife.roster.solver.counters import Counters, counters_of
from streife.roster.solver.problem import (
    FREE,
    Barred,
    Count,
    Person,
    Problem,
    WholeWeekends,
)

Floats = NDArray[np.float64]
INFINITY = float("inf")
MANY = 5
"""From more rows on, rows that end in the same values but another state count as different."""


@compiled
def shortest(  # noqa: C901 - one loop nest; calls would cost more than the work
    prices: Floats,
    goes: NDArray[np.int32],
    costs: Floats,
    works: NDArray[np.bool_],
    marks: NDArray[np.int8],
    adds: NDArray[np.int32],
    fits: NDArray[np.bool_],
    weekday: NDArray[np.int8],
    whole: float,
    best: Floats,
    came: NDArray[np.int32],
) -> None:
    """Fill `best[day, state, value]` and `came` (state x actions + action) for all days.

    `prices[day, action]`, inf where the action is not allowed; `weekday[day]`: 1 Saturday, 2 Sunday
    with its Saturday in the plan, 3 Sunday alone, 0 else. `whole`: the cost of half a weekend.
    """
    days, actions = prices.shape
    states, values = best.shape[1], best.shape[2]
    best[:] = np.inf
    best[0, 0, 0] = 0.0
    until = np.zeros((days + 1, states), dtype=np.int64)  # values reached so far are below this
    until[0, 0] = 1
    for day in range(days):
        for state in range(states):
            if until[day, state] == 0:
                continue
            for action in range(actions):
                after = goes[state, action]
                step = prices[day, action] + costs[state, action]
                if after < 0 or step == np.inf:
                    continue
                sort = 2 * marks[day]
                if action > 0 and weekday[day] > 0 and not (weekday[day] == 2 and works[state]):
                    sort += 1
                if weekday[day] == 2 and works[state] != (action > 0):
                    step += whole
                    if step == np.inf:
                        continue
                shift, mark = adds[sort, action], state * actions + action
                last = min(values, until[day, state])
                until[day + 1, after] = max(until[day + 1, after], last + shift)
                for value in range(last):
                    if not fits[sort, action, value]:
                        continue
                    cost = best[day, state, value] + step
                    if cost < best[day + 1, after, value + shift]:
                        best[day + 1, after, value + shift] = cost
                        came[day + 1, after, value + shift] = mark


@dataclass(slots=True)
class Path:
    """One row: a duty (or `FREE`) per day, and what it costs the person without any prices."""

    duties: tuple[int, ...]
    price: float


@dataclass(slots=True, eq=False)
class _Table:
    """Counters for one choice of counted rules, and room to fill."""

    counters: Counters
    best: Floats
    came: NDArray[np.int32]


@lru_cache(maxsize=8)
def _room(shape: tuple[int, int, int]) -> tuple[Floats, NDArray[np.int32]]:
    """Return room to fill; people with tables of the same shape use it in turn."""
    return np.empty(shape), np.zeros(shape, dtype=np.int32)


@dataclass(slots=True)
class Pricer:
    """Prices rows of one person.

    Maxima of single kinds are counted only where a row would break them (decremental state space);
    those that are broken often are counted always (`active`).
    """

    problem: Problem
    person: Person
    own: Floats  # [day, duty + 1]: wishes, inf where not allowed; index 0 is free
    automaton: Automaton
    weekday: NDArray[np.int8]
    whole: float
    hard: tuple[Count, ...]
    active: frozenset[str]
    calls: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    tables: dict[frozenset[str], _Table] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: Problem, index: int) -> "Pricer":
        """Prepare a person's automaton, counters and wishes."""
        person = problem.people[index]
        whole = sum(
            INFINITY if rule.weight is None else rule.weight
            for rule in person.rules
            if isinstance(rule, WholeWeekends)
        )
        counts = tuple(r for r in person.rules if isinstance(r, Count) and r.kinds is not None)
        soft = [rule for rule in counts if rule.weight is not None or rule.minimum > 0]
        same = {(rule.kinds, rule.days) for rule in soft}
        always = frozenset(rule.id for rule in counts if (rule.kinds, rule.days) in same)
        own, automaton = own_costs(problem, index), automaton_of(problem, person)
        hard = tuple(rule for rule in counts if rule.weight is None)
        return cls(
            problem, person, own, automaton, weekdays_of(problem), float(whole), hard, always
        )

    def _table(self, counted: frozenset[str]) -> _Table:
        known = self.tables.get(counted)
        if known is None:
            counters = counters_of(self.problem, self.person, self.automaton, counted)
            shape = (self.problem.days + 1, len(self.automaton.works), len(counters.ends))
            known = _Table(counters, *_room(shape))
            self.tables[counted] = known
        return known

    def rows(self, prices: Floats, most: int = 1, held: Floats | None = None) -> list[Path]:
        """Return up to `most` cheapest rows (by different end values) under `prices[day, duty]`.

        `held[day, duty + 1]`: inf where the person must not do that now. The first is the cheapest
        of all. No row at all: the rules contradict each other.
        """
        self.calls += 1
        counted = self.active
        while True:
            found = self._rows(prices, most, self._table(counted), held)
            first = {
                rule.id for rule in self.hard for path in found[:1] if self._breaks(rule, path)
            }
            if not first:
                return [one for one in found if not any(self._breaks(r, one) for r in self.hard)]
            counted |= first
            for name in first:
                self.broken[name] = self.broken.get(name, 0) + 1
                if self.calls > 10 and self.broken[name] * 3 > self.calls:
                    self.active |= {name}

    def _breaks(self, rule: Count, path: Path) -> bool:
        kinds = rule.kinds or frozenset()
        number = sum(
            duty != FREE
            and self.problem.duties[duty].kind in kinds
            and (rule.days is None or day in rule.days)
            for day, duty in enumerate(path.duties)
        )
        return rule.maximum is not None and number + rule.carried > rule.maximum

    def _rows(self, prices: Floats, most: int, table: _Table, held: Floats | None) -> list[Path]:
        priced = self.own.copy() if held is None else self.own + held
        priced[:, 1:] += prices
        by_action, choice = self._actions(priced)
        both, counters = self.automaton, table.counters
        shortest(
            by_action,
            both.goes,
            both.costs,
            both.works,
            counters.marks,
            counters.adds,
            counters.fits,
            self.weekday,
            self.whole,
            table.best,
            table.came,
        )
        total = table.best[-1] + counters.ends[None, :]
        width = total.shape[1]
        if most > MANY:
            best = np.argsort(total, axis=None, kind="stable")[:most]
            return [
                self._path(table, choice, int(at) // width, int(at) % width, float(total.flat[at]))
                for at in best
                if total.flat[at] < INFINITY
            ]
        state = np.argmin(total, axis=0)
        value = total[state, np.arange(width)]
        ends = np.argsort(value, kind="stable")[:most]
        return [
            self._path(table, choice, int(state[end]), int(end), float(value[end]))
            for end in ends
            if value[end] < INFINITY
        ]

    def _actions(self, priced: Floats) -> tuple[Floats, NDArray[np.int64]]:
        """Return the price of the cheapest duty of each action, and which duty that is."""
        days, classes = self.problem.days, self.automaton.classes
        by_action = np.full((days, len(classes) + 1), INFINITY)
        choice = np.full((days, len(classes) + 1), FREE, dtype=np.int64)
        by_action[:, 0] = priced[:, 0]
        for action, group in enumerate(classes, 1):
            duties = [n for n, duty in enumerate(self.problem.duties) if duty.kind in group]
            if duties:
                part = priced[:, [duty + 1 for duty in duties]]
                at = np.argmin(part, axis=1)
                by_action[:, action] = part[np.arange(days), at]
                choice[:, action] = np.array(duties)[at]
        return by_action, choice

    def _path(
        self, table: _Table, choice: NDArray[np.int64], state: int, value: int, price: float
    ) -> Path:
        actions = len(self.automaton.classes) + 1
        duties = []
        for day in range(self.problem.days - 1, -1, -1):
            before, action = divmod(int(table.came[day + 1, state, value]), actions)
            duties.append(int(choice[day, action]))
            kind = int(self.weekday[day])
            begun = (
                action > 0 and kind > 0 and not (kind == 2 and bool(self.automaton.works[before]))
            )
            sort = 2 * int(table.counters.marks[day]) + int(begun)
            value -= int(table.counters.adds[sort, action])
            state = before
        return Path(tuple(reversed(duties)), price)


def own_costs(problem: Problem, index: int) -> Floats:
    """Return [day, duty + 1]: the cost of wishes, inf where the person must not do that duty."""
    person = problem.people[index]
    costs = np.zeros((problem.days, len(problem.duties) + 1))
    for number, duty in enumerate(problem.duties):
        if not duty.skills <= person.skills:
            costs[:, number + 1] = INFINITY
    for rule in person.rules:
        if isinstance(rule, Barred) or (isinstance(rule, Count) and _never(rule)):
            _bar(problem, costs, rule.days, rule.kinds)
    for fixed in person.fixed:
        kept = costs[fixed.day, fixed.duty + 1]
        costs[fixed.day, :] = INFINITY
        costs[fixed.day, fixed.duty + 1] = kept
    kinds = [-1, *(duty.kind for duty in problem.duties)]
    for wish in (one for one in problem.wishes if one.person == index):
        met = [kind >= 0 if wish.kind is None else kind == wish.kind for kind in kinds]
        costs[wish.day] += np.where(np.array(met) == wish.wanted, 0.0, float(wish.weight))
    return costs


def _never(rule: Count) -> bool:
    """Whether a hard maximum allows no duty of its kinds at all."""
    most = rule.maximum if rule.weight is None and rule.kinds is not None else None
    return most is not None and most <= rule.carried


def _bar(
    problem: Problem, costs: Floats, days: frozenset[int] | None, kinds: frozenset[int] | None
) -> None:
    for number, duty in enumerate(problem.duties):
        if kinds is None or duty.kind in kinds:
            costs[sorted(days) if days is not None else slice(None), number + 1] = INFINITY


def weekdays_of(problem: Problem) -> NDArray[np.int8]:
    """Return 1 for a Saturday, 2 for a Sunday after one, 3 for one on the first day, else 0."""
    first = problem.first_day.weekday()
    days = [(first + day) % 7 for day in range(problem.days)]
    marks = [1 if one == 5 else 2 if one == 6 else 0 for one in days]
    if marks and marks[0] == 2:
        marks[0] = 3
    return np.array(marks, dtype=np.int8)

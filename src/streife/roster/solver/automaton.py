"""One person's rules on the order of days as a finite automaton: states, actions, costs.

An action is "free" (0) or a class of kinds of shift (1, 2, …): kinds that the rules on order, runs
and counts cannot tell apart are one class, so that ten kinds may be four actions. A state remembers
the class of the day before and how long the runs of work, class and free days are, each no further
than a rule looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streife.roster.solver.problem import (
    Count,
    FreeRun,
    KindRun,
    Person,
    Problem,
    Rest,
    Succession,
    WorkRun,
)

FORBIDDEN = -1


class State(NamedTuple):
    """The day before: its action, the runs up to it, and whether they began unseen."""

    action: int
    work: int
    kind: int
    free: int
    unseen: bool = False  # the run of work or free days began before the plan, without history
    unseen_kind: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """`goes[state, action]` (int32, `FORBIDDEN`), `costs[state, action]`, `works[state]`.

    `classes[action - 1]` holds the kinds of an action. The first state is that before day 0.
    """

    classes: tuple[tuple[int, ...], ...]
    goes: NDArray[np.int32]
    costs: NDArray[np.float64]
    works: NDArray[np.bool_]


def automaton_of(problem: Problem, person: Person) -> Automaton:
    """Build the automaton of a person (rest as on the plan's first two days)."""
    return _Builder(problem, person).build()


def classes_of(problem: Problem, person: Person) -> tuple[tuple[int, ...], ...]:
    """Return the kinds in groups that no rule on order, runs, counts or minutes tells apart."""
    pairs = forbidden_pairs(problem, person)
    alone = {rule.kind for rule in person.rules if isinstance(rule, KindRun)}
    for rule in person.rules:
        if isinstance(rule, Count) and rule.kinds is not None and _binds(problem, rule):
            alone |= rule.kinds
    groups: dict[object, list[int]] = {}
    for kind in range(len(problem.kinds)):
        after = frozenset(second for first, second in pairs if first == kind)
        before = frozenset(first for first, second in pairs if second == kind)
        lengths = tuple(row[kind] for row in problem.minutes_of(person))
        groups.setdefault((after, before, lengths, kind if kind in alone else -1), []).append(kind)
    return tuple(tuple(group) for group in groups.values())


def _binds(problem: Problem, rule: Count) -> bool:
    most = problem.days if rule.maximum is None else rule.maximum - rule.carried
    return rule.weight is not None or rule.minimum > 0 or 0 < most < problem.days


def forbidden_pairs(problem: Problem, person: Person) -> frozenset[tuple[int, int]]:
    """Return the pairs of kinds that must not follow each other, by rest and by name."""
    pairs: set[tuple[int, int]] = set()
    for rule in person.rules:
        if isinstance(rule, Succession) and rule.weight is None:
            pairs |= rule.pairs
        elif isinstance(rule, Rest) and rule.weight is None and problem.days > 1:
            kinds = range(len(problem.kinds))
            today, tomorrow = problem.times[0], problem.times[1]
            pairs |= {
                (first, second)
                for first in kinds
                for second in kinds
                if tomorrow[second][0] - today[first][1] < rule.minutes
            }
    return frozenset(pairs)


class _Builder:
    def __init__(self, problem: Problem, person: Person) -> None:
        self.problem, self.person = problem, person
        self.classes = classes_of(problem, person)
        self.work = [rule for rule in person.rules if isinstance(rule, WorkRun)]
        self.free = [rule for rule in person.rules if isinstance(rule, FreeRun)]
        kinds = [rule for rule in person.rules if isinstance(rule, KindRun)]
        self.kind = [[r for r in kinds if r.kind == group[0]] for group in self.classes]
        pairs = forbidden_pairs(problem, person)
        self.forbidden = {
            (first, second)
            for first, one in enumerate(self.classes, 1)
            for second, other in enumerate(self.classes, 1)
            if (one[0], other[0]) in pairs
        }

    def start(self) -> State:
        """Return the state before the first day."""
        history = self.person.history
        if history is None:
            return State(0, 0, 0, 0, True, True)
        action = 0
        if history.kind is not None:
            action = next(n for n, group in enumerate(self.classes, 1) if history.kind in group)
        kind = _cap(history.kind_run, self.kind[action - 1]) if action else 0
        return State(
            action, _cap(history.work_run, self.work), kind, _cap(history.free_run, self.free)
        )

    def build(self) -> Automaton:
        """Find all states that can be reached."""
        index = {self.start(): 0}
        todo, rows = [self.start()], []
        while todo:
            state = todo.pop(0)
            row = []
            for action in range(len(self.classes) + 1):
                after, cost = self.step(state, action)
                if after is not None and after not in index:
                    index[after] = len(index)
                    todo.append(after)
                row.append((FORBIDDEN if after is None else index[after], cost))
            rows.append(row)
        goes = np.array([[one[0] for one in row] for row in rows], dtype=np.int32)
        costs = np.array([[one[1] for one in row] for row in rows], dtype=np.float64)
        works = np.array([state.action > 0 for state in index], dtype=np.bool_)
        return Automaton(self.classes, goes, costs, works)

    def step(self, state: State, action: int) -> tuple[State | None, float]:
        """Return the state after an action (None: forbidden) and what it costs."""
        if (state.action, action) in self.forbidden:
            return None, 0.0
        cost = self._ended(state, action) + self._longer(state, action)
        if cost == float("inf"):
            return None, 0.0
        same = state.action == action
        unseen = state.unseen and bool(state.action) == bool(action)
        first = state.unseen and not (state.work or state.free or state.action)
        if not action:
            # A free day is told from the start even where no rule asks how many there are.
            free = max(1, _cap(state.free + 1, self.free))
            return State(0, 0, 0, free, unseen or first, False), cost
        rules = self.kind[action - 1]
        kind = _cap(state.kind + 1 if same else 1, rules)
        work = _cap(state.work + 1, self.work)
        unseen_kind = state.unseen_kind and (same or first) and bool(rules)
        return State(action, work, kind, 0, unseen or first, unseen_kind), cost

    def _ended(self, state: State, action: int) -> float:
        """Return the cost of runs that end here too short."""
        cost = 0.0
        if state.action != action and state.action and not state.unseen_kind:
            cost += _short(state.kind, self.kind[state.action - 1])
        if not state.unseen and state.work and not action:
            cost += _short(state.work, self.work)
        if not state.unseen and state.free and action:
            cost += _short(state.free, self.free)
        return cost

    def _longer(self, state: State, action: int) -> float:
        """Return the cost of runs that go on too long."""
        if not action:
            return _long(state.free, self.free)
        kind = state.kind if state.action == action else 0
        return _long(state.work, self.work) + _long(kind, self.kind[action - 1])


def _cap(length: int, rules: Iterable[WorkRun | FreeRun | KindRun]) -> int:
    """Cut a run at the longest that any of the rules can tell apart."""
    most = [max(rule.minimum, rule.maximum or 0) for rule in rules]
    return min(length, max(most, default=0))


def _short(length: int, rules: Iterable[WorkRun | FreeRun | KindRun]) -> float:
    cost = 0.0
    for rule in rules:
        if length < rule.minimum:
            lacking = rule.minimum - length
            cost += float("inf") if rule.weight is None else lacking * rule.weight
    return cost


def _long(before: int, rules: Iterable[WorkRun | FreeRun | KindRun]) -> float:
    """Return the cost of one more day after `before` of them."""
    cost = 0.0
    for rule in rules:
        if rule.maximum is not None and before >= rule.maximum:
            cost += float("inf") if rule.weight is None else rule.weight
    return cost

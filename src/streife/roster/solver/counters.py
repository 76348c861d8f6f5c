"""What one person's rules count over the whole plan: minutes, duties, kinds, weekends.

All counters together are one number: each has a stride, an action adds its steps. So a row of days
is a path through (state of the automaton) x (that number).
"""

from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from streife.roster.solver.automaton import Automaton
from streife.roster.solver.problem import Count, Minutes, Person, Problem, Weekends


@dataclass(frozen=True, slots=True)
class Counter:
    """One count from 0 to `size` - 1; `steps[action]` for a day, `weekend` for a weekend begun.

    `days`: only these days count (None: all). `costs` at the end, by value; inf forbids.
    """

    steps: tuple[int, ...]
    weekend: int
    size: int
    costs: tuple[float, ...]
    days: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Counters:
    """All counters of a person. `adds[sort, action]`: steps; `fits[sort, action, value]`.

    The sort of a day is `marks[day]` x 2, plus 1 if a weekend begins to be worked on it.
    `ends[value]`: cost at the end (inf: forbidden).
    """

    marks: NDArray[np.int8]

    adds: NDArray[np.int32]
    fits: NDArray[np.bool_]
    ends: NDArray[np.float64]


def counters_of(
    problem: Problem, person: Person, automaton: Automaton, kinds: frozenset[str]
) -> Counters:
    """Return the counters; of rules that count single kinds only those whose id is in `kinds`."""
    found = []
    for rule in person.rules:
        if isinstance(rule, Minutes):
            found.append(_minutes(problem, person, rule, automaton))
        elif isinstance(rule, Weekends):
            found.append(_weekends(problem, rule, automaton))
        elif isinstance(rule, Count) and (rule.kinds is None or rule.id in kinds):
            found.append(_count(problem, rule, automaton))
    return _together(_merged(found), len(automaton.classes) + 1, problem.days)


def _costs(
    rule: Minutes | Count | Weekends, values: range, unit: int
) -> tuple[tuple[float, ...], int]:
    """Return the cost of each end value and how many values are worth keeping."""
    minimum = 0 if isinstance(rule, Weekends) else rule.minimum
    costs = []
    for value in values:
        total = value * unit + rule.carried
        over = 0 if rule.maximum is None else max(0, total - rule.maximum)
        if isinstance(rule, Weekends):
            over = min(over, value)
        missed = max(0, minimum - total) + over
        free = 0.0 if rule.weight is None else float(missed * rule.weight)
        costs.append(float("inf") if missed and rule.weight is None else free)
    size = len(costs)
    while size > 1 and costs[size - 1] == float("inf"):
        size -= 1
    return tuple(costs[:size]), size


def _minutes(problem: Problem, person: Person, rule: Minutes, automaton: Automaton) -> Counter:
    lengths = [problem.minutes_of(person)[0][group[0]] for group in automaton.classes]
    unit = gcd(*lengths) or 1
    most = max(lengths) * problem.days // unit
    costs, size = _costs(rule, range(most + 1), unit)
    return Counter((0, *(length // unit for length in lengths)), 0, size, costs)


def _weekends(problem: Problem, rule: Weekends, automaton: Automaton) -> Counter:
    costs, size = _costs(rule, range(problem.days // 7 + 3), 1)
    return Counter((0,) * (len(automaton.classes) + 1), 1, size, costs)


def _count(problem: Problem, rule: Count, automaton: Automaton) -> Counter:
    most = problem.days if rule.days is None else len(rule.days)
    costs, size = _costs(rule, range(most + 1), 1)
    steps = [int(rule.kinds is None or group[0] in rule.kinds) for group in automaton.classes]
    return Counter((0, *steps), 0, size, costs, rule.days)


def _merged(found: list[Counter]) -> list[Counter]:
    """Make one counter of those that count the same."""
    merged: dict[object, Counter] = {}
    for one in found:
        key = (one.steps, one.weekend, one.days)
        other = merged.get(key)
        if other is not None:
            size = min(one.size, other.size)
            costs = tuple(one.costs[at] + other.costs[at] for at in range(size))
            one = Counter(one.steps, one.weekend, size, costs, one.days)
        merged[key] = one
    return list(merged.values())


def _together(found: list[Counter], actions: int, days: int) -> Counters:
    sizes = [counter.size for counter in found] or [1]
    values = np.indices(sizes).reshape(len(sizes), -1)
    strides = [int(np.prod(sizes[at + 1 :])) for at in range(len(sizes))]
    sorts, marks = _day_sorts(found, days)
    adds = np.zeros((2 * len(sorts), actions), dtype=np.int32)
    fits = np.ones((2 * len(sorts), actions, values.shape[1]), dtype=np.bool_)
    ends = np.zeros(values.shape[1])
    for at, counter in enumerate(found):
        ends += np.array(counter.costs)[values[at]]
        for sort in range(2 * len(sorts)):
            for action in range(actions if sorts[sort // 2][at] else 0):
                step = counter.steps[action] + (counter.weekend if sort % 2 else 0)
                adds[sort, action] += step * strides[at]
                fits[sort, action] &= values[at] + step < counter.size
    return Counters(marks, adds, fits, ends)


def _day_sorts(found: list[Counter], days: int) -> tuple[list[tuple[bool, ...]], NDArray[np.int8]]:
    """Return which counters count on each sort of day, and the sort of each day."""
    each = [tuple(one.days is None or day in one.days for one in found) for day in range(days)]
    sorts = list(dict.fromkeys(each))
    return sorts, np.array([sorts.index(one) for one in each], dtype=np.int8)

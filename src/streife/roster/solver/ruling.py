"""Writes one person's rules into a model, each row named by its rule through its slack.

`Cells` is what the rules see: per day and kind an expression that is 0 or 1 (a variable where the
day is free to plan, a number where it is settled).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from streife.roster.solver.model import Expr, Model, total
from streife.roster.solver.problem import (
    Barred,
    Count,
    FreeBlock,
    FreeRun,
    History,
    KindRun,
    Minutes,
    Person,
    PersonRule,
    Problem,
    Rest,
    Stage,
    Succession,
    Weekends,
    WholeWeekends,
    WorkRun,
)

SATURDAY = 5


@dataclass(slots=True)
class Cells:
    """One person's days in a model.

    `kinds[day][kind]`, `work[day]` (any kind), `busy[day]` (with absences that count as work),
    `credit[day]` minutes. `slack(rule, most)` gives the variable by which a row of a rule may be
    missed (already priced in its stage), or nothing if the rule stands.
    """

    problem: Problem
    person: Person
    model: Model
    kinds: Sequence[Sequence[Expr]]
    work: Sequence[Expr]
    busy: Sequence[Expr]
    credit: Sequence[int]
    slack: Callable[[PersonRule, int, int], Expr]

    @property
    def history(self) -> History:
        """The history, or one that says nothing."""
        return self.person.history or History()


def rule_in(cells: Cells, rule: PersonRule) -> None:
    """Write one rule into the model."""
    _WRITERS[type(rule)](cells, rule)


def stage_of(rule: PersonRule) -> Stage:
    """Return the stage in which missing the rule counts."""
    return Stage.LEGAL if rule.weight is None else rule.stage


def _at_most(cells: Cells, rule: PersonRule, expr: Expr, high: int, units: int = 1) -> None:
    """Require expr <= high, but for the slack of the rule; each unit of it counts `units`."""
    if expr.constant + sum(max(0, one) for _, one in expr.terms) > high:
        cells.model.hold(expr - cells.slack(rule, 1, units), high=high)


def _successions(cells: Cells, rule: PersonRule, wrong: Callable[[int, int, int], bool]) -> None:
    """Forbid kinds on consecutive days: `wrong(day of the second, first, second)`."""
    kinds = range(len(cells.problem.kinds))
    for day in range(1, cells.problem.days):
        for first in kinds:
            after = [second for second in kinds if wrong(day, first, second)]
            if after:
                both = cells.kinds[day - 1][first] + total(cells.kinds[day][one] for one in after)
                _at_most(cells, rule, both, 1)


def _rest(cells: Cells, rule: Rest) -> None:
    times, kinds = cells.problem.times, range(len(cells.problem.kinds))
    _successions(
        cells,
        rule,
        lambda day, one, two: times[day][two][0] - times[day - 1][one][1] < rule.minutes,
    )
    ends = cells.history.ends if cells.history.work_run else None
    if ends is not None:
        early = [kind for kind in kinds if times[0][kind][0] - ends < rule.minutes]
        _at_most(cells, rule, total(cells.kinds[0][kind] for kind in early), 0)


def _free_block(cells: Cells, rule: FreeBlock) -> None:
    times, kinds = cells.problem.times, range(len(cells.problem.kinds))
    for day in range(1, cells.problem.days - 1):
        for first in kinds:
            ends = times[day - 1][first][1]
            after = [one for one in kinds if times[day + 1][one][0] - ends < rule.minutes]
            if after:
                late = total(cells.kinds[day + 1][one] for one in after)
                both = cells.kinds[day - 1][first] + cells.work[day].negated() + late
                _at_most(cells, rule, both, 2)
    before = cells.history
    if before.ends is not None and before.free_run == 1:  # the day before the plan was the free one
        soon = [one for one in kinds if times[0][one][0] - before.ends < rule.minutes]
        _at_most(cells, rule, total(cells.kinds[0][kind] for kind in soon), 0)
    ends_before = before.ends if before.work_run else None
    if ends_before is not None and cells.problem.days > 1:
        early = [one for one in kinds if times[1][one][0] - ends_before < rule.minutes]
        both = cells.work[0].negated() + total(cells.kinds[1][one] for one in early)
        _at_most(cells, rule, both, 1)


def _succession(cells: Cells, rule: Succession) -> None:
    _successions(cells, rule, lambda _day, one, two: (one, two) in rule.pairs)
    after = [two for one, two in rule.pairs if one == cells.history.kind]
    _at_most(cells, rule, total(cells.kinds[0][two] for two in after), 0)


def _runs(cells: Cells, rule: Any, days: Sequence[Expr], before: int) -> None:
    """Bound runs of ones in `days`; `before` of them end on the day before (known history)."""
    known = cells.person.history is not None
    cap = max(rule.minimum, rule.maximum or 0) + 1
    past = [Expr((), 0), *[Expr((), 1)] * min(before, cap)] if known else []
    line, first = [*past, *days], len(past)
    if rule.maximum is not None:
        for end in range(max(first, rule.maximum), len(line)):
            window = total(line[end - rule.maximum : end + 1])
            _at_most(cells, rule, window, rule.maximum)
    for length in range(1, rule.minimum):
        for end in range(max(first, length + 1), len(line)):
            ones = total(line[end - length : end])
            pattern = ones - line[end - length - 1] - line[end]
            _at_most(cells, rule, pattern, length - 1, rule.minimum - length)


def _work_run(cells: Cells, rule: WorkRun) -> None:
    _runs(cells, rule, cells.busy, cells.history.work_run)


def _free_run(cells: Cells, rule: FreeRun) -> None:
    _runs(cells, rule, [one.negated() for one in cells.busy], cells.history.free_run)


def _kind_run(cells: Cells, rule: KindRun) -> None:
    before = cells.history.kind_run if cells.history.kind == rule.kind else 0
    _runs(cells, rule, [kinds[rule.kind] for kinds in cells.kinds], before)


def _between(cells: Cells, rule: Minutes | Count, amount: Expr) -> None:
    most = amount.constant + sum(max(0, one) for _, one in amount.terms)
    if rule.minimum > amount.constant:
        short = cells.slack(rule, rule.minimum, 1)
        cells.model.hold(amount + short, low=rule.minimum)
    if rule.maximum is not None and most > rule.maximum:
        cells.model.hold(amount - cells.slack(rule, most, 1), high=rule.maximum)


def _minutes(cells: Cells, rule: Minutes) -> None:
    minutes = cells.problem.minutes_of(cells.person)
    parts = [
        one * minutes[day][kind]
        for day in range(rule.first, rule.last + 1)
        for kind, one in enumerate(cells.kinds[day])
    ]
    credited = sum(cells.credit[rule.first : rule.last + 1])
    _between(cells, rule, total(parts) + rule.carried + credited)


def _count(cells: Cells, rule: Count) -> None:
    days = range(cells.problem.days) if rule.days is None else sorted(rule.days)
    kinds = rule.kinds
    parts = [
        cells.busy[day] if kinds is None else total(cells.kinds[day][one] for one in sorted(kinds))
        for day in days
    ]
    for at, day in enumerate(days):
        before = sorted(kind for on, kind in rule.touched if on == day and day > 0)
        if before:
            reaching = total(cells.kinds[day - 1][kind] for kind in before)
            parts[at] = _either(cells, parts[at], reaching)
    _between(cells, rule, total(parts) + rule.carried)


def _either(cells: Cells, one: Expr, two: Expr) -> Expr:
    """Return an expression that is 1 if one of two is (each 0 or 1), else 0."""
    settled = [each for each in (one, two) if not each.terms]
    if any(each.constant for each in settled):
        return Expr((), 1)
    if settled:
        return two if settled[0] is one else one
    both = cells.model.amount(1)
    cells.model.hold(both - one, low=0)
    cells.model.hold(both - two, low=0)
    cells.model.hold(both - one - two, high=0)
    return both


def _weekend_days(problem: Problem) -> list[list[int]]:
    """Return the plan's weekend days, grouped by weekend."""
    weekends: dict[int, list[int]] = {}
    for day in range(problem.days):
        since_monday = problem.first_day.weekday() + day
        if since_monday % 7 >= SATURDAY:
            weekends.setdefault(since_monday // 7, []).append(day)
    return list(weekends.values())


def _weekends(cells: Cells, rule: Weekends) -> None:
    worked = []
    for days in _weekend_days(cells.problem):
        if all(not cells.work[day].terms for day in days):
            worked.append(Expr((), int(any(cells.work[day].constant for day in days))))
            continue
        one = cells.model.amount(1)
        for day in days:
            cells.model.hold(one - cells.work[day], low=0)
        worked.append(one)
    limit, number = max(0, rule.maximum - rule.carried), total(worked)
    if len(worked) > limit:
        cells.model.hold(number - cells.slack(rule, len(worked), 1), high=limit)


def _whole_weekends(cells: Cells, rule: WholeWeekends) -> None:
    for days in _weekend_days(cells.problem):
        if len(days) == 2 and any(cells.work[day].terms for day in days):
            slack = cells.slack(rule, 1, 1)
            difference = cells.work[days[0]] - cells.work[days[1]]
            cells.model.hold(difference - slack, high=0)
            cells.model.hold(difference + slack, low=0)


def _barred(cells: Cells, rule: Barred) -> None:
    for day in range(cells.problem.days) if rule.days is None else sorted(rule.days):
        kinds = range(len(cells.problem.kinds)) if rule.kinds is None else sorted(rule.kinds)
        _at_most(cells, rule, total(cells.kinds[day][kind] for kind in kinds), 0)


_WRITERS: dict[type, Callable[[Cells, Any], None]] = {
    Rest: _rest,
    FreeBlock: _free_block,
    Succession: _succession,
    WorkRun: _work_run,
    FreeRun: _free_run,
    KindRun: _kind_run,
    Minutes: _minutes,
    Count: _count,
    Weekends: _weekends,
    WholeWeekends: _whole_weekends,
    Barred: _barred,
}

"""What one person's row breaks, rule by rule: the half of the evaluator that looks at one person.

Shares no code with the models and the automaton of the solver: it walks the row as a reader would.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from streife.roster.solver.problem import (
    FREE,
    Absence,
    Barred,
    Count,
    Finding,
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
    Words,
    WorkRun,
)

Miss = tuple[int | None, int, Words]
"""Where (day or None), by how many units, and the figures."""

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One person's days: `kinds[day]` (None: no duty), `worked[day]`, absences by day."""

    problem: Problem
    person: Person
    duties: tuple[int, ...]
    kinds: tuple[int | None, ...]
    worked: tuple[bool, ...]
    absences: dict[int, Absence]

    @property
    def history(self) -> History:
        """The history, or one that says nothing."""
        return self.person.history or History()

    def ends(self, day: int) -> int | None:
        """When the duty of this day ends (day -1: the last one before the plan)."""
        if day < 0:
            return self.history.ends if self.history.work_run else None
        kind = self.kinds[day]
        return None if kind is None else self.problem.times[day][kind][1]

    def begins(self, day: int) -> int | None:
        """When the duty of this day begins, None without one."""
        kind = self.kinds[day]
        return None if kind is None else self.problem.times[day][kind][0]


def row_of(problem: Problem, person: Person, duties: tuple[int, ...]) -> Row:
    """Return the days of a person as the rules look at them."""
    absences = {absence.day: absence for absence in person.absences}
    kinds = tuple(None if duty == FREE else problem.duties[duty].kind for duty in duties)
    worked = tuple(
        kind is not None or (day in absences and absences[day].worked)
        for day, kind in enumerate(kinds)
    )
    return Row(problem, person, duties, kinds, worked, absences)


def findings_of(problem: Problem, index: int, duties: tuple[int, ...]) -> list[Finding]:
    """Return everything this person's days break, hard and soft."""
    person = problem.people[index]
    row = row_of(problem, person, duties)
    found = list(_facts(row, index))
    for rule in person.rules:
        for day, units, words in _JUDGES[type(rule)](row, rule):
            found.append(_finding(rule, index, day, units, words))
    return found


def _finding(rule: PersonRule, index: int, day: int | None, units: int, words: Words) -> Finding:
    hard = rule.weight is None
    return Finding(
        rule.id,
        type(rule).__name__.lower(),
        rule.norm,
        Stage.LEGAL if hard else rule.stage,
        hard,
        units if rule.weight is None else units * rule.weight,
        index,
        day,
        words,
    )


def _facts(row: Row, index: int) -> Iterator[Finding]:
    """Fixed duties, absences and skills: never to be broken."""

    def broken(rule: str, day: int, *words: tuple[str, str | int]) -> Finding:
        return Finding(rule, rule, "", Stage.LEGAL, True, 1, index, day, words)

    for fixed in row.person.fixed:
        if row.duties[fixed.day] != fixed.duty:
            yield broken("fixed", fixed.day, ("reason", fixed.reason))
    for day, absence in row.absences.items():
        if row.duties[day] != FREE:
            yield broken("absence", day, ("reason", absence.reason))
    for day, duty in enumerate(row.duties):
        lacking = set() if duty == FREE else row.problem.duties[duty].skills - row.person.skills
        if lacking:
            yield broken("skill", day, ("lacks", ", ".join(sorted(lacking))))


def _rest(row: Row, rule: Rest) -> Iterator[Miss]:
    for day in range(row.problem.days):
        ends, begins = row.ends(day - 1), row.begins(day)
        if ends is not None and begins is not None and begins - ends < rule.minutes:
            yield day, 1, (("is", begins - ends), ("limit", rule.minutes))


def _free_block(row: Row, rule: FreeBlock) -> Iterator[Miss]:
    past, begins = row.history, row.begins(0)
    if past.free_run == 1 and past.ends is not None and begins is not None:
        rested = begins - past.ends
        if rested < rule.minutes:
            yield 0, 1, (("is", rested), ("limit", rule.minutes))
    for day in range(row.problem.days - 1):
        if row.kinds[day] is not None:
            continue
        ends, begins = row.ends(day - 1), row.begins(day + 1)
        if ends is not None and begins is not None and begins - ends < rule.minutes:
            yield day, 1, (("is", begins - ends), ("limit", rule.minutes))


def _succession(row: Row, rule: Succession) -> Iterator[Miss]:
    before = row.history.kind
    for day, kind in enumerate(row.kinds):
        if before is not None and kind is not None and (before, kind) in rule.pairs:
            codes = row.problem.kinds[before].code, row.problem.kinds[kind].code
            yield day, 1, (("from", codes[0]), ("to", codes[1]))
        before = kind


def _runs(
    values: list[Any], wanted: Callable[[Any], bool], before: int, known: bool, rule: Any
) -> Iterator[Miss]:
    """Judge the runs of wanted values; `before`: how long the run up to day -1 is."""
    if known and 0 < before < rule.minimum and not wanted(values[0]):
        yield 0, rule.minimum - before, (("is", before), ("limit", rule.minimum))
    day = 0
    for value, group in groupby(values, key=lambda one: one if wanted(one) else None):
        length = len(list(group))
        if value is not None:
            total = length + (before if day == 0 and known else 0)
            over = 0 if rule.maximum is None else min(length, total - rule.maximum)
            closed = day + length < len(values) and (known or day > 0)
            if over > 0:
                yield day + length - over, over, (("is", total), ("limit", rule.maximum))
            elif closed and total < rule.minimum:
                yield day, rule.minimum - total, (("is", total), ("limit", rule.minimum))
        day += length


def _work_run(row: Row, rule: WorkRun) -> Iterator[Miss]:
    known = row.person.history is not None
    return _runs(list(row.worked), bool, row.history.work_run, known, rule)


def _free_run(row: Row, rule: FreeRun) -> Iterator[Miss]:
    known = row.person.history is not None
    free = [not worked for worked in row.worked]
    return _runs(free, bool, row.history.free_run, known, rule)


def _kind_run(row: Row, rule: KindRun) -> Iterator[Miss]:
    known = row.person.history is not None
    before = row.history.kind_run if row.history.kind == rule.kind else 0
    here = [kind == rule.kind for kind in row.kinds]
    return _runs(here, bool, before, known, rule)


def _between(rule: Minutes | Count, total: int) -> Iterator[Miss]:
    day = None
    if isinstance(rule, Minutes) and rule.last - rule.first < 7:
        day = rule.first
    if total < rule.minimum:
        yield day, rule.minimum - total, (("is", total), ("limit", rule.minimum))
    if rule.maximum is not None and total > rule.maximum:
        yield day, total - rule.maximum, (("is", total), ("limit", rule.maximum))


def _minutes(row: Row, rule: Minutes) -> Iterator[Miss]:
    total, minutes = rule.carried, row.problem.minutes_of(row.person)
    for day in range(rule.first, rule.last + 1):
        kind = row.kinds[day]
        total += 0 if kind is None else minutes[day][kind]
        total += row.absences[day].minutes if day in row.absences else 0
    return _between(rule, total)


def _count(row: Row, rule: Count) -> Iterator[Miss]:
    total = rule.carried
    for day, kind in enumerate(row.kinds):
        if rule.days is None or day in rule.days:
            own = row.worked[day] if rule.kinds is None else kind in rule.kinds
            total += own or (day > 0 and (day, row.kinds[day - 1]) in rule.touched)
    return _between(rule, total)


def weekends_of(problem: Problem) -> list[tuple[int, ...]]:
    """Return the days of each weekend that the plan holds, Saturday before Sunday."""
    first = problem.first_day.weekday()
    found: list[tuple[int, ...]] = [(0,)] if first == SATURDAY + 1 else []
    for day in range((SATURDAY - first) % 7, problem.days, 7):
        found.append((day, day + 1) if day + 1 < problem.days else (day,))
    return found


def _weekends(row: Row, rule: Weekends) -> Iterator[Miss]:
    worked = [
        days for days in weekends_of(row.problem) if any(row.kinds[day] is not None for day in days)
    ]
    total = rule.carried + len(worked)
    over = min(total - rule.maximum, len(worked))
    if over > 0:
        yield worked[-over][0], over, (("is", total), ("limit", rule.maximum))


def _whole_weekends(row: Row, _rule: WholeWeekends) -> Iterator[Miss]:
    for days in weekends_of(row.problem):
        worked = {row.kinds[day] is not None for day in days}
        if len(days) == 2 and len(worked) == 2:
            yield days[0], 1, ()


def _barred(row: Row, rule: Barred) -> Iterator[Miss]:
    for day, kind in enumerate(row.kinds):
        here = rule.days is None or day in rule.days
        if kind is not None and here and (rule.kinds is None or kind in rule.kinds):
            yield day, 1, (("kind", row.problem.kinds[kind].code),)


_JUDGES: dict[type, Callable[[Row, Any], Iterator[Miss]]] = {
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

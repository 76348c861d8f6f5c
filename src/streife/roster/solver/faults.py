"""What can be wrong with a roster problem, said before anybody waits for a plan.

Errors are contradictions in the data: `solve` refuses them. Warnings can happen in a real month
(nobody has the skill, wishes contradict): `solve` plans the rest and explains.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from streife.kernel.texts import german, said
from streife.roster.solver.personal import findings_of
from streife.roster.solver.problem import (
    FREE,
    Barred,
    Count,
    Demand,
    Fairness,
    Minutes,
    Person,
    Problem,
    Rest,
    Stock,
    Succession,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: stable code, German sentence, what it is about, and whether it stops planning."""

    code: str
    message: str
    subject: str = ""
    error: bool = True
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in the reader's language, values filled in."""
        return said(self.message, {**self.values, "subject": self.subject})


class InvalidProblem(ValueError):
    """`solve` was given a problem with errors; `faults` names them all."""

    def __init__(self, found_faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(fault.text for fault in found_faults))
        self.faults = found_faults


def faults_of(problem: Problem) -> tuple[Fault, ...]:
    """Return all faults of the problem, errors first."""
    shapes = [*_sizes(problem), *_indices(problem), *_shares(problem)]
    if shapes:
        return tuple(shapes)  # The rest would look things up where there is nothing.
    rest = [*_people(problem), *_fixed(problem), *_demands(problem), *_wishes(problem)]
    if problem.first_day.weekday() and any(not one.history for one in problem.people):
        message = german("Der Plan beginnt mitten in der Woche; die Tage davor sind unbekannt.")
        rest.append(Fault("midweek", message, error=False))
    return tuple(sorted(rest, key=lambda fault: not fault.error))


def _sizes(problem: Problem) -> Iterator[Fault]:
    if not problem.people:
        yield Fault("no-people", german("Es ist niemand da, der eingeteilt werden kann."))
    if problem.days < 1 or not problem.duties:
        yield Fault("no-days", german("Der Plan hat keine Tage oder keine Dienste."))
    kinds = len(problem.kinds)
    own = (one.minutes for one in problem.people if one.minutes is not None)
    tables = (problem.times, problem.minutes, *own)
    if any(len(one) != problem.days or any(len(row) != kinds for row in one) for one in tables):
        yield Fault("times", german("Nicht für jeden Tag stehen alle Schichtzeiten fest."))
    shape = [len(row) for row in problem.published or ()]
    if problem.published is not None and shape != [problem.days] * len(problem.people):
        yield Fault("published", german("Der veröffentlichte Plan hat eine andere Größe."))


def _indices(problem: Problem) -> Iterator[Fault]:
    days, duties = range(problem.days), range(len(problem.duties))
    kinds, people = range(len(problem.kinds)), range(len(problem.people))
    outside = german("%(subject)s nennt einen Tag, Dienst oder Menschen, den es nicht gibt.")
    for demand in problem.demands:
        if demand.day not in days or not set(demand.duties) <= set(duties):
            yield Fault("index", outside, demand.id)
    for wish in problem.wishes:
        known = wish.kind is None or wish.kind in kinds
        if wish.day not in days or wish.person not in people or not known:
            yield Fault("index", outside, german("Ein Wunsch"))
    if any(duty.kind not in kinds for duty in problem.duties):
        yield Fault("index", outside, german("Ein Dienst"))
    unfit = [stock.id for stock in problem.stocks if not _fits(problem, stock)]
    yield from (Fault("index", outside, name) for name in unfit)
    for person in problem.people:
        if not _inside(problem, person):
            yield Fault("index", outside, person.code)


def _fits(problem: Problem, stock: Stock) -> bool:
    days, duties = range(problem.days), range(len(problem.duties))
    return stock.day in days and all(
        use.day in days and use.duty in duties and use.one_for > 0 for use in stock.uses
    )


def _inside(problem: Problem, person: Person) -> bool:
    days = [one.day for one in person.fixed] + [one.day for one in person.absences]
    days += [day for one in person.rules if isinstance(one, Minutes) for day in _window(one)]
    for rule in person.rules:
        if isinstance(rule, Count | Barred):
            days += rule.days or ()
        if isinstance(rule, Count):
            # A day that is touched has one before it.
            days += [day - 1 for day, _ in rule.touched] + [day for day, _ in rule.touched]
    duties = (one.duty for one in person.fixed)
    last = len(problem.duties)
    return all(0 <= day < problem.days for day in days) and all(
        FREE <= one < last for one in duties
    )


def _window(rule: Minutes) -> tuple[int, int]:
    return rule.first, rule.last


def _shares(problem: Problem) -> Iterator[Fault]:
    for share in problem.fairness:
        if not _plausible(share, len(problem.people)):
            message = german("Die Anteile für %(subject)s passen nicht zu den Menschen.")
            yield Fault("shares", message, share.id)


def _plausible(share: Fairness, people: int) -> bool:
    count = len(share.people)
    return (
        count > 0
        and len(share.shares) == count
        and len(share.carried) in (0, count)
        and min(share.shares) > 0
        and all(0 <= person < people for person in share.people)
    )


def _people(problem: Problem) -> Iterator[Fault]:
    for code, times in Counter(person.code for person in problem.people).items():
        if times > 1:
            message = german("%(subject)s steht mehrfach im Plan (zwei Verträge?).")
            yield Fault("person-twice", message, code)
    if problem.needs_history:
        message = german("Die Dienste von %(subject)s vor dem Plan sind unbekannt.")
        for person in problem.people:
            if person.history is None:
                yield Fault("history", message, person.code)


def _fixed(problem: Problem) -> Iterator[Fault]:
    twice = german("Für %(subject)s stehen an einem Tag zwei verschiedene Dienste fest.")
    against = german("Was für %(subject)s feststeht, widerspricht der Regel %(rule)s.")
    for index, person in enumerate(problem.people):
        by_day: dict[int, set[int]] = {}
        for one in person.fixed:
            by_day.setdefault(one.day, set()).add(one.duty)
        if any(len(duties) > 1 for duties in by_day.values()):
            yield Fault("fixed-twice", twice, person.code)
            continue
        row = tuple(next(iter(by_day.get(day, {FREE}))) for day in range(problem.days))
        for rule in sorted(_broken(problem, index, row)):
            yield Fault("fixed", against, person.code, values={"rule": rule})


def _broken(problem: Problem, index: int, row: tuple[int, ...]) -> set[str]:
    """Return the hard rules that the fixed duties break whatever else is planned."""
    sorts = {one.__name__.lower() for one in (Rest, Succession, Barred)} | {"absence", "skill"}
    found = findings_of(problem, index, row)
    return {one.rule for one in found if one.hard and one.kind in sorts and (one.day or 0) > 0}


def _demands(problem: Problem) -> Iterator[Fault]:
    message = german("%(subject)s: %(wanted)s werden gebraucht, höchstens %(most)s können.")
    for demand in problem.demands:
        most = sum(_can(problem, person, demand) for person in problem.people)
        if most < demand.minimum:
            values = {"wanted": demand.minimum, "most": most}
            yield Fault("demand", message, demand.id, error=False, values=values)


def _can(problem: Problem, person: Person, demand: Demand) -> bool:
    day, skill = demand.day, demand.skill
    if person.trainee or (skill is not None and skill not in person.skills):
        return False
    if any(one.day == day for one in person.absences):
        return False
    fixed = {one.duty for one in person.fixed if one.day == day}
    return any(
        problem.duties[duty].skills <= person.skills and (not fixed or duty in fixed)
        for duty in demand.duties
    )


def _wishes(problem: Problem) -> Iterator[Fault]:
    asked: dict[tuple[int, int, int | None], set[bool]] = {}
    for wish in problem.wishes:
        asked.setdefault((wish.person, wish.day, wish.kind), set()).add(wish.wanted)
    message = german("%(subject)s wünscht sich für einen Tag Gegenteiliges.")
    for person in sorted({key[0] for key, wanted in asked.items() if len(wanted) > 1}):
        yield Fault("wishes", message, problem.people[person].code, error=False)

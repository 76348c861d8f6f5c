"""A roster to start from: what stands in the plan, made lawful and then filled, in a second.

The solver improves from here. That every intermediate roster is lawful matters where time is short:
it never has to give one rule up for another.
"""

from collections import Counter
from collections.abc import Iterator
from copy import copy
from math import ceil

from streife.roster.rules.basis import Built
from streife.roster.rules.windows import target_minutes
from streife.roster.solver.personal import findings_of
from streife.roster.solver.problem import FREE, Demand, Problem, Roster, Stock

Row = tuple[int, ...]
Surplus = dict[tuple[int, int], int]


def lawful_start(built: Built, roster: Roster) -> Roster:
    """Return the roster without the duties that break a hard rule, gaps filled where allowed.

    Duties that are fixed stay. What cannot be made lawful by leaving duties out (too few hours, a
    fixed duty) stays for the solver to explain.
    """
    problem = built.problem
    surplus = _surplus(problem, roster)
    rows = [_trimmed(problem, person, row, surplus) for person, row in enumerate(roster)]
    for demand in sorted(problem.demands, key=lambda one: (one.skill is None, one.day)):
        _fill(built, rows, demand)
    surplus, stores = _surplus(problem, tuple(rows)), _Stores(problem, rows)
    for person in range(len(rows)):
        rows[person] = _topped_up(problem, person, rows[person], surplus, stores)
    for stock in problem.stocks:
        if stores.lacking(stock) > 0:
            surplus, stores = _relieved(problem, rows, stock, (surplus, stores))
    return tuple(rows)


def _relieved(
    problem: Problem, rows: list[Row], stock: Stock, stands: tuple[Surplus, "_Stores"]
) -> tuple[Surplus, "_Stores"]:
    """Send people elsewhere until the pieces are enough, as far as nothing else gets worse.

    Returns what stands after it.
    """
    surplus, stores = stands
    places = sorted({(use.day, use.duty) for use in stock.uses})
    for person, someone in enumerate(problem.people):
        for day, duty in places:
            if stores.lacking(stock) <= 0:
                return surplus, stores
            row, fixed = rows[person], any(one.day == day for one in someone.fixed)
            if row[day] != duty or someone.trainee or fixed or surplus.get((day, duty), 0) <= 0:
                continue
            spare, others = dict(surplus), stores.without((day, duty))
            spare[day, duty] -= 1
            free = (*row[:day], FREE, *row[day + 1 :])
            moved = _topped_up(problem, person, free, spare, others)
            before, now = hard_costs(problem, person, row), hard_costs(problem, person, moved)
            if now[0] <= before[0] and now[1] <= before[1] and others.total() < stores.total():
                rows[person], surplus, stores = moved, spare, others
    return surplus, stores


class _Stores:
    """Where one more officer would ask for a thing that is not there."""

    def __init__(self, problem: Problem, rows: list[Row]) -> None:
        self.problem = problem
        self.crews: Counter[tuple[int, int]] = Counter()
        self.by_place: dict[tuple[int, int], list[Stock]] = {}
        for stock in problem.stocks:
            for use in stock.uses:
                self.by_place.setdefault((use.day, use.duty), []).append(stock)
        for day, duty in self.by_place:
            self.crews[day, duty] = _there(problem, tuple(rows), day, duty)

    def without(self, place: tuple[int, int]) -> "_Stores":
        """Return the same with one officer less in a duty of a day."""
        other = copy(self)
        other.crews = self.crews.copy()
        other.crews[place] -= 1
        return other

    def lacking(self, stock: Stock) -> int:
        """Return how many pieces are not there; negative: are left."""
        return self._taken(stock, None) - stock.ready

    def total(self) -> int:
        """Return how many pieces are lacking in all."""
        return sum(max(0, self.lacking(one)) for one in self.problem.stocks)

    def is_full(self, place: tuple[int, int]) -> bool:
        """Say whether a duty of a day has no piece left for one more."""
        return any(self._taken(one, place) > one.ready for one in self.by_place.get(place, ()))

    def _taken(self, stock: Stock, place: tuple[int, int] | None) -> int:
        return stock.set_aside + sum(
            ceil((self.crews[use.day, use.duty] + ((use.day, use.duty) == place)) / use.one_for)
            for use in stock.uses
        )


def _topped_up(
    problem: Problem,
    person: int,
    row: Row,
    surplus: Surplus,
    stores: _Stores,
) -> Row:
    """Give more duties to somebody with too few hours, where the fewest stand and things are left.

    Hours are law, things can be borrowed: without any place that has them they are not asked for.
    """
    cost, few = hard_costs(problem, person, row)
    away = {one.day for one in problem.people[person].absences}
    closed = away | {one.day for one in problem.people[person].fixed}
    places = sorted(surplus, key=lambda key: (stores.is_full(key), surplus[key], key))
    for day, duty in places:
        if not few:
            return row
        if row[day] != FREE or day in closed:
            continue
        more = (*row[:day], duty, *row[day + 1 :])
        after, still = hard_costs(problem, person, more)
        if after <= cost and still < few:
            row, cost, few = more, after, still
            surplus[day, duty] += 1
            stores.crews[day, duty] += not problem.people[person].trainee
    return row


def _surplus(problem: Problem, roster: Roster) -> Surplus:
    """Return how many more than needed stand in each duty of each day."""
    found: Surplus = {}
    for demand in problem.demands:
        if demand.skill is None:
            there = sum(_there(problem, roster, demand.day, duty) for duty in demand.duties)
            for duty in demand.duties:  # of several needs the one with the fewest to spare
                spare = found.get((demand.day, duty), there - demand.minimum)
                found[demand.day, duty] = min(spare, there - demand.minimum)
    return found


def _there(problem: Problem, roster: Roster, day: int, duty: int) -> int:
    people = zip(problem.people, roster, strict=True)
    return sum(row[day] == duty and not person.trainee for person, row in people)


def hard_costs(problem: Problem, person: int, row: Row) -> tuple[int, int]:
    """Return what is broken by too much, and how many minutes are too few: two things to a planner.

    Minutes of a month that is not full yet must not hide a rest that is too short.
    """
    much = few = 0
    for one in findings_of(problem, person, row):
        words = dict(one.words)
        if one.hard and one.kind == "minutes" and int(words["is"]) < int(words["limit"]):
            few += one.cost
        elif one.hard:
            much += one.cost
    return much, few


def _cost(problem: Problem, person: int, row: Row) -> int:
    return hard_costs(problem, person, row)[0]


def _trimmed(problem: Problem, person: int, row: Row, surplus: Surplus) -> Row:
    """Leave out duties until nothing hard is broken or nothing helps; the best covered go first."""
    fixed = {one.day for one in problem.people[person].fixed}
    cost = _cost(problem, person, row)
    while cost:
        ways = [
            (_cost(problem, person, without), -surplus.get((day, row[day]), 0), day, without)
            for day, without in _without(row, fixed)
        ]
        if not ways or min(ways)[0] >= cost:
            return row
        cost, _, day, without = min(ways)
        key = (day, row[day])
        surplus[key] = surplus.get(key, 0) - 1
        row = without
    return row


def _without(row: Row, fixed: set[int]) -> Iterator[tuple[int, Row]]:
    for day, duty in enumerate(row):
        if duty != FREE and day not in fixed:
            yield day, (*row[:day], FREE, *row[day + 1 :])


def _fill(built: Built, rows: list[Row], demand: Demand) -> None:
    """Put people where a need is not met: first who is free, then who is one too many elsewhere."""
    problem, day = built.problem, demand.day
    lacking = _least(problem, demand) - _present(problem, rows, demand)
    if lacking <= 0 or not demand.duties:
        return
    surplus = _surplus(problem, tuple(rows))
    order = sorted(
        range(len(rows)), key=lambda one: (rows[one][day] != FREE, _balance(built, rows, one))
    )
    for person in order:
        if lacking <= 0:
            return
        row = rows[person]
        if not _may_move(problem, person, row, demand, surplus):
            continue
        filled = (*row[:day], demand.duties[0], *row[day + 1 :])
        if _cost(problem, person, filled) <= _cost(problem, person, row):
            if row[day] != FREE:
                surplus[day, row[day]] -= 1
            rows[person] = filled
            lacking -= 1


def _least(problem: Problem, demand: Demand) -> int:
    """Return how many a demand is filled with: nobody is sent alone."""
    company = problem.company
    if company is None or not demand.minimum or demand.skill or len(demand.duties) > 1:
        return demand.minimum
    return max(demand.minimum, company.officers if demand.day in company.days else 0)


def _may_move(
    problem: Problem,
    person: int,
    row: Row,
    demand: Demand,
    surplus: Surplus,
) -> bool:
    someone, duty = problem.people[person], row[demand.day]
    able = not someone.trainee and (demand.skill is None or demand.skill in someone.skills)
    fixed = any(one.day == demand.day for one in someone.fixed)
    too_many = surplus.get((demand.day, duty), 0) > 0
    return able and not fixed and duty not in demand.duties and (duty == FREE or too_many)


def _present(problem: Problem, rows: list[Row], demand: Demand) -> int:
    people = zip(problem.people, rows, strict=True)
    return sum(
        row[demand.day] in demand.duties
        and not person.trainee
        and (demand.skill is None or demand.skill in person.skills)
        for person, row in people
    )


def _balance(built: Built, rows: list[Row], person: int) -> int:
    problem, basis = built.problem, built.basis
    planned = sum(
        problem.minutes_of(problem.people[person])[day][problem.duties[duty].kind]
        for day, duty in enumerate(rows[person])
        if duty != FREE
    )
    credited = sum(one.minutes for one in problem.people[person].absences)
    owed = target_minutes(basis.members[person], basis.days, basis.holidays)
    return planned + credited - owed

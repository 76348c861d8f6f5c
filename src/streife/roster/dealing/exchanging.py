"""One stretch of days is dealt anew among people: a cyclic exchange of any length, found at once.

Whoever takes whose days is an assignment (Thompson & Orlin 1989: cyclic transfers): the price of a
person with a stretch depends on nobody else, because the cover of each day stays as it is. The
cheapest assignment is known in a millisecond; it falls into rings of people who pass their days on,
and each ring is taken by itself if all its rows stay lawful.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import scipy  # loads its parts on first use, which most processes never come to

from streife.roster.dealing.sieve import Bools, Floats, Ints, Sieve
from streife.roster.dealing.starting import hard_costs
from streife.roster.solver.problem import Problem, Roster

NEVER = 1e7  # price of what is not lawful
NOTHING = 1e-9
TRIES = 60  # assignments of one stretch, each without what the evaluator found unlawful before
REMEMBERED = 50_000  # rows already judged


class Goal(Protocol):
    """What an exchange is for."""

    def prices(self, rows: Ints, first: int, last: int, stretches: Ints) -> Floats:
        """Return [people, stretches]: what each would cost with each on the days first to last."""

    def costs(self, rows: Ints) -> tuple[float, ...]:
        """Return what rows cost, what matters most first."""

    def is_reached(self, rows: Ints) -> bool:
        """Say whether nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Need:
    """A qualification needed on one day: who has it, in which duties, how many at best."""

    able: Ints
    duties: Bools
    preferred: int


@dataclass(slots=True)
class Table:
    """The people who exchange, their rows, and what is known of them."""

    problem: Problem
    people: list[int]
    rows: Ints
    sieve: Sieve
    needs: dict[int, list[Need]]
    roster: Roster
    shown: Ints
    judged: dict[tuple[int, bytes], tuple[int, int]] = field(default_factory=dict)

    def may_have(self, at: int, row: Ints) -> bool:
        """Say whether the evaluator finds no more broken in a row than in the person's own."""
        new, old = self.judge(at, row), self.judge(at, self.rows[at])
        return new[0] <= old[0] and new[1] <= old[1]

    def broken(self) -> list[int]:
        """Return whose own rows break a hard rule."""
        return [at for at, row in enumerate(self.rows) if any(self.judge(at, row))]

    def judge(self, at: int, row: Ints) -> tuple[int, int]:
        """Return what a row of a person breaks (see `hard_costs`)."""
        key = (at, row.tobytes())
        if key not in self.judged:
            if len(self.judged) > REMEMBERED:
                self.judged.clear()
            days = tuple(int(duty) for duty in row)
            self.judged[key] = hard_costs(self.problem, self.people[at], days)
        return self.judged[key]

    def keeps_skills(self, rows: Ints, first: int, last: int) -> bool:
        """Say whether no need of a qualification is met worse by other rows of these days."""
        for day in range(first, last):
            for need in self.needs.get(day, ()):
                then = need.duties[rows[need.able, day]].sum()
                if then < need.preferred and (then < need.duties[self.rows[need.able, day]].sum()):
                    return False
        return True

    def written(self, rows: Ints) -> Roster:
        """Return a roster with rows of these people; the same one if it has them."""
        if rows is not self.shown:
            found = list(self.roster)
            for person, row in zip(self.people, rows.tolist(), strict=True):
                found[person] = tuple(row)
            self.shown, self.roster = rows, tuple(found)
        return self.roster


def table_of(problem: Problem, roster: Roster) -> Table:
    """Seat everybody who has a part in every share; others keep their days."""
    common = set.intersection(*(set(share.people) for share in problem.fairness))
    people = sorted(one for one in common if not problem.people[one].trainee)
    rows = np.array([roster[one] for one in people], np.int64).reshape(-1, problem.days)
    needs: dict[int, list[Need]] = {}
    for demand in problem.demands:
        if demand.skill is not None:
            able = [
                at for at, one in enumerate(people) if demand.skill in problem.people[one].skills
            ]
            duties = np.zeros(len(problem.duties) + 1, np.bool_)
            duties[list(demand.duties)] = True
            need = Need(np.array(able, np.int64), duties, demand.preferred)
            needs.setdefault(demand.day, []).append(need)
    return Table(problem, people, rows, Sieve(problem, people), needs, roster, rows)


def exchange(table: Table, goal: Goal, first: int, last: int, unrest: Floats) -> bool:
    """Deal the days first to last (exclusive) anew, no worse for the goal; say if anything moved.

    `unrest` [people, people] is added to the price of taking somebody's days: it chooses among ways
    that are equally good.
    """
    stretches, own = np.unique(table.rows[:, first:last], axis=0, return_inverse=True)
    own = own.ravel()
    if len(stretches) == 1:
        return False
    each = np.arange(len(own))
    prices = goal.prices(table.rows, first, last, stretches)
    stay = prices[each, own]
    held = ~table.sieve.lets_through(table.rows, first, last, stretches)
    held[table.broken()] = False  # what is unlawful already may get better step by step
    prices[held] = NEVER
    prices[each, own] = stay
    pairs = np.where(own[:, None] == own, stay[:, None], prices[:, own] + unrest)
    taken = _assigned(table, first, last, (stretches, own), pairs)
    if taken is None:
        return False
    moved = False
    for ring in _rings(own, taken):
        worse = (prices[ring, taken[ring]] - stay[ring]).sum()
        rows = table.rows.copy()
        rows[ring, first:last] = stretches[taken[ring]]
        if worse < NOTHING and table.keeps_skills(rows, first, last):
            table.rows = rows
            moved = True
    return moved


def _assigned(
    table: Table, first: int, last: int, dealt: tuple[Ints, Ints], prices: Floats
) -> Ints | None:
    """Return which stretch everybody takes, all of them lawful; None if that takes too long."""
    stretches, own = dealt
    for _ in range(TRIES):
        whose = scipy.optimize.linear_sum_assignment(prices)[1]
        taken = own[whose]
        unlawful = False
        for at in np.flatnonzero(taken != own).tolist():
            row = table.rows[at].copy()
            row[first:last] = stretches[taken[at]]
            if not table.may_have(at, row):
                prices[at, own == taken[at]] = NEVER
                unlawful = True
        if not unlawful:
            return np.asarray(taken)
    return None


def _rings(own: Ints, taken: Ints) -> Iterator[list[int]]:
    """Yield people who pass their stretches on in a ring; each moves in one ring at most.

    Who has the same stretch is interchangeable, so a ring ends as soon as a stretch comes again.
    """
    givers: dict[int, list[int]] = {}
    for at in np.flatnonzero(own != taken).tolist():
        givers.setdefault(int(own[at]), []).append(at)
    while givers:
        stretch = next(iter(givers))
        path: list[int] = []
        seen: list[int] = []
        while stretch not in seen:
            seen.append(stretch)
            path.append(givers[stretch].pop())
            if not givers[stretch]:
                del givers[stretch]
            stretch = int(taken[path[-1]])
        cut = seen.index(stretch)
        for at in path[:cut]:  # the way to the ring is walked again
            givers.setdefault(int(own[at]), []).append(at)
        yield path[cut:]

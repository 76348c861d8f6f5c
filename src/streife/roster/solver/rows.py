"""The rows of days that are known for each person, and how new ones are found: column generation.

The LP over rows asks each person for the cheapest row under its prices; the sum of what they would
gain bounds what any roster costs (Lagrange). Desaulniers, Desrosiers, Solomon (eds.) 2005: Column
Generation.
"""

import time
from collections.abc import Callable, Sequence
from math import gcd

import numpy as np

from streife.roster.solver.master import EPSILON, Column, Demands, Floats, Master, Relaxed
from streife.roster.solver.pricing import INFINITY, Path, Pricer
from streife.roster.solver.problem import FREE, Problem

WORTH = 1e6
"""More than any duty can cost."""
ROWS_EACH = 3
RICH = 20
NOISE = (0.0, 1.0, 3.0)
"""Rows for the MIP: so many each time, prices disturbed by up to so much."""


class Rows:
    """Known rows by person (`pool`), `unit`: what all costs are multiples of."""

    def __init__(
        self, problem: Problem, random: np.random.Generator, over: Callable[[], bool]
    ) -> None:
        self.problem, self.random, self.over = problem, random, over
        self.demands, self.unit = Demands(problem), unit_of(problem)
        self.pricers = [Pricer.of(problem, person) for person in range(len(problem.people))]
        self.pool: list[dict[tuple[int, ...], Column]] = [{} for _ in problem.people]
        self.legal: Callable[[int, tuple[int, ...]], bool] | None = None

    def column(self, person: int, duties: tuple[int, ...], cost: float) -> Column:
        """Return the column of a row; the same row is the same column."""
        known = self.pool[person].get(duties)
        if known is None:
            known = Column(person, duties, cost, self.demands.met(person, duties))
            self.pool[person][duties] = known
        return known

    def priced(
        self, person: int, prices: Floats, most: int, held: Floats | None = None
    ) -> list[tuple[Column, float]]:
        """Return the cheapest rows of a person under [day, duty] prices, with their prices."""
        found: list[Path] = self.pricers[person].rows(prices, most, held)
        columns = []
        for path in found:
            if self.legal is not None and not self.legal(person, path.duties):
                continue
            paid = sum(prices[day, duty] for day, duty in enumerate(path.duties) if duty != FREE)
            columns.append((self.column(person, path.duties, round(path.price - paid)), path.price))
        return columns

    def known_row(self, person: int, duties: tuple[int, ...]) -> Column | None:
        """Return the column of given days, None if they break a hard rule."""
        known = self.pool[person].get(duties)
        if known is not None:
            return known
        prices = np.full((self.problem.days, len(self.problem.duties)), INFINITY)
        for day, duty in enumerate(duties):
            if duty != FREE:
                prices[day, duty] = -WORTH
        found = self.priced(person, prices, 1)
        return found[0][0] if found and found[0][0].duties == duties else None

    def recent(self, best: Column, days: Sequence[int]) -> list[Column]:
        """Return known rows of a person that differ from the best one on these days only."""
        rows = list(self.pool[best.person].values())
        if len(days) < self.problem.days:
            now = best.duties
            outside = sorted(set(range(self.problem.days)) - set(days))
            rows = [one for one in rows if all(one.duties[at] == now[at] for at in outside)]
        if len(rows) <= 60:
            return rows
        return rows[-40:] + [rows[int(at)] for at in self.random.integers(0, len(rows), 20)]

    def generate(
        self,
        master: Master,
        fixed: set[int],
        rounds: int,
        target: float,
        bounded: bool = False,
        seconds: float = INFINITY,
    ) -> tuple[Relaxed, float]:
        """Add columns until the LP is solved; return it and the Lagrangean bound.

        Stops early when the bound shows that nothing below `target` is there, or after `seconds`.
        """
        bound, until = -INFINITY, time.process_time() + seconds
        relaxed = master.relax(bounded=bounded)
        for _ in range(rounds):
            added, slack = 0, 0.0
            for at, person in enumerate(master.people):
                if person in fixed:
                    continue
                prices = self.demands.prices(person, -relaxed.duals)
                found = self.priced(person, prices, ROWS_EACH, master.held.get(person))
                least = min((price for _, price in found), default=INFINITY) - relaxed.ones[at]
                slack += min(0.0, least)
                added += master.add(
                    column for column, price in found if price < relaxed.ones[at] - EPSILON
                )
            bound = max(bound, relaxed.value + slack)
            done = not added or bound > relaxed.value - 0.01 or self.closes(bound, target)
            if done or self.over() or time.process_time() > until:
                break
            relaxed = master.relax()
        return relaxed, bound

    def closes(self, bound: float, target: float) -> bool:
        """Whether a bound shows that nothing below `target` is there."""
        return bound > target - self.unit + 0.01

    def enrich(self, master: Master, relaxed: Relaxed, gap: float) -> Relaxed:
        """Add more rows that a better roster may hold: the LP needs few of them, the MIP many."""
        for noise in NOISE:
            for at, person in enumerate(master.people):
                prices = self.demands.prices(person, -relaxed.duals)
                prices += self.random.random(prices.shape) * noise
                found = self.priced(person, prices, RICH, master.held.get(person))
                least = relaxed.ones[at] + gap + noise
                master.add(column for column, price in found if price < least)
        return master.relax()


def unit_of(problem: Problem) -> int:
    """Return what all costs are multiples of."""
    costs = [one.weight for one in problem.wishes]
    for demand in problem.demands:
        costs += [demand.under, demand.below, demand.over]
    costs += [rule.weight or 0 for person in problem.people for rule in person.rules]
    return gcd(*costs) or 1

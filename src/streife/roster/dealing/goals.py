"""What days are exchanged for: lawful rows, even shares, wishes and the published plan."""

from collections.abc import Sequence

import numpy as np

from streife.roster.dealing.exchanging import Table
from streife.roster.dealing.sieve import Floats, Ints
from streife.roster.solver.problem import Fairness, Problem

THOUSAND = 1000
ORDER = 8.0  # an earlier share weighs so many times the next one: nights before weekends
UNEVEN = 1000.0  # price of each duty by which a burden would leave its band
CHANGE = 0.01  # price of a day that is not as published, beside wishes of 1 and more
SLACK = 1e-6


class Share:
    """Duties that count and how many of them each person ought to have (see `Fairness`)."""

    def __init__(self, problem: Problem, share: Fairness, people: Sequence[int], rows: Ints):
        self.tolerance, self.weight = share.tolerance / THOUSAND, share.weight
        self.counts = np.zeros((problem.days, len(problem.duties) + 1))
        for day in range(problem.days) if share.days is None else share.days:
            for at, duty in enumerate(problem.duties):
                self.counts[day, at] = share.kinds is None or duty.kind in share.kinds
        part = dict(zip(share.people, share.shares, strict=True))
        before = dict(zip(share.people, share.carried, strict=False))
        parts = np.array([float(part[one]) for one in people])
        carried = np.array([float(before.get(one, 0)) for one in people])
        total = self._of(rows, 0).sum() + carried.sum()
        self.ought = parts * total / parts.sum() - carried
        self.most = max(self.spread(rows), self.tolerance)

    def burdens(self, rows: Ints) -> Floats:
        """Return by how many duties each has more than the share, or less."""
        return np.asarray(self._of(rows, 0) - self.ought)

    def spread(self, rows: Ints) -> float:
        """Return the largest burden less the smallest."""
        return float(np.ptp(self.burdens(rows)))

    def burdens_with(self, rows: Ints, first: int, last: int, stretches: Ints) -> Floats:
        """Return [people, stretches]: each burden with each stretch on the days first to last."""
        outside = self.burdens(rows) - self._of(rows[:, first:last], first)
        return np.asarray(outside[:, None] + self._of(stretches, first))

    def _of(self, rows: Ints, first: int) -> Floats:
        days = np.arange(first, first + rows.shape[1])
        return np.asarray(self.counts[days, rows].sum(axis=1))


class Lawful:
    """Nobody's row breaks a hard rule: who has such a row takes days with which it breaks less."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def prices(self, rows: Ints, first: int, last: int, stretches: Ints) -> Floats:
        """Return what is broken with each stretch by whose rows are broken now; 0 for others."""
        total = np.zeros((len(rows), len(stretches)))
        for at in self.table.broken():
            for number, stretch in enumerate(stretches):
                row = rows[at].copy()
                row[first:last] = stretch
                total[at, number] = sum(self.table.judge(at, row))
        return total

    def costs(self, rows: Ints) -> tuple[float, ...]:
        """Return what is broken in all."""
        return (float(sum(sum(self.table.judge(at, row)) for at, row in enumerate(rows))),)

    def is_reached(self, rows: Ints) -> bool:
        """Say whether nothing is broken."""
        return self.costs(rows)[0] <= 0


class Even:
    """No share is spread wider than it may be.

    The price is the square of the burden. The squares of numbers whose sum stays are least when no
    two are more than one apart: else one duty more here and one less there would lower them.
    """

    def __init__(self, shares: Sequence[Share]) -> None:
        self.shares = shares

    def prices(self, rows: Ints, first: int, last: int, stretches: Ints) -> Floats:
        """Return the squares, earlier shares first."""
        total = np.zeros((len(rows), len(stretches)))
        for share in self.shares:
            total = total * ORDER + share.burdens_with(rows, first, last, stretches) ** 2
        return total

    def costs(self, rows: Ints) -> tuple[float, ...]:
        """Return by how much a share is wider than before or allowed; than allowed; the squares."""
        wider = wide = squares = 0.0
        for share in self.shares:
            burdens = share.burdens(rows)
            wider += max(0.0, np.ptp(burdens) - share.most - SLACK)
            wide += share.weight * max(0, round((np.ptp(burdens) - share.tolerance) * THOUSAND))
            squares = squares * ORDER + float((burdens**2).sum())
        return wider, wide, round(squares, 6)

    def is_reached(self, rows: Ints) -> bool:
        """Say whether nothing is too wide."""
        return all(share.spread(rows) <= share.tolerance + SLACK for share in self.shares)


class Wished:
    """Wishes are met, then the published plan is kept, and every share stays as even as it is."""

    def __init__(
        self, problem: Problem, people: Sequence[int], shares: Sequence[Share], rows: Ints
    ) -> None:
        self.days = np.arange(problem.days)
        self.bands = [_band(share, rows) for share in shares]
        self.table = np.zeros((len(people), problem.days, len(problem.duties) + 1))
        self.each = np.arange(len(people))
        seat = {person: at for at, person in enumerate(people)}
        for wish in problem.wishes:
            if wish.person not in seat:
                continue
            kinds = [duty.kind for duty in problem.duties]
            met = np.array([wish.kind is None or one == wish.kind for one in kinds] + [False])
            self.table[seat[wish.person], wish.day] += wish.weight * (met != wish.wanted)
        if problem.published is not None:
            then = np.array([problem.published[one] for one in people], np.int64)
            self.table += CHANGE * problem.change
            self.table[self.each[:, None], self.days, then] -= CHANGE * problem.change

    def prices(self, rows: Ints, first: int, last: int, stretches: Ints) -> Floats:
        """Return what is not as wished or published, and much more for leaving a band."""
        total = self.table[:, self.days[first:last], stretches].sum(axis=2)
        for share, low, high in self.bands:
            burdens = share.burdens_with(rows, first, last, stretches)
            total += UNEVEN * (np.maximum(0, burdens - high) + np.maximum(0, low - burdens))
        return np.asarray(total)

    def costs(self, rows: Ints) -> tuple[float, ...]:
        """Return by how much bands are left, and what is not as wished or published."""
        left = 0.0
        for share, low, high in self.bands:
            burdens = share.burdens(rows)
            left += float((np.maximum(0, burdens - high) + np.maximum(0, low - burdens)).sum())
        own = self.table[self.each[:, None], self.days, rows].sum()
        return round(left, 6), round(float(own), 6)

    def is_reached(self, rows: Ints) -> bool:
        """Say whether nothing is left to wish for."""
        return self.costs(rows)[-1] <= 0


def _band(share: Share, rows: Ints) -> tuple[Share, float, float]:
    """Return between which burdens everybody stays: as wide as now, or as is allowed."""
    burdens = share.burdens(rows)
    more = max(0.0, share.tolerance - float(np.ptp(burdens))) / 2
    return share, float(burdens.min()) - more - SLACK / 4, float(burdens.max()) + more + SLACK / 4

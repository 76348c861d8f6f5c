"""Fair at the start: two people exchange some days in a row, so nights and weekends level out.

An exchange of whole days keeps the cover of every shift; only lawful ones are taken. The solver
goes on from here with its own, wider search.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from streife.roster.rules.basis import Built
from streife.roster.rules.starting import hard_costs
from streife.roster.solver.problem import FREE, Fairness, Problem, Roster

Row = tuple[int, ...]
LONGEST = 9  # days of an exchange
ENDS = 6  # so many from either end of the burdens are tried with each other
MOST = 400  # exchanges


@dataclass(slots=True)
class _Level:
    """Burdens of one share, kept up to date."""

    share: Fairness
    counts: dict[int, int]

    def burdens(self) -> dict[int, float]:
        """Return each burden: duties above (or below) what the share of everybody comes to."""
        total, shares = sum(self.counts.values()), sum(self.share.shares)
        return {
            person: self.counts[person] - part * total / shares
            for person, part in zip(self.share.people, self.share.shares, strict=True)
        }

    def weight(self, problem: Problem, day: int, duty: int) -> int:
        """Say whether a duty counts in this share."""
        if duty == FREE or (self.share.days is not None and day not in self.share.days):
            return 0
        kind = problem.duties[duty].kind
        return int(self.share.kinds is None or kind in self.share.kinds)


def levelled(built: Built, roster: Roster) -> Roster:
    """Return the roster after exchanges that level the shares; as lawful and covered as before."""
    problem = built.problem
    rows = list(roster)
    levels = [_Level(share, {}) for share in problem.fairness]
    for level in levels:
        for person in level.share.people:
            duties = enumerate(rows[person])
            level.counts[person] = sum(level.weight(problem, day, one) for day, one in duties)
    for _ in range(MOST):
        if not any(_improved(problem, rows, levels, level) for level in levels):
            break
    return tuple(rows)


def _improved(problem: Problem, rows: list[Row], levels: list[_Level], level: _Level) -> bool:
    """Take the first exchange that brings two of the far ends together, if there is one."""
    burdens = level.burdens()
    order = sorted(burdens, key=lambda person: burdens[person])
    for high in reversed(order[-ENDS:]):
        for low in order[:ENDS]:
            if burdens[high] - burdens[low] <= 1:
                break
            for first, last in _windows(problem.days):
                if _takes(problem, rows, levels, level, (high, low), (first, last)):
                    return True
    return False


def _windows(days: int) -> Iterator[tuple[int, int]]:
    for length in range(1, LONGEST + 1):
        for first in range(days - length + 1):
            yield first, first + length


def _takes(
    problem: Problem,
    rows: list[Row],
    levels: list[_Level],
    level: _Level,
    pair: tuple[int, int],
    window: tuple[int, int],
) -> bool:
    high, low = pair
    moved = [_moved(problem, one, rows[high], rows[low], window) for one in levels]
    if moved[levels.index(level)] <= 0 or _change(levels, moved, pair) >= 0:
        return False
    first, last = window
    one = (*rows[high][:first], *rows[low][first:last], *rows[high][last:])
    two = (*rows[low][:first], *rows[high][first:last], *rows[low][last:])
    if _worse(problem, high, rows[high], one) or _worse(problem, low, rows[low], two):
        return False
    kept = (rows[high], rows[low])
    rows[high], rows[low] = one, two
    if _lacks_skill(problem, rows, window):
        rows[high], rows[low] = kept
        return False
    for each, count in zip(levels, moved, strict=True):
        if high in each.counts and low in each.counts:
            each.counts[high] -= count
            each.counts[low] += count
    return True


def _moved(problem: Problem, level: _Level, one: Row, two: Row, window: tuple[int, int]) -> int:
    """Return how many duties of a share go from one to the other."""
    return sum(
        level.weight(problem, day, one[day]) - level.weight(problem, day, two[day])
        for day in range(*window)
    )


def _change(levels: list[_Level], moved: list[int], pair: tuple[int, int]) -> float:
    """Return by how much the squares of the burdens grow, all shares together."""
    total = 0.0
    for level, count in zip(levels, moved, strict=True):
        burdens = level.burdens()
        high, low = burdens.get(pair[0], 0.0), burdens.get(pair[1], 0.0)
        total += (high - count) ** 2 + (low + count) ** 2 - high**2 - low**2
    return total


def _worse(problem: Problem, person: int, before: Row, after: Row) -> bool:
    new, old = hard_costs(problem, person, after), hard_costs(problem, person, before)
    return new[0] > old[0] or new[1] > old[1]


def _lacks_skill(problem: Problem, rows: list[Row], window: tuple[int, int]) -> bool:
    """Say whether a qualification is missing on one of the days."""
    for demand in problem.demands:
        if demand.skill is None or not window[0] <= demand.day < window[1]:
            continue
        there = sum(
            row[demand.day] in demand.duties
            and demand.skill in person.skills
            and not person.trainee
            for person, row in zip(problem.people, rows, strict=True)
        )
        if there < demand.minimum:
            return True
    return False

"""Lawful, fair, as wished, before anything is searched: stretches of days change hands.

Days are dealt anew among everybody (`exchanging`), stretch after stretch: until nobody's days break
a rule, then until nights and weekends are spread no wider than agreed, then until wishes are met.
Ways that are equally good are
walked too, drawn with a fixed seed, so that an exchange which is not lawful today becomes so
tomorrow. No hard rule is newly broken, the cover of every shift stays, and no share ends wider than
it was or may be, unless that is the price of the law.
"""

from collections.abc import Iterator

import numpy as np

from streife.roster.dealing.exchanging import Goal, Table, exchange, table_of
from streife.roster.dealing.goals import Even, Lawful, Share, Wished
from streife.roster.dealing.sieve import Floats, Ints
from streife.roster.solver.problem import Problem, Roster

LENGTHS = (1, 2, 3, 4, 5, 6, 7, 9, 11, 14, 18, 22, 30)  # days of a stretch
SWEEPS = 12  # over all stretches, for each goal
IDLE = 3  # sweeps that bring nothing, then a goal is given up
SEED = 1
RESTLESS = 0.6  # so many people are drawn who may move without need
UNREST = 0.05  # less than any wish; a square changes by less only if nobody is far from even
REST = 0.02  # what moving costs the others
QUIET = 2  # sweeps without unrest where a plan is published: few changes are better than many
SOFTLY = 0.1  # then wishes are walked with so much unrest: less than a day kept as published


def levelling(problem: Problem, roster: Roster) -> Iterator[Roster]:
    """Yield the best roster so far, again and again, until nothing is left to level or to wish.

    The caller stops when the time is up. The first one is the roster itself.
    """
    yield roster
    if not problem.fairness:
        return
    table = table_of(problem, roster)
    if len(table.people) < 2:
        return
    shares = [Share(problem, one, table.people, table.rows) for one in problem.fairness]
    draw = np.random.default_rng(SEED)
    is_published = problem.published is not None
    quiet = QUIET if is_published else 0
    for rows in _towards(Lawful(table), table, draw, quiet=quiet):
        yield table.written(rows)
    for rows in _towards(Even(shares), table, draw, quiet=quiet):
        yield table.written(rows)
    wished = Wished(problem, table.people, shares, table.rows)
    for rows in _towards(wished, table, draw, scale=SOFTLY if is_published else 1.0):
        yield table.written(rows)


def _towards(
    goal: Goal,
    table: Table,
    draw: np.random.Generator,
    *,
    quiet: int = 0,
    scale: float = 1.0,
) -> Iterator[Ints]:
    """Yield the best rows so far after each stretch of days; in the end they are the table's."""
    best, least, idle = table.rows, goal.costs(table.rows), 0
    for sweep in range(SWEEPS):
        before = least
        restless = RESTLESS if sweep >= quiet else 0.0
        for first, last in _stretches(table.problem.days, draw):
            if goal.is_reached(best):
                return
            if exchange(table, goal, first, last, _unrest(draw, len(best), restless) * scale):
                now = goal.costs(table.rows)
                if now < least:
                    best, least = table.rows, now
            yield best
        idle = idle + 1 if least == before else 0
        if idle == IDLE:
            break
    table.rows = best


def _stretches(days: int, draw: np.random.Generator) -> Iterator[tuple[int, int]]:
    every = [(a, a + n) for n in LENGTHS if n <= days for a in range(days - n + 1)]
    for at in draw.permutation(len(every)):
        yield every[at]


def _unrest(draw: np.random.Generator, count: int, restless: float) -> Floats:
    """Return what it costs, or brings, to take somebody's days where all ways are equally good."""
    drawn = draw.uniform(-UNREST, UNREST, (count, count))
    still = draw.random(count) >= restless
    drawn[still] = REST
    drawn[:, still] = REST
    return np.asarray(drawn)

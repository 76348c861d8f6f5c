"""Solves for some people by columns: fixes rows until few people are left, then the exact MIP.

A dive: the LP over rows is solved with new columns after each row that is fixed, so that the others
can still answer. The people that are left when the MIP can take over are solved together.
Sadykov, Vanderbeck, Pessoa, Tahiri, Uchoa 2019 (INFORMS Journal on Computing 31(2)): Primal
heuristics for branch and price.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from streife.roster.solver.master import EPSILON, Column, Master, Relaxed
from streife.roster.solver.problem import Problem

Generate = Callable[[Master, set[int], int, float, bool], tuple[Relaxed, float]]
"""Adds columns to a master: (master, fixed people, rounds, target, bounded)."""
THIN = 30
"""So many columns for each person are taken along."""
WHOLE = 0.99
ROUNDS = 3
STALE = 0.2
"""Part of the people fixed after which the master is built anew without them."""


@dataclass(slots=True)
class Dive:
    """One dive over the people of a master; `chosen` are the rows that are fixed.

    `present` counts who is there for each demand and is added to; `settled` is what `chosen` cost.
    """

    problem: Problem
    generate: Generate
    random: np.random.Generator
    over: Callable[[], bool]
    master: Master
    relaxed: Relaxed
    present: NDArray[np.int64]
    chosen: dict[int, Column] = field(default_factory=dict)
    settled: float = 0.0

    def down(self, until: int, target: float) -> bool:
        """Fix rows until at most `until` people are left; False: nothing below `target` there."""
        self._rebuild({})
        while len(self.master.people) > until:
            fixed: dict[int, int] = {}
            count = len(self.master.people)
            most = max(1, min(count - until, round(STALE * count)))
            while len(fixed) < most:
                self._step(fixed)
                if self.over() or self.relaxed.value > target - self.settled - EPSILON:
                    return False
            self._rebuild(fixed)
        return True

    def _step(self, fixed: dict[int, int]) -> None:
        """Fix the rows that the LP has chosen, and one more."""
        shares = self.relaxed.shares
        for at in np.argsort(-(shares + self.random.random(len(shares)) * 0.1)):
            person = self.master.columns[int(at)].person
            if person in fixed:
                continue
            fixed[person] = int(at)
            self.master.fix(int(at), 1.0)
            if shares[at] < WHOLE:
                break
        self.relaxed, _ = self.generate(self.master, set(fixed), ROUNDS, np.inf, True)

    def _rebuild(self, fixed: dict[int, int]) -> None:
        """Go on with the people that are not fixed and their promising columns."""
        for person, at in fixed.items():
            column = self.master.columns[at]
            self.chosen[person] = column
            self.settled += column.cost
            np.add.at(self.present, list(column.meets), 1)
        rest = [person for person in self.master.people if person not in fixed]
        smaller = Master(self.problem, rest, self.present)
        order = np.argsort(self.relaxed.reduced, kind="stable")
        columns = (self.master.columns[int(at)] for at in order)
        kept = [one for one in columns if one.person not in fixed]
        smaller.add(kept[: THIN * len(rest)])
        self.master = smaller
        self.relaxed = smaller.relax()

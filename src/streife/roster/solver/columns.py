"""Search by columns: a bound, dives, and LNS over people and days with exact sub-problems.

The LP over rows is much tighter than a model over days, so that a part (some people free on some
days, all else as it is) is either solved by the MIP over its generated columns or shown to hold
nothing better (Lagrangean bound). Parts of few people over all days seldom free one duty more where
everybody's hours are used up; everybody on a few days does (`parts`).
"""

import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from streife.roster.solver.diving import Dive
from streife.roster.solver.master import EPSILON, Column, Floats, Master, Relaxed
from streife.roster.solver.parts import PEOPLE, Part, Parts
from streife.roster.solver.pricing import INFINITY
from streife.roster.solver.problem import Problem, Roster
from streife.roster.solver.rows import Rows

Report = Callable[[Roster, float], None]
"""Called with each better roster and its cost."""

SECONDS = 1.5
"""For the MIP of one part; longer where nothing was found for long."""
ROOT = 0.25
"""Part of the time for the LP over everybody: long plans go on with what there is by then."""
PATIENCE, VAIN, LONGEST = 1.5, 15, 16
SWEEPS = 5
"""At most so often everybody answers in turn."""
KEPT = 6000
"""At most so many columns in one MIP."""


class ColumnSearch:
    """The search in one process. `best` has a column for each person; `bound` is proven."""

    def __init__(self, problem: Problem, seed: int, over: Callable[[], bool]) -> None:
        self.problem, self.over = problem, over
        self.random = np.random.default_rng(seed)
        self.rows = Rows(problem, self.random, over)
        self.demands, self.unit = self.rows.demands, self.rows.unit
        self.bound = 0.0
        self.best: list[Column] = []
        self.value = INFINITY
        self.parts = Parts(problem, self.rows, self.random)
        self.rounds = 0
        self.report: Report = lambda _roster, _value: None
        self.hear: Callable[[], None] = lambda: None
        self.left: Callable[[], float] = lambda: INFINITY
        self._began = time.monotonic(), time.process_time()

    # The present roster

    def present(self, columns: Iterable[Column]) -> NDArray[np.int64]:
        """Return how many people meet each demand."""
        count = np.zeros(len(self.problem.demands), dtype=np.int64)
        for column in columns:
            np.add.at(count, list(column.meets), 1)
        return count

    def cost(self, columns: Sequence[Column]) -> float:
        """Return the total cost of a roster."""
        return sum(one.cost for one in columns) + float(
            self.demands.costs(self.present(columns)).sum()
        )

    def take(self, columns: Sequence[Column]) -> bool:
        """Keep the roster if it is better than the best."""
        value = self.cost(columns)
        if value >= self.value - EPSILON:
            return False
        self.best, self.value = list(columns), value
        self.report(tuple(column.duties for column in self.best), value)
        return True

    def begin(self, start: Roster | None = None) -> bool:
        """Give everybody a row, best answers in turn. False: somebody has no legal row."""
        none = np.zeros((self.problem.days, len(self.problem.duties)))
        if start is not None and self.adopt(start):
            return True
        columns = []
        for person in range(len(self.problem.people)):
            found = self.rows.priced(person, none, 1)
            if not found:
                return False
            columns.append(found[0][0])
        self.take(columns)
        self.answer(columns)
        return True

    def slowed(self) -> float:
        """Return how many seconds pass for each CPU second: solvers stop by the clock."""
        wall, cpu = time.monotonic() - self._began[0], time.process_time() - self._began[1]
        return min(60.0, max(1.0, wall / max(cpu, 0.1)))

    def answer(self, columns: Sequence[Column]) -> list[Column]:
        """Let each person in turn answer the others best, until nobody can do better."""
        chosen = list(columns)
        present, value = self.present(chosen), self.cost(chosen)
        for _ in range(SWEEPS):
            for person in self.random.permutation(len(chosen)):
                if self.over():
                    break
                np.add.at(present, list(chosen[person].meets), -1)
                prices = self.demands.prices(int(person), self.demands.next_costs(present))
                found = self.rows.priced(int(person), prices, 1)
                chosen[person] = found[0][0] if found else chosen[person]
                np.add.at(present, list(chosen[person].meets), 1)
            self.take(chosen)
            now = self.cost(chosen)
            if now >= value - EPSILON or self.over():
                break
            value = now
        return chosen

    def adopt(self, roster: Roster) -> bool:
        """Take over a roster if all its rows are legal; return whether they are."""
        columns = [self.rows.known_row(person, row) for person, row in enumerate(roster)]
        known = [one for one in columns if one is not None]
        if len(known) == len(columns):
            self.take(known)
        return len(known) == len(columns)

    # Column generation

    def root(self) -> tuple[Master, Relaxed]:
        """Solve the LP over everybody: the lower bound, and the guilt of each person's row."""
        people = range(len(self.problem.people))
        master = Master(self.problem, people, self.present(()))
        master.add(self.best)
        master.add(column for rows in self.rows.pool for column in rows.values())
        seconds = ROOT * self.left()
        relaxed, bound = self.rows.generate(master, set(), 500, INFINITY, seconds=seconds)
        self.bound = max(self.bound, float(np.ceil((bound - 0.01) / self.unit)) * self.unit)
        return master, relaxed

    def blame(self, master: Master, relaxed: Relaxed) -> None:
        """Note how far from the LP each person's present row is."""
        place = {(one.person, one.duties): at for at, one in enumerate(master.columns)}
        for person, column in enumerate(self.best):
            at = place.get((person, column.duties))
            known = at is not None and at < len(relaxed.reduced)
            away = float(relaxed.reduced[at]) if known and at is not None else 9.7
            self.parts.guilt[person] = 0.3 + max(0.0, away)

    # Neighbourhoods

    def improve(self, part: Part, seconds: float) -> str:
        """Solve for a part, all else as it is: "better", "proven", "open", "same" or "dived"."""
        self.rounds += 1
        free = set(part.people)
        others = [one for one in self.best if one.person not in free]
        present = self.present(others)
        master = Master(self.problem, part.people, present, self._held(part))
        master.add([self.best[person] for person in part.people])
        for person in part.people:
            master.add(self.rows.recent(self.best[person], part.days))
        target = self.value - sum(one.cost for one in others)
        relaxed, bound = self.rows.generate(master, set(), 40, target)
        if self.rows.closes(bound, target):
            return "proven"
        if part.kind == "wide":
            return self.dive(master, relaxed, present, seconds, target)
        return self.choose(master, relaxed, seconds, target - bound, {})

    def _held(self, part: Part) -> dict[int, Floats]:
        """Return by person what must not change outside the days of a part."""
        if len(part.days) == self.problem.days:
            return {}
        outside = np.setdiff1d(np.arange(self.problem.days), part.days)
        found = {}
        for person in part.people:
            held = np.zeros((self.problem.days, len(self.problem.duties) + 1))
            held[outside] = INFINITY
            held[outside, np.array(self.best[person].duties)[outside] + 1] = 0.0
            found[person] = held
        return found

    def choose(
        self,
        master: Master,
        relaxed: Relaxed,
        seconds: float,
        gap: float,
        settled: dict[int, Column],
    ) -> str:
        """Let the MIP choose among the promising columns; `settled` people have theirs."""
        relaxed = self.rows.enrich(master, relaxed, gap)
        kept = np.flatnonzero(relaxed.reduced <= gap - self.unit + 0.01)
        kept = kept[np.argsort(relaxed.reduced[kept], kind="stable")][:KEPT]
        start: list[int] = [] if settled else list(range(len(master.people)))
        kept = np.unique(np.concatenate([kept, np.array(start, dtype=np.int64)]))
        chosen, done = master.choose(kept, start, seconds * self.slowed(), self.unit - 0.01)
        taken = {one.person: one for one in chosen} | settled
        if self.take([taken.get(one.person, one) for one in self.best]):
            return "better"
        return "same" if done else "open"

    def dive(
        self,
        master: Master,
        relaxed: Relaxed,
        present: NDArray[np.int64],
        seconds: float,
        target: float,
    ) -> str:
        """Fix rows until the MIP can take over, and let it choose: "better" or "dived"."""
        dive = Dive(
            self.problem,
            self.rows.generate,
            self.random,
            self.over,
            master,
            relaxed,
            present.copy(),
        )
        if not dive.down(self.parts.count("missed"), target):
            return "dived"
        target -= dive.settled
        last, bound = self.rows.generate(dive.master, set(), 40, target)
        if self.rows.closes(bound, target):
            return "dived"
        result = self.choose(dive.master, last, seconds, target - bound, dive.chosen)
        return result if result == "better" else "dived"

    def run(self, *, root: bool = True, draft: bool = False) -> None:
        """Search until it is over or the bound is reached; without `root` there is no bound.

        `draft`: a first roster is wanted soon, so only small parts are solved.
        """
        least, longest = SECONDS, SECONDS * LONGEST
        if draft:
            least, longest, self.parts.kinds = 1.0, 1.0, PEOPLE
            self.parts.sizes = dict.fromkeys(PEOPLE, 3.0 * self.problem.days)
        elif root and not self.over() and not self.finished():
            master, relaxed = self.root()
            self.blame(master, relaxed)
            self.dive(master, relaxed, self.present(()), 2.0 * least, INFINITY)
            self.blame(master, relaxed)
        vain = 0
        while not self.over() and not self.finished():
            began = time.process_time()
            self.hear()
            if draft:
                self.parts.guilt = np.array([1.0 + one.cost for one in self.best])
            part = self.parts.next(self.best, self.demands.costs(self.present(self.best)))
            seconds = min(least * PATIENCE ** (vain // VAIN), longest, self.left())
            result = self.improve(part, seconds)
            self.parts.learn(part.kind, result, (time.process_time() - began) / seconds)
            vain = 0 if result == "better" else vain + 1

    def finished(self) -> bool:
        """Whether the best roster is proven to be the best of all."""
        return self.value <= self.bound + EPSILON

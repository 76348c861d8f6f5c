"""Column generation over people's rows: bound, dives, and LNS over people with exact sub-problems.

For problems whose rules the automaton knows (`pricing.priceable`). The LP over rows is much tighter
than a model over days, so that a neighbourhood (some people free, the others as they are) is either
solved by the MIP over its generated columns or shown to hold nothing better (Lagrangean bound).
Desaulniers, Desrosiers, Solomon (eds.) 2005: Column Generation.
"""

import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from streife.roster.solver.master import EPSILON, Column, Demands, Floats, Master, Relaxed
from streife.roster.solver.pricing import INFINITY, Path, Pricer
from streife.roster.solver.problem import FREE, Problem, Roster

Report = Callable[[Roster, float], None]
"""Called with each better roster and its cost."""

WORTH = 1e6
"""More than any duty can cost."""
ROWS_EACH = 3
SWEEPS = 5
"""At most so often everybody answers in turn."""
THIN = 30
KEPT = 6000
"""At most so many columns in one MIP."""


class ColumnSearch:
    """The search in one process. `best` has a column for each person; `bound` is proven."""

    def __init__(self, problem: Problem, seed: int, over: Callable[[], bool]) -> None:
        self.problem, self.over = problem, over
        self.random = np.random.default_rng(seed)
        self.demands = Demands(problem)
        self.pricers = [Pricer.of(problem, person) for person in range(len(problem.people))]
        self.pool: list[dict[tuple[int, ...], Column]] = [{} for _ in problem.people]
        self.bound = 0.0
        self.best: list[Column] = []
        self.value = INFINITY
        self.guilt = np.ones(len(problem.people))
        self.rounds = 0
        self.report: Report = lambda _roster, _value: None
        self.hear: Callable[[], None] = lambda: None
        self.legal: Callable[[int, tuple[int, ...]], bool] | None = None
        self._began = time.monotonic(), time.process_time()

    # The present roster

    def column(self, person: int, duties: tuple[int, ...], cost: float) -> Column:
        """Return the column of a row; the same row is the same column."""
        known = self.pool[person].get(duties)
        if known is None:
            known = Column(person, duties, cost, self.demands.met(person, duties))
            self.pool[person][duties] = known
        return known

    def priced(self, person: int, prices: Floats, most: int) -> list[tuple[Column, float]]:
        """Return the cheapest rows of a person under [day, duty] prices, with their prices."""
        found: list[Path] = self.pricers[person].rows(prices, most)
        columns = []
        for path in found:
            if self.legal is not None and not self.legal(person, path.duties):
                continue
            paid = sum(prices[day, duty] for day, duty in enumerate(path.duties) if duty != FREE)
            columns.append((self.column(person, path.duties, round(path.price - paid)), path.price))
        return columns

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
            found = self.priced(person, none, 1)
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
                found = self.priced(int(person), prices, 1)
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
        columns = [self.known_row(person, row) for person, row in enumerate(roster)]
        known = [one for one in columns if one is not None]
        if len(known) == len(columns):
            self.take(known)
        return len(known) == len(columns)

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

    # Column generation

    def generate(
        self, master: Master, fixed: set[int], rounds: int, target: float
    ) -> tuple[Relaxed, float]:
        """Add columns until the LP is solved; return it and the Lagrangean bound.

        Stops early when the bound shows that nothing below `target` is there.
        """
        bound = -INFINITY
        relaxed = master.relax()
        for _ in range(rounds):
            added, slack = 0, 0.0
            for at, person in enumerate(master.people):
                if person in fixed:
                    continue
                prices = self.demands.prices(person, -relaxed.duals)
                found = self.priced(person, prices, ROWS_EACH)
                least = min((price for _, price in found), default=INFINITY) - relaxed.ones[at]
                slack += min(0.0, least)
                added += master.add(
                    column for column, price in found if price < relaxed.ones[at] - EPSILON
                )
            bound = max(bound, relaxed.value + slack)
            done = not added or bound > relaxed.value - 0.01 or bound > target - 1 + 0.01
            if done or self.over():
                break
            relaxed = master.relax()
        return relaxed, bound

    def root(self) -> tuple[Master, Relaxed]:
        """Solve the LP over everybody: the lower bound, and the guilt of each person's row."""
        people = range(len(self.problem.people))
        master = Master(self.problem, people, self.present(()))
        master.add(self.best)
        master.add(column for rows in self.pool for column in rows.values())
        relaxed, bound = self.generate(master, set(), 500, INFINITY)
        self.bound = max(self.bound, float(np.ceil(bound - 0.01)))
        return master, relaxed

    def blame(self, master: Master, relaxed: Relaxed) -> None:
        """Note how far from the LP each person's present row is."""
        place = {(one.person, one.duties): at for at, one in enumerate(master.columns)}
        for person, column in enumerate(self.best):
            at = place.get((person, column.duties))
            known = at is not None and at < len(relaxed.reduced)
            away = float(relaxed.reduced[at]) if known and at is not None else 9.7
            self.guilt[person] = 0.3 + max(0.0, away)

    def thin(self, master: Master, relaxed: Relaxed) -> Master:
        """Return a master with the promising columns only: many others slow each LP down."""
        order = np.argsort(relaxed.reduced, kind="stable")[: THIN * len(master.people)]
        thinner = Master(self.problem, master.people, self.present(()))
        thinner.add(self.best)
        thinner.add(master.columns[int(at)] for at in order)
        return thinner

    def dive(self, master: Master) -> None:
        """Fix rows with large shares step by step, generating columns for the others."""
        fixed: dict[int, int] = {}
        relaxed = master.relax()
        while len(fixed) < len(master.people) and not self.over():
            shares = relaxed.shares + self.random.random(len(relaxed.shares)) * 0.1
            order = np.argsort(-shares)
            step = 0
            for at in order:
                person = master.columns[int(at)].person
                if person in fixed:
                    continue
                if step and shares[at] < 0.85:
                    break
                fixed[person] = int(at)
                master.fix(int(at), 1.0)
                step += 1
                if step >= max(2, len(master.people) // 6):
                    break
            relaxed, _ = self.generate(master, set(fixed), 2, INFINITY)
        if len(fixed) == len(master.people):
            chosen = [master.columns[fixed[person]] for person in master.people]
            self.take(chosen)
            self.answer(chosen)

    # Neighbourhoods

    def improve(self, people: Sequence[int], seconds: float) -> str:
        """Solve for some people, the others as they are: "better", "proven", "open" or "same"."""
        self.rounds += 1
        free = set(people)
        others = [one for one in self.best if one.person not in free]
        settled = sum(one.cost for one in others)
        master = Master(self.problem, people, self.present(others))
        now = [self.best[person] for person in people]
        master.add(now)
        for person in people:
            master.add(self._recent(person))
        target = self.value - settled
        relaxed, bound = self.generate(master, set(), 40, target)
        if bound > target - 1 + 0.01:
            return "proven"
        gap = target - bound
        kept = np.flatnonzero(relaxed.reduced <= gap - 1 + 0.01)
        kept = kept[np.argsort(relaxed.reduced[kept], kind="stable")][:KEPT]
        start = list(range(len(now)))
        kept = np.unique(np.concatenate([kept, np.array(start)]))
        chosen, done = master.choose(kept, start, seconds * self.slowed(), 0.99)
        taken = {one.person: one for one in chosen}
        if self.take([taken.get(one.person, one) for one in self.best]):
            return "better"
        return "same" if done else "open"

    def _recent(self, person: int) -> list[Column]:
        rows = list(self.pool[person].values())
        if len(rows) <= 60:
            return rows
        return rows[-40:] + [rows[int(at)] for at in self.random.integers(0, len(rows), 20)]

    def some(self, size: int) -> list[int]:
        """Return people for the next neighbourhood: by guilt, by a missed demand, or at random."""
        count = len(self.problem.people)
        size = min(size, count)
        weights = np.ones(count)
        mode = self.random.integers(3)
        if mode == 0:
            weights = self.guilt
        elif mode == 1:
            weights = self._near_a_miss()
        picked = self.random.choice(count, size, replace=False, p=weights / weights.sum())
        return sorted(int(person) for person in picked)

    def _near_a_miss(self) -> Floats:
        """Weigh people by their work around a demand that costs something."""
        costs = self.demands.costs(self.present(self.best))
        if not costs.sum():
            return np.ones(len(self.best))
        missed = self.problem.demands[int(self.random.choice(len(costs), p=costs / costs.sum()))]
        weights = np.full(len(self.best), 0.2)
        for person, column in enumerate(self.best):
            here = column.duties[missed.day]
            if here in missed.duties:
                weights[person] += 1.0
            elif self.pricers[person].own[missed.day, missed.duties[0] + 1] < INFINITY:
                weights[person] += 2.0
        return weights

    def run(self, *, root: bool = True) -> None:
        """Search until it is over or the bound is reached; without `root` there is no bound."""
        if root and not self.over() and not self.finished():
            master, relaxed = self.root()
            self.blame(master, relaxed)
            self.dive(self.thin(master, relaxed))
            self.blame(master, relaxed)
        size, seconds = (8.0, 4.0) if root else (3.0, 1.0)
        while not self.over() and not self.finished():
            began = time.process_time()
            self.hear()
            if not root:
                self.guilt = np.array([1.0 + one.cost for one in self.best])
            result = self.improve(self.some(int(size)), seconds)
            spent = time.process_time() - began
            if result in ("proven", "same") and spent < seconds * 0.75:
                size = min(size * 1.06, float(len(self.best)))
            elif result == "open" or spent > seconds:
                size = max(2.0, size * 0.9)

    def finished(self) -> bool:
        """Whether the best roster is proven to be the best of all."""
        return self.value <= self.bound + EPSILON

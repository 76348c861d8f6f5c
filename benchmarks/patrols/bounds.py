"""`python -m benchmarks.patrols.bounds`: what no plan can exceed, by column generation.

The set-packing problem over all routes (each customer at most once, at most m routes) is relaxed
to a linear program and to ng-routes. At any dual prices (p, q) of customers and routes,
sum(p) + m x (best value of an ng-route) bounds every plan (Lagrange), so stopping early is safe.
Neighbourhoods grow where the linear program's routes come back to a customer. The bound is rounded
down to what profits can add up to. Solutions of the restricted problem are kept when they are the
best known, after the independent checker has seen them.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.patrols import pricing, records, spine
from benchmarks.patrols.found import Routes, stopwatch
from benchmarks.patrols.instances import DEFAULT_CELLS, Cell, Instance, instance, references

KEPT = Path(__file__).with_name("bounds.json")
TINY = 1e-6
COLUMNS_A_ROUND, NEARLY, MOST_LABELS = 150, 0.005, 30_000_000


@dataclass(frozen=True, slots=True)
class Bound:
    """The certificate of a cell: no plan is worth more than `upper`; `routes` are worth `score`."""

    cell: str
    upper: int
    score: int
    routes: Routes
    cpu_seconds: float
    how: str
    day: str


class Master:
    """The linear program over the routes found so far."""

    def __init__(self, instance: Instance, routes: int) -> None:
        import highspy  # not at the top: OR-Tools brings another version of the same library

        self.instance, self.whole_number = instance, highspy.HighsVarType.kInteger
        self.columns: list[tuple[int, ...]] = []
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for ceiling in [routes] + [1] * instance.size:
            self.solver.addRow(-math.inf, ceiling, 0, [], [])

    def add(self, routes: Iterable[tuple[int, ...]]) -> int:
        """Add routes that are new; return how many."""
        known, before = set(self.columns), len(self.columns)
        for route in routes:
            if route in known:
                continue
            rows, times = np.unique(np.array((0, *route), dtype=np.int32), return_counts=True)
            profit = float(self.instance.profit[list(route)].sum())
            self.solver.addCol(profit, 0.0, math.inf, len(rows), rows, times.astype(np.float64))
            known.add(route)
            self.columns.append(route)
        return len(self.columns) - before

    def forbid(self, bits: np.ndarray) -> None:
        """Close the routes that are no ng-routes any more."""
        for number, route in enumerate(self.columns):
            if not _allowed(route, bits):
                self.solver.changeColBounds(number, 0.0, 0.0)

    def solve(self) -> tuple[float, np.ndarray]:
        """Return the price of a route and of each place (0 for the depot); never negative."""
        self.solver.run()
        dual = np.abs(np.array(self.solver.getSolution().row_dual))
        price = dual.copy()
        price[0] = 0.0
        return float(dual[0]), price

    def used(self) -> list[tuple[int, ...]]:
        """Return the routes the present solution uses."""
        share = self.solver.getSolution().col_value
        return [route for route, part in zip(self.columns, share, strict=True) if part > TINY]

    def whole(self, seconds: float) -> list[tuple[int, ...]]:
        """Return the best choice of whole routes found in that time; the master is spent after."""
        solver = self.solver
        for number, route in enumerate(self.columns):
            if len(set(route)) < len(route):
                solver.changeColBounds(number, 0.0, 0.0)
            solver.changeColIntegrality(number, self.whole_number)
        solver.setOptionValue("time_limit", seconds)
        solver.setOptionValue("threads", 1)
        solver.run()
        share = solver.getSolution().col_value
        return [route for route, part in zip(self.columns, share, strict=True) if part > 0.5]


def _allowed(route: tuple[int, ...], bits: np.ndarray) -> bool:
    memory: set[int] = set()
    for place in route:
        if place in memory:
            return False
        row = bits[place]
        memory = {one for one in memory if int(row[one // 64]) >> (one % 64) & 1} | {place}
    return True


def _grow(routes: Iterable[tuple[int, ...]], bits: np.ndarray) -> bool:
    """Let places between two visits of a customer remember it; False if nothing comes back."""
    grown = False
    for route in routes:
        last: dict[int, int] = {}
        for position, place in enumerate(route):
            if place in last:
                for between in route[last[place] + 1 : position]:
                    pricing.remember(bits, between, place)
                grown = True
            last[place] = position
    return grown


class Climb:
    """Column generation on one cell, round by round."""

    def __init__(self, instance: Instance, routes: int, known: Routes, size: int) -> None:
        self.instance, self.routes = instance, routes
        self.network = pricing.networks(instance)
        self.bits = pricing.neighbourhoods(instance, size)
        self.master = Master(instance, routes)
        everyone = range(1, instance.size + 1)
        self.master.add([*known, *((i,) for i in everyone if _alone(instance, i))])
        self.upper = float(instance.profit.sum())

    def step(self, *, exact: bool) -> bool:
        """Look for better routes; False if there is none. With `exact`, lower the bound."""
        worth, price = self.master.solve()
        found = pricing.best_routes(
            self.network,
            self.instance.profit - price,
            self.bits,
            above=worth + TINY,
            exact=exact,
            max_labels=MOST_LABELS,
        )
        if exact:
            best = max(worth, found[0][0] if found else 0.0)
            self.upper = min(self.upper, float(price.sum()) + self.routes * best)
            # Nearly there: what comes back now would have to go in the end anyway.
            if found and self.routes * (best - worth) < NEARLY * self.upper:
                self.grow()
        return self.master.add(route for _, route in found[:COLUMNS_A_ROUND]) > 0

    def grow(self) -> bool:
        """Forbid what comes back in the present solution; False if nothing does."""
        grown = _grow(self.master.used(), self.bits)
        if grown:
            self.master.forbid(self.bits)
        return grown


def certify(
    instance: Instance, routes: int, known: Routes, *, cpu_seconds: float, size: int = 8
) -> tuple[float, str, Routes]:
    """Return an upper bound, how far it was taken, and routes of the restricted problem."""
    passed = stopwatch()
    climb = Climb(instance, routes, known, size)
    goal = sum(int(instance.profit[i]) for route in known for i in route)
    how, exact = "time", False
    while passed() < cpu_seconds:
        try:
            more = climb.step(exact=exact)
        except pricing.TooManyLabels:
            how = "memory"
            break
        if rounded(instance, climb.upper) <= goal:
            return climb.upper, "optimal", known
        if exact and not more and not climb.grow():
            how = "converged"
            break
        exact = not more and not exact
    return climb.upper, how, tuple(climb.master.whole(min(20.0, cpu_seconds)))


def _alone(instance: Instance, i: int) -> bool:
    begins = max(instance.opens[i], instance.distance[0, i])
    home = begins + instance.service[i] + instance.distance[i, 0]
    return bool(begins <= instance.closes[i] and home <= instance.budget)


def rounded(instance: Instance, upper: float) -> int:
    """Return the largest sum of profits not above the bound (up to the float's error)."""
    step = math.gcd(*(int(profit) for profit in instance.profit[1:]))
    return int((upper + TINY * 10) // step) * step


def load(path: Path = KEPT) -> dict[Cell, Bound]:
    """Return the certificates kept in the repository."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text())
    return {
        Cell.parse(row["cell"]): Bound(
            **{**row, "routes": tuple(tuple(route) for route in row["routes"])}
        )
        for row in rows
    }


def keep(bounds: dict[Cell, Bound], path: Path = KEPT) -> None:
    """Write the certificates, one a line."""
    rows = [json.dumps(asdict(bounds[cell])) for cell in sorted(bounds)]
    path.write_text("[\n" + ",\n".join(rows) + "\n]\n")


def best_known(cell: Cell, kept: dict[Cell, Bound]) -> tuple[int, Routes]:
    """Return the best checked solution of the cell from runs and certificates."""
    candidates = [
        (one.score, one.routes)
        for one in [*records.load(), *records.load_baselines()[1]]
        if one.where == cell
    ]
    if cell in kept:
        candidates.append((kept[cell].score, kept[cell].routes))
    return max(candidates, default=(0, ()))


def improve(cell: Cell, kept: dict[Cell, Bound], cpu_seconds: float) -> Bound:
    """Return the better certificate of the kept one and a new attempt."""
    passed, data = stopwatch(), instance(cell.instance)
    score, routes = best_known(cell, kept)
    upper, how, proposed = certify(data, cell.routes, routes, cpu_seconds=cpu_seconds)
    worth = sum(int(data.profit[i]) for route in proposed for i in route)
    if worth > score:
        score, routes = worth, proposed
    if wrong := spine.faults(data, cell.routes, routes, score):
        raise AssertionError(f"{cell}: {wrong}")
    least = rounded(data, upper)
    if cell in kept and kept[cell].upper < least:
        least, how = kept[cell].upper, kept[cell].how
    if least <= score:
        how = "optimal"
    day = datetime.now(UTC).date().isoformat()
    return Bound(str(cell), least, score, routes, round(passed(), 1), how, day)


def main() -> int:
    """Certify the cells asked for, hardest last, and write the file after each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", nargs="+", help="like pr04-1; by default m = 1 and 2 of the set")
    parser.add_argument("--all", action="store_true", help="all cells with m = 1 and 2")
    parser.add_argument("--cpu", type=float, default=120.0, help="CPU seconds a cell")
    parser.add_argument("--missing", action="store_true", help="only cells without a certificate")
    options = parser.parse_args()
    cells = [Cell.parse(text) for text in options.cells or []] or [
        cell for cell in (references() if options.all else DEFAULT_CELLS) if cell.routes <= 2
    ]
    for cell in cells:
        kept = load()
        if options.missing and cell in kept:
            continue
        bound = improve(cell, kept, options.cpu)
        kept = {**load(), cell: bound}
        keep(kept)
        gap = 100 * (bound.upper - bound.score) / bound.upper
        print(
            f"{cell}: {bound.score} to {bound.upper} ({gap:.2f} %), {bound.how}, "
            f"{bound.cpu_seconds} CPU-s",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

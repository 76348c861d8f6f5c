"""Tables and verdicts of `make bench-patrols`, in Markdown; only what was run and checked."""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import mean

from benchmarks.patrols import bounds, records, spine
from benchmarks.patrols.bounds import Bound
from benchmarks.patrols.instances import (
    CONFIRMED,
    LOWER_BOUND,
    UNVERIFIED,
    Cell,
    instance,
    references,
)
from benchmarks.patrols.records import Record

OURS, PEERS = "Streife", ("PyVRP", "OR-Tools", "VROOM")
SETS = {"c1": "c1", "r1": "r1", "rc1": "rc1", "pr": "pr (Cordeau)"}
PROVED = "proved"
OWN = "own checked solution"


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What the scores of a cell are compared with."""

    value: int
    status: str
    upper: int | None
    recalled: str  # the value of best_known.csv when it is not the yardstick

    @property
    def text(self) -> str:
        """Return the value and how much it is worth."""
        return f"{self.value} | {self.status}{self.recalled} | {self.upper or '–'}"


class Results:
    """The checked results, by solver, cell and limit."""

    def __init__(self, found: Iterable[Record], certificates: dict[Cell, Bound]) -> None:
        self.scores: dict[tuple[str, Cell, int], dict[int, int]] = defaultdict(dict)
        self.faults: list[str] = []
        self.best: dict[Cell, int] = {cell: one.score for cell, one in certificates.items()}
        self.certificates = certificates
        for one in found:
            wrong = spine.faults(
                instance(one.where.instance), one.where.routes, one.routes, one.score
            )
            self.faults += [f"{one.key}: {fault}" for fault in wrong]
            if not wrong:
                self.scores[one.solver, one.where, one.limit][one.seed] = one.score
                self.best[one.where] = max(one.score, self.best.get(one.where, 0))

    def yardstick(self, cell: Cell) -> Yardstick:
        """Return the highest known value: recalled, published or found here and checked."""
        kept, best = references()[cell], self.best.get(cell, 0)
        upper = self.certificates[cell].upper if cell in self.certificates else None
        if upper is not None and best == upper:
            return Yardstick(best, PROVED, upper, "" if kept.value == best else f" ({kept.value})")
        if best > kept.value:
            return Yardstick(best, f"{OWN}, {LOWER_BOUND}", upper, f" ({kept.value})")
        status = kept.status
        if status == UNVERIFIED and best == kept.value:
            status = CONFIRMED
        return Yardstick(kept.value, status, upper, "")

    def solvers(self, limit: int) -> tuple[str, ...]:
        """Return who was measured at this limit, ours first."""
        ran = {solver for solver, _, seconds in self.scores if seconds == limit}
        return tuple(solver for solver in (OURS, *PEERS) if solver in ran)

    def gap(self, solver: str, cell: Cell, limit: int, of: Callable = mean) -> float | None:
        """Return the gap in % of the mean (or best, worst) score over the seeds."""
        scores = self.scores.get((solver, cell, limit))
        if not scores:
            return None
        value = self.yardstick(cell).value
        return 100 * (value - of(scores.values())) / value


def print_report(options: argparse.Namespace) -> int:
    """Print all tables; 1 if a solution is invalid or something that must be reached is not."""
    ours = options.ours or _our_version()
    found = [one for one in records.load() if one.solver != OURS or one.version == ours]
    if options.stored:
        found = [one for one in found if one.solver == OURS]
        found += records.load_baselines()[1]
    results = Results(found, bounds.load())
    limits = sorted({limit for _, _, limit in results.scores})
    for limit in limits:
        _cells(results, options.cells, limit)
    _means(results, options.cells, limits)
    reached = [*_verdicts(results, options.cells, limits)]
    for text, good in reached:
        print(f"* {'reached' if good else '**not reached**'}: {text}")
    for fault in results.faults:
        print(f"* **invalid**: {fault}")
    return int(bool(results.faults) or not all(good for _, good in reached))


def _our_version() -> str:
    from benchmarks.patrols import ours

    return ours.version()


def _cells(results: Results, cells: list[Cell], limit: int) -> None:
    solvers = [
        solver
        for solver in (OURS, *PEERS)
        if any((solver, cell, limit) in results.scores for cell in cells)
    ]
    for family, title in SETS.items():
        rows = [
            cell
            for cell in cells
            if cell.family == family
            and any((solver, cell, limit) in results.scores for solver in solvers)
        ]
        if not rows:
            continue
        print(f"\n#### {title}, {limit} CPU-s: mean score (gap in %), best of the seeds\n")
        print(f"| cell | n | reference | status | bound | {' | '.join(solvers)} |")
        print(f"| --- | ---: | ---: | --- | ---: |{' ---: |' * len(solvers)}")
        for cell in rows:
            texts = [_entry(results, solver, cell, limit) for solver in solvers]
            size = instance(cell.instance).size
            print(f"| {cell} | {size} | {results.yardstick(cell).text} | {' | '.join(texts)} |")


def _entry(results: Results, solver: str, cell: Cell, limit: int) -> str:
    scores = results.scores.get((solver, cell, limit))
    if not scores:
        return "–"
    gap = results.gap(solver, cell, limit)
    if len(scores) == 1:
        return f"{next(iter(scores.values()))} ({gap:.2f})"
    average = f"{mean(scores.values()):.1f}".removesuffix(".0")
    return f"{average} ({gap:.2f}), {max(scores.values())}"


def _common(results: Results, cells: list[Cell], family: str, limit: int) -> list[Cell]:
    """Return the cells of the set that all ran who ran at this limit, so that means compare."""
    return [
        cell
        for cell in cells
        if (cell.family == family or (family == "Solomon" and cell.family != "pr"))
        and all((solver, cell, limit) in results.scores for solver in results.solvers(limit))
    ]


def _means(results: Results, cells: list[Cell], limits: list[int]) -> None:
    print("\n#### Mean gap in % (worst cell), cells that all ran who ran at the limit\n")
    print(f"| set | CPU-s | cells | {' | '.join((OURS, *PEERS))} |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for family in (*SETS, "Solomon"):
        for limit in limits:
            common = _common(results, cells, family, limit)
            if not common:
                continue
            texts = []
            for solver in (OURS, *PEERS):
                if solver not in results.solvers(limit):
                    texts.append("–")
                    continue
                gaps = [results.gap(solver, cell, limit) or 0.0 for cell in common]
                texts.append(f"{mean(gaps):.2f} ({max(gaps):.2f})")
            print(f"| {family} | {limit} | {len(common)} | {' | '.join(texts)} |")
    print()


def _verdicts(results: Results, cells: list[Cell], limits: list[int]) -> Iterable[tuple[str, bool]]:
    """Yield each line of the issue with what was measured."""
    for name, families, most in (("Solomon", {"c1", "r1", "rc1"}, 0.2), ("Cordeau", {"pr"}, 1.0)):
        gaps = _ours(results, [cell for cell in cells if cell.family in families], 10)
        if gaps:
            average = mean(gaps.values())
            yield f"mean gap on {name} at 10 CPU-s ≤ {most} %: {average:.2f} %", average <= most
    gaps = _ours(results, cells, 10)
    if gaps:
        worst = max(gaps, key=gaps.__getitem__)
        text = f"no cell worse than 2.5 % at 10 CPU-s: worst {worst} with {gaps[worst]:.2f} %"
        yield text, gaps[worst] <= 2.5
    yield from _beside_peers(results, cells, limits)
    small = [cell for cell in cells if cell.routes <= 2]
    bounded = [cell for cell in small if cell in results.certificates]
    text = f"upper bounds for the cells with m = 1 and 2: {len(bounded)} of {len(small)}"
    yield text, len(bounded) == len(small)


def _ours(results: Results, cells: list[Cell], limit: int) -> dict[Cell, float]:
    gaps = {cell: results.gap(OURS, cell, limit) for cell in cells}
    return {cell: gap for cell, gap in gaps.items() if gap is not None}


def _beside_peers(
    results: Results, cells: list[Cell], limits: list[int]
) -> Iterable[tuple[str, bool]]:
    for limit in limits:
        for family in SETS:
            common, ran = _common(results, cells, family, limit), results.solvers(limit)
            if not common or OURS not in ran or len(ran) == 1:
                continue
            gaps = {
                solver: mean(results.gap(solver, cell, limit) or 0.0 for cell in common)
                for solver in ran
            }
            peer = min(ran[1:], key=gaps.__getitem__)
            others = "the three" if len(ran) == 4 else " and ".join(ran[1:])
            text = (
                f"better than the best of {others} in mean on {family} at {limit} CPU-s: "
                f"{gaps[OURS]:.2f} % beside {gaps[peer]:.2f} % ({peer})"
            )
            equal = gaps[OURS] == gaps[peer]
            text += ", equal" if equal else ""
            # Nobody can be better than a peer that is at the proved optimum everywhere.
            yield text, gaps[OURS] < gaps[peer] or (equal and gaps[peer] == 0.0)
        behind = {
            cell: (results.gap(OURS, cell, limit) or 0) - (results.gap("PyVRP", cell, limit) or 0)
            for cell in cells
            if all((solver, cell, limit) in results.scores for solver in (OURS, "PyVRP"))
        }
        if behind:
            worst = max(behind, key=behind.__getitem__)
            text = (
                f"never more than 0.5 % below PyVRP at {limit} CPU-s: at most {behind[worst]:.2f}"
            )
            yield f"{text} ({worst})", behind[worst] <= 0.5

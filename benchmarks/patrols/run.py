"""`make bench-patrols`: ours, PyVRP, OR-Tools and VROOM at equal CPU seconds.

Each solution is checked by the independent checker before it appears in a table. Results go to
`build/patrols/results.jsonl`; what stands there is not run again, so an interrupted run goes on.
The peers can look at the clock, so their one run is read off at each limit; ours is run anew for
each. OR-Tools and VROOM have no seed and run once. Loading libraries and machine code is not
counted.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from itertools import islice
from typing import NamedTuple

from benchmarks.patrols import records
from benchmarks.patrols.found import at
from benchmarks.patrols.instances import DEFAULT_CELLS, LONG_CELLS, Cell, instance, references
from benchmarks.patrols.records import Record


class Solver(NamedTuple):
    """Who is measured: name in tables, module, package, has a seed, one run serves all limits."""

    title: str
    module: str
    package: str
    seeded: bool
    read_off: bool

    @property
    def version(self) -> str:
        """Return the version of the package, or the digest of our own sources."""
        if self.package:
            return version(self.package)
        return import_module(self.module).version()


# The modules are loaded where they run: OR-Tools and highspy bring the same library in two versions
# and cannot live in one process.
SOLVERS = {
    "ours": Solver("Streife", "benchmarks.patrols.ours", "", True, False),
    "pyvrp": Solver("PyVRP", "benchmarks.patrols.peer_pyvrp", "pyvrp", True, True),
    "ortools": Solver("OR-Tools", "benchmarks.patrols.peer_ortools", "ortools", False, True),
    "vroom": Solver("VROOM", "benchmarks.patrols.peer_vroom", "pyvroom", False, True),
}
LIMITS, LONG_LIMIT, SEEDS = (1, 10), 60, (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Task:
    """One run of a solver, read off at one or several limits."""

    solver: str
    cell: Cell
    seed: int
    limits: tuple[int, ...]


def perform(task: Task) -> list[Record]:
    """Run the solver and return what it had at each limit."""
    solver = SOLVERS[task.solver]
    found = import_module(solver.module).solve(
        instance(task.cell.instance), task.cell.routes, max(task.limits), task.seed
    )
    day = datetime.now(UTC).date().isoformat()
    kept = []
    for limit in task.limits:
        best = at(found, limit)
        kept.append(
            Record(
                solver.title,
                solver.version,
                str(task.cell),
                task.seed,
                limit,
                round(best.cpu_seconds, 2),
                best.score,
                best.routes,
                day,
            )
        )
    return kept


def tasks(options: argparse.Namespace) -> Iterator[Task]:
    """Yield what the options ask for, without regard to what was already run."""
    for name in options.solvers:
        solver = SOLVERS[name]
        for cell in options.cells:
            for seed in options.seeds if solver.seeded else options.seeds[:1]:
                limits = list(options.cpu)
                if options.long and cell in LONG_CELLS and seed == options.seeds[0]:
                    limits.append(LONG_LIMIT)
                if solver.read_off:
                    yield Task(name, cell, seed, tuple(limits))
                else:
                    yield from (Task(name, cell, seed, (limit,)) for limit in limits)


def missing(wanted: list[Task]) -> list[Task]:
    """Return the tasks that have a limit without a record of the present version."""
    known = {record.key for record in records.load()}

    def done(task: Task) -> bool:
        solver = SOLVERS[task.solver]
        same = (solver.title, solver.version, str(task.cell), task.seed)
        return all((*same, limit) in known for limit in task.limits)

    return [task for task in wanted if not done(task)]


def run(wanted: list[Task], jobs: int, minutes: float | None) -> bool:
    """Run the tasks, print progress; False if time was up before all were done."""
    begin, done = time.monotonic(), 0
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=spawn) as pool:
        waiting = iter(wanted)
        running = {pool.submit(perform, task): task for task in islice(waiting, jobs)}
        while running:
            future = next(as_completed(running))
            task = running.pop(future)
            kept = future.result()
            records.append(kept)
            done += 1
            scores = " ".join(f"{one.limit} s: {one.score}" for one in kept)
            passed = (time.monotonic() - begin) / 60
            print(
                f"[{done}/{len(wanted)}, {passed:.1f} min] {kept[0].solver} {task.cell} "
                f"seed {task.seed}: {scores}",
                flush=True,
            )
            if (minutes is None or passed < minutes) and (task := next(waiting, None)):
                running[pool.submit(perform, task)] = task
    return done == len(wanted)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Return the options; `cells` holds cells."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="all 156 cells instead of 24")
    parser.add_argument("--cells", nargs="+", help="only these, like pr10-2 (instance-routes)")
    parser.add_argument("--cpu", nargs="+", type=int, default=list(LIMITS), help="CPU seconds")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    parser.add_argument("--solvers", nargs="+", choices=SOLVERS, default=list(SOLVERS))
    parser.add_argument("--no-long", dest="long", action="store_false", help="without 60 CPU-s")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--minutes", type=float, help="begin nothing new after this time")
    parser.add_argument("--stored", action="store_true", help="peers' results from the repository")
    parser.add_argument("--keep", metavar="MACHINE", help="store the peers' results, with a note")
    parser.add_argument("--ours", metavar="DIGEST", help="tables of another version of ours")
    parser.add_argument("--report", action="store_true", help="run nothing, print the tables")
    options = parser.parse_args(words)
    options.everything = list(references()) if options.all else list(DEFAULT_CELLS)
    options.cells = [Cell.parse(text) for text in options.cells or []] or options.everything
    if options.stored:
        options.solvers = ["ours"]
    return options


def main() -> int:
    """Run what is missing, then print the tables; 1 if something is invalid or unfinished."""
    options = arguments()
    if not options.report:
        wanted = list(tasks(options))
        rest = missing(wanted)
        seconds = sum(max(task.limits) for task in rest)
        print(
            f"{len(rest)} of {len(wanted)} runs to do: {seconds / 60:.0f} CPU minutes, "
            f"{seconds / 60 / options.jobs:.0f} min with {options.jobs} free cores",
            flush=True,
        )
        if not run(rest, options.jobs, options.minutes):
            print("Not finished; the same command goes on.")
            return 1
    if options.keep:
        peers = [one for one in records.load() if one.solver != "Streife"]
        records.keep_baselines(options.keep, peers)
    from benchmarks.patrols import tables

    return tables.print_report(options)


if __name__ == "__main__":
    sys.exit(main())

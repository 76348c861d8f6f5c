"""`make bench-roster`: ours, plain CP-SAT and plain HiGHS at equal CPU seconds.

Limits are CPU seconds summed over processes (two cores for a minute are 120). Each roster is judged
by the independent evaluator before it counts. Results go to `build/roster/results.jsonl`; what
stands there is not run again, so an interrupted run goes on. Libraries are loaded within the limit
(ours) or before it (peers).
"""

import argparse
import multiprocessing
import resource
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from benchmarks.roster import inrc2, records, scheduling
from benchmarks.roster.records import Record
from benchmarks.roster.tables import report
from streife.roster.solver.evaluate import evaluate
from streife.roster.solver.problem import Limit, Problem, Stage

SOLVERS = ("streife", "cpsat", "highs")
INSTANCES = [*(str(number) for number in range(1, 13)), *inrc2.CASES]
MINUTE, FIVE = 120, 600


def read(instance: str) -> Problem:
    """Return the problem of an instance by name."""
    return scheduling.read(int(instance)) if instance.isdigit() else inrc2.read(instance)


def perform(pipe: Connection, solver: str, instance: str, seed: int, limit: int) -> None:
    """Run a solver in this process and send its record."""
    problem = read(instance)
    began, wall = _cpu(), time.monotonic()
    bound, used = None, None
    if solver == "streife":
        from streife.roster.solver.solving import solve

        solution = solve(problem, stop=Limit(cpu_seconds=limit), seed=seed)
        roster, bound, used = solution.roster, solution.bound, solution.cpu_seconds
    else:
        from benchmarks.roster import plain

        roster = {"cpsat": plain.cpsat, "highs": plain.highs}[solver](problem, limit)
    used = _cpu() - began if used is None else used
    value = None
    if roster is not None:
        verdict = evaluate(problem, roster)
        legal = not any(one.stage == Stage.LEGAL for one in verdict.broken)
        value = verdict.total if legal else None
    day = datetime.now(UTC).date().isoformat()
    pipe.send(
        Record(
            solver,
            records.version_of(solver),
            instance,
            seed,
            limit,
            round(used, 1),
            round(time.monotonic() - wall, 1),
            value,
            bound,
            day,
        )
    )


def _cpu() -> float:
    mine, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return mine.ru_utime + mine.ru_stime + others.ru_utime + others.ru_stime


def main() -> None:
    """Run what is missing and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", nargs="+", default=INSTANCES)
    parser.add_argument("--solvers", nargs="+", default=SOLVERS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--limits", nargs="+", type=int, default=[MINUTE, FIVE])
    parser.add_argument("--stored", action="store_true", help="print the stored results only")
    options = parser.parse_args()
    known = {record.key for record in records.load()}
    for limit in options.limits:
        for instance in options.instances:
            if limit == FIVE and instance.isdigit() and int(instance) < 8:
                continue  # Their target is one minute.
            for solver in options.solvers:
                for seed in options.seeds if solver == "streife" else options.seeds[:1]:
                    key = (solver, records.version_of(solver), instance, seed, limit)
                    if not options.stored and key not in known:
                        _run(solver, instance, seed, limit)
    print(report(records.load()))


def _run(solver: str, instance: str, seed: int, limit: int) -> None:
    here, there = multiprocessing.Pipe()
    given = (there, solver, instance, seed, limit)
    process = multiprocessing.get_context("spawn").Process(target=perform, args=given)
    process.start()
    there.close()
    try:
        record = here.recv()
    except EOFError:
        print(f"{solver} on {instance}: no result")
        return
    finally:
        process.join()
    records.append(record)
    print(record, flush=True)


if __name__ == "__main__":
    main()

"""The peers: the same compact model given to plain CP-SAT (2 workers) or plain HiGHS (1 thread).

Each runs in a process of its own and is stopped by CPU seconds: CP-SAT by a watchdog on the CPU
clock of the process, HiGHS in its interrupt callback. No hints, default parameters but the number
of workers.
"""

import threading
import time

from streife.roster.solver.building import Built, Task, build
from streife.roster.solver.problem import FREE, Problem, Roster, Stage


def whole(problem: Problem) -> tuple[Roster, Built]:
    """Return the empty roster and the model of the whole problem."""
    roster = ((FREE,) * problem.days,) * len(problem.people)
    free = frozenset(
        (person, day) for person in range(len(problem.people)) for day in range(problem.days)
    )
    built = build(problem, roster, Task(free, Stage.WISHES, (0,) * len(Stage), 0.0))
    built.model.hints.clear()
    return roster, built


def cpsat(problem: Problem, cpu_seconds: float) -> Roster | None:
    """Solve with CP-SAT until its CPU seconds are used up."""
    from ortools.sat.python import cp_model

    from streife.roster.solver.cpsat import written

    roster, built = whole(problem)
    sat, variables = written(built.model)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    began, over = time.process_time(), threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            if time.process_time() - began >= cpu_seconds:
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    status = solver.solve(sat)
    over.set()
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return built.roster(roster, [solver.value(one) for one in variables])


def highs(problem: Problem, cpu_seconds: float) -> Roster | None:
    """Solve with HiGHS until its CPU seconds are used up."""
    import highspy

    from streife.roster.solver.highs import linear

    roster, built = whole(problem)
    mip = highspy.Highs()
    mip.setOptionValue("output_flag", False)
    mip.setOptionValue("threads", 1)
    mip.setOptionValue("mip_abs_gap", 0.99)
    mip.setOptionValue("mip_rel_gap", 0.0)
    mip.passModel(linear(built.model))
    began = time.process_time()

    def watch(event: highspy.HighsCallbackEvent) -> None:
        if time.process_time() - began >= cpu_seconds:
            event.data_in.user_interrupt = True

    mip.cbMipInterrupt += watch
    mip.cbSimplexInterrupt += watch
    mip.run()
    if mip.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return built.roster(roster, [round(one) for one in mip.getSolution().col_value])

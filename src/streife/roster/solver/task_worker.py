"""A worker process that solves neighbourhoods (`building`) with HiGHS or with CP-SAT."""

import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from multiprocessing.connection import Connection

from streife.roster.solver.building import Task, build
from streife.roster.solver.crew import News
from streife.roster.solver.model import Answer, Model
from streife.roster.solver.problem import Problem, Roster, Stage

Solve = Callable[[Model, float, int], Answer]


def work(pipe: Connection, problem: Problem, back_end: str, seed: int) -> None:
    """Say that it is ready, then solve tasks (roster, task) until stopped."""
    solver = import_module(f"streife.roster.solver.{back_end}")
    pipe.send(News(None, time.process_time()))
    wall, cpu = 1.0, 1.0
    while True:
        roster, task = pipe.recv()
        if task.cpu:  # Solvers stop by the clock; on a busy machine it runs faster than the work.
            task = replace(task, seconds=task.seconds * min(60.0, max(1.0, wall / cpu)))
        wall, cpu = wall - time.monotonic(), cpu - time.process_time()
        found, proven = solved(problem, roster, task, solver.solve, seed)
        seed, wall, cpu = seed + 1, wall + time.monotonic(), cpu + time.process_time()
        pipe.send(News(found, time.process_time(), done=True, proven=proven))


def solved(
    problem: Problem, roster: Roster, task: Task, solve: Solve, seed: int
) -> tuple[Roster | None, bool]:
    """Solve the legal stage first while something is broken, then that of the task."""
    if task.caps[Stage.LEGAL] > 0 and task.stage > Stage.LEGAL:
        first = replace(task, stage=Stage.LEGAL, seconds=task.seconds / 2)
        built = build(problem, roster, first)
        answer = solve(built.model, first.seconds, seed)
        if answer.values is not None:
            roster = built.roster(roster, answer.values)
            terms = built.model.objective.items()
            left = built.model.constant + sum(one * answer.values[at] for at, one in terms)
            task = replace(task, caps=(left, *task.caps[1:]))
    built = build(problem, roster, task)
    answer = solve(built.model, task.seconds, seed)
    if answer.values is None:
        return (roster, False) if task.stage > Stage.LEGAL else (None, False)
    return built.roster(roster, answer.values), answer.proven

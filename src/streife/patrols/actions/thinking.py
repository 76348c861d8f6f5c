"""The one place that asks the planner, and waits for it no longer than agreed."""

from streife.patrols.solver import Limit, Plan, Problem, Solution, solve

# On a busy machine a second of computing takes longer than a second; people wait for the clock.
PATIENCE = 1.5


def think(problem: Problem, *, seconds: float, seed: int, start: Plan | None = None) -> Solution:
    """Return what the planner finds in `seconds`.

    A first round outside the time makes sure that the planner is compiled: the very first plan on
    a machine would otherwise be empty.

    :raises InvalidProblem: contradictory data; `check_problem` says so first
    """
    first = solve(problem, stop=Limit(rounds=1), seed=seed, start=start)
    limit = Limit(cpu_seconds=seconds, wall_seconds=seconds * PATIENCE)
    return solve(problem, stop=limit, seed=seed, start=start or first.plan)

"""Planning of patrols: team orienteering with time windows, our own code (ADR 40).

`solve` finds plans, `check` judges them without sharing code with it; `problem` holds their words.
"""

from streife.patrols.solver.check import check
from streife.patrols.solver.faults import Fault, InvalidProblem, faults_of
from streife.patrols.solver.problem import (
    UNREACHABLE,
    Break,
    Call,
    Dwell,
    Limit,
    Plan,
    Problem,
    Route,
    Series,
    Solution,
    Stop,
    Team,
    Travel,
    Unplaced,
    Verdict,
    Violation,
    Visit,
)


def solve(problem: Problem, *, stop: Limit, seed: int, start: Plan | None = None) -> Solution:
    """The best plan found until `stop`; see `solving.solve`.

    The compiled search is loaded by the first call: numba costs half a second at import, and most
    processes (worker, schedule, commands, a server nobody plans on) never come here.
    """
    from streife.patrols.solver import solving  # noqa: PLC0415 (as said above)

    return solving.solve(problem, stop=stop, seed=seed, start=start)


__all__ = [
    "UNREACHABLE",
    "Break",
    "Call",
    "Dwell",
    "Fault",
    "InvalidProblem",
    "Limit",
    "Plan",
    "Problem",
    "Route",
    "Series",
    "Solution",
    "Stop",
    "Team",
    "Travel",
    "Unplaced",
    "Verdict",
    "Violation",
    "Visit",
    "check",
    "faults_of",
    "solve",
]

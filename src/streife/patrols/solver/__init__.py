"""Planning of patrols: team orienteering with time windows, our own code (ADR 40).

`solve` finds plans, `check` judges them without sharing code with it; `problem` holds their words.
"""

from streife.patrols.solver.check import check
from streife.patrols.solver.faults import Fault, InvalidProblem
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
from streife.patrols.solver.solving import solve

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
    "solve",
]

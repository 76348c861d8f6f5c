"""Duty rosters: legal first, then cover, fairness, wishes, stability (ADR 50). Our own code.

`problem` holds the words, `solve` finds rosters, `evaluate` judges them and shares no code with it;
`cost_of_change`, `replacements`, `explain` answer questions about a roster at once.
"""

from streife.roster.solver.changes import (
    Cost,
    Replacement,
    cost_of_change,
    explain,
    replacements,
)
from streife.roster.solver.evaluate import burdens, evaluate
from streife.roster.solver.faults import Fault, InvalidProblem, faults_of
from streife.roster.solver.problem import Limit, Problem, Roster, Solution


def solve(problem: Problem, *, stop: Limit, seed: int, start: Roster | None = None) -> Solution:
    """Return the best roster found until `stop`; see `solving.solve`.

    The first call loads numba and the exact solvers: half a second that most processes never need.
    """
    from streife.roster.solver import solving  # noqa: PLC0415 (as said above)

    return solving.solve(problem, stop=stop, seed=seed, start=start)


__all__ = [
    "Cost",
    "Fault",
    "InvalidProblem",
    "Replacement",
    "burdens",
    "cost_of_change",
    "evaluate",
    "explain",
    "faults_of",
    "replacements",
    "solve",
]

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
from streife.roster.solver.solving import solve

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

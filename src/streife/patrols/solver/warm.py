"""Compiles the planner at set-up, so that the first plan of a day does not wait for it.

python -m streife.patrols.solver.warm
"""

import numpy as np

from streife.patrols.solver.problem import Call, Dwell, Limit, Plan, Problem, Stop, Team, Travel
from streife.patrols.solver.solving import solve


def compile_all() -> Plan:
    """Run every compiled function once; the machine code is kept where `compiling` says."""
    table = np.full((2, 2), 60, dtype=np.int32)
    stops = (Stop("a", 1, (), (Dwell(60, 1), Dwell(90, 2))), Stop("b", 0, (), (Dwell(60, 1),)))
    team = Team("t", 0, 0, 0, 3600)
    problem = Problem((Travel.constant(table),), (team,), stops, calls=(Call(1, 1.0),))
    enough = Limit(rounds=100)  # The last of them look for coverage.
    first = solve(problem, stop=enough, seed=0).plan
    return solve(problem, stop=enough, seed=0, start=first).plan


if __name__ == "__main__":
    compile_all()

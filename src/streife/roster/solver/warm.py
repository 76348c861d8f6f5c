"""Compiles the pricing at set-up, so that the first plan does not wait for it.

python -m streife.roster.solver.warm
"""

from datetime import date

import numpy as np

from streife.roster.solver.pricing import Path, Pricer
from streife.roster.solver.problem import Duty, Kind, Person, Problem


def compile_all() -> list[Path]:
    """Price one row; the machine code is kept where `compiling` says."""
    problem = Problem(
        date(2026, 6, 1),
        2,
        (Kind("T"),),
        (Duty(0),),
        (Person("a"),),
        (((480, 960),), ((1920, 2400),)),
        ((450,), (450,)),
    )
    return Pricer.of(problem, 0).rows(np.zeros((2, 1)))


if __name__ == "__main__":
    compile_all()

"""Prices of single rows where counts of one kind are soft, hard or both."""

from datetime import date

import numpy as np
import pytest

from streife.roster.solver.pricing import Pricer
from streife.roster.solver.problem import Count, Duty, Kind, Person, PersonRule, Problem

NIGHT = frozenset({1})


@pytest.mark.parametrize(
    ("rules", "nights", "price"),
    [
        ((), 3, -30),
        ((Count(id="soft", kinds=NIGHT, maximum=1, weight=4),), 3, -22),
        ((Count(id="soft", kinds=NIGHT, maximum=1, weight=40),), 1, -10),
        ((Count(id="hard", kinds=NIGHT, maximum=2),), 2, -20),
        (
            (
                Count(id="hard", kinds=NIGHT, maximum=2),
                Count(id="soft", kinds=NIGHT, maximum=1, weight=4),
            ),
            2,
            -16,
        ),
        ((Count(id="day", days=frozenset({1}), maximum=0, weight=40),), 2, -20),
    ],
)
def test_counts_bind_as_their_weights_say(
    rules: tuple[PersonRule, ...], nights: int, price: float
) -> None:
    problem = Problem(
        first_day=date(2026, 6, 1),
        days=3,
        kinds=(Kind("T"), Kind("N")),
        duties=(Duty(0), Duty(1)),
        people=(Person("a", rules),),
        times=(((480, 960), (1200, 1680)),) * 3,
        minutes=((450, 450),) * 3,
    )
    (path,) = Pricer.of(problem, 0).rows(np.array([[1.0, -10.0]] * 3))
    assert (sum(duty == 1 for duty in path.duties), path.price) == (nights, price)

"""A team that an incident holds up beyond the time of its break goes on afterwards."""

from datetime import UTC, datetime

import numpy as np
import pytest

from streife.patrols.rules.basis import Basis, Crew, Place, Wanted, problem_of
from streife.patrols.solver import Limit, Travel, Visit, check, solve
from streife.streets.rules import Mode

HOUR = 3600
BASIS = Basis(
    starts_at=datetime(2026, 11, 23, 13, tzinfo=UTC),
    places=tuple(Place(name, name, 51.5, 7.4) for name in ("office", "square")),
    wanted=(
        Wanted(1, ((0, HOUR),), ((600, 100),)),
        Wanted(1, ((6 * HOUR, 8 * HOUR),), ((600, 100),)),
    ),
)
TRAVEL = [Travel.constant(np.full((2, 2), 300, dtype=np.int32))] * len(Mode)
VISITED = (Visit(0, 600, 600),)


@pytest.mark.parametrize("done", [VISITED, ()], ids=["at a place", "at the office"])
@pytest.mark.parametrize(
    ("free_at", "codes"),
    [
        (5 * HOUR, []),
        (6 * HOUR, []),
        (6 * HOUR + 1200, ["break-window"]),  # § 4 ArbZG: after six hours at the latest
    ],
)
def test_an_overdue_break_comes_first_and_is_said(
    done: tuple[Visit, ...], free_at: int, codes: list[str]
) -> None:
    crew = Crew("t1", Mode.FOOT, False, 0, 0, 0, 8 * HOUR, done=done, free_at=free_at)
    problem = problem_of(BASIS, TRAVEL, [crew], late_breaks=True)
    plan = solve(problem, stop=Limit(rounds=50), seed=1).plan
    (route,) = plan.routes
    assert [visit.stop for visit in route.visits[len(done) :]] == [1]
    assert free_at <= route.breaks[0][0] <= max(free_at, 6 * HOUR)
    judged = check(problem_of(BASIS, TRAVEL, [crew]), plan)
    assert [one.code for one in judged.violations] == codes

"""What a fuzzer found: the planner's own reckoning and the checker's must never differ."""

import numpy as np
import pytest

from streife.patrols.solver import (
    Break,
    Dwell,
    Limit,
    Problem,
    Series,
    Stop,
    Team,
    Travel,
    Visit,
    check,
    faults_of,
    solve,
)

HOUR = 3600
LINE = np.abs(np.arange(6)[:, None] - np.arange(6)[None, :]).astype(np.int32) * 300
TRAVEL = (Travel.constant(LINE),)


def a_stop(place: int, value: int = 10, **more: object) -> Stop:
    fields = {"windows": (), "dwells": (Dwell(600, value), Dwell(900, value + 2)), **more}
    return Stop(f"s{place}", place, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(8))
def test_two_breaks_keep_their_order(seed: int) -> None:
    breaks = (Break(900, 0, 3 * HOUR), Break(600, 900, 3600))
    team = Team("t", 0, 0, 0, 5 * HOUR, breaks=breaks)
    problem = Problem(TRAVEL, (team,), tuple(a_stop(place) for place in range(1, 6)))
    found = solve(problem, stop=Limit(rounds=300), seed=seed)
    for plan in (found.plan, *found.pool):
        assert check(problem, plan).violations == ()


def test_a_break_without_length_is_refused() -> None:
    team = Team("t", 0, 0, 0, HOUR, breaks=(Break(0, 0, HOUR),))
    assert [one.code for one in faults_of(Problem(TRAVEL, (team,), ()))] == ["break-reversed"]


@pytest.mark.parametrize("series", [None, 0], ids=["single", "in a series"])
@pytest.mark.parametrize("late_first", [True, False])
def test_what_two_teams_tell_of_one_visit_counts_alike_everywhere(
    series: int | None, late_first: bool
) -> None:
    told = [Visit(0, 60, 300), Visit(0, 0, 900), Visit(0, 0, 600)]
    if late_first:
        told.reverse()
    crew = tuple(Team(f"t{n}", 1, 0, 0, 600, frozen=(one,)) for n, one in enumerate(told))
    stop = a_stop(1, teams=3, series=series)
    problem = Problem(TRAVEL, crew, (stop,), (Series(0, (0.5,)),))
    plan = solve(problem, stop=Limit(rounds=1), seed=1).plan
    assert plan.value == check(problem, plan).value == (12 if series is None else 6)


def test_a_duty_late_in_the_shift_is_worth_the_waiting() -> None:
    crew = tuple(Team(f"t{n}", 0, 0, 0, 8 * HOUR) for n in range(4))
    duty = a_stop(1, teams=3, mandatory=True, windows=((7 * HOUR, 7 * HOUR + 60),))
    for seed in range(5):
        assert (
            solve(Problem(TRAVEL, crew, (duty,)), stop=Limit(rounds=20), seed=seed).unplaced == ()
        )

"""The planner on small problems whose answers can be seen."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from streife.patrols.solver import (
    UNREACHABLE,
    Break,
    Dwell,
    InvalidProblem,
    Limit,
    Problem,
    Series,
    Solution,
    Stop,
    Team,
    Travel,
    Visit,
    check,
    faults_of,
    solve,
)

ROUNDS = Limit(rounds=200)
LINE = np.abs(np.arange(6)[:, None] - np.arange(6)[None, :]).astype(np.int32) * 300


def stop(code: str, place: int, value: int = 10, **more: object) -> Stop:
    fields = {"windows": (), "dwells": (Dwell(600, value),), **more}
    return Stop(code, place, **fields)  # type: ignore[arg-type]


def planned(*stops: Stop, teams: tuple[Team, ...] | None = None, **more: object) -> Solution:
    crew = teams if teams is not None else (Team("t", 0, 0, 0, 8 * 3600),)
    problem = Problem((Travel.constant(LINE),), crew, stops, **more)  # type: ignore[arg-type]
    found = solve(problem, stop=ROUNDS, seed=1)
    faults = [each for each in check(problem, found.plan).violations if each.code != "mandatory"]
    assert faults == []
    return found


def visited(found: Solution) -> set[int]:
    return {visit.stop for route in found.plan.routes for visit in route.visits}


def test_no_stops_and_no_teams_give_empty_plans_with_reasons() -> None:
    assert planned().plan.routes[0].visits == ()
    found = planned(stop("a", 1, mandatory=True), teams=())
    assert found.plan.routes == ()
    assert found.unplaced[0].reasons == ("no-team",)


def test_the_more_valuable_stops_win() -> None:
    found = planned(stop("far", 5, 9), stop("near", 1, 10), teams=(Team("t", 0, 0, 0, 2400),))
    assert visited(found) == {1}


def test_a_mandatory_stop_comes_before_any_value() -> None:
    team = Team("t", 0, 0, 0, 3600)
    found = planned(stop("must", 5, 1, mandatory=True), stop("rich", 1, 99), teams=(team,))
    assert visited(found) == {0}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"skills": frozenset({"hund"})}, "no-skill"),
        ({"teams": 2}, "too-few-teams"),
        ({"windows": ((40_000, 41_000),)}, "outside-shift"),
    ],
)
def test_what_cannot_be_placed_says_why(more: dict[str, object], reason: str) -> None:
    found = planned(stop("must", 1, mandatory=True, **more), stop("other", 2))
    assert found.unplaced[0].reasons == (reason,)
    assert visited(found) == {1}


def test_two_mandatory_stops_at_one_time_displace_each_other() -> None:
    both = [stop(c, p, mandatory=True, windows=((900, 900),)) for c, p in (("a", 1), ("b", 3))]
    found = planned(*both)
    assert [each.reasons for each in found.unplaced] == [("displaced",)]


def test_a_place_without_a_way_is_named() -> None:
    table = LINE.copy()
    table[:, 4] = UNREACHABLE
    problem = Problem(
        (Travel.constant(table),), (Team("t", 0, 0, 0, 9000),), (stop("a", 4, mandatory=True),)
    )
    found = solve(problem, stop=ROUNDS, seed=0)
    assert found.unplaced[0].reasons == ("unreachable",)
    assert [fault.code for fault in faults_of(problem)] == ["unreachable"]


def test_windows_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(InvalidProblem) as refusal:
        planned(stop("a", 1, windows=((500, 400),)))
    assert [fault.code for fault in refusal.value.faults] == ["window-reversed"]


def test_a_team_that_cannot_get_home_stays_where_it_is() -> None:
    late = Team("late", 0, 5, 0, 600)
    found = planned(stop("a", 1), teams=(late, Team("t", 0, 0, 0, 9000)))
    assert found.plan.routes[0].visits == ()
    assert visited(found) == {0}


def test_teams_meet_for_a_joint_visit() -> None:
    crew = (Team("a", 0, 0, 0, 9000), Team("b", 5, 5, 600, 9000))
    found = planned(stop("both", 2, teams=2), stop("one", 4), teams=crew)
    begins = {
        visit.begins for route in found.plan.routes for visit in route.visits if visit.stop == 0
    }
    assert len(begins) == 1
    assert found.plan.value == 20


def test_a_joint_visit_joins_skills() -> None:
    crew = tuple(Team(s, 0, 0, 0, 9000, skills=frozenset({s})) for s in ("hund", "zeuge"))
    assert visited(
        planned(stop("a", 1, teams=2, skills=frozenset({"hund", "zeuge"})), teams=crew)
    ) == {0}


def test_visits_of_a_place_keep_their_distance_and_lose_value() -> None:
    series = (Series(3600, (1.0, 0.5)),)
    found = planned(*(stop(str(k), 1, 10, series=0) for k in range(3)), series=series)
    begins = sorted(visit.begins for visit in found.plan.routes[0].visits)
    assert len(begins) == 2
    assert begins[1] - begins[0] >= 3600
    assert found.plan.value == 15


def test_breaks_are_taken() -> None:
    team = Team("t", 0, 0, 0, 8 * 3600, breaks=(Break(1800, 4 * 3600, 5 * 3600),))
    found = planned(*(stop(str(k), k % 6, 10) for k in range(12)), teams=(team,))
    assert len(found.plan.routes[0].breaks) == 1


def test_longer_visits_where_they_pay() -> None:
    dwells = (Dwell(600, 10), Dwell(780, 12), Dwell(960, 13))
    found = planned(stop("a", 1, dwells=dwells))
    assert found.plan.routes[0].visits[0].seconds == 960


def test_replanning_leaves_what_has_happened() -> None:
    frozen = (Visit(1, 500, 700),)
    team = Team("t", 0, 0, 0, 9000, frozen=frozen)
    found = planned(stop("a", 1), stop("b", 2), stop("c", 3), teams=(team,))
    assert found.plan.routes[0].visits[0] == frozen[0]
    assert found.plan.value == 30


@pytest.mark.parametrize(("limit", "rounds"), [(Limit(cpu_seconds=0.0), 1), (Limit(rounds=0), 0)])
def test_a_spent_limit_still_gives_a_plan(limit: Limit, rounds: int) -> None:
    problem = Problem((Travel.constant(LINE),), (Team("t", 0, 0, 0, 9000),), (stop("a", 1),))
    found = solve(problem, stop=limit, seed=0)
    assert (found.rounds, found.plan.value) == (rounds, 10 * rounds)


def test_a_fresh_process_plans_within_three_seconds(tmp_path: Path) -> None:
    code = (
        "import time; begun = time.process_time()\n"
        "from streife.patrols.solver.warm import compile_all\n"
        "compile_all(); print(time.process_time() - begun)"
    )
    command = [sys.executable, "-c", code]
    spent = [
        float(
            subprocess.run(
                command, check=True, capture_output=True, text=True, env={"PYTHONPATH": "src"}
            ).stdout
        )
        for _ in range(2)
    ]
    assert spent[1] < 3.0

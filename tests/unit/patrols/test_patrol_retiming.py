"""Times after a change by hand, what they break in words, and the bound that nothing exceeds."""

from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.patrols.rules.basis import (
    Basis,
    Crew,
    Lock,
    Place,
    Wanted,
    from_json,
    problem_of,
    to_json,
    travel_of,
)
from streife.patrols.rules.bound import upper_bound
from streife.patrols.rules.findings import findings
from streife.patrols.rules.retiming import Wish, retimed
from streife.patrols.solver.check import check
from streife.patrols.solver.problem import Plan, Problem, Route, Visit
from streife.streets.rules import Mode

HOUR = 3600
START = datetime(2026, 11, 23, 14, 0, tzinfo=ZoneInfo("Europe/Berlin"))
DWELLS = ((600, 100), (780, 120), (960, 130))
WINDOWS = ((0, 8 * HOUR), (0, HOUR), (3 * HOUR, 5 * HOUR))
NAMES = {"t1": "KOD 11", "t2": "KOD 12"}


def a_basis(*wanted: Wanted) -> Basis:
    """Return three squares in a row and an office; ten minutes on foot from one to the next."""
    places = tuple(
        Place(name.lower(), name, 51.5, 7.4 + number / 100)
        for number, name in enumerate(("Wache", "Nordmarkt", "Borsigplatz", "Westpark"))
    )
    rows = wanted or tuple(Wanted(place, ((0, 8 * HOUR),), DWELLS) for place in (1, 2, 3))
    return Basis(START, places, rows, offices={1: 0})


def a_problem(basis: Basis, teams: int = 1, **options: object) -> Problem:
    """Return the problem for teams on foot, eight hours from 14.00 on."""
    steps = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    travel = [travel_of((0,), (steps * 600).astype(np.int32)[None]) for _ in range(3)]
    crews = [Crew(f"t{n + 1}", Mode.FOOT, False, 0, 0, 0, 8 * HOUR) for n in range(teams)]
    return problem_of(basis, travel, crews, **options)  # type: ignore[arg-type]


def judged(problem: Problem, basis: Basis, *routes: Route) -> list[str]:
    """Return what a plan breaks, in words."""
    plan = Plan(routes, 0)
    return [one.text for one in findings(check(problem, plan), problem, plan, basis, NAMES)]


def test_a_basis_survives_json() -> None:
    basis = a_basis(
        Wanted(1, ((0, 60), (120, 180)), DWELLS, True, 2, ("police",), 0, ({"code": "x"},))
    )
    assert from_json(to_json(basis)) == basis


def test_what_follows_moves_only_as_far_as_it_must() -> None:
    basis = a_basis()
    problem = a_problem(basis)
    wishes = [
        Wish(Visit(0, 3000, 600), fixed=True),
        Wish(Visit(1, 2000, 600)),
        Wish(Visit(2, 20_000, 600)),
    ]
    route = retimed(problem, problem.teams[0], wishes, [(15_000, 1800)])
    begins = {visit.stop: visit.begins for visit in route.visits}
    assert begins == {1: 2000, 0: 3000, 2: 20_000}
    assert judged(problem, basis, route) == [
        "KOD 11 ist 4 Min. zu spät: Nordmarkt, 14.50 Uhr.",
    ]


def test_the_break_is_kept_and_comes_before_it_would_be_too_late() -> None:
    basis = a_basis()
    problem = a_problem(basis)
    wishes = [Wish(Visit(0, 1000, 600)), Wish(Visit(1, 22_000, 600))]
    route = retimed(problem, problem.teams[0], wishes, [(25_000, 1800)])
    assert [begins for begins, _ in route.breaks] == [2 * HOUR]
    assert judged(problem, basis, route) == []


def test_findings_name_team_place_and_time() -> None:
    basis = a_basis(
        Wanted(1, ((0, HOUR),), DWELLS),
        Wanted(2, ((0, 8 * HOUR),), DWELLS, mandatory=True),
        Wanted(3, ((0, 8 * HOUR),), DWELLS, skills=("police",)),
    )
    problem = a_problem(basis)
    late = Route((Visit(0, 2 * HOUR, 600), Visit(2, 8 * HOUR - 600, 600)), ())
    assert sorted(judged(problem, basis, late)) == [
        "KOD 11 hat keine Pause (§ 4 ArbZG).",
        "KOD 11 ist erst um 22.30 Uhr zurück, Dienstende ist 22.00 Uhr.",
        "Nordmarkt ist um 16.00 Uhr nicht an der Reihe, sondern 14.00 bis 15.00 Uhr.",
        "Pflicht, aber nicht im Plan: Borsigplatz.",
        "Westpark braucht eine Streife mit der Polizei.",
    ]


def test_a_lock_is_a_duty_of_its_team_at_its_time() -> None:
    basis = a_basis()
    lock = Lock(Visit(1, 5000, 600), ("t2",))
    stop = a_problem(basis, teams=2, locks=[lock]).stops[1]
    assert stop.mandatory
    assert stop.skills == {"team:t2"}
    assert stop.windows == ((4700, 5300),)


def test_what_a_lost_team_did_is_not_planned_again() -> None:
    stop = a_problem(a_basis(), done_by_others=frozenset({2})).stops[2]
    assert all(closes < 0 for _, closes in stop.windows)


def test_somebody_held_up_goes_on_from_where_they_were() -> None:
    basis = a_basis()
    travel = a_problem(basis).travel
    done = (Visit(0, 1200, 600),)
    crew = Crew("t1", Mode.FOOT, False, 0, 0, 0, 8 * HOUR, done, 1, free_at=9000)
    team = problem_of(basis, travel, [crew]).teams[0]
    assert team.frozen == (Visit(0, 1200, 7800),)
    assert not team.breaks
    fresh = Crew("t1", Mode.FOOT, False, 0, 0, 0, 8 * HOUR, free_at=9000)
    assert problem_of(basis, travel, [fresh]).teams[0].begins == 9000


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 500), st.sampled_from(WINDOWS)),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 2),
    st.randoms(use_true_random=False),
)
def test_no_feasible_plan_is_worth_more_than_the_bound(
    visits: list[tuple[int, int, tuple[int, int]]], teams: int, chance: Random
) -> None:
    wanted = tuple(
        Wanted(place, (window,), ((600, value), (900, value + value // 3)))
        for place, value, window in visits
    )
    basis = a_basis(*wanted)
    problem = a_problem(basis, teams=teams)
    order = list(range(len(wanted)))
    chance.shuffle(order)
    routes = []
    for number, team in enumerate(problem.teams):
        mine = [stop for stop in order if stop % teams == number]
        wishes = [Wish(Visit(stop, n, 900)) for n, stop in enumerate(mine)]
        routes.append(retimed(problem, team, wishes, []))
    verdict = check(problem, Plan(tuple(routes), 0))
    if {one.code for one in verdict.violations} <= {"value"}:
        assert verdict.value <= upper_bound(problem)


def test_the_bound_of_nothing_is_nothing() -> None:
    assert upper_bound(a_problem(a_basis(), teams=0)) == 0
    assert upper_bound(a_problem(a_basis())) == pytest.approx(3 * 130)


def test_the_bound_knows_that_an_hour_has_sixty_minutes() -> None:
    wanted = tuple(Wanted(1 + n % 3, ((0, HOUR),), ((600, 100),)) for n in range(30))
    problem = a_problem(a_basis(*wanted))
    # An hour, the dwell of a visit begun at its end, and one way: seven visits and a bit.
    assert upper_bound(problem) < 1000

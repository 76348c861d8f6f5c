"""The independent checker: a valid plan passes, and every single spoiling of it is named."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from streife.patrols.solver.check import check
from streife.patrols.solver.problem import (
    UNREACHABLE,
    Break,
    Call,
    Dwell,
    Plan,
    Problem,
    Route,
    Series,
    Stop,
    Team,
    Travel,
    Verdict,
    Visit,
)

MINUTE, HOUR = 60, 3600
# Five places in a line, ten minutes apart on foot; twice as long from the third hour on.
LINE = np.abs(np.arange(5)[:, None] - np.arange(5)[None, :]) * 10 * MINUTE
WALK = Travel((0, 3 * HOUR), np.stack([LINE, 2 * LINE]).astype(np.int32))
DWELLS = (Dwell(600, 10), Dwell(780, 12), Dwell(960, 13))
JOINT, PLAYGROUND, AGAIN, MARKET, STATION, DONE = range(6)
STOPS = (
    Stop("joint", 2, (), DWELLS, teams=2, skills=frozenset({"hund", "türkisch"})),
    Stop("playground", 1, ((0, 2 * HOUR),), DWELLS, series=0),
    Stop("playground-again", 1, (), DWELLS, series=0),
    Stop("market", 3, ((0, 600), (5 * HOUR, 6 * HOUR)), DWELLS, mandatory=True),
    Stop("station", 4, (), DWELLS, skills=frozenset({"hund"})),
    Stop("done", 1, ((0, 0),), DWELLS),
)
PAUSE = Break(1800, 2 * HOUR, 4 * HOUR)
PROBLEM = Problem(
    travel=(WALK,),
    teams=(
        Team("A", 0, 0, 0, 8 * HOUR, skills=frozenset({"hund"}), breaks=(PAUSE,)),
        Team(
            "B",
            0,
            4,
            HOUR,
            8 * HOUR,
            skills=frozenset({"türkisch"}),
            frozen=(Visit(DONE, 500, 700),),
        ),
    ),
    stops=STOPS,
    series=(Series(2 * HOUR, (1.0, 0.55)),),
)
PLAN = Plan(
    routes=(
        Route(
            visits=(
                Visit(PLAYGROUND, 10 * MINUTE, 960),
                Visit(JOINT, 90 * MINUTE, 780),
                # Leaves at 3 h after the break, so the way takes twenty minutes.
                Visit(MARKET, 5 * HOUR, 600),
                Visit(STATION, 5 * HOUR + 30 * MINUTE, 600),
            ),
            breaks=((3 * HOUR - 1800, 1800),),
        ),
        Route(
            visits=(
                Visit(DONE, 500, 700),
                Visit(JOINT, 90 * MINUTE, 780),
                Visit(AGAIN, 3 * HOUR, 780),
            ),
        ),
    ),
    # 13 + 12 + 10 + 10, floor(12 x 0.55) = 6, and 10 for 700 s at the stop already done
    value=13 + 12 + 10 + 10 + 6 + 10,
)


def codes(verdict: Verdict) -> set[tuple[str, str]]:
    return {(one.code, one.subject) for one in verdict.violations}


def spoilt(team: int, place: int | None = None, **changes: object) -> Plan:
    """Return the plan with one route, or one visit of it, changed."""
    route = PLAN.routes[team]
    if place is None:
        route = replace(route, **changes)
    else:
        visits = list(route.visits)
        visits[place] = replace(visits[place], **changes)
        route = replace(route, visits=tuple(visits))
    routes = list(PLAN.routes)
    routes[team] = route
    return replace(PLAN, routes=tuple(routes))


def test_a_valid_plan_has_no_violation_and_its_value_is_recomputed() -> None:
    assert check(PROBLEM, PLAN) == Verdict(61, (), None)


A, B = PLAN.routes
SPOILINGS: dict[str, tuple[Plan, tuple[str, str]]] = {
    "a route too few": (replace(PLAN, routes=(A,)), ("routes", "")),
    "a stop nobody knows": (spoilt(0, 0, stop=99), ("unknown-stop", "99")),
    "a stop with a negative number": (spoilt(0, 0, stop=-1), ("unknown-stop", "-1")),
    "a wrong value": (replace(PLAN, value=62), ("value", "")),
    "the past changed": (spoilt(1, 0, begins=501), ("frozen", "B")),
    "the past left out": (spoilt(1, visits=B.visits[1:]), ("frozen", "B")),
    "no break": (spoilt(0, breaks=()), ("break-missing", "A")),
    "a shorter break": (spoilt(0, breaks=((3 * HOUR - 1800, 1799),)), ("break-missing", "A")),
    "a second break": (spoilt(1, breaks=((4 * HOUR, 1800),)), ("break-missing", "B")),
    "a break too late": (spoilt(0, breaks=((4 * HOUR + 1, 1800),)), ("break-window", "A")),
    "a break too early": (spoilt(0, breaks=((2 * HOUR - 1, 1800),)), ("break-window", "A")),
    "a break in a visit": (
        spoilt(0, breaks=((90 * MINUTE + 700, 1800),)),
        ("break-clash", "A"),
    ),
    "a break that costs the way": (
        spoilt(0, breaks=((5 * HOUR - 1800 - 19 * MINUTE, 1800),)),
        ("too-early", "market"),
    ),
    "outside the windows": (spoilt(0, 2, begins=5 * HOUR - 1), ("window", "market")),
    "between two windows": (spoilt(0, 2, begins=HOUR), ("window", "market")),
    "a dwell nobody offered": (spoilt(0, 3, seconds=601), ("dwell", "station")),
    "before arrival": (spoilt(0, 0, begins=10 * MINUTE - 1), ("too-early", "playground")),
    "before the slow way is over": (
        spoilt(0, 3, begins=5 * HOUR + 10 * MINUTE + 20 * MINUTE - 1),
        ("too-early", "station"),
    ),
    "home too late": (spoilt(1, 2, begins=7 * HOUR), ("late-home", "B")),
    "two visits of one stop": (
        spoilt(0, visits=(*A.visits, Visit(STATION, 6 * HOUR, 600))),
        ("twice", "station"),
    ),
    "one team alone at a joint visit": (
        spoilt(1, visits=(B.visits[0], B.visits[2])),
        ("joint-teams", "joint"),
    ),
    "not at the same time": (spoilt(1, 1, begins=91 * MINUTE), ("joint-times", "joint")),
    "not equally long": (spoilt(1, 1, seconds=600), ("joint-times", "joint")),
    "without the skill": (
        spoilt(1, visits=(*B.visits, Visit(STATION, 5 * HOUR, 600))),
        ("twice", "station"),
    ),
    "a mandatory stop left out": (
        spoilt(0, visits=(*A.visits[:2], A.visits[3])),
        ("mandatory", "market"),
    ),
    "too close to the visit before": (
        spoilt(1, 2, begins=2 * HOUR + 10 * MINUTE - 1),
        ("series-spacing", "playground-again"),
    ),
}


@pytest.mark.parametrize("spoiling", SPOILINGS)
def test_every_spoiling_is_named(spoiling: str) -> None:
    plan, expected = SPOILINGS[spoiling]
    verdict = check(PROBLEM, plan)
    assert expected in codes(verdict)
    assert all(one.detail for one in verdict.violations)


def changed_stop(index: int, **changes: object) -> Problem:
    stops = list(STOPS)
    stops[index] = replace(stops[index], **changes)
    return replace(PROBLEM, stops=tuple(stops))


def changed_team(index: int, **changes: object) -> Problem:
    teams = list(PROBLEM.teams)
    teams[index] = replace(teams[index], **changes)
    return replace(PROBLEM, teams=tuple(teams))


def closed_road(origin: int, target: int) -> Problem:
    seconds = WALK.seconds.copy()
    seconds[:, origin, target] = UNREACHABLE
    return replace(PROBLEM, travel=(Travel(WALK.starts, seconds),))


HARDER: dict[str, tuple[Problem, tuple[str, str]]] = {
    "a skill the team lacks": (
        changed_stop(STATION, skills=frozenset({"boot"})),
        ("skills", "station"),
    ),
    "a skill both together lack": (
        changed_stop(JOINT, skills=frozenset({"hund", "boot"})),
        ("skills", "joint"),
    ),
    "three teams wanted": (changed_stop(JOINT, teams=3), ("joint-teams", "joint")),
    "one team wanted": (changed_stop(JOINT, teams=1), ("twice", "joint")),
    "a series of one visit": (
        replace(PROBLEM, series=(Series(2 * HOUR, (1.0,)),)),
        ("series-count", "playground-again"),
    ),
    "a wider spacing": (
        replace(PROBLEM, series=(Series(3 * HOUR, (1.0, 0.55)),)),
        ("series-spacing", "playground-again"),
    ),
    "a shift that begins later": (changed_team(0, begins=1), ("too-early", "playground")),
    "a shift that ends earlier": (
        changed_team(0, ends=5 * HOUR + 40 * MINUTE + 80 * MINUTE - 1),
        ("late-home", "A"),
    ),
    "a longer break": (changed_team(0, breaks=(Break(2700, 0, 4 * HOUR),)), ("break-missing", "A")),
    "a road closed": (closed_road(3, 4), ("no-way", "station")),
    "the way home closed": (closed_road(4, 0), ("no-way", "A")),
    "a shift that begins before its time": (
        changed_team(0, start=1, begins=11 * MINUTE),
        ("too-early", "playground"),
    ),
}


@pytest.mark.parametrize("change", HARDER)
def test_the_same_plan_fails_a_harder_problem(change: str) -> None:
    problem, expected = HARDER[change]
    assert expected in codes(check(problem, PLAN))


def test_a_shift_that_ends_at_the_last_second_is_long_enough() -> None:
    problem = changed_team(0, ends=5 * HOUR + 40 * MINUTE + 80 * MINUTE)
    assert not check(problem, PLAN).violations


def test_two_breaks_must_not_overlap() -> None:
    problem = changed_team(0, breaks=(PAUSE, Break(900, 0, 8 * HOUR)))
    overlapping = spoilt(0, breaks=((3 * HOUR - 1800, 1800), (3 * HOUR - 1, 900)))
    assert ("break-order", "A") in codes(check(problem, overlapping))


@pytest.mark.parametrize(
    ("begins", "named"),
    [
        (6 * HOUR, set()),  # at the last place, then home
        (7 * HOUR, set()),  # home at 7:00, then the break, over at 7:30
        (7 * HOUR + 30 * MINUTE, set()),
        (7 * HOUR + 30 * MINUTE + 1, {("late-home", "A")}),
        (6 * HOUR + 30 * MINUTE, {("late-home", "A")}),  # would be under way, home at 8:20
    ],
)
def test_a_break_after_the_last_visit_is_taken_before_leaving_or_at_home(
    begins: int, named: set[tuple[str, str]]
) -> None:
    problem = changed_team(0, breaks=(Break(1800, 0, 8 * HOUR),))
    assert codes(check(problem, spoilt(0, breaks=((begins, 1800),)))) == named


def test_a_team_that_visits_nothing_is_not_judged_unless_it_was_out_already() -> None:
    team = Team("A", 0, 4, 0, 39 * MINUTE, breaks=(PAUSE,))
    problem = Problem((WALK,), (team,), (replace(STOPS[PLAYGROUND], series=None),))
    assert not check(problem, Plan((Route(),), 0)).violations
    out = replace(problem, teams=(replace(team, frozen=(Visit(0, 600, 600),)),))
    late = Plan((Route(out.teams[0].frozen),), 10)
    assert codes(check(out, late)) == {("late-home", "A"), ("break-missing", "A")}


def test_visits_of_the_past_are_not_judged_but_count_and_keep_their_distance() -> None:
    stops, station = (*STOPS[:3], STOPS[STATION]), 3
    past = (Visit(PLAYGROUND, 0, 100), Visit(station, 50, 5000))
    team = Team("A", 0, 1, 0, 8 * HOUR, frozen=past)
    problem = Problem((WALK,), (team,), stops, PROBLEM.series)
    plan = Plan((Route((*past, Visit(AGAIN, 7300, 600))),), 13 + 5)
    assert not check(problem, plan).violations  # 0 for 100 s, 13 for 5000 s, floor(10 x 0.55)
    close = Plan((Route((*past, Visit(AGAIN, 7199, 600))),), 13 + 5)
    assert ("series-spacing", "playground-again") in codes(check(problem, close))


def test_response_is_the_mean_over_quarter_hours_and_calls_of_the_quickest_team() -> None:
    # One team walks 0 → 2 (there at 20 min, the visit waits) and ends there; calls at 0 and at 2.
    team = Team("A", 0, 2, 0, HOUR)
    stop = Stop("late", 2, (), DWELLS)
    problem = Problem((WALK,), (team,), (stop,), calls=(Call(0, 1.0), Call(2, 3.0)))
    verdict = check(problem, Plan((Route((Visit(0, 50 * MINUTE, 600),)),), 10))
    assert not verdict.violations
    # minutes 0 and 15: at 0, so 0 and 20 min (weight 3); minutes 30 and 45: at 2, so 20 and 0 min
    assert verdict.response_seconds == pytest.approx((2 * 0.75 + 2 * 0.25) / 4 * 1200)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda p: replace(p, calls=()), None),
        (lambda p: replace(p, teams=()), None),
        (lambda p: replace(p, calls=(Call(3, 1.0),)), 7200.0),
    ],
)
def test_response_without_calls_teams_or_a_way(
    change: Callable[[Problem], Problem], expected: float | None
) -> None:
    seconds = WALK.seconds.copy()
    seconds[:, 0, 3] = UNREACHABLE
    problem = Problem(
        (Travel(WALK.starts, seconds),), (Team("A", 0, 0, 0, HOUR),), STOPS, calls=(Call(1, 1.0),)
    )
    problem = change(problem)
    plan = Plan(tuple(Route() for _ in problem.teams), 0)
    assert check(problem, plan).response_seconds == expected

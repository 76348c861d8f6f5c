"""Whatever the problem: the solver's plans break no rule, and are worth what the checker says."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streife.patrols.solver import (
    UNREACHABLE,
    Break,
    Call,
    Dwell,
    Limit,
    Plan,
    Problem,
    Series,
    Stop,
    Team,
    Travel,
    Visit,
    check,
    solve,
)

PLACES = 7
HOURS = 6 * 3600


@st.composite
def travels(draw: st.DrawFn) -> Travel:
    """Asymmetric ways; several periods that need not respect first-in-first-out; some missing."""
    periods = draw(st.integers(1, 3))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    table = random.integers(0, 2400, size=(periods, PLACES, PLACES)).astype(np.int32)
    if draw(st.booleans()):
        table[random.random(table.shape) < 0.15] = UNREACHABLE
    return Travel(tuple(k * 5000 for k in range(periods)), table)


@st.composite
def stops(draw: st.DrawFn, series: int, at: int) -> Stop:
    opens = draw(st.lists(st.integers(0, HOURS), max_size=2, unique=True).map(sorted))
    windows = []
    for k, first in enumerate(opens):
        room = (opens[k + 1] - first - 1) if k + 1 < len(opens) else 9000
        windows.append((first, first + draw(st.integers(0, max(0, min(room, 9000))))))
    seconds = draw(st.lists(st.integers(60, 1800), min_size=1, max_size=3, unique=True).map(sorted))
    value = draw(st.integers(1, 40))
    dwells = [Dwell(seconds[0], value)]
    for before, after in pairwise(seconds):
        most = (after - before) * dwells[0].value // seconds[0] if len(dwells) == 1 else 0
        dwells.append(Dwell(after, dwells[-1].value + draw(st.integers(0, most))))
    if len(dwells) == 3:
        dwells[2] = Dwell(dwells[2].seconds, dwells[1].value)
    return Stop(
        str(at),
        draw(st.integers(0, PLACES - 1)),
        tuple(windows),
        tuple(dwells),
        mandatory=draw(st.integers(0, 4)) == 0,
        skills=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"a"}), frozenset("ab")])),
        teams=draw(st.sampled_from([1, 1, 1, 2, 3])),
        series=draw(st.sampled_from([None, None, *range(series)])) if series else None,
    )


@st.composite
def teams(draw: st.DrawFn, at: int, modes: int) -> Team:
    begins = draw(st.integers(0, 6000))
    ends = begins + draw(st.integers(3000, HOURS))
    breaks = []
    if draw(st.booleans()):
        earliest = draw(st.integers(begins, ends))
        breaks.append(Break(900, earliest, earliest + draw(st.integers(0, 6000))))
        if draw(st.booleans()):
            later = earliest + draw(st.integers(0, 6000))
            breaks.append(Break(600, later, later + 3000))
    return Team(
        f"T{at}",
        draw(st.integers(0, PLACES - 1)),
        draw(st.integers(0, PLACES - 1)),
        begins,
        ends,
        mode=draw(st.integers(0, modes - 1)),
        skills=draw(
            st.sampled_from([frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")])
        ),
        breaks=tuple(breaks),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    modes = draw(st.integers(1, 2))
    series = draw(st.integers(0, 2))
    count, crew = draw(st.integers(0, 14)), draw(st.integers(0, 4))
    return Problem(
        tuple(draw(travels()) for _ in range(modes)),
        tuple(draw(teams(at, modes)) for at in range(crew)),
        tuple(draw(stops(series, at)) for at in range(count)),
        tuple(
            Series(draw(st.integers(0, 7200)), (1.0, 0.7, 0.35)[: draw(st.integers(1, 3))])
            for _ in range(series)
        ),
        calls=(Call(1, 2.0), Call(3, 1.0)) if draw(st.booleans()) else (),
        coverage_share=draw(st.sampled_from([0.0, 0.05])),
    )


def approve(problem: Problem, plan: Plan) -> None:
    """Two things are not the plan's fault: stops nobody can reach (`Unplaced` names them), and
    teams whom what has happened leaves where there is no way home in time.
    """
    verdict = check(problem, plan)
    stranded = {
        team.code
        for team, route in zip(problem.teams, plan.routes, strict=True)
        if team.frozen and route.visits == team.frozen
    }
    faults = [fault for fault in verdict.violations if fault.code != "mandatory"]
    assert [fault for fault in faults if fault.subject not in stranded] == []
    assert verdict.value == plan.value


@given(problem=problems(), seed=st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_plans_break_no_rule_and_are_worth_what_they_say(problem: Problem, seed: int) -> None:
    found = solve(problem, stop=Limit(rounds=120), seed=seed)
    for plan in (found.plan, *found.pool):
        approve(problem, plan)
        assert plan.value >= 0.99 * found.plan.value
    placed = {visit.stop for route in found.plan.routes for visit in route.visits}
    left = {at for at, stop in enumerate(problem.stops) if stop.mandatory} - placed
    assert {unplaced.stop for unplaced in found.unplaced} == left
    assert all(unplaced.reasons for unplaced in found.unplaced)


@given(problem=problems(), seed=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_the_same_seed_gives_the_same_plan(problem: Problem, seed: int) -> None:
    first, second = (solve(problem, stop=Limit(rounds=60), seed=seed) for _ in range(2))
    assert first.plan == second.plan
    assert first.pool == second.pool


@given(problem=problems(), share=st.floats(0.0, 0.8))
@settings(max_examples=60, deadline=None)
def test_planning_goes_on_behind_what_has_happened(problem: Problem, share: float) -> None:
    plan = solve(problem, stop=Limit(rounds=40), seed=1).plan
    moment = int(HOURS * share)
    later = _frozen_until(problem, plan, moment)
    found = solve(later, stop=Limit(rounds=60), seed=2, start=plan)
    approve(later, found.plan)
    for team, route in zip(later.teams, found.plan.routes, strict=True):
        assert route.visits[: len(team.frozen)] == team.frozen


@given(problem=problems())
@settings(max_examples=40, deadline=None)
def test_an_earlier_plan_is_kept_whole(problem: Problem) -> None:
    plan = solve(problem, stop=Limit(rounds=60), seed=1).plan
    again = solve(problem, stop=Limit(rounds=1), seed=2, start=plan)
    approve(problem, again.plan)
    if all(len(travel.starts) == 1 for travel in problem.travel):
        assert again.plan.value >= plan.value or again.unplaced != ()


def _frozen_until(problem: Problem, plan: Plan, moment: int) -> Problem:
    """The problem as it stands at this moment: visits begun by then are facts."""
    crew = []
    for team, route in zip(problem.teams, plan.routes, strict=True):
        frozen = tuple(visit for visit in route.visits if visit.begins <= moment)
        end = frozen[-1].begins + frozen[-1].seconds if frozen else -1
        taken = sum(begins + seconds <= end for begins, seconds in route.breaks)
        crew.append(
            Team(
                team.code, team.start, team.end, team.begins, team.ends, team.mode, team.skills,
                team.breaks[taken:], frozen,
            )
        )  # fmt: skip
    return Problem(problem.travel, tuple(crew), problem.stops, problem.series)


@pytest.mark.parametrize("seed", range(3))
def test_no_limit_is_no_round(seed: int) -> None:
    travel = Travel.constant(np.zeros((2, 2), dtype=np.int32))
    stop = Stop("a", 1, (), (Dwell(60, 5),))
    found = solve(Problem((travel,), (Team("t", 0, 0, 0, 600),), (stop,)), stop=Limit(), seed=seed)
    assert found.rounds == 0
    assert found.plan.routes[0].visits in ((), (Visit(0, 0, 60),))

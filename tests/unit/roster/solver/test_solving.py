"""The solver on problems with a known answer, and on what cannot be."""

import multiprocessing
import os
import signal
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from benchmarks.roster import scheduling
from benchmarks.roster.month import month
from streife.roster.solver import InvalidProblem, cost_of_change, evaluate, faults_of, solve
from streife.roster.solver.crew import Crew
from streife.roster.solver.problem import (
    FREE,
    Absence,
    Change,
    Count,
    Demand,
    Duty,
    Fairness,
    Fixed,
    History,
    Kind,
    Limit,
    Person,
    Problem,
    Rest,
    Stage,
    WorkRun,
)

DAY, NIGHT = 0, 1
REST = Rest(id="rest", norm="§ 5 ArbZG", minutes=660)
RUN = WorkRun(id="run", norm="Dienstvereinbarung", maximum=2, rank=0)
KNOWN = History(free_run=3)
SHORT = Limit(rounds=6, wall_seconds=60, workers=1)


def small(*people: Person, days: int = 4, minimum: int = 1) -> Problem:
    """Return days with one day shift and one night shift, each needing `minimum`."""
    hours = ((8, 16), (20, 28))
    return Problem(
        first_day=date(2026, 6, 1),
        days=days,
        kinds=(Kind("T"), Kind("N", night=True)),
        duties=(Duty(DAY), Duty(NIGHT)),
        people=people,
        times=tuple(
            tuple(((day * 24 + a) * 60, (day * 24 + b) * 60) for a, b in hours)
            for day in range(days)
        ),
        minutes=((450, 450),) * days,
        demands=tuple(
            Demand(f"{day}-{kind}", day, (kind,), minimum, minimum, over=1)
            for day in range(days)
            for kind in (DAY, NIGHT)
        ),
    )


def four() -> list[Person]:
    """Return four people who can fill the small problem."""
    return [Person(name, (REST, RUN), history=KNOWN) for name in "abcd"]


def test_a_small_plan_is_legal_covered_and_fair() -> None:
    share = Fairness("nights", (0, 1, 2, 3), (100,) * 4, kinds=frozenset({NIGHT}), tolerance=1000)
    problem = replace(small(*four()), fairness=(share,))
    found = solve(problem, stop=SHORT, seed=1)
    assert found.verdict == evaluate(problem, found.roster)
    assert found.verdict.broken == ()
    assert found.verdict.costs == (0, 0, 0, 0, 0)
    assert found.releases == ()


def test_the_published_plan_is_changed_no_more_than_a_sick_call_needs() -> None:
    problem = small(*four())
    first = solve(problem, stop=SHORT, seed=1).roster
    person, day = next((p, d) for p in range(4) for d in range(4) if first[p][d] != FREE)
    people = list(problem.people)
    people[person] = replace(people[person], absences=(Absence(day, "sick"),))
    again = replace(problem, people=tuple(people), published=first)
    found = solve(again, stop=replace(SHORT, rounds=16), seed=1)
    changes = sum(
        a != b
        for old, new in zip(first, found.roster, strict=True)
        for a, b in zip(old, new, strict=True)
    )
    assert found.roster[person][day] == FREE
    assert found.verdict.costs[Stage.STABILITY] == changes
    assert 1 <= changes <= 4


def test_too_few_people_get_a_partial_plan_and_the_least_binding_rule_to_soften() -> None:
    problem = small(*four()[:2], days=3)
    found = solve(problem, stop=SHORT, seed=1)
    assert any(duty != FREE for row in found.roster for duty in row)
    assert not [one for one in found.verdict.broken if one.stage == Stage.LEGAL]
    missed = {one.rule for one in found.verdict.broken}
    assert missed
    assert found.releases
    assert all(one.verified for one in found.releases if one.kind != "people")
    assert {one.rule for one in found.releases} & ({"run", "rest"} | missed)


def test_a_demand_nobody_can_meet_is_named_and_the_rest_is_planned() -> None:
    problem = small(*four())
    medic = Demand("medic", 1, (DAY,), 1, 1, "ems")
    problem = replace(problem, demands=(*problem.demands, medic))
    assert [one.code for one in faults_of(problem)] == ["demand"]
    found = solve(problem, stop=SHORT, seed=1)
    assert [one.rule for one in found.verdict.broken] == ["medic"]
    (release,) = found.releases
    assert (release.kind, dict(release.words)["able"]) == ("people", 0)


def test_contradictory_hard_rules_are_named_and_planned_around() -> None:
    must = Count(id="must", minimum=4)
    people = [Person("a", (REST, RUN, must), history=KNOWN), *four()[1:]]
    found = solve(small(*people), stop=SHORT, seed=1)
    assert {one.rule for one in found.verdict.broken} & {"must", "run"}
    assert {one.person for one in found.releases} == {0}
    assert all(one.verified for one in found.releases)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: replace(p, people=()), "no-people"),
        (lambda p: replace(p, people=(replace(p.people[0], history=None),)), "history"),
        (lambda p: replace(p, people=(p.people[0], p.people[0])), "person-twice"),
        (lambda p: replace(p, minutes=p.minutes[1:]), "times"),
        (lambda p: replace(p, published=((0,),)), "published"),
        (lambda p: replace(p, demands=(Demand("x", 99, (0,), 1, 1),)), "index"),
        (lambda p: replace(p, fairness=(Fairness("x", (0,), (0,)),)), "shares"),
        (lambda p: _fixed(p, Fixed(1, DAY), Fixed(1, NIGHT)), "fixed-twice"),
        (lambda p: _fixed(p, Fixed(1, NIGHT), Fixed(2, DAY)), "fixed"),
    ],
)
def test_contradictions_are_refused_by_name(change, code: str) -> None:  # type: ignore[no-untyped-def]
    problem = change(small(*four()))
    assert code in {one.code for one in faults_of(problem) if one.error}
    with pytest.raises(InvalidProblem) as refused:
        solve(problem, stop=SHORT, seed=1)
    assert refused.value.faults[0].text


def _fixed(problem: Problem, *fixed: Fixed) -> Problem:
    first = replace(problem.people[0], fixed=fixed)
    return replace(problem, people=(first, *problem.people[1:]))


def test_a_plan_may_begin_in_the_middle_of_a_week() -> None:
    problem = replace(small(*four()), first_day=date(2026, 6, 4))
    assert solve(problem, stop=SHORT, seed=1).verdict.broken == ()


def test_the_first_public_instance_is_solved_to_its_known_optimum(shared: Path) -> None:
    text = (shared / "bench/shift_scheduling/instances/Instance1.txt").read_text()
    problem = scheduling.parse(text)
    found = solve(problem, stop=Limit(rounds=30, wall_seconds=60, workers=1), seed=1)
    assert found.verdict.broken == ()
    assert found.verdict.total == 607


def test_a_change_among_150_people_and_12_weeks_is_judged_at_once() -> None:
    problem = month(days=84, officers=139, apprentices=11)
    roster = ((FREE,) * 84,) * 150
    began = time.process_time()
    cost = cost_of_change(problem, roster, Change(3, 10, 0))
    assert time.process_time() - began < 0.25
    assert cost.costs[Stage.COVER] < 0


def test_workers_that_leave_without_reading_are_heard_of_as_done_and_nobody_waits() -> None:
    problem = small(*four())
    roster = ((FREE,) * 4,) * 4
    with Crew("task_worker", [(problem, "highs", 1), (problem, "highs", 2)]) as crew:
        ready: set[int] = set()
        while len(ready) < 2:
            ready |= {number for number, _ in crew.news(30)}
        leaving = multiprocessing.active_children()
        for process in leaving:
            os.kill(process.pid or 0, signal.SIGSTOP)  # so that it reads nothing any more
        for number in (0, 1):
            crew.tell(number, (roster, None))
        for process in leaving:
            process.kill()
            process.join()
        gone = dict(crew.news(10)) | dict(crew.news(0.1))
        assert sorted(gone) == [0, 1]
        assert all(one.done and one.roster is None for one in gone.values())
        assert crew.is_gone
        crew.tell(0, (roster, None))  # nobody is there: nothing happens
        assert crew.news(0.1) == []

"""Things that are ready bound who may be on duty at once: the judge by hand, the models like it."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from streife.roster.solver import cost_of_change, evaluate
from streife.roster.solver.building import Task, build
from streife.roster.solver.faults import faults_of
from streife.roster.solver.highs import solve
from streife.roster.solver.problem import (
    FREE,
    Change,
    Company,
    Demand,
    Duty,
    Fixed,
    Kind,
    Person,
    Problem,
    Stage,
    Stock,
    Use,
)
from streife.roster.solver.staged import caps_of

E, L, F = 0, 1, FREE
DAY = 24 * 60


def problem(*stocks: Stock, people: int = 4, days: int = 1, **more: object) -> Problem:
    """Return early and late on a few days; the last of the people is in training."""
    given: dict[str, object] = {"needs_history": False, "stocks": stocks} | more
    return Problem(
        first_day=date(2026, 6, 1),
        days=days,
        kinds=(Kind("E"), Kind("L")),
        duties=(Duty(E), Duty(L)),
        people=tuple(Person(str(n), trainee=n == people - 1) for n in range(people)),
        times=tuple(
            ((n * DAY + 360, n * DAY + 840), (n * DAY + 780, n * DAY + 1320)) for n in range(days)
        ),
        minutes=((450, 450),) * days,
        **given,  # type: ignore[arg-type]
    )


def stock(ready: int, *uses: Use, set_aside: int = 0) -> Stock:
    return Stock("equipment/radio/x", 0, uses, ready, set_aside)


@pytest.mark.parametrize(
    ("held", "rows", "lacking"),
    [
        (stock(2, Use(0, E, 1)), (E, E, F, F), 0),
        (stock(2, Use(0, E, 1)), (E, E, E, F), 1),
        (stock(2, Use(0, E, 1)), (E, E, F, E), 0),  # a trainee goes with an officer
        (stock(1, Use(0, E, 2)), (E, E, F, F), 0),
        (stock(1, Use(0, E, 2)), (E, E, E, F), 1),  # the third needs a second one
        (stock(1, Use(0, E, 2), Use(0, L, 2)), (E, L, F, F), 1),  # and so does another crew
        (stock(2, Use(0, E, 1), Use(0, L, 1)), (E, L, L, F), 1),
        (stock(2, Use(0, E, 1), set_aside=1), (E, E, F, F), 1),
        (stock(1, set_aside=3), (F, F, F, F), 2),
    ],
)
def test_the_judge_counts_pieces(held: Stock, rows: tuple[int, ...], lacking: int) -> None:
    found = evaluate(problem(held), tuple((duty,) for duty in rows)).broken
    assert [one.cost for one in found] == [50 * lacking] * (lacking > 0)
    assert all((one.kind, one.stage, one.day) == ("stock", Stage.COVER, 0) for one in found)


def test_the_model_finds_what_the_judge_calls_cheapest() -> None:
    """Every roster of two days is judged; the model finds none that is better, and no worse one."""
    held = (
        stock(1, Use(0, E, 2), Use(0, L, 2)),
        stock(2, Use(1, E, 1), Use(1, L, 2), set_aside=1),
    )
    demands = tuple(
        Demand(f"need/{day}{duty}", day, (duty,), least, least)
        for day, duty, least in ((0, E, 2), (0, L, 1), (1, E, 2), (1, L, 0))
    )
    given = problem(*held, days=2, demands=demands)
    given = replace(
        given, people=(replace(given.people[0], fixed=(Fixed(1, L),)), *given.people[1:])
    )
    start = ((F, L), (F, F), (F, F), (F, F))
    best = min(
        evaluate(given, rows).costs[Stage.COVER]
        for rows in product(product((F, E, L), repeat=2), repeat=4)
        if rows[0][1] == L
    )
    free = frozenset((person, day) for person in range(4) for day in range(2))
    built = build(given, start, Task(free, Stage.COVER, caps_of(given, start, free), 5.0))
    answer = solve(built.model, 5.0, 1)
    assert answer.values is not None
    found = evaluate(given, built.roster(start, answer.values)).costs[Stage.COVER]
    assert found == best > 0


def test_a_manual_edit_and_a_later_stage_see_the_same() -> None:
    given = problem(stock(1, Use(0, E, 1)))
    roster = ((E,), (F,), (F,), (F,))
    change = cost_of_change(given, roster, Change(1, 0, E))
    assert [one.kind for one in change.appears] == ["stock"]
    assert change.costs[Stage.COVER] == 50
    assert change.legal
    assert caps_of(given, ((E,), (E,), (F,), (F,)), frozenset({(2, 0)}))[Stage.COVER] == 50


def test_a_stock_of_days_that_are_not_there_is_refused() -> None:
    assert [one.code for one in faults_of(problem(stock(1, Use(3, E, 1)))) if one.error] == [
        "index"
    ]


@pytest.mark.parametrize(
    ("rows", "lone"),
    [
        ((E, E, F, F), 0),
        ((E, F, F, F), 1),
        ((E, L, F, F), 2),
        ((E, F, F, E), 1),  # a trainee is no company
        ((F, F, F, E), 0),  # that is for the supervision to say
    ],
)
def test_the_judge_sees_who_is_alone(rows: tuple[int, ...], lone: int) -> None:
    given = problem(company=Company("L6", "Nr. 6", days=frozenset({0})))
    roster = tuple((duty,) for duty in rows)
    found = evaluate(given, roster).broken
    assert [(one.rule, one.kind, one.stage, one.cost) for one in found] == [
        ("L6", "alone", Stage.COVER, 60)
    ] * lone
    lifted = replace(given, company=Company("L6"))
    assert evaluate(lifted, roster).broken == ()


@pytest.mark.parametrize("able", [1, 2, 3])
def test_the_model_sends_two_or_the_only_one_there_is(able: int) -> None:
    """One is needed: two come if there are two, one alone rather than nobody."""
    demand = Demand("need/0", 0, (E,), 1, 1)
    given = problem(company=Company("L6", days=frozenset({0})), demands=(demand,))
    people = [
        replace(one, fixed=() if n < able else (Fixed(0, F),)) for n, one in enumerate(given.people)
    ]
    given = replace(given, people=tuple(people))
    start = ((F,),) * 4
    free = frozenset((person, 0) for person in range(4))
    built = build(given, start, Task(free, Stage.COVER, caps_of(given, start, free), 5.0))
    answer = solve(built.model, 5.0, 1)
    assert answer.values is not None
    verdict = evaluate(given, built.roster(start, answer.values))
    assert verdict.costs[Stage.COVER] == (60 if able == 1 else 0)

"""Laws of the roster solver: its models and its pricing say what the independent evaluator says."""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streife.roster.solver import evaluate
from streife.roster.solver.building import Task, build
from streife.roster.solver.highs import solve as solve_highs
from streife.roster.solver.personal import findings_of
from streife.roster.solver.pricing import Pricer, own_costs
from streife.roster.solver.problem import (
    FREE,
    Barred,
    Count,
    Demand,
    Duty,
    FreeBlock,
    FreeRun,
    History,
    Kind,
    KindRun,
    Minutes,
    Person,
    PersonRule,
    Problem,
    Rest,
    Stage,
    Succession,
    Weekends,
    WholeWeekends,
    Wish,
    WorkRun,
)
from streife.roster.solver.solving import by_columns

DAYS = 9
weights = st.one_of(st.none(), st.integers(1, 9))
lows = st.integers(0, 3)


def _bounded(low: int, more: int) -> dict[str, int]:
    return {"minimum": low, "maximum": low + more}


bounds = st.builds(_bounded, lows, st.integers(1, 4))
rules: st.SearchStrategy[PersonRule] = st.one_of(
    st.builds(lambda b, w: WorkRun(id="work", weight=w, **b), bounds, weights),
    st.builds(lambda b, w: FreeRun(id="free", weight=w, **b), bounds, weights),
    st.builds(
        lambda b, w, k: KindRun(id=f"kind{k}", kind=k, weight=w, **b),
        bounds,
        weights,
        lows.filter(lambda k: k < 3),
    ),
    st.builds(lambda b, w: Count(id="count", weight=w, **b), bounds, weights),
    st.builds(
        lambda b, w: Count(id="nights", kinds=frozenset({2}), weight=w, **b), bounds, weights
    ),
    st.builds(
        lambda b, w: Minutes(
            id="minutes",
            first=0,
            last=DAYS - 1,
            minimum=b["minimum"] * 450,
            maximum=b["maximum"] * 450,
            weight=w,
        ),
        bounds,
        weights,
    ),
    st.builds(
        lambda m, w: Weekends(id="weekends", maximum=m, weight=w), st.integers(0, 1), weights
    ),
    st.builds(lambda w: WholeWeekends(id="whole", weight=w), weights),
    st.just(Rest(id="rest", minutes=660)),
    st.just(Succession(id="pairs", pairs=frozenset({(1, 0)}))),
    st.just(Barred(id="barred", days=frozenset({3}), kinds=frozenset({2}))),
)
histories = st.one_of(
    st.none(),
    st.builds(lambda n: History(free_run=n), st.integers(1, 4)),
    st.builds(lambda k: History(ends=(8 * k - 34) * 60, free_run=1), st.integers(0, 2)),
    st.builds(
        lambda k, n: History(k, (6 + 8 * k + 8) * 60 - 1440, n, 1, 0),
        st.integers(0, 2),
        st.integers(1, 5),
    ),
)
touching = st.builds(  # the columns do not know it: `by_columns` says no
    lambda b, w, days, pairs: Count(id="touched", days=days, touched=pairs, weight=w, **b),
    bounds,
    weights,
    st.frozensets(st.integers(0, DAYS - 1), min_size=2),
    st.frozensets(st.tuples(st.integers(1, DAYS - 1), st.integers(1, 2)), min_size=1),
)
people = st.builds(
    lambda own, history, minutes: Person(
        "p", tuple({one.id: one for one in own}.values()), history=history, minutes=minutes
    ),
    st.lists(rules, max_size=5),
    histories,
    st.sampled_from((None, None, ((420, 450, 400),) * DAYS)),  # a minor's breaks are longer
)


def problem_of(persons: list[Person], weekday: int) -> Problem:
    """Return nine days of early, late and night."""
    return Problem(
        first_day=date(2026, 6, 1 + weekday),
        days=DAYS,
        kinds=(Kind("E"), Kind("L"), Kind("N")),
        duties=(Duty(0), Duty(1), Duty(2)),
        people=tuple(replace(one, code=str(at)) for at, one in enumerate(persons)),
        times=tuple(
            tuple(((day * 24 + b) * 60, (day * 24 + b + 8) * 60) for b in (6, 14, 22))
            for day in range(DAYS)
        ),
        minutes=((450,) * 3,) * DAYS,
        demands=tuple(Demand(f"{d}", d, (d % 3,), 1, 1, under=20, over=2) for d in range(DAYS)),
        wishes=(Wish(0, 2, 1, wanted=True, weight=3), Wish(0, 4, None, wanted=False, weight=2)),
        staged=False,
        needs_history=False,
    )


# The past is unknown and no rule counts free days: a run in the middle is short all the same.
SHORT_RUN = Person(
    "p", (WorkRun(id="work", minimum=2, maximum=3, weight=1), Count(id="count", maximum=1))
)


@settings(max_examples=60, deadline=None)
@given(people, st.integers(0, 6), st.integers(0, 2**32 - 1))
@example(SHORT_RUN, 0, 0)
def test_the_cheapest_row_costs_what_the_evaluator_says(
    person: Person, weekday: int, seed: int
) -> None:
    problem = problem_of([person], weekday)
    prices = np.random.default_rng(seed).integers(-30, 20, (DAYS, 3)).astype(float)
    found = Pricer.of(problem, 0).rows(prices, 3)
    own = own_costs(problem, 0)
    for path in found:
        findings = findings_of(problem, 0, path.duties)
        assert not any(one.hard for one in findings)
        paid = sum(prices[day, duty] for day, duty in enumerate(path.duties) if duty != FREE)
        wishes = sum(own[day, duty + 1] for day, duty in enumerate(path.duties))
        assert path.price == sum(one.cost for one in findings) + paid + wishes


@settings(max_examples=30, deadline=None)
@given(st.lists(people, min_size=1, max_size=2), st.integers(0, 6))
def test_the_model_finds_what_the_pricing_proves_and_costs_what_the_evaluator_says(
    persons: list[Person], weekday: int
) -> None:
    problem = problem_of(persons, weekday)
    empty = ((FREE,) * DAYS,) * len(persons)
    free = frozenset((person, day) for person in range(len(persons)) for day in range(DAYS))
    built = build(problem, empty, Task(free, Stage.WISHES, (0,) * len(Stage), 0.0))
    answer = solve_highs(built.model, 20.0, 1)
    priced = [Pricer.of(problem, at).rows(np.zeros((DAYS, 3))) for at in range(len(persons))]
    if answer.values is None:
        assert not all(priced)
        return
    assert all(priced)
    roster = built.roster(empty, answer.values)
    verdict = evaluate(problem, roster)
    assert not [one for one in verdict.broken if one.stage == Stage.LEGAL]
    said = sum(one * answer.values[at] for at, one in built.model.objective.items())
    assert verdict.total == said + built.model.constant
    if len(persons) == 1:
        best = _best_alone(problem)
        assert verdict.total == best


@settings(max_examples=25, deadline=None)
@given(
    people,
    touching,
    st.integers(0, 6),
    st.integers(0, DAYS - 4),
    st.lists(st.integers(FREE, 2), min_size=DAYS, max_size=DAYS),
)
def test_days_that_a_duty_of_the_day_before_touches_cost_what_the_evaluator_says(
    person: Person, rule: Count, weekday: int, first: int, given_row: list[int]
) -> None:
    """Four days are planned, the others stand; every way to plan them is tried.

    So is the block around a single free day, which may be the last one before the plan.
    """
    block = FreeBlock(id="block", minutes=2100)
    problem = problem_of([replace(person, rules=(*person.rules, rule, block))], weekday)
    assert not by_columns(problem)
    base = (tuple(given_row),)
    free = frozenset((0, day) for day in range(first, first + 4))
    built = build(problem, base, Task(free, Stage.WISHES, (0,) * len(Stage), 0.0))
    answer = solve_highs(built.model, 20.0, 1)
    verdicts = [
        evaluate(problem, ((*given_row[:first], *middle, *given_row[first + 4 :]),))
        for middle in product(range(FREE, 3), repeat=4)
    ]
    lawful = [
        one.total
        for one in verdicts
        if not any(broken.stage == Stage.LEGAL for broken in one.broken)
    ]
    if lawful:
        assert answer.values is not None
        assert evaluate(problem, built.roster(base, answer.values)).total == min(lawful)


def _best_alone(problem: Problem) -> float:
    """Return the least total cost of one person by pricing: each demand is met by one or missed."""
    prices = np.full((DAYS, 3), 2.0)
    prices[:] = 0.0
    for demand in problem.demands:
        prices[demand.day, demand.duties[0]] -= demand.under
    best = Pricer.of(problem, 0).rows(prices)[0]
    return best.price + sum(demand.under for demand in problem.demands)


@settings(max_examples=15, deadline=None)
@given(st.lists(people, min_size=1, max_size=2), st.integers(0, 6))
def test_with_soft_copies_a_roster_always_exists_and_the_legal_stage_counts_what_it_breaks(
    persons: list[Person], weekday: int
) -> None:
    problem = replace(problem_of(persons, weekday), staged=True)
    empty = ((FREE,) * DAYS,) * len(persons)
    free = frozenset((person, day) for person in range(len(persons)) for day in range(DAYS))
    built = build(problem, empty, Task(free, Stage.LEGAL, (0,) * len(Stage), 0.0))
    answer = solve_highs(built.model, 20.0, 1)
    assert answer.values is not None
    roster = built.roster(empty, answer.values)
    said = sum(one * answer.values[at] for at, one in built.model.objective.items())
    assert evaluate(problem, roster).costs[Stage.LEGAL] <= said + built.model.constant

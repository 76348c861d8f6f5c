"""Laws of levelling: cover stays, nothing is newly broken, no share widens; the sieve is sound."""

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from streife.roster.dealing.levelling import levelling
from streife.roster.dealing.sieve import Sieve
from streife.roster.dealing.starting import hard_costs
from streife.roster.solver.evaluate import burdens, demanded
from streife.roster.solver.problem import (
    FREE,
    Absence,
    Barred,
    Count,
    Demand,
    Duty,
    Fairness,
    Fixed,
    FreeBlock,
    History,
    Kind,
    KindRun,
    Minutes,
    Person,
    PersonRule,
    Problem,
    Rest,
    Roster,
    Wish,
    WorkRun,
)

DAYS, PEOPLE = 9, 5
rules: st.SearchStrategy[PersonRule] = st.one_of(
    st.builds(lambda n: WorkRun(id="work", maximum=n), st.integers(2, 6)),
    st.builds(
        lambda n, k: KindRun(id=f"kind{k}", kind=k, maximum=n), st.integers(1, 3), st.integers(0, 2)
    ),
    st.builds(
        lambda n, c: Count(id="nights", kinds=frozenset({2}), maximum=n + c, carried=c),
        st.integers(1, 4),
        st.integers(0, 3),
    ),
    st.builds(
        lambda n: Count(id="days", days=frozenset(range(2, 8)), maximum=n), st.integers(2, 6)
    ),
    st.builds(
        lambda n, least: Count(
            id="sundays",
            days=frozenset({1, 3, 4, 7}),
            touched=frozenset({(1, 2), (4, 2), (4, 1), (7, 2)}),
            minimum=least,
            maximum=n,
        ),
        st.integers(1, 3),
        st.integers(0, 1),
    ),
    st.builds(
        lambda first, n: Minutes(id="m", first=first, last=DAYS - 1, minimum=450, maximum=450 * n),
        st.integers(0, 4),
        st.integers(3, 8),
    ),
    st.just(Rest(id="rest", minutes=660)),
    st.just(FreeBlock(id="block", minutes=2100)),
    st.builds(
        lambda d: Barred(id="bar", days=frozenset({d}), kinds=frozenset({2})), st.integers(0, 8)
    ),
)
histories = st.one_of(
    st.none(),
    st.builds(
        lambda kind, run: History(kind, (8 * kind + 14) * 60 - 1440, run, 1, 0),
        st.integers(0, 2),
        st.integers(1, 4),
    ),
)
absences = st.lists(
    st.builds(
        lambda d, w: Absence(d, "x", minutes=200, worked=w), st.integers(0, 8), st.booleans()
    ),
    max_size=2,
    unique_by=lambda one: one.day,
)
persons = st.builds(
    lambda own, history, away, skills: Person(
        "p", tuple({one.id: one for one in own}.values()), skills, False, history, (), tuple(away)
    ),
    st.lists(rules, max_size=5),
    histories,
    absences,
    st.sampled_from([frozenset[str](), frozenset({"ems"})]),
)
groups = st.lists(persons, min_size=PEOPLE, max_size=PEOPLE)
seeds = st.integers(0, 2**32 - 1)


def problem_of(people: list[Person]) -> Problem:
    """Return nine days of early, late and night, a skill in each night, two shares."""
    everybody = tuple(range(len(people)))
    kinds, weekend = frozenset({2}), frozenset({5, 6})
    return Problem(
        first_day=date(2026, 6, 1),
        days=DAYS,
        kinds=(Kind("E"), Kind("L"), Kind("N", night=True)),
        duties=(Duty(0), Duty(1), Duty(2)),
        people=tuple(replace(one, code=str(at)) for at, one in enumerate(people)),
        times=tuple(
            tuple(((day * 24 + b) * 60, (day * 24 + b + 8) * 60) for b in (6, 14, 22))
            for day in range(DAYS)
        ),
        minutes=((450,) * 3,) * DAYS,
        demands=tuple(Demand(f"{d}", d, (2,), 1, 2, skill="ems") for d in range(DAYS)),
        wishes=(Wish(0, 2, 1, wanted=True), Wish(1, 4, None, wanted=False)),
        fairness=(
            Fairness("nights", everybody, (100, 100, 75, 50, 100), kinds=kinds, tolerance=1000),
            Fairness("weekends", everybody, (100, 90, 75, 50, 100), days=weekend, tolerance=1000),
        ),
        needs_history=False,
    )


def rows_of(problem: Problem, seed: int) -> Roster:
    """Return rows drawn at random, less the days that break a rule by too much."""
    draw, found = np.random.default_rng(seed), []
    for person in range(len(problem.people)):
        row = tuple(int(duty) for duty in draw.integers(FREE, 3, DAYS))
        for day in draw.permutation(DAYS):
            if hard_costs(problem, person, row)[0]:
                row = (*row[:day], FREE, *row[day + 1 :])
        found.append(row)
    return tuple(found)


@settings(max_examples=150, deadline=None)
@given(groups, seeds)
def test_the_sieve_holds_back_nothing_that_is_lawful(people: list[Person], seed: int) -> None:
    problem = problem_of(people)
    roster = rows_of(problem, seed)
    rows = np.array(roster, np.int64)
    sieve = Sieve(problem, range(PEOPLE))
    for first in range(DAYS):
        for last in range(first + 1, DAYS + 1):
            stretches = rows[:, first:last]
            passed = sieve.lets_through(rows, first, last, stretches)
            for at in range(PEOPLE):
                if hard_costs(problem, at, roster[at]) != (0, 0):
                    continue  # what is unlawful already is judged by the evaluator alone
                for other in range(PEOPLE):
                    row = (*roster[at][:first], *roster[other][first:last], *roster[at][last:])
                    if hard_costs(problem, at, row) == (0, 0):
                        assert passed[at, other], (at, other, first, last)


@settings(max_examples=60, deadline=None)
@given(groups, seeds, st.booleans())
def test_levelling_keeps_cover_law_and_shares(
    people: list[Person], seed: int, published: bool
) -> None:
    problem = problem_of(people)
    before = rows_of(problem, seed)
    fixed = next((n for n, duty in enumerate(before[0]) if duty != FREE), None)
    if fixed is not None:
        held = replace(problem.people[0], fixed=(Fixed(fixed, before[0][fixed]),))
        problem = replace(problem, people=(held, *problem.people[1:]))
    if published:
        problem = replace(problem, published=before)
    after = list(levelling(problem, before))[-1]
    for day in range(DAYS):
        assert Counter(row[day] for row in after) == Counter(row[day] for row in before)
    for person in range(PEOPLE):
        old, new = (hard_costs(problem, person, one[person]) for one in (before, after))
        assert new[0] <= old[0]
        assert new[1] <= old[1]
    assert _lacking(problem, after) <= _lacking(problem, before)
    broken = [
        sum(sum(hard_costs(problem, n, row)) for n, row in enumerate(one))
        for one in (before, after)
    ]
    if broken[1] < broken[0]:
        return  # the law comes before even shares
    for share in problem.fairness:
        then, now = (np.ptp(burdens(problem, share, one)) for one in (before, after))
        assert now <= max(then, 1) + 1e-5


def _lacking(problem: Problem, roster: Roster) -> int:
    return sum(one.cost for one in demanded(problem, problem.demands, roster))

"""Levelling: chains where no direct exchange is lawful, wishes, and a published plan left alone."""

from dataclasses import replace
from datetime import date

from streife.roster.dealing.levelling import levelling
from streife.roster.solver.evaluate import burdens, evaluate
from streife.roster.solver.problem import (
    Barred,
    Duty,
    Fairness,
    Fixed,
    Kind,
    KindRun,
    Person,
    Problem,
    Roster,
    Wish,
)

D, N = 0, 1
NIGHTS = frozenset({N})


def problem(*people: Person, days: int, **more: object) -> Problem:
    """Return days with a day shift and a night shift; nights are shared evenly."""
    given = Problem(
        first_day=date(2026, 11, 2),
        days=days,
        kinds=(Kind("d"), Kind("n", night=True)),
        duties=(Duty(0), Duty(1)),
        people=people,
        times=tuple(
            ((n * 1440 + 360, n * 1440 + 840), (n * 1440 + 1320, n * 1440 + 1800))
            for n in range(days)
        ),
        minutes=((450, 450),) * days,
        fairness=(
            Fairness(
                id="fair/nights",
                people=tuple(range(len(people))),
                shares=(100,) * len(people),
                kinds=NIGHTS,
                tolerance=1000,
            ),
        ),
        needs_history=False,
    )
    return replace(given, **more)  # type: ignore[arg-type]


def last_of(given: Problem, roster: Roster) -> Roster:
    """Return what levelling ends with."""
    return list(levelling(given, roster))[-1]


def spread(given: Problem, roster: Roster) -> float:
    """Return the spread of the nights."""
    found = burdens(given, given.fairness[0], roster)
    return max(found) - min(found)


def test_a_night_goes_over_somebody_between_where_no_direct_exchange_is_lawful() -> None:
    held = Person("a", fixed=(Fixed(0, N),))  # can give the night of day 1 only
    between = Person("b")
    barred = Person("c", rules=(Barred(id="no", days=frozenset({1}), kinds=NIGHTS),))
    given = problem(held, between, barred, days=2)
    start = ((N, N), (N, D), (D, D))
    assert spread(given, start) == 2
    found = last_of(given, start)
    assert found == ((N, D), (D, N), (N, D))
    assert evaluate(given, found).costs[:3] == (0, 0, 0)


def test_nights_between_two_who_may_exchange_directly_are_levelled() -> None:
    given = problem(Person("a"), Person("b"), days=4)
    found = last_of(given, ((N, N, N, N), (D, D, D, D)))
    assert spread(given, found) == 0


def test_days_that_break_a_rule_go_to_somebody_who_may_have_them() -> None:
    """Too many nights in a row for one: a free day comes from somebody else, cover stays."""
    tired = Person("a", rules=(KindRun(id="run", kind=N, maximum=2),))
    given = problem(tired, Person("b"), days=4)
    given = replace(given, fairness=(replace(given.fairness[0], tolerance=4000),))
    start = ((N, N, N, N), (D, D, D, D))
    assert evaluate(given, start).costs[0] > 0
    found = last_of(given, start)
    assert evaluate(given, found).costs[0] == 0
    assert all({one, two} == {D, N} for one, two in zip(*found, strict=True))


def test_nothing_moves_where_nothing_is_lawful() -> None:
    barred = Person("b", rules=(Barred(id="no", kinds=NIGHTS),))
    given = problem(Person("a"), barred, days=3)
    start = ((N, N, N), (D, D, D))
    assert last_of(given, start) == start


def test_wishes_are_met_by_an_exchange_that_leaves_everything_even() -> None:
    wishes = (Wish(0, 1, D, wanted=True), Wish(1, 1, None, wanted=False))
    given = problem(Person("a"), Person("b"), Person("c"), days=3, wishes=wishes)
    start = ((D, N, D), (D, D, N), (N, -1, D))
    found = last_of(given, start)
    assert not any(evaluate(given, found).costs)
    assert (found[0][1], found[1][1], found[2][1]) == (D, -1, N)


def test_a_published_plan_that_is_even_is_left_alone() -> None:
    start = ((N, D, N), (D, N, D), (D, D, D))
    given = problem(Person("a"), Person("b"), Person("c"), days=3, published=start)
    given = replace(given, fairness=(replace(given.fairness[0], tolerance=2000),))
    assert last_of(given, start) == start


def test_who_learns_is_outside_and_without_shares_nothing_is_dealt() -> None:
    given = problem(Person("a"), Person("b", trainee=True), days=2)
    start = ((N, N), (D, D))
    assert last_of(given, start) == start
    assert last_of(replace(given, fairness=()), start) == start

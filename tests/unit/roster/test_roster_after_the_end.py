"""What adds up days counts the duties that stand behind a plan: weeks, fortnights, Sundays."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.conf import settings

from streife.roster.reading import read_laws
from streife.roster.rules.basis import Basis
from streife.roster.rules.building import build
from streife.roster.rules.clock import span_on, work_minutes
from streife.roster.rules.shifts_allowed import with_own_breaks
from streife.roster.rules.terms import Done, KindTimes, Law, Member, Off
from streife.roster.solver.evaluate import evaluate
from streife.roster.solver.problem import FREE

LAWS: tuple[Law, ...] = tuple(one.law for one in read_laws(settings.ROOT / "data" / "roster"))
KINDS = (
    KindTimes(11, "frueh", "F", "Früh", time(6), time(14), 30),
    KindTimes(12, "spaet", "S", "Spät", time(14), time(22), 30),
    KindTimes(13, "nacht", "N", "Nacht", time(22), time(6), 30),
)
F, S, N = 0, 1, 2
FIRST = date(2026, 11, 2)  # a Monday
YOUNG = Member(1, "tarif", 100, 2340, apprentice=True, born=date(2009, 6, 1))
GROWN = Member(1, "tarif", 100, 2340)
LEADS = Member(2, "tarif", 100, 2340)


def on(number: int) -> date:
    """Return a day of the plan, or behind it."""
    return FIRST + timedelta(days=number)


def later(duties: dict[int, int]) -> tuple[Done, ...]:
    found = []
    for number, duty in sorted(duties.items()):
        start, end = span_on(KINDS[duty], on(number))
        minutes = work_minutes(KINDS[duty], on(number))
        found.append(Done(on(number), start, end, minutes, KINDS[duty].pk))
    return tuple(found)


def broken(one: Member, days: int, row: dict[int, int]) -> set[str]:
    """Return what somebody breaks beside somebody who leads them, in a plan of so many days."""
    members = tuple(with_own_breaks(member, LAWS) for member in (one, LEADS))
    problem = build(Basis(FIRST, on(days - 1), KINDS, LAWS, members, ())).problem
    duties = tuple(row.get(day, FREE) for day in range(days))
    found = evaluate(problem, (duties, duties)).broken
    return {one.rule.split("/")[0] for one in found if one.person == 0} - {"L4"}


@pytest.mark.parametrize(
    ("behind", "row", "codes"),
    [
        ({10: F, 11: F}, {7: F, 8: F, 9: F}, set()),
        ({10: F, 11: F, 12: F}, {7: F, 8: F, 9: F}, {"J1W", "J2"}),
        ({10: F, 11: F, 12: F}, {7: F, 9: F}, set()),
        ({14: F, 15: F, 16: F}, {7: F, 8: F, 9: F}, set()),  # that is the next week
    ],
)
def test_the_week_of_a_minor_goes_on_behind_the_plan(
    behind: dict[int, int], row: dict[int, int], codes: set[str]
) -> None:
    """§ 15 JArbSchG: the plan ends on a Wednesday, the rest of the week is published."""
    assert broken(replace(YOUNG, later=later(behind)), 10, row) == codes


def test_hours_behind_the_plan_count_in_the_week_of_a_minor() -> None:
    """§ 8 Abs. 1, § 9 Abs. 2 JArbSchG: two days of a course and three duties: 41 of 40 hours."""
    course = tuple(Off(on(day), "training", 600, worked=True) for day in (10, 11))
    row = {7: F, 8: F, 9: F}
    assert broken(replace(YOUNG, offs=course), 10, row) == {"J1W"}
    assert broken(replace(YOUNG, offs=course[:1], later=later({11: F})), 10, row) == set()


def test_too_much_behind_the_plan_leaves_it_free_and_not_impossible() -> None:
    """That six days stand there already is told of that plan, not of this one."""
    six = replace(YOUNG, later=later(dict.fromkeys(range(8, 14), F)))
    assert broken(six, 8, {}) == set()
    assert broken(six, 8, {7: F}) >= {"J1W", "J2"}


@pytest.mark.parametrize(
    ("days", "row", "behind", "codes"),
    [
        (13, range(6, 12), dict.fromkeys(range(13, 20), F), {"T9"}),
        (13, range(6, 12), dict.fromkeys(range(13, 19), F), set()),
        (12, range(6, 11), {12: N, **dict.fromkeys(range(14, 20), S)}, {"T9"}),  # into the Sunday
        (12, range(6, 11), {12: S, **dict.fromkeys(range(14, 20), S)}, set()),
    ],
)
def test_a_fortnight_over_the_end_of_the_plan_has_its_free_days(
    days: int, row: range, behind: dict[int, int], codes: set[str]
) -> None:
    """§ 11 Abs. 3 ArbZG: from the Sunday within the plan on twelve of fourteen days at most."""
    given = replace(GROWN, later=later(behind))
    assert broken(given, days, dict.fromkeys(row, F)) == codes


def test_sundays_published_behind_the_plan_count_in_the_year() -> None:
    """§ 11 Abs. 1 ArbZG: 37 of the 52 Sundays of 2026 may be worked."""
    before = later({6 - 7 * n: F for n in range(1, 35)})
    three, two = later({20: F, 27: F, 34: F}), later({20: F, 27: F})
    assert broken(replace(GROWN, history=before[::-1], later=three), 14, {6: F}) == {"T8"}
    assert broken(replace(GROWN, history=before[::-1], later=two), 14, {6: F}) == set()

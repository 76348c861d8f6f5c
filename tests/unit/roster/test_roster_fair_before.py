"""Nights and weekends of the weeks before a plan count in what is fair now."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from streife.roster.dealing.levelling import levelling
from streife.roster.rules.basis import Basis
from streife.roster.rules.building import build
from streife.roster.rules.terms import Done, KindTimes, Member, Off
from streife.roster.solver.evaluate import burdens
from streife.roster.solver.problem import FREE, Fairness, Roster

HERE = ZoneInfo("Europe/Berlin")
EARLY = KindTimes(11, "frueh", "F", "Früh", time(6), time(14), 30)
NIGHT = KindTimes(13, "nacht", "N", "Nacht", time(22), time(6), 30)
FIRST = date(2026, 12, 7)  # a Monday
TUESDAY = date(2026, 11, 10)
NIGHTS = "fair/nights"


def past(nights: int, earlies: int = 10, first: date = TUESDAY) -> tuple[Done, ...]:
    """Return so many nights and early duties, one a day (whether lawful or not)."""
    kinds = [NIGHT.pk] * nights + [EARLY.pk] * earlies
    starts = [datetime.combine(first + timedelta(n), time(6), HERE) for n in range(len(kinds))]
    return tuple(
        Done(start.date(), start, start + timedelta(hours=8), 450, kind)
        for start, kind in zip(starts, kinds, strict=True)
    )


def person(pk: int, history: tuple[Done, ...] | None, **more: object) -> Member:
    return replace(Member(pk, "tarif", 100, 2340, history=history), **more)  # type: ignore[arg-type]


def plan_of(*members: Member) -> Basis:
    return Basis(
        first_day=FIRST,
        last_day=FIRST + timedelta(days=13),
        kinds=(EARLY, NIGHT),
        laws=(),
        members=members,
        needs=(),
    )


def share_of(basis: Basis, name: str) -> Fairness:
    return next(one for one in build(basis).problem.fairness if one.id == name)


def test_ten_nights_in_november_are_made_up_for_by_three_in_december() -> None:
    """The average is four: six more than the own share, of which one plan makes up for three."""
    given = plan_of(person(1, past(10)), person(2, past(2)), person(3, past(0)))
    assert share_of(given, NIGHTS).carried == (3 + 3, 3 - 2, 3 - 3)


def test_less_than_a_whole_duty_apart_is_nothing() -> None:
    given = plan_of(person(1, past(4)), person(2, past(4)), person(3, past(3)))
    assert share_of(given, NIGHTS).carried == ()


def test_half_the_contract_is_half_the_nights_before_as_well() -> None:
    half = person(2, past(3), share=50, weekly_minutes=1170)
    assert share_of(plan_of(person(1, past(6)), half), NIGHTS).carried == ()


def test_nobody_makes_up_for_leave_illness_or_the_time_before_entry() -> None:
    """Four of eight weeks there, half the nights: the own share."""
    away = tuple(Off(FIRST - timedelta(n), "sick") for n in range(29, 57))
    given = plan_of(person(1, past(6)), person(2, past(3), offs=away))
    assert share_of(given, NIGHTS).carried == ()


def test_of_whom_nothing_is_known_owes_nothing() -> None:
    given = plan_of(person(1, past(6)), person(2, past(2)), person(3, None), person(4, ()))
    assert share_of(given, NIGHTS).carried == (2 + 2, 0, 2, 2)


def test_what_lies_longer_back_than_eight_weeks_no_longer_counts() -> None:
    long_ago = past(10, earlies=0, first=FIRST - timedelta(weeks=9))[:7]
    given = plan_of(person(1, past(2) + long_ago), person(2, past(2)))
    assert share_of(given, NIGHTS).carried == ()


def test_weekends_count_by_the_day_they_begin_on() -> None:
    """Ten days from a Tuesday hold one weekend; from a Saturday two."""
    more = past(0, first=date(2026, 11, 7))
    given = plan_of(person(1, more), person(2, past(0)), person(3, past(0)), person(4, past(0)))
    assert share_of(given, "fair/weekends").carried == (1, 0, 0, 0)


def test_december_evens_out_what_november_left() -> None:
    """Two people and eight nights: whoever had four more before has fewer now."""
    given = plan_of(person(1, past(6)), person(2, past(2)))
    built = build(given)
    row = tuple(1 if n in (0, 1, 4, 5) else FREE for n in range(14))
    other = tuple(1 if n in (2, 3, 6, 7) else FREE for n in range(14))
    start: Roster = (row, other)
    best = list(levelling(built.problem, start))[-1]
    nights = [sum(duty == 1 for duty in one) for one in best]
    assert sum(nights) == 8
    assert nights[0] < nights[1]
    found = burdens(built.problem, share_of(given, NIGHTS), best)
    assert max(found) - min(found) <= 1

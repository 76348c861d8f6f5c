"""What is needed by the clock: which shifts cover which piece of it, and who counts."""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.kernel.errors import Refused
from streife.roster.rules.basis import Basis, Released
from streife.roster.rules.building import build
from streife.roster.rules.covering import TOGETHER, Clock, ClockCover, clock_covers
from streife.roster.rules.hours import (
    areas_name,
    asked_in,
    check_hours,
    clock_of,
    least_of,
    need_name,
    pieces,
    together,
)
from streife.roster.rules.terms import HourNeed, KindTimes, Law, Member, Need
from streife.roster.solver.evaluate import evaluate
from streife.roster.solver.problem import FREE

F, S, N, Z = range(4)
FRIDAY = date(2026, 12, 4)
KINDS = (
    KindTimes(11, "frueh", "F", "Früh", time(6), time(14), 30),
    KindTimes(12, "spaet", "S", "Spät", time(14), time(22), 30),
    KindTimes(13, "nacht", "N", "Nacht", time(22), time(6), 30),
    KindTimes(14, "zwischen", "Z", "Zwischen", time(18), time(2), 30),
)
BEFORE, AFTER = FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (time(20), time(2), [(FRIDAY, (S, Z)), (FRIDAY, (N, Z))]),
        (time(8), time(12), [(FRIDAY, (F,))]),
        (time(12), time(16), [(FRIDAY, (F,)), (FRIDAY, (S,))]),
        (time(4), time(7), [(BEFORE, (N,)), (FRIDAY, (F,))]),  # the night began on Thursday
        (time(23), time(7), [(FRIDAY, (N, Z)), (FRIDAY, (N,)), (AFTER, (F,))]),
    ],
)
def test_a_stretch_is_cut_where_shifts_change(
    begins: time, ends: time, expected: list[tuple[date, tuple[int, ...]]]
) -> None:
    found = pieces(HourNeed(FRIDAY, begins, ends, 2), KINDS)
    assert [(one.day, one.kinds) for one in found] == expected


def test_a_time_without_a_shift_has_nobody_who_counts() -> None:
    found = pieces(HourNeed(FRIDAY, time(13), time(15), 2), (KINDS[F],))
    assert [(one.day, one.kinds) for one in found] == [(FRIDAY, (F,)), (FRIDAY, ())]


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_the_nights_when_the_clock_changes_are_covered_by_the_night_shift(day: date) -> None:
    found = pieces(HourNeed(day, time(23), time(6), 2), KINDS[:3])
    assert [(one.day, one.kinds) for one in found] == [(day, (N,))]


def basis(*needs: HourNeed, first: date = FRIDAY, days: int = 2, **more: object) -> Basis:
    members = tuple(Member(pk, "tarif", 100, 2340) for pk in (1, 2, 3))
    given = Basis(first, first + timedelta(days=days - 1), KINDS, (), members, (), hours=needs)
    return replace(given, **more)  # type: ignore[arg-type]


def missed(given: Basis, *rows: tuple[int, int]) -> list[tuple[str, int, int]]:
    """Return need, who is there and how many are asked for, of what is missed."""
    found = []
    for one in evaluate(build(given).problem, rows).broken:
        words = dict(one.words)
        found.append((one.rule.split(":")[0], int(words["is"]), int(words["minimum"])))
    return found


def test_one_long_shift_counts_all_the_time_and_two_short_ones_meet() -> None:
    need = HourNeed(FRIDAY, time(20), time(2), 2)
    name = "need/time-2000-0200"
    assert missed(basis(need), (Z, FREE), (Z, FREE), (FREE, FREE)) == []
    assert missed(basis(need), (Z, FREE), (S, FREE), (N, FREE)) == []
    assert missed(basis(need), (S, FREE), (S, FREE), (N, FREE)) == [(name, 1, 2)]


def test_of_several_needs_of_the_same_time_the_most_counts() -> None:
    few, many = (HourNeed(FRIDAY, time(8), time(12), n) for n in (1, 3))
    demands = build(basis(few, many)).problem.demands
    assert [one.minimum for one in demands] == [3]


def test_a_need_that_was_lifted_asks_for_nobody_on_that_day() -> None:
    need = HourNeed(FRIDAY, time(8), time(12), 3)
    lifted = basis(need, released=(Released("need/time-0800-1200", None, FRIDAY),))
    assert missed(lifted, (FREE, FREE), (FREE, FREE), (FREE, FREE)) == []


def test_the_night_before_the_first_day_belongs_to_the_plan_before() -> None:
    need = HourNeed(FRIDAY, time(0), time(8), 2)
    demands = build(basis(need)).problem.demands
    assert [(one.day, one.duties) for one in demands] == [(0, (F,))]
    before = build(basis(need, first=BEFORE - timedelta(days=1), days=2)).problem.demands
    # Midnight to two: who began at 18 or 22; until six only the night.
    assert [(one.day, one.duties) for one in before] == [(1, (N, Z)), (1, (N,))]


def covers(given: Basis, rows: tuple[tuple[int, ...], ...]) -> dict[date, list[ClockCover]]:
    """Return what the pages draw of a roster, by day."""
    counts: Counter[tuple[date, int, int | None]] = Counter(
        (given.days[n], KINDS[duty].pk, None)
        for row, member in zip(rows, given.members, strict=True)
        for n, duty in enumerate(row)
        if duty != FREE and not member.apprentice
    )
    days = (given.first_day, given.last_day)
    asked = list(asked_in(given.hours, given.kinds, days, given.released))
    least = least_of(given.needs, given.kinds, given.released)
    groups = together(asked, given.kinds, least)
    found = clock_covers(asked, groups, given.kinds, counts)
    return {day: [days[day] for days in found.values() if day in days] for day in given.days}


def test_the_fewest_of_all_pieces_are_drawn_against_what_is_needed() -> None:
    given = basis(HourNeed(FRIDAY, time(20), time(2), 2))
    assert covers(given, ((S, FREE), (S, FREE), (N, FREE)))[FRIDAY] == [
        ClockCover(Clock(time(20), time(2)), planned=1, least=2)
    ]
    assert covers(given, ((Z, FREE), (S, FREE), (N, FREE)))[FRIDAY][0].lacking == 0


def test_a_morning_is_drawn_on_the_days_on_which_its_shifts_begin() -> None:
    need = HourNeed(FRIDAY, time(4), time(7), 2)
    given = basis(need, first=BEFORE, days=2)
    found = covers(given, ((N, FREE), (N, FREE), (FREE, F)))
    assert [[(one.planned, one.least) for one in found[day]] for day in (BEFORE, FRIDAY)] == [
        [(2, 2)],
        [(1, 2)],
    ]


HOURS = st.builds(
    HourNeed,
    day=st.sampled_from([BEFORE, FRIDAY, AFTER]),
    begins=st.sampled_from([time(4), time(8), time(20), time(23)]),
    ends=st.sampled_from([time(2), time(7), time(12), time(21)]),
    count=st.integers(1, 3),
    area=st.sampled_from([None, 10, 20]),
)
NEEDS = st.builds(
    Need,
    day=st.sampled_from([FRIDAY, AFTER]),
    kind=st.sampled_from([one.pk for one in KINDS]),
    count=st.integers(0, 2),
    preferred=st.just(0),
    area=st.sampled_from([None, 10, 30]),
)
LIFTED = ("need/time-2000-0200", "need/time-2000-0200/areas", "need/spaet")
DUTY = st.sampled_from([FREE, F, S, N, Z])


@given(
    hours=st.lists(HOURS, max_size=5),
    needs=st.lists(NEEDS, max_size=3),
    rows=st.tuples(*[st.tuples(DUTY, DUTY)] * 3),
    lifted=st.sets(st.sampled_from(LIFTED)),
)
def test_the_picture_and_the_evaluator_never_disagree(
    hours: list[HourNeed],
    needs: list[Need],
    rows: tuple[tuple[int, ...], ...],
    lifted: set[str],
) -> None:
    law = Law("A2", "azubi", "never_second", "", "")
    released = tuple(Released(name, None, FRIDAY) for name in sorted(lifted))
    plan = basis(*hours, needs=tuple(needs), released=released, laws=(law,))
    learner = replace(plan.members[2], apprentice=True)
    plan = replace(plan, members=(*plan.members[:2], learner))
    said: Counter[tuple[str, date]] = Counter()
    for one in evaluate(build(plan).problem, rows).broken:
        if clock_of(one.rule) and one.kind == "demand":
            key, words = (one.rule.split(":")[0], plan.days[one.day or 0]), dict(one.words)
            said[key] = max(said[key], int(words["minimum"]) - int(words["is"]))
    drawn = {
        (_rule(one.clock), day): one.lacking
        for day, found in covers(plan, rows).items()
        for one in found
        if one.lacking and not one.clock.in_area  # areas are dealt after the solver
    }
    assert drawn == dict(said)


def _rule(clock: Clock) -> str:
    name = areas_name if clock.area == TOGETHER else need_name
    return name(clock.begins, clock.ends)


@pytest.mark.parametrize(
    ("asks", "needs", "heads"),
    [
        ([(10, 3), (20, 4)], [], 7),
        ([(10, 3), (None, 9)], [], 3),  # the city's nine are a demand of their own
        ([(10, 1)], [], 2),  # nobody goes alone
        ([(10, 3)], [(10, 2), (30, 4), (None, 1)], 8),  # three there, and what the shift sends on
        ([(10, 3)], [(10, 5), (30, 4)], 9),
    ],
)
def test_so_many_heads_are_needed_together(
    asks: list[tuple[int | None, int]], needs: list[tuple[int | None, int]], heads: int
) -> None:
    plan = basis(
        *(HourNeed(FRIDAY, time(8), time(12), count, area=area) for area, count in asks),
        needs=tuple(Need(FRIDAY, KINDS[F].pk, count, count, area=area) for area, count in needs),
    )
    rows = {one.id: one.minimum for one in build(plan).problem.demands}
    assert rows["need/time-0800-1200/areas:2026-12-04/0"] == heads
    assert rows.get("need/time-0800-1200:2026-12-04/0") == (9 if (None, 9) in asks else None)


def test_two_areas_at_different_times_of_one_shift_need_both_their_people() -> None:
    """Whoever is on that shift has one area all the time: the busiest hour of each counts."""
    early = HourNeed(FRIDAY, time(6), time(8), 3, area=10)
    later = HourNeed(FRIDAY, time(10), time(12), 2, area=20)
    demands = build(basis(early, later)).problem.demands
    assert [(one.id, one.minimum) for one in demands] == [
        ("need/time-0600-0800/areas:2026-12-04/0", 5)
    ]


def test_the_need_of_an_area_that_was_lifted_asks_nobody_and_the_others_go_on() -> None:
    one = HourNeed(FRIDAY, time(6), time(8), 3, area=10)
    two = HourNeed(FRIDAY, time(10), time(12), 2, area=20)
    lifted = (Released("need/time-0600-0800/areas", None, FRIDAY),)
    demands = build(basis(one, two, released=lifted)).problem.demands
    assert [(row.id, row.minimum) for row in demands] == [
        ("need/time-1000-1200/areas:2026-12-04/0", 2)
    ]


@pytest.mark.parametrize(
    ("weekday", "day", "ends", "code"),
    [
        (None, None, time(2), "hours-when"),
        (4, FRIDAY, time(2), "hours-when"),
        (4, None, time(20), "hours-empty"),
    ],
)
def test_a_time_that_says_nothing_is_refused(
    weekday: int | None, day: date | None, ends: time, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_hours(weekday, day, time(20), ends)
    assert refused.value.code == code

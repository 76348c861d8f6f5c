"""From laws, people and history to the problem: every rule lands on the right days."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.conf import settings

from streife.roster.reading import read_laws
from streife.roster.rules.areas import spread
from streife.roster.rules.basis import Basis, Released
from streife.roster.rules.building import build
from streife.roster.rules.clock import span_on, work_minutes
from streife.roster.rules.planning import month_of
from streife.roster.rules.replacing import replacements
from streife.roster.rules.shifts_allowed import with_own_breaks
from streife.roster.rules.terms import Done, KindTimes, Law, Member, Need, Off, WishFor
from streife.roster.rules.windows import target_minutes
from streife.roster.solver.evaluate import evaluate
from streife.roster.solver.problem import FREE, Barred, Count, Finding, Minutes, Roster, Weekends

LAWS: tuple[Law, ...] = tuple(one.law for one in read_laws(settings.ROOT / "data" / "roster"))
KINDS = (
    KindTimes(11, "frueh", "F", "Früh", time(6), time(14), 30),
    KindTimes(12, "spaet", "S", "Spät", time(14), time(22), 30),
    KindTimes(13, "nacht", "N", "Nacht", time(22), time(6), 30),
)
F, S, N = 0, 1, 2
FIRST = date(2026, 11, 2)  # a Monday


def member(pk: int = 1, **more: object) -> Member:
    return replace(Member(pk, "tarif", 100, 2340), **more)  # type: ignore[arg-type]


def basis(*members: Member, days: int = 14, first: date = FIRST, **more: object) -> Basis:
    return Basis(
        first_day=first,
        last_day=first + timedelta(days=days - 1),
        kinds=KINDS,
        laws=LAWS,
        members=members or (member(),),
        needs=(),
        **more,  # type: ignore[arg-type]
    )


def done(day: date, kind: KindTimes) -> Done:
    start, end = span_on(kind, day)
    return Done(day, start, end, work_minutes(kind, day), kind.pk)


def broken(given: Basis, *rows: dict[int, int]) -> set[str]:
    """Return the codes of the hard rules that a roster breaks; rows are day → duty."""
    built = build(given)
    roster: Roster = tuple(
        tuple(row.get(day, FREE) for day in range(built.problem.days)) for row in rows
    )
    found: tuple[Finding, ...] = evaluate(built.problem, roster).broken
    # Of a month that is not full (L4), and of rows that are looked at one by one (L6).
    return {one.rule.split("/")[0] for one in found} - {"L4", "L6"}


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ({0: F, 1: F}, set()),
        ({0: S, 1: F}, {"T6"}),  # eight hours between late and early: § 5 ArbZG asks for eleven
        ({0: N, 1: S}, {"T6"}),
        ({0: N, 2: F}, {"T10"}),  # a single free day within 24 hours: § 11 Abs. 4 ArbZG
        ({0: N, 2: N}, set()),
        (dict.fromkeys(range(6), F), set()),
        (dict.fromkeys(range(7), F), {"L1"}),
        (dict.fromkeys(range(4), N), set()),
        (dict.fromkeys(range(5), N), {"L2"}),
        (dict.fromkeys(range(13), F), {"L1", "T9"}),  # no day for the Sunday: § 11 Abs. 3 ArbZG
    ],
)
def test_what_a_row_of_days_breaks(row: dict[int, int], codes: set[str]) -> None:
    assert broken(basis(), row) == codes


def test_history_counts_before_the_first_day() -> None:
    late = member(history=(done(FIRST - timedelta(days=1), KINDS[S]),))
    assert broken(basis(late), {0: F}) == {"T6"}
    five = tuple(done(FIRST - timedelta(days=n), KINDS[F]) for n in range(5, 0, -1))
    assert broken(basis(member(history=five)), {0: F}) == set()
    assert broken(basis(member(history=five)), {0: F, 1: F}) == {"L1"}


def test_a_plan_may_begin_in_the_middle_of_a_week() -> None:
    """The week of a minor begun before counts in full: five days, 40 hours (§§ 8, 15 JArbSchG)."""
    thursday = FIRST + timedelta(days=3)
    before = tuple(done(FIRST + timedelta(days=n), KINDS[F]) for n in range(3))
    young = member(apprentice=True, born=date(2009, 6, 1), history=before)
    officer = member(2)
    here = basis(young, officer, first=thursday, days=11)
    assert broken(here, {0: F, 1: F}, {0: F, 1: F}) == set()
    six = (done(FIRST - timedelta(days=1), KINDS[F]), *before, done(thursday, KINDS[F]))
    built = build(basis(replace(young, history=six), first=thursday, days=11))
    weeks = [one for one in built.problem.people[0].rules if isinstance(one, Count)]
    assert (weeks[0].carried, weeks[0].maximum, len(weeks[0].days or ())) == (3, 5, 4)


def test_school_before_the_plan_counts_in_the_week_of_a_minor() -> None:
    """§ 9 Abs. 2, §§ 8, 15 JArbSchG: two school days, then a plan from Wednesday on."""
    wednesday = FIRST + timedelta(days=2)
    school = tuple(Off(FIRST + timedelta(days=n), "school", 468, worked=True) for n in range(2))
    leave = Off(FIRST - timedelta(days=1), "leave", 334)
    young = member(apprentice=True, born=date(2009, 6, 1), offs=(leave, *school))
    here = basis(young, member(2), first=wednesday, days=12)
    rules = {one.id: one for one in build(here).problem.people[0].rules}
    hours, days = rules["J1W/0"], rules["J2/0"]
    assert isinstance(hours, Minutes)
    assert hours.carried == 2 * 468
    assert isinstance(days, Count)
    assert days.carried == 2
    three = dict.fromkeys(range(3), F)
    assert broken(here, three, three) == set()  # 15:36 + 3 * 7:30 hours on five days
    both = replace(young, history=(done(FIRST, KINDS[F]),))
    rules = {one.id: one for one in build(basis(both, first=wednesday)).problem.people[0].rules}
    days = rules["J2/0"]
    assert isinstance(days, Count)
    assert days.carried == 2  # one day, whatever was on it


def test_school_in_the_weeks_before_counts_in_the_average() -> None:
    """§ 15 Abs. 2 BBiG: what an apprentice of age learned at school was working time."""
    school = tuple(
        Off(FIRST - timedelta(days=n), "school", 468, worked=True) for n in (3, 4, 10, 11)
    )
    grown = member(apprentice=True, offs=school, history=_worked(FIRST - timedelta(21), FIRST))
    rules = build(basis(grown)).problem.people[0].rules
    window = next(one for one in rules if isinstance(one, Minutes) and one.id.startswith("T3"))
    duties = sum(one.minutes for one in grown.history or () if one.day < FIRST)
    assert window.carried == duties + 4 * 468


def test_the_night_to_summer_time_is_an_hour_shorter_for_rest_and_for_work() -> None:
    spring = basis(first=date(2026, 3, 28), days=4)  # Saturday; the clock is changed at two
    built = build(spring)
    begins, ends = built.problem.times[0][N]
    assert ends - begins == 7 * 60
    assert built.problem.minutes[0][N] == 7 * 60 - 30
    autumn = build(basis(first=date(2026, 10, 24), days=4))
    begins, ends = autumn.problem.times[0][N]
    assert ends - begins == 9 * 60
    # From 19 o'clock on Saturday to 6 on Sunday: 11 hours, 10 in spring and 12 in autumn.
    middle = KindTimes(14, "mittel", "M", "Mittel", time(11), time(19), 30)
    for first, codes in (
        (date(2026, 3, 28), {"T6"}),
        (date(2026, 10, 24), set()),
        (date(2026, 11, 21), set()),
    ):
        given = replace(basis(first=first, days=4), kinds=(*KINDS, middle))
        assert broken(given, {0: len(KINDS), 1: F}) == codes


def test_february_of_a_leap_year_has_its_29th() -> None:
    first, last = month_of(date(2028, 2, 5))
    built = build(basis(first=first, days=(last - first).days + 1))
    assert built.problem.days == 29
    assert last == date(2028, 2, 29)


def test_forty_eight_hours_a_week_on_average_of_four_weeks() -> None:
    """§ 6 Abs. 2 ArbZG: what was worked in the three weeks before is carried."""
    before = tuple(
        Done(
            FIRST - timedelta(days=n),
            datetime(2026, 10, 1, tzinfo=UTC),
            datetime(2026, 10, 1, 9, tzinfo=UTC),
            590,
        )
        for n in range(1, 21)
        if n % 7
    )
    rules = build(basis(member(history=before))).problem.people[0].rules
    windows = [one for one in rules if isinstance(one, Minutes) and one.id.startswith("T3")]
    assert windows
    assert windows[0].maximum == 4 * 48 * 60
    assert windows[0].carried == sum(one.minutes for one in before)


def _worked(first: date, last: date, *free: date) -> tuple[Done, ...]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return tuple(done(day, KINDS[F]) for day in days if day not in free)


@pytest.mark.parametrize(
    ("free_before", "worked", "breaks"),
    [
        # The fortnight from Sunday 25 October on ends with 7 November; both Sundays are worked.
        ((), 5, True),  # Monday to Friday: one free day for two Sundays
        ((), 4, False),  # Friday and Saturday are free
        ((date(2026, 10, 27),), 6, True),
        ((date(2026, 10, 27),), 5, False),  # the one in October was for the first, Saturday is next
    ],
)
def test_a_sunday_worked_in_the_last_month_is_made_up_for_within_two_weeks(
    free_before: tuple[date, ...], worked: int, breaks: bool
) -> None:
    history = _worked(date(2026, 10, 25), date(2026, 11, 1), *free_before)
    found = broken(basis(member(history=history), days=7), dict.fromkeys(range(worked), F))
    assert ("T9" in found) is breaks


def test_a_holiday_worked_in_the_last_month_is_made_up_for_within_eight_weeks() -> None:
    """Saturday 3 October is worked, and so is every day but the Sundays until 27 November."""
    holiday = date(2026, 10, 3)
    holidays = {holiday: "Tag der Deutschen Einheit"}
    sundays = [holiday + timedelta(days=1 + 7 * n) for n in range(8)]
    history = _worked(holiday, FIRST - timedelta(days=1), *sundays)
    six_a_week = {n: F for n in range(26) if n % 7 != 6}  # until 27 November, the last of the 56
    given = basis(member(history=history), days=28, holidays=holidays)
    assert "T9" in broken(given, six_a_week)
    made_up = {n: duty for n, duty in six_a_week.items() if n != 24}  # Thursday 26 November
    assert "T9" not in broken(given, made_up)
    late = {**six_a_week, 26: FREE}  # the day after the eight weeks comes too late
    assert "T9" in broken(given, late)
    not_a_holiday = basis(member(history=history), days=28)
    assert "T9" not in broken(not_a_holiday, six_a_week)


def test_fifteen_sundays_a_year_are_free() -> None:
    sundays = [date(2026, 1, 4) + timedelta(days=7 * n) for n in range(43)]
    history = tuple(done(day, KINDS[F]) for day in sundays if day < FIRST)
    rules = build(basis(member(history=history))).problem.people[0].rules
    year = next(one for one in rules if one.id == "T8/2026")
    assert isinstance(year, Count)
    assert (year.maximum, year.carried) == (52 - 15, len(history))


def test_a_free_weekend_a_month() -> None:
    rules = build(basis(days=28)).problem.people[0].rules
    assert next(one for one in rules if isinstance(one, Weekends)).maximum == 3


@pytest.mark.parametrize(
    ("night", "taken"),
    [(4, False), (5, True), (6, True)],
    ids=["Friday to Saturday", "Saturday to Sunday", "Sunday to Monday"],
)
def test_a_weekend_is_taken_by_the_duty_that_begins_on_it(night: int, taken: bool) -> None:
    """The agreement's own reading, said in its title; the hours after a night are T8 to T10."""
    others = {7 * week + 5: F for week in (1, 2, 3)}  # the other three Saturdays
    assert ("L3" in broken(basis(days=28), {night: N, **others})) is taken
    title = next(law.title for law in LAWS if law.code == "L3")
    assert "beginnt" in title


def test_an_apprentice_never_counts_as_second_officer() -> None:
    learner = member(2, apprentice=True)
    needs = (Need(FIRST, 11, 2, 2),)
    given = replace(basis(member(), learner), needs=needs)
    assert broken(given, {0: F}, {0: F}) == {"need"}
    assert broken(replace(given, members=(member(), member(2))), {0: F}, {0: F}) == set()
    alone = broken(replace(given, needs=()), {}, {0: F})
    assert alone & {"A2", "J11"}  # nobody there who guides


def test_a_minor_is_barred_from_nights_and_weekends() -> None:
    rules = build(basis(member(apprentice=True, born=date(2009, 6, 1)))).problem.people[0].rules
    barred = {(one.id, one.kinds) for one in rules if isinstance(one, Barred)}
    assert ("J3", frozenset({N})) in barred
    assert ("J4", frozenset({F})) in barred


def test_absences_wishes_and_released_rules_reach_the_problem() -> None:
    away = member(offs=(Off(FIRST, "leave", 334),))
    wish = WishFor(1, FIRST + timedelta(days=1), 11, wanted=True)
    given = basis(away, wishes=(wish,), released=(Released("L1", officer=1),))
    built = build(given)
    assert built.problem.people[0].absences[0].minutes == 334
    assert built.problem.wishes[0].kind == F
    assert "L1" not in {one.id for one in built.problem.people[0].rules}
    assert broken(given, {0: F}) >= {"absence"}


def test_a_need_that_was_lifted_is_no_longer_a_must() -> None:
    needs = (Need(FIRST, 11, 2, 2),)
    given = replace(basis(), needs=needs)
    assert broken(given, {}) == {"need"}
    lifted = replace(given, released=(Released("need/frueh", day=FIRST),))
    assert broken(lifted, {}) == set()


def test_a_duty_that_an_illness_took_counts_as_done() -> None:
    """Ill on a Saturday with a night: the share stays, night and weekend are carried."""
    saturday = FIRST + timedelta(days=5)
    ill = member(1, offs=(Off(saturday, "sick"), Off(saturday + timedelta(days=1), "sick")))
    given = basis(ill, member(2), missed={(1, saturday): KINDS[N].pk})
    nights, weekends = build(given).problem.fairness
    assert nights.shares == weekends.shares == (round(100 * 13 / 14), 100)
    assert nights.carried == weekends.carried == (1, 0)
    assert build(basis(ill, member(2))).problem.fairness[0].carried == ()


def test_shares_are_weighted_by_presence() -> None:
    half = member(2, share=50, weekly_minutes=1170)
    away = member(3, offs=tuple(Off(FIRST + timedelta(days=n), "leave", 300) for n in range(7)))
    fair = build(basis(member(), half, away)).problem.fairness
    nights = next(one for one in fair if one.id == "fair/nights")
    assert nights.shares == (100, 50, 50)


def test_what_a_month_owes_is_less_by_its_holidays() -> None:
    days = tuple(date(2026, 12, 1) + timedelta(days=n) for n in range(31))
    plain = target_minutes(member(), days, {})
    assert plain == round(2340 * 31 / 7)
    holidays = {date(2026, 12, 25): "1. Weihnachtstag", date(2026, 12, 26): "2. Weihnachtstag"}
    assert plain - target_minutes(member(), days, holidays) == 468  # the 26th is a Saturday


def test_nobody_goes_alone() -> None:
    areas = spread([1, 2, 3, 4, 5], [9], {10: 3, 20: 2, 30: 2})
    counts = [list(areas.values()).count(area) for area in set(areas.values())]
    assert set(areas) == {1, 2, 3, 4, 5, 9}
    assert min(counts) >= 2
    assert set(spread([1, 2, 3], [], {10: 2, 20: 2}).values()) == {10}


SHORT_LATE = (KINDS[0], KindTimes(12, "spaet", "S", "Spät", time(15), time(19), 0), KINDS[2])


def _barred_on(given: Basis, day: int) -> set[tuple[str, int]]:
    """Return which laws bar which kinds on a day."""
    return {
        (one.id, kind)
        for one in build(given).problem.people[0].rules
        if isinstance(one, Barred) and (one.days is None or day in one.days)
        for kind in one.kinds or ()
    }


@pytest.mark.parametrize(("minutes", "why"), [(180, "T1"), (90, "A1")])
def test_few_lessons_leave_the_day_open_and_count_as_working_time(minutes: int, why: str) -> None:
    """§ 9 Abs. 2 Nr. 3 JArbSchG, § 15 BBiG: lessons from ten on, then four hours of duty.

    The early shift meets the lessons, and with four of them the day has more than ten hours.
    """
    tuesday = FIRST + timedelta(days=1)
    lessons = Off(tuesday, "school", minutes, worked=True, begins=time(10))
    grown = member(apprentice=True, offs=(lessons,))
    given = replace(basis(grown, member(2)), kinds=SHORT_LATE)
    built = build(given)
    assert built.problem.people[0].absences == ()
    assert _barred_on(given, 1) == {(why, F), ("A3", N)}
    rules = {one.id: one for one in built.problem.people[0].rules}
    month = rules["L4"]
    assert isinstance(month, Minutes)
    assert month.carried == minutes


def test_a_day_of_few_lessons_is_one_of_the_five_days_of_a_minor() -> None:
    """§§ 8, 15 JArbSchG: eight hours a day with the lessons, five days a week."""
    lessons = Off(FIRST, "school", 180, worked=True, begins=time(10))
    young = member(apprentice=True, born=date(2009, 6, 1), offs=(lessons,))
    given = replace(basis(young, member(2)), kinds=SHORT_LATE)
    assert _barred_on(given, 0) == {("J1", F), ("J3", N)}  # 7:30 and 3:00: § 8 JArbSchG
    rules = {one.id: one for one in build(given).problem.people[0].rules}
    days, hours = rules["J2/0"], rules["J1W/0"]
    assert isinstance(days, Count)
    assert (days.carried, days.days) == (1, frozenset(range(1, 7)))
    assert isinstance(hours, Minutes)
    assert hours.carried == 180


def _long_days(first: date, last: date) -> tuple[Done, ...]:
    """Nine hours and fifty minutes from Monday to Saturday: 59 hours a week."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(replace(done(day, KINDS[F]), minutes=590) for day in days if day.weekday() != 6)


def _window(given: Basis, code: str) -> Minutes:
    rules = build(given).problem.people[0].rules
    return next(one for one in rules if isinstance(one, Minutes) and one.id.startswith(code))


@pytest.mark.parametrize(
    ("reason", "weeks"), [("leave", 18), ("sick", 18), ("parental", 18), ("time_off", 24)]
)
def test_leave_and_illness_compensate_for_no_overtime(reason: str, weeks: int) -> None:
    """Art. 16 lit. b Directive 2003/88/EC, § 3 ArbZG: six weeks of leave are no part of the 24.

    59 hours a week are too much, however long the leave after them. Time off for hours worked is
    the compensation that § 3 asks for.
    """
    back = FIRST - timedelta(weeks=6)
    offs = tuple(Off(back + timedelta(days=n), reason, 334) for n in range(42))
    worker = member(history=_long_days(FIRST - timedelta(weeks=24), back - timedelta(1)), offs=offs)
    here = basis(worker, days=7)
    codes = broken(here, {0: F})
    assert ("T2" in codes) is (weeks == 18)
    if weeks == 18:
        rule = _window(here, "T2")
        assert rule.maximum == weeks * 48 * 60


def test_leave_inside_the_plan_is_neutral_for_the_average() -> None:
    """Art. 16 lit. b Directive 2003/88/EC: neither worked hours nor free days that compensate."""
    week = tuple(Off(FIRST + timedelta(days=n), "leave", 334) for n in range(7))
    worker = member(history=_long_days(FIRST - timedelta(weeks=3), FIRST), offs=week)
    rule = _window(basis(worker, days=28), "T3")
    assert (rule.last, rule.maximum) == (6, 3 * 48 * 60)
    assert rule.carried + 7 * 334 == 3 * 6 * 590
    half = member(weekly_minutes=1170, offs=tuple(replace(one, minutes=167) for one in week))
    plan = {n: F for n in range(7, 26) if n % 7 < 6}  # six early shifts a week: 45 hours
    assert not {"T2", "T3"} & broken(basis(half, days=28), plan)


def test_the_average_counts_from_the_entry_on() -> None:
    """§ 3 ArbZG: who began two weeks ago has not rested for the other two."""
    since = FIRST - timedelta(weeks=2)
    offs = tuple(Off(since - timedelta(days=n), "not_in_service", 334) for n in range(1, 150))
    rule = _window(basis(member(history=_long_days(since, FIRST), offs=offs), days=14), "T3")
    assert rule.maximum == 3 * 48 * 60


def test_a_night_from_saturday_to_sunday_takes_the_sunday() -> None:
    """§ 9 Abs. 1, § 11 Abs. 1 ArbZG: 37 Sundays may be worked, whenever the duty began."""
    saturdays = [date(2026, 1, 3) + timedelta(days=7 * n) for n in range(43)]
    nights = tuple(done(day, KINDS[N]) for day in saturdays if day < FIRST)
    both = (*nights, *(done(one.day + timedelta(days=1), KINDS[N]) for one in nights))
    for history in (nights, both):  # a Sunday counts once
        rules = build(basis(member(history=history))).problem.people[0].rules
        year = next(one for one in rules if one.id == "T8/2026")
        assert isinstance(year, Count)
        assert (year.maximum, year.carried) == (52 - 15, len(nights))
    rest = nights[-36:]
    assert "T8" not in broken(basis(member(history=rest)), {5: N})
    assert "T8" in broken(basis(member(history=rest)), {5: N, 12: N})
    assert "T8" not in broken(basis(member(history=rest)), {5: N, 6: N})  # one Sunday
    assert "T8" not in broken(basis(member(history=rest)), {5: F, 12: F})


def test_the_last_night_before_the_plan_takes_its_first_day() -> None:
    """§ 9 Abs. 1 ArbZG: the plan begins on a Sunday, and the night of Saturday reaches into it."""
    sunday = FIRST - timedelta(days=1)
    saturdays = [sunday - timedelta(days=1 + 7 * n) for n in range(37)]
    nights = tuple(done(day, KINDS[N]) for day in reversed(saturdays))
    here = basis(member(history=nights), first=sunday)
    rule = next(one for one in build(here).problem.people[0].rules if one.id == "T8/2026")
    assert isinstance(rule, Count)
    assert (rule.carried, rule.days) == (37, frozenset({7}))
    assert "T8" in broken(here, {6: N})


@pytest.mark.parametrize(("begins", "breaks"), [(N, True), (F, False)])
def test_a_sunday_that_a_night_runs_into_is_made_up_for(begins: int, breaks: bool) -> None:
    """§ 11 Abs. 3 ArbZG: twelve days of a fortnight may be worked, its Sundays among them."""
    eleven = {n: F for n in range(12) if n != 6}  # and the Sunday before the plan: twelve
    row = {**eleven, 5: begins}
    history = (done(FIRST - timedelta(days=1), KINDS[F]),)
    assert ("T9" in broken(basis(member(history=history)), row)) is breaks


def test_a_night_into_a_holiday_takes_the_holiday() -> None:
    """§ 9 Abs. 1, § 11 Abs. 3 ArbZG: the night of 24 December reaches into the 25th."""
    first = date(2026, 12, 24)
    holidays = {date(2026, 12, 25): "1. Weihnachtstag"}
    given = basis(first=first, days=56, holidays=holidays)
    rule = next(
        one
        for one in build(given).problem.people[0].rules
        if isinstance(one, Count) and one.id == "T9/holiday1"
    )
    assert {(1, N), (3, N)} <= rule.touched  # and Sunday the 27th
    assert not {(1, S), (2, N), (4, N)} & rule.touched


@pytest.mark.parametrize(("first_duty", "breaks"), [(F, True), (S, True), (N, False)])
def test_a_single_free_day_before_the_plan_lies_in_35_hours(first_duty: int, breaks: bool) -> None:
    """§ 11 Abs. 4 ArbZG: a night until Sunday morning, Sunday free, then Monday's duty."""
    before = (done(FIRST - timedelta(days=2), KINDS[N]),)
    assert ("T10" in broken(basis(member(history=before)), {0: first_duty})) is breaks
    two_free = (done(FIRST - timedelta(days=3), KINDS[N]),)
    assert "T10" not in broken(basis(member(history=two_free)), {0: first_duty})


LAST = FIRST + timedelta(days=13)


@pytest.mark.parametrize(
    ("behind", "row", "code"),
    [
        ({1: F}, {13: N}, "T6"),  # § 5 Abs. 1 ArbZG: the night ends when the early shift begins
        ({1: F}, {13: S}, "T6"),
        ({1: F}, {13: F}, ""),
        ({2: F}, {13: N}, "T10"),  # § 11 Abs. 4 ArbZG: 24 hours around a single free day
        ({2: N}, {13: N}, ""),
        ({3: F}, {13: N}, ""),
        ({1: F, 2: F}, dict.fromkeys(range(9, 14), F), "L1"),  # seven days in a row
        ({1: F, 2: F}, dict.fromkeys(range(10, 14), F), ""),
        ({1: F, 3: F}, dict.fromkeys(range(9, 14), F), ""),
        ({1: N, 2: N}, dict.fromkeys(range(11, 14), N), "L2"),  # five nights in a row
        ({1: N, 2: N}, dict.fromkeys(range(12, 14), N), ""),
    ],
)
def test_the_rules_hold_over_the_end_of_the_plan(
    behind: dict[int, int], row: dict[int, int], code: str
) -> None:
    """§ 5 Abs. 1, § 11 Abs. 4 ArbZG: the month behind is published and stands."""
    later = tuple(done(LAST + timedelta(days=n), KINDS[kind]) for n, kind in behind.items())
    assert broken(basis(member(later=later)), row) == ({code} if code else set())
    assert broken(basis(member()), row) == set()


def test_three_are_proposed_of_all_who_may_step_in() -> None:
    """Of six colleagues one comes from the night and one is on duty: four are left, three named."""
    built = build(basis(*(member(pk) for pk in range(1, 8))))
    rows: list[list[int]] = [[FREE] * built.problem.days for _ in range(7)]
    rows[0][1] = F
    rows[1][0] = N
    rows[2][1] = F
    roster: Roster = tuple(tuple(row) for row in rows)
    found = replacements(built, roster, missing=0, day=1, duty=F)
    assert len(found) == 3
    every = replacements(built, roster, missing=0, day=1, duty=F, limit=7)
    assert {one.officer for one in every} == {4, 5, 6, 7}


def test_the_longer_break_of_a_minor_counts_in_the_plan_until_the_birthday() -> None:
    """§ 11 JArbSchG: eight hours are 7:00 of work for a minor, 7:30 for a grown-up."""
    turns = FIRST + timedelta(days=3)
    young = member(apprentice=True, born=turns.replace(year=turns.year - 18))
    young = replace(young, history=(done(FIRST - timedelta(days=3), KINDS[F]),))
    built = build(basis(young, member(2)))
    person = built.problem.people[0]
    minutes = built.problem.minutes_of(person)
    assert [minutes[day][F] for day in (0, 2, 3)] == [420, 420, 450]
    assert built.problem.minutes_of(built.problem.people[1])[0][F] == 450
    week = next(one for one in person.rules if one.id == "J1W/0")
    given = replace(built.problem, people=(replace(person, rules=(week,)), built.problem.people[1]))
    for days, broken_by in ((5, 0), (6, 0)):
        row = tuple(F if day < days else FREE for day in range(14))
        found = [
            one for one in evaluate(given, (row, (FREE,) * 14)).findings if one.rule == "J1W/0"
        ]
        worked = 3 * 420 + (days - 3) * 450
        assert [dict(one.words)["is"] for one in found] == [worked] * (worked > 2400), broken_by


def test_hours_before_the_plan_are_those_a_minor_worked() -> None:
    young = member(apprentice=True, born=date(2009, 6, 1))
    young = replace(young, history=(done(FIRST, KINDS[F]),))
    rested = with_own_breaks(young, LAWS)
    assert [one.minutes for one in rested.history or ()] == [420]
    assert with_own_breaks(rested, LAWS) == rested
    assert with_own_breaks(member(history=None), LAWS).history is None

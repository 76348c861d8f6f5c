"""Working time law, paragraph by paragraph: what may be worked when, by whom."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.conf import settings

from streife.roster.reading import read_laws
from streife.roster.rules.accounts import account_of
from streife.roster.rules.clock import (
    minutes_between,
    minutes_on,
    minutes_within,
    span_on,
    work_minutes,
)
from streife.roster.rules.shifts_allowed import break_needed, forbidding, lawful_break
from streife.roster.rules.terms import Done, KindTimes, Law, Member, age_on, is_minor, regimes_of

LAWS: tuple[Law, ...] = tuple(one.law for one in read_laws(settings.ROOT / "data" / "roster"))
EARLY = KindTimes(1, "frueh", "F", "Früh", time(6), time(14), 30)
LATE = KindTimes(2, "spaet", "S", "Spät", time(14), time(22), 30)
NIGHT = KindTimes(3, "nacht", "N", "Nacht", time(22), time(6), 30)
POLICE = KindTimes(4, "polizei", "P", "Polizei", time(16), time(0), 30, joint=True)
LONG = KindTimes(5, "lang", "L", "Lang", time(6), time(17), 45)
MONDAY = date(2026, 11, 23)
CHRISTMAS_EVE = date(2026, 12, 24)  # a Thursday
ADULT = Member(1, "tarif", 100, 2340)
OFFICIAL = Member(2, "beamte", 100, 2460)
LEARNER = Member(3, "tarif", 100, 2340, apprentice=True)
MINOR = Member(4, "tarif", 100, 2340, apprentice=True, born=date(2009, 6, 1))  # 17
YOUNG = Member(5, "tarif", 100, 2340, apprentice=True, born=date(2011, 1, 10))  # 15


@pytest.mark.parametrize(
    ("who", "kind", "day", "norm"),
    [
        (ADULT, EARLY, MONDAY, ""),
        (ADULT, NIGHT, MONDAY, ""),
        (ADULT, EARLY, date(2026, 12, 25), ""),  # § 10 Abs. 1 Nr. 2 ArbZG allows it
        (ADULT, LONG, MONDAY, "§ 3 ArbZG"),  # ten hours and a quarter
        (OFFICIAL, LONG, MONDAY, "§ 2 Abs. 5 AZVO"),
        (LEARNER, NIGHT, MONDAY, "Ausbildungsplan, örtliche Regel"),
        (MINOR, EARLY, MONDAY, ""),
        (MINOR, LATE, MONDAY, ""),  # over 16 until 23 o'clock in shift work
        (MINOR, POLICE, MONDAY, "§ 14 Abs. 1, 2 Nr. 2 JArbSchG"),
        (MINOR, NIGHT, MONDAY, "§ 14 Abs. 1, 2 Nr. 2 JArbSchG"),
        (YOUNG, EARLY, MONDAY, ""),
        (YOUNG, LATE, MONDAY, "§ 14 Abs. 1, 2 Nr. 2 JArbSchG"),  # under 16 until 20 o'clock
        (MINOR, LONG, MONDAY, "§ 8 Abs. 1 JArbSchG"),  # eight hours, and § 12 beside it
        (MINOR, EARLY, MONDAY + timedelta(days=5), "§§ 16, 17, 18 JArbSchG"),
        (MINOR, EARLY, MONDAY + timedelta(days=6), "§§ 16, 17, 18 JArbSchG"),
        (MINOR, LATE, CHRISTMAS_EVE, "§ 18 Abs. 1 JArbSchG"),
        (MINOR, EARLY, CHRISTMAS_EVE, ""),
        (MINOR, EARLY, date(2026, 12, 25), "§§ 16, 17, 18 JArbSchG"),
    ],
)
def test_who_may_do_which_shift_on_which_day(
    who: Member, kind: KindTimes, day: date, norm: str
) -> None:
    law = forbidding(who, kind, day, LAWS, {date(2026, 12, 25): "Weihnachten"})
    assert (law.norm if law else "") == norm


def test_school_leaves_no_duty_and_no_late_evening_before_it() -> None:
    pupil = Member(
        6, "tarif", 100, 2340, apprentice=True, born=date(2009, 6, 1),
        school_days=frozenset({MONDAY + timedelta(days=1)}),
    )  # fmt: skip
    late = forbidding(pupil, LATE, MONDAY, LAWS, {})
    assert late is not None
    assert late.norm == "§ 14 Abs. 4 JArbSchG"
    assert forbidding(pupil, EARLY, MONDAY, LAWS, {}) is None
    at_school = forbidding(pupil, EARLY, MONDAY + timedelta(days=1), LAWS, {})
    assert at_school is not None
    assert at_school.code in {"J9", "A1"}


@pytest.mark.parametrize(("who", "code"), [(MINOR, "J10"), (LEARNER, "A4"), (ADULT, "")])
def test_the_day_before_the_exam_is_free(who: Member, code: str) -> None:
    """§ 10 Abs. 1 Nr. 2 JArbSchG, § 15 Abs. 1 BBiG."""
    sits = replace(who, exam_eves=frozenset({MONDAY}))
    law = forbidding(sits, EARLY, MONDAY, LAWS, {})
    assert (law.code if law else "") == code
    assert forbidding(sits, EARLY, MONDAY + timedelta(days=1), LAWS, {}) is None


def test_a_joint_shift_with_the_police_needs_the_authority_to_caution() -> None:
    law = forbidding(ADULT, POLICE, MONDAY, LAWS, {})
    assert law is not None
    assert "§ 58 OWiG" in law.norm
    able = Member(7, "tarif", 100, 2340, skills=frozenset({"verwarnung"}))
    assert forbidding(able, POLICE, MONDAY, LAWS, {}) is None


@pytest.mark.parametrize(
    ("minutes", "pause"), [(360, 0), (361, 30), (450, 30), (540, 30), (541, 45), (600, 45)]
)
def test_breaks_of_grown_ups(minutes: int, pause: int) -> None:
    """§ 4 ArbZG."""
    assert break_needed([[360, 30], [540, 45]], minutes) == pause


@pytest.mark.parametrize(
    ("who", "kind", "pause"), [(ADULT, EARLY, 30), (MINOR, EARLY, 60), (ADULT, LONG, 45)]
)
def test_a_minor_rests_longer_in_the_same_shift(who: Member, kind: KindTimes, pause: int) -> None:
    """§ 11 JArbSchG: 60 minutes for more than six hours."""
    start, end = span_on(kind, MONDAY)
    span = minutes_between(start, end)
    assert lawful_break(span, kind.break_minutes, who, LAWS, MONDAY) == pause


@pytest.mark.parametrize(
    ("who", "begins", "ends", "pause", "code"),
    [
        (ADULT, 6, 15, 30, ""),  # nine hours and a half hour's break: 8:30 of work
        (ADULT, 6, 15, 0, "T5"),
        (ADULT, 6, 12, 0, ""),  # not more than six hours
        (ADULT, 6, 16, 30, "T5"),  # 9:30 of work need 45 minutes
        (ADULT, 6, 16, 45, ""),
        (OFFICIAL, 6, 15, 0, "B4"),
        (OFFICIAL, 6, 16, 30, "B4"),
        (MINOR, 6, 14, 30, ""),  # rests an hour in the same shift
        (MINOR, 6, 15, 30, ""),  # and so works eight hours of nine, no more than § 8 allows
        (MINOR, 6, 15, 0, ""),
        (MINOR, 6, 16, 30, "J1"),
    ],
)
def test_a_shift_whose_break_is_too_short_is_barred(
    who: Member, begins: int, ends: int, pause: int, code: str
) -> None:
    """§ 4 ArbZG, § 4 AZVO."""
    kind = KindTimes(8, "frueh", "K", "Kurze Pause", time(begins), time(ends), pause)
    law = forbidding(who, kind, MONDAY, LAWS, {})
    assert (law.code if law else "") == code


@pytest.mark.parametrize(("who", "worked"), [(ADULT, 450), (LEARNER, 450), (MINOR, 420)])
def test_an_account_counts_the_longer_break_of_a_minor(who: Member, worked: int) -> None:
    start, end = span_on(EARLY, MONDAY)
    done = Done(MONDAY, start, end, work_minutes(EARLY, MONDAY), EARLY.pk)
    account = account_of(who, (MONDAY,), [done], [], laws=LAWS, holidays={}, now=end)
    assert (account.planned, account.worked) == (worked, worked)


@pytest.mark.parametrize(
    ("day", "minutes"),
    [
        (date(2026, 3, 28), 7 * 60 - 30),  # the night to summer time has 23 hours
        (date(2026, 10, 24), 9 * 60 - 30),  # the night back has 25
        (date(2026, 11, 23), 8 * 60 - 30),
        (date(2028, 2, 28), 8 * 60 - 30),  # into 29 February
        (date(2028, 2, 29), 8 * 60 - 30),
        (date(2026, 12, 31), 8 * 60 - 30),
    ],
)
def test_a_night_is_as_long_as_it_really_is(day: date, minutes: int) -> None:
    assert work_minutes(NIGHT, day) == minutes


def test_night_sunday_and_holiday_minutes_are_those_of_the_clock() -> None:
    start, end = span_on(NIGHT, date(2026, 10, 24))  # Saturday into the Sunday of 25 hours
    assert minutes_within(start, end, time(23), time(6)) == 8 * 60
    assert minutes_on(start, end, [date(2026, 10, 25)]) == 7 * 60
    start, end = span_on(NIGHT, date(2026, 3, 28))
    assert minutes_within(start, end, time(23), time(6)) == 6 * 60
    late_start, late_end = span_on(LATE, MONDAY)
    assert minutes_within(late_start, late_end, time(20), time(6)) == 2 * 60


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 11, 23), date(2026, 11, 23), 18),
    ],
)
def test_somebody_born_on_29_february_is_a_year_older_on_1_march(
    born: date, day: date, age: int
) -> None:
    assert age_on(born, day) == age


def test_the_protection_of_the_young_ends_on_the_birthday() -> None:
    almost = Member(8, "tarif", 100, 2340, apprentice=True, born=date(2008, 11, 24))
    assert is_minor(almost, date(2026, 11, 23))
    assert regimes_of(almost, date(2026, 11, 23)) == ("jugend", "azubi", "local")
    assert regimes_of(almost, date(2026, 11, 24)) == ("tarif", "azubi", "local")


def test_every_rule_names_its_norm_and_what_is_not_read_is_marked() -> None:
    assert all(law.norm and law.title for law in LAWS)
    assert len({law.code for law in LAWS}) == len(LAWS)
    tvoed = [law for law in LAWS if "TVöD" in law.norm]
    assert tvoed
    assert {law.verified for law in tvoed} == {"M"}


def test_a_time_that_occurs_twice_means_the_first() -> None:
    start, _ = span_on(KindTimes(9, "x", "X", "x", time(2, 30), time(8), 0), date(2026, 10, 25))
    assert start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "sunday", "holiday"),
    [
        (date(2026, 10, 31), 6 * 60, 0),  # a Saturday: from midnight it is Sunday, 1 November
        (date(2026, 4, 30), 0, 6 * 60),  # into the First of May
        (date(2026, 11, 30), 0, 0),
    ],
)
def test_the_last_night_of_a_month_brings_its_sunday_and_holiday_hours(
    first: date, sunday: int, holiday: int
) -> None:
    start, end = span_on(NIGHT, first)
    done = Done(first, start, end, work_minutes(NIGHT, first), NIGHT.pk)
    holidays = {date(2026, 5, 1): "Tag der Arbeit"}
    account = account_of(ADULT, (first,), [done], [], laws=LAWS, holidays=holidays, now=end)
    assert (account.sunday, account.holiday) == (sunday, holiday)
    assert account.night == 8 * 60
    assert account.planned == account.worked == 7 * 60 + 30

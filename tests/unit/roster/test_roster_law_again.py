"""Law that a second look found missing: holidays, block weeks, a birthday, a week without rest."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from streife.roster import actions
from streife.roster.queries.accounts import account_for
from streife.roster.queries.council import council_report
from streife.roster.queries.gathering import basis_of
from streife.roster.queries.people import members_between
from streife.roster.rules.basis import Basis, Released
from streife.roster.rules.building import build
from streife.roster.rules.terms import Off
from streife.roster.rules.windows import target_minutes
from streife.roster.solver.problem import Minutes
from streife.staff import actions as staff
from streife.staff.models import Absence
from streife.staff.rules import AbsenceKind, ContractGroup
from tests.rostering import SYSTEM, Roster, a_roster
from tests.staffing import an_officer
from tests.unit.roster.test_roster_building import (
    LAWS,
    F,
    S,
    basis,
    broken,
    member,
)

DAY = timedelta(days=1)
MONTH = (date(2026, 12, 1), date(2026, 12, 31))
CHRISTMAS = {date(2026, 12, 25): "1. Weihnachtstag", date(2026, 12, 26): "2. Weihnachtstag"}
NEW_YEAR = {date(2027, 1, 1): "Neujahr"}


def four_weeks(given: Basis, code: str) -> int | None:
    """Return the minutes that a rule of averages allows at the end of the plan."""
    rules = build(given).problem.people[0].rules
    found = [rule for rule in rules if isinstance(rule, Minutes) and rule.id == f"{code}/27"]
    return found[0].maximum if found else None


def test_a_holiday_compensates_for_no_overtime_under_the_arbzg() -> None:
    # § 3 ArbZG: eight hours for each working day; of 24 from 14 December on three are holidays.
    first = date(2026, 12, 14)
    plain, feast = (
        basis(days=28, first=first, holidays=days) for days in ({}, {**CHRISTMAS, **NEW_YEAR})
    )
    assert four_weeks(plain, "T3") == 24 * 480
    assert four_weeks(feast, "T3") == 21 * 480


def test_the_azvo_counts_weeks_and_no_working_days() -> None:
    short = tuple(
        replace(law, values={**law.values, "weeks": 4}) if law.code == "B2" else law for law in LAWS
    )
    civil = replace(
        basis(member(regime="beamte"), days=28, first=date(2026, 12, 14), holidays=CHRISTMAS),
        laws=short,
    )
    assert four_weeks(civil, "B2") == 4 * 2880


def test_leave_over_a_holiday_is_worth_what_it_takes() -> None:
    week = tuple(date(2026, 12, 21) + n * DAY for n in range(7))
    leave = tuple(Off(day, "leave", round(2340 / 7), whole=True) for day in week)
    away = member(offs=leave)
    assert target_minutes(away, week, CHRISTMAS) == 2340
    assert (
        sum(off.minutes for off in leave) - target_minutes(away, week, CHRISTMAS) == -2
    )  # rounded
    # Whoever works, or was ill on a day that was free anyway, has the holiday off.
    assert target_minutes(member(), week, CHRISTMAS) == 2340 - 468
    ill = member(offs=tuple(Off(day, "sick", 0) for day in week))
    assert target_minutes(ill, week, CHRISTMAS) == 2340 - 468


@pytest.mark.parametrize(("released", "codes"), [((), {"L1"}), ((Released("L1", 1),), {"B9"})])
def test_a_civil_servant_rests_each_week_even_where_the_agreement_is_lifted(
    released: tuple[Released, ...], codes: set[str]
) -> None:
    civil = basis(member(regime="beamte", weekly_minutes=2460), days=28, released=released)
    assert broken(civil, dict.fromkeys(range(12), F)) == codes
    assert broken(civil, dict.fromkeys((*range(6), *range(7, 13)), F)) == set()


def test_whoever_comes_of_age_within_the_plan_rests_like_a_grown_up() -> None:
    young = member(born=date(2008, 11, 3), apprentice=True)  # 18 on the second day
    row = {7: S, 9: F}  # a free day of 32 hours: § 11 Abs. 4 ArbZG asks for 35
    assert "T10" in broken(basis(young, days=28), row)
    younger = member(born=date(2010, 1, 1), apprentice=True)  # for minors § 15 JArbSchG does
    assert "T10" not in broken(basis(younger, days=28), row)


pytestmark = pytest.mark.django_db


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now)


def learner(service: Roster) -> int:
    """Return an apprentice of age."""
    one = an_officer(service.now, apprentice=True)
    staff.make_contract(
        officer_id=one.pk, group=ContractGroup.AZUBI, share=Decimal(1),
        valid_from=date(2024, 9, 1), valid_to=None, actor=SYSTEM, now=service.now,
    )  # fmt: skip
    staff.note_birth_date(
        officer_id=one.pk, born_date=date(2003, 5, 1), actor=SYSTEM, now=service.now
    )
    return one.pk


def away(service: Roster, who: int, kind: AbsenceKind, first: date, last: date) -> None:
    staff.add_absence(
        officer_id=who, kind=kind, first_day=first, last_day=last, actor=SYSTEM, now=service.now
    )


@pytest.mark.parametrize(("days", "codes"), [(4, {"A2"}), (3, {"A2"})])
def test_a_week_of_block_lessons_is_free_to_its_end(
    service: Roster, days: int, codes: set[str]
) -> None:
    # § 15 Abs. 1 Nr. 4 BBiG: five days of it leave no Saturday; four do.
    who, monday = learner(service), date(2026, 12, 7)
    away(service, who, AbsenceKind.SCHOOL, monday, monday + days * DAY)
    (one,) = members_between(*MONTH, assume_history=True, only=who)
    given = replace(basis(one, days=31, first=MONTH[0]), laws=LAWS)
    saturday = {11: F}
    assert broken(given, saturday) == (codes | {"A1"} if days == 4 else codes)
    assert broken(given, {13: F}) == {"A2"}  # the Monday after is a day like others


def test_two_shares_of_a_month_are_weighed_by_their_days(service: Roster) -> None:
    one = an_officer(service.now)
    for share, start, end in (("0.5", date(2024, 9, 1), MONTH[1]), ("1", MONTH[1], None)):
        staff.make_contract(
            officer_id=one.pk, group=ContractGroup.TARIF, share=Decimal(share), valid_from=start,
            valid_to=end, actor=SYSTEM, now=service.now,
        )  # fmt: skip
    (found,) = members_between(*MONTH, assume_history=True, only=one.pk)
    assert found.share == 52  # thirty days of a half and one of a whole


def test_the_account_gains_nothing_by_leave_over_christmas(service: Roster) -> None:
    quiet, off = service.crew[:2]
    away(service, off.pk, AbsenceKind.LEAVE, date(2026, 12, 21), date(2026, 12, 27))
    before, after = (account_for(one.pk, MONTH[0], service.now) for one in (quiet, off))
    assert before is not None
    assert after is not None
    # A week of leave is worth a week of work without the one holiday on a weekday in it.
    assert after.balance - before.balance == pytest.approx(2340 - 468, abs=4)


def test_whoever_is_well_again_has_missed_nothing_more(service: Roster) -> None:
    plan = service.plan(*MONTH)
    for day in (9, 10, 11):
        service.put(plan, 0, date(2026, 12, day), "nacht")
    actions.publish_plan(
        plan_id=plan.pk, council_note="x", reason="Probe", actor=service.leader, now=service.now
    )
    actions.call_in_sick(
        first_day=date(2026, 12, 9), last_day=date(2026, 12, 11), actor=service.officer,
        now=service.now,
    )  # fmt: skip
    illness = Absence.objects.get(officer=service.crew[0], kind=AbsenceKind.SICK)
    staff.change_absence(
        absence_id=illness.pk, first_day=date(2026, 12, 9), last_day=date(2026, 12, 9),
        actor=service.leader, now=service.now,
    )  # fmt: skip
    plan.refresh_from_db()
    given = basis_of(plan, service.now, assume_history=True, hold=False)
    assert [day for _who, day in given.missed] == [date(2026, 12, 9)]


@pytest.mark.parametrize(("code", "nights"), [("polizei", 0), ("nacht", 3)])
def test_the_council_reads_nights_as_the_law_says_them(
    service: Roster, code: str, nights: int
) -> None:
    # 16 to 24 o'clock has one hour of § 2 Abs. 3 ArbZG; the three of § 8 TVöD are another matter.
    plan = service.plan(*MONTH)
    for number in range(8):
        for day in (2, 12, 22):
            service.put(plan, number, MONTH[0] + (day + number % 4) * DAY, code)
    plan.refresh_from_db()
    (found,) = council_report(plan, service.now).nights
    assert (found.low, found.high, found.people) == (nights, nights, 8)


def announced(service: Roster) -> None:
    plan = service.plan(*MONTH)
    service.put(plan, 1, date(2026, 12, 9), "frueh")
    actions.publish_plan(
        plan_id=plan.pk, council_note="x", reason="Probe", actor=service.leader, now=service.now
    )


def credited(who: int, service: Roster) -> int:
    account = account_for(who, MONTH[0], service.now)
    assert account is not None
    return account.credited


@pytest.mark.parametrize(
    "kind", [AbsenceKind.LEAVE, AbsenceKind.TRAINING, AbsenceKind.TIME_OFF, AbsenceKind.OTHER]
)
def test_nobody_loses_or_gains_by_falling_ill_on_a_day_that_was_credited(
    service: Roster, kind: AbsenceKind
) -> None:
    """§ 9 BUrlG, § 4 Abs. 1 EFZG: a week off, three days of it ill, reported in two steps."""
    who = service.crew[0].pk
    away(service, who, kind, date(2026, 12, 7), date(2026, 12, 13))
    announced(service)
    before = credited(who, service)
    for last in (9, 11):
        actions.call_in_sick(
            first_day=date(2026, 12, 9), last_day=date(2026, 12, last), actor=service.officer,
            now=service.now,
        )  # fmt: skip
    assert credited(who, service) == before
    rows = Absence.objects.filter(officer=who).order_by("first_day")
    assert [(row.kind, row.first_day.day, row.last_day.day) for row in rows] == [
        (kind, 7, 8),
        (AbsenceKind.SICK, 9, 11),
        (kind, 12, 13),
    ]


def test_a_day_that_was_free_still_brings_nothing_when_ill(service: Roster) -> None:
    who = service.crew[0].pk
    announced(service)
    before = credited(who, service)
    actions.call_in_sick(
        first_day=date(2026, 12, 9), last_day=date(2026, 12, 11), actor=service.officer,
        now=service.now,
    )  # fmt: skip
    assert credited(who, service) == before == 0

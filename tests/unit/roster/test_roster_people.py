"""Absences as the roster reads them: which day is free, which is credited with what."""

from datetime import date, datetime, time, timedelta

import pytest

from streife.roster import actions
from streife.roster.models import Plan
from streife.roster.queries.accounts import accounts_between
from streife.roster.queries.gathering import basis_of
from streife.roster.queries.people import members_between
from streife.roster.queries.standing import standing_of
from streife.roster.rules.terms import Member, Off
from streife.staff import actions as staff
from streife.staff.models import Officer
from streife.staff.rules import AbsenceKind, ContractGroup
from tests.rostering import SYSTEM, Roster, a_roster

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 12, 7)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=1)


def away(
    service: Roster,
    kind: AbsenceKind,
    first: date,
    last: date | None = None,
    lessons: int | None = None,
    begins: time | None = None,
) -> None:
    staff.add_absence(
        officer_id=service.crew[0].pk,
        kind=kind,
        first_day=first,
        last_day=last or first,
        lessons=lessons,
        begins=begins,
        actor=SYSTEM,
        now=service.now,
    )


def the_member(first: date = MONDAY, days: int = 7) -> Member:
    (found,) = members_between(first, first + timedelta(days=days - 1), assume_history=True)
    return found


def test_four_lessons_from_ten_on_leave_the_day_open_and_are_credited(service: Roster) -> None:
    """§ 9 Abs. 1 Nr. 2, Abs. 2 Nr. 3 JArbSchG: no more than five lessons, so only their time."""
    away(service, AbsenceKind.SCHOOL, MONDAY, lessons=4, begins=time(10))
    found = the_member()
    assert found.offs == (Off(MONDAY, "school", 4 * 45, worked=True, begins=time(10)),)
    assert found.school_days == frozenset()


def test_six_lessons_or_lessons_before_nine_take_the_day(service: Roster) -> None:
    """§ 9 Abs. 1 Nr. 1, 2 JArbSchG."""
    away(service, AbsenceKind.SCHOOL, MONDAY, lessons=6, begins=time(10))
    away(service, AbsenceKind.SCHOOL, MONDAY + timedelta(days=2), lessons=4, begins=time(8))
    found = the_member()
    assert [one.bars for one in found.offs] == [True, True]
    assert found.school_days == {MONDAY, MONDAY + timedelta(days=2)}


def test_a_school_day_is_credited_with_a_fifth_of_the_week(service: Roster) -> None:
    """§ 9 Abs. 2 Nr. 1 JArbSchG, § 15 Abs. 2 BBiG: the average daily working time, 7:48 h."""
    away(service, AbsenceKind.SCHOOL, MONDAY, lessons=8, begins=time(8))
    away(service, AbsenceKind.EXAM, MONDAY + timedelta(days=1))
    away(service, AbsenceKind.TRAINING, MONDAY + timedelta(days=5))  # a course on a Saturday
    away(service, AbsenceKind.LEAVE, MONDAY + timedelta(days=6))
    credited = [(one.reason, one.minutes, one.worked) for one in the_member().offs]
    fifth = 39 * 60 // 5
    assert credited == [
        ("school", fifth, True),
        ("exam", fifth, True),
        ("training", fifth, True),
        ("leave", round(39 * 60 / 7), False),
    ]


def test_a_week_of_blocks_is_credited_with_one_week(service: Roster) -> None:
    """§ 9 Abs. 2 Nr. 2 JArbSchG: five days, and its weekend is no work."""
    away(service, AbsenceKind.SCHOOL, MONDAY, MONDAY + timedelta(days=8), 8, time(8))
    offs = the_member(days=14).offs
    assert [one.minutes for one in offs] == [468] * 5 + [0] * 2 + [468] * 2
    assert [one.worked for one in offs] == [True] * 5 + [False] * 2 + [True] * 2


def test_no_more_than_five_days_a_week_are_credited(service: Roster) -> None:
    """Five days of school and a course on Saturday: the average week, § 9 Abs. 2 Nr. 2 JArbSchG."""
    away(service, AbsenceKind.SCHOOL, MONDAY, MONDAY + timedelta(days=4), 8, time(8))
    away(service, AbsenceKind.TRAINING, MONDAY + timedelta(days=5))
    assert sum(one.minutes for one in the_member().offs) == 39 * 60


def test_the_days_before_the_entry_are_no_part_of_an_average(service: Roster) -> None:
    """§ 3 ArbZG: 24 weeks back, as far as somebody served at all."""
    entered = MONDAY - timedelta(days=10)
    Officer.objects.update(entered_date=entered)
    offs = the_member().offs
    assert {one.reason for one in offs} == {"not_in_service"}
    assert all(one.neutral for one in offs)
    assert max(one.day for one in offs) == entered - timedelta(days=1)
    assert len(offs) == 24 * 7 - 10


def test_a_draft_that_ends_on_the_day_before_is_history(service: Roster) -> None:
    """§ 5 Abs. 1 ArbZG: the last night of a month that is not published yet ends on the first."""
    before = service.plan(MONDAY - timedelta(days=7), MONDAY - timedelta(days=1))
    service.put(before, 0, before.last_day, "nacht")
    (done,) = the_member().history or ()
    assert (done.day, done.kind) == (before.last_day, service.kinds["nacht"].pk)
    assert done.ends_at - done.starts_at == timedelta(hours=8)
    plan = service.plan(MONDAY, MONDAY + timedelta(days=6))
    service.put(plan, 0, MONDAY, "frueh")
    broken = {one.rule for one in standing_of(plan, service.now).verdict.broken}
    assert "T6" in broken


def test_what_stands_behind_a_plan_has_its_rest(service: Roster) -> None:
    """§ 5 Abs. 1 ArbZG: January is published when the night of 31 December is put in."""
    later = service.plan(MONDAY + timedelta(days=7), MONDAY + timedelta(days=13))
    service.put(later, 0, later.first_day, "frueh")
    plan = service.plan(MONDAY, MONDAY + timedelta(days=6))
    service.put(plan, 0, plan.last_day, "nacht")
    broken = {one.rule for one in standing_of(plan, service.now).verdict.broken}
    assert "T6/after" not in broken  # a draft may still move
    _published(service, later)
    broken = {one.rule for one in standing_of(plan, service.now).verdict.broken}
    assert "T6/after" in broken


def _published(service: Roster, plan: Plan) -> None:
    actions.publish_plan(
        plan_id=plan.pk,
        council_note="Zugestimmt (erfunden)",
        reason="Probe",
        actor=service.leader,
        now=service.now,
    )


def test_illness_is_credited_with_the_duty_it_took_and_nothing_else(service: Roster) -> None:
    """§ 4 Abs. 1 EFZG: what would have been worked. Two early shifts and a free day are lost."""
    plan = service.plan(MONDAY, MONDAY + timedelta(days=6))
    for day in range(3):
        service.put(plan, 0, MONDAY + timedelta(days=day), "frueh")
    _published(service, plan)
    before = accounts_between(MONDAY, plan.last_day, now=service.now)[service.crew[0].pk]
    actions.call_in_sick(
        officer_id=service.crew[0].pk,
        first_day=MONDAY + timedelta(days=1),
        last_day=MONDAY + timedelta(days=3),
        actor=service.leader,
        now=service.now,
    )
    assert [one.minutes for one in the_member().offs] == [450, 450, 0]
    after = accounts_between(MONDAY, plan.last_day, now=service.now)[service.crew[0].pk]
    assert (before.planned, after.planned, after.credited) == (3 * 450, 450, 2 * 450)
    assert after.balance == before.balance


def test_the_illness_of_a_minor_is_credited_without_the_longer_break(service: Roster) -> None:
    """§ 11 JArbSchG: of eight hours seven would have been worked, in the account and the week."""
    young = service.crew[0]
    young.contracts.update(group=ContractGroup.AZUBI)
    young.apprentice, young.of_age = True, False
    young.save(update_fields=["apprentice", "of_age"])
    plan = service.plan(MONDAY, MONDAY + timedelta(days=6))
    for day in range(2):
        service.put(plan, 0, MONDAY + timedelta(days=day), "frueh")
    _published(service, plan)
    before = accounts_between(MONDAY, plan.last_day, now=service.now)[young.pk]
    actions.call_in_sick(
        officer_id=young.pk,
        first_day=MONDAY,
        last_day=MONDAY,
        actor=service.leader,
        now=service.now,
    )
    after = accounts_between(MONDAY, plan.last_day, now=service.now)[young.pk]
    assert (before.planned, after.planned, after.credited) == (2 * 420, 420, 420)
    assert after.balance == before.balance
    basis = basis_of(plan, service.now)
    ill = next(off for one in basis.members if one.pk == young.pk for off in one.offs)
    assert ill.minutes == 420


def test_illness_told_before_the_plan_is_credited_with_the_mean(service: Roster) -> None:
    """§ 4 Abs. 1 EFZG: nobody knows what the day would have brought."""
    actions.call_in_sick(
        officer_id=service.crew[0].pk,
        first_day=MONDAY,
        last_day=MONDAY,
        actor=service.leader,
        now=service.now - timedelta(hours=1),
    )
    plan = service.plan(MONDAY, MONDAY + timedelta(days=6))
    service.put(plan, 0, MONDAY + timedelta(days=2), "frueh")
    _published(service, plan)
    assert [one.minutes for one in the_member().offs] == [round(39 * 60 / 7)]

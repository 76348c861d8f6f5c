"""What cannot be planned is refused by name, or planned as far as it goes and explained."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from time import monotonic

import pytest

from streife.config.demo.shifts import plan_shift
from streife.kernel.errors import Refused
from streife.roster import actions
from streife.roster.models import Demand, Duty, Plan, Post, Wish
from streife.roster.queries.gathering import basis_of, laws_on
from streife.roster.queries.people import members_between
from streife.roster.queries.sheet import sheet_of
from streife.roster.queries.standing import Standing, standing_of
from streife.roster.rules.building import build
from streife.roster.rules.clock import span_on
from streife.roster.rules.replacing import newly_broken_by
from streife.roster.solver.problem import FREE, Finding, Stage
from streife.roster.times import times_of
from streife.staff import actions as staff
from streife.staff.rules import ContractGroup
from tests.rostering import SYSTEM, Roster, a_roster, next_month, set_need

pytestmark = pytest.mark.django_db
SECONDS = 2.0


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now)


def compute(service: Roster, plan: Plan, *, assume: bool = True, seconds: float = SECONDS) -> Plan:
    actions.begin_computation(
        plan_id=plan.pk,
        actor=service.leader,
        now=service.now,
        seconds=seconds,
        assume_history=assume,
    )
    return Plan.objects.get(pk=plan.pk)


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_absent_history_is_refused_by_name_until_somebody_answers_for_it(service: Roster) -> None:
    plan = service.plan(*next_month(service.now))
    with pytest.raises(Refused) as refused:
        compute(service, plan, assume=False)
    assert code_of(refused) == "history-absent"
    assert "8 Einsatzkräften" in refused.value.message
    assert Post.objects.count() == 0
    planned = compute(service, plan)
    assert planned.posts.exists()


def test_history_is_taken_from_the_duties_before(service: Roster) -> None:
    first, last = next_month(service.now)
    kind = service.kinds["spaet"]
    shift = plan_shift(
        name=kind.name,
        starts_at=span_on(times_of(kind), first - timedelta(days=1))[0],
        ends_at=span_on(times_of(kind), first - timedelta(days=1))[1],
        officer_ids=[one.pk for one in service.crew],
        actor=service.leader,
        now=service.now,
    )
    assert Duty.objects.filter(shift=shift).count() == 8
    plan = service.plan(first, last)
    service.put(plan, 0, first, "frueh")
    rules = {one.rule for one in standing_of(plan, service.now).verdict.broken}
    assert "T6" in rules


def test_a_person_under_two_contracts_at_once_is_refused(service: Roster) -> None:
    with pytest.raises(Refused) as refused:
        staff.make_contract(
            officer_id=service.crew[0].pk,
            group=ContractGroup.BEAMTE,
            share=Decimal("0.5"),
            valid_from=date(2026, 12, 10),
            valid_to=None,
            actor=SYSTEM,
            now=service.now,
        )
    assert code_of(refused) == "two-contracts"


def test_a_contract_that_changes_within_the_month_counts_the_mean(service: Roster) -> None:
    officer = service.crew[0]
    row = officer.contracts.get()
    staff.end_contract(
        contract_id=row.pk, valid_to=date(2026, 12, 16), actor=SYSTEM, now=service.now
    )
    staff.make_contract(
        officer_id=officer.pk,
        group=ContractGroup.BEAMTE,
        share=Decimal("0.5"),
        valid_from=date(2026, 12, 16),
        valid_to=None,
        actor=SYSTEM,
        now=service.now,
    )
    member = next(
        one
        for one in members_between(*next_month(service.now), assume_history=True)
        if one.pk == officer.pk
    )
    assert member.regime == "tarif"  # the stricter of the two
    assert 1230 < member.weekly_minutes < 2340


def test_wishes_of_all_for_the_same_night_off_are_met_as_far_as_it_goes(service: Roster) -> None:
    day = date(2026, 12, 24)
    for one in service.crew:
        Wish.objects.create(officer=one, day=day, want="free", made_at=service.now)
    plan = compute(service, service.plan(date(2026, 12, 21), date(2026, 12, 27)))
    sheet = sheet_of(plan, service.leader, service.now)
    assert not [line for line in sheet.judged.lines if line.hard and line.day == day]
    assert sheet.judged.wishes_made == 8
    assert sheet.judged.wishes_met == 6  # one early and one late are needed


def test_a_demand_that_no_staff_can_meet_is_planned_and_explained(service: Roster) -> None:
    set_need(service.kinds, {"frueh": 12})
    plan = compute(service, service.plan(date(2026, 12, 7), date(2026, 12, 20)))
    sheet = sheet_of(plan, service.leader, service.now)
    missed = sheet.judged.of(Stage.COVER, hard=True)
    assert len({line.day for line in missed}) == 14
    assert len(sheet.posts) > 60  # as many as the law allows
    assert not sheet.judged.of(Stage.LEGAL, hard=True)
    ways = [row for row in plan.outcome["releases"] if row["rule"] == "need/frueh"]
    assert {row["day"] for row in ways} == {str(line.day) for line in missed}


def test_a_qualification_that_nobody_has_is_named(service: Roster) -> None:
    Demand.objects.create(
        kind=service.kinds["frueh"],
        weekday=0,
        count=1,
        qualification="dog_handling",
        valid_from=date(2024, 1, 1),
    )
    plan = compute(service, service.plan(date(2026, 12, 7), date(2026, 12, 13)))
    lines = sheet_of(plan, service.leader, service.now).judged.of(Stage.COVER, hard=True)
    assert [line.text for line in lines] == ["Frühschicht: 0 mit „Umgang mit Hunden“, nötig sind 1"]


def test_without_people_or_demand_or_rules_nothing_is_begun(service: Roster) -> None:
    plan = service.plan(*next_month(service.now))
    Demand.objects.all().delete()
    with pytest.raises(Refused) as refused:
        compute(service, plan)
    assert code_of(refused) == "no-demand"
    for one in service.crew:
        one.contracts.all().delete()
    with pytest.raises(Refused) as refused:
        compute(service, plan)
    assert code_of(refused) == "no-people"


def test_february_of_a_leap_year_is_planned_with_its_29th(service: Roster) -> None:
    plan = compute(service, service.plan(date(2028, 2, 28), date(2028, 3, 2)))
    leap = date(2028, 2, 29)
    kinds = set(plan.posts.filter(day=leap).values_list("kind__code", flat=True))
    assert kinds == {"frueh", "spaet"}


@pytest.mark.parametrize(("first", "hours"), [(date(2027, 3, 27), 7), (date(2027, 10, 30), 9)])
def test_a_night_with_a_change_of_the_clock_is_planned_in_real_hours(
    service: Roster, first: date, hours: int
) -> None:
    set_need(service.kinds, {"nacht": 2})
    plan = compute(service, service.plan(first, first + timedelta(days=6)))
    built = build(basis_of(plan, service.now, assume_history=True))
    begins, ends = built.problem.times[0][built.duty_of[service.kinds["nacht"].pk]]
    assert ends - begins == hours * 60
    sheet = sheet_of(plan, service.leader, service.now)
    assert plan.posts.filter(day=first, kind__code="nacht").count() == 2
    assert {line.rule for line in sheet.judged.lines if line.hard} <= {"L4"}


def test_a_plan_may_begin_on_a_thursday(service: Roster) -> None:
    plan = compute(service, service.plan(date(2026, 12, 3), date(2026, 12, 16)))
    sheet = sheet_of(plan, service.leader, service.now)
    assert not [line for line in sheet.judged.lines if line.stage == Stage.COVER and line.hard]
    assert not {line.rule for line in sheet.judged.lines if line.hard} - {"L4"}


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 12, 31), date(2026, 12, 1), "plan-backwards"),
        (date(2026, 12, 1), date(2027, 3, 31), "plan-too-long"),
        (date(2026, 12, 20), date(2027, 1, 10), "plan-overlaps"),
    ],
)
def test_days_that_make_no_plan_are_refused(
    service: Roster, first: date, last: date, code: str
) -> None:
    service.plan(date(2026, 12, 15), date(2026, 12, 31))
    with pytest.raises(Refused) as refused:
        service.plan(first, last)
    assert code_of(refused) == code


def could_still(standing: Standing, missed: Finding) -> list[int]:
    """Return who is free and could do what is missed without breaking a rule."""
    built, roster = standing.built, standing.roster
    demand = next(one for one in built.problem.demands if one.id == missed.rule)
    duty, day = demand.duties[0], demand.day
    return [
        person
        for person, row in enumerate(roster)
        if row[day] == FREE
        and not newly_broken_by(built.problem, person, row, (*row[:day], duty, *row[day + 1 :]))
    ]


def test_a_hundred_and_fifty_people_for_twelve_weeks(now: datetime) -> None:
    """As large as it gets, and a little more than they can do: 54 early, 54 late each day.

    Built and judged in seconds; no law is broken; each need that is missed is named with its day
    and its way out, no way out without a need, and nobody is left who could have filled one.
    """
    service = a_roster(now, officers=150, need=54)
    plan = service.plan(date(2026, 11, 30), date(2027, 2, 21))
    began = monotonic()
    standing_of(plan, now)
    assert monotonic() - began < 20
    plan = compute(service, plan, seconds=20.0)
    sheet = sheet_of(plan, service.leader, now)
    assert len(sheet.posts) > 8000
    assert not sheet.judged.of(Stage.LEGAL, hard=True)
    missed = [line for line in sheet.judged.lines if line.hard]
    assert {line.stage for line in missed} == {Stage.COVER}
    asked = [row for row in plan.outcome["releases"] if row["rule"].startswith("need/")]
    ways = {(row["rule"], row["day"]) for row in asked}
    assert ways == {(line.rule, str(line.day)) for line in missed}
    others = [row for row in plan.outcome["releases"] if row not in asked]
    assert {row["rule"].split("/")[0] for row in others} <= {
        law.code for law in laws_on(now.date())
    }
    standing = standing_of(plan, now)
    found = {one.rule: could_still(standing, one) for one in standing.verdict.broken}
    assert not {rule: people for rule, people in found.items() if people}

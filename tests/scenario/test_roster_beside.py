"""Who stands on a shift planned by hand is known to the plan: taken that day, rested around it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from streife.config.demo.shifts import plan_shift
from streife.roster import actions
from streife.roster.models import Duty, Plan, Post, Shift
from streife.roster.queries.accounts import account_for
from streife.roster.queries.gathering import basis_of
from streife.roster.queries.sheet import sheet_of
from streife.roster.solver.problem import Stage
from streife.staff.rules import ContractGroup
from tests.rostering import Roster, a_roster

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 14), date(2026, 12, 27)
FAIR = date(2026, 12, 19)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=8)


def by_hand(service: Roster, *numbers: int) -> Shift:
    """Put officers on a shift from nine to five at a fair, beside every plan."""
    return plan_shift(
        name="Weihnachtsmarkt",
        starts_at=datetime(2026, 12, 19, 8, tzinfo=UTC),
        ends_at=datetime(2026, 12, 19, 16, tzinfo=UTC),
        officer_ids=[service.crew[number].pk for number in numbers],
        actor=service.leader,
        now=service.now,
    )


def lines(service: Roster, plan: Plan, rule: str) -> list[tuple[int | None, date | None, str]]:
    sheet = sheet_of(Plan.objects.get(pk=plan.pk), service.leader, service.now)
    return [(one.officer, one.day, one.text) for one in sheet.judged.lines if one.rule == rule]


def test_a_computed_plan_leaves_the_day_and_the_rest_around_it(service: Roster) -> None:
    by_hand(service, 0, 1)
    plan = service.plan(FIRST, LAST)
    actions.begin_computation(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=3.0, assume_history=True
    )
    crew = [one.pk for one in service.crew[:2]]
    posts = Post.objects.filter(plan=plan, officer__in=crew)
    assert posts.count() > 10
    assert not posts.filter(day=FAIR).exists()
    eve = posts.filter(day=FAIR - timedelta(days=1)).values_list("kind__code", flat=True)
    assert not {"nacht", "polizei"} & set(
        eve
    )  # until six, and until midnight: less than eleven hours
    sheet = sheet_of(Plan.objects.get(pk=plan.pk), service.leader, service.now)
    assert not [one for one in sheet.judged.of(Stage.LEGAL) if one.officer in crew]
    published = actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    assert Duty.objects.filter(officer__in=crew).count() == posts.count() + 2
    account = account_for(crew[0], FAIR, service.now)
    assert account is not None
    own = posts.filter(officer=crew[0], plan=published).count()
    assert account.planned == own * 450 + 450
    assert account.credited == 0


def test_an_edit_beside_a_special_shift_says_what_it_breaks(service: Roster) -> None:
    by_hand(service, 0)
    plan, who = service.plan(FIRST, LAST), service.crew[0].pk
    service.put(plan, 0, FAIR, "nacht")
    text = "steht an diesem Tag auf einer anderen Schicht, neben dem Plan"
    assert lines(service, plan, "absence") == [(who, FAIR, text)]
    service.put(plan, 0, FAIR - timedelta(days=1), "nacht")
    eve = FAIR - timedelta(days=1)
    assert [(one, day) for one, day, _ in lines(service, plan, "T6/beside")] == [(who, eve)]


def test_a_special_shift_of_a_minor_is_worked_without_the_longer_break(service: Roster) -> None:
    """§ 11 JArbSchG: seven of eight hours; so it counts in the week as in the account."""
    young = service.crew[0]
    young.contracts.update(group=ContractGroup.AZUBI)
    young.apprentice, young.of_age = True, False
    young.save(update_fields=["apprentice", "of_age"])
    by_hand(service, 0)
    plan = service.plan(FIRST, LAST)
    found = next(one for one in basis_of(plan, service.now).members if one.pk == young.pk)
    assert [(off.day, off.minutes) for off in found.offs] == [(FAIR, 420)]

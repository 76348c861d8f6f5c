"""Who left, or has no contract any more, is found in the plan; what the page says is never old."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.roster import actions
from streife.roster.models import Demand, Plan, Post, ShiftKind, WorkRule
from streife.roster.queries.sheet import Sheet, sheet_of
from streife.staff import actions as staff
from streife.staff.models import Officer
from tests.rostering import SYSTEM, Roster, a_roster

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 7), date(2026, 12, 13)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=4)


@pytest.fixture
def plan(service: Roster) -> Plan:
    plan = service.plan(FIRST, LAST)
    service.put(plan, 0, FIRST, "frueh")
    return plan


def sheet(service: Roster, plan: Plan) -> Sheet:
    return sheet_of(plan, service.leader, service.now)


def no_contract(service: Roster) -> None:
    contract = service.crew[0].contracts.get()
    staff.end_contract(
        contract_id=contract.pk, valid_to=date(2026, 12, 5), actor=SYSTEM, now=service.now
    )


def gone(service: Roster) -> None:
    """As it stands until the task has run that takes them out."""
    Officer.objects.filter(pk=service.crew[0].pk).update(left_date=date(2026, 12, 1))


@pytest.mark.parametrize("leave", [no_contract, gone])
def test_who_is_not_in_service_is_named_and_does_not_count(
    service: Roster, plan: Plan, leave: Callable[[Roster], None], client_for: Clients
) -> None:
    early = next(one for one in sheet(service, plan).cover[FIRST] if one.kind.code == "frueh")
    assert early.planned == 1
    leave(service)
    found = sheet(service, plan)
    early = next(one for one in found.cover[FIRST] if one.kind.code == "frueh")
    assert early.planned == 0
    lines = [line for line in found.judged.lines if line.rule == "not_in_service"]
    assert [(line.officer, line.day, line.hard) for line in lines] == [
        (service.crew[0].pk, FIRST, True)
    ]
    leader = client_for("shift_leader")
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert "ist aber nicht im Dienst" in page
    assert str(service.crew[0]) in page
    leader.post(
        f"/dienstplan/{plan.pk}/aendern/",
        {"officer": service.crew[0].pk, "day": FIRST, "kind": ""},
    )
    assert not Post.objects.exists()


def withdraw(service: Roster) -> None:
    for one in service.crew[0].qualifications.filter(kind="baton"):
        staff.withdraw_qualification(
            qualification_id=one.pk, from_day=date(2026, 12, 1), actor=SYSTEM, now=service.now
        )


def relax(service: Roster) -> None:
    WorkRule.objects.filter(kind="rest_minutes").update(values={"min": 60})


def move(service: Roster) -> None:
    ShiftKind.objects.filter(code="spaet").update(begins="10:00")


@pytest.mark.parametrize(
    ("change", "rule"), [(withdraw, "need/frueh/baton"), (relax, "T6"), (move, "T1")]
)
def test_the_judgement_on_the_page_is_that_of_this_moment(
    service: Roster, plan: Plan, change: Callable[[Roster], None], rule: str
) -> None:
    """Changes in place leave keys and counts as they were; the page must see them all the same."""
    Demand.objects.create(
        kind=service.kinds["frueh"], weekday=0, count=1, qualification="baton",
        valid_from=date(2024, 1, 1),
    )  # fmt: skip
    actions.set_post(
        plan_id=plan.pk, officer_id=service.crew[1].pk, day=FIRST,
        kind_id=service.kinds["spaet"].pk, actor=service.leader, now=service.now,
    )  # fmt: skip
    service.put(plan, 1, FIRST + timedelta(days=1), "frueh")
    before = {line.rule for line in sheet(service, plan).judged.lines if line.hard}
    change(service)
    after = {line.rule for line in sheet(service, plan).judged.lines if line.hard}
    assert before ^ after == {rule}

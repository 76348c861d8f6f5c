"""Nobody goes alone: the plan sends two, and an edit that leaves one alone says so at once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.places.models import Area
from streife.roster import actions
from streife.roster.models import Demand, Plan, Post
from streife.roster.queries.sheet import sheet_of
from streife.roster.rules.planning import month_of
from streife.staff import actions as staff
from streife.staff.rules import ContractGroup
from tests.rostering import SYSTEM, Roster, a_roster, next_month
from tests.staffing import an_officer

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db


def an_area(name: str) -> Area:
    return Area.objects.create(
        kind="operational", code=name.lower(), name=name, dataset="test",
        valid_from=date(2024, 1, 1), geometry={}, south=51.0, west=7.0, north=52.0, east=8.0,
    )  # fmt: skip


@pytest.fixture
def service(now: datetime) -> Roster:
    """Return a service whose shifts need one each, and whose agreement wants two."""
    return a_roster(now, officers=12, pairs=True)


def lines(service: Roster, plan: Plan) -> list[tuple[date | None, str]]:
    """Return the days on which somebody is alone, with the sentence."""
    sheet = sheet_of(Plan.objects.get(pk=plan.pk), service.leader, service.now)
    return [(one.day, one.text) for one in sheet.judged.lines if one.rule == "L6"]


def test_a_need_of_one_is_planned_with_two(service: Roster) -> None:
    plan = service.plan(*next_month(service.now))
    actions.begin_computation(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=3.0, assume_history=True
    )
    crews = Post.objects.filter(plan=plan).values_list("day", "kind__code")
    assert len(set(crews)) >= 2 * 30
    assert min(list(crews).count(one) for one in set(crews)) >= 2
    assert lines(service, plan) == []


def test_an_edit_that_leaves_one_alone_says_so_and_can_be_accepted(
    service: Roster, client_for: Clients
) -> None:
    leader = client_for("shift_leader")
    plan = service.plan(*month_of(date(2026, 12, 1)))
    day = plan.first_day + timedelta(days=2)
    for number in range(2):
        service.put(plan, number, day, "frueh")
    assert lines(service, plan) == []
    answer = leader.post(
        f"/dienstplan/{plan.pk}/aendern/",
        {"officer": service.crew[0].pk, "day": str(day), "kind": ""},
        headers={"HX-Request": "true"},
    )
    said = answer.content.decode().partition('id="done"')[2].partition("lights")[0]
    assert "Frühschicht: jemand ist allein, nötig sind 2" in said
    assert "Niemand geht allein" in said
    assert "Dienstvereinbarung Nr. 6" in said
    assert lines(service, plan) == [(day, "Frühschicht: jemand ist allein, nötig sind 2")]
    actions.release_rule(
        plan_id=plan.pk, rule="L6", officer_id=None, day=day, reason="nur Innendienst",
        actor=service.leader, now=service.now,
    )  # fmt: skip
    assert lines(service, plan) == []
    assert "Niemand geht allein" in leader.get(f"/dienstplan/{plan.pk}/").content.decode()


def test_an_apprentice_is_no_company(service: Roster) -> None:
    learner = an_officer(service.now, apprentice=True)
    staff.make_contract(
        officer_id=learner.pk, group=ContractGroup.AZUBI, share=Decimal(1),
        valid_from=date(2026, 8, 1), valid_to=None, actor=SYSTEM, now=service.now,
    )  # fmt: skip
    plan = service.plan(*month_of(date(2026, 12, 1)))
    day = plan.first_day + timedelta(days=2)
    service.put(plan, 0, day, "frueh")
    actions.set_post(
        plan_id=plan.pk, officer_id=learner.pk, day=day, kind_id=service.kinds["frueh"].pk,
        actor=service.leader, now=service.now,
    )  # fmt: skip
    assert [when for when, _ in lines(service, plan)] == [day]


def test_one_alone_in_an_area_is_said_though_the_shift_has_three(service: Roster) -> None:
    north, south = an_area("Nord"), an_area("Süd")
    Demand.objects.all().delete()
    Demand.objects.bulk_create(
        Demand(
            kind=service.kinds["frueh"], area=area, weekday=weekday, count=2,
            valid_from=date(2024, 1, 1),
        )
        for area in (north, south)
        for weekday in range(7)
    )  # fmt: skip
    plan = service.plan(*month_of(date(2026, 12, 1)))
    day = plan.first_day + timedelta(days=2)
    for number in range(4):
        service.put(plan, number, day, "frueh")
    for number, area in enumerate((north, north, south, south)):
        posts = Post.objects.filter(plan=plan, officer=service.crew[number])
        posts.update(area=area)
    assert lines(service, plan) == []
    edited = actions.set_post(
        plan_id=plan.pk, officer_id=service.crew[0].pk, day=day, kind_id=None,
        actor=service.leader, now=service.now,
    )  # fmt: skip
    assert ("L6", "alone") in {(one.rule, one.kind) for one in edited.broken}
    text = "Frühschicht, Nord: jemand ist allein, nötig sind 2"
    assert lines(service, plan) == [(day, text)]
    actions.undo(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert lines(service, plan) == []

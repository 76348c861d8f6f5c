"""Undo in the month: what it would do is said before, and nothing else is ever taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from streife.accounts.queries import actor_of
from streife.accounts.rules import Actor, Role
from streife.kernel.clock import local
from streife.kernel.clock import now as real_now
from streife.kernel.errors import Refused
from streife.roster import actions
from streife.roster.actions.computing import keep, work_of
from streife.roster.actions.thinking import plan_for
from streife.roster.models import Plan, Post
from streife.roster.queries.standing import roster_of
from tests.factories import user_with
from tests.rostering import Roster, a_roster

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}
DAY = timedelta(days=1)


@pytest.fixture
def service() -> Roster:
    return a_roster(real_now(), officers=4)


@pytest.fixture
def plan(service: Roster) -> Plan:
    first = local(service.now).date() + 20 * DAY
    return service.plan(first, first + 6 * DAY)


@pytest.fixture
def colleague(service: Roster) -> Actor:
    return actor_of(user_with(Role.SHIFT_LEADER, username="second leader"))


def put(service: Roster, plan: Plan, who: Actor, number: int, code: str | None) -> None:
    actions.set_post(
        plan_id=plan.pk, officer_id=service.crew[number].pk, day=plan.first_day,
        kind_id=service.kinds[code].pk if code else None, actor=who, now=service.now,
    )  # fmt: skip


def undo(service: Roster, plan: Plan, who: Actor, step: int | None = None) -> str:
    """Take back and return the code of a refusal, or nothing."""
    try:
        actions.undo(plan_id=plan.pk, actor=who, now=service.now, step=step)
    except Refused as refused:
        return refused.code
    return ""


def standing(plan: Plan) -> dict[int, str]:
    return dict(Post.objects.filter(plan=plan).values_list("officer_id", "kind__code"))


def test_nobody_takes_back_what_somebody_else_did(
    service: Roster, plan: Plan, colleague: Actor
) -> None:
    put(service, plan, service.leader, 0, "frueh")
    put(service, plan, colleague, 1, "spaet")
    assert undo(service, plan, service.leader) == ""
    assert standing(plan) == {service.crew[1].pk: "spaet"}
    assert undo(service, plan, service.leader) == "nothing-to-undo"


def test_undo_does_not_write_over_what_a_colleague_put_there_since(
    service: Roster, plan: Plan, colleague: Actor
) -> None:
    put(service, plan, service.leader, 0, "frueh")
    put(service, plan, service.leader, 0, "spaet")
    put(service, plan, colleague, 0, "nacht")
    assert undo(service, plan, service.leader) == "changed-since"
    assert standing(plan) == {service.crew[0].pk: "nacht"}
    assert undo(service, plan, colleague) == ""
    assert undo(service, plan, service.leader) == ""  # what was put there since is gone again
    assert standing(plan) == {service.crew[0].pk: "frueh"}


def test_a_page_that_is_old_takes_back_nothing_else(
    service: Roster, plan: Plan, client_for: Callable[[str], Client]
) -> None:
    """Two tabs: the first still shows the earlier change when the second made another."""
    leader = client_for("shift_leader")
    put(service, plan, service.leader, 0, "frueh")
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    step = page.split('name="step" value="')[1].split('"')[0]
    put(service, plan, service.leader, 1, "spaet")
    answer = leader.post(f"/dienstplan/{plan.pk}/zurueck/", {"step": step}, **HTMX)
    assert "inzwischen eine andere" in answer.content.decode()
    assert len(standing(plan)) == 2
    answer = leader.post(f"/dienstplan/{plan.pk}/zurueck/", {}, **HTMX)
    assert len(standing(plan)) == 2


def test_the_page_says_what_would_be_taken_back(
    service: Roster, plan: Plan, client_for: Callable[[str], Client]
) -> None:
    put(service, plan, service.leader, 0, "frueh")
    put(service, plan, service.leader, 0, "spaet")
    leader = client_for("shift_leader")
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert f"{service.crew[0]}, " in page
    assert "wieder Frühschicht" in page
    assert "nur eigene Änderungen" in page


def test_after_a_day_it_stays(service: Roster, plan: Plan) -> None:
    put(service, plan, service.leader, 0, "frueh")
    service.now += timedelta(hours=25)
    assert undo(service, plan, service.leader) == "nothing-to-undo"
    assert standing(plan) == {service.crew[0].pk: "frueh"}


def test_what_was_announced_since_is_not_taken_back(service: Roster, plan: Plan) -> None:
    put(service, plan, service.leader, 0, "frueh")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    assert undo(service, plan, service.leader) == "nothing-to-undo"
    put(service, plan, service.leader, 0, "spaet")
    assert undo(service, plan, service.leader) == ""
    assert standing(plan) == {service.crew[0].pk: "frueh"}


def test_what_the_computation_since_stands_on_is_not_taken_back(
    service: Roster, plan: Plan
) -> None:
    put(service, plan, service.leader, 0, "frueh")
    Plan.objects.filter(pk=plan.pk).update(
        progress={
            "run": "one",
            "begun_at": service.now.isoformat(),
            "seconds": 1,
            "assume_history": True,
        }
    )
    work = work_of(plan.pk, service.now)
    assert work is not None
    solution = plan_for(work.built, roster_of(work.built, work.posts), work.seconds)
    keep(work, solution, actor=service.leader, now=service.now)
    before = standing(plan)
    assert undo(service, plan, service.leader) == "nothing-to-undo"
    assert standing(plan) == before


def test_a_duty_that_runs_is_not_taken_back(service: Roster) -> None:
    service.now = local(service.now).replace(hour=12)
    today = service.now.date()
    plan = service.plan(today + DAY, today + 7 * DAY)
    put(service, plan, service.leader, 0, "frueh")
    service.now += timedelta(hours=20)  # at eight, with the early shift on its way
    code = undo(service, plan, service.leader)
    assert code == "duty-begun"

"""The month grid under wrong hands: stale pages, plans that are over, figures nobody means."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from streife.accounts.queries import actor_of
from streife.accounts.rules import Role
from streife.kernel.clock import local
from streife.kernel.clock import now as real_now
from streife.kernel.errors import Refused
from streife.roster import actions
from streife.roster.models import Plan, Post
from tests.factories import user_with
from tests.rostering import Roster, a_roster

Clients = Callable[[str], Client]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PART = {"HX-Request": "true"}
HUGE = "9" * 30


@pytest.fixture
def service() -> Roster:
    return a_roster(real_now(), officers=4)


@pytest.fixture
def today(service: Roster) -> date:
    return local(service.now).date()


@pytest.fixture
def plan(service: Roster, today: date) -> Plan:
    return service.plan(today + DAY, today + 20 * DAY)


def test_nobody_overwrites_what_their_page_did_not_show(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    """Two plan at once: the second one types into a cell that the first has filled meanwhile."""
    who, day = service.crew[0].pk, plan.first_day + DAY
    early, late, night = (service.kinds[code].pk for code in ("frueh", "spaet", "nacht"))
    other = actor_of(user_with(Role.SHIFT_LEADER, username="zweite"))
    actions.set_post(
        plan_id=plan.pk, officer_id=who, day=day, kind_id=night, actor=other, now=service.now
    )
    leader, address = client_for("shift_leader"), f"/dienstplan/{plan.pk}/aendern/"
    cell = {"officer": who, "day": str(day), "kind": early}
    answer = leader.post(address, cell | {"seen": ""}, headers=PART)
    assert answer.status_code == 409
    assert "Dort steht jetzt Nachtschicht." in answer.content.decode()
    assert Post.objects.get(plan=plan).kind_id == night
    assert leader.post(address, cell | {"seen": night}, headers=PART).status_code == 200
    # Whoever types faster than the page answers changes their own change.
    assert (
        leader.post(address, cell | {"kind": late, "seen": night}, headers=PART).status_code == 200
    )
    assert Post.objects.get(plan=plan).kind_id == late
    # The form without a script shows no cell, so it has seen none.
    assert leader.post(address, cell).status_code == 302
    assert Post.objects.get(plan=plan).kind_id == early


def test_a_duty_is_dragged_only_as_it_was_seen(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    day, (one, two) = plan.first_day, (service.crew[0].pk, service.crew[1].pk)
    service.put(plan, 0, day, "frueh")
    service.put(plan, 1, day, "nacht")
    leader = client_for("shift_leader")
    user = {"officer": one, "day": str(day), "to_officer": two, "to_day": str(day)}
    address, early = f"/dienstplan/{plan.pk}/ziehen/", service.kinds["frueh"].pk
    actions.set_post(
        plan_id=plan.pk, officer_id=two, day=day, kind_id=None, now=service.now,
        actor=actor_of(user_with(Role.SHIFT_LEADER, username="zweite")),
    )  # fmt: skip
    shown = {"seen": early, "to_seen": service.kinds["nacht"].pk}
    answer = leader.post(address, user | shown, headers=PART)
    assert answer.status_code == 409
    assert "Dort steht jetzt frei." in answer.content.decode()
    assert leader.post(address, user | shown | {"to_seen": ""}, headers=PART).status_code == 200
    assert Post.objects.get(plan=plan).officer_id == two


@pytest.mark.parametrize("name", ["officer", "to_officer"])
@pytest.mark.parametrize("value", [HUGE, "-1", "0", "1.5"])
def test_a_drag_to_somebody_who_is_not_there_is_refused(
    service: Roster, plan: Plan, client_for: Clients, name: str, value: str
) -> None:
    service.put(plan, 0, plan.first_day, "frueh")
    who, day = service.crew[0].pk, str(plan.first_day)
    data = {"officer": who, "day": day, "to_officer": service.crew[1].pk, "to_day": day}
    answer = client_for("shift_leader").post(
        f"/dienstplan/{plan.pk}/ziehen/", data | {name: value}, headers=PART
    )
    assert answer.status_code == 409
    assert "Diese Verschiebung ist unvollständig." in answer.content.decode()
    assert Post.objects.get(plan=plan).officer_id == who


@pytest.mark.parametrize(
    "rule",
    [
        "equipment/x", "equipment/a/b/c", "equipment/", "need/time-x", "need/time-99-1",
        "need/time-9999-0000", "need", "need/", "need/ferien", "/", "T6/",
    ],
)  # fmt: skip
def test_a_rule_that_is_none_is_refused_in_words(
    service: Roster, plan: Plan, client_for: Clients, rule: str
) -> None:
    answer = client_for("shift_leader").post(
        f"/dienstplan/{plan.pk}/ausnahme/", {"rule": rule, "reason": "Probe"}
    )
    assert answer.status_code == 409
    assert Plan.objects.get(pk=plan.pk).released == []


def test_a_need_is_lifted_for_a_day_of_the_plan_only(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    with pytest.raises(Refused) as refused:
        actions.release_rule(
            plan_id=plan.pk, rule="need/frueh", officer_id=None, day=plan.last_day + DAY,
            reason="Probe", actor=service.leader, now=service.now,
        )  # fmt: skip
    assert refused.value.code == "day-outside"


@pytest.mark.parametrize("last", [-10, 0])
def test_a_plan_that_is_over_is_not_computed_to_nothing(
    service: Roster, today: date, client_for: Clients, last: int
) -> None:
    """All its days stand, so a computation could only say that nobody is there."""
    plan, leader = service.plan(today - 40 * DAY, today + last * DAY), client_for("shift_leader")
    address = f"/dienstplan/{plan.pk}/"
    assert "Rechnen lassen" not in leader.get(address).content.decode()
    answer = leader.post(f"{address}rechnen/", {"vorher": "frei", "grund": "Probe"})
    assert answer.status_code == 409
    assert "Gerechnet wird erst ab morgen." in answer.content.decode()
    assert Plan.objects.get(pk=plan.pk).progress == {}


def test_a_plan_that_is_announced_to_its_end_asks_for_a_reason(
    service: Roster, today: date, client_for: Clients
) -> None:
    plan = service.plan(today - DAY, today + 5 * DAY)
    service.put(plan, 0, today + 2 * DAY, "frueh")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    leader, address = client_for("shift_leader"), f"/dienstplan/{plan.pk}/rechnen/"
    answer = leader.post(address, {"vorher": "frei"})
    assert answer.status_code == 409
    assert "Nur mit einem Grund" in answer.content.decode()
    assert leader.post(address, {"vorher": "frei", "grund": "Großlage"}).status_code == 302


def test_whoever_changes_a_plan_that_is_being_computed_reads_what_became_of_it(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    plan.progress = {"run": "a", "begun_at": real_now().isoformat(), "seconds": 30.0}
    plan.save(update_fields=["progress"])
    leader, address = client_for("shift_leader"), f"/dienstplan/{plan.pk}/"
    cell = {"officer": service.crew[0].pk, "day": plan.first_day, "kind": service.kinds["frueh"].pk}
    page = leader.post(f"{address}aendern/", cell, headers=PART).content.decode()
    assert "der Vorschlag, der gerade gerechnet wird, wird dafür verworfen" in page
    for headers in (PART, {}):
        answer = leader.post(f"{address}aendern/", cell | {"day": "2030-01-01"}, headers=headers)
        assert answer.status_code == 409
        assert "Dieser Tag gehört nicht zu diesem Dienstplan." in answer.content.decode()
    answer = leader.post(f"{address}rechnen/")
    assert "wird gerade schon gerechnet" in answer.content.decode()


@pytest.mark.parametrize("day", ["morgen", "2030-01-01", ""])
def test_a_refused_form_keeps_what_was_filled_in_and_where_it_came_from(
    service: Roster, plan: Plan, client_for: Clients, day: str
) -> None:
    """On the telephone a change is a form of three fields; a wrong day costs none of them."""
    who, night = service.crew[2].pk, service.kinds["nacht"].pk
    back = f"/dienstplan/{plan.pk}/person/{who}/"
    answer = client_for("shift_leader").post(
        f"/dienstplan/{plan.pk}/aendern/",
        {"officer": who, "day": day, "kind": night, "back": back},
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    form = page.partition('aria-labelledby="one"')[2].partition("</form>")[0]
    assert f'<option value="{who}" selected' in form
    assert f'<option value="{night}" selected' in form
    assert f'value="{back}"' in form
    assert f'value="{day}"' in form or not day
    assert 'aria-invalid="true"' in form

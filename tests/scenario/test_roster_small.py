"""What used to go quietly wrong: two duties at once, an undo too far, an exception kept or lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.config.demo.shifts import plan_shift
from streife.journal.models import Entry
from streife.kernel.clock import local
from streife.kernel.clock import now as real_now
from streife.kernel.errors import NotFound, Refused
from streife.roster import actions
from streife.roster.models import Duty, Plan, Post, ShiftKind
from tests.rostering import Roster, a_roster

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 7), date(2026, 12, 13)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=3)


@pytest.fixture
def plan(service: Roster) -> Plan:
    return service.plan(FIRST, LAST)


def publish(service: Roster, plan: Plan) -> Plan:
    return actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )


def undo(service: Roster, plan: Plan) -> None:
    actions.undo(plan_id=plan.pk, actor=service.leader, now=service.now)


def test_a_kind_renamed_and_moved_leaves_no_second_duty(service: Roster, plan: Plan) -> None:
    service.put(plan, 0, FIRST, "frueh")
    publish(service, plan)
    ShiftKind.objects.filter(code="frueh").update(begins=time(6, 30), name="Frühdienst")
    service.put(plan, 0, FIRST, "spaet")
    assert [duty.shift.kind.code for duty in Duty.objects.select_related("shift__kind")] == [
        "spaet"
    ]


def special(service: Roster) -> None:
    """Put officer 0 on a shift planned by hand, early on the first day."""
    plan_shift(
        name="Sonderdienst", starts_at=datetime(2026, 12, 7, 5, tzinfo=UTC),
        ends_at=datetime(2026, 12, 7, 13, tzinfo=UTC), officer_ids=[service.crew[0].pk],
        actor=service.leader, now=service.now,
    )  # fmt: skip


def test_nobody_is_published_into_two_shifts_at_once(service: Roster, plan: Plan) -> None:
    special(service)
    service.put(plan, 0, FIRST, "frueh")
    with pytest.raises(Refused) as refused:
        publish(service, plan)
    assert refused.value.code == "officer-on-other-shift"
    assert "Sonderdienst" in refused.value.message
    assert Duty.objects.count() == 1


def test_nobody_is_put_by_hand_into_two_shifts_at_once(service: Roster, plan: Plan) -> None:
    special(service)
    service.put(plan, 1, FIRST, "frueh")
    publish(service, plan)
    with pytest.raises(Refused) as refused:
        service.put(plan, 0, FIRST, "frueh")
    assert refused.value.code == "officer-on-other-shift"
    service.put(plan, 0, FIRST + timedelta(days=1), "frueh")
    assert Duty.objects.filter(officer=service.crew[0]).count() == 2


def test_what_undo_brings_back_stays_settled(service: Roster, plan: Plan) -> None:
    service.put(plan, 0, FIRST, "frueh")
    service.put(plan, 0, FIRST, "spaet")
    undo(service, plan)
    post = Post.objects.get()
    assert (post.kind.code, post.locked) == ("frueh", True)
    content = Entry.objects.filter(act="roster.change_undone").latest("pk").body.content
    assert content["officers"] == [service.crew[0].pk]
    assert content["days"] == [FIRST.isoformat()]


def test_what_the_software_had_put_is_free_to_move_after_undo(service: Roster, plan: Plan) -> None:
    Post.objects.create(
        plan=plan, officer=service.crew[0], day=FIRST, kind=service.kinds["frueh"], locked=False
    )
    service.put(plan, 0, FIRST, "spaet")
    undo(service, plan)
    assert not Post.objects.get().locked


def test_undo_does_not_put_the_ill_back_on_duty(service: Roster, plan: Plan) -> None:
    service.put(plan, 0, FIRST, "frueh")
    service.put(plan, 0, FIRST, "spaet")
    actions.call_in_sick(first_day=FIRST, last_day=FIRST, actor=service.officer, now=service.now)
    with pytest.raises(Refused) as refused:
        undo(service, plan)
    assert refused.value.code == "changed-since"
    assert not Post.objects.exists()


def released(service: Roster, plan: Plan, number: int) -> None:
    actions.release_rule(
        plan_id=plan.pk, rule="L2", officer_id=service.crew[number].pk, day=None, reason="Probe",
        actor=service.leader, now=service.now,
    )  # fmt: skip


def withdraw(service: Roster, plan: Plan, number: int) -> None:
    actions.withdraw_release(
        plan_id=plan.pk, rule="L2", officer_id=service.crew[number].pk, day=None,
        actor=service.leader, now=service.now,
    )  # fmt: skip


def test_one_exception_is_withdrawn_and_the_other_stays(service: Roster, plan: Plan) -> None:
    released(service, plan, 0)
    released(service, plan, 1)
    released(service, plan, 1)  # said twice, once there
    withdraw(service, plan, 0)
    plan.refresh_from_db()
    assert [one["officer"] for one in plan.released] == [service.crew[1].pk]
    entries = Entry.objects.filter(act="roster.release_withdrawn")
    assert entries.get().body.content["officer"] == service.crew[0].pk
    with pytest.raises(NotFound):
        withdraw(service, plan, 0)
    assert entries.count() == 1


def test_the_page_withdraws_the_exception_of_one_person(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    released(service, plan, 0)
    released(service, plan, 1)
    leader = client_for("shift_leader")
    assert str(service.crew[0]) in leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    leader.post(
        f"/dienstplan/{plan.pk}/ausnahme/zurueck/", {"rule": "L2", "officer": service.crew[0].pk}
    )
    plan.refresh_from_db()
    assert [one["officer"] for one in plan.released] == [service.crew[1].pk]


def test_an_exception_is_not_kept_when_the_plan_cannot_be_computed(client_for: Clients) -> None:
    """Lifted and computed, or neither."""
    service = a_roster(real_now(), officers=2)
    day = local(service.now).date() + timedelta(days=20)
    plan = service.plan(day, day)
    leader, address = client_for("shift_leader"), f"/dienstplan/{plan.pk}/ausnahme/"
    data = {"rule": "L1", "officer": service.crew[0].pk, "reason": "Probe"}
    answer = leader.post(address, data)
    assert answer.status_code == 409  # what was before the plan is unknown, and nobody assumed it
    plan.refresh_from_db()
    assert plan.released == []
    assert not Entry.objects.filter(act="roster.rule_released").exists()
    Plan.objects.filter(pk=plan.pk).update(outcome={"assume_history": True})
    leader.post(address, data)
    plan.refresh_from_db()
    assert [one["rule"] for one in plan.released] == ["L1"]


def test_the_export_stands_under_the_plan_in_the_journal(service: Roster, plan: Plan) -> None:
    actions.note_export(plan=plan, actor=service.leader, now=service.now)
    assert Entry.objects.get(act="roster.exported").subject == f"roster_plan:{plan.pk}"


def test_an_exception_for_a_person_is_for_the_whole_plan_and_for_somebody(
    service: Roster, plan: Plan
) -> None:
    def release(rule: str, officer: int | None) -> list[tuple[object, ...]]:
        actions.release_rule(
            plan_id=plan.pk, rule=rule, officer_id=officer, day=FIRST, reason="Probe",
            actor=service.leader, now=service.now,
        )  # fmt: skip
        plan.refresh_from_db()
        return [(one["rule"], one["officer"], one["day"]) for one in plan.released]

    with pytest.raises(Refused) as refused:
        release("L2", None)  # it would lift nothing and stand in the report
    assert refused.value.code == "officer-missing"
    assert plan.released == []
    who = service.crew[0].pk
    assert release("L2", who) == [("L2", who, None)]
    assert release("need/frueh", None)[-1] == ("need/frueh", None, str(FIRST))

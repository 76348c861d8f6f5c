"""Somebody leaves, or their contract ends: no duty of theirs stands that nobody can do."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from streife.journal.models import Entry
from streife.kernel.clock import local
from streife.kernel.clock import now as real_now
from streife.kernel.errors import Refused
from streife.roster import actions
from streife.roster.models import Duty, Plan, Post, Shift, Swap
from streife.roster.queries.requests import waiting
from streife.roster.queries.sheet import sheet_of
from streife.roster.queries.wall import wall_of
from streife.staff import actions as staff
from streife.staff.models import Officer
from tests.rostering import SYSTEM, Roster, a_roster

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def service() -> Roster:
    return a_roster(real_now(), officers=4)


@pytest.fixture
def first(service: Roster) -> date:
    return local(service.now).date() + 20 * DAY


@pytest.fixture
def plan(service: Roster, first: date) -> Plan:
    """A draft: officer 0 has the early shift on the first, third and fifth day."""
    plan = service.plan(first, first + 6 * DAY)
    for n in (0, 2, 4):
        service.put(plan, 0, first + n * DAY, "frueh")
    return plan


def publish(service: Roster, plan: Plan) -> Plan:
    return actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )


def leaves(service: Roster, day: date) -> None:
    staff.see_off_officer(
        officer_id=service.crew[0].pk, left_date=day, actor=SYSTEM, now=service.now
    )


def contract_ends(service: Roster, day: date) -> None:
    contract = service.crew[0].contracts.get()
    staff.end_contract(contract_id=contract.pk, valid_to=day, actor=SYSTEM, now=service.now)


def left_in_the_data(service: Roster, day: date) -> None:
    Officer.objects.filter(pk=service.crew[0].pk).update(left_date=day)


def days_on_duty(service: Roster) -> list[date]:
    rows = Duty.objects.filter(officer=service.crew[0]).order_by("shift__starts_at")
    return [local(row.shift.starts_at).date() for row in rows.select_related("shift")]


def test_whoever_is_seen_off_after_publication_stands_on_no_later_duty(
    service: Roster, plan: Plan, first: date
) -> None:
    publish(service, plan)
    post = Post.objects.get(officer=service.crew[0], day=first + 4 * DAY)
    swap = actions.offer_swap(post_id=post.pk, actor=service.officer, now=service.now)
    leaves(service, first + 2 * DAY)
    assert days_on_duty(service) == [first]
    assert [one.day for one in Post.objects.filter(officer=service.crew[0])] == [first]
    assert Swap.objects.get(pk=swap.pk).state == "void"
    plan.refresh_from_db()
    assert plan.state == "changed"
    assert list(plan.published_posts) == [f"{service.crew[0].pk}:{first}"]
    changed = Entry.objects.filter(act="roster.post_changed").order_by("-pk")[:2]
    assert {one.body.content["why"] for one in changed} == {"left"}


def test_whoever_is_seen_off_leaves_the_draft_and_shifts_by_hand_too(
    service: Roster, plan: Plan, first: date
) -> None:
    begins = service.now + 21 * DAY
    shift = Shift.objects.create(name="Fest", starts_at=begins, ends_at=begins + timedelta(hours=6))
    Duty.objects.create(shift=shift, officer=service.crew[0])
    leaves(service, first)
    assert not Post.objects.exists()
    assert not Duty.objects.exists()


def test_what_was_worked_stays_when_the_exit_is_noted_late(
    service: Roster, plan: Plan, first: date
) -> None:
    """§ 16 Abs. 2 ArbZG: the record of working time."""
    publish(service, plan)
    left_in_the_data(service, first)
    actions.clear_after_leaving(
        officer_id=service.crew[0].pk, actor=SYSTEM, now=service.now + 23 * DAY
    )
    assert days_on_duty(service) == [first, first + 2 * DAY]


@pytest.mark.parametrize("leave", [contract_ends, left_in_the_data])
def test_no_plan_is_published_with_somebody_who_has_left_by_then(
    service: Roster, plan: Plan, first: date, leave: Callable[[Roster, date], None]
) -> None:
    """In the middle of the month: the person serves in the plan, but not on its fifth day."""
    leave(service, first + 3 * DAY)
    with pytest.raises(Refused) as refused:
        publish(service, plan)
    assert refused.value.code == "officer-not-in-service"
    assert str(service.crew[0]) in refused.value.message
    assert not Duty.objects.exists()
    actions.clear_strangers(officer_id=service.crew[0].pk, actor=service.leader, now=service.now)
    publish(service, plan)
    assert days_on_duty(service) == [first, first + 2 * DAY]


@pytest.mark.parametrize("leave", [contract_ends, left_in_the_data])
def test_whoever_has_left_by_then_counts_for_nobody(
    service: Roster, plan: Plan, first: date, leave: Callable[[Roster, date], None]
) -> None:
    leave(service, first + 3 * DAY)
    for found in (sheet_of(plan, service.leader, service.now), wall_of(plan)):
        early = {
            day: next(one.planned for one in rows if one.kind.code == "frueh")
            for day, rows in found.cover.items()
        }
        assert (early[first + 2 * DAY], early[first + 4 * DAY]) == (1, 0)


@pytest.mark.parametrize("leave", [contract_ends, left_in_the_data])
def test_undo_brings_nobody_back_who_has_left(
    service: Roster, plan: Plan, first: date, leave: Callable[[Roster, date], None]
) -> None:
    publish(service, plan)
    last = first + 4 * DAY
    actions.set_post(
        plan_id=plan.pk, officer_id=service.crew[0].pk, day=last, kind_id=None,
        actor=service.leader, now=service.now,
    )  # fmt: skip
    leave(service, last)
    with pytest.raises(Refused) as refused:
        actions.undo(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert refused.value.code == "officer-not-in-service"
    assert last not in days_on_duty(service)


def test_nobody_is_put_on_duty_without_a_contract(service: Roster, plan: Plan, first: date) -> None:
    contract_ends(service, first)
    with pytest.raises(Refused) as refused:
        service.put(plan, 0, first + DAY, "frueh")
    assert refused.value.code == "officer-not-in-service"


def test_the_end_of_a_contract_waits_for_a_person_and_the_next_one_mends_it(
    service: Roster, plan: Plan, first: date, client_for: Callable[[str], Client]
) -> None:
    publish(service, plan)
    contract_ends(service, first + 3 * DAY)
    assert waiting(service.leader, service.now) == 1
    leader = client_for("shift_leader")
    page = leader.get("/dienstplan/antraege/").content.decode()
    assert "ohne Vertrag oder nicht mehr im Dienst" in page
    assert str(service.crew[0]) in page
    assert len(days_on_duty(service)) == 3  # nothing is lost by a clerk's order of entries
    answer = leader.post(f"/dienstplan/antraege/{service.crew[0].pk}/herausnehmen/", follow=True)
    assert "1 Dienst ist frei." in answer.content.decode()
    assert "ohne Vertrag oder nicht mehr im Dienst" not in answer.content.decode()
    assert days_on_duty(service) == [first, first + 2 * DAY]

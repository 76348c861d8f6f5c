"""Swaps and replacements: judged as a whole, and never for a duty that was worked already."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.kernel.clock import local
from streife.kernel.clock import now as real_now
from streife.kernel.errors import Refused
from streife.roster import actions
from streife.roster.models import Demand, Duty, Plan, Post, Swap
from streife.roster.queries.requests import losses_of, proposals_for
from streife.staff.rules import ContractGroup
from tests.rostering import Roster, a_roster

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 7), date(2026, 12, 13)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=6)


def published(service: Roster, first: date = FIRST, days: int = 7) -> Plan:
    """Return a published plan: officer 0 has the early shift of the first day, officer 4 beside."""
    plan = service.plan(first, first + timedelta(days=days - 1))
    service.put(plan, 0, first, "frueh")
    return actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )


def taken(service: Roster, plan: Plan) -> Swap:
    post = Post.objects.get(plan=plan, officer=service.crew[0])
    swap = actions.offer_swap(post_id=post.pk, actor=service.officer, now=service.now)
    return actions.take_swap(
        swap_id=swap.pk, back_post_id=None, actor=service.other, now=service.now
    )


def apprentice(service: Roster, number: int) -> None:
    """Let somebody of age be in training: what counts is the contract."""
    one = service.crew[number]
    one.contracts.update(group=ContractGroup.AZUBI)
    one.apprentice = one.of_age = True
    one.save(update_fields=["apprentice", "of_age"])


def test_an_apprentice_never_takes_the_duty_of_an_officer(service: Roster) -> None:
    """§ 22 JArbSchG and the local rule: they count for no need."""
    apprentice(service, 1)
    plan = published(service)
    with pytest.raises(Refused) as refused:
        taken(service, plan)
    assert refused.value.code == "swap-breaks-rule"
    assert "Auszubildende" in refused.value.message


def test_an_apprentice_takes_the_duty_of_an_apprentice_with_an_officer_there(
    service: Roster,
) -> None:
    apprentice(service, 0)
    apprentice(service, 1)
    plan = published(service)
    service.put(plan, 4, FIRST, "frueh")
    assert taken(service, plan).taken_by_id == service.crew[1].pk


def test_an_apprentice_does_not_change_places_with_an_officer(service: Roster) -> None:
    """On the same day, early for late: the early shift would lose its officer."""
    apprentice(service, 1)
    plan = published(service)
    service.put(plan, 4, FIRST, "spaet")
    late = service.put(plan, 1, FIRST, "spaet")
    post = Post.objects.get(plan=plan, officer=service.crew[0])
    swap = actions.offer_swap(post_id=post.pk, actor=service.officer, now=service.now)
    with pytest.raises(Refused) as refused:
        actions.take_swap(
            swap_id=swap.pk, back_post_id=late.pk, actor=service.other, now=service.now
        )
    assert "Auszubildende" in refused.value.message


def test_an_apprentice_does_not_step_in_for_an_officer_who_is_ill(service: Roster) -> None:
    apprentice(service, 2)
    published(service)
    call = actions.call_in_sick(
        first_day=FIRST, last_day=FIRST, actor=service.officer, now=service.now
    )
    with pytest.raises(Refused) as refused:
        actions.fill_gap(
            call_id=call.pk, number=0, officer_id=service.crew[2].pk,
            actor=service.leader, now=service.now,
        )  # fmt: skip
    assert refused.value.code == "breaks-rule"
    assert not Post.objects.exists()


def test_whoever_approves_a_swap_sees_the_qualification_it_costs(
    now: datetime, client_for: Clients
) -> None:
    service = a_roster(real_now(), officers=4)
    first = local(service.now).date() + timedelta(days=20)
    Demand.objects.create(
        kind=service.kinds["frueh"], weekday=first.weekday(), count=1, qualification="baton",
        valid_from=date(2024, 1, 1),
    )  # fmt: skip
    service.crew[1].qualifications.filter(kind="baton").delete()
    swap = taken(service, published(service, first))
    losses = losses_of(swap, service.now)
    assert len(losses.cover) == 1
    assert "stock" in losses.cover[0]
    page = client_for("shift_leader").get("/dienstplan/antraege/").content.decode()
    assert "es fehlt dann" in page


@pytest.mark.parametrize("approve", [True, False])
def test_a_swap_is_not_approved_once_the_duty_has_begun(service: Roster, approve: bool) -> None:
    """What was worked is proof of working time: § 16 Abs. 2 ArbZG. It can still be refused."""
    plan = published(service)
    swap = taken(service, plan)
    code = ""
    try:
        actions.decide_swap(
            swap_id=swap.pk, approve=approve, reason="zu spät",
            actor=service.leader, now=service.now + timedelta(days=30),
        )  # fmt: skip
    except Refused as refused:
        code = refused.code
    assert code == ("swap-too-late" if approve else "")
    assert Duty.objects.get().officer_id == service.crew[0].pk


def test_a_duty_in_return_that_was_worked_stays(service: Roster) -> None:
    plan = published(service)
    post = Post.objects.get(plan=plan, officer=service.crew[0])
    service.put(plan, 0, LAST, "spaet")
    late = Post.objects.get(plan=plan, officer=service.crew[0], day=LAST)
    back = service.put(plan, 1, FIRST, "spaet")
    swap = actions.offer_swap(post_id=late.pk, actor=service.officer, now=service.now)
    post.delete()
    Duty.objects.filter(officer=service.crew[0], shift__kind=post.kind_id).delete()
    actions.take_swap(swap_id=swap.pk, back_post_id=back.pk, actor=service.other, now=service.now)
    with pytest.raises(Refused) as refused:
        actions.decide_swap(
            swap_id=swap.pk, approve=True, reason="", actor=service.leader,
            now=service.now + timedelta(days=16),
        )  # fmt: skip
    assert refused.value.code == "swap-too-late"


def test_a_gap_is_not_filled_once_its_shift_is_over(service: Roster) -> None:
    published(service)
    call = actions.call_in_sick(
        first_day=FIRST, last_day=FIRST, actor=service.officer, now=service.now
    )
    late = service.now + timedelta(days=21)
    with pytest.raises(Refused) as refused:
        actions.fill_gap(
            call_id=call.pk, number=0, officer_id=service.crew[2].pk,
            actor=service.leader, now=late,
        )  # fmt: skip
    assert refused.value.code == "gap-over"
    assert not Duty.objects.exists()
    assert proposals_for(call, late) == []


def test_an_illness_of_many_days_reads_the_plan_once(
    service: Roster, django_assert_max_num_queries: Callable[..., AbstractContextManager[None]]
) -> None:
    plan = service.plan(FIRST, LAST)
    for n in range(5):
        service.put(plan, 0, FIRST + timedelta(days=n), "frueh")
    call = actions.call_in_sick(
        first_day=FIRST, last_day=LAST, actor=service.officer, now=service.now
    )
    # One reading of the plan takes some thirty; five would take a hundred and fifty.
    with django_assert_max_num_queries(40):
        found = proposals_for(call, service.now)
    assert len(found) == 5
    assert all(one.candidates for one in found)

"""The whole life of a swap: two officers and whoever decides, each told what the others did."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from streife.accounts.models import User
from streife.journal.models import Entry
from streife.kernel.clock import local
from streife.kernel.clock import now as real_now
from streife.kernel.errors import Refused
from streife.roster import actions
from streife.roster.models import Duty, Plan, Post, Swap
from streife.roster.queries import requests as reads
from streife.roster.rules.states import SwapState
from streife.staff import actions as staff
from streife.staff.rules import AbsenceKind
from tests.rostering import SYSTEM, Roster, a_roster

pytestmark = pytest.mark.django_db
Signed = Callable[[int], Client]


@pytest.fixture
def service() -> Roster:
    return a_roster(real_now(), officers=6)


@pytest.fixture
def first(service: Roster) -> date:
    return local(service.now).date() + timedelta(days=20)


@pytest.fixture
def plan(service: Roster, first: date) -> Plan:
    """Two early shifts: officer 0 on the first day, officer 1 on the third."""
    plan = service.plan(first, first + timedelta(days=6))
    service.put(plan, 0, first, "frueh")
    service.put(plan, 1, first + timedelta(days=2), "frueh")
    return actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )


@pytest.fixture
def signed(service: Roster) -> Signed:
    """Return a phone on which one of the two officers is signed in."""

    def sign_in(number: int) -> Client:
        client = Client()
        user = User.objects.get(officer=service.crew[number])
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def offered(service: Roster, plan: Plan) -> Swap:
    post = Post.objects.get(plan=plan, officer=service.crew[0])
    return actions.offer_swap(post_id=post.pk, actor=service.officer, now=service.now)


def taken(service: Roster, plan: Plan, *, back: bool = False) -> Swap:
    swap = offered(service, plan)
    post = Post.objects.get(plan=plan, officer=service.crew[1])
    return actions.take_swap(
        swap_id=swap.pk, back_post_id=post.pk if back else None,
        actor=service.other, now=service.now,
    )  # fmt: skip


def news(service: Roster, number: int) -> list[str]:
    """Return the states of the swaps of which an officer has not read the news."""
    return [one.state for one in reads.swap_news(service.crew[number].pk)]


def code_of(act: Callable[[], object]) -> str:
    try:
        act()
    except Refused as refused:
        return refused.code
    return ""


def test_a_taker_steps_back_on_the_phone_and_the_giver_is_told(
    service: Roster, plan: Plan, signed: Signed
) -> None:
    swap = taken(service, plan, back=True)
    page = signed(1).get("/dienstplan/meine/tausch/").content.decode()
    assert "Zurücktreten" in page
    answer = signed(1).post(f"/dienstplan/meine/tausch/{swap.pk}/zuruecktreten/", follow=True)
    assert "Zurückgetreten" in answer.content.decode()
    swap.refresh_from_db()
    assert (swap.state, swap.taken_by_id, swap.taken_at) == (SwapState.OFFERED, None, None)
    assert (swap.back_day, swap.back_kind_id) == (None, None)
    start = signed(0).get("/dienstplan/meine/").content.decode()
    assert f"{service.crew[1]} ist von Ihrem Tausch" in start
    assert "wieder für alle angeboten" in start
    assert Entry.objects.filter(act="roster.swap_stepped_back").count() == 1
    # It is free again: the same person or another may take it.
    actions.take_swap(swap_id=swap.pk, back_post_id=None, actor=service.other, now=service.now)


def test_news_of_a_swap_stay_until_they_are_read(
    service: Roster, plan: Plan, signed: Signed
) -> None:
    taken(service, plan)
    giver = signed(0)
    assert "nimmt Ihren Dienst" in giver.get("/dienstplan/meine/").content.decode()
    assert news(service, 1) == []
    assert "nimmt Ihren Dienst" in giver.get("/dienstplan/meine/").content.decode()
    giver.post("/dienstplan/meine/tausch/gelesen/")
    assert "nimmt Ihren Dienst" not in giver.get("/dienstplan/meine/").content.decode()
    assert news(service, 0) == []


def test_nobody_else_steps_back_and_not_after_the_decision(service: Roster, plan: Plan) -> None:
    swap = taken(service, plan)

    def step(actor: object) -> Callable[[], object]:
        return lambda: actions.step_back_from_swap(
            swap_id=swap.pk,
            actor=actor,
            now=service.now,  # type: ignore[arg-type]
        )

    assert code_of(step(service.officer)) == "no-such-swap"
    actions.decide_swap(
        swap_id=swap.pk, approve=True, reason="", actor=service.leader, now=service.now
    )
    assert code_of(step(service.other)) == "swap-over"


@pytest.mark.parametrize(("approve", "said"), [(True, "Genehmigt"), (False, "Abgelehnt")])
def test_both_are_told_the_decision(
    service: Roster, plan: Plan, signed: Signed, approve: bool, said: str
) -> None:
    swap = taken(service, plan)
    actions.read_swap_news(actor=service.officer, now=service.now)
    actions.decide_swap(
        swap_id=swap.pk, approve=approve, reason="Zu viele fehlen dann.",
        actor=service.leader, now=service.now,
    )  # fmt: skip
    for number in (0, 1):
        page = signed(number).get("/dienstplan/meine/").content.decode()
        assert said in page
        assert ("Zu viele fehlen dann." in page) is not approve


def test_a_taker_is_told_that_the_offer_was_withdrawn(
    service: Roster, plan: Plan, signed: Signed
) -> None:
    swap = taken(service, plan)
    actions.withdraw_swap(swap_id=swap.pk, actor=service.officer, now=service.now)
    assert "zurückgezogen" in signed(1).get("/dienstplan/meine/").content.decode()
    assert news(service, 0) == []  # who withdraws knows


@pytest.mark.parametrize("take", [True, False])
def test_what_nobody_decided_ends_when_the_duty_begins(
    service: Roster, plan: Plan, first: date, signed: Signed, take: bool
) -> None:
    swap = taken(service, plan) if take else offered(service, plan)
    begun = service.now + timedelta(days=21)
    assert actions.end_swaps(actor=SYSTEM, now=service.now) == 0
    assert actions.end_swaps(actor=SYSTEM, now=begun) == 1
    assert actions.end_swaps(actor=SYSTEM, now=begun) == 0
    swap.refresh_from_db()
    assert swap.state == SwapState.EXPIRED
    assert Entry.objects.filter(act="roster.swap_ended").count() == 1
    assert "niemand hat rechtzeitig" in signed(0).get("/dienstplan/meine/").content.decode()
    assert news(service, 1) == (["expired"] if take else [])
    assert Duty.objects.filter(officer=service.crew[0]).count() == 1


def test_a_duty_that_begins_today_is_neither_offered_nor_waits(
    service: Roster, plan: Plan, first: date
) -> None:
    """The day itself: at 7 o'clock the early shift of 6 runs, whether the schedule ran or not."""
    swap = taken(service, plan)
    begins = Duty.objects.get(officer=service.crew[0]).shift.starts_at
    for minutes, waits in ((-60, 1), (60, 0)):
        moment = begins + timedelta(minutes=minutes)
        assert reads.open_swaps(service.leader, moment).count() == waits
        assert reads.waiting(service.leader, moment) == waits
    Swap.objects.filter(pk=swap.pk).update(state="offered", taken_by=None)
    for minutes, waits in ((-60, 1), (60, 0)):
        moment = begins + timedelta(minutes=minutes)
        assert len(reads.offers_for(service.crew[3].pk, moment)) == waits


def test_a_swap_ends_when_its_duty_is_given_to_somebody_else(
    service: Roster, plan: Plan, first: date, signed: Signed
) -> None:
    swap = taken(service, plan)
    actions.move_post(
        plan_id=plan.pk, officer_id=service.crew[0].pk, day=first,
        to_officer_id=service.crew[4].pk, to_day=first, actor=service.leader, now=service.now,
    )  # fmt: skip
    swap.refresh_from_db()
    assert swap.state == SwapState.VOID
    assert news(service, 1) == ["void"]
    assert "steht so nicht mehr im Plan" in signed(1).get("/dienstplan/meine/").content.decode()


def test_a_duty_in_return_that_went_to_somebody_else_does_not_come_twice(
    service: Roster, plan: Plan, first: date
) -> None:
    """The taker is ill on the day in return: the replacement has it, not the giver too."""
    swap = taken(service, plan, back=True)
    third = first + timedelta(days=2)
    call = actions.call_in_sick(
        first_day=third, last_day=third, actor=service.other, now=service.now
    )
    actions.fill_gap(
        call_id=call.pk, number=0, officer_id=service.crew[4].pk,
        actor=service.leader, now=service.now,
    )  # fmt: skip
    code = code_of(
        lambda: actions.decide_swap(
            swap_id=swap.pk, approve=True, reason="", actor=service.leader, now=service.now
        )
    )
    assert code == "swap-over"
    on_third = Post.objects.filter(plan=plan, day=third)
    assert [post.officer_id for post in on_third] == [service.crew[4].pk]


def test_a_duty_promised_twice_ends_the_other_swap(service: Roster, plan: Plan) -> None:
    """Officer 1 gives their duty in return, and offers it beside: once it is given, it is gone."""
    back = Post.objects.get(plan=plan, officer=service.crew[1])
    beside = actions.offer_swap(post_id=back.pk, actor=service.other, now=service.now)
    swap = taken(service, plan, back=True)
    actions.decide_swap(
        swap_id=swap.pk, approve=True, reason="", actor=service.leader, now=service.now
    )
    beside.refresh_from_db()
    swap.refresh_from_db()
    assert (swap.state, beside.state) == (SwapState.APPROVED, SwapState.VOID)


def test_whoever_decides_sees_until_when(
    service: Roster, plan: Plan, first: date, client_for: Callable[[str], Client]
) -> None:
    taken(service, plan)
    page = client_for("shift_leader").get("/dienstplan/antraege/").content.decode()
    assert "endet von selbst" in page
    assert "06:00" in page


def test_what_must_or_cannot_be_given_in_return_is_said_by_the_form(
    service: Roster, plan: Plan, first: date, signed: Signed
) -> None:
    """Who has a duty on that day gives it; what has begun can no longer be given."""
    today = service.plan(local(service.now).date(), local(service.now).date())
    service.put(today, 1, today.first_day, "frueh")
    Plan.objects.filter(pk=today.pk).update(state="published")
    own = service.put(plan, 1, first, "spaet")
    offered(service, plan)
    page = signed(1).get("/dienstplan/meine/tausch/").content.decode()
    assert f'<option value="{own.pk}" selected>' in page
    assert f'<option value="{Post.objects.get(plan=today).pk}"' not in page


def test_whoever_may_not_take_a_duty_reads_who_breaks_which_rule(
    service: Roster, plan: Plan, first: date, signed: Signed
) -> None:
    """Late today, early tomorrow; then on leave, for which there is no norm to name."""
    service.put(plan, 1, first, "spaet")
    service.put(plan, 0, first + timedelta(days=1), "frueh")
    post = Post.objects.get(plan=plan, officer=service.crew[0], day=first + timedelta(days=1))
    swap = actions.offer_swap(post_id=post.pk, actor=service.officer, now=service.now)
    page = signed(1).post(f"/dienstplan/meine/tausch/{swap.pk}/nehmen/", follow=True)
    text = page.content.decode()
    assert f"{service.crew[1]}: nur 8:00 Stunden Ruhe, nötig sind 11:00. Elf Stunden" in text
    staff.add_absence(
        officer_id=service.crew[1].pk, kind=AbsenceKind.LEAVE, first_day=first,
        last_day=first + timedelta(days=1), actor=SYSTEM, now=service.now,
    )  # fmt: skip
    page = signed(1).post(f"/dienstplan/meine/tausch/{swap.pk}/nehmen/", follow=True)
    assert f"{service.crew[1]}: ist abwesend, steht aber im Plan." in page.content.decode()

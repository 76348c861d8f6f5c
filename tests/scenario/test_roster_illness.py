"""Ill for longer than first said: one illness, one line, and what each telling opened."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from streife.kernel.clock import local
from streife.kernel.clock import now as real_now
from streife.roster import actions
from streife.roster.models import Plan, Post, SickCall
from streife.roster.queries.illness import lost_duties
from streife.staff.models import Absence
from tests.rostering import Roster, a_roster

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def service() -> Roster:
    return a_roster(real_now(), officers=6)


@pytest.fixture
def first(service: Roster) -> date:
    return local(service.now).date() + 20 * DAY


@pytest.fixture
def plan(service: Roster, first: date) -> Plan:
    """Officer 0 has the early shift on the first, second, third and fifth day."""
    plan = service.plan(first, first + 6 * DAY)
    for n in (0, 1, 2, 4):
        service.put(plan, 0, first + n * DAY, "frueh")
    return publish(service, plan)


def publish(service: Roster, plan: Plan) -> Plan:
    return actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )


def ill(service: Roster, first: date, last: date, hours: int = 0) -> SickCall:
    return actions.call_in_sick(
        first_day=first, last_day=last, actor=service.officer,
        now=service.now + timedelta(hours=hours),
    )  # fmt: skip


def test_prolonging_from_the_next_day_on_makes_one_illness(
    service: Roster, plan: Plan, first: date, client_for: Callable[[str], Client]
) -> None:
    begun = ill(service, first, first + DAY)
    chosen = service.crew[4].pk
    actions.fill_gap(
        call_id=begun.pk, number=0, officer_id=chosen, actor=service.leader, now=service.now
    )
    longer = ill(service, first + 2 * DAY, first + 3 * DAY)
    assert longer.pk == begun.pk
    row = Absence.objects.get(officer=service.crew[0])
    call = SickCall.objects.get()
    assert (row.first_day, row.last_day) == (first, first + 3 * DAY)
    assert (call.first_day, call.last_day) == (first, first + 3 * DAY)
    assert [gap["filled_by"] for gap in call.gaps] == [chosen, None, None]
    leader = client_for("shift_leader")
    name = str(service.crew[0])
    page = leader.get("/dienstplan/antraege/").content.decode()
    assert page.count(f">{name}</a>") == 1
    assert "2 Dienste offen" in page
    assert leader.get(f"/dienstplan/krank/{call.pk}/").content.decode().count("<h2 id") == 2


def test_a_call_between_two_illnesses_makes_one_of_all_three(
    service: Roster, plan: Plan, first: date
) -> None:
    ill(service, first, first)
    ill(service, first + 2 * DAY, first + 2 * DAY)
    assert SickCall.objects.count() == Absence.objects.count() == 2
    ill(service, first + DAY, first + DAY)
    call = SickCall.objects.get()
    assert Absence.objects.count() == 1
    assert (call.first_day, call.last_day) == (first, first + 2 * DAY)
    days = {first + n * DAY for n in range(3)}
    assert {date.fromisoformat(gap["day"]) for gap in call.gaps} == days


def test_illnesses_with_a_day_between_them_stay_two(
    service: Roster, plan: Plan, first: date
) -> None:
    ill(service, first, first)
    ill(service, first + 2 * DAY, first + 2 * DAY)
    assert SickCall.objects.count() == Absence.objects.count() == 2


def test_what_was_told_before_the_plan_keeps_its_credit_when_prolonged(
    service: Roster, first: date
) -> None:
    """A day told before publication was never planned; told after it, a free day brings nothing."""
    plan = service.plan(first, first + 6 * DAY)
    service.put(plan, 1, first, "frueh")
    ill(service, first, first + DAY, hours=-1)
    publish(service, plan)
    ill(service, first, first + 3 * DAY, hours=1)
    lost = lost_duties(first, first + 6 * DAY)[service.crew[0].pk]
    assert dict(lost) == {first + 2 * DAY: None, first + 3 * DAY: None}
    assert not Post.objects.filter(officer=service.crew[0]).exists()


def test_the_page_says_first_whether_a_replacement_is_needed_at_all(
    service: Roster, plan: Plan, first: date, client_for: Callable[[str], Client]
) -> None:
    """One is needed in the early shift: on the first day somebody else stands there, too."""
    service.put(plan, 3, first, "frueh")
    call = ill(service, first, first)
    leader = client_for("shift_leader")
    page = leader.get(f"/dienstplan/krank/{call.pk}/").content.decode()
    assert "es sind auch so genug Kräfte da" in page
    assert "Ohne Ersatz 1 im Dienst, nötig sind mindestens 1." in page
    ill(service, first + DAY, first + DAY)
    page = leader.get(f"/dienstplan/krank/{call.pk}/").content.decode()
    assert "1 Dienst braucht Ersatz" in page
    assert "Ohne Ersatz 0 im Dienst, nötig sind mindestens 1." in page


def test_a_duty_that_needs_nobody_is_left_open_and_waits_no_longer(
    service: Roster, plan: Plan, first: date, client_for: Callable[[str], Client]
) -> None:
    call = ill(service, first, first)
    leader = client_for("shift_leader")
    address = f"/dienstplan/krank/{call.pk}/0/offen-lassen/"
    assert client_for("officer").post(address).status_code == 403
    assert "1 Dienst offen" in leader.get("/dienstplan/antraege/").content.decode()
    page = leader.post(address, follow=True).content.decode()
    assert "Der Dienst bleibt ohne Ersatz." in page
    assert "Kein Dienst wartet auf Ersatz" in page
    assert "ohne Ersatz" in page.partition("Schon entschieden")[2]
    assert "1 Dienst offen" not in leader.get("/dienstplan/antraege/").content.decode()
    # Later somebody can come after all.
    chosen = service.crew[4].pk
    actions.fill_gap(
        call_id=call.pk, number=0, officer_id=chosen, actor=service.leader, now=service.now
    )
    assert Post.objects.filter(plan=plan, officer_id=chosen, day=first).exists()
    assert "Dieser Dienst ist schon besetzt." in leader.post(address, follow=True).content.decode()

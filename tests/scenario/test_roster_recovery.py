"""Back earlier than noted: the duties are theirs again, and what is to be decided is asked."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from django.test import Client

from streife.journal.models import Entry
from streife.kernel.clock import local
from streife.kernel.clock import now as real_now
from streife.kernel.errors import Refused
from streife.places.models import Area
from streife.roster import actions
from streife.roster.models import Duty, Plan, Post, SickCall
from streife.roster.queries.accounts import accounts_between
from streife.roster.queries.requests import waiting
from streife.roster.rules.clock import moment_of
from streife.staff import actions as staff
from streife.staff.models import Absence
from tests.rostering import SYSTEM, Roster, a_roster

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WEEK = 6 * DAY


@pytest.fixture
def service() -> Roster:
    return a_roster(real_now(), officers=6)


@pytest.fixture
def first(service: Roster) -> date:
    return local(service.now).date() + 20 * DAY


@pytest.fixture
def plan(service: Roster, first: date) -> Plan:
    """Officer 0 has the early shift on the first three days, published; then falls ill."""
    plan = service.plan(first, first + WEEK)
    for n in range(3):
        service.put(plan, 0, first + n * DAY, "frueh")
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    actions.call_in_sick(
        first_day=first, last_day=first + 3 * DAY, actor=service.officer, now=service.now
    )
    return plan


def fill(service: Roster, number: int, crew: int) -> None:
    actions.fill_gap(
        call_id=SickCall.objects.get().pk, number=number, officer_id=service.crew[crew].pk,
        actor=service.leader, now=service.now,
    )  # fmt: skip


def well_from(service: Roster, day: date) -> None:
    """Somebody with `staff.change` cuts the absence, or takes it out."""
    row = Absence.objects.get(officer=service.crew[0])
    if day <= row.first_day:
        staff.remove_absence(absence_id=row.pk, actor=SYSTEM, now=service.now)
    else:
        staff.change_absence(
            absence_id=row.pk, first_day=row.first_day, last_day=day - DAY,
            actor=SYSTEM, now=service.now,
        )  # fmt: skip


def days_of(plan: Plan, service: Roster, crew: int) -> list[int]:
    days = Post.objects.filter(plan=plan, officer=service.crew[crew]).order_by("day")
    return [(day - plan.first_day).days for day in days.values_list("day", flat=True)]


def acts(prefix: str) -> list[str]:
    return list(Entry.objects.filter(act__startswith=prefix).values_list("act", flat=True))


def test_who_is_well_earlier_has_their_duties_again(
    service: Roster, plan: Plan, first: date
) -> None:
    account = accounts_between(first, first + WEEK, now=service.now)[service.crew[0].pk]
    assert (account.planned, account.credited) == (0, 3 * 450)
    assert waiting(service.leader, service.now) == 3
    well_from(service, first + DAY)
    assert days_of(plan, service, 0) == [1, 2]
    assert Duty.objects.filter(officer=service.crew[0]).count() == 2
    assert waiting(service.leader, service.now) == 1  # the day on which they are ill
    assert acts("roster.duty_taken_up") == ["roster.duty_taken_up"] * 2
    account = accounts_between(first, first + WEEK, now=service.now)[service.crew[0].pk]
    assert (account.planned, account.credited) == (2 * 450, 450)


def test_they_go_where_they_went(service: Roster, first: date) -> None:
    area = Area.objects.create(
        kind="operational", code="nord", name="Nord", dataset="test",
        valid_from=date(2024, 1, 1), geometry={}, south=51.0, west=7.0, north=52.0, east=8.0,
    )  # fmt: skip
    plan = service.plan(first, first + WEEK)
    Post.objects.filter(pk=service.put(plan, 0, first, "frueh").pk).update(area=area)
    actions.publish_plan(
        plan_id=plan.pk, council_note="ja", reason="Probe", actor=service.leader, now=service.now
    )
    actions.call_in_sick(first_day=first, last_day=first, actor=service.officer, now=service.now)
    well_from(service, first)
    assert Post.objects.get(plan=plan, officer=service.crew[0]).area == area


def test_a_replacement_stays_until_a_person_decides(
    service: Roster, plan: Plan, first: date, client_for: Callable[[str], Client]
) -> None:
    fill(service, 1, 3)
    fill(service, 2, 4)
    well_from(service, first)
    assert days_of(plan, service, 0) == [0]
    assert (days_of(plan, service, 3), days_of(plan, service, 4)) == ([1], [2])
    assert waiting(service.leader, service.now) == 2
    leader, call = client_for("shift_leader"), SickCall.objects.get()
    page = leader.get(f"/dienstplan/krank/{call.pk}/").content.decode()
    assert "ist wieder da: 2 Dienste sind zu entscheiden" in page
    assert f"Jetzt ist {service.crew[3]} dafür eingeteilt." in page
    addresses = [f"/dienstplan/krank/{call.pk}/{number}/wieder-da/" for number in (1, 2)]
    assert client_for("officer").post(addresses[0], {"answer": "again"}).status_code == 403
    page = leader.post(addresses[0], follow=True).content.decode()
    assert "Bitte wählen Sie, wer den Dienst macht." in page
    page = leader.post(addresses[0], {"answer": "again"}, follow=True).content.decode()
    assert "Der Plan ist geändert." in page
    assert "ist wieder da: 1 Dienst ist zu entscheiden" in page
    assert (days_of(plan, service, 0), days_of(plan, service, 3)) == ([0, 1], [])
    page = leader.post(addresses[1], {"answer": "keep"}, follow=True).content.decode()
    assert "Es bleibt, wie es im Plan steht." in page
    assert (days_of(plan, service, 0), days_of(plan, service, 4)) == ([0, 1], [2])
    assert waiting(service.leader, service.now) == 0
    for address, answer in zip(addresses, ("again", "again"), strict=True):
        page = leader.post(address, {"answer": answer}, follow=True).content.decode()
        assert "Über diesen Dienst ist schon entschieden." in page
    actions.take_up_again(officer_id=service.crew[0].pk, actor=service.leader, now=service.now)
    assert waiting(service.leader, service.now) == 0  # once decided is decided
    assert acts("roster.replacement_kept") == ["roster.replacement_kept"]


def test_a_duty_that_a_rule_forbids_by_now_is_asked_about(
    service: Roster, first: date, client_for: Callable[[str], Client]
) -> None:
    """The late shift of the evening before leaves eight hours of rest (§ 5 Abs. 1 ArbZG)."""
    plan = service.plan(first, first + WEEK)
    service.put(plan, 0, first + DAY, "frueh")
    service.put(plan, 1, first, "spaet")
    actions.call_in_sick(
        first_day=first + DAY, last_day=first + DAY, actor=service.officer, now=service.now
    )
    service.put(plan, 0, first, "spaet")
    well_from(service, first)
    assert days_of(plan, service, 0) == [0]
    call, leader = SickCall.objects.get(), client_for("shift_leader")
    page = leader.get(f"/dienstplan/krank/{call.pk}/").content.decode()
    assert "ist wieder da, kann diesen Dienst aber nicht übernehmen." in page
    assert "Elf Stunden Ruhe zwischen zwei Schichten" in page
    assert waiting(service.leader, service.now) == 1
    leader.post(f"/dienstplan/krank/{call.pk}/0/offen-lassen/")
    assert waiting(service.leader, service.now) == 0


def test_who_is_away_for_another_reason_is_not_back(
    service: Roster, plan: Plan, first: date
) -> None:
    """The illness ends, and leave was entered for its last days."""
    Absence.objects.all().delete()
    Absence.objects.create(
        officer=service.crew[0], kind="leave", first_day=first + 2 * DAY, last_day=first + WEEK
    )
    actions.take_up_again(officer_id=service.crew[0].pk, actor=service.leader, now=service.now)
    assert days_of(plan, service, 0) == [0, 1]
    with pytest.raises(Refused) as refused:
        actions.give_back_gap(
            call_id=SickCall.objects.get().pk, number=2, actor=service.leader, now=service.now
        )
    assert refused.value.code == "gap-decided"


def test_a_relapse_opens_the_same_duties_and_each_once(
    service: Roster, plan: Plan, first: date
) -> None:
    fill(service, 2, 4)
    well_from(service, first + DAY)
    assert waiting(service.leader, service.now) == 2  # the first day, and whether to change
    actions.call_in_sick(
        first_day=first + DAY, last_day=first + 2 * DAY, actor=service.officer, now=service.now
    )
    gaps = SickCall.objects.get().gaps
    filled = [gap["filled_by"] for gap in gaps]
    assert filled == [None, None, service.crew[4].pk]
    assert not any(gap.get("returned") for gap in gaps)
    assert days_of(plan, service, 0) == []


def test_a_duty_that_runs_or_is_over_is_not_taken_up(
    service: Roster, plan: Plan, first: date
) -> None:
    Absence.objects.all().delete()
    later = moment_of(first + DAY, time(12))  # the second early shift runs
    actions.take_up_again(officer_id=service.crew[0].pk, actor=service.leader, now=later)
    assert days_of(plan, service, 0) == [2]


def test_a_draft_thrown_away_leaves_no_duty_to_fill(
    service: Roster, first: date, client_for: Callable[[str], Client]
) -> None:
    plan = service.plan(first, first + WEEK)
    service.put(plan, 0, first, "frueh")
    actions.call_in_sick(first_day=first, last_day=first, actor=service.officer, now=service.now)
    assert waiting(service.leader, service.now) == 1
    actions.drop_plan(plan_id=plan.pk, actor=service.leader, now=service.now)
    assert waiting(service.leader, service.now) == 0
    leader, call = client_for("shift_leader"), SickCall.objects.get()
    assert leader.get(f"/dienstplan/krank/{call.pk}/").status_code == 200
    assert (
        leader.post(f"/dienstplan/krank/{call.pk}/0/besetzen/", {"officer": 1}).status_code == 404
    )
    well_from(service, first)
    assert SickCall.objects.get().gaps[0]["left_open"] is True

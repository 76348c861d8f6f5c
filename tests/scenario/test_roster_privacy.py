"""What a plan says about a person is for them and whoever plans, and for nobody else."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from openpyxl import load_workbook

from streife.accounts.queries import actor_of
from streife.accounts.rules import Role
from streife.kernel.errors import NotPermitted, Refused
from streife.roster import actions
from streife.roster.models import Plan
from streife.staff import actions as staff
from streife.staff.rules import AbsenceKind
from tests.factories import user_with
from tests.rostering import SYSTEM, Roster, a_roster

Clients = Callable[[str], Client]
pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
DAY = date(2026, 12, 9)
FEW_HOURS = "7:30 Stunden, mindestens 140:55"  # what the contract asks for stands in it
SOMEBODY = "Bei jemandem ist eine Regel verletzt"


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now)


@pytest.fixture
def plan(service: Roster) -> Plan:
    """Return a published month with one early shift, of somebody who wished to be free."""
    actions.make_wish(day=DAY, want="free", kind_id=None, actor=service.officer, now=service.now)
    plan = service.plan(FIRST, LAST)
    service.put(plan, 0, DAY, "frueh")
    return actions.publish_plan(
        plan_id=plan.pk,
        council_note="Zugestimmt (erfunden)",
        reason="Probe",
        actor=service.leader,
        now=service.now,
    )


def signed_in(user_id: int | None) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=user_id or 0))
    return client


def pages(client: Client, service: Roster, plan: Plan) -> str:
    """Return the three pages that speak of the first of the crew."""
    own = service.crew[0].pk
    paths = ("", f"tag/{DAY}/", f"person/{own}/")
    return "".join(client.get(f"/dienstplan/{plan.pk}/{path}").content.decode() for path in paths)


@pytest.mark.parametrize("role", ["colleague", "dispatcher", "desk"])
def test_colleagues_read_neither_wishes_nor_terms_out_of_findings(
    service: Roster, plan: Plan, client_for: Clients, role: str
) -> None:
    other = signed_in(service.other.user_id)
    text = pages(other if role == "colleague" else client_for(role), service, plan)
    assert "k--wish" not in text
    assert "0 von 1" not in text
    assert FEW_HOURS not in text
    assert "k--broken" not in text
    assert text.count(SOMEBODY) == 1  # eight people have too few hours; it is said once
    assert "8 Regeln verletzt" in text  # the plan itself is not called better than it is


def test_whoever_plans_reads_all_of_it(service: Roster, plan: Plan, client_for: Clients) -> None:
    text = pages(client_for("shift_leader"), service, plan)
    assert "k--wish" in text
    assert "0 von 1 erfüllt" in text
    assert FEW_HOURS in text
    assert SOMEBODY not in text


def test_the_person_reads_their_own(service: Roster, plan: Plan) -> None:
    mine = pages(signed_in(service.officer.user_id), service, plan)
    assert FEW_HOURS in mine
    assert "k--wish" in mine
    assert FEW_HOURS not in pages(signed_in(service.other.user_id), service, plan)


def test_the_head_who_may_see_terms_reads_findings_and_no_wishes(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    text = pages(client_for("head"), service, plan)
    assert FEW_HOURS in text
    assert "k--wish" not in text


def test_nobody_learns_of_an_illness_from_a_refusal(service: Roster) -> None:
    who, now = service.crew[0].pk, service.now

    def note(kind: AbsenceKind, role: Role) -> str:
        user = user_with(role, username=f"{role}-{kind}")
        with pytest.raises(Refused) as refused:
            staff.add_absence(
                officer_id=who, kind=kind, first_day=DAY, last_day=DAY,
                actor=actor_of(user), now=now,
            )  # fmt: skip
        assert refused.value.code == "absence-overlaps"
        return refused.value.message

    staff.add_absence(
        officer_id=who, kind=AbsenceKind.SICK, first_day=DAY, last_day=DAY, actor=SYSTEM, now=now
    )
    assert "krank" not in note(AbsenceKind.TRAINING, Role.ADMIN)
    assert "schon abwesend eingetragen" in note(AbsenceKind.LEAVE, Role.ADMIN)
    assert "schon krank eingetragen" in note(AbsenceKind.LEAVE, Role.SHIFT_LEADER)


def test_the_council_does_not_read_whose_illness_the_one_change_was(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    def changes() -> list[tuple[object, ...]]:
        answer = client_for("head").get(f"/dienstplan/{plan.pk}/personalrat/")
        book = load_workbook(io.BytesIO(answer.content))
        return [tuple(row) for row in book["Änderungen"].iter_rows(min_row=2, values_only=True)]

    later = service.now + timedelta(hours=1)
    actions.call_in_sick(
        first_day=DAY, last_day=DAY, officer_id=service.crew[0].pk, actor=service.leader, now=later
    )
    service.now = later
    for number in range(1, 5):
        service.put(plan, number, DAY, "spaet")
    assert changes() == [("verschiedene Anlässe", 5, 0)]
    service.put(plan, 5, DAY, "spaet")
    assert changes() == [("von Hand", 5, 0), ("verschiedene Anlässe", 1, 0)]


def test_who_has_left_wishes_nothing_and_their_calendar_is_closed(
    service: Roster, plan: Plan
) -> None:
    secret = actions.make_feed(actor=service.officer, now=service.now)
    assert Client().get(f"/dienstplan/kalender/{secret}.ics").status_code == 200
    staff.see_off_officer(
        officer_id=service.crew[0].pk, left_date=service.now.date(), actor=SYSTEM, now=service.now
    )
    assert Client().get(f"/dienstplan/kalender/{secret}.ics").status_code == 404
    with pytest.raises(NotPermitted):
        actions.make_wish(
            day=DAY, want="free", kind_id=None, actor=service.officer, now=service.now
        )
    with pytest.raises(NotPermitted):
        actions.make_feed(actor=service.officer, now=service.now)
    tomorrow = service.now.date() + timedelta(days=1)
    with pytest.raises(NotPermitted):
        actions.call_in_sick(
            first_day=tomorrow,
            last_day=tomorrow,
            actor=service.officer,
            now=service.now + timedelta(days=1),
        )

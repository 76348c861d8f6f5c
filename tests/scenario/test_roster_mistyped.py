"""A mistyped year, a draft of wrong days, a sign nobody sees: said at once, nothing broken."""

import io
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from openpyxl import load_workbook

from streife.journal.models import Entry
from streife.kernel.errors import NotPermitted, Refused
from streife.roster import actions
from streife.roster.models import Plan, Post, Wish
from streife.staff.models import Officer
from tests.rostering import Roster, a_roster

Clients = Callable[[str], Client]
pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now)


def publish(service: Roster, plan: Plan) -> Plan:
    return actions.publish_plan(
        plan_id=plan.pk,
        council_note="Zugestimmt (erfunden)",
        reason="Probe",
        actor=service.leader,
        now=service.now,
    )


@pytest.mark.parametrize("year", [1026, 2024, 2062, 9999])
def test_a_plan_of_another_year_is_refused_and_the_page_stays(
    service: Roster, client_for: Clients, year: int
) -> None:
    leader = client_for("shift_leader")
    days = {"first_day": f"{year}-12-30", "last_day": f"{year}-12-31"}
    assert leader.post("/dienstplan/neu/", days).status_code == 409
    assert not Plan.objects.exists()
    assert leader.get("/dienstplan/").status_code == 200
    with pytest.raises(Refused) as refused:
        service.plan(date(year, 12, 30), date(year, 12, 31))
    assert refused.value.code == "plan-far"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/personal/{}/austritt/", {"last_day": "9999-12-31"}),
        ("/personal/{}/vertrag/", {"valid_from": "2026-01-01", "last_day": "9999-12-31"}),
        ("/personal/{}/befaehigung/", {"valid_from": "2026-01-01", "last_day": "9999-12-31"}),
        ("/personal/{}/abwesenheit/", {"first_day": "1026-01-01", "last_day": "1026-01-02"}),
        ("/ausstattung/neu/", {"acquired_date": "9999-01-01", "inventory_number": "V-1"}),
        ("/dienstplan/bedarf/", {"since": "9999-12-31"}),
    ],
)
def test_a_form_asks_again_for_a_year_that_nobody_means(
    service: Roster, client_for: Clients, path: str, data: dict[str, str]
) -> None:
    more = {"group": "tarif", "percent": "100", "kind": "vest"}
    more |= {"kind": "leave"} if "abwesenheit" in path else {}
    more |= {"kind": "baton"} if "befaehigung" in path else {}
    answer = client_for("shift_leader").post(path.format(service.crew[0].pk), more | data)
    assert answer.status_code == 409
    assert "Bitte prüfen Sie das Jahr" in answer.content.decode()


@pytest.mark.parametrize(
    ("month", "status"), [("9999-12", 404), ("0000-01", 404), ("2026-12", 200)]
)
def test_accounts_of_no_month_are_not_there(
    service: Roster, client_for: Clients, month: str, status: int
) -> None:
    answer = client_for("shift_leader").get("/dienstplan/konten/", {"monat": month})
    assert answer.status_code == status


def test_a_draft_with_the_wrong_days_is_thrown_away(service: Roster, client_for: Clients) -> None:
    plan = service.plan(FIRST, date(2027, 1, 31))  # a month was meant
    service.put(plan, 0, FIRST, "frueh")
    actions.make_wish(
        day=date(2026, 12, 9), want="free", kind_id=None, actor=service.officer, now=service.now
    )
    with pytest.raises(NotPermitted):
        actions.drop_plan(plan_id=plan.pk, actor=service.officer, now=service.now)
    leader = client_for("shift_leader")
    assert (
        f"/dienstplan/{plan.pk}/verwerfen/"
        in leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    )
    assert leader.post(f"/dienstplan/{plan.pk}/verwerfen/").status_code == 302
    assert not Plan.objects.exists()
    assert not Post.objects.exists()
    assert Wish.objects.exists()
    entry = Entry.objects.get(act="roster.plan_dropped")
    assert entry.subject == f"roster_plan:{plan.pk}"
    assert entry.body.content == {"from": "2026-12-01", "to": "2027-01-31", "duties": 1}
    service.plan(FIRST, LAST)


def test_what_was_announced_is_never_thrown_away(service: Roster, client_for: Clients) -> None:
    plan = service.plan(FIRST, LAST)
    service.put(plan, 0, FIRST, "frueh")
    publish(service, plan)
    leader = client_for("shift_leader")
    assert "verwerfen" not in leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert leader.post(f"/dienstplan/{plan.pk}/verwerfen/").status_code == 409
    assert Plan.objects.filter(pk=plan.pk).exists()


def test_a_sign_that_no_sheet_can_hold_keeps_no_export_back(
    service: Roster, client_for: Clients
) -> None:
    Officer.objects.filter(pk=service.crew[0].pk).update(last_name="Mus\x07ter")  # from before
    plan = service.plan(FIRST, LAST)
    service.put(plan, 0, FIRST, "frueh")
    actions.release_rule(
        plan_id=plan.pk, rule="L1", officer_id=service.crew[0].pk, day=None,
        reason="Markt\x0b am 6.", actor=service.leader, now=service.now,
    )  # fmt: skip
    publish(service, plan)
    head = client_for("head")
    answer = head.get(f"/dienstplan/{plan.pk}/personalrat/")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    assert book["Ausnahmen"]["D2"].value == "Markt am 6."
    assert "Muster, D." in [cell.value for cell in book["Plan"]["A"]]
    assert head.get(f"/dienstplan/{plan.pk}/wand.pdf").status_code == 200

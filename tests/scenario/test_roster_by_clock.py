"""Friday night needs more people, whatever the shifts are called: entered, planned, explained."""

import io
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from streife.accounts.rules import Role
from streife.kernel.errors import NotPermitted
from streife.roster import actions, council, grid
from streife.roster.models import HourDemand, Plan, Post
from streife.roster.queries.council import council_report
from streife.roster.queries.sheet import sheet_of
from streife.roster.sentences import day_text
from streife.roster.solver.problem import Stage
from tests.rostering import Roster, a_roster, next_month, set_need
from tests.staffing import an_officer

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
FORM = {"weekday": "4", "day": "", "begins": "20:00", "ends": "02:00", "count": "3"}


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=12)


def computed(service: Roster, plan: Plan) -> Plan:
    actions.begin_computation(
        plan_id=plan.pk, actor=service.leader, now=service.now, seconds=3.0, assume_history=True
    )
    return Plan.objects.get(pk=plan.pk)


def test_friday_from_twenty_to_two_is_entered_planned_and_ended(
    service: Roster, client_for: Clients
) -> None:
    leader = client_for("shift_leader")
    page = leader.get("/dienstplan/bedarf/").content.decode()
    assert "Mehr Kräfte am Freitag von 20 bis 2 Uhr?" in page
    answer = leader.post("/dienstplan/bedarf/uhrzeit/", {**FORM, "reason": "Wall am Abend"})
    assert answer.status_code == 302
    page = leader.get("/dienstplan/bedarf/").content.decode()
    assert "Wall am Abend" in page
    assert "jeden Freitag, 20:00 bis 2:00 Uhr" in page
    plan = computed(service, service.plan(*next_month(service.now)))
    sheet = sheet_of(plan, service.leader, service.now)
    assert not sheet.judged.of(Stage.COVER, hard=True)
    evening = {service.kinds[code].pk for code in ("spaet", "polizei")}
    fridays = [
        day
        for n in range((plan.last_day - plan.first_day).days + 1)
        if (day := plan.first_day + timedelta(days=n)).weekday() == 4
    ]
    for day in fridays:
        there = list(Post.objects.filter(plan=plan, day=day).values_list("kind_id", flat=True))
        assert sum(kind in evening for kind in there) >= 3, day
        assert there.count(service.kinds["nacht"].pk) >= 3, day  # only the night reaches two
    leader.post(f"/dienstplan/bedarf/uhrzeit/{HourDemand.objects.get().pk}/beenden/")
    assert not HourDemand.objects.exists()


def test_what_is_needed_by_the_clock_stands_wherever_the_cover_of_a_shift_does(
    service: Roster, client_for: Clients
) -> None:
    leader = client_for("shift_leader")
    plan = service.plan(*next_month(service.now))
    day = plan.first_day + timedelta(days=9)
    leader.post(
        "/dienstplan/bedarf/uhrzeit/",
        {**FORM, "weekday": "", "day": str(day), "count": "2", "reason": "Wall am Abend"},
    )
    for number, kind in enumerate(("spaet", "spaet", "nacht")):
        service.put(plan, number, day, kind)
    learner = an_officer(service.now, apprentice=True)
    kind = service.kinds["nacht"]
    Post.objects.create(plan=plan, officer=learner, day=day, kind=kind)  # never counts
    sheet = sheet_of(plan, service.leader, service.now)
    assert [(one.planned, one.least) for one in sheet.clocks_on(day)] == [(1, 2)]
    assert "20:00–02:00" in grid.picture_of(sheet)
    foot = grid.table_of(sheet, editable=False).partition("<tfoot>")[2]
    assert "20:00–02:00</th>" in foot
    assert "▼1<small>/2</small>" in foot
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert "20:00–02:00 1/2" in page  # the list of days, for the phone
    page = leader.get(f"/dienstplan/{plan.pk}/tag/{day}/").content.decode()
    assert "mindestens 1 zugleich im Dienst, nötig 2" in page
    wall = PdfReader(io.BytesIO(leader.get(f"/dienstplan/{plan.pk}/wand.pdf").content))
    assert "20:00–02:00 zugleich" in " ".join(one.extract_text() for one in wall.pages)
    rows = council.sheets_of(council_report(plan, service.now))["Besetzung"]
    assert (f"{day:%d.%m.%Y}", "20:00–02:00", 1, 2, 2) in rows


def test_the_message_names_a_day_that_lacks_people_only_by_the_clock(service: Roster) -> None:
    set_need(service.kinds, {})
    plan = service.plan(*next_month(service.now))
    day = plan.first_day + timedelta(days=9)
    actions.add_hour_demand(
        weekday=None,
        day=day,
        begins=time(10),
        ends=time(12),
        count=1,
        reason="Markt",
        since=day,
        actor=service.leader,
        now=service.now,
    )
    sheet = sheet_of(plan, service.leader, service.now)
    assert grid.cover_sentence(sheet) == f"Zu wenige Kräfte: {day_text(day)}"
    service.put(plan, 0, day, "frueh")
    sheet = sheet_of(plan, service.leader, service.now)
    assert grid.cover_sentence(sheet) == "An jedem Tag sind genug Kräfte eingeteilt."


def test_an_event_that_nobody_can_meet_is_explained_and_can_be_lowered(
    service: Roster, client_for: Clients
) -> None:
    leader = client_for("shift_leader")
    plan = service.plan(*next_month(service.now))
    day = plan.first_day + timedelta(days=9)
    leader.post(
        "/dienstplan/bedarf/uhrzeit/",
        {**FORM, "weekday": "", "day": str(day), "begins": "10:00", "ends": "12:00"}
        | {"count": "40", "reason": "Weihnachtsmarkt"},
    )
    plan = computed(service, plan)
    page = leader.get(f"/dienstplan/{plan.pk}/").content.decode()
    assert "10:00 bis 12:00 Uhr: " in page
    assert "nötig sind 40" in page
    way = next(row for row in plan.outcome["releases"] if row["rule"] == "need/time-1000-1200")
    leader.post(
        f"/dienstplan/{plan.pk}/ausnahme/",
        {"rule": way["rule"], "day": way["day"], "reason": "Markt wird kleiner"},
    )
    sheet = sheet_of(Plan.objects.get(pk=plan.pk), service.leader, service.now)
    assert not sheet.judged.of(Stage.COVER, hard=True)


def test_a_refused_form_keeps_what_was_typed(service: Roster, client_for: Clients) -> None:
    leader = client_for("shift_leader")
    answer = leader.post(
        "/dienstplan/bedarf/uhrzeit/", {**FORM, "weekday": "", "reason": "Wall am Abend"}
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "entweder einen Wochentag oder einen einzelnen Tag" in page
    assert 'value="Wall am Abend"' in page


def test_the_same_time_again_replaces_it_and_others_may_not(service: Roster) -> None:
    first, _ = next_month(service.now)
    given = {"weekday": 4, "day": None, "reason": "Wall", "since": first, "now": service.now}
    hours = {"begins": time(20), "ends": time(2)}
    actions.add_hour_demand(**given, **hours, count=3, actor=service.leader)  # type: ignore[arg-type]
    actions.add_hour_demand(**given, **hours, count=5, actor=service.leader)  # type: ignore[arg-type]
    assert HourDemand.objects.get(valid_to=None).count == 5
    with pytest.raises(NotPermitted):
        actions.add_hour_demand(**given, **hours, count=1, actor=service.officer)  # type: ignore[arg-type]

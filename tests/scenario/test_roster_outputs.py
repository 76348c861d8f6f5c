"""What leaves a plan: the sheet for the wall, the report for the staff council, the accounts."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pypdf import PdfReader

from streife.accounts.rules import Role
from streife.config.demo.shifts import plan_shift
from streife.equipment import actions as equipment
from streife.journal.models import Entry
from streife.kernel.clock import now as present
from streife.roster import actions
from streife.roster.models import Plan
from streife.roster.queries.accounts import account_for
from streife.roster.rules.clock import moment_of
from streife.staff import actions as staff
from streife.staff.rules import AbsenceKind
from tests.rostering import SYSTEM, Roster, a_roster
from tests.staffing import an_officer

Clients = Callable[[Role | str], Client]
pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=6)


@pytest.fixture
def plan(service: Roster) -> Plan:
    """Return a published month: everybody has three nights, the first one also falls ill."""
    plan = service.plan(FIRST, LAST)
    for number in range(6):
        for day in range(3):
            service.put(plan, number, FIRST + timedelta(days=4 * day + number), "nacht")
    for kind, first, last in (
        (AbsenceKind.LEAVE, 20, 24),
        (AbsenceKind.SICK, 28, 29),
    ):
        staff.add_absence(
            officer_id=service.crew[0].pk,
            kind=kind,
            first_day=FIRST.replace(day=first),
            last_day=FIRST.replace(day=last),
            actor=SYSTEM,
            now=service.now,
        )
    return actions.publish_plan(
        plan_id=plan.pk,
        council_note="Zugestimmt (erfunden)",
        reason="Probe",
        actor=service.leader,
        now=service.now,
    )


def pdf(client: Client, plan: Plan) -> tuple[PdfReader, str]:
    answer = client.get(f"/dienstplan/{plan.pk}/wand.pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    return reader, " ".join(page.extract_text() for page in reader.pages)


def test_the_month_hangs_on_the_wall_without_a_word_about_absences(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    reader, text = pdf(client_for("officer"), plan)
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (1191, 842)  # A3 landscape
    assert "Dienstplan Dezember 2026" in text
    for officer in service.crew:
        assert str(officer) in text
    for word in ("krank", "Urlaub", "abwesend", "Krank"):
        assert word not in text
    assert reader.metadata is not None
    assert reader.metadata.title == "Dienstplan Dezember 2026"
    meta = reader.xmp_metadata
    assert meta is not None
    raw = meta.stream.get_data().decode()
    assert re.search(r"pdfaid:part\D+2\D", raw)
    assert re.search(r"pdfaid:conformance\W+U", raw)


def test_a_name_is_never_read_as_markup(service: Roster, client_for: Clients) -> None:
    odd = an_officer(service.now, last_name='#panic("x") *M* $1$ "q" \\ [b]')
    plan = service.plan(FIRST, LAST)
    _reader, text = pdf(client_for("shift_leader"), plan)
    assert '#panic("x") *M* $1$' in text
    assert str(odd).split(",")[0][:12] in text
    assert "Entwurf, gilt nicht" in text
    assert client_for("officer").get(f"/dienstplan/{plan.pk}/wand.pdf").status_code == 404


def test_the_staff_council_gets_everything_but_a_ranking(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    head = client_for("head")
    answer = head.get(f"/dienstplan/{plan.pk}/personalrat/")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Plan", "Besetzung", "Ausnahmen", "Verteilung", "Änderungen"]
    names = [row[0].value for row in book["Plan"].iter_rows(min_row=2)]
    assert names == sorted(names)
    spread = [[cell.value for cell in row] for row in book["Verteilung"].iter_rows(min_row=2)]
    assert ["Nächte je Einsatzkraft", 3, 3, 6] in spread
    everything = str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])
    assert "krank" not in everything.lower()
    assert "urlaub" not in everything.lower()
    answer = head.get(f"/dienstplan/{plan.pk}/personalrat/", {"tabelle": "besetzung"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Tag", "Schicht", "eingeteilt", "nötig", "besser"]
    assert len(rows) > 31
    assert head.get(f"/dienstplan/{plan.pk}/personalrat/", {"tabelle": "x"}).status_code == 404
    assert client_for("officer").get(f"/dienstplan/{plan.pk}/personalrat/").status_code == 403
    assert Entry.objects.filter(act="roster.exported").count() == 2


def test_changes_after_publishing_are_counted_without_names(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    later = service.now + timedelta(hours=1)
    actions.set_post(
        plan_id=plan.pk,
        officer_id=service.crew[5].pk,
        day=FIRST.replace(day=23),
        kind_id=service.kinds["frueh"].pk,
        actor=service.leader,
        now=later,
    )
    answer = client_for("shift_leader").get(
        f"/dienstplan/{plan.pk}/personalrat/", {"tabelle": "änderungen"}
    )
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    # About one person: nothing says whose, nor for what (test_roster_privacy has five).
    assert rows[1:] == [["verschiedene Anlässe", "1", "0"]]


def test_few_people_have_no_figure(now: datetime, client_for: Clients) -> None:
    service = a_roster(now, officers=3)
    plan = service.plan(FIRST, LAST)
    service.put(plan, 0, FIRST, "nacht")
    answer = client_for("shift_leader").get(
        f"/dienstplan/{plan.pk}/personalrat/", {"tabelle": "verteilung"}
    )
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))[1:]
    assert {row[3] for row in rows} == {"unter 5: wird nicht genannt"}


def test_time_accounts_are_alphabetical_and_only_for_who_plans(
    service: Roster, plan: Plan, client_for: Clients
) -> None:
    leader = client_for("shift_leader")
    nobody = an_officer(service.now, last_name="Ohnevertrag")
    page = leader.get("/dienstplan/konten/", {"monat": "2026-12"}).content.decode()
    places = [page.index(f">{officer}</a>") for officer in sorted(service.crew, key=str)]
    assert places == sorted(places)
    assert "22:30" in page  # three nights of seven and a half hours
    assert f"{nobody}</a>" in page.split("Ohne Vertrag in diesem Monat")[1].split("</div>")[0]
    assert leader.get("/dienstplan/konten/", {"monat": "2026-13"}).status_code == 404
    for role in ("officer", "head", "dispatcher"):
        assert client_for(role).get("/dienstplan/konten/").status_code == 403


def test_a_holiday_after_the_last_night_of_a_month_is_in_the_account(now: datetime) -> None:
    service = a_roster(now, officers=1)
    evening = moment_of(date(2027, 4, 30), time(22))  # into the First of May
    plan_shift(
        name="Nachtschicht",
        starts_at=evening,
        ends_at=evening + timedelta(hours=8),
        officer_ids=[service.crew[0].pk],
        actor=SYSTEM,
        now=now,
    )
    april, may = (account_for(service.crew[0].pk, date(2027, n, 1), now) for n in (4, 5))
    assert april is not None
    assert may is not None
    assert (april.planned, april.night, april.holiday) == (450, 480, 360)
    assert (may.planned, may.holiday) == (0, 0)


def test_a_shift_says_what_it_lacks(client_for: Clients) -> None:
    moment = present()
    service = a_roster(moment, officers=3)
    for number, officer in enumerate(service.crew[:2]):
        vest = equipment.take_in(
            kind="vest",
            inventory_number=f"SW-{number}",
            acquired_date=moment.date(),
            due_date=moment.date() + timedelta(days=9 + number * 300),
            actor=SYSTEM,
            now=moment,
        )
        equipment.hand_over(asset_id=vest.pk, officer_id=officer.pk, actor=SYSTEM, now=moment)
    leader = client_for("shift_leader")
    assert "keine Schicht geplant" in leader.get("/dienstplan/ausstattung/").content.decode()
    plan_shift(
        name="Spätschicht",
        starts_at=moment + timedelta(hours=2),
        ends_at=moment + timedelta(hours=10),
        officer_ids=[officer.pk for officer in service.crew],
        actor=SYSTEM,
        now=moment,
    )
    page = leader.get("/dienstplan/ausstattung/").content.decode()
    assert "Spätschicht: Es fehlt 1 Schutzweste." in page
    assert "Es fehlen 3 Funkgeräte." in page
    assert "1 Schutzweste läuft am" in page
    assert "2 da, 3 nötig" in page
    assert client_for("officer").get("/dienstplan/ausstattung/").status_code == 403


def queries_of(client: Client, path: str) -> int:
    client.get(path)  # what is read once a process is read
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_the_page_of_the_equipment_asks_as_often_for_six_shifts_as_for_one(
    client_for: Clients,
) -> None:
    moment = present()
    service, leader = a_roster(moment, officers=6), client_for("shift_leader")
    counts = []
    for number, officer in enumerate(service.crew):
        plan_shift(
            name=f"Schicht {number}",
            starts_at=moment + timedelta(hours=2 + 6 * number),
            ends_at=moment + timedelta(hours=6 + 6 * number),
            officer_ids=[officer.pk],
            actor=SYSTEM,
            now=moment,
        )
        counts.append(queries_of(leader, "/dienstplan/ausstattung/"))
    assert counts == [counts[0]] * 6
    assert counts[0] <= 10


def test_the_page_of_a_day_asks_as_often_for_three_shifts_as_for_one(
    service: Roster, client_for: Clients
) -> None:
    plan, leader = service.plan(FIRST, FIRST + timedelta(days=6)), client_for("shift_leader")
    counts = []
    for number, code in enumerate(("frueh", "spaet", "nacht")):
        service.put(plan, number, FIRST, code)
        counts.append(queries_of(leader, f"/dienstplan/{plan.pk}/tag/{FIRST}/"))
    assert counts == [counts[0]] * 3

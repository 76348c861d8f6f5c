"""The phone page: three taps, twice tapped, without JavaScript."""

import re
import uuid
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from streife.dispatch import actions
from streife.dispatch.models import Assignment, Unit
from streife.field.models import Submission
from streife.incidents.models import Incident
from streife.journal.models import Entry
from streife.kernel.clock import now as present
from streife.reports.models import Report
from streife.triage.queries import categories
from tests.dispatching import World, a_shift

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Return a shift that runs now, because pages read the clock."""
    return a_shift(present())


@pytest.fixture
def phone(world: World) -> Client:
    """Return the phone of the first officer."""
    client = Client()
    user = world.officers[0].user
    assert user is not None
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def body(response: Any) -> str:
    return str(response.content.decode())


def test_three_taps_from_new_to_closed_without_javascript(world: World, phone: Client) -> None:
    unit, incident = world.unit(), world.incident()
    job = actions.assign(
        unit_id=unit.pk, incident_id=incident.pk, actor=world.dispatcher, now=world.now
    )
    page = body(phone.get("/dienst/"))
    assert "Neuer Auftrag" in page
    assert "Nordmarkt 3" in page
    base = f"/dienst/auftrag/{job.pk}"
    for path in ("uebernehmen", "vor-ort"):
        assert f"{base}/{path}/" in body(phone.get("/dienst/"))
        answer = phone.post(f"{base}/{path}/", {"client_id": uuid.uuid4()})
        assert answer.headers["Location"] == "/dienst/"
    assert "Sie sind vor Ort." in body(phone.get("/dienst/"))
    assert "Nichts vorgefunden" in body(phone.get(f"{base}/abschliessen/"))
    answer = phone.post(
        f"{base}/abschliessen/", {"client_id": uuid.uuid4(), "measure": "nothing", "note": ""}
    )
    assert answer.status_code == 302
    incident.refresh_from_db()
    assert (incident.status, incident.outcome) == ("closed", "not_found")
    assert "Kein Auftrag." in body(phone.get("/dienst/"))


def test_the_crew_reads_what_was_told_and_at_least_the_quarter(
    world: World, phone: Client, city: str
) -> None:
    told = {
        "client_id": uuid.uuid4(),
        "category": city,
        "text": "Sehr laut, die Fenster stehen offen",
        "latitude": "51.5247",
        "longitude": "7.4663",
        "address": "",
    }
    world.unit()
    phone.post("/dienst/feststellung/", told)
    page = body(phone.get("/dienst/"))
    assert "Sehr laut, die Fenster stehen offen" in page
    assert "Nordmarkt" in page
    assert "ohne Adresse" not in page


def test_a_double_tap_happens_once_and_is_not_an_error(world: World, phone: Client) -> None:
    unit = world.unit()
    job = actions.assign(
        unit_id=unit.pk, incident_id=world.incident().pk, actor=world.dispatcher, now=world.now
    )
    key = uuid.uuid4()
    answers = [
        phone.post(f"/dienst/auftrag/{job.pk}/uebernehmen/", {"client_id": key}).status_code
        for _ in range(2)
    ]
    assert answers == [302, 302]
    assert Submission.objects.count() == 1
    finishing = {"client_id": uuid.uuid4(), "measure": "cleaned", "note": ""}
    path = f"/dienst/auftrag/{job.pk}/abschliessen/"
    assert [phone.post(path, finishing).status_code for _ in range(2)] == [302, 302]
    assert Assignment.objects.get().state == "done"


def test_a_key_used_for_something_else_is_refused(world: World, phone: Client) -> None:
    world.unit()
    key = uuid.uuid4()
    phone.post("/dienst/status/", {"client_id": key, "key": "2"})
    answer = phone.post("/dienst/status/", {"client_id": key, "key": "1"})
    assert answer.status_code == 409
    assert 'data-code="client-id-reused"' in body(answer)


def test_a_refused_step_leaves_its_key_free(world: World, phone: Client) -> None:
    unit = world.unit()
    key = uuid.uuid4()
    refused = phone.post("/dienst/status/", {"client_id": key, "key": "6", "reason": ""})
    assert refused.status_code == 409
    assert (
        phone.post("/dienst/status/", {"client_id": key, "key": "6", "reason": "Pause"}).headers[
            "Location"
        ]
        == "/dienst/"
    )
    unit.refresh_from_db()
    assert (unit.status_key, unit.status_reason) == ("6", "Pause")


def test_a_measure_that_needs_a_note_asks_for_it_and_keeps_the_choice(
    world: World, phone: Client
) -> None:
    unit = world.unit()
    job = actions.assign(
        unit_id=unit.pk, incident_id=world.incident().pk, actor=world.dispatcher, now=world.now
    )
    path = f"/dienst/auftrag/{job.pk}/abschliessen/"
    answer = phone.post(path, {"client_id": uuid.uuid4(), "measure": "report", "note": ""})
    assert answer.status_code == 409
    assert "braucht eine kurze Feststellung" in body(answer)
    assert re.search(r'value="report" checked', body(answer))
    for note, status in (("", 409), ("Halter nicht da", 302)):
        data = {"client_id": uuid.uuid4(), "measure": "still_open", "note": note}
        assert phone.post(path, data).status_code == status
    assert Incident.objects.get().status == "open"


def test_a_note_goes_into_the_diary_and_only_of_the_own_job(world: World, phone: Client) -> None:
    mine, other = world.unit(), world.unit("KOD 12", (2, 3))
    jobs = [
        actions.assign(
            unit_id=unit.pk, incident_id=world.incident().pk, actor=world.dispatcher, now=world.now
        )
        for unit in (mine, other)
    ]
    data = {"client_id": uuid.uuid4(), "text": "Tor ist offen"}
    assert phone.post(f"/dienst/auftrag/{jobs[0].pk}/notiz/", data).status_code == 302
    assert jobs[0].incident.log_lines.get().text == "Tor ist offen"
    data["client_id"] = uuid.uuid4()
    assert phone.post(f"/dienst/auftrag/{jobs[1].pk}/notiz/", data).status_code == 404
    taken = phone.post(f"/dienst/auftrag/{jobs[1].pk}/uebernehmen/", {"client_id": uuid.uuid4()})
    assert taken.status_code == 403


def test_htmx_gets_the_part_and_the_refusal_on_it(world: World, phone: Client) -> None:
    world.unit()
    answer = phone.post(
        "/dienst/status/", {"client_id": uuid.uuid4(), "key": "5"}, headers={"HX-Request": "true"}
    )
    assert "<html" not in body(answer)
    assert "Sprechwunsch" in body(answer)
    answer = phone.post("/dienst/status/", {"key": "5"}, headers={"HX-Request": "true"})
    assert 'data-code="unreadable"' in body(answer)


def test_a_position_comes_from_the_phone_with_its_age(world: World, phone: Client) -> None:
    unit = world.unit()
    data = {"latitude": "51.52", "longitude": "7.46", "age_seconds": "30"}
    assert phone.post("/dienst/position/", data, headers={"HX-Request": "1"}).status_code == 204
    unit.refresh_from_db()
    assert unit.latitude == 51.52


@pytest.mark.parametrize(
    "data",
    [
        {"latitude": "NaN", "longitude": "7.46"},
        {"latitude": "51.5"},
        {"latitude": "91", "longitude": "7.46"},
        {"latitude": "51.5", "longitude": "7.46", "age_seconds": "-1"},
        {"latitude": "51.5", "longitude": "7.46", "age_seconds": "gestern"},
        {},
    ],
)
def test_a_position_that_cannot_be_read_is_refused_and_says_so(
    world: World, phone: Client, data: dict[str, str]
) -> None:
    unit = world.unit()
    answer = phone.post("/dienst/position/", data, headers={"HX-Request": "1"})
    assert answer.status_code == 422
    assert "keinen brauchbaren Standort gesendet" in answer.content.decode()
    assert phone.post("/dienst/position/", data).status_code == 422
    phone.cookies["django_language"] = "en"
    answer = phone.post("/dienst/position/", data, headers={"HX-Request": "1"})
    assert "The phone did not send a usable position." in answer.content.decode()
    unit.refresh_from_db()
    assert unit.latitude is None


def test_the_phone_follows_its_own_unit_and_no_other(world: World, phone: Client) -> None:
    assert "<live-follow" not in body(phone.get("/dienst/"))
    unit = world.unit()
    page = body(phone.get("/dienst/"))
    assert f'src="/leitstelle/strom/" subjects="unit:{unit.pk}"' in page
    entries = Entry.objects.filter(subject=f"unit:{unit.pk}").count()
    actions.assign(
        unit_id=unit.pk, incident_id=world.incident().pk, actor=world.dispatcher, now=world.later()
    )
    assert Entry.objects.filter(subject=f"unit:{unit.pk}").count() > entries


def test_who_rides_nowhere_is_told_so_and_others_may_not_in(world: World, phone: Client) -> None:
    assert "Sie sind keiner Streife zugeteilt." in body(phone.get("/dienst/"))
    assert phone.post("/dienst/status/", {"client_id": uuid.uuid4(), "key": "1"}).status_code == 404
    assert Client().get("/dienst/").status_code in {302, 403}


@pytest.fixture
def city(world: World, now: datetime) -> str:
    """Return the code of a category in a city with areas, both imported as shipped."""
    call_command("import_places", verbosity=0)
    call_command("import_catalogue", verbosity=0)
    return next(row.code for row in categories(on=now.date()) if row.parent_code)


def test_what_a_crew_finds_becomes_report_incident_and_its_job(
    world: World, phone: Client, city: str
) -> None:
    unit = world.unit()
    data = {
        "client_id": uuid.uuid4(),
        "category": city,
        "text": "Drei Säcke neben dem Korb",
        "latitude": "51.5247",
        "longitude": "7.4663",
        "address": "",
    }
    for _ in range(2):
        assert phone.post("/dienst/feststellung/", data).status_code == 302
    report, incident = Report.objects.get(), Incident.objects.get()
    assert (report.channel, report.status, incident.status) == ("patrol", "accepted", "on_scene")
    assert Unit.objects.get(pk=unit.pk).status_key == "4"
    nowhere = data | {"client_id": uuid.uuid4(), "latitude": "", "longitude": ""}
    answer = phone.post("/dienst/feststellung/", nowhere)
    assert answer.status_code == 409
    assert "Straße und Hausnummer" in body(answer)
    assert "Drei Säcke neben dem Korb" in body(answer)

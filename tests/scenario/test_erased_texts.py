"""Art. 17 DSGVO: a single text goes for good, the case and its record stay."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client, TestCase

from streife.accounts.rules import Role
from streife.desk.queries import incident_page
from streife.dispatch import actions as dispatch
from streife.incidents.actions import hand_over, log_line
from streife.incidents.models import Incident, SearchEntry
from streife.journal.models import Entry
from streife.kernel.erasing import ERASED_TEXT
from streife.kernel.geo import Point, distance_metres
from streife.reports import actions as reports
from streife.reports.models import Photo, Report
from streife.triage.actions import decide
from streife.triage.rules import DecisionDraft, DecisionKind
from streife.triage.tasks import propose
from tests.dispatching import World, a_shift
from tests.reporting import a_draft, a_picture, load_catalogue, load_city
from tests.whole_database import cells

pytestmark = pytest.mark.django_db
Clients = Callable[[Role | str], Client]
SECRET = "Nachbarqo"
TEXT = f"Der {SECRET} aus Nummer drei stellt Sperrmüll auf den Gehweg, ein altes Sofa."


def traces() -> set[str]:
    return {place for place, said in cells() if SECRET.lower() in said.lower()}


@pytest.fixture
def world(now: datetime) -> World:
    load_city()
    load_catalogue()
    return a_shift(now)


@pytest.fixture
def report(world: World) -> Report:
    received = reports.receive_report(
        draft=a_draft(text=TEXT), actor=world.dispatcher, now=world.now
    )
    propose.enqueue(received.report_id)
    return Report.objects.get(pk=received.report_id)


@pytest.fixture
def incident(world: World, report: Report) -> Incident:
    draft = DecisionDraft(DecisionKind.OPEN, title=f"Sofa von {SECRET}")
    made = decide(report_id=report.pk, decision=draft, actor=world.dispatcher, now=world.now)
    return Incident.objects.get(pk=made.incident_id)


@pytest.fixture
def officer(client_for: Clients) -> Client:
    return client_for("case_officer")


def erase(client: Client, kind: str, pk: int, part: str, /, **changes: Any) -> int:
    data = {
        "kind": kind,
        "pk": pk,
        "part": part,
        "number": "x",
        "reason": "requested",
        "sure": "on",
    }
    return client.post("/leitstelle/loeschen/text/", data | changes).status_code


def test_a_report_loses_its_text_and_what_was_made_of_its_words(
    officer: Client, report: Report
) -> None:
    assert {"reports.Report", "incidents.SearchEntry"} <= traces()
    page = officer.get(f"/leitstelle/loeschen/?number={report.reference}").content.decode()
    assert SECRET in page
    assert erase(officer, "report", report.pk, "text") == 302
    report.refresh_from_db()
    assert report.text == ERASED_TEXT
    assert traces() == set()
    page = officer.get(f"/leitstelle/loeschen/?number={report.reference}").content.decode()
    assert SECRET not in page
    assert "kann eine Angabe gelöscht werden" in page  # the address
    assert erase(officer, "report", report.pk, "address") == 302
    page = officer.get(f"/leitstelle/loeschen/?number={report.reference}").content.decode()
    assert "gibt es nichts (mehr) zu löschen" in page
    assert SearchEntry.objects.filter(kind="report", target_id=report.pk).exists()  # by its number
    noted = Entry.objects.filter(act="reports.text_erased").order_by("number").first()
    assert noted is not None
    assert noted.subject == f"report:{report.pk}"
    assert noted.body.content == {"part": "text", "reason": "requested"}


def test_all_texts_of_a_matter_can_go_and_the_diary_keeps_its_lines(
    officer: Client, incident: Incident, world: World
) -> None:
    line = log_line(
        incident_id=incident.pk, text=f"{SECRET} rief an.", actor=world.dispatcher, now=world.now
    )
    unit = world.unit()
    job = dispatch.assign(
        unit_id=unit.pk, incident_id=incident.pk, actor=world.dispatcher, now=world.later()
    )
    dispatch.finish(
        assignment_id=job.pk,
        outcome="warned",
        measure="",
        note=f"{SECRET} verwarnt.",
        actor=world.dispatcher,
        now=world.later(),
    )
    before = len(incident_page(world.dispatcher, incident.number, world.now).diary)
    parts = [("incident", incident.pk, part) for part in ("title", "note", f"line:{line.pk}")]
    for kind, pk, part in [*parts, ("job", job.pk, "note")]:
        assert erase(officer, kind, pk, part) == 302, part
        assert erase(officer, kind, pk, part) == 404, part
    assert erase(officer, "report", incident.links.get().report_id, "text") == 302
    assert traces() == set()
    diary = incident_page(world.dispatcher, incident.number, world.now).diary
    assert len(diary) == before + 5
    assert ERASED_TEXT in [entry.text for entry in diary]
    page = officer.get(f"/vorgang/{incident.number}/").content.decode()
    assert page.count(ERASED_TEXT) >= 3
    officer.cookies["django_language"] = "en"
    assert "(text deleted)" in officer.get(f"/vorgang/{incident.number}/").content.decode()


def test_what_was_written_to_another_body_can_go_too(
    officer: Client, incident: Incident, world: World
) -> None:
    handed = hand_over(
        incident_id=incident.pk,
        body_code="edg",
        reason=f"{SECRET} wohnt dort.",
        actor=world.dispatcher,
        now=world.now,
    )
    assert erase(officer, "incident", incident.pk, f"hand_over:{handed.pk}") == 302
    handed.refresh_from_db()
    assert handed.reason == ERASED_TEXT


def test_nothing_goes_by_accident(officer: Client, report: Report) -> None:
    for changes in ({"sure": ""}, {"reason": ""}, {"reason": "due"}, {"kind": "user"}, {"pk": "x"}):
        assert erase(officer, "report", report.pk, "text", **changes) == 409, changes
    for part in ("reference", "client_id", "status", "", "__class__"):
        assert erase(officer, "report", report.pk, part or "-") == 404, part
    assert erase(officer, "incident", 4711, "title") == 404
    assert erase(officer, "incident", 4711, "line:" + "9" * 30) == 404
    report.refresh_from_db()
    assert SECRET in report.text
    assert not Entry.objects.filter(act__endswith="text_erased").exists()
    assert officer.get("/leitstelle/loeschen/?number=2026-999999").status_code == 422
    assert officer.get("/leitstelle/loeschen/?number=XXX-XXXX").status_code == 422


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.CASE_OFFICER, Role.DPO, Role.PUBLIC, Role.SYSTEM})
)
def test_only_case_officers_and_data_protection_may(
    role: Role, client_for: Clients, report: Report
) -> None:
    client = client_for(role)
    assert client.get("/leitstelle/loeschen/").status_code == 403
    assert erase(client, "report", report.pk, "text") == 403


def test_data_protection_finds_the_page(client_for: Clients, report: Report) -> None:
    dpo = client_for("dpo")
    assert "/leitstelle/loeschen/" in dpo.get("/protokoll/").content.decode()
    assert erase(dpo, "report", report.pk, "text", reason="unlawful") == 302
    page = dpo.get(f"/protokoll/?subject=report:{report.pk}").content.decode()
    assert "Text eines Hinweises gelöscht" in page
    assert "unzulässig gespeichert" in page


def test_an_address_goes_with_its_exact_point_and_is_not_found_any_more(
    officer: Client, world: World
) -> None:
    draft = a_draft(address=f"{SECRET}weg 3")
    received = reports.receive_report(draft=draft, actor=world.dispatcher, now=world.now)
    propose.enqueue(received.report_id)
    made = decide(
        report_id=received.report_id,
        decision=DecisionDraft(DecisionKind.OPEN, title="Sofa"),
        actor=world.dispatcher,
        now=world.now,
    )
    incident = Incident.objects.get(pk=made.incident_id)
    before = Point(incident.latitude, incident.longitude)
    assert erase(officer, "report", received.report_id, "address") == 302
    assert erase(officer, "incident", incident.pk, "address") == 302
    assert erase(officer, "incident", incident.pk, "address") == 404
    report = Report.objects.get(pk=received.report_id)
    assert (report.latitude, report.longitude, report.cell) == (None, None, None)
    incident.refresh_from_db()
    moved = distance_metres(before, Point(incident.latitude, incident.longitude))
    assert 1 < moved < 600
    assert incident.cell == Point(incident.latitude, incident.longitude).cell
    assert traces() == set()
    page = officer.get(f"/vorgang/{incident.number}/").content.decode()
    assert ERASED_TEXT in page
    assert officer.get(f"/leitstelle/eingang/{report.reference}/").status_code == 200


def test_a_photo_goes_with_its_file_unless_another_report_shows_the_same(
    officer: Client, world: World
) -> None:
    committed = TestCase.captureOnCommitCallbacks
    picture = a_picture()
    sent = [
        reports.receive_report(
            draft=a_draft(photos=(picture,)),
            actor=world.dispatcher,
            now=world.now,
        ).report_id
        for _ in range(2)
    ]
    first, second = (Photo.objects.get(report_id=pk) for pk in sent)
    assert first.path == second.path
    assert default_storage.exists(first.path)
    page = officer.get(
        "/leitstelle/loeschen/", {"number": Report.objects.get(pk=sent[0]).reference}
    ).content.decode()
    assert f'src="/hinweise/foto/{first.pk}/"' in page
    with committed(execute=True):
        assert erase(officer, "report", sent[0], f"photo:{first.pk}") == 302
    assert default_storage.exists(first.path)
    assert erase(officer, "report", sent[0], f"photo:{second.pk}") == 404  # of another report
    assert erase(officer, "report", sent[0], "photo:x") == 404
    with committed(execute=True):
        assert erase(officer, "report", sent[1], f"photo:{second.pk}") == 302
    assert not Photo.objects.exists()
    assert not default_storage.exists(first.path)

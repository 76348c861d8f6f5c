"""The story of one report as the desk lives it: taken, proposed, decided, dispatched, closed."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from streife.accounts.rules import Role, system
from streife.config.demo.shifts import plan_shift, put_on_duty
from streife.db.kept import forget_all
from streife.dispatch.actions import form_unit, set_status
from streife.incidents.models import Incident
from streife.journal.models import Entry
from streife.kernel.clock import now
from streife.reports.models import Report
from streife.staff.actions import hire_officer

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
INTAKE = {
    "client_id": "6f2c1d2e-9a77-4d0e-8a53-0d9f4c1b2a11",
    "channel": "phone",
    "place": "Nordmarkt",
    "latitude": "51.5240",
    "longitude": "7.4650",
    "text": "Ein Sofa und drei Matratzen liegen seit gestern auf dem Gehweg.",
    "category_code": "",
    "kind": "hint",
    "contact_name": "Erika Beispiel",
    "contact_phone": "0231 555000",
}


@pytest.fixture
def city(db: None) -> None:
    """Load Dortmund: places, catalogue, status scheme."""
    for command in ("import_places", "import_catalogue", "import_status_scheme"):
        call_command(command, verbosity=0)


@pytest.fixture
def unit(city: None) -> int:
    """Return a free unit of two on the shift that runs now."""
    moment = now()
    shift = plan_shift(
        name="Spätdienst",
        starts_at=moment - timedelta(hours=1),
        ends_at=moment + timedelta(hours=7),
        actor=SYSTEM,
        now=moment,
    )
    officers = [
        hire_officer(
            personnel_number=f"T{n}",
            first_name="Test",
            last_name=f"Kraft{n}",
            entered_date=moment.date() - timedelta(days=900),
            actor=SYSTEM,
            now=moment,
        ).pk
        for n in (1, 2)
    ]
    for officer_id in officers:
        put_on_duty(shift_id=shift.pk, officer_id=officer_id, actor=SYSTEM, now=moment)
    made = form_unit(
        shift_id=shift.pk,
        call_sign="KOD 11",
        officer_ids=officers,
        partners=[],
        area_id=None,
        actor=SYSTEM,
        now=moment,
    )
    set_status(unit_id=made.pk, key="1", reason="", actor=SYSTEM, now=moment)
    return made.pk


def acts(subject: str) -> list[str]:
    """Return what the journal says was done to a subject, oldest first."""
    return list(Entry.objects.filter(subject=subject).order_by("id").values_list("act", flat=True))


def take(client: Client, **changes: str) -> Report:
    """Take a report at the desk and return it."""
    answer = client.post("/leitstelle/aufnahme/", INTAKE | changes)
    assert answer.status_code == 302, answer.content.decode()
    return Report.objects.latest("id")


def test_a_call_becomes_an_incident_in_two_steps(client_for, city) -> None:
    desk = client_for(Role.DESK)
    report = take(desk)
    page = desk.get(f"/leitstelle/eingang/{report.reference}/")
    assert (
        "Annehmen: Vorgang eröffnen" in page.content.decode() or "abgeben" in page.content.decode()
    )

    desk.post(
        f"/leitstelle/eingang/{report.reference}/entscheiden/",
        {"kind": "open", "category_code": "hund_ohne_leine", "priority": "2"},
    )
    incident = Incident.objects.get()
    assert incident.priority == 2
    assert "incidents.opened" in acts(f"incident:{incident.pk}")
    assert desk.get(f"/vorgang/{incident.number}/").status_code == 200


def test_a_decided_report_leads_to_the_next_that_waits(client_for, city) -> None:
    desk = client_for(Role.DESK)
    first = take(desk)
    second = take(desk, client_id="6f2c1d2e-9a77-4d0e-8a53-0d9f4c1b2a12", text="Ein Hund bellt.")
    path = f"/leitstelle/eingang/{first.reference}/"
    onwards = f'href="/leitstelle/eingang/{second.reference}/"'
    assert onwards not in desk.get(path).content.decode()

    desk.post(f"{path}entscheiden/", {"kind": "reject", "reason": "doppelt"})
    assert onwards in desk.get(path).content.decode()

    desk.post(
        f"/leitstelle/eingang/{second.reference}/entscheiden/", {"kind": "reject", "reason": "x"}
    )
    assert "Nächster Hinweis" not in desk.get(path).content.decode()


def test_who_may_erase_gets_there_from_the_report_and_the_incident(client_for, city) -> None:
    desk, office = client_for(Role.DESK), client_for(Role.CASE_OFFICER)
    report = take(desk)
    path = f"/leitstelle/eingang/{report.reference}/"
    desk.post(
        f"{path}entscheiden/", {"kind": "open", "category_code": "sperrmuell", "priority": "3"}
    )
    incident = Incident.objects.get()
    for page, number in (
        (path, report.reference),
        (f"/vorgang/{incident.number}/", incident.number),
    ):
        way = f"/leitstelle/loeschen/?number={number}"
        assert way in office.get(page).content.decode()
        assert way not in desk.get(page).content.decode()
        assert number in office.get(way).content.decode()


def test_the_board_says_first_what_waits(client_for, city) -> None:
    dispatcher = client_for(Role.DISPATCHER)
    assert "Alles ist gesichtet" in dispatcher.get("/leitstelle/").content.decode()
    report = take(dispatcher)
    board = dispatcher.get("/leitstelle/").content.decode()
    assert "Ein Hinweis ist zu sichten" in board
    assert report.reference in board


def test_two_keys_send_a_unit_and_the_command_line_does_too(client_for, unit) -> None:
    dispatcher = client_for(Role.DISPATCHER)
    report = take(dispatcher)
    dispatcher.post(
        f"/leitstelle/eingang/{report.reference}/entscheiden/",
        {"kind": "open", "category_code": "hund_ohne_leine", "priority": "3"},
    )
    incident = Incident.objects.get()
    page = dispatcher.get(f"/vorgang/{incident.number}/").content.decode()
    assert "KOD 11" in page
    short = str(int(incident.number.split("-")[1]))
    answer = dispatcher.post(
        "/leitstelle/befehl/", {"line": f"11 an {short}"}, follow=True
    ).content.decode()
    assert "KOD 11 fährt zu" in answer
    incident.refresh_from_db()
    assert incident.status == "assigned"

    again = dispatcher.post("/leitstelle/befehl/", {"line": f"11 an {short}"}, follow=True)
    assert "hat diesen Vorgang schon" in again.content.decode()


def test_the_page_of_an_incident_costs_fourteen_statements(
    client_for, unit, settings, django_assert_max_num_queries
) -> None:
    settings.REFERENCE_SECONDS = 5  # dated data are kept as in the real service
    dispatcher = client_for(Role.DISPATCHER)
    report = take(dispatcher)
    dispatcher.post(
        f"/leitstelle/eingang/{report.reference}/entscheiden/",
        {"kind": "open", "category_code": "hund_ohne_leine", "priority": "3"},
    )
    incident = Incident.objects.get()
    path = f"/vorgang/{incident.number}/"
    dispatcher.post(f"{path}eintrag/", {"text": "Anruferin meldet sich noch einmal."})
    dispatcher.post(
        "/leitstelle/streifen/zuweisen/",
        {"unit_id": unit, "incident_id": incident.pk, "next": path},
    )
    assert "meldet sich noch einmal" in dispatcher.get(path).content.decode()
    with django_assert_max_num_queries(14):
        page = dispatcher.get(path).content.decode()
    assert "Streifen an diesem Vorgang" in page
    forget_all()


def test_the_queue_costs_twelve_statements(
    client_for, unit, settings, django_assert_max_num_queries
) -> None:
    settings.REFERENCE_SECONDS = 5  # dated data are kept as in the real service
    dispatcher = client_for(Role.DISPATCHER)
    report = take(dispatcher)
    assert report.reference in dispatcher.get("/leitstelle/").content.decode()
    with django_assert_max_num_queries(12):
        page = dispatcher.get("/leitstelle/").content.decode()
    assert report.reference in page
    forget_all()


def test_a_place_of_two_meanings_is_asked_back_in_words(client_for, city) -> None:
    draft = {**INTAKE, "latitude": "", "longitude": ""}
    page = client_for(Role.DESK).post("/leitstelle/aufnahme/", draft).content.decode()
    assert "Welcher Ort ist gemeint?" in page
    for kind in ("Platz", "Stadtteil", "Anlaufstelle"):
        assert f'<span class="choice__hint">{kind}</span>' in page


def test_closing_frees_the_unit_and_answers_whoever_told_us(
    client_for, unit, django_capture_on_commit_callbacks
) -> None:
    dispatcher = client_for(Role.DISPATCHER)
    report = take(dispatcher)
    dispatcher.post(
        f"/leitstelle/eingang/{report.reference}/entscheiden/",
        {"kind": "open", "category_code": "hund_ohne_leine", "priority": "3"},
    )
    incident = Incident.objects.get()
    dispatcher.post("/leitstelle/befehl/", {"line": f"11 an {incident.number}"})
    with django_capture_on_commit_callbacks(execute=True):
        answer = dispatcher.post(
            f"/vorgang/{incident.number}/abschliessen/",
            {"outcome": "warned", "note": "Halterin wurde angesprochen."},
        )
    assert answer.status_code == 302, answer.content.decode()
    incident.refresh_from_db()
    report.refresh_from_db()
    assert (incident.status, incident.outcome) == ("closed", "warned")
    assert report.status == "answered"
    assert "verwarnt" in report.answer
    assert "Halterin" not in report.answer  # the finding may name people and stays with us


def test_contact_data_are_read_with_a_reason_that_the_journal_keeps(client_for, city) -> None:
    desk = client_for(Role.DESK)
    report = take(desk)
    page = f"/leitstelle/eingang/{report.reference}/"
    assert "Erika Beispiel" not in desk.get(page).content.decode()
    shown = desk.post(f"{page}kontakt/", {"reason": "question_back"}).content.decode()
    assert "Erika Beispiel" in shown
    assert "reports.contact_read" in acts(f"report:{report.pk}")


def test_a_refused_form_keeps_every_word(client_for, city) -> None:
    desk = client_for(Role.DESK)
    answer = desk.post(
        "/leitstelle/aufnahme/",
        INTAKE | {"latitude": "52.5", "longitude": "13.4", "text": "Sofa <b>fett</b>"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "außerhalb des Stadtgebiets" in page
    assert "Sofa &lt;b&gt;fett&lt;/b&gt;" in page
    assert not Report.objects.exists()


def test_the_same_form_sent_twice_makes_one_report(client_for, city) -> None:
    desk = client_for(Role.DESK)
    first, second = take(desk), take(desk)
    assert first.pk == second.pk
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    "path", ["/leitstelle/", "/leitstelle/aufnahme/", "/leitstelle/suche/?q=x"]
)
def test_the_desk_is_closed_to_others(client: Client, client_for, path: str) -> None:
    assert client.get(path).status_code in (302, 403)
    if "suche" not in path:
        assert client_for(Role.OFFICER).get(path).status_code == 403


def test_a_search_says_of_an_unsorted_report_where_it_is_and_leads_there(client_for, city) -> None:
    desk = client_for(Role.DESK)
    report = take(desk)
    page = desk.get("/leitstelle/suche/", {"q": "matratzen"}).content.decode()
    assert f"Hinweis, noch zu sichten, {report.address}" in page
    assert report.address
    assert report.reference in page
    assert f'href="/leitstelle/eingang/{report.reference}/"' in page
    assert "<time" in page


def test_handing_over_waits_for_the_other_body_and_tells_the_truth(client_for, city) -> None:
    desk = client_for(Role.DESK)
    report = take(desk)
    desk.post(
        f"/leitstelle/eingang/{report.reference}/entscheiden/",
        {"kind": "forward", "body_code": "edg", "reason": "Sperrmüll holt die EDG."},
    )
    incident = Incident.objects.get()
    assert incident.status == "handed_over"
    page = desk.get(f"/vorgang/{incident.number}/").content.decode()
    assert "Abgegeben an" in page
    desk.post(
        f"/vorgang/{incident.number}/antwort/",
        {"accepted": "yes", "answer": "Wird morgen abgeholt."},
    )
    incident.refresh_from_db()
    assert incident.status == "closed"


def test_a_line_of_the_diary_stays_with_the_incident(client_for, city) -> None:
    desk = client_for(Role.DESK)
    report = take(desk)
    desk.post(
        f"/leitstelle/eingang/{report.reference}/entscheiden/",
        {"kind": "open", "category_code": "hund_ohne_leine", "priority": "3"},
    )
    number = Incident.objects.get().number
    desk.post(f"/vorgang/{number}/eintrag/", {"text": "Anruferin meldet sich erneut."})
    page = desk.get(f"/vorgang/{number}/").content.decode()
    assert "Anruferin meldet sich erneut." in page


def test_the_map_shows_what_the_queue_shows(client_for, city) -> None:
    desk = client_for(Role.DESK)
    report = take(desk)
    found = desk.get("/leitstelle/karte.geojson?box=7.3,51.4,7.7,51.6&zoom=11").json()
    kinds = [feature["properties"]["kind"] for feature in found["features"]]
    assert kinds == ["report"]
    assert report.reference in found["features"][0]["properties"]["href"]
    broken = desk.get("/leitstelle/karte.geojson?box=nan,1,2,3&zoom=x")
    assert broken.status_code == 200
    accept = {"kind": "open", "as_proposed": "1"}
    desk.post(f"/leitstelle/eingang/{report.reference}/entscheiden/", accept)
    opened = Incident.objects.get().number
    for unit in ("9" * 5000, "9" * 30, "²", "x"):
        way = desk.get(f"/leitstelle/karte.geojson?vorgang={opened}&weg={unit}")
        assert way.status_code in {200, 404}


def test_a_control_character_in_a_line_is_no_bug(client_for, unit) -> None:
    dispatcher = client_for(Role.DISPATCHER)
    answer = dispatcher.post("/leitstelle/befehl/", {"line": "11 an \x004711"}, follow=True)
    assert answer.status_code == 200
    report = take(dispatcher)
    refused = dispatcher.post(
        f"/leitstelle/eingang/{report.reference}/entscheiden/",
        {"kind": "merge", "number": "2026-\x00000001"},
    )
    assert refused.status_code in (404, 409, 422)

"""A camera comes into the store, goes out by scanner, comes back damaged, and is retired."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from streife.equipment import queries
from streife.equipment.models import Asset, Handover
from streife.journal import queries as journal
from streife.kernel.clock import now as present
from streife.staff.rules import QualificationKind
from tests.staffing import an_officer

ClientFor = Callable[[str], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def moment() -> datetime:
    """Return the present: pages read the clock themselves."""
    return present()


def take_in(client: Client, moment: datetime, **more: str) -> Asset:
    fields = {
        "kind": "body_cam",
        "inventory_number": "KC-07",
        "serial": "AX-77",
        "acquired_date": f"{moment:%Y-%m-%d}",
    } | more
    answer = client.post(reverse("equipment:new"), fields)
    assert answer.status_code == 302, answer.content.decode()
    return Asset.objects.get(inventory_number=fields["inventory_number"])


def scan(client: Client, number: str, officer: object = "") -> tuple[int, str]:
    url = reverse("equipment:scan")
    answer = client.post(url, {"number": number, "officer": getattr(officer, "pk", officer)})
    if answer.status_code == 302:
        return 302, client.get(answer["Location"]).content.decode()
    return answer.status_code, answer.content.decode()


def test_a_camera_goes_out_and_comes_back_by_scanner(
    client_for: ClientFor, moment: datetime
) -> None:
    leader = client_for("shift_leader")
    camera = take_in(leader, moment)
    able, other = an_officer(moment, QualificationKind.BODY_CAM), an_officer(moment)

    status, page = scan(leader, "KC-07")
    assert status == 409
    assert "Bitte wählen Sie, wer es bekommt" in page
    assert scan(leader, "KC-08", able)[0] == 409
    status, page = scan(leader, "KC-07", other)
    assert status == 409
    assert "fehlt dieser Einsatzkraft heute die gültige Befähigung" in page
    assert 'value="KC-07"' in page  # nothing typed is lost

    status, page = scan(leader, "ax-77", able)
    assert status == 302
    assert f"Ausgegeben: Körperkamera KC-07 an {able}." in page
    assert f'value="{able.pk}" selected' in page  # for the next thing of the same person
    found = queries.carried(serial="AX-77", at=present())
    assert found is not None
    assert found.officer_id == able.pk

    assert "andere Einsatzkraft" in scan(leader, "KC-07", other)[1]
    status, page = scan(leader, "KC-07")
    assert status == 302
    assert f"Zurückgenommen: Körperkamera KC-07 von {able}." in page
    acts = [entry.act for entry in journal.entries_of(f"asset:{camera.pk}")]
    assert sorted(acts) == sorted(
        ["equipment.taken_in", "equipment.handed_over", "equipment.taken_back"]
    )


def test_the_page_of_an_item_tells_its_history_and_leads_on(
    client_for: ClientFor, moment: datetime
) -> None:
    leader = client_for("shift_leader")
    item = take_in(leader, moment, kind="radio", inventory_number="F-1", serial="")
    url = reverse("equipment:item", args=[item.pk])
    assert "Dieses Stück hatte noch niemand" in leader.get(url).content.decode()
    first, second = an_officer(moment), an_officer(moment)
    for number, officer in enumerate((first, second, first)):
        Handover.objects.create(
            asset=item,
            officer=officer,
            since_at=moment - timedelta(days=30 - number * 10),
            until_at=moment - timedelta(days=25 - number * 10),
        )
    page = leader.get(url).content.decode()
    assert "3 Ausgaben" in page
    assert page.count("lifeline__bar") == 3
    assert page.count("lifeline__name") == 2  # one row a person

    answer = leader.post(f"{url}ausgeben/", {"officer": second.pk})
    assert answer.status_code == 302
    assert "lifeline__bar--now" in leader.get(url).content.decode()
    assert leader.post(f"{url}zuruecknehmen/", {"state": "repair"}).status_code == 302
    answer = leader.post(f"{url}ausgeben/", {"officer": second.pk})
    assert answer.status_code == 409
    assert "in Reparatur" in answer.content.decode()
    day = f"{moment:%Y-%m-%d}"
    leader.post(f"{url}pruefen/", {"done_date": day, "passed": "1"})
    assert leader.post(f"{url}ausgeben/", {"officer": second.pk}).status_code == 302
    assert leader.post(f"{url}aussondern/").status_code == 409
    leader.post(f"{url}zuruecknehmen/", {"state": ""})
    assert leader.post(f"{url}aussondern/").status_code == 302
    assert "ausgesondert" in leader.get(url).content.decode()


def test_the_overview_says_first_what_must_stay_behind(
    client_for: ClientFor, moment: datetime
) -> None:
    leader = client_for("shift_leader")
    url = reverse("equipment:overview")
    assert "In den nächsten 30 Tagen ist nichts fällig." in leader.get(url).content.decode()
    yesterday = f"{moment - timedelta(days=1):%Y-%m-%d}"
    item = take_in(leader, moment, kind="radio", inventory_number="F-1", due_date=yesterday)
    page = leader.get(url).content.decode()
    assert "1 Stück ist überfällig und darf nicht mit in den Dienst." in page
    assert reverse("equipment:item", args=[item.pk]) in page
    assert "Frist vorbei" in leader.get(url, {"art": "radio"}).content.decode()
    assert "Nichts gefunden" in leader.get(url, {"q": "gibtesnicht"}).content.decode()
    assert "F-1" in leader.get(url, {"q": "f-1"}).content.decode()


def test_a_camera_without_serial_number_is_asked_for_it(client_for: ClientFor) -> None:
    leader = client_for("shift_leader")
    fields = {"kind": "body_cam", "inventory_number": "KC-1", "acquired_date": "2026-01-01"}
    answer = leader.post(reverse("equipment:new"), fields)
    assert answer.status_code == 409
    assert "Seriennummer der Kamera" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "overview", "scanning", "taking_in"),
    [
        ("dispatcher", 200, 200, 403),
        ("head", 200, 403, 403),
        ("custodian", 200, 403, 403),
        ("officer", 403, 403, 403),
        ("desk", 403, 403, 403),
    ],
)
def test_pages_are_for_those_who_need_them(
    client_for: ClientFor, role: str, overview: int, scanning: int, taking_in: int
) -> None:
    client = client_for(role)
    assert client.get(reverse("equipment:overview")).status_code == overview
    assert client.get(reverse("equipment:scan")).status_code == scanning
    assert client.get(reverse("equipment:new")).status_code == taking_in

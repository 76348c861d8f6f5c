"""The custodian hands a recording out, the superior agrees, the recipient confirms."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.evidence.export import offline_verifier
from streife.evidence.models import HandOver, Recording
from streife.evidence.rules import new_id
from streife.evidence.rules.handing_over import Purpose, Stage
from streife.incidents.models import Incident
from streife.journal.queries import entries_of
from streife.kernel import clock
from tests.exporting import verify
from tests.factories import user_with
from tests.scenario.test_evidence_custody import _break_journal as break_journal
from tests.scenario.test_evidence_custody import _mend_journal as mend_journal
from tests.scenario.test_evidence_retention import _open_incident as open_incident
from tests.vaulting import make_dock, take_in

Clients = Callable[[Role | str], Client]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_var_committed")]
LIST = "/beweismittel/herausgaben/"


@pytest.fixture
def recording() -> Recording:
    now: datetime = clock.now()
    return take_in(b"x" * 5000, dock=make_dock(now), now=now)


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_from_the_form_to_the_receipt(
    recording: Recording, client_for: Clients, tmp_path: Path
) -> None:
    custodian, leader = client_for(Role.CUSTODIAN), client_for(Role.SHIFT_LEADER)
    assert "Noch keine Aufnahme wurde herausgegeben." in page(custodian, LIST)
    new = f"{LIST}neu/{recording.ident}/"
    assert "Eine zweite Person muss zustimmen." in page(custodian, new)
    identity = pyrage.x25519.Identity.generate()
    form = {
        "recipient": "Staatsanwaltschaft Musterstadt",
        "reference": "123 Js 45/26",
        "purpose": "crime",
        "recipient_key": "age1vertippt",
    }
    answer = custodian.post(new, form)
    assert answer.status_code == 422
    assert "Das ist kein öffentlicher Schlüssel." in answer.content.decode()
    assert "123 Js 45/26" in answer.content.decode()  # nothing typed is lost
    answer = custodian.post(new, {**form, "recipient_key": str(identity.to_public())})
    assert answer.status_code == 302
    one = answer.headers["Location"]
    assert "wartet auf die zweite Person" in page(custodian, one)
    assert "Zustimmen" not in page(custodian, one)
    assert "Eine Herausgabe wartet auf Ihre Zustimmung." in page(leader, LIST)
    assert leader.post(f"{one}entscheiden/", {"wie": "ja"}).status_code == 302
    assert "liegt bereit" in page(custodian, one)
    answer = custodian.post(f"{one}datei/")
    (tmp_path / "datei.age").write_bytes(b"".join(answer))  # type: ignore[arg-type]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    last = entries_of(f"recording:{recording.ident}").last()
    assert last is not None
    assert last.act == "evidence.export_fetched"
    pyrage.decrypt_file(str(tmp_path / "datei.age"), str(tmp_path / "ausgabe.zip"), [identity])
    trust = custodian.get(f"{LIST}vertrauen.txt")
    (tmp_path / "vertrauen.txt").write_bytes(trust.content)
    status, said = verify(tmp_path / "ausgabe.zip", tmp_path / "vertrauen.txt")
    assert status == 0, said
    program = custodian.get(f"{LIST}pruefen.py").content.decode()
    assert program == Path(offline_verifier.__file__).read_text()
    answer = custodian.post(f"{one}empfang/", {"receipt": ""})
    assert answer.status_code == 422
    answer = custodian.post(f"{one}empfang/", {"receipt": "Schreiben vom 3. Dezember"})
    assert answer.status_code == 302
    assert "Empfang bestätigt" in page(custodian, one)
    assert "Diese Aufnahme wurde schon herausgegeben:" in page(custodian, new)
    assert "Alle Herausgaben sind auf ihrem Weg." in page(leader, LIST)


def test_an_answer_that_does_not_come_is_called_in(
    recording: Recording, client_for: Clients
) -> None:
    custodian, leader = client_for(Role.CUSTODIAN), client_for(Role.SHIFT_LEADER)
    key = str(pyrage.x25519.Identity.generate().to_public())
    answer = custodian.post(
        f"{LIST}neu/{recording.ident}/",
        {
            "recipient": "Amtsgericht",
            "reference": "7 OWi",
            "purpose": "court",
            "recipient_key": key,
        },
    )
    one = answer.headers["Location"]
    leader.post(f"{one}entscheiden/", {"wie": "ja"})
    b"".join(custodian.post(f"{one}datei/"))  # type: ignore[arg-type]
    HandOver.objects.update(answer_due=clock.now().date() - timedelta(days=1))
    text = page(custodian, LIST)
    assert "Eine Stelle hat den Empfang nicht bestätigt." in text
    assert "Bestätigung überfällig" in text


@pytest.mark.parametrize("role", ["officer", "desk", "dispatcher", "admin", "partner"])
def test_nobody_else_sees_what_was_handed_out(
    role: str, recording: Recording, client_for: Clients
) -> None:
    client = client_for(role)
    for address in (LIST, f"{LIST}vertrauen.txt", f"{LIST}neu/{recording.ident}/"):
        assert client.get(address).status_code == 403
    assert client.get(f"{LIST}01ARZ3NDEKTSV4RRFFQ69G5FAV/").status_code == 404
    assert client.post(f"{LIST}01ARZ3NDEKTSV4RRFFQ69G5FAV/datei/").status_code == 403


def test_the_data_protection_officer_sees_and_changes_nothing(
    recording: Recording, client_for: Clients
) -> None:
    dpo = client_for(Role.DPO)
    assert "Noch keine Aufnahme wurde herausgegeben." in page(dpo, LIST)
    assert dpo.get(f"{LIST}neu/{recording.ident}/").status_code == 403


def test_case_34_no_file_leaves_while_nothing_can_be_recorded(
    recording: Recording, client_for: Clients
) -> None:
    custodian, leader = client_for(Role.CUSTODIAN), client_for(Role.SHIFT_LEADER)
    custodian.raise_request_exception = False
    key = str(pyrage.x25519.Identity.generate().to_public())
    form = {"recipient": "Gericht", "reference": "7", "purpose": "court", "recipient_key": key}
    one = custodian.post(f"{LIST}neu/{recording.ident}/", form).headers["Location"]
    leader.post(f"{one}entscheiden/", {"wie": "ja"})
    assert "liegt bereit" in page(custodian, one)
    break_journal()
    try:
        answer = custodian.post(f"{one}datei/")
        assert answer.status_code == 500
        assert b"age-encryption" not in answer.content
        assert custodian.post(f"{LIST}neu/{recording.ident}/", form).status_code == 500
        assert custodian.post(f"{one}empfang/", {"receipt": "x"}).status_code != 302
    finally:
        mend_journal()
    assert HandOver.objects.get().stage == "ready"
    assert b"".join(custodian.post(f"{one}datei/")).startswith(b"age-encryption")  # type: ignore[arg-type]


def asked_for(recording: Recording, count: int, **fields: Any) -> list[HandOver]:
    """Return as many hand-overs as wanted, entered one after the other; written as rows."""
    now = clock.now()
    asker = user_with(Role.CUSTODIAN, username=f"verwahrung-{new_id(now).lower()}")
    known: dict[str, Any] = {
        "recording": recording,
        "stage": Stage.RECEIVED,
        "purpose": Purpose.COURT,
        "recipient": "Amtsgericht Musterstadt",
        "reference": "7 OWi",
        "answer_due": now.date() + timedelta(days=14),
        "requested_at": now,
        "requested_by": asker,
    }
    rows = [HandOver(ident=new_id(now), **{**known, **fields}) for _ in range(count)]
    return list(HandOver.objects.bulk_create(rows))


def shown(text: str) -> list[str]:
    """Return the ids of the hand-overs a page lists."""
    return re.findall(rf'href="{LIST}([0-9A-Z]{{26}})/"', text)


def test_the_list_of_hand_overs_never_ends_before_the_first_one(
    recording: Recording, client_for: Clients
) -> None:
    made = [one.ident for one in asked_for(recording, 230)]
    custodian, seen, address = client_for(Role.CUSTODIAN), [], LIST
    while address:
        text = page(custodian, address)
        seen += shown(text)
        if not seen[50:]:  # what comes in meanwhile moves nothing to a page already read
            asked_for(recording, 3)
        more = re.search(r'rel="next" href="([^"]+)"', text)
        address = f"{LIST}{more[1]}" if more else ""
    assert seen == made[::-1]


def test_what_is_overdue_is_on_top_however_old_it_is(
    recording: Recording, client_for: Clients
) -> None:
    yesterday = clock.now().date() - timedelta(days=1)
    (late,) = asked_for(recording, 1, stage=Stage.HANDED_OVER, answer_due=yesterday)
    waiting = asked_for(recording, 21, stage=Stage.REQUESTED)
    asked_for(recording, 210)
    text = page(client_for(Role.CUSTODIAN), LIST)
    assert "Eine Stelle hat den Empfang nicht bestätigt." in text
    assert shown(text)[:2] == [late.ident, waiting[0].ident]
    assert "alle 21 zeigen" in text
    waits = page(client_for(Role.CUSTODIAN), f"{LIST}?stand=wartet")
    assert shown(waits) == [one.ident for one in waiting[::-1]]
    assert shown(page(client_for(Role.CUSTODIAN), f"{LIST}?stand=ueberfaellig")) == [late.ident]


def test_a_hand_over_is_found_by_who_got_it_its_file_and_its_incident(
    recording: Recording, client_for: Clients
) -> None:
    (wanted,) = asked_for(recording, 1, recipient="Kanzlei Erfunden", reference="12 Js 9/26")
    asked_for(recording, 60)
    custodian = client_for(Role.CUSTODIAN)
    for words in ("kanzlei", "js 12", "Erfunden 9/26"):
        assert shown(page(custodian, f"{LIST}?wort={words}")) == [wanted.ident]
    assert shown(page(custodian, f"{LIST}?wort=js&stand=bestaetigt")) == [wanted.ident]
    assert "Zu dieser Suche gibt es keine" in page(custodian, f"{LIST}?wort=js&stand=abgelehnt")
    Recording.objects.update(incident=open_incident(clock.now()))
    number = Incident.objects.get().number
    assert len(shown(page(custodian, f"{LIST}?wort={number}"))) == 50
    for broken in ("stand=alles", "wort=" + "x" * 200):
        assert custodian.get(f"{LIST}?{broken}").status_code == 422
    assert len(shown(page(custodian, f"{LIST}?vor=-1"))) == 50

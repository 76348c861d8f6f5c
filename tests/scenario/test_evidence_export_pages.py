"""The custodian hands a recording out, the superior agrees, the recipient confirms."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from django.test import Client

from streife.accounts.rules import Role
from streife.evidence.export import offline_verifier
from streife.evidence.models import HandOver, Recording
from streife.journal.queries import entries_of
from streife.kernel import clock
from tests.exporting import verify
from tests.scenario.test_evidence_custody import _break_journal as break_journal
from tests.scenario.test_evidence_custody import _mend_journal as mend_journal
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

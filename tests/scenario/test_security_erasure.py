"""Erased is erased: nowhere in the database, the files or the mails about to leave is a trace."""

import io
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.test import Client
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from streife.kernel.clock import now as present
from streife.reports.importing.reading import Broken, items
from streife.reports.mails import MailNotTaken, send_mail_about
from streife.reports.models import Contact, Report
from tests.reporting import fields, load_catalogue, load_city
from tests.whole_database import cells

pytestmark = pytest.mark.django_db
WORDS = ("Namegeheim", "mailgeheim", "7654321", "Hausgeheim")
CONTACT = {
    "name": "Namegeheim",
    "email": "mailgeheim@example.org",
    "phone": "0231 7654321",
    "home": "Hausgeheim 3",
}


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    load_city()
    load_catalogue()


def traces() -> set[str]:
    return {place for place, said in cells() for word in WORDS if word in said}


@pytest.mark.parametrize("kind", ["hint", "complaint"])
def test_after_erasure_no_table_knows_who_told_us(
    client_for: Callable[[str], Client], kind: str
) -> None:
    link = Client().post("/hinweis/", fields(kind=kind, witness_confirmed="on", **CONTACT))
    report = Report.objects.get()
    desk = client_for("desk")
    page = f"/leitstelle/eingang/{report.reference}/"
    assert "Namegeheim" in desk.post(f"{page}kontakt/", {"reason": "answer"}).content.decode()
    desk.post(f"{page}entscheiden/", {"kind": "open", "category_code": "sperrmuell", "priority": 3})
    assert traces() == {"reports.Contact"}
    if kind == "hint":
        Client().post(f"{link['Location'].split('?')[0]}loeschen/")
    else:
        Contact.objects.update(erase_after="2020-01-01")
        call_command("tidy_reports", stdout=io.StringIO())
    assert traces() == set()


@pytest.mark.parametrize("role", ["officer", "head", "dpo", "admin", "partner", "custodian"])
def test_whoever_may_not_read_contact_data_never_sees_them(
    client_for: Callable[[str], Client], role: str
) -> None:
    Client().post("/hinweis/", fields(**CONTACT))
    report = Report.objects.get()
    client = client_for(role)
    page = f"/leitstelle/eingang/{report.reference}/"
    answers = [
        client.get(page),
        client.post(f"{page}kontakt/", {"reason": "answer"}),
        client.get("/leitstelle/suche/", {"q": "Namegeheim"}),
        client.get("/leitstelle/suche/", {"q": "mailgeheim"}),
        client.get("/leitstelle/karte.geojson"),
    ]
    assert answers[1].status_code in {403, 404}
    for answer in answers:
        # A search page repeats what was searched for; the other words must not follow.
        said = answer.content.decode()
        assert sum(word in said for word in WORDS) <= (answer.request["QUERY_STRING"][:2] == "q=")


def test_contact_data_are_shown_only_after_reader_and_reason_stand_in_the_record(
    client_for: Callable[[str], Client],
) -> None:
    Client().post("/hinweis/", fields(**CONTACT))
    page = f"/leitstelle/eingang/{Report.objects.get().reference}/"
    desk = client_for("desk")
    assert "Namegeheim" not in desk.get(page).content.decode()
    for reason in ("", "neugier", "answer\0"):
        answer = desk.post(f"{page}kontakt/", {"reason": reason})
        assert answer.status_code == 409
        assert "Namegeheim" not in answer.content.decode()
    assert desk.get(f"{page}kontakt/").status_code == 405


def test_a_mail_server_that_refuses_leaves_no_address_in_the_table_of_tasks(
    settings: Settings,
) -> None:
    Client().post("/hinweis/", fields(**CONTACT))
    settings.EMAIL_BACKEND = "tests.scenario.test_security_erasure.Refusing"
    with pytest.raises(MailNotTaken) as refused:
        send_mail_about(Report.objects.get().pk, "received")
    told = "".join(traceback.format_exception(refused.value))
    assert "mailgeheim" not in told


class Refusing:
    """A mail server that knows no receiver, and says so by name."""

    def __init__(self, **_: Any) -> None:
        """Take what Django gives."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        """Refuse every receiver."""
        raise SMTPRecipientsRefused(
            {to: (550, f"<{to}>: unknown".encode()) for m in messages for to in m.recipients()}
        )


def test_what_the_background_did_is_forgotten_after_a_while() -> None:
    for days, ended in ((8, "SUCCESSFUL"), (8, "FAILED"), (1, "FAILED"), (8, "READY")):
        finished = None if ended == "READY" else present() - timedelta(days=days)
        DBTaskResult.objects.create(
            status=ended, finished_at=finished, run_after=present(), task_path="x",
            args_kwargs={"args": [1], "kwargs": {}}, backend_name="default",
        )  # fmt: skip
    call_command("tidy_tasks", stdout=io.StringIO())
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "READY"]


@pytest.mark.parametrize("text", ["[" * 200_000, '[{"a":' * 100_000])
def test_a_file_of_nothing_but_brackets_is_named_malformed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tief.json"
    path.write_text(text)
    with pytest.raises(Broken, match="file-"):
        list(items(path, names=("requests",)))

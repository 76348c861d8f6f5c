"""Contact data: apart, read with a reason, gone in time; mail over a real line; staff photos."""

import io
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from streife.accounts.rules import PUBLIC, Actor
from streife.journal.models import Body, Entry
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.reports.actions import (
    answer_report,
    erase_contact,
    erase_due_contacts,
    move_report,
    read_contact,
    receive_report,
)
from streife.reports.mails import send_mail_about
from streife.reports.models import Contact, Report
from streife.reports.rules import ContactDraft, Kind, Status
from tests.reporting import a_draft, a_picture, load_city

pytestmark = pytest.mark.django_db
WHO = ContactDraft(name="A. Beispiel", email="beispiel@example.org", phone="0231 7654321")


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    load_city()
    call_command("import_catalogue", stdout=io.StringIO())


@pytest.fixture
def report(now: datetime) -> Report:
    """Return a hint whose author left name, e-mail and telephone."""
    received = receive_report(draft=a_draft(contact=WHO), actor=PUBLIC, now=now)
    return Report.objects.get(pk=received.report_id)


def test_reading_contact_data_is_recorded_with_reader_and_reason(
    report: Report, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    desk = actor_for("desk")
    contact = read_contact(report_id=report.pk, reason="question_back", actor=desk, now=now)
    assert contact.email == WHO.email
    entry = Entry.objects.get(act="reports.contact_read")
    assert (entry.actor, entry.subject) == (desk.ref, f"report:{report.pk}")
    assert entry.body.content == {"reason": "question_back"}
    with pytest.raises(Refused) as refused:
        read_contact(report_id=report.pk, reason="Neugier", actor=desk, now=now)
    assert refused.value.code == "reason-unknown"
    for role in ("public", "officer", "head", "admin"):
        with pytest.raises(NotPermitted):
            read_contact(report_id=report.pk, reason="answer", actor=actor_for(role), now=now)


def test_no_entry_of_the_record_ever_holds_contact_data(
    report: Report, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    read_contact(report_id=report.pk, reason="answer", actor=actor_for("desk"), now=now)
    erase_contact(report_id=report.pk, reason="requested", actor=actor_for("dpo"), now=now)
    everything = str(list(Body.objects.values_list("content", flat=True)))
    for value in (WHO.name, WHO.email, WHO.phone, "Sofa"):
        assert value not in everything


def test_erased_is_erased_and_the_report_stays(
    report: Report, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    erase_contact(report_id=report.pk, reason="requested", actor=actor_for("desk"), now=now)
    assert not Contact.objects.exists()
    assert Report.objects.filter(pk=report.pk).exists()
    with pytest.raises(NotFound):
        read_contact(report_id=report.pk, reason="answer", actor=actor_for("desk"), now=now)
    assert send_mail_about(report.pk, "answered") is False


def test_due_contacts_go_by_themselves_and_no_others(
    report: Report, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    system, desk = actor_for("system"), actor_for("desk")
    receive_report(draft=a_draft(contact=WHO), actor=PUBLIC, now=now)
    move_report(report_id=report.pk, to=Status.ACCEPTED, actor=desk, now=now)
    answer_report(report_id=report.pk, text="Ist weg.", actor=desk, now=now)
    assert erase_due_contacts(actor=system, now=now + timedelta(days=30)) == 0
    assert erase_due_contacts(actor=system, now=now + timedelta(days=31)) == 1
    assert not Contact.objects.filter(report=report).exists()
    assert Contact.objects.count() == 1
    assert Entry.objects.get(act="reports.contact_erased").body.content == {"reason": "due"}
    assert erase_due_contacts(actor=system, now=now + timedelta(days=366)) == 1


def test_a_complaint_is_kept_under_its_own_regime(now: datetime) -> None:
    draft = a_draft(
        kind=Kind.COMPLAINT,
        witness_confirmed=True,
        contact=ContactDraft(name="A. Beispiel", address="Weg 1"),
    )
    receive_report(draft=draft, actor=PUBLIC, now=now)
    assert Contact.objects.get().purpose == "offence_prosecution"


def test_a_rejected_report_tells_its_reason_and_can_be_taken_up_again(
    report: Report, now: datetime, actor_for: Callable[[str], Actor]
) -> None:
    desk = actor_for("desk")
    move_report(report_id=report.pk, to=Status.REJECTED, actor=desk, now=now, reason="Privatgrund.")
    report.refresh_from_db()
    assert (report.answer, report.answered_at) == ("Privatgrund.", now)
    move_report(report_id=report.pk, to=Status.RECEIVED, actor=desk, now=now)
    report.refresh_from_db()
    assert report.answered_at is None
    with pytest.raises(Refused):
        answer_report(report_id=report.pk, text="Fertig.", actor=desk, now=now)


class _Line(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a mail needs and keeps what it was told."""

    def handle(self) -> None:
        def say(text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        say("220 loopback")
        told: list[str] = self.server.told  # type: ignore[attr-defined]
        while line := self.rfile.readline().decode().strip():
            if line.upper() == "DATA":
                say("354 go on")
                while (part := self.rfile.readline()) != b".\r\n":
                    told.append(part.decode().rstrip())
            if line.upper() == "QUIT":
                say("221 bye")
                return
            told.append(line)
            say("250 ok")


@pytest.fixture
def post_office() -> Iterator[tuple[int, list[str]]]:
    """Return the port of a mail server on this machine, and what it was told."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Line) as server:
        told: list[str] = []
        server.told = told  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], told
        server.shutdown()
        thread.join()


def test_the_resident_gets_a_mail_in_german_over_smtp(
    report: Report, settings: Settings, post_office: tuple[int, list[str]]
) -> None:
    port, told = post_office
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    assert send_mail_about(report.pk, "received") is True
    letter = "\n".join(told)
    assert "<beispiel@example.org>" in letter
    assert "Auto-Submitted: auto-generated" in letter
    assert f"/stand/{report.reference}/" in letter
    assert "eingegangen" in letter


def test_a_photo_is_shown_to_staff_and_to_nobody_else(
    now: datetime, client_for: Callable[[str], Client]
) -> None:
    received = receive_report(draft=a_draft(photos=(a_picture(),)), actor=PUBLIC, now=now)
    photo = Report.objects.get(pk=received.report_id).photos.get()
    shown = client_for("desk").get(f"/hinweise/foto/{photo.pk}/")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert client_for("public").get(f"/hinweise/foto/{photo.pk}/").status_code == 404
    assert client_for("admin").get(f"/hinweise/foto/{photo.pk}/").status_code == 404

"""A resident tells us something: everything that can go wrong on the way in, and what is kept."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from time_machine import travel

from streife.accounts.rules import Actor
from streife.journal.models import Entry
from streife.kernel.clock import now as present
from streife.portal.forms import ReportForm
from streife.reports.actions import answer_report, forget_uploads
from streife.reports.models import Contact, Photo, Report, Sender, Upload
from tests.reporting import (
    KOELN,
    SECRET_MARK,
    a_picture,
    fields,
    load_catalogue,
    load_city,
)

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    load_city()
    load_catalogue()


@pytest.fixture
def browser() -> Client:
    """Return a visitor whom nobody knows."""
    return Client()


def file(data: bytes, name: str = "foto.jpg") -> SimpleUploadedFile:
    """Return an upload that claims to be a JPEG."""
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def stored_files() -> list[Path]:
    """Return all files of the default storage."""
    folder = Path(django_settings.STORAGES["default"]["OPTIONS"]["location"])
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_good_report_gets_a_number_and_a_link_that_opens_it(browser: Client) -> None:
    answer = browser.post("/hinweis/", fields(email="a@example.org"))
    assert answer.status_code == 303
    report = Report.objects.get()
    page = browser.get(answer["Location"])
    text = page.content.decode()
    assert report.reference in text
    assert "Danke" in text
    assert "<svg" in text
    assert page["Cache-Control"].find("no-store") >= 0 or "private" in page["Cache-Control"]
    assert report.secret_hash not in text
    secret = answer["Location"].split("/")[3]
    assert secret not in report.secret_hash
    assert Entry.objects.filter(act="reports.received", subject=f"report:{report.pk}").count() == 1
    assert [message.to for message in mail.outbox] == [["a@example.org"]]
    assert answer["Location"].split("?")[0] in mail.outbox[0].body


def test_a_public_post_needs_at_most_twelve_statements(browser: Client, settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    browser.post("/hinweis/", fields())
    with CaptureQueriesContext(connection) as plain:
        assert browser.post("/hinweis/", fields()).status_code == 303
    with CaptureQueriesContext(connection) as contact:
        assert (
            browser.post(
                "/hinweis/", fields(email="a@example.org", phone="0231 1234567")
            ).status_code
            == 303
        )
    assert len(plain) <= 12, [query["sql"][:90] for query in plain.captured_queries]
    assert len(contact) <= 12, [query["sql"][:90] for query in contact.captured_queries]
    every = " ".join(query["sql"] for query in plain.captured_queries)
    assert "django_session" not in every
    assert "accounts_user" not in every


def test_sent_twice_is_stored_once_and_answered_the_same(browser: Client) -> None:
    sent = fields()
    first, second = browser.post("/hinweis/", sent), browser.post("/hinweis/", sent)
    assert first["Location"].split("?")[0] == second["Location"].split("?")[0]
    assert Report.objects.count() == 1
    assert Entry.objects.filter(act="reports.received").count() == 1
    changed = browser.post("/hinweis/", sent | {"text": "Es ist jetzt ein Schrank."})
    assert changed.status_code == 422
    assert "mit anderem Inhalt" in changed.content.decode()
    assert "Es ist jetzt ein Schrank." in changed.content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"latitude": str(KOELN.latitude), "longitude": str(KOELN.longitude)}, "außerhalb"),
        ({"latitude": "NaN", "longitude": "NaN"}, "nicht lesbar"),
        ({"latitude": "inf"}, "nicht lesbar"),
        ({"latitude": "910"}, "nicht lesbar"),
        ({"latitude": "", "longitude": "", "address": ""}, "wo es ist"),
        ({"latitude": "", "longitude": "", "address": "Xyzweg 99"}, "finden wir nicht"),
        ({"category": ""}, "worum es geht"),
        ({"category": "gibtsnicht"}, "worum es geht"),
        ({"text": "🙂" * 5000}, "5000"),
        ({"text": "M\ufffdll"}, "unlesbar"),
        ({"happened_at": "2999-01-01T10:00"}, "Zukunft"),
        ({"happened_at": "gestern"}, "31.12.2026"),
        ({"email": "kein-at"}, "E-Mail-Adresse"),
        ({"kind": "complaint", "email": "a@example.org"}, "Ihren Namen"),
        ({"kind": "complaint", "name": "A. Beispiel"}, "Anschrift"),
        ({"kind": "complaint", "name": "A", "email": "a@example.org"}, "§ 164"),
        ({"category": "hund_gefaehrlich"}, "110"),
        ({"website": "https://spam.example"}, "Falle"),
        ({"stamp": ""}, "sehr schnell"),
        ({"stamp": "gefälscht:1:2"}, "sehr schnell"),
        ({"client_id": "keine-uuid"}, "nichts ging verloren"),
        ({"text": ""}, "was los ist"),
    ],
)
def test_a_refusal_says_what_to_do_and_keeps_every_word(
    browser: Client, changes: dict[str, Any], said: str
) -> None:
    sent = fields(text="Ein ganz besonderes Sofa.", phone="0231 7654321") | changes
    answer = browser.post("/hinweis/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert not Report.objects.exists()
    assert sent["phone"] in page
    assert sent["text"][:50] in page
    again = browser.post(
        "/hinweis/",
        fields(
            client_id=re.findall(r'name="client_id" value="([^"]+)"', page)[0],
            email="a@example.org",
            name="A. Beispiel",
            witness_confirmed="on",
        ),
    )
    assert again.status_code == 303


def test_sql_and_html_in_every_field_are_only_text(browser: Client) -> None:
    nasty = "<b>x</b>'; DROP TABLE reports_report; --"
    answer = browser.post(
        "/hinweis/",
        fields(
            address=nasty, text=nasty, phone="'; DROP--<i>", name=nasty, quarter=nasty, home=nasty
        ),
    )
    assert answer.status_code == 303
    report = Report.objects.get()
    assert report.text == report.address == nasty
    page = browser.get(answer["Location"]).content.decode()
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x" in page
    refused = browser.post("/hinweis/", fields(category=nasty, text=nasty, name=nasty))
    assert "<b>x</b>" not in refused.content.decode()


def test_no_word_of_a_photo_but_its_pixels_is_stored(browser: Client) -> None:
    photos = [
        file(a_picture("JPEG")),
        file(a_picture("PNG"), "b.png"),
        file(a_picture("HEIF"), "c"),
    ]
    answer = browser.post("/hinweis/", fields(photos=photos))
    assert answer.status_code == 303
    assert Photo.objects.count() == 3
    for path in stored_files():
        data = path.read_bytes()
        assert SECRET_MARK not in data
        assert b"Exif" not in data
        assert b"http://ns.adobe.com" not in data
    link = answer["Location"].split("?")[0]
    shown = browser.get(f"{link}foto/{Photo.objects.earliest('pk').sha256}/")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"{link}foto/{'0' * 64}/").status_code == 404


@pytest.mark.parametrize("bad", [SVG, HTML, a_picture()[:900], b""])
def test_a_bad_photo_is_named_and_the_good_one_waits(browser: Client, bad: bytes) -> None:
    sent = fields()
    answer = browser.post(
        "/hinweis/",
        sent | {"photos": [file(a_picture(), "gut.jpg"), file(bad or b"\n", "boese.jpg")]},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "boese.jpg" in page
    assert sent["text"] in page
    assert not Report.objects.exists()
    kept = re.findall(r'name="kept_photos" value="([0-9a-f]{64})"', page)
    assert len(kept) == 1
    waiting = browser.get(f"/hinweis/foto/{sent['client_id']}/{kept[0]}/")
    assert waiting["Content-Type"] == "image/jpeg"
    assert browser.get(f"/hinweis/foto/{uuid4()}/{kept[0]}/").status_code == 404
    done = browser.post("/hinweis/", sent | {"kept_photos": kept})
    assert done.status_code == 303
    assert Report.objects.get().photos.count() == 1
    assert not Upload.objects.exists()
    assert browser.post("/hinweis/", sent | {"kept_photos": kept}).status_code == 303
    assert Report.objects.count() == 1


def test_a_photo_of_twenty_megabytes_is_named_and_the_text_is_kept(browser: Client) -> None:
    sent = fields()
    huge = file(a_picture() + b"\0" * 20 * 1024 * 1024, "riesig.jpg")
    answer = browser.post("/hinweis/", sent | {"photos": [huge, file(a_picture(), "klein.jpg")]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "riesig.jpg" in page
    assert "10 MB" in page
    assert sent["text"] in page
    assert Upload.objects.get().name == "klein.jpg"


def test_a_waiting_photo_can_be_left_out_and_goes_after_a_day(
    browser: Client, actor_for: Callable[[str], Actor]
) -> None:
    sent = fields(category="")
    browser.post("/hinweis/", sent | {"photos": [file(a_picture())]})
    checksum = Upload.objects.get().sha256
    browser.post("/hinweis/", sent | {"drop_photos": [checksum]})
    assert not Upload.objects.exists()
    browser.post("/hinweis/", sent | {"photos": [file(a_picture(size=(50, 50)))]})
    later = present() + timedelta(hours=25)
    assert forget_uploads(actor=actor_for("system"), now=later) == 1


def test_text_over_every_limit_gets_an_honest_page(browser: Client) -> None:
    answer = browser.post("/hinweis/", fields(text="x" * 3_000_000))
    assert answer.status_code == 413
    assert "nichts gespeichert" in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary="),
        (b"text=M%FCll", "application/x-www-form-urlencoded; charset=iso-8859-1"),
    ],
)
def test_a_form_in_another_encoding_is_answered_in_words(
    browser: Client, body: bytes, content_type: str
) -> None:
    answer = browser.generic("POST", "/hinweis/", body, content_type=content_type)
    assert answer.status_code in {400, 422}
    assert "<h1" in answer.content.decode()
    assert not Report.objects.exists()


def test_without_the_token_of_the_form_nothing_is_taken() -> None:
    assert Client(enforce_csrf_checks=True).post("/hinweis/", fields()).status_code == 403
    assert not Report.objects.exists()


def test_a_flood_from_one_connection_is_stopped_with_its_words_kept(
    browser: Client, settings: Settings
) -> None:
    settings.REPORTS_PER_HOUR = 2
    for _ in range(2):
        assert browser.post("/hinweis/", fields()).status_code == 303
    answer = browser.post("/hinweis/", fields(text="Noch etwas anderes."))
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "Noch etwas anderes." in page
    assert "0231 50 2 88 88" in page
    assert Report.objects.count() == 2
    assert "127.0.0.1" not in str(Sender.objects.values())
    assert browser.post("/hinweis/", fields(), REMOTE_ADDR="192.0.2.7").status_code == 303


def test_without_map_and_script_a_place_or_a_quarter_is_enough(browser: Client) -> None:
    for changes in ({"address": "Nordmarkt"}, {"address": "am Brunnen", "quarter": "Nordmarkt"}):
        sent = fields(latitude="", longitude="", **changes)
        assert browser.post("/hinweis/", sent).status_code == 303
    assert Report.objects.filter(quarter__isnull=False).count() == 2


def test_the_resident_says_once_that_it_is_not_true(
    browser: Client, actor_for: Callable[[str], Actor]
) -> None:
    link = browser.post("/hinweis/", fields(email="a@example.org"))["Location"].split("?")[0]
    report = Report.objects.get()
    Report.objects.filter(pk=report.pk).update(status="accepted")
    answer_report(
        report_id=report.pk, text="Das Sofa ist weg.", actor=actor_for("desk"), now=present()
    )
    assert "Das Sofa ist weg." in mail.outbox[-1].body
    assert "Das stimmt nicht" in browser.get(link).content.decode()
    empty = browser.post(f"{link}widerspruch/", {"text": " "})
    assert empty.status_code == 422
    assert browser.post(f"{link}widerspruch/", {"text": "Es steht noch da."}).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.objection) == ("received", "Es steht noch da.")
    assert "noch einmal nach" in browser.get(link).content.decode()
    assert browser.post(f"{link}widerspruch/", {"text": "Immer noch."}).status_code == 409


def test_contact_data_go_at_the_wish_of_their_owner_and_a_witness_is_told_why_not(
    browser: Client,
) -> None:
    link = browser.post("/hinweis/", fields(email="a@example.org"))["Location"].split("?")[0]
    assert browser.post(f"{link}loeschen/").status_code == 302
    assert not Contact.objects.exists()
    assert Entry.objects.filter(act="reports.contact_erased").count() == 1
    assert "keine Kontaktdaten" in browser.get(link).content.decode()
    complaint = fields(
        kind="complaint", name="A. Beispiel", home="Weg 1", witness_confirmed="on", text="Anders."
    )
    link = browser.post("/hinweis/", complaint)["Location"].split("?")[0]
    assert browser.post(f"{link}loeschen/").status_code == 409
    assert Contact.objects.get().purpose == "offence_prosecution"


def test_wrong_and_expired_links_are_told_apart_in_words(
    browser: Client, actor_for: Callable[[str], Actor]
) -> None:
    link = browser.post("/hinweis/", fields())["Location"].split("?")[0]
    reference, secret = link.strip("/").split("/")[1:]
    assert browser.get(f"/stand/{reference}/aaaa-aaaa-aaaa-aaaa/").status_code == 404
    assert browser.get(f"/stand/222-2222/{secret}/").status_code == 404
    typed = {"reference": reference.lower().replace("-", " "), "secret": secret.upper()}
    assert browser.post("/stand/", typed)["Location"] == link
    assert browser.post("/stand/", typed | {"secret": "falsch"}).status_code == 422
    Report.objects.update(status="accepted")
    answer_report(
        report_id=Report.objects.get().pk, text="Weg.", actor=actor_for("desk"), now=present()
    )
    Report.objects.update(answered_at=present() - timedelta(days=91))
    gone = browser.get(link)
    assert gone.status_code == 410
    assert "abgelaufen" in gone.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/anlaufstellen/",
        "/datenschutz/",
        "/barrierefreiheit/",
        "/impressum/",
        "/leichte-sprache/",
    ],
)
def test_every_public_page_opens_for_anybody(browser: Client, path: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(path)
    assert page.status_code == 200
    assert "<h1" in page.content.decode()
    assert "style=" not in page.content.decode()
    assert len(queries) <= 8


def test_the_example_of_the_form_is_a_place_that_we_find(browser: Client) -> None:
    example = str(ReportForm.base_fields["address"].help_text).removeprefix("Zum Beispiel: ")
    answer = browser.post("/hinweis/", fields(latitude="", longitude="", address=example))
    assert answer.status_code == 303
    assert Report.objects.get().address == example


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "0026-11-01T10:00", "1900-01-01T12:00"])
def test_a_mistyped_year_is_asked_back_in_words(browser: Client, moment: str) -> None:
    answer = browser.post("/hinweis/", fields(happened_at=moment))
    assert answer.status_code == 422
    assert "Bitte prüfen Sie das Jahr." in answer.content.decode()
    assert "Ein Sofa steht auf dem Gehweg." in answer.content.decode()


@travel(datetime(2026, 10, 26, 9, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # it came twice
        ("2026-03-29T02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # it never was
    ],
)
def test_the_hour_in_which_the_clocks_change_is_taken_like_any_other(
    browser: Client, typed: str, meant: datetime
) -> None:
    assert browser.post("/hinweis/", fields(happened_at=typed)).status_code == 303
    assert Report.objects.get().happened_at == meant

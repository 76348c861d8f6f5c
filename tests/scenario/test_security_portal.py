"""Attacks on the public form and the status link; each of them fails, and nothing is lost."""

import io
import re
from time import process_time
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from streife.accounts.rules import system
from streife.kernel.clock import now as present
from streife.reports.actions import import_reports
from streife.reports.actions.senders import WRONG_LINKS_PER_HOUR
from streife.reports.importing.rows import ImportDraft
from streife.reports.models import Contact, Report, Sender, Upload
from tests.reporting import NORDMARKT, a_picture, a_stamp, fields, load_catalogue, load_city

pytestmark = pytest.mark.django_db
CROSS = "<script>alert(1)</script>\"'>{{ 7|add:7 }}{% debug %}'; DROP TABLE reports_report;--"


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    load_city()
    load_catalogue()


@pytest.fixture
def browser() -> Client:
    return Client()


def a_photo(name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_picture(size=(64, 48)), content_type="image/jpeg")


def link_in(page: str) -> list[str]:
    return re.findall(r"/stand/[^/\"]+/[^/\"]+/", page)


def test_the_id_of_a_form_opens_nobody_elses_report(browser: Client) -> None:
    """Somebody sits down at the library's computer and finds the page of the one before."""
    first = fields(text="Mein Nachbar Herr Geheim schlägt sein Kind.", email="a@example.org")
    link = browser.post("/hinweis/", first)["Location"]
    answer = Client().post("/hinweis/", fields(client_id=first["client_id"], text="Ein Sofa."))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ein Sofa." in page
    assert "mit anderem Inhalt" in page
    assert "Geheim" not in page
    assert not link_in(page)
    assert link.split("/")[2] not in page
    again = re.search(r'name="client_id" value="([^"]+)"', page)
    assert again is not None
    assert again[1] != first["client_id"]
    sent = Client().post("/hinweis/", fields(client_id=again[1], text="Ein Sofa."))
    assert sent.status_code == 303
    assert sorted(Report.objects.values_list("text", flat=True)) == [
        "Ein Sofa.",
        "Mein Nachbar Herr Geheim schlägt sein Kind.",
    ]


def test_the_photos_of_a_second_report_from_one_form_are_kept_for_it(browser: Client) -> None:
    first = fields()
    browser.post("/hinweis/", first)
    page = browser.post(
        "/hinweis/", first | {"text": "Etwas anderes.", "photos": [a_photo()]}
    ).content.decode()
    again = re.search(r'name="client_id" value="([^"]+)"', page)
    assert again is not None
    assert str(Upload.objects.get().client_id) == again[1]


def test_whoever_knows_what_another_city_published_neither_opens_nor_hinders_its_import(
    browser: Client,
) -> None:
    guessed = str(uuid5(NAMESPACE_URL, "streife:import:open311:4711"))
    assert browser.post("/hinweis/", fields(client_id=guessed)).status_code == 303
    draft = ImportDraft(
        source="open311", source_id="4711", category_code="sperrmuell", text="Ein Sofa.",
        point=NORDMARKT, address="", received_at=present(), done=False, answered_at=None,
        answer="",
    )  # fmt: skip
    for outcome in ("stored", "already-present"):
        given = import_reports(drafts=[draft], anywhere=False, actor=system("test"), now=present())
        assert given == [outcome]
    assert str(Report.objects.get(source_id="4711").client_id) != guessed


def test_a_form_that_is_wrong_on_purpose_does_not_fill_the_disk(
    browser: Client, settings: Settings
) -> None:
    settings.REPORTS_PER_HOUR = 3
    answers = [
        browser.post(
            "/hinweis/", fields(category="", client_id=str(uuid4()), photos=[a_photo()])
        ).status_code
        for _ in range(6)
    ]
    assert answers == [422, 422, 422, 429, 429, 429]
    assert Upload.objects.count() == 3


def test_a_hundred_files_that_break_off_are_not_decoded_one_after_the_other(
    browser: Client,
) -> None:
    whole = io.BytesIO()
    Image.new("RGB", (4000, 4000), "white").save(whole, "PNG")
    broken = whole.getvalue()[:-500]  # known to be broken once all of it is decoded

    def cost(count: int) -> float:
        photos = [SimpleUploadedFile(f"{n}.png", broken) for n in range(count)]
        begin = process_time()
        answer = browser.post("/hinweis/", fields(category="", photos=photos))
        assert answer.status_code == 422
        if count > 3:
            assert "höchstens 3 Fotos" in answer.content.decode()
        return process_time() - begin

    three = cost(3)
    assert cost(60) < 4 * three  # and not twenty times


def test_a_flood_stores_no_photos_either(browser: Client, settings: Settings) -> None:
    settings.REPORTS_PER_HOUR = 1
    assert browser.post("/hinweis/", fields()).status_code == 303
    answer = browser.post("/hinweis/", fields(text="Noch eins.", photos=[a_photo()]))
    assert answer.status_code == 429
    assert "Noch eins." in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_visitor_cannot_claim_another_connection(browser: Client, settings: Settings) -> None:
    settings.REPORTS_PER_HOUR = 1
    sent = [
        browser.post("/hinweis/", fields(), headers={"x-forwarded-for": f"198.51.100.{n}"})
        for n in range(3)
    ]
    assert [answer.status_code for answer in sent] == [303, 429, 429]


def test_a_subscriber_of_ipv6_is_one_connection(browser: Client, settings: Settings) -> None:
    settings.REPORTS_PER_HOUR = 1
    sent = [
        browser.post("/hinweis/", fields(), REMOTE_ADDR=address)
        for address in ("2001:db8:7:7:1::1", "2001:db8:7:7:2::1", "2001:db8:7:9::1")
    ]
    assert [answer.status_code for answer in sent] == [303, 429, 429]


@pytest.mark.parametrize("field", ["kept_photos", "drop_photos"])
@pytest.mark.parametrize("value", ["\0", "x" * 100_000, "../../etc/passwd", "' OR 1=1"])
def test_a_checksum_that_is_none_names_no_photo(browser: Client, field: str, value: str) -> None:
    assert browser.post("/hinweis/", fields(**{field: value})).status_code == 303


NASTY = (
    "\0",
    "a\0b",
    "\u202e\u2066abc",
    "1e309",
    "-0",
    "9" * 5000,
    "😀" * 5000,
    "\r\nBcc: x@example.org",
)


@pytest.mark.parametrize("field", sorted(fields()))
def test_no_value_in_any_field_is_an_internal_error(browser: Client, field: str) -> None:
    for value in NASTY:
        before = Report.objects.count()
        answer = browser.post("/hinweis/", fields(**{field: value}))
        assert answer.status_code in {303, 422}, value[:20]
        assert Report.objects.count() - before == (answer.status_code == 303)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"text": "x"}', "application/json"),
        (b"text=%ff%fe", "application/x-www-form-urlencoded"),
        (b"text=\xff\xfe", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"text=x", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (b"&".join(b"a%d=1" % n for n in range(10_000)), "application/x-www-form-urlencoded"),
        (b"", "multipart/form-data; boundary=" + "x" * 300),
    ],
)
def test_a_body_that_is_no_form_is_answered_in_words(
    browser: Client, body: bytes, kind: str
) -> None:
    answer = browser.generic("POST", "/hinweis/", body, content_type=kind)
    assert 400 <= answer.status_code < 500
    assert "<h1" in answer.content.decode()
    assert not Report.objects.exists()


def test_doubled_and_missing_fields_are_answered_in_words(browser: Client) -> None:
    doubled = {name: [value, value + "2"] for name, value in fields().items()}
    assert browser.post("/hinweis/", doubled).status_code == 422
    for name in fields():
        sent = fields()
        del sent[name]
        assert browser.post("/hinweis/", sent).status_code in {303, 422}, name


def test_what_residents_write_is_only_text_wherever_staff_read_it(
    browser: Client, client_for: Any
) -> None:
    sent = fields(
        text=CROSS, address=CROSS[:190], kind="complaint", name=CROSS[:100], email="a@example.org",
        phone=CROSS[:40], home=CROSS[:150], witness_confirmed="on",
    )  # fmt: skip
    link = browser.post("/hinweis/", sent)["Location"]
    report = Report.objects.get()
    desk = client_for("dispatcher")
    page = f"/leitstelle/eingang/{report.reference}/"
    answers = [
        browser.get(link),
        desk.get(page),
        desk.post(f"{page}kontakt/", {"reason": "question_back"}),
        desk.get("/leitstelle/"),
        desk.get("/leitstelle/suche/", {"q": "script alert"}),
        client_for("dpo").get("/protokoll/"),
    ]
    for answer in answers:
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "<script>alert" not in text
        assert ">'; DROP" not in text.replace("&#x27;", "&")
        assert "{{ 14 }}" not in text
    assert "<script>alert" not in mail.outbox[0].subject
    assert Contact.objects.get().name.startswith("<script>")


def test_a_mail_leads_to_our_own_address_whatever_host_was_asked(
    browser: Client, settings: Settings
) -> None:
    settings.BASE_URL = "https://streife.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    browser.post("/hinweis/", fields(email="a@example.org"), headers={"host": "evil.example"})
    assert "https://streife.example.org/stand/" in mail.outbox[0].body
    assert "evil.example" not in mail.outbox[0].body
    assert mail.outbox[0].recipients() == ["a@example.org"]


@pytest.mark.parametrize(
    "email", ["a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "a@b@c.de",
              '"x" <a@example.org>', "a@example.org\r\n\r\nText"],
)  # fmt: skip
def test_no_address_smuggles_a_second_receiver_into_a_mail(browser: Client, email: str) -> None:
    browser.post("/hinweis/", fields(email=email))
    assert all(message.recipients() == ["a@example.org"] for message in mail.outbox) or (
        not mail.outbox
    )
    assert all("b@example.org" not in str(message.message()) for message in mail.outbox)


def test_a_wrong_secret_and_a_wrong_number_are_answered_alike(browser: Client) -> None:
    link = browser.post("/hinweis/", fields())["Location"]
    _, _, reference, secret, _ = link.split("/")
    wrong = [
        browser.get(f"/stand/{reference}/{secret[:-1]}{'w' if secret[-1] == 'x' else 'x'}/"),
        browser.get(f"/stand/222-2222/{secret}/"),
        browser.get(f"/stand/{reference}/x/"),
    ]
    assert {answer.status_code for answer in wrong} == {404}
    own_words = re.compile(r'"X-CSRFToken": "[^"]*"|nonce="[^"]*"|value="[^"]*"|/stand/[^"]*')
    pages = {own_words.sub("", answer.content.decode()) for answer in wrong}
    assert len(pages) == 1


def test_reports_reveal_no_order_and_no_number_of_others(browser: Client) -> None:
    links = [browser.post("/hinweis/", fields())["Location"] for _ in range(5)]
    references = [link.split("/")[2] for link in links]
    assert len(set(references)) == 5
    assert all(re.fullmatch(r"[2-9A-Z]{3}-[2-9A-Z]{4}", reference) for reference in references)


def test_a_stamp_from_another_place_is_worth_nothing(browser: Client) -> None:
    assert browser.post("/hinweis/", fields(stamp=a_stamp()[:-3] + "abc")).status_code == 422


def test_whoever_tries_links_is_stopped_and_the_right_one_waits_too(browser: Client) -> None:
    page = browser.post("/hinweis/", fields(), follow=True)
    link = page.redirect_chain[-1][0].partition("?")[0]
    wrong = link[:-5] + "xxxx/"
    assert browser.get(link).status_code == 200
    tried = [browser.get(wrong).status_code for _ in range(WRONG_LINKS_PER_HOUR)]
    assert tried == [404] * WRONG_LINKS_PER_HOUR
    answer = browser.get(wrong)
    assert answer.status_code == 429
    assert "sehr viele falsche Kennwörter" in answer.content.decode()
    assert browser.get(link).status_code == 429
    for action in ("widerspruch/", "loeschen/"):
        assert browser.post(link + action, {"text": "Es stimmt nicht."}).status_code == 429
    assert browser.get(f"{link}foto/{'a' * 64}/").status_code == 429
    reference, secret = link.strip("/").split("/")[1:]
    answer = browser.post("/stand/", {"reference": reference, "secret": secret})
    assert answer.status_code == 429
    assert "in einer Stunde" in answer.content.decode()
    assert browser.get(link, REMOTE_ADDR="192.0.2.7").status_code == 200
    # A new report still gets in, and what was counted names no connection.
    assert browser.post("/hinweis/", fields(client_id=str(uuid4()))).status_code == 303
    assert "127.0.0.1" not in str(Sender.objects.values())


def test_a_photo_that_is_gone_is_no_wrong_link(browser: Client) -> None:
    link = browser.post("/hinweis/", fields(), follow=True).redirect_chain[-1][0].partition("?")[0]
    for _ in range(WRONG_LINKS_PER_HOUR + 1):
        assert browser.get(f"{link}foto/{'a' * 64}/").status_code == 404
    assert browser.get(link).status_code == 200


def test_a_link_that_got_into_the_open_is_found_by_no_search_engine(browser: Client) -> None:
    link = browser.post("/hinweis/", fields(photos=[a_photo()]))["Location"].partition("?")[0]
    photo = Report.objects.get().photos.get()
    for address in (link, f"{link}foto/{photo.sha256}/", link.replace("-", "x")):
        answer = browser.get(address)
        assert answer.status_code in {200, 404}
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer["Cache-Control"]
    assert "X-Robots-Tag" not in browser.get("/")

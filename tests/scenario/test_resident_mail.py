"""Residents are written to in the language in which they read the form."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from streife.accounts.rules import Actor, Role
from streife.incidents.rules import Outcome
from streife.reports.actions import answer_report, move_report
from streife.reports.mails import send_mail_about
from streife.reports.models import Report
from streife.reports.rules import Status
from streife.triage.rules import answer_text
from tests.reporting import fields, load_catalogue, load_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    load_city()
    load_catalogue()


def send(language: str, **changes: Any) -> Report:
    browser = Client()
    browser.cookies["django_language"] = language
    browser.post("/hinweis/", fields(email="resident@example.org", **changes))
    return Report.objects.get()


def test_the_receipt_is_in_the_language_of_the_form() -> None:
    report = send("en")
    assert report.language == "en"
    (message,) = mail.outbox
    assert message.subject == f"We have your report {report.reference}"
    assert message.body.startswith("Hello,\n\nYour report reached us on ")
    assert "You can see the state of your report here" in message.body
    assert f"/stand/{report.reference}/" in message.body


def test_german_stays_german_whatever_language_the_office_reads() -> None:
    report = send("de")
    mail.outbox.clear()
    with translation.override("en"):
        assert send_mail_about(report.pk, "received")
    (message,) = mail.outbox
    assert message.subject == f"Ihr Hinweis {report.reference} ist bei uns"
    assert message.body.startswith("Guten Tag,\n\nIhr Hinweis ist am ")
    assert message.body.endswith("Rettungsdienst 112.\n")
    assert translation.get_language() == "de"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Hello,", "About your report", "Bulky waste"]),
        ("de", ["Guten Tag,", "können wir Ihnen sagen", "Sperrmüll"]),
    ],
)
def test_the_answer_is_translated_as_a_whole(
    language: str, words: list[str], actor_for: Callable[[Role], Actor], now: datetime
) -> None:
    report, desk = send(language), actor_for(Role.DESK)
    mail.outbox.clear()
    text = answer_text(Outcome.RESOLVED, category_name="Sperrmüll")
    move_report(report_id=report.pk, to=Status.ACCEPTED, actor=desk, now=now)
    answer_report(report_id=report.pk, text=text, actor=desk, now=now)
    (message,) = mail.outbox
    for word in words:
        assert word in message.body, message.body


@pytest.mark.parametrize("occasion", ["received", "answered", "link", "merged"])
def test_no_occasion_is_left_in_german(
    occasion: str, actor_for: Callable[[Role], Actor], now: datetime
) -> None:
    report, desk = send("en"), actor_for(Role.DESK)
    if occasion == "answered":
        text = answer_text(Outcome.RESOLVED, category_name="Sperrmüll")
        move_report(report_id=report.pk, to=Status.ACCEPTED, actor=desk, now=now)
        answer_report(report_id=report.pk, text=text, actor=desk, now=now)
    mail.outbox.clear()
    send_mail_about(report.pk, occasion)
    (message,) = mail.outbox
    for german in ("Hinweis", "Guten Tag", "Ihr ", "wir "):
        assert german not in f"{message.subject} {message.body}"


def test_an_answer_that_was_taken_back_before_its_mail_left_is_not_sent(
    actor_for: Callable[[Role], Actor], now: datetime
) -> None:
    report, desk = send("de"), actor_for(Role.DESK)
    move_report(report_id=report.pk, to=Status.ACCEPTED, actor=desk, now=now)
    answer_report(report_id=report.pk, text="Erledigt.", actor=desk, now=now)
    move_report(report_id=report.pk, to=Status.ACCEPTED, actor=desk, now=now)
    mail.outbox.clear()
    assert not send_mail_about(report.pk, "answered")
    assert not mail.outbox

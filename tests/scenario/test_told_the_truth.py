"""What residents are told when reports are one matter, and when an answer was not true."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from time_machine import travel

from streife.accounts.rules import PUBLIC, Actor, system
from streife.desk.actions import close_matter, merge_matters
from streife.incidents.actions import change_status, reopen_incident
from streife.incidents.models import Incident
from streife.incidents.rules import Filters, Status
from streife.kernel.errors import Refused
from streife.places.actions import import_places
from streife.places.bundle import read_bundle
from streife.reports.actions import object_to_answer, receive_report
from streife.reports.models import Report
from streife.reports.rules import ContactDraft, Received
from streife.triage.actions import decide, import_catalogue, propose_for_report
from streife.triage.models import DuplicateSuggestion
from streife.triage.queries import inbox
from streife.triage.reading import read_catalogue
from streife.triage.rules import DecisionDraft, DecisionKind
from streife.triage.tasks import take_up_reports
from tests.reporting import a_draft

pytestmark = pytest.mark.django_db
For = Callable[[str], Actor]
JOINED = "Dazu hatten wir schon einen Hinweis. Wir bearbeiten beide gemeinsam."


@pytest.fixture(autouse=True)
def _city(now: datetime) -> None:
    import_places(bundle=read_bundle(settings.DATA_DIR), actor=system("test"), now=now)
    folder = settings.DATA_DIR.parent / "catalogue"
    import_catalogue(catalogue=read_catalogue(folder), actor=system("test"), now=now)


def told(name: str, now: datetime) -> Received:
    """Send a report that leaves an address, and forget the mail that confirms it."""
    draft = a_draft(client_id=uuid4(), contact=ContactDraft(email=f"{name}@example.org"))
    received = receive_report(draft=draft, actor=PUBLIC, now=now)
    mail.outbox.clear()
    return received


def opened(received: Received, actor: Actor, now: datetime) -> Incident:
    """Open an incident for ourselves."""
    draft = DecisionDraft(DecisionKind.OPEN, body_code="kod")
    made = decide(report_id=received.report_id, decision=draft, actor=actor, now=now)
    assert made.incident is not None
    return made.incident


def status_page(received: Received, now: datetime) -> str:
    """Return what the holder of the link reads."""
    with travel(now, tick=False):
        answer = Client().get(reverse("portal:status", args=[received.reference, received.secret]))
    assert answer.status_code == 200
    return answer.content.decode()


def mails_to() -> list[str]:
    """Return who got mail since the last look."""
    found = [address for message in mail.outbox for address in message.to]
    mail.outbox.clear()
    return found


def test_whoever_reports_a_known_matter_is_told_by_mail_and_on_the_page(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    first, second = told("erste", now), told("zweite", now)
    incident = opened(first, desk, now)
    draft = DecisionDraft(DecisionKind.MERGE, incident_id=incident.pk)
    decide(report_id=second.report_id, decision=draft, actor=desk, now=now)
    assert "gemeinsam" in mail.outbox[-1].body
    assert mails_to() == ["zweite@example.org"]
    assert JOINED in status_page(second, now)
    assert JOINED not in status_page(first, now)


def test_when_two_incidents_turn_out_to_be_one_every_moved_reporter_is_told_and_answered(
    actor_for: For, now: datetime
) -> None:
    dispatcher = actor_for("dispatcher")
    first, second = told("erste", now), told("zweite", now)
    kept = opened(first, dispatcher, now)
    duplicate = opened(second, dispatcher, now)
    later = now + timedelta(minutes=5)
    merge_matters(incident_id=kept.pk, duplicate_id=duplicate.pk, actor=dispatcher, now=later)
    assert mails_to() == ["zweite@example.org"]
    page = status_page(second, later)
    assert JOINED in page
    assert "Wir haben Ihnen geantwortet" not in page
    close_matter(incident_id=kept.pk, outcome="resolved", note="", actor=dispatcher, now=later)
    assert sorted(mails_to()) == ["erste@example.org", "zweite@example.org"]
    assert "behoben" in status_page(second, later)


def test_nobody_gets_mail_about_a_synthetic_report(actor_for: For, now: datetime) -> None:
    desk = actor_for("desk")
    incident = opened(told("erste", now), desk, now)
    draft = a_draft(
        client_id=uuid4(), contact=ContactDraft(email="nobody@example.org"), synthetic=True
    )
    second = receive_report(draft=draft, actor=PUBLIC, now=now)
    merge = DecisionDraft(DecisionKind.MERGE, incident_id=incident.pk)
    decide(report_id=second.report_id, decision=merge, actor=desk, now=now)
    close_matter(incident_id=incident.pk, outcome="resolved", note="", actor=desk, now=now)
    assert mails_to() == ["erste@example.org"]


def test_an_answer_that_is_not_true_comes_back_to_the_desk_and_opens_the_matter_again(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    received = told("erste", now)
    incident = opened(received, desk, now)
    close_matter(incident_id=incident.pk, outcome="resolved", note="", actor=desk, now=now)
    assert mails_to() == ["erste@example.org"]

    later = now + timedelta(hours=3)
    object_to_answer(
        reference=received.reference,
        secret=received.secret,
        text="Das Sofa steht immer noch da.",
        now=later,
    )
    assert "Sie haben widersprochen" in status_page(received, later)
    waiting = inbox(desk, Filters(), None, now=later).rows
    assert [row.id for row in waiting] == [received.report_id]

    decision = DecisionDraft(DecisionKind.OPEN)
    made = decide(report_id=received.report_id, decision=decision, actor=desk, now=later)
    assert made.incident_id == incident.pk
    incident.refresh_from_db()
    assert (incident.status, incident.outcome) == ("open", "")
    assert Incident.objects.count() == 1
    assert Report.objects.get(pk=received.report_id).status == "accepted"
    assert not inbox(desk, Filters(), None, now=later).rows

    close_matter(incident_id=incident.pk, outcome="resolved", note="", actor=desk, now=later)
    assert mails_to() == ["erste@example.org"]
    page = status_page(received, later)
    assert "behoben" in page
    assert "Bitte noch einmal nachsehen" not in page  # that goes once


def test_the_desk_reads_why_an_answer_is_not_true_and_is_not_offered_the_own_matter_as_another(
    actor_for: For, client_for: Callable[[str], Client], now: datetime
) -> None:
    desk = actor_for("desk")
    received = told("erste", now)
    incident = opened(received, desk, now)
    close_matter(incident_id=incident.pk, outcome="resolved", note="", actor=desk, now=now)
    path = reverse("desk:report", args=[received.reference])
    assert "Widerspruch" not in client_for("desk").get(path).content.decode()
    objection = "Das Sofa steht <b>immer</b> noch da."
    later = now + timedelta(hours=3)
    object_to_answer(
        reference=received.reference, secret=received.secret, text=objection, now=later
    )
    propose_for_report(report_id=received.report_id, actor=system("triage"), now=later)
    assert not DuplicateSuggestion.objects.filter(report_id=received.report_id).exists()
    page = client_for("desk").get(path).content.decode()
    assert "Das Sofa steht &lt;b&gt;immer&lt;/b&gt; noch da." in page
    assert "Wir hatten geantwortet:" in page
    assert "Annehmen: noch einmal nachsehen" in page
    decide(
        report_id=received.report_id,
        decision=DecisionDraft(DecisionKind.OPEN),
        actor=desk,
        now=later,
    )
    matter = client_for("desk").get(reverse("desk:incident", args=[incident.number]))
    assert "Das Sofa steht &lt;b&gt;immer&lt;/b&gt; noch da." in matter.content.decode()


def objected(received: Received, incident: Incident, desk: Actor, now: datetime) -> None:
    """Close the matter; the resident says that the answer is not true."""
    close_matter(incident_id=incident.pk, outcome="resolved", note="", actor=desk, now=now)
    object_to_answer(
        reference=received.reference, secret=received.secret, text="Es steht da.", now=now
    )


def test_whoever_gives_a_matter_away_after_an_objection_gives_it_away(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    received = told("erste", now)
    incident = opened(received, desk, now)
    objected(received, incident, desk, now)
    draft = DecisionDraft(DecisionKind.FORWARD, body_code="edg", reason="Die EDG holt es ab.")
    decide(report_id=received.report_id, decision=draft, actor=desk, now=now)
    incident.refresh_from_db()
    assert incident.status == "handed_over"
    assert list(incident.hand_overs.values_list("body_code", "reason")) == [
        ("edg", "Die EDG holt es ab.")
    ]
    assert Report.objects.get(pk=received.report_id).status == "forwarded"
    take_up_reports.call(incident.pk)  # the background comes late and knows only of the reopening
    assert Report.objects.get(pk=received.report_id).status == "forwarded"


def test_after_an_objection_no_report_slips_silently_into_another_matter(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    received = told("erste", now)
    incident = opened(received, desk, now)
    other = opened(told("zweite", now), desk, now)
    objected(received, incident, desk, now)
    draft = DecisionDraft(DecisionKind.MERGE, incident_id=other.pk)
    with pytest.raises(Refused, match=incident.number) as refused:
        decide(report_id=received.report_id, decision=draft, actor=desk, now=now)
    assert refused.value.code == "report-has-matter"
    assert Report.objects.get(pk=received.report_id).status == "received"


def test_a_matter_with_a_unit_on_it_is_not_given_away_behind_its_back(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    received = told("erste", now)
    incident = opened(received, desk, now)
    objected(received, incident, desk, now)
    reopen_incident(incident_id=incident.pk, reason="Nachsehen", actor=desk, now=now)
    change_status(incident_id=incident.pk, to=Status.ASSIGNED, actor=desk, now=now)
    draft = DecisionDraft(DecisionKind.FORWARD, body_code="edg", reason="Die EDG holt es ab.")
    with pytest.raises(Refused, match="Streife") as refused:
        decide(report_id=received.report_id, decision=draft, actor=desk, now=now)
    assert refused.value.code == "unit-on-matter"


def test_background_work_that_comes_late_takes_nothing_up_that_is_closed_again(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    received = told("erste", now)
    incident = opened(received, desk, now)
    close_matter(incident_id=incident.pk, outcome="resolved", note="", actor=desk, now=now)
    assert take_up_reports.call(incident.pk) == 0
    assert Report.objects.get(pk=received.report_id).status == "answered"

"""The course of matters through the actions, as people work on them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from streife.accounts.rules import PUBLIC, Actor, system
from streife.incidents import actions as incidents
from streife.incidents import queries as incident_queries
from streife.incidents.models import Incident, IncidentReport
from streife.incidents.rules import Filters, Outcome, Status
from streife.kernel.errors import NotPermitted, Refused
from streife.kernel.geo import Point
from streife.places.actions import import_places
from streife.places.bundle import read_bundle
from streife.places.queries import whereabouts
from streife.reports.actions import receive_report
from streife.reports.models import Report
from streife.reports.rules import Channel, Kind, ReportDraft
from streife.triage import queries
from streife.triage.actions import decide, import_catalogue
from streife.triage.models import (
    Body,
    CatalogueVersion,
    Decision,
    DuplicateSuggestion,
    Proposal,
    Responsibility,
)
from streife.triage.reading import read_catalogue
from streife.triage.rules import DecisionDraft, DecisionKind

pytestmark = pytest.mark.django_db
NORDMARKT = Point(51.5240, 7.4650)
For = Callable[[str], Actor]


@pytest.fixture(autouse=True)
def _city(now: datetime) -> None:
    import_places(bundle=read_bundle(settings.DATA_DIR), actor=system("test"), now=now)
    folder = settings.DATA_DIR.parent / "catalogue"
    import_catalogue(catalogue=read_catalogue(folder), actor=system("test"), now=now)


def told(
    text: str, code: str, now: datetime, point: Point = NORDMARKT, address: str = "Nordmarkt 3"
) -> int:
    """Receive a report and return its id."""
    draft = ReportDraft(
        client_id=uuid4(),
        kind=Kind.HINT,
        channel=Channel.WEB,
        category_code=code,
        text=text,
        point=point,
        address=address,
    )
    return receive_report(draft=draft, actor=PUBLIC, now=now).report_id


def opened(report_id: int, actor: Actor, now: datetime) -> Incident:
    """Open an incident as proposed or for ourselves."""
    made = decide(
        report_id=report_id,
        decision=DecisionDraft(DecisionKind.OPEN, body_code="kod"),
        actor=actor,
        now=now,
    )
    assert made.incident is not None
    return made.incident


def test_a_report_becomes_an_incident_and_its_author_reads_the_outcome(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    report_id = told("Ein Hund ohne Leine jagt Kinder", "hund_ohne_leine", now)
    proposal = queries.proposal_of(report_id)
    assert proposal is not None
    assert proposal.category.code == "hund_ohne_leine"
    assert proposal.body.own
    made = decide(
        report_id=report_id, decision=DecisionDraft(DecisionKind.OPEN), actor=desk, now=now
    )
    assert made.as_proposed
    incident = made.incident
    assert incident is not None
    assert incident.number == "2026-000001"
    assert incident.title == "Hund ohne Leine, Nordmarkt 3"
    assert incident.due_at == now + timedelta(minutes=120)
    assert Report.objects.get(pk=report_id).status == "accepted"
    incidents.close_incident(
        incident_id=incident.pk, measure="verwarnung_muendlich", actor=actor_for("officer"), now=now
    )
    report = Report.objects.get(pk=report_id)
    assert report.status == "answered"
    assert "verwarnt" in report.answer
    assert Incident.objects.get().outcome == Outcome.WARNED


def test_the_second_clerk_reads_who_was_faster(actor_for: For, now: datetime) -> None:
    report_id = told("Sperrmüll", "sperrmuell", now)
    opened(report_id, actor_for("desk"), now)
    with pytest.raises(Refused) as refused:
        opened(report_id, actor_for("dispatcher"), now)
    assert refused.value.code == "already-decided"
    assert "Test desk hat diesen Hinweis soeben bearbeitet" in refused.value.message
    assert Decision.objects.count() == Incident.objects.count() == 1


def test_a_second_report_of_the_same_matter_is_suggested_and_merged(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    first = opened(told("Matratze und Sofa auf dem Gehweg", "sperrmuell", now), desk, now)
    later = now + timedelta(hours=2)
    second = told(
        "Alte Matratze liegt auf dem Gehweg", "sperrmuell", later, Point(51.52415, 7.46515)
    )
    (found,) = queries.duplicates_of(second)
    assert found.incident_id == first.pk
    assert "gleicher Anlass" in found.reasons
    assert "vor 2 Stunden" in found.reasons
    assert any("Matratze" in reason for reason in found.reasons)
    decide(
        report_id=second,
        decision=DecisionDraft(DecisionKind.MERGE, incident_id=first.pk),
        actor=desk,
        now=later,
    )
    assert incident_queries.reports_of(desk, first.pk)[-1] == second
    incidents.close_incident(incident_id=first.pk, outcome=Outcome.RESOLVED, actor=desk, now=later)
    assert set(Report.objects.values_list("status", flat=True)) == {"answered"}


def test_a_forwarded_report_is_answered_when_the_other_body_takes_it(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    report_id = told("Sperrmüll am Park", "sperrmuell", now)
    made = decide(
        report_id=report_id, decision=DecisionDraft(DecisionKind.FORWARD), actor=desk, now=now
    )
    assert made.as_proposed
    assert made.incident is not None
    assert made.incident.hand_overs.get().body_code == "edg"
    assert Report.objects.get(pk=report_id).status == "forwarded"
    incidents.answer_hand_over(
        incident_id=made.incident.pk, accepted=True, answer="Abfuhr morgen", actor=desk, now=now
    )
    report = Report.objects.get(pk=report_id)
    assert report.status == "answered"
    assert "EDG hat die Sache übernommen" in report.answer
    assert "Abfuhr" not in report.answer


def test_a_matter_sent_back_waits_in_the_queue_again(actor_for: For, now: datetime) -> None:
    desk = actor_for("desk")
    incident = opened(told("Ratten im Hof", "ratten", now), desk, now)
    incidents.hand_over(
        incident_id=incident.pk, body_code="gesundheitsamt", reason="Ratten", actor=desk, now=now
    )
    incidents.answer_hand_over(
        incident_id=incident.pk, accepted=False, answer="Privatgrund", actor=desk, now=now
    )
    page = incident_queries.queue(desk, Filters(statuses=(Status.OPEN,)), None, now=now)
    assert [row.id for row in page.rows] == [incident.pk]


def test_a_forwarded_report_that_comes_back_is_no_longer_said_to_be_with_the_other_body(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    report_id = told("Sperrmüll am Park", "sperrmuell", now)
    made = decide(
        report_id=report_id, decision=DecisionDraft(DecisionKind.FORWARD), actor=desk, now=now
    )
    assert made.incident is not None
    incidents.answer_hand_over(
        incident_id=made.incident.pk, accepted=False, answer="Privatgrund", actor=desk, now=now
    )
    assert Report.objects.get(pk=report_id).status == "accepted"


def test_the_operational_area_counts_when_a_clerk_changes_the_category(
    actor_for: For, now: datetime
) -> None:
    """A body that answers in one operational area only is found whoever chose the category."""
    desk = actor_for("desk")
    report_id = told("Da liegt etwas", "hund_ohne_leine", now)
    place = whereabouts(NORDMARKT, on=now.date())
    assert place is not None
    body = Body.objects.get(code="edg")
    Responsibility.objects.filter(category_code="ratten").update(valid_to=now.date())
    Responsibility.objects.create(
        category_code="ratten",
        area_id=place.operational_id,
        body=body,
        valid_from=now.date(),
        source="test",
    )
    CatalogueVersion.objects.update(token=uuid4())
    made = decide(
        report_id=report_id,
        decision=DecisionDraft(DecisionKind.FORWARD, category_code="ratten"),
        actor=desk,
        now=now,
    )
    assert made.body_code == "edg"


def test_a_rejected_report_tells_the_reason(actor_for: For, now: datetime) -> None:
    desk = actor_for("desk")
    report_id = told("Wolken", "other", now)
    reject = DecisionDraft(DecisionKind.REJECT)
    with pytest.raises(Refused) as refused:
        decide(report_id=report_id, decision=reject, actor=desk, now=now)
    assert refused.value.code == "text-missing"
    reject = DecisionDraft(DecisionKind.REJECT, reason="Dafür ist niemand zuständig.")
    decide(report_id=report_id, decision=reject, actor=desk, now=now)
    assert Report.objects.get(pk=report_id).answer == "Dafür ist niemand zuständig."


def test_merged_incidents_keep_all_reports_and_the_older_clock(
    actor_for: For, now: datetime
) -> None:
    desk = actor_for("desk")
    far = Point(51.5148, 7.4687)
    old = opened(told("Lärm", "laerm_nacht", now - timedelta(hours=1), far), desk, now)
    new = opened(told("Party laut", "laerm_nacht", now), desk, now)
    incidents.merge_incidents(incident_id=new.pk, duplicate_id=old.pk, actor=desk, now=now)
    new.refresh_from_db()
    old.refresh_from_db()
    assert new.opened_at == now - timedelta(hours=1)
    assert old.merged_into == new
    assert old.outcome == Outcome.MERGED
    assert IncidentReport.objects.filter(incident=new).count() == 2
    assert set(Report.objects.values_list("status", flat=True)) == {"accepted"}
    with pytest.raises(Refused) as refused:
        incidents.reopen_incident(incident_id=old.pk, reason="doch", actor=desk, now=now)
    assert refused.value.code == "incident-merged"


def test_reopening_takes_the_answered_report_up_again(actor_for: For, now: datetime) -> None:
    desk = actor_for("desk")
    report_id = told("Betteln", "betteln_aggressiv", now)
    incident = opened(report_id, desk, now)
    incidents.close_incident(
        incident_id=incident.pk, outcome=Outcome.NOT_FOUND, actor=desk, now=now
    )
    incidents.reopen_incident(incident_id=incident.pk, reason="Wieder da", actor=desk, now=now)
    incident.refresh_from_db()
    assert incident.status == Status.OPEN
    assert Report.objects.get(pk=report_id).status == "accepted"


def test_proposing_twice_changes_nothing_and_never_after_a_decision(
    actor_for: For, now: datetime
) -> None:
    from streife.triage.tasks import propose  # noqa: PLC0415 (the task itself is under test)

    report_id = told("Graffiti an der Wand", "graffiti", now)
    propose.func(report_id)
    assert Proposal.objects.count() == 1
    opened(report_id, actor_for("desk"), now)
    propose.func(report_id)
    assert Proposal.objects.get().queue_rank is None
    assert DuplicateSuggestion.objects.count() == 0


def test_the_diary_reads_like_a_story(actor_for: For, now: datetime) -> None:
    desk = actor_for("desk")
    incident = opened(told("Sperrmüll", "sperrmuell", now), desk, now)
    incidents.log_line(incident_id=incident.pk, text="Anwohner ruft an.", actor=desk, now=now)
    incidents.change_status(incident_id=incident.pk, to=Status.ASSIGNED, actor=desk, now=now)
    incidents.close_incident(
        incident_id=incident.pk, measure="sofort_beseitigt", actor=desk, now=now
    )
    lines = incident_queries.diary(actor_for("dispatcher"), incident.pk)
    texts = [line.text for line in lines]
    assert "Vorgang 2026-000001 eröffnet." in texts
    assert "Anwohner ruft an." in texts
    assert "Stand: Streife unterwegs (vorher offen)." in texts
    assert "Abgeschlossen: behoben." in texts
    assert "Test desk" in {line.name for line in lines}
    assert {line.name for line in incident_queries.diary(actor_for("officer"), incident.pk)} == {""}


def test_search_finds_stems_prefixes_and_numbers(actor_for: For, now: datetime) -> None:
    desk = actor_for("desk")
    incident = opened(told("Zwei alte Matratzen am Körner Platz", "sperrmuell", now), desk, now)
    for text in ("Matratze", "matratz", "KOERNER", "2026-000001", "Sperrmüll Nordm"):
        hits = incident_queries.search(desk, text)
        assert incident.pk in {hit.incident_id for hit in hits.rows}, text
    for text in ("Fahrrad", "", '"', "x' OR 1=1 --", "Matratze Fahrrad"):
        assert not incident_queries.search(desk, text).rows
    assert not incident_queries.search(PUBLIC, "Matratze").rows


def test_those_without_permission_are_refused(actor_for: For, now: datetime) -> None:
    report_id = told("Müll", "hausmuell", now)
    for role in ("public", "officer", "head", "dpo"):
        with pytest.raises(NotPermitted):
            opened(report_id, actor_for(role), now)
    incident = opened(report_id, actor_for("desk"), now)
    for role in ("public", "head", "dpo", "admin"):
        actor = actor_for(role)
        with pytest.raises(NotPermitted):
            incidents.close_incident(
                incident_id=incident.pk, outcome=Outcome.RESOLVED, actor=actor, now=now
            )
        with pytest.raises(NotPermitted):
            incidents.log_line(incident_id=incident.pk, text="x", actor=actor, now=now)

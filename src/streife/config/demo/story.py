"""One report through all roles, step by step, through the real actions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.urls import reverse

from streife.accounts.rules import PUBLIC
from streife.config.demo.people import DEMO, actor
from streife.dispatch import actions as dispatch
from streife.dispatch.models import Unit
from streife.dispatch.queries import recommend
from streife.incidents.models import Incident
from streife.kernel.geo import Point
from streife.reports import actions as reports
from streife.reports.models import Report
from streife.reports.rules import Channel, Kind, ReportDraft
from streife.roster.queries import shifts_at
from streife.triage import actions as triage
from streife.triage import tasks
from streife.triage.queries import proposal_of
from streife.triage.rules import DecisionDraft, DecisionKind

TEXT = (
    "Am Nordmarkt läuft ein großer Hund ohne Leine zwischen den Kindern herum, der Halter "
    "reagiert nicht."
)
PLACE = Point(51.5240, 7.4650)
ADDRESS = "Nordmarkt 3"


@dataclass
class Story:
    """What the steps hand to each other."""

    clock: Callable[[], datetime]
    report_id: int = 0
    reference: str = ""
    secret: str = ""
    incident_id: int = 0
    number: str = ""
    assignment_id: int = 0
    call_sign: str = ""


def steps(story: Story) -> Iterator[str]:
    """Do one step after another and say each in a German line.

    :raises Refused: somebody at the pages was faster; the line before says where we were
    """
    yield _report(story)
    yield _propose(story)
    yield _decide(story)
    yield _assign(story)
    crew = actor("streife")
    dispatch.accept(assignment_id=story.assignment_id, actor=crew, now=story.clock())
    yield f"Einsatzkraft: {story.call_sign} übernimmt und fährt los."
    dispatch.arrive(assignment_id=story.assignment_id, actor=crew, now=story.clock())
    yield f"Einsatzkraft: {story.call_sign} ist vor Ort."
    dispatch.finish(
        assignment_id=story.assignment_id,
        outcome="",
        measure="verwarnung_muendlich",
        note="Halter belehrt, Hund angeleint.",
        actor=crew,
        now=story.clock(),
    )
    yield "Einsatzkraft: Ergebnis „Mündliche Verwarnung“, Auftrag beendet."
    yield _answer(story)
    yield "Leitung: Der Vorgang zählt ab jetzt im Lagebild (/lagebild/) mit."


def _report(story: Story) -> str:
    received = reports.receive_report(
        draft=ReportDraft(
            client_id=uuid4(),
            kind=Kind.HINT,
            channel=Channel.WEB,
            category_code="hund_ohne_leine",
            text=TEXT,
            point=PLACE,
            address=ADDRESS,
            synthetic=True,
        ),
        actor=PUBLIC,
        now=story.clock(),
    )
    story.report_id, story.reference = received.report_id, received.reference
    story.secret = received.secret
    return (
        f"Bewohnerin: meldet einen Hund ohne Leine am Nordmarkt, Aktenzeichen {story.reference}. "
        f"Mitlesen: {_link(story)}"
    )


def _propose(story: Story) -> str:
    # The background worker may have been quicker; a second run changes nothing.
    triage.propose_for_report(report_id=story.report_id, actor=DEMO, now=story.clock())
    proposal = proposal_of(story.report_id)
    reasons = "; ".join(proposal.reasons) if proposal else ""
    name = proposal.category.name if proposal else "?"
    return f"Software: schlägt „{name}“ vor ({reasons})."


def _decide(story: Story) -> str:
    made = triage.decide(
        report_id=story.report_id,
        decision=DecisionDraft(DecisionKind.OPEN),
        actor=actor("buero"),
        now=story.clock(),
    )
    incident = Incident.objects.get(links__report_id=made.report_id)
    story.incident_id, story.number = incident.pk, incident.number
    page = reverse("desk:incident", args=[story.number])
    return f"Citywache: nimmt den Vorschlag an, Vorgang {story.number} ist eröffnet ({page})."


def _assign(story: Story) -> str:
    moment, dispatcher = story.clock(), actor("leitstelle")
    unit = _field_unit(moment)
    ranked = recommend(dispatcher, story.incident_id, moment)
    rank = next((row.rank for row in ranked if row.unit_id == unit.pk), None)
    for running in unit.assignments.filter(ended_at__isnull=True):
        dispatch.withdraw(
            assignment_id=running.pk, reason="Vorführung", actor=dispatcher, now=moment
        )
    dispatch.set_status(unit_id=unit.pk, key="1", actor=dispatcher, now=moment)
    job = dispatch.assign(
        unit_id=unit.pk, incident_id=story.incident_id, actor=dispatcher, now=moment
    )
    story.assignment_id, story.call_sign = job.pk, unit.call_sign
    place = f"Platz {rank} der Empfehlung" if rank else "ohne Platz in der Empfehlung"
    return f"Leitstelle: schickt {unit.call_sign} ({place})."


def _field_unit(moment: datetime) -> Unit:
    """Return the unit of the two demo field users."""
    crew = actor("streife")
    return Unit.objects.get(
        shift__in=shifts_at(moment),
        stood_down_at__isnull=True,
        members__officer__user_id=crew.user_id,
        members__left_at__isnull=True,
    )


def _answer(story: Story) -> str:
    # The worker answers too; whoever comes second finds nothing to do.
    tasks.answer_reports.func(story.incident_id)
    report = Report.objects.get(pk=story.report_id)
    return f"Bewohnerin: liest unter ihrem Link {_link(story)}: „{report.answer}“"


def _link(story: Story) -> str:
    return reverse("portal:status", args=[story.reference, story.secret])

"""A person decides about a report: once, with the name beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from streife.accounts.rules import Actor
from streife.incidents import actions as incidents
from streife.incidents.queries import incidents_of_reports
from streife.incidents.rules import MAX_REASON_CHARACTERS, IncidentDraft, Status, required_text
from streife.incidents.rules import Priority as IncidentPriority
from streife.journal.actions import record, record_last
from streife.journal.queries import names_of
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.kernel.geo import Point
from streife.kernel.texts import german
from streife.places.queries import whereabouts
from streife.reports.actions import move_report
from streife.reports.queries import report_for
from streife.reports.rules import Status as ReportStatus
from streife.triage import queries
from streife.triage.actions.proposing import areas_of
from streife.triage.models import Decision, Proposal
from streife.triage.rules import CategoryRow, DecisionDraft, DecisionKind

if TYPE_CHECKING:
    from streife.incidents.models import Incident
    from streife.reports.models import Report

_WITH_UNITS = frozenset({Status.ASSIGNED, Status.ON_SCENE})


@dataclass(frozen=True, slots=True)
class _Choice:
    """The draft with everything it left to the proposal."""

    matter: CategoryRow
    priority: int
    body_code: str
    as_proposed: bool


@transaction.atomic
@record_last()
def decide(*, report_id: int, decision: DecisionDraft, actor: Actor, now: datetime) -> Decision:
    """Carry out what a person decided about a report; empty values are the proposal's.

    OPEN makes an incident, MERGE adds the report to one, FORWARD makes an incident that another
    body is asked to deal with, REJECT answers with the reason.

    :raises Refused: somebody decided before, a reason or place is missing, or the matter to merge
        into is closed
    """
    actor.require("triage.decide")
    report = report_for(actor, report_id)
    proposal = _hold(report, now)
    report.refresh_from_db(fields=["status"])
    _check_waiting(report, proposal, actor)
    choice = _choose(decision, proposal, report, now)
    incident_id = _carry_out(report, decision, choice, actor, now)
    Proposal.objects.filter(pk=report_id).update(queue_rank=None)
    made = Decision.objects.create(
        report=report,
        kind=DecisionKind(decision.kind).value,
        category_code=choice.matter.code,
        priority=choice.priority,
        body_code=choice.body_code,
        incident_id=incident_id,
        as_proposed=choice.as_proposed,
        reason=decision.reason.strip()[:MAX_REASON_CHARACTERS],
        decided_by=actor.ref,
        decided_at=now,
    )
    record(
        act="triage.decided",
        subject=f"report:{report_id}",
        actor=actor.ref,
        now=now,
        body={
            "kind": made.kind,
            "category": made.category_code,
            "incident": incident_id,
            "as_proposed": made.as_proposed,
        },
    )
    return made


def _hold(report: "Report", now: datetime) -> Proposal:
    """Lock the proposal: it stands for the report's place in the inbox. Make one if none is."""
    Proposal.objects.bulk_create(
        [
            Proposal(
                report=report,
                category_code=report.category_code,
                category_score=0.0,
                unsure=True,
                priority=3,
                body_code="",
                made_at=now,
                queue_rank=1,
            )
        ],
        ignore_conflicts=True,
    )
    return Proposal.objects.select_for_update(of=("self",)).get(pk=report.pk)


def _check_waiting(report: "Report", proposal: Proposal, actor: Actor) -> None:
    if report.status == ReportStatus.RECEIVED:
        return
    last = Decision.objects.filter(report=report).order_by("-decided_at", "-pk").first()
    if last and last.decided_by == actor.ref:
        raise Refused(
            "Sie haben diesen Hinweis soeben bearbeitet. Bitte laden Sie die Seite neu.",
            "already-decided",
        )
    somebody = german("Jemand")
    who = names_of([last.decided_by]).get(last.decided_by, somebody) if last else somebody
    raise Refused(
        "%(who)s hat diesen Hinweis soeben bearbeitet. Bitte laden Sie die Seite neu.",
        "already-decided",
        values={"who": who},
    )


def _choose(
    decision: DecisionDraft, proposal: Proposal, report: "Report", now: datetime
) -> _Choice:
    """Fill the draft from the proposal; a changed category brings its own body and priority.

    :raises NotFound: the category is not valid today
    """
    today = local(now).date()
    names = queries.category_names(on=today)
    proposed = proposal.category_code if proposal.category_code in names else "other"
    code = decision.category_code or proposed
    matter = queries.category(code, on=today)
    same = code == proposal.category_code and bool(proposal.body_code)
    priority = decision.priority or (proposal.priority if same else matter.priority)
    if priority not in list(IncidentPriority):
        raise Refused("Diese Dringlichkeit gibt es nicht.", "unknown-priority", field="priority")
    responsible = queries.responsible_body(code, area_ids=areas_of(report, now), on=today).code
    body_code = decision.body_code or (proposal.body_code if same else responsible)
    own = queries.body(body_code, on=today).own
    usual = DecisionKind.OPEN if own else DecisionKind.FORWARD
    as_proposed = (
        same
        and decision.kind == usual
        and priority == proposal.priority
        and body_code == proposal.body_code
    )
    return _Choice(matter, priority, body_code, as_proposed)


def _carry_out(
    report: "Report", decision: DecisionDraft, choice: _Choice, actor: Actor, now: datetime
) -> int | None:
    """Do what the kind says; return the incident, None for a rejection."""
    if decision.kind == DecisionKind.REJECT:
        reason = required_text(decision.reason, field="reason")
        move_report(
            report_id=report.pk, to=ReportStatus.REJECTED, actor=actor, now=now, reason=reason
        )
        return None
    known = incidents_of_reports(actor, [report.pk]).get(report.pk)
    if known is not None:  # the resident said that the answer was not true
        _take_up_again(report, known, decision, choice, actor, now)
        return known.pk
    if decision.kind == DecisionKind.MERGE:
        if decision.incident_id is None:
            raise Refused(
                "Bitte wählen Sie, zu welchem Vorgang der Hinweis gehört.",
                "incident-missing",
                field="incident_id",
            )
        return incidents.add_report(
            incident_id=decision.incident_id, report_id=report.pk, actor=actor, now=now
        ).pk
    draft = _draft(report, decision, choice, now)
    incident = incidents.open_incident(draft=draft, actor=actor, now=now)
    if decision.kind == DecisionKind.FORWARD:
        _forward(report, incident.pk, decision, choice, actor, now)
    return incident.pk


def _forward(
    report: "Report",
    incident_id: int,
    decision: DecisionDraft,
    choice: _Choice,
    actor: Actor,
    now: datetime,
) -> None:
    """Give the matter of an accepted report to another body."""
    body = queries.body(choice.body_code, on=local(now).date())
    if body.own:
        raise Refused(
            "Bitte wählen Sie eine andere Stelle; diese sind wir selbst.",
            "own-body",
            field="body_code",
        )
    reason = decision.reason.strip() or "Zuständig nach Anlass"
    incidents.hand_over(
        incident_id=incident_id, body_code=body.code, reason=reason, actor=actor, now=now
    )
    move_report(report_id=report.pk, to=ReportStatus.FORWARDED, actor=actor, now=now)


def _take_up_again(
    report: "Report",
    known: "Incident",
    decision: DecisionDraft,
    choice: _Choice,
    actor: Actor,
    now: datetime,
) -> None:
    """Look into the matter of a report again, or have the other body do so.

    :raises Refused: the report should go into another matter, or a unit is on its own
    """
    if decision.kind == DecisionKind.MERGE:
        raise Refused(
            "Dieser Hinweis gehört schon zu Vorgang %(number)s. Bitte sehen Sie dort noch einmal "
            "nach und führen Sie dann die beiden Vorgänge zusammen.",
            "report-has-matter",
            field="number",
            values={"number": known.number},
        )
    if decision.kind == DecisionKind.FORWARD and known.status in _WITH_UNITS:
        raise Refused(
            "Zu Vorgang %(number)s ist eine Streife geschickt. Bitte geben Sie ihn auf seiner "
            "Seite ab.",
            "unit-on-matter",
            values={"number": known.number},
        )
    if known.status == Status.CLOSED:
        incidents.reopen_incident(
            incident_id=known.pk,
            reason="Die hinweisgebende Person widerspricht der Antwort.",
            actor=actor,
            now=now,
        )
    move_report(report_id=report.pk, to=ReportStatus.ACCEPTED, actor=actor, now=now)
    if decision.kind == DecisionKind.FORWARD:
        _forward(report, known.pk, decision, choice, actor, now)


def _draft(
    report: "Report", decision: DecisionDraft, choice: _Choice, now: datetime
) -> IncidentDraft:
    """Return the incident to open.

    :raises Refused: neither report nor draft know the place
    """
    point = decision.point
    quarter, district = report.quarter_id, report.district_id
    if point is not None:
        moved = whereabouts(point, on=local(now).date())
        quarter = moved.quarter_id if moved else quarter
        district = moved.district_id if moved else district
    elif report.latitude is not None and report.longitude is not None:
        point = Point(report.latitude, report.longitude)
    if point is None:
        raise Refused(
            "Zu diesem Hinweis ist kein Ort bekannt. Bitte setzen Sie ihn auf der Karte.",
            "place-missing",
            field="point",
        )
    matter = choice.matter
    where = whereabouts(point, on=local(now).date())
    place = report.address.split(",")[0].strip() or (where.quarter_name if where else "")
    title = decision.title.strip() or ", ".join(filter(None, (matter.name, place)))
    return IncidentDraft(
        field_code=matter.field_code,
        category_code=matter.code,
        title=title[:160],
        priority=choice.priority,
        target_minutes=matter.target_minutes,
        point=point,
        address=report.address,
        quarter_id=quarter,
        district_id=district,
        # A matter taken up again waits from now on, everything else since it was reported.
        reported_at=now if report.objected_at else report.received_at,
        report_ids=(report.pk,),
        synthetic=report.synthetic,
    )

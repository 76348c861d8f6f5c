"""What the pages of the desk show, put together from the packages below."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from streife.accounts.rules import Actor
from streife.desk.rules import BoardFilter
from streife.dispatch.queries import (
    UnitRow,
    jobs_of_incident,
    recommend_for,
    units_on_duty,
)
from streife.dispatch.rules import (
    STATE_NAMES,
    AssignmentState,
    Availability,
    Recommendation,
)
from streife.incidents.queries import (
    diary,
    hand_overs_of,
    incident_for,
    incidents_of_reports,
    links_of,
    measures,
    overdue_count,
)
from streife.incidents.rules import (
    LIVE,
    OUTCOME_NAMES,
    PRIORITY_NAMES,
    STATUS_NAMES,
    Cursor,
    DiaryLine,
    Outcome,
    Priority,
    QueuePage,
    QueueRow,
    Status,
    is_overdue,
)
from streife.kernel.clock import local
from streife.kernel.errors import NotFound
from streife.kernel.texts import german, said
from streife.reports.queries import visible_to as visible_reports
from streife.reports.rules import Channel, Kind
from streife.reports.rules import Status as ReportStatus
from streife.triage.queries import (
    bodies,
    categories,
    category_names,
    duplicates_of,
    inbox,
    proposal_of,
    waiting_count,
    worklist,
)
from streife.triage.rules import CategoryRow, DecisionKind, DuplicateView, ProposalView

if TYPE_CHECKING:
    from streife.dispatch.models import Assignment
    from streife.incidents.models import HandOver, Incident
    from streife.reports.models import Photo, Report
    from streife.triage.models import Decision

CHANNEL_NAMES = {
    Channel.WEB: german("über das Formular"),
    Channel.PHONE: german("am Telefon"),
    Channel.WALK_IN: german("am Schalter"),
    Channel.PATROL: german("von der Streife"),
    Channel.OPEN311: german("über Open311"),
    Channel.IMPORT: german("eingelesen"),
}
KIND_NAMES = {Kind.HINT: german("Hinweis"), Kind.COMPLAINT: german("Anzeige")}
DECISION_TEXTS = {
    DecisionKind.OPEN: german("Vorgang eröffnet"),
    DecisionKind.MERGE: german("Mit einem Vorgang zusammengeführt"),
    DecisionKind.FORWARD: german("An andere Stelle abgegeben"),
    DecisionKind.REJECT: german("Nicht angenommen"),
}
TONES = {
    Status.OPEN: "neutral",
    Status.ASSIGNED: "info",
    Status.ON_SCENE: "info",
    Status.HANDED_OVER: "neutral",
    Status.CLOSED: "ok",
}


@dataclass(frozen=True, slots=True)
class Board:
    """One page of the queue, the units on duty and the figures of the first sentence."""

    rows: tuple[QueueRow, ...]
    next: Cursor | None
    filtered: bool
    overdue: int
    waiting: int
    free: int
    units: list[UnitRow]


def board(actor: Actor, wanted: BoardFilter, cursor: Cursor | None, now: datetime) -> Board:
    """Return what the board shows.

    :raises NotPermitted: without `desk.work`
    """
    actor.require("desk.work")
    page = _rows(actor, wanted, cursor, now)
    units = units_on_duty(actor, now)
    return Board(
        rows=_with_units(page.rows, units),
        next=page.next,
        filtered=wanted.active,
        overdue=overdue_count(actor, now=now),
        waiting=waiting_count(actor),
        free=sum(unit.availability is Availability.AVAILABLE for unit in units),
        units=units,
    )


def _rows(actor: Actor, wanted: BoardFilter, cursor: Cursor | None, now: datetime) -> QueuePage:
    if wanted.kind == "report":
        return inbox(actor, wanted.both, cursor, now=now)
    if wanted.kind == "incident" and not wanted.both.statuses:
        # Any status of an incident leaves the undecided reports out.
        return worklist(actor, replace(wanted.both, statuses=tuple(LIVE)), cursor, now=now)
    return worklist(actor, wanted.both, cursor, now=now)


def _with_units(rows: tuple[QueueRow, ...], units: list[UnitRow]) -> tuple[QueueRow, ...]:
    """Return the rows with the call signs of the units that are on them."""
    signs: dict[int, tuple[str, ...]] = {}
    for unit in units:
        for job in (*([unit.current] if unit.current else []), *unit.queued):
            signs[job.incident_id] = (*signs.get(job.incident_id, ()), unit.call_sign)
    return tuple(
        replace(row, units=signs[row.id]) if row.kind == "incident" and row.id in signs else row
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class JobLine:
    """A unit's job at this incident, past ones included."""

    id: int
    call_sign: str
    state_text: str
    tone: str
    since: datetime
    running: bool


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """Everything the page of an incident says."""

    incident: "Incident"
    tone: str
    status_text: str
    priority_text: str
    outcome_text: str
    measure_text: str
    category_name: str
    overdue: bool
    reports: list["Report"]
    jobs: list[JobLine]
    open_jobs: list["Assignment"]
    recommendations: list[Recommendation]
    hand_over: "HandOver | None"
    hand_over_body: str
    bodies: list[tuple[str, str]]
    diary: list[DiaryLine]


def incident_page(actor: Actor, number: str, now: datetime) -> IncidentPage:
    """Return the page of an incident.

    :raises NotFound: there is none, or the actor may not know
    """
    incident = incident_for(actor, number)
    day = local(now).date()
    status = Status(incident.status)
    others = {body.code: said(body.name) for body in bodies(on=day)}
    hand_over = hand_overs_of(actor, incident.pk).last()
    jobs = _jobs(actor, incident.pk)
    linked = links_of(actor, incident.pk).order_by().values("report_id")
    reports = list(visible_reports(actor).filter(pk__in=linked).order_by("received_at"))
    return IncidentPage(
        incident=incident,
        tone=TONES[status],
        status_text=said(STATUS_NAMES[status]),
        priority_text=said(PRIORITY_NAMES[Priority(incident.priority)]),
        outcome_text=said(OUTCOME_NAMES[Outcome(incident.outcome)]) if incident.outcome else "",
        measure_text=_measure_text(incident),
        category_name=said(
            category_names(on=day).get(incident.category_code, incident.category_code)
        ),
        overdue=is_overdue(status, incident.due_at, now),
        reports=reports,
        jobs=[_job_line(job) for job in jobs],
        open_jobs=[job for job in jobs if job.ended_at is None],
        recommendations=recommend_for(actor, incident, now)
        if actor.may("dispatch.assign") and status in LIVE
        else [],
        hand_over=hand_over,
        hand_over_body=others.get(hand_over.body_code, hand_over.body_code) if hand_over else "",
        bodies=other_bodies(now),
        diary=diary(
            actor, incident.pk, body_names=others, report_ids=[report.pk for report in reports]
        ),
    )


def other_bodies(now: datetime) -> list[tuple[str, str]]:
    """Return code and name of those to whom a matter can be given."""
    found = bodies(on=local(now).date())
    return [(body.code, said(body.name)) for body in found if not body.own]


def _measure_text(incident: "Incident") -> str:
    if not incident.measure:
        return ""
    names = {row.code: row.name for row in measures(on=local(incident.opened_at).date())}
    return said(names.get(incident.measure, incident.measure))


def _jobs(actor: Actor, incident_id: int) -> "list[Assignment]":
    return list(jobs_of_incident(actor, incident_id)) if actor.may("dispatch.view") else []


def _job_line(job: "Assignment") -> JobLine:
    running = job.ended_at is None
    return JobLine(
        id=job.pk,
        call_sign=job.unit.call_sign,
        state_text=said(STATE_NAMES[AssignmentState(job.state)]),
        tone="info" if running else "neutral",
        since=job.ended_at or job.on_scene_at or job.accepted_at or job.assigned_at,
        running=running,
    )


def report_by_reference(actor: Actor, reference: str) -> "Report":
    """Return one report by the number people say.

    :raises NotFound: there is none, or the actor may not know
    """
    found = (
        visible_reports(actor)
        .select_related("quarter", "district")
        .filter(reference=reference.strip().upper())
        .first()
    )
    if found is None:
        raise NotFound("Diesen Hinweis gibt es nicht (mehr).", "report-unknown")
    return found


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything the page of a report says; `contact` is not among it."""

    report: "Report"
    category_name: str
    channel_text: str
    kind_text: str
    has_contact: bool
    photos: list["Photo"]
    proposal: ProposalView | None
    proposed_kind: str
    priority_text: str
    duplicates: list[DuplicateView]
    decision: "Decision | None"
    decision_text: str
    incident_number: str
    categories: list[CategoryRow]
    bodies: list[tuple[str, str]]


def report_page(actor: Actor, reference: str, now: datetime) -> ReportPage:
    """Return the page of a report.

    :raises NotFound: there is none, or the actor may not know
    """
    actor.require("reports.view")
    report = report_by_reference(actor, reference)
    day = local(now).date()
    proposal = proposal_of(report.pk)
    decision = report.decisions.order_by("-decided_at", "-pk").first()
    if report.status == ReportStatus.RECEIVED:
        decision = None  # the resident objected: it waits for a new one
    incident = incidents_of_reports(actor, [report.pk]).get(report.pk)
    names = category_names(on=day)
    return ReportPage(
        report=report,
        category_name=said(names.get(report.category_code, report.category_code)),
        channel_text=said(CHANNEL_NAMES[Channel(report.channel)]),
        kind_text=said(KIND_NAMES[Kind(report.kind)]),
        has_contact=visible_reports(actor).filter(pk=report.pk, contact__isnull=False).exists(),
        photos=list(report.photos.order_by("id")),
        proposal=proposal,
        # Of a matter that exists already the page proposes to look again.
        proposed_kind="open" if incident or not proposal or proposal.body.own else "forward",
        priority_text=said(PRIORITY_NAMES[Priority(proposal.priority)]) if proposal else "",
        duplicates=duplicates_of(report.pk),
        decision=decision,
        decision_text=said(DECISION_TEXTS[DecisionKind(decision.kind)]) if decision else "",
        incident_number=incident.number if incident else "",
        categories=list(categories(on=day)),
        bodies=other_bodies(now),
    )

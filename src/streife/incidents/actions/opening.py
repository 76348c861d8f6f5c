"""The beginning of a matter, and further reports about it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from streife.accounts.rules import Actor
from streife.incidents import rules
from streife.incidents.actions.course import hold_one, require_live
from streife.incidents.events import IncidentOpened, ReportLinked
from streife.incidents.models import Field, Incident, IncidentReport
from streife.incidents.rules import IncidentDraft, Status
from streife.journal.actions import record, record_last
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.kernel.events import publish
from streife.reports.actions import move_report
from streife.reports.rules import Status as ReportStatus


def next_number(now: datetime) -> str:
    """Return the next number of the year; it is given back if the transaction fails.

    One statement counts and reads, and holds the year's row until the end: no gap, no double.
    """
    year = local(now).year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incidents_numberseries (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = incidents_numberseries.last + 1 "
            "RETURNING last",
            [year],
        )
        return rules.number_text(year, cursor.fetchone()[0])


@transaction.atomic
@record_last()
def open_incident(*, draft: IncidentDraft, actor: Actor, now: datetime) -> Incident:
    """Open a matter with the reports of the draft, which become accepted.

    :raises Refused: no title, unknown field, or a report already belongs to a matter
    """
    actor.require("incidents.open")
    title = rules.required_text(draft.title, field="title", most=160)
    field = Field.objects.filter(code=draft.field_code).first()
    if field is None:
        raise Refused("Dieses Aufgabenfeld gibt es nicht.", "unknown-field", field="category_code")
    reported_at = min(draft.reported_at or now, now)
    incident = Incident.objects.create(
        number=next_number(now),
        field=field,
        category_code=draft.category_code,
        title=title,
        priority=rules.Priority(draft.priority).value,
        status=Status.OPEN.value,
        latitude=draft.point.latitude,
        longitude=draft.point.longitude,
        cell=draft.point.cell,
        address=draft.address[:200],
        quarter_id=draft.quarter_id,
        district_id=draft.district_id,
        opened_at=reported_at,
        due_at=rules.due_at(reported_at, draft.target_minutes),
        queue_rank=rules.queue_rank(draft.priority, reported_at),
        synthetic=draft.synthetic,
    )
    link(incident, draft.report_ids, actor=actor, now=now)
    record(
        act="incidents.opened",
        subject=f"incident:{incident.pk}",
        actor=actor.ref,
        now=now,
        body={
            "number": incident.number,
            "category": incident.category_code,
            "priority": incident.priority,
            "reports": list(draft.report_ids),
        },
    )
    publish(IncidentOpened(incident.pk))
    return incident


def link(incident: Incident, report_ids: Iterable[int], *, actor: Actor, now: datetime) -> None:
    """Tie reports to a held incident; they become accepted.

    :raises Refused: one already belongs to a matter
    """
    for report_id in report_ids:
        try:
            with transaction.atomic():
                IncidentReport.objects.create(incident=incident, report_id=report_id, linked_at=now)
        except IntegrityError as error:
            if IncidentReport.objects.filter(report_id=report_id).exists():
                raise Refused(
                    "Dieser Hinweis gehört schon zu einem Vorgang. Bitte laden Sie die Seite neu.",
                    "report-already-linked",
                ) from error
            raise NotFound("Diesen Hinweis gibt es nicht.", "no-such-report") from error
        move_report(report_id=report_id, to=ReportStatus.ACCEPTED, actor=actor, now=now)


@transaction.atomic
@record_last()
def add_report(*, incident_id: int, report_id: int, actor: Actor, now: datetime) -> Incident:
    """Add a further report to a matter; of a merged one, to the matter it went into.

    :raises Refused: the matter is closed, or the report belongs to one already
    """
    actor.require("incidents.open")
    incident = hold_one(incident_id)
    while incident.merged_into_id is not None:
        incident = hold_one(incident.merged_into_id)
    require_live(incident)
    link(incident, (report_id,), actor=actor, now=now)
    record(
        act="incidents.report_added",
        subject=f"incident:{incident.pk}",
        actor=actor.ref,
        now=now,
        body={"report": report_id},
    )
    publish(ReportLinked(incident.pk, report_id))
    return incident

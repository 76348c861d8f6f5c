"""What a crew does from the phone; each carries a key made by the phone and happens once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from streife.accounts.rules import Actor
from streife.dispatch import actions as dispatch
from streife.dispatch import queries as dispatch_queries
from streife.field.models import Submission
from streife.incidents import actions as incidents
from streife.incidents import queries as incident_queries
from streife.incidents.rules import IncidentDraft
from streife.journal.actions import record_last
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.kernel.geo import Point
from streife.places import queries as places
from streife.reports import actions as reports
from streife.reports.rules import Channel, Kind, ReportDraft
from streife.triage import queries as triage


@dataclass(frozen=True, slots=True)
class Observation:
    """What a crew found itself."""

    category_code: str
    text: str
    address: str = ""
    point: Point | None = None


@transaction.atomic
@record_last()
def once(
    *, client_id: UUID, act: str, actor: Actor, now: datetime, step: Callable[[], object]
) -> bool:
    """Run `step` if this key was not seen before, and say whether it ran.

    Key and step stand or fall together: a refused step leaves the key free for another try, and of
    two taps at the same moment the second waits for the first.

    :raises NotPermitted: without `field.work`
    :raises Refused: `client-id-reused` if the key belongs to something else, or as `step`
    """
    actor.require("field.work")
    try:
        with transaction.atomic():
            Submission.objects.create(
                client_id=client_id, act=act, sent_by=actor.ref, received_at=now
            )
    except IntegrityError:
        known = Submission.objects.get(pk=client_id)
        if (known.act, known.sent_by) != (act, actor.ref):
            raise Refused(
                "Diese Eingabe gehört zu etwas anderem. Bitte laden Sie die Seite neu.",
                "client-id-reused",
            ) from None
        return False
    step()
    return True


def accept_job(*, assignment_id: int, client_id: UUID, actor: Actor, now: datetime) -> bool:
    """Take the job and set out; see `dispatch.actions.accept`."""
    return once(
        client_id=client_id,
        act=f"accept:{assignment_id}",
        actor=actor,
        now=now,
        step=lambda: dispatch.accept(assignment_id=assignment_id, actor=actor, now=now),
    )


def arrive_at_job(*, assignment_id: int, client_id: UUID, actor: Actor, now: datetime) -> bool:
    """Note the arrival; see `dispatch.actions.arrive`."""
    return once(
        client_id=client_id,
        act=f"arrive:{assignment_id}",
        actor=actor,
        now=now,
        step=lambda: dispatch.arrive(assignment_id=assignment_id, actor=actor, now=now),
    )


def finish_job(
    *,
    assignment_id: int,
    measure: str,
    note: str,
    still_open: bool,
    client_id: UUID,
    actor: Actor,
    now: datetime,
) -> bool:
    """End the job with a measure of the short list, or leave the matter open with the note as why.

    :raises Refused: as `dispatch.actions.finish`
    """
    return once(
        client_id=client_id,
        act=f"finish:{assignment_id}",
        actor=actor,
        now=now,
        step=lambda: dispatch.finish(
            assignment_id=assignment_id,
            outcome="",
            measure="" if still_open else measure,
            note="" if still_open else note,
            still_open=still_open,
            reason=note if still_open else "",
            actor=actor,
            now=now,
        ),
    )


def set_own_status(*, key: str, reason: str, client_id: UUID, actor: Actor, now: datetime) -> bool:
    """Set the status of the own unit, or lay a request to speak over it (empty key clears it).

    :raises NotFound: the actor rides in no unit
    :raises Refused: as `dispatch.actions.set_status`
    """
    unit_id = own_unit_id(actor, now)

    def step() -> object:
        if not key:
            return dispatch.clear_request(unit_id=unit_id, actor=actor, now=now)
        row = dispatch_queries.scheme_on(local(now).date()).rows.get(key)
        if row is not None and row.overlay:
            return dispatch.request_speech(unit_id=unit_id, key=key, actor=actor, now=now)
        return dispatch.set_status(unit_id=unit_id, key=key, reason=reason, actor=actor, now=now)

    return once(client_id=client_id, act=f"status:{key}", actor=actor, now=now, step=step)


def write_line(
    *, assignment_id: int, text: str, client_id: UUID, actor: Actor, now: datetime
) -> bool:
    """Write a line into the diary of a job's incident.

    :raises NotFound: the job is none of the own unit's open ones
    """
    jobs = dispatch_queries.assignments_of(actor, now)
    job = next((job for job in jobs if job.assignment_id == assignment_id), None)
    if job is None:
        raise NotFound("Diesen Auftrag hat Ihre Streife nicht (mehr).", "no-such-assignment")
    return once(
        client_id=client_id,
        act=f"line:{assignment_id}",
        actor=actor,
        now=now,
        step=lambda: incidents.log_line(
            incident_id=job.incident_id, text=text, actor=actor, now=now
        ),
    )


def observe(*, found: Observation, client_id: UUID, actor: Actor, now: datetime) -> bool:
    """Make a report and an incident of what the crew found, and take it up at once.

    :raises NotFound: the actor rides in no unit
    :raises Refused: `no-such-category`, `no-place`, and what receiving a report refuses
    """
    unit_id = own_unit_id(actor, now)
    return once(
        client_id=client_id,
        act="observe",
        actor=actor,
        now=now,
        step=lambda: _observe(found, client_id, unit_id, actor, now),
    )


def own_unit_id(actor: Actor, now: datetime) -> int:
    """Return the unit the actor rides in.

    :raises NotFound: none
    """
    unit = dispatch_queries.unit_of(actor, now)
    if unit is None:
        raise NotFound(
            "Sie sind keiner Streife zugeteilt. Bitte wenden Sie sich an Ihre Schichtleitung.",
            "no-unit",
        )
    return unit.unit_id


def _observe(
    found: Observation, client_id: UUID, unit_id: int, actor: Actor, now: datetime
) -> None:
    today = local(now).date()
    category = triage.category(found.category_code, on=today)
    point = found.point or _point_of(found.address, actor, now)
    received = reports.receive_report(
        draft=ReportDraft(
            client_id=client_id,
            kind=Kind.HINT,
            channel=Channel.PATROL,
            category_code=category.code,
            text=found.text or category.name,
            point=point,
            address=found.address,
            happened_at=now,
        ),
        actor=actor,
        now=now,
    )
    # Wiring may have opened the matter already; then there is nothing left to open.
    known = incident_queries.incidents_of_reports(actor, [received.report_id])
    where = places.whereabouts(point, on=today)
    incident = known.get(received.report_id) or incidents.open_incident(
        draft=IncidentDraft(
            field_code=category.field_code,
            category_code=category.code,
            title=category.name,
            priority=category.priority,
            target_minutes=category.target_minutes,
            point=point,
            address=found.address,
            quarter_id=where.quarter_id if where else None,
            district_id=where.district_id if where else None,
            report_ids=(received.report_id,),
        ),
        actor=actor,
        now=now,
    )
    dispatch.take_up(unit_id=unit_id, incident_id=incident.pk, actor=actor, now=now)


def _point_of(address: str, actor: Actor, now: datetime) -> Point:
    """Return the place of an address, or where the unit was seen a moment ago.

    :raises Refused: neither is known
    """
    if address.strip():
        hits = places.find_places(address, limit=1)
        if hits:
            return hits[0].point
    else:
        unit = dispatch_queries.unit_of(actor, now)
        if unit is not None and unit.position is not None and unit.position_fresh:
            return unit.position
    raise Refused(
        "Wo ist das? Bitte tippen Sie auf „hier“ oder schreiben Sie Straße und Hausnummer.",
        "no-place",
        field="address",
    )

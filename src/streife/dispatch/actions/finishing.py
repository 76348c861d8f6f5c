"""The end of a job: what came of it, and what happens with the matter."""

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from streife.accounts.rules import Actor
from streife.dispatch.actions import jobs
from streife.dispatch.actions.locks import (
    hold_assignment,
    hold_incidents,
    hold_unit,
    queued_incident_ids,
    require_own_or_dispatch,
)
from streife.dispatch.models import Assignment, Unit
from streife.dispatch.queries import scheme_on
from streife.dispatch.rules import ACTIVE, AssignmentState, check_move
from streife.incidents import actions as incidents
from streife.incidents import queries as incident_queries
from streife.incidents.rules import MAX_LINE_CHARACTERS, Outcome, Status
from streife.journal.actions import record_last
from streife.kernel.clock import local
from streife.kernel.errors import Refused

if TYPE_CHECKING:
    from streife.incidents.models import Incident

MAX_REASON_CHARACTERS = 300


@transaction.atomic
@record_last()
def finish(
    *,
    assignment_id: int,
    outcome: str,
    measure: str,
    note: str,
    actor: Actor,
    now: datetime,
    still_open: bool = False,
    reason: str = "",
) -> Assignment:
    """End a unit's job with what came of it, and return it.

    The last unit closes the incident and answers the residents; while another one works on it, the
    incident goes on. With `still_open` the matter stays open (back in the queue) for `reason`.

    :raises NotPermitted: neither the crew nor a dispatcher
    :raises Refused: `outcome-missing`, `unknown-outcome`, `unknown-measure`, `note-missing`,
        `reason-missing`, `note-too-long`, `illegal-move`, `stood-down`
    """
    actor.require("dispatch.set_status")
    today, note, reason = local(now).date(), note.strip(), reason.strip()
    if len(note) > MAX_LINE_CHARACTERS:
        raise Refused(
            "Bitte kürzen Sie auf %(most)s Zeichen.",
            "note-too-long",
            field="note",
            values={"most": MAX_LINE_CHARACTERS},
        )
    if still_open and not reason:
        raise Refused(
            "Bitte sagen Sie, warum der Vorgang offen bleibt.", "reason-missing", field="reason"
        )
    result = "" if still_open else _outcome(outcome, measure, note, on=today)
    assignment, unit, held = hold_assignment(assignment_id)
    require_own_or_dispatch(actor, unit)
    check_move(AssignmentState(assignment.state), AssignmentState.DONE)
    incident = held[assignment.incident_id]
    record = jobs.Record(actor, now)
    assignment.outcome, assignment.measure, assignment.note = result, measure, note
    assignment.end_reason = reason[:MAX_REASON_CHARACTERS] if still_open else ""
    record.job(
        "dispatch.finished",
        assignment,
        unit,
        outcome=assignment.outcome,
        measure=measure,
        still_open=still_open,
    )
    scheme = scheme_on(today)
    jobs.release(assignment, unit, AssignmentState.DONE, held, scheme, record)
    if Status(incident.status) in jobs.OURS:
        _carry_on(incident, assignment, unit, still_open=still_open, record=record)
    return assignment


@transaction.atomic
@record_last()
def release_incident(
    *,
    incident_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    with_incidents: Collection[int] = (),
) -> int:
    """Take an incident off every unit that has it, before it is closed or handed over.

    Returns how many jobs ended. `with_incidents` are others that the caller will change in the
    same transaction: all are locked together, so that nobody waits crosswise.

    :raises NotPermitted: without `dispatch.assign`
    :raises NotFound: no such incident
    """
    actor.require("dispatch.assign")
    unit_ids = sorted(
        Assignment.objects.filter(incident_id=incident_id, ended_at__isnull=True).values_list(
            "unit_id", flat=True
        )
    )
    units = {unit_id: hold_unit(unit_id) for unit_id in unit_ids}
    waiting = {other for unit in units.values() for other in queued_incident_ids(unit)}
    held = hold_incidents({incident_id, *waiting, *with_incidents})
    record = jobs.Record(actor, now)
    scheme = scheme_on(local(now).date())
    open_jobs = list(
        Assignment.objects.filter(
            incident_id=incident_id, ended_at__isnull=True, unit_id__in=unit_ids
        ).order_by("id")
    )
    for assignment in open_jobs:
        unit = units[assignment.unit_id]
        assignment.end_reason = reason.strip()[:MAX_REASON_CHARACTERS]
        record.job("dispatch.withdrawn", assignment, unit, automatic=False)
        jobs.release(assignment, unit, AssignmentState.WITHDRAWN, held, scheme, record)
    jobs.follow_incident(held[incident_id], record)
    return len(open_jobs)


def _outcome(outcome: str, measure: str, note: str, *, on: date) -> str:
    """Return the outcome that outcome and measure mean together; a measure brings its own.

    :raises Refused: see `finish`
    """
    if not measure and not outcome:
        raise Refused("Bitte wählen Sie, was Sie getan haben.", "outcome-missing", field="measure")
    if outcome and outcome not in {choice.value for choice in Outcome} - {Outcome.MERGED.value}:
        raise Refused("Dieses Ergebnis gibt es nicht.", "unknown-outcome", field="measure")
    if not measure:
        return outcome
    row = next((row for row in incident_queries.measures(on=on) if row.code == measure), None)
    if row is None:
        raise Refused("Diese Maßnahme gibt es nicht.", "unknown-measure", field="measure")
    if row.needs_note and not note:
        raise Refused(
            "„%(name)s“ braucht eine kurze Feststellung.",
            "note-missing",
            field="note",
            values={"name": row.name},
        )
    return outcome or row.outcome.value


def _carry_on(
    incident: "Incident",
    assignment: Assignment,
    unit: Unit,
    *,
    still_open: bool,
    record: jobs.Record,
) -> None:
    """Close the incident, or leave it open with a line in its diary."""
    others = Assignment.objects.filter(incident=incident, ended_at__isnull=True)
    going_on = others.filter(state__in=sorted(ACTIVE)).exists()
    if still_open or going_on:
        text = assignment.end_reason if still_open else assignment.note
        if text:
            incidents.log_line(
                incident_id=incident.pk,
                text=f"{unit.call_sign}: {text}",
                actor=record.actor,
                now=record.now,
            )
        jobs.follow_incident(incident, record)
        return
    for other in others.select_related("unit"):
        other.state, other.ended_at = AssignmentState.WITHDRAWN, record.now
        other.end_reason = f"Erledigt durch {unit.call_sign}"
        other.save(update_fields=["state", "ended_at", "end_reason"])
        record.job("dispatch.withdrawn", other, other.unit, automatic=True)
    incidents.close_incident(
        incident_id=incident.pk,
        outcome=Outcome(assignment.outcome),
        measure=assignment.measure,
        note=assignment.note,
        actor=record.actor,
        now=record.now,
    )

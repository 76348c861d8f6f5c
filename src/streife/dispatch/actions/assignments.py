"""Sending units: assign, withdraw, accept, arrive, finish."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.dispatch.actions import jobs
from streife.dispatch.actions.locks import (
    hold_assignment,
    hold_incidents,
    hold_unit,
    queued_incident_ids,
    require_member,
    require_own_or_dispatch,
)
from streife.dispatch.models import Assignment, Unit
from streife.dispatch.queries import proposal_for, scheme_on
from streife.dispatch.rules import (
    ACTIVE,
    AssignmentState,
    Availability,
    Scheme,
    Situation,
)
from streife.incidents.rules import Status
from streife.journal.actions import record_last
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.kernel.texts import said

MAX_REASON_CHARACTERS = 300


@transaction.atomic
@record_last()
def assign(
    *,
    unit_id: int,
    incident_id: int,
    actor: Actor,
    now: datetime,
    reason: str = "",
    queue: bool = False,
    reinforce: bool = False,
) -> Assignment:
    """Send a unit to an incident and return the assignment.

    A unit that is not free gets the job only with `queue` and a reason, behind what it does; a
    second unit goes to the same incident only with `reinforce`. What was recommended at that
    moment is kept beside the decision.

    :raises NotPermitted: without `dispatch.assign`
    :raises NotFound: no such unit or incident
    :raises Refused: `unit-taken`, `incident-taken`, `already-assigned` (each names who was
        faster), `unit-unavailable`, `conditional-needs-reason`, `reason-missing`,
        `incident-not-ours`, `stood-down`
    """
    actor.require("dispatch.assign")
    unit = hold_unit(unit_id)
    held = hold_incidents({incident_id, *queued_incident_ids(unit)})
    incident = held[incident_id]
    if Status(incident.status) not in jobs.OURS:
        raise Refused(
            "Vorgang %(number)s ist geschlossen oder abgegeben. Bitte öffnen Sie ihn zuerst"
            " wieder.",
            "incident-not-ours",
            values={"number": incident.number},
        )
    _check_incident_free(unit, incident_id, reinforce=reinforce)
    scheme = scheme_on(local(now).date())
    queued = _check_unit_free(unit, scheme, reason=reason, queue=queue)
    proposal = proposal_for(incident=incident, unit_id=unit.pk, now=now)
    assignment = Assignment.objects.create(
        unit=unit,
        incident_id=incident_id,
        state=AssignmentState.QUEUED if queued else AssignmentState.ASSIGNED,
        reason=reason.strip()[:MAX_REASON_CHARACTERS],
        reinforcement=reinforce,
        proposal=proposal,
        assigned_by_id=actor.user_id,
        resume_key=unit.status_key,
        assigned_at=now,
    )
    record = jobs.Record(actor, now)
    act = "dispatch.queued" if queued else "dispatch.assigned"
    record.job(act, assignment, unit, reinforcement=reinforce, rank=proposal.get("rank"))
    if not queued:
        jobs.write_status(unit, scheme.following(Situation.ASSIGNED), record, automatic=True)
        jobs.follow_incident(incident, record)
    return assignment


@transaction.atomic
@record_last()
def take_up(*, unit_id: int, incident_id: int, actor: Actor, now: datetime) -> Assignment:
    """Let a crew deal with what it found itself: on scene at once, or behind its running job.

    :raises NotPermitted: not a member of the unit
    :raises Refused: `incident-taken`, `already-assigned`, `incident-not-ours`, `stood-down`
    """
    actor.require("field.work")
    unit = hold_unit(unit_id)
    require_member(actor, unit)
    held = hold_incidents({incident_id, *queued_incident_ids(unit)})
    incident = held[incident_id]
    if Status(incident.status) not in jobs.OURS:
        raise Refused(
            "Vorgang %(number)s ist schon beendet.",
            "incident-not-ours",
            values={"number": incident.number},
        )
    _check_incident_free(unit, incident_id, reinforce=False)
    busy = jobs.current_of(unit) is not None
    assignment = Assignment.objects.create(
        unit=unit,
        incident_id=incident_id,
        state=AssignmentState.QUEUED if busy else AssignmentState.ASSIGNED,
        reason="Eigene Feststellung",
        assigned_by_id=actor.user_id,
        resume_key=unit.status_key,
        assigned_at=now,
    )
    record = jobs.Record(actor, now)
    record.job("dispatch.taken_up", assignment, unit, queued=busy)
    if not busy:
        scheme = scheme_on(local(now).date())
        jobs.move(assignment, unit, AssignmentState.ON_SCENE, held, scheme, record)
    return assignment


@transaction.atomic
@record_last()
def accept(*, assignment_id: int, actor: Actor, now: datetime) -> Assignment:
    """Note that the crew takes its job and sets out.

    :raises NotPermitted: neither the crew nor a dispatcher
    :raises Refused: `illegal-move`, `stood-down`
    """
    return _move(assignment_id, AssignmentState.ACCEPTED, actor, now)


@transaction.atomic
@record_last()
def arrive(*, assignment_id: int, actor: Actor, now: datetime) -> Assignment:
    """Note that the crew is at the place.

    :raises NotPermitted: neither the crew nor a dispatcher
    :raises Refused: `illegal-move`, `stood-down`
    """
    return _move(assignment_id, AssignmentState.ON_SCENE, actor, now)


@transaction.atomic
@record_last()
def withdraw(*, assignment_id: int, actor: Actor, now: datetime, reason: str = "") -> Assignment:
    """Take a job off a unit; a crew that has set out is told why.

    :raises NotPermitted: without `dispatch.assign`
    :raises Refused: `reason-missing`, `illegal-move`, `stood-down`
    """
    actor.require("dispatch.assign")
    assignment, unit, held = hold_assignment(assignment_id)
    set_out = assignment.state in {AssignmentState.ACCEPTED, AssignmentState.ON_SCENE}
    if set_out and not reason.strip():
        raise Refused(
            "%(call_sign)s ist schon unterwegs. Bitte sagen Sie der Streife, warum.",
            "reason-missing",
            field="reason",
            values={"call_sign": unit.call_sign},
        )
    record = jobs.Record(actor, now)
    assignment.end_reason = reason.strip()[:MAX_REASON_CHARACTERS]
    record.job("dispatch.withdrawn", assignment, unit, automatic=False)
    scheme = scheme_on(local(now).date())
    jobs.release(assignment, unit, AssignmentState.WITHDRAWN, held, scheme, record)
    jobs.follow_incident(held[assignment.incident_id], record)
    return assignment


def _move(assignment_id: int, target: AssignmentState, actor: Actor, now: datetime) -> Assignment:
    actor.require("dispatch.set_status")
    assignment, unit, held = hold_assignment(assignment_id)
    require_own_or_dispatch(actor, unit)
    record = jobs.Record(actor, now)
    jobs.move(assignment, unit, target, held, scheme_on(local(now).date()), record)
    return assignment


def _check_incident_free(unit: Unit, incident_id: int, *, reinforce: bool) -> None:
    """Pass only if nobody else was faster at this incident."""
    others = list(
        Assignment.objects.filter(incident_id=incident_id, ended_at__isnull=True)
        .select_related("unit", "assigned_by")
        .order_by("id")
    )
    for other in others:
        if other.unit_id == unit.pk:
            raise Refused(
                "%(call_sign)s hat diesen Vorgang schon %(since)s.",
                "already-assigned",
                values={"call_sign": unit.call_sign, "since": _since(other)},
            )
    if others and not reinforce:
        raise Refused(
            "%(call_sign)s hat diesen Vorgang %(since)s. Soll %(second)s zusätzlich "
            "hin, wählen Sie „Verstärkung“.",
            "incident-taken",
            values={
                "call_sign": others[0].unit.call_sign,
                "since": _since(others[0]),
                "second": unit.call_sign,
            },
        )


def _check_unit_free(unit: Unit, scheme: Scheme, *, reason: str, queue: bool) -> bool:
    """Return whether the job has to wait.

    :raises Refused: it would have to, and nobody said so with a reason
    """
    current = (
        Assignment.objects.filter(unit=unit, state__in=sorted(ACTIVE))
        .select_related("incident", "assigned_by")
        .first()
    )
    availability = scheme.availability(unit.status_key)
    if current is None and availability is Availability.AVAILABLE:
        return False
    if current is None and availability is Availability.CONDITIONAL and not queue:
        if reason.strip():
            return False
        raise Refused(
            "%(call_sign)s ist nur bedingt verfügbar. Bitte nennen Sie einen Grund.",
            "conditional-needs-reason",
            field="reason",
            values={"call_sign": unit.call_sign},
        )
    if queue and reason.strip():
        return True
    if queue:
        raise Refused(
            "Bitte nennen Sie einen Grund, warum der Auftrag warten soll.",
            "reason-missing",
            field="reason",
        )
    if current is not None:
        raise Refused(
            "%(call_sign)s hat schon Auftrag %(number)s %(since)s. Bitte wählen Sie eine "
            "andere Streife oder reihen Sie den Auftrag mit Grund ein.",
            "unit-taken",
            values={
                "call_sign": unit.call_sign,
                "number": current.incident.number,
                "since": _since(current),
            },
        )
    raise Refused(
        "%(call_sign)s ist nicht verfügbar (Status %(name)s). Bitte wählen Sie eine "
        "andere Streife oder reihen Sie den Auftrag mit Grund ein.",
        "unit-unavailable",
        values={"call_sign": unit.call_sign, "name": scheme.name(unit.status_key)},
    )


def _since(assignment: Assignment) -> str:
    who = str(assignment.assigned_by) if assignment.assigned_by else "System"
    values = {"moment": f"{local(assignment.assigned_at):%H:%M}", "who": who}
    return said("seit %(moment)s Uhr (erteilt von %(who)s)", values)

"""How a unit's status and an incident's stand follow the unit's jobs.

Everything here runs inside an action that already holds the unit and its incidents
(`locks.py`), and inside `journal.actions.record_last`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from streife.accounts.rules import Actor
from streife.dispatch.models import Assignment, Unit
from streife.dispatch.rules import (
    ACTIVE,
    SITUATION_OF,
    AssignmentState,
    Availability,
    Scheme,
    Situation,
    check_move,
)
from streife.incidents import actions as incidents
from streife.incidents.rules import Status
from streife.journal import actions as journal

if TYPE_CHECKING:
    from streife.incidents.models import Incident

# Where a unit can be sent or is already going; a closed matter or one handed over is not ours.
OURS = frozenset({Status.OPEN, Status.ASSIGNED, Status.ON_SCENE})

Held = Mapping[int, "Incident"]


@dataclass(frozen=True, slots=True)
class Record:
    """Who acts when, for the entries of one action; it runs in `journal.actions.record_last`."""

    actor: Actor
    now: datetime

    def add(self, act: str, subject: str, **body: Any) -> None:
        """Record an entry."""
        journal.record(act=act, subject=subject, actor=self.actor.ref, now=self.now, body=body)

    def job(self, act: str, assignment: Assignment, unit: Unit, **body: Any) -> None:
        """Record an entry about a job; it stands in the incident's diary."""
        self.add(
            act,
            f"incident:{assignment.incident_id}",
            assignment=assignment.pk,
            unit=unit.pk,
            call_sign=unit.call_sign,
            **body,
        )


def current_of(unit: Unit) -> Assignment | None:
    """Return the job the unit is on; the table allows one at most."""
    return Assignment.objects.filter(unit=unit, state__in=sorted(ACTIVE)).first()


def write_status(
    unit: Unit, key: str, record: Record, *, reason: str = "", automatic: bool = False
) -> None:
    """Set the unit's key and record it; the reason itself stays out of the record."""
    before = unit.status_key
    if before == key and unit.status_reason == reason.strip():
        return
    unit.status_key, unit.status_at, unit.status_reason = key, record.now, reason.strip()
    unit.save(update_fields=["status_key", "status_at", "status_reason"])
    record.add(
        "dispatch.unit_status",
        f"unit:{unit.pk}",
        call_sign=unit.call_sign,
        key=key,
        before=before,
        automatic=automatic,
        with_reason=bool(reason.strip()),
    )


def move(
    assignment: Assignment,
    unit: Unit,
    target: AssignmentState,
    held: Held,
    scheme: Scheme,
    record: Record,
) -> None:
    """Let the crew accept its job or arrive; status and incident follow.

    :raises Refused: the assignment does not stand so that it can
    """
    check_move(AssignmentState(assignment.state), target)
    assignment.state = target
    if assignment.accepted_at is None:
        assignment.accepted_at = record.now
    if target is AssignmentState.ON_SCENE:
        assignment.on_scene_at = record.now
    assignment.save(update_fields=["state", "accepted_at", "on_scene_at"])
    acts = {
        AssignmentState.ACCEPTED: "dispatch.accepted",
        AssignmentState.ON_SCENE: "dispatch.arrived",
    }
    record.job(acts[target], assignment, unit)
    write_status(unit, scheme.following(SITUATION_OF[target]), record, automatic=True)
    follow_incident(held[assignment.incident_id], record)


def release(
    assignment: Assignment,
    unit: Unit,
    target: AssignmentState,
    held: Held,
    scheme: Scheme,
    record: Record,
) -> None:
    """End an assignment; if it was the current job, the next one or the old status follows.

    :raises Refused: it has ended before
    """
    state = AssignmentState(assignment.state)
    check_move(state, target)
    assignment.state = target
    assignment.ended_at = record.now
    assignment.save(update_fields=["state", "ended_at", "outcome", "measure", "note", "end_reason"])
    if state not in ACTIVE:
        return
    key = _status_after(assignment, scheme)
    if not promote_next(unit, held, scheme, record, resume_key=key):
        write_status(unit, key, record, automatic=True)


def promote_next(
    unit: Unit, held: Held, scheme: Scheme, record: Record, *, resume_key: str = ""
) -> bool:
    """Make the oldest queued job the current one and say whether there was any.

    Jobs whose incident is no longer ours are withdrawn on the way, with an entry each.
    """
    waiting = Assignment.objects.filter(unit=unit, state=AssignmentState.QUEUED).order_by("id")
    for assignment in waiting:
        incident = held[assignment.incident_id]
        if Status(incident.status) not in OURS:
            assignment.state, assignment.ended_at = AssignmentState.WITHDRAWN, record.now
            assignment.end_reason = "Vorgang inzwischen beendet oder abgegeben"
            assignment.save(update_fields=["state", "ended_at", "end_reason"])
            record.job("dispatch.withdrawn", assignment, unit, automatic=True)
            continue
        assignment.state = AssignmentState.ASSIGNED
        assignment.resume_key = resume_key or unit.status_key
        assignment.save(update_fields=["state", "resume_key"])
        record.job("dispatch.promoted", assignment, unit, automatic=True)
        write_status(unit, scheme.following(Situation.ASSIGNED), record, automatic=True)
        follow_incident(incident, record)
        return True
    return False


def follow_incident(incident: "Incident", record: Record) -> None:
    """Bring the incident to what its open assignments say, if it is ours at all."""
    if Status(incident.status) not in OURS:
        return
    states = set(
        Assignment.objects.filter(incident=incident, state__in=sorted(ACTIVE)).values_list(
            "state", flat=True
        )
    )
    if AssignmentState.ON_SCENE in states:
        target = Status.ON_SCENE
    else:
        target = Status.ASSIGNED if states else Status.OPEN
    if incident.status == target:
        return
    steps = [target]
    if incident.status == Status.OPEN and target is Status.ON_SCENE:
        steps.insert(0, Status.ASSIGNED)  # nobody is on scene who was not sent
    for step in steps:
        incidents.change_status(
            incident_id=incident.pk, to=step, actor=record.actor, now=record.now
        )
        incident.status = step


def _status_after(assignment: Assignment, scheme: Scheme) -> str:
    """Return the key after the last job: as before if the crew never set out or was conditional."""
    before = scheme.availability(assignment.resume_key)
    if assignment.accepted_at is None or before is Availability.CONDITIONAL:
        return assignment.resume_key
    return scheme.following(Situation.CLEAR)

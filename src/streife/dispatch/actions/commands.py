"""Doing what a line in the command bar says."""

from datetime import datetime

from streife.accounts.rules import Actor
from streife.dispatch.actions.assignments import assign, withdraw
from streife.dispatch.actions.status import request_speech, set_status
from streife.dispatch.models import Assignment
from streife.dispatch.queries import open_job, read_command, scheme_on
from streife.dispatch.rules import AssignmentState, RecallUnit, RequestSpeech, SendUnit
from streife.incidents import queries as incidents
from streife.kernel.clock import local


def run_command(*, line: str, actor: Actor, now: datetime) -> str:
    """Run a line ("11 an 4711", "11 frei", …) and return what happened in one German sentence.

    :raises NotPermitted: the actor may not do what it says
    :raises NotFound: no such incident
    :raises Refused: not understood, or refused by the action it means
    """
    command = read_command(actor, line, now)
    if isinstance(command, SendUnit):
        incident = incidents.incident_for(actor, command.incident_number)
        job = assign(
            unit_id=command.unit_id,
            incident_id=incident.pk,
            reason=command.reason,
            queue=command.queue,
            reinforce=command.reinforce,
            actor=actor,
            now=now,
        )
        return _sent(job)
    if isinstance(command, RecallUnit):
        pk = open_job(actor, command.unit_id, command.incident_number)
        job = withdraw(assignment_id=pk, reason=command.reason, actor=actor, now=now)
        return f"{job.unit.call_sign} ist von {command.incident_number} abgezogen."
    if isinstance(command, RequestSpeech):
        unit = request_speech(unit_id=command.unit_id, key=command.key, actor=actor, now=now)
        return f"{unit.call_sign} möchte sprechen."
    unit = set_status(
        unit_id=command.unit_id, key=command.key, reason=command.reason, actor=actor, now=now
    )
    return f"{unit.call_sign}: {scheme_on(local(now).date()).name(unit.status_key)}."


def _sent(job: Assignment) -> str:
    if job.state == AssignmentState.QUEUED:
        return f"{job.unit.call_sign} hat {job.incident.number} danach vorgemerkt."
    return f"{job.unit.call_sign} fährt zu {job.incident.number}: {job.incident.title}."

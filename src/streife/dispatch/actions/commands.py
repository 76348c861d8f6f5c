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
from streife.kernel.texts import said


def run_command(*, line: str, actor: Actor, now: datetime) -> str:
    """Run a line ("11 an 4711", "11 frei", …) and return what happened in one sentence.

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
        values = {"call_sign": job.unit.call_sign, "number": command.incident_number}
        return said("%(call_sign)s ist von %(number)s abgezogen.", values)
    if isinstance(command, RequestSpeech):
        unit = request_speech(unit_id=command.unit_id, key=command.key, actor=actor, now=now)
        return said("%(call_sign)s möchte sprechen.", {"call_sign": unit.call_sign})
    unit = set_status(
        unit_id=command.unit_id, key=command.key, reason=command.reason, actor=actor, now=now
    )
    return f"{unit.call_sign}: {said(scheme_on(local(now).date()).name(unit.status_key))}."


def _sent(job: Assignment) -> str:
    values = {
        "call_sign": job.unit.call_sign,
        "number": job.incident.number,
        "title": job.incident.title,
    }
    if job.state == AssignmentState.QUEUED:
        return said("%(call_sign)s hat %(number)s danach vorgemerkt.", values)
    return said("%(call_sign)s fährt zu %(number)s: %(title)s.", values)

"""What the desk does across packages: ending a matter ends the jobs of the units on it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from streife.accounts.rules import Actor
from streife.desk.queries import read_command
from streife.dispatch import actions as dispatch
from streife.dispatch.queries import jobs_of_incident, unit_for
from streife.dispatch.rules import RecallUnit, RequestSpeech, SendUnit
from streife.incidents import actions as incidents
from streife.incidents.queries import incident_for
from streife.kernel.errors import Refused

if TYPE_CHECKING:
    from streife.incidents.models import HandOver, Incident


@transaction.atomic
def close_matter(
    *, incident_id: int, outcome: str, note: str, actor: Actor, now: datetime
) -> "Incident":
    """Take every unit off the matter and close it; see `incidents.close_incident`.

    :raises NotPermitted: units are on it and the actor may not dispatch
    """
    _release(incident_id, "Die Leitstelle hat den Vorgang abgeschlossen.", actor, now)
    return incidents.close_incident(
        incident_id=incident_id, outcome=outcome, note=note, actor=actor, now=now
    )


@transaction.atomic
def hand_over_matter(
    *, incident_id: int, body_code: str, reason: str, actor: Actor, now: datetime
) -> "HandOver":
    """Take every unit off the matter and give it to another body; see `incidents.hand_over`.

    :raises NotPermitted: units are on it and the actor may not dispatch
    """
    _release(incident_id, "Die Leitstelle hat den Vorgang abgegeben.", actor, now)
    return incidents.hand_over(
        incident_id=incident_id, body_code=body_code, reason=reason, actor=actor, now=now
    )


@transaction.atomic
def merge_matters(
    *, incident_id: int, duplicate_id: int, actor: Actor, now: datetime
) -> "Incident":
    """Take every unit off the duplicate and let it go into `incident_id`.

    :raises NotPermitted: units are on the duplicate and the actor may not dispatch
    """
    _release(duplicate_id, "Der Vorgang ging in einem anderen auf.", actor, now)
    return incidents.merge_incidents(
        incident_id=incident_id, duplicate_id=duplicate_id, actor=actor, now=now
    )


def _release(incident_id: int, reason: str, actor: Actor, now: datetime) -> None:
    if jobs_of_incident(actor, incident_id).filter(ended_at__isnull=True).exists():
        dispatch.release_incident(incident_id=incident_id, reason=reason, actor=actor, now=now)


def run_command(*, line: str, actor: Actor, now: datetime) -> str:
    """Do what a line like "11 an 4711" says and return the sentence that says what was done.

    :raises Refused: the line is not understood, or the action it names refuses
    """
    command = read_command(actor, line, now)
    sign = unit_for(actor, command.unit_id, now).call_sign
    if isinstance(command, SendUnit):
        incident = incident_for(actor, command.incident_number)
        dispatch.assign(
            unit_id=command.unit_id,
            incident_id=incident.pk,
            reason=command.reason,
            queue=command.queue,
            reinforce=command.reinforce,
            actor=actor,
            now=now,
        )
        return f"{sign} fährt zu {incident.number}: {incident.title}."
    if isinstance(command, RecallUnit):
        return _recall(command, sign, actor, now)
    if isinstance(command, RequestSpeech):
        dispatch.request_speech(unit_id=command.unit_id, key=command.key, actor=actor, now=now)
        return f"{sign} möchte sprechen."
    dispatch.set_status(
        unit_id=command.unit_id, key=command.key, reason=command.reason, actor=actor, now=now
    )
    return f"{sign} steht auf Status {command.key}."


def _recall(command: RecallUnit, sign: str, actor: Actor, now: datetime) -> str:
    incident = incident_for(actor, command.incident_number)
    job = (
        jobs_of_incident(actor, incident.pk)
        .filter(unit_id=command.unit_id, ended_at__isnull=True)
        .first()
    )
    if job is None:
        raise Refused(f"{sign} hat keinen Auftrag zu {incident.number}.", "no-such-job")
    dispatch.withdraw(assignment_id=job.pk, reason=command.reason, actor=actor, now=now)
    return f"{sign} ist von {incident.number} abgezogen."

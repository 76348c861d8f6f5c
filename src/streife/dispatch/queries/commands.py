"""What a line in the command bar means at this moment."""

import re
from dataclasses import replace
from datetime import datetime

from streife.accounts.rules import Actor
from streife.dispatch.models import Assignment
from streife.dispatch.queries.board import units_on_duty
from streife.dispatch.queries.scheme import scheme_on
from streife.dispatch.rules import Command, RecallUnit, SendUnit, parse_command
from streife.incidents import queries as incidents
from streife.kernel.clock import local
from streife.kernel.errors import Refused

_IN_FULL = re.compile(r"\d{4}-\d")


def read_command(actor: Actor, line: str, now: datetime) -> Command:
    """Return what a line means, with the units on duty and the status scheme of today.

    :raises NotPermitted: without `dispatch.view`
    :raises Refused: not understood, ambiguous, or no such unit (German, with an example)
    """
    day = local(now).date()
    units = [(row.unit_id, row.call_sign) for row in units_on_duty(actor, now)]
    command = parse_command(line, units=units, scheme=scheme_on(day), year=day.year)
    if isinstance(command, SendUnit | RecallUnit) and not _IN_FULL.search(line):
        number = _of_the_turn_of_the_year(actor, command.incident_number, day.year)
        return replace(command, incident_number=number)
    return command


def _of_the_turn_of_the_year(actor: Actor, number: str, year: int) -> str:
    """Return a short number's full one; of last year if this year has not got so far yet.

    After midnight on New Year's Eve most of what is open was opened before.
    """
    known = incidents.visible_to(actor)
    older = f"{year - 1}-{number.partition('-')[2]}"
    if not known.filter(number=number).exists() and known.filter(number=older).exists():
        return older
    return number


def open_job(actor: Actor, unit_id: int, number: str) -> int:
    """Return the open assignment of a unit at an incident.

    :raises NotFound: no such incident
    :raises Refused: the unit does not have it
    """
    incident = incidents.incident_for(actor, number)
    job = Assignment.objects.filter(
        unit_id=unit_id, incident=incident, ended_at__isnull=True
    ).first()
    if job is None:
        raise Refused(
            "Die Streife hat Vorgang %(number)s nicht.",
            "not-assigned",
            values={"number": number},
        )
    return job.pk

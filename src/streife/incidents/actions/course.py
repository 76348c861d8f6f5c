"""The course of a matter: holding it, moving it, writing about it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.incidents import rules
from streife.incidents.models import HandOver, Incident, LogLine
from streife.incidents.rules import Status
from streife.journal.actions import record
from streife.kernel.errors import NotFound, Refused


def hold(*, incident_ids: Iterable[int]) -> Mapping[int, Incident]:
    """Lock incidents in the order of their ids until the transaction ends; return them by id.

    :raises NotFound: one of them does not exist
    """
    wanted = set(incident_ids)
    rows = Incident.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    held = {incident.pk: incident for incident in rows}
    if len(held) < len(wanted):
        raise NotFound("Diesen Vorgang gibt es nicht.", "no-such-incident")
    return held


def hold_one(incident_id: int) -> Incident:
    """Lock one incident and return it.

    :raises NotFound: there is none
    """
    return hold(incident_ids=(incident_id,))[incident_id]


def require_live(incident: Incident) -> None:
    """Pass only if the matter is not closed.

    :raises Refused: it is
    """
    if incident.status == Status.CLOSED:
        raise Refused(
            "Vorgang %(number)s ist abgeschlossen. Bitte öffnen Sie ihn zuerst wieder.",
            "incident-closed",
            values={"number": incident.number},
        )


def move(incident: Incident, to: Status) -> None:
    """Set the status of a held incident and with it its place in the queue; does not save.

    :raises Refused: the move is not in the table
    """
    rules.check_move(Status(incident.status), to)
    incident.status = to.value
    incident.queue_rank = (
        None if to is Status.CLOSED else rules.queue_rank(incident.priority, incident.opened_at)
    )


@transaction.atomic
def change_status(*, incident_id: int, to: Status, actor: Actor, now: datetime) -> Incident:
    """Set where the service stands with the matter; closing has its own action.

    Nothing happens if it stands there already. A handed-over matter set to open is taken back.

    :raises Refused: the move is not in the table, or `to` is closed or handed over
    """
    if not actor.may("incidents.change"):
        actor.require("incidents.close")  # an officer on the way changes the status by working
    incident = hold_one(incident_id)
    if incident.status == to:
        return incident
    if to in (Status.CLOSED, Status.HANDED_OVER) or incident.status == Status.CLOSED:
        raise Refused(
            "Zum Abschließen, Abgeben und Wiederöffnen gibt es eigene Schritte.", "own-action"
        )
    before = incident.status
    move(incident, to)
    incident.save(update_fields=["status", "queue_rank"])
    # Taken back before the other body answered: nothing is awaited any more.
    if before == Status.HANDED_OVER:
        HandOver.objects.filter(incident=incident, answered_at__isnull=True).update(answered_at=now)
    record(
        act="incidents.status_changed",
        subject=f"incident:{incident.pk}",
        actor=actor.ref,
        now=now,
        body={"from": before, "to": to.value},
    )
    return incident


@transaction.atomic
def log_line(*, incident_id: int, text: str, actor: Actor, now: datetime) -> LogLine:
    """Write one line into the Einsatztagebuch, also of a closed matter.

    :raises Refused: no text, or too long
    """
    actor.require("incidents.log")
    text = rules.required_text(text, field="text", most=rules.MAX_LINE_CHARACTERS)
    if not Incident.objects.filter(pk=incident_id).exists():
        raise NotFound("Diesen Vorgang gibt es nicht.", "no-such-incident")
    line = LogLine.objects.create(
        incident_id=incident_id, text=text, written_at=now, written_by=actor.ref
    )
    record(
        act="incidents.logged",
        subject=f"incident:{incident_id}",
        actor=actor.ref,
        now=now,
        body={"line": line.pk},
    )
    return line

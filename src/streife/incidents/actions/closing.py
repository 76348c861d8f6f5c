"""The end of a matter, and what undoes it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from streife.accounts.rules import Actor
from streife.incidents import rules
from streife.incidents.actions.course import hold, hold_one, move
from streife.incidents.events import IncidentClosed, IncidentReopened, IncidentsMerged
from streife.incidents.models import HandOver, Incident, IncidentReport, MeasureChoice
from streife.incidents.rules import Outcome, Status
from streife.journal.actions import record, record_last
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.kernel.events import publish

_CLOSING = ["status", "queue_rank", "closed_at", "outcome", "measure", "note", "merged_into"]


def finish(
    incident: Incident, outcome: Outcome, *, measure: str, note: str, actor: Actor, now: datetime
) -> None:
    """Close a held incident, write it down and publish it."""
    move(incident, Status.CLOSED)
    incident.closed_at, incident.outcome = now, outcome.value
    incident.measure, incident.note = measure, note
    incident.save(update_fields=_CLOSING)
    HandOver.objects.filter(incident=incident, answered_at__isnull=True).update(answered_at=now)
    record(
        act="incidents.closed",
        subject=f"incident:{incident.pk}",
        actor=actor.ref,
        now=now,
        body={"outcome": outcome.value, "measure": measure},
    )
    publish(IncidentClosed(incident.pk, outcome.value))


@transaction.atomic
def close_incident(
    *,
    incident_id: int,
    outcome: Outcome | str = "",
    measure: str = "",
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Incident:
    """Close the matter with an outcome; a measure of the short list brings its own.

    :raises Refused: neither outcome nor measure, an unknown one, they contradict each other, the
        measure needs a note, or the matter is closed
    """
    actor.require("incidents.close")
    note = note.replace("\x00", "").strip()[: rules.MAX_LINE_CHARACTERS]
    chosen = checked_outcome(outcome, measure, note=note, now=now)
    incident = hold_one(incident_id)
    if incident.status == Status.CLOSED:
        raise Refused(
            "Der Vorgang ist schon abgeschlossen. Bitte laden Sie die Seite neu.", "already-closed"
        )
    finish(incident, chosen, measure=measure, note=note, actor=actor, now=now)
    return incident


def checked_outcome(outcome: str, measure: str, *, note: str, now: datetime) -> Outcome:
    """Return the outcome that outcome and measure mean together; see `close_incident`."""
    if not outcome and not measure:
        raise Refused("Bitte wählen Sie, was das Ergebnis war.", "outcome-missing", field="outcome")
    if outcome and (outcome not in set(Outcome) or outcome == Outcome.MERGED):
        raise Refused("Dieses Ergebnis gibt es nicht.", "unknown-outcome", field="outcome")
    if not measure:
        return Outcome(outcome)
    today = local(now).date()
    choice = MeasureChoice.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=today), code=measure, valid_from__lte=today
    ).first()
    if choice is None:
        raise Refused("Diese Maßnahme gibt es nicht.", "unknown-measure", field="measure")
    if choice.needs_note and not note:
        raise Refused(
            "„%(name)s“ braucht eine kurze Feststellung.",
            "note-missing",
            field="note",
            values={"name": choice.name},
        )
    return Outcome(outcome or choice.outcome)


@transaction.atomic
def reopen_incident(*, incident_id: int, reason: str, actor: Actor, now: datetime) -> Incident:
    """Open a closed matter again; the reason becomes a line of the Einsatztagebuch.

    :raises Refused: no reason, not closed, or it went into another matter
    """
    actor.require("incidents.reopen")
    reason = rules.required_text(reason, field="reason")
    incident = hold_one(incident_id)
    if incident.merged_into_id is not None:
        raise Refused(
            "Dieser Vorgang ging in einem anderen auf. Bitte öffnen Sie jenen wieder.",
            "incident-merged",
        )
    if incident.status != Status.CLOSED:
        raise Refused("Der Vorgang ist schon offen. Bitte laden Sie die Seite neu.", "not-closed")
    outcome = incident.outcome
    incident.closed_at, incident.outcome, incident.measure = None, "", ""
    move(incident, Status.OPEN)
    incident.save(update_fields=_CLOSING)
    line = incident.log_lines.create(text=reason, written_at=now, written_by=actor.ref)
    record(
        act="incidents.reopened",
        subject=f"incident:{incident.pk}",
        actor=actor.ref,
        now=now,
        body={"line": line.pk, "outcome_before": outcome},
    )
    publish(IncidentReopened(incident.pk))
    return incident


@transaction.atomic
@record_last()
def merge_incidents(
    *, incident_id: int, duplicate_id: int, actor: Actor, now: datetime
) -> Incident:
    """Let `duplicate_id` go into `incident_id`: its reports move over and their authors are told.

    :raises Refused: the same matter twice, or one of them is closed
    """
    actor.require("incidents.change")
    if incident_id == duplicate_id:
        raise Refused("Das ist derselbe Vorgang.", "same-incident", field="duplicate_id")
    held = hold(incident_ids=(incident_id, duplicate_id))
    kept, duplicate = held[incident_id], held[duplicate_id]
    for incident in (kept, duplicate):
        if incident.status == Status.CLOSED:
            raise Refused(
                "Vorgang %(number)s ist abgeschlossen und kann nicht zusammengeführt werden. "
                "Bitte öffnen Sie ihn zuerst wieder.",
                "incident-closed",
                values={"number": incident.number},
            )
    moved = list(
        IncidentReport.objects.filter(incident=duplicate).values_list("report_id", flat=True)
    )
    IncidentReport.objects.filter(incident=duplicate).update(incident=kept, linked_at=now)
    if duplicate.opened_at < kept.opened_at:  # who waited longest sets the clock
        kept.opened_at = duplicate.opened_at
    kept.priority = min(kept.priority, duplicate.priority)
    kept.due_at = min(kept.due_at, duplicate.due_at)
    kept.queue_rank = rules.queue_rank(kept.priority, kept.opened_at)
    kept.save(update_fields=["opened_at", "priority", "due_at", "queue_rank"])
    duplicate.merged_into = kept
    finish(duplicate, Outcome.MERGED, measure="", note="", actor=actor, now=now)
    record(
        act="incidents.merged",
        subject=f"incident:{kept.pk}",
        actor=actor.ref,
        now=now,
        body={"duplicate": duplicate.pk, "duplicate_number": duplicate.number, "reports": moved},
    )
    publish(IncidentsMerged(kept.pk, duplicate.pk, tuple(moved)))
    return kept

"""Giving a matter to another body, and what that body answers."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.incidents import rules
from streife.incidents.actions.closing import finish
from streife.incidents.actions.course import hold_one, move
from streife.incidents.events import HandOverAnswered, IncidentHandedOver
from streife.incidents.models import HandOver, Incident
from streife.incidents.rules import Outcome, Status
from streife.journal.actions import record, record_last
from streife.kernel.errors import Refused
from streife.kernel.events import publish


@transaction.atomic
def hand_over(
    *, incident_id: int, body_code: str, reason: str, actor: Actor, now: datetime
) -> HandOver:
    """Ask another body to deal with the matter; it stays in the queue until that body answers.

    :raises Refused: no reason, no body, or the matter stands where this is not possible
    """
    actor.require("incidents.hand_over")
    reason = rules.required_text(reason, field="reason")
    body_code = rules.required_text(body_code, field="body_code", most=40)
    incident = hold_one(incident_id)
    move(incident, Status.HANDED_OVER)
    incident.save(update_fields=["status", "queue_rank"])
    handed = HandOver.objects.create(
        incident=incident, body_code=body_code, reason=reason, handed_at=now
    )
    record(
        act="incidents.handed_over",
        subject=f"incident:{incident.pk}",
        actor=actor.ref,
        now=now,
        body={"body": body_code, "hand_over": handed.pk},
    )
    publish(IncidentHandedOver(incident.pk, body_code))
    return handed


@transaction.atomic
@record_last()
def answer_hand_over(
    *, incident_id: int, accepted: bool, answer: str, actor: Actor, now: datetime
) -> Incident:
    """Write down what the other body said: taken (the matter is closed for us) or sent back.

    :raises Refused: no answer is awaited, or no text
    """
    actor.require("incidents.hand_over")
    answer = rules.required_text(answer, field="answer", most=rules.MAX_LINE_CHARACTERS)
    incident = hold_one(incident_id)
    handed = HandOver.objects.filter(incident=incident, answered_at__isnull=True).first()
    if handed is None:
        raise Refused(
            "Zu diesem Vorgang wird keine Antwort erwartet. Bitte laden Sie die Seite neu.",
            "no-open-hand-over",
        )
    handed.answer, handed.accepted, handed.answered_at = answer, accepted, now
    handed.save(update_fields=["answer", "accepted", "answered_at"])
    record(
        act="incidents.hand_over_answered",
        subject=f"incident:{incident.pk}",
        actor=actor.ref,
        now=now,
        body={"body": handed.body_code, "accepted": accepted, "hand_over": handed.pk},
    )
    if accepted:
        finish(incident, Outcome.HANDED_OVER, measure="", note="", actor=actor, now=now)
    else:
        move(incident, Status.OPEN)
        incident.save(update_fields=["status", "queue_rank"])
    publish(HandOverAnswered(incident.pk, handed.body_code, accepted))
    return incident

"""What time does to hand-overs: names of private persons go, and what got stuck is made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from streife.accounts.rules import Actor
from streife.evidence.actions.locks import durable
from streife.evidence.events import HandOverAgreed
from streife.evidence.export.actions.locks import held_one, note
from streife.evidence.models import HandOver
from streife.evidence.rules.handing_over import Purpose, Stage
from streife.kernel.events import publish

ERASED = "(gelöscht)"
STUCK_AFTER = timedelta(hours=2)  # longer than the largest recording takes


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many names went, and how many files were asked for again."""

    erased: int
    again: int


def tidy_hand_overs(*, actor: Actor, now: datetime) -> Tidied:
    """Erase who asked for themselves once it is long over, and take up what a crash left.

    That something was handed out, of what and when, stays; so does every line of custody.

    :raises NotPermitted: without `evidence.export_make`
    """
    actor.require("evidence.export_make")
    since = now - timedelta(days=settings.EVIDENCE_RECIPIENT_DAYS)
    over = Q(received_at__lt=since) | Q(received_at=None, requested_at__lt=since)
    private = HandOver.objects.filter(over, purpose=Purpose.SUBJECT).exclude(recipient=ERASED)
    names = list(private.values_list("ident", flat=True))
    for ident in names:
        _erase(ident, actor, now)
    stuck = HandOver.objects.filter(
        Q(decided_at__lt=now - STUCK_AFTER)
        | Q(decided_at=None, requested_at__lt=now - STUCK_AFTER),
        stage=Stage.APPROVED,
    )
    waiting = list(stuck.values_list("pk", flat=True))
    for hand_over_id in waiting:
        publish(HandOverAgreed(hand_over_id))
    return Tidied(len(names), len(waiting))


def _erase(ident: str, actor: Actor, now: datetime) -> None:
    with durable():
        held = held_one(ident)
        held.recipient, held.recipient_key, held.reference, held.receipt = ERASED, "", ERASED, ""
        held.refusal = held.refusal and ERASED
        held.save(update_fields=["recipient", "recipient_key", "reference", "receipt", "refusal"])
        note("evidence.export_name_erased", held, actor, now)

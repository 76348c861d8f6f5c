"""Reads of hand-overs."""

from datetime import date

from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.evidence.models import HandOver, Recording
from streife.evidence.rules.handing_over import Stage
from streife.kernel.errors import NotFound

SEEING = ("evidence.export", "evidence.export_decide", "evidence.export_see")


def hand_overs_for(actor: Actor) -> QuerySet[HandOver]:
    """Return the hand-overs the actor may see, newest first."""
    may = any(actor.may(permission) for permission in SEEING)
    rows = HandOver.objects.select_related("recording__derived_from", "requested_by", "decided_by")
    return rows.order_by("-requested_at", "-pk") if may else rows.none()


def hand_over_for(actor: Actor, ident: str) -> HandOver:
    """Return one hand-over.

    :raises NotFound: there is none, or the actor may not know
    """
    found = hand_overs_for(actor).filter(ident=ident).first()
    if found is None:
        raise NotFound("Diese Herausgabe gibt es nicht.", "no-such-hand-over")
    return found


def of_recording(actor: Actor, recording: Recording) -> QuerySet[HandOver]:
    """Return what was handed out of a recording."""
    return hand_overs_for(actor).filter(recording=recording)


def overdue(actor: Actor, today: date) -> QuerySet[HandOver]:
    """Return what was handed over and never confirmed, though the day has passed."""
    return hand_overs_for(actor).filter(stage=Stage.HANDED_OVER, answer_due__lt=today)

"""Reads of redactions."""

from datetime import datetime

from streife.accounts.rules import Actor
from streife.evidence.models import Preview, Recording, Redaction, Viewing
from streife.evidence.queries.recordings import visible_to
from streife.evidence.rules import Purpose
from streife.evidence.rules.redacting import Glance, Work
from streife.kernel.errors import NotFound


def redaction_for(actor: Actor, redaction_id: int) -> Redaction:
    """Return one redaction.

    :raises NotFound: there is none, or the actor may not know
    """
    may = actor.may("evidence.redact") or actor.may("evidence.release")
    found = (
        Redaction.objects.select_related("recording__wearer", "copy", "made_by", "begun_by")
        .filter(pk=redaction_id, recording__in=visible_to(actor).order_by())
        .first()
    )
    if found is None or not may:
        raise NotFound("Diese Schwärzung gibt es nicht.", "no-such-redaction")
    return found


def open_look(recording: Recording, actor: Actor, now: datetime) -> Viewing | None:
    """Return the actor's look at a recording for redacting that is still open."""
    if actor.user_id is None:
        return None
    return (
        Viewing.objects.filter(
            recording=recording,
            user_id=actor.user_id,
            purpose=Purpose.REDACTION,
            preview=None,
            ends_at__gt=now,
        )
        .order_by("-pk")
        .first()
    )


def preview_of(redaction: Redaction) -> Preview | None:
    """Return the newest preview of a redaction that is not gone."""
    return redaction.previews.exclude(state=Glance.GONE).order_by("-pk").first()


def open_preview_look(preview: Preview, actor: Actor, now: datetime) -> Viewing | None:
    """Return the actor's look at a preview that is still open."""
    if actor.user_id is None:
        return None
    rows = Viewing.objects.filter(preview=preview, user_id=actor.user_id, ends_at__gt=now)
    return rows.order_by("-pk").first()


def has_looked(actor: Actor, redaction: Redaction) -> bool:
    """Say whether somebody began a look at the finished copy of a redaction."""
    looks = Viewing.objects.filter(recording=redaction.copy_id, user=actor.user_id, preview=None)
    return redaction.copy_id is not None and looks.exists()


def made_redaction_id(copy: Recording) -> int | None:
    """Return the redaction whose copy still waits for its second person; None for all else."""
    rows = Redaction.objects.filter(copy=copy, state=Work.MADE)
    return rows.values_list("pk", flat=True).first()

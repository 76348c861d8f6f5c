"""Reads of recordings; `visible_to` is the one read permission for what is known about them.

It never opens the content: that is `actions.begin_viewing`, which leaves a line in the record.
"""

from datetime import datetime, timedelta
from itertools import islice

from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.evidence.models import (
    Hold,
    ItemPicture,
    PictureHold,
    Preview,
    Recording,
    VaultTask,
)
from streife.evidence.rules import GONE, KEPT, UNDO, HoldFact, Seen, confirmed_late, is_held
from streife.evidence.rules.redacting import Glance
from streife.kernel.errors import NotFound


def visible_to(actor: Actor) -> QuerySet[Recording]:
    """Return the recordings whose data the actor may see: all, or only those they made."""
    rows = Recording.objects.select_related("wearer", "incident", "dock").order_by("-started_at")
    if actor.may("evidence.list"):
        return rows
    if actor.may("evidence.view_own") and actor.user_id is not None:
        return rows.filter(wearer__user_id=actor.user_id)
    return rows.none()


def recording_for(actor: Actor, ident: str) -> Recording:
    """Return one recording.

    :raises NotFound: there is none, or the actor may not know that there is
    """
    found = visible_to(actor).filter(ident=ident).first()
    if found is None:
        raise NotFound("Diese Aufnahme gibt es nicht.", "no-such-recording")
    return found


def root_of(recording: Recording) -> Recording:
    """Return the original a recording comes from; holds and periods are the original's.

    A copy whose original is gone (what had to be cut out was) stands for itself.
    """
    while recording.derived_from is not None and recording.derived_from.state not in GONE:
        recording = recording.derived_from
    return recording


def wearer_account(recording: Recording) -> int | None:
    """Return the account of whoever wore the camera, also of a copy; None if nobody is known."""
    wearer = root_of(recording).wearer
    return wearer.user_id if wearer is not None else None


def hold_facts(recording: Recording) -> list[HoldFact]:
    """Return what the rules need to know about the holds of a recording's original."""
    return [hold.fact() for hold in root_of(recording).holds.all()]


def _confirmed(recording: Recording) -> list[HoldFact]:
    return [fact for fact in hold_facts(recording) if fact.confirmed_at is not None]


def held_now(recording: Recording, now: datetime) -> bool:
    """Say whether a hold counts now."""
    return is_held(hold_facts(recording), now)


def seen_of(recording: Recording, now: datetime) -> Seen:
    """Return what access to the content depends on."""
    root = root_of(recording)
    return Seen(
        state=recording.state,
        wearer_user_id=root.wearer.user_id if root.wearer else None,
        sealed=recording.sealed_at is not None or root.sealed_at is not None,
        # A hold that only its asker speaks for opens nothing: nobody lets themselves in.
        has_case=root.incident_id is not None or is_held(_confirmed(root), now),
        is_derived=recording.derived_from_id is not None,
    )


def family_of(recording: Recording) -> list[Recording]:
    """Return a recording and everything derived from it, copies before what they come from."""
    found = [recording]
    for parent in found:
        found += parent.derived.all()
    return found[::-1]


def kept() -> QuerySet[Recording]:
    """Return the recordings that are whole and readable."""
    return Recording.objects.filter(state__in=KEPT)


def destroyed_kids() -> set[str]:
    """Return the names of all keys that must not come back from a backup."""
    gone = Recording.objects.filter(state__in=GONE).values_list("kid", flat=True)
    previews = (
        Preview.objects.filter(state=Glance.GONE).exclude(kid="").values_list("kid", flat=True)
    )
    pictures = ItemPicture.objects.filter(going_at__isnull=False).values_list("kid", flat=True)
    return set(gone.iterator()) | set(previews.iterator()) | set(pictures.iterator())


def open_tasks(actor: Actor) -> QuerySet[VaultTask]:
    """Return what has to be done: all of it, or what concerns one's own recordings; due first."""
    rows = VaultTask.objects.filter(done_at__isnull=True).select_related("recording", "item")
    if not actor.may("evidence.list"):
        rows = rows.filter(recording__in=visible_to(actor).order_by())
    return rows.order_by("due_at", "pk")


def just_done(actor: Actor, now: datetime) -> QuerySet[VaultTask]:
    """Return what the actor ticked off within the last hour, newest first: it may be a slip."""
    rows = VaultTask.objects.filter(done_by_id=actor.user_id, done_at__gt=now - UNDO)
    if actor.user_id is None:
        return rows.none()
    return rows.select_related("recording", "item").order_by("-done_at", "-pk")


def late_holds(limit: int) -> list[tuple[Hold | PictureHold, timedelta]]:
    """Return holds whose second person came after their week was over, and by how much."""
    recordings = Hold.objects.filter(confirmed_at__isnull=False).select_related("recording")
    pictures = PictureHold.objects.filter(confirmed_at__isnull=False).select_related(
        "picture__item"
    )
    late: list[tuple[Hold | PictureHold, timedelta]] = []
    for rows in (recordings.order_by("-confirmed_at"), pictures.order_by("-confirmed_at")):
        asked = ((hold, confirmed_late(hold.fact())) for hold in rows)
        late += islice(((hold, by) for hold, by in asked if by), limit)
    return sorted(late, key=lambda one: one[0].confirmed_at or one[0].requested_at)[::-1][:limit]

"""Wishes for presence: entered by whoever hears them, over after three months at the latest."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.patrols.models import PresenceWish
from streife.patrols.rules import WishSource, check_wish


@dataclass(frozen=True, slots=True)
class WishDraft:
    """A wish as it was entered; `weekdays` has bit 0 for Monday."""

    site_id: int
    source: WishSource
    reason: str
    valid_from: date
    valid_to: date
    weekdays: int = 127
    hour_from: int = 0
    hour_to: int = 24


@transaction.atomic
def make_wish(*, draft: WishDraft, actor: Actor, now: datetime) -> PresenceWish:
    """Enter a wish and return it.

    :raises NotPermitted: without `patrols.wish`
    :raises Refused: `wish-backwards`, `wish-too-long`, `wish-hours`, `wish-weekdays`
    """
    actor.require("patrols.wish")
    check_wish(
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        hour_from=draft.hour_from,
        hour_to=draft.hour_to,
    )
    if not 0 < draft.weekdays < 128:
        raise Refused(
            "Bitte wählen Sie mindestens einen Wochentag.", "wish-weekdays", field="weekdays"
        )
    wish = PresenceWish.objects.create(
        site_id=draft.site_id,
        source=draft.source,
        reason=draft.reason.strip(),
        weekdays=draft.weekdays,
        hour_from=draft.hour_from,
        hour_to=draft.hour_to,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        made_at=now,
        made_by_id=actor.user_id,
    )
    journal.record(
        act="patrols.wish_made",
        subject=f"wish:{wish.pk}",
        actor=actor.ref,
        now=now,
        body={"site": draft.site_id, "source": draft.source.value},
    )
    return wish


@transaction.atomic
def withdraw_wish(*, wish_id: int, actor: Actor, now: datetime) -> PresenceWish:
    """Take a wish back; it stays on record and counts no more.

    :raises NotPermitted: without `patrols.wish`
    :raises NotFound: no such wish
    """
    actor.require("patrols.wish")
    wish = PresenceWish.objects.select_for_update().filter(pk=wish_id).first()
    if wish is None:
        raise NotFound("Diesen Wunsch gibt es nicht.", "no-such-wish")
    if wish.withdrawn_at is None:
        wish.withdrawn_at = now
        wish.save(update_fields=["withdrawn_at"])
        journal.record(
            act="patrols.wish_withdrawn",
            subject=f"wish:{wish.pk}",
            actor=actor.ref,
            now=now,
            body={},
        )
    return wish

"""Reads of wishes for presence."""

from datetime import date

from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.patrols.models import PresenceWish


def wishes(actor: Actor, *, on: date) -> QuerySet[PresenceWish]:
    """Return the wishes that count on a day or later, the ones that end first on top.

    :raises NotPermitted: without `patrols.wish` or `patrols.view`
    """
    if not actor.may("patrols.wish"):
        actor.require("patrols.view")
    return (
        PresenceWish.objects.filter(withdrawn_at__isnull=True, valid_to__gt=on)
        .select_related("site")
        .order_by("valid_to", "id")
    )


def wishes_at(place: str, *, on: date) -> QuerySet[PresenceWish]:
    """Return the wishes for a place that count on a day or later."""
    return PresenceWish.objects.filter(
        site__code=place, withdrawn_at__isnull=True, valid_to__gt=on
    ).order_by("valid_to", "id")

"""The chain of custody of a recording, read from the record."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.evidence.models import CustodyEvent, DestructionRequest, Item, Viewing
from streife.evidence.queries.recordings import recording_for
from streife.journal.queries import entries_of
from streife.kernel.errors import NotFound

if TYPE_CHECKING:
    from streife.journal.models import Entry


def custody_of(actor: Actor, ident: str) -> "QuerySet[Entry]":
    """Return every entry about a recording, oldest first; for whoever may know of it.

    :raises NotFound: no such recording for this actor
    """
    return entries_of(f"recording:{recording_for(actor, ident).ident}")


def viewing_with(token: str) -> Viewing | None:
    """Return a begun look by its secret."""
    found = Viewing.objects.select_related("recording__wearer", "user", "preview").filter(
        token=token
    )
    return found.first()


def items_for(actor: Actor) -> QuerySet[Item]:
    """Return the seized things, newest first; for `evidence.items`."""
    if not actor.may("evidence.items"):
        return Item.objects.none()
    return Item.objects.select_related("incident", "photo").order_by("-taken_at", "-pk")


def item_for(actor: Actor, ident: str) -> Item:
    """Return one seized thing.

    :raises NotFound: there is none, or the actor may not know
    """
    found = items_for(actor).filter(ident=ident).first()
    if found is None:
        raise NotFound("Diesen Gegenstand gibt es nicht.", "no-such-item")
    return found


def steps_of(item: Item) -> QuerySet[CustodyEvent]:
    """Return what happened to a thing, oldest first."""
    return item.events.select_related("by", "second").order_by("at", "pk")


def open_destructions() -> QuerySet[DestructionRequest]:
    """Return the requests to destroy a thing that wait for a second person, oldest first."""
    rows = DestructionRequest.objects.filter(decided_at__isnull=True)
    return rows.select_related("item", "requested_by").order_by("requested_at", "pk")

"""Seized things: taken, stored, handed over, given back or destroyed; each step by a person."""

from datetime import datetime

from streife.accounts.rules import Actor
from streife.evidence import queries, rules
from streife.evidence.actions.locks import durable, person_id
from streife.evidence.models import CustodyEvent, Item
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused


def take_item(
    *,
    label: str,
    where: str,
    taken_at: datetime,
    actor: Actor,
    now: datetime,
    incident: str = "",
    photo: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
) -> Item:
    """Enter a seized thing; `photo` is the id of a picture in the vault.

    :raises NotPermitted: without `evidence.items`
    :raises NotFound: no such incident or picture
    :raises Refused: `label-needed`, `taken-in-future`, `no-photo`
    """
    actor.require("evidence.items")
    if not label.strip():
        raise Refused("Bitte bezeichnen Sie den Gegenstand.", "label-needed", field="label")
    if taken_at > now:
        raise Refused("Der Zeitpunkt liegt in der Zukunft.", "taken-in-future", field="taken_at")
    picture = queries.recording_for(actor, photo) if photo else None
    if picture is not None and picture.kind != rules.Kind.PHOTO:
        raise Refused("Das ist kein Foto.", "no-photo", field="photo")
    with durable():
        item = Item.objects.create(
            ident=rules.new_id(now),
            label=label.strip()[:200],
            taken_at=taken_at,
            taken_where=where.strip()[:200],
            latitude=latitude,
            longitude=longitude,
            incident_id=queries.incident_id_of(incident),
            photo=picture,
            step=rules.Step.TAKEN,
        )
        _enter(item, rules.Step.TAKEN, actor, now)
    return item


def move_item(
    *,
    ident: str,
    step: str,
    actor: Actor,
    now: datetime,
    party: str = "",
    place: str = "",
    second: Actor | None = None,
) -> Item:
    """Enter the next step of a thing; destruction takes a second person who watched.

    :raises NotPermitted: without `evidence.items`
    :raises NotFound: no such thing
    :raises Refused: as `rules.check_step`, `second-person-needed`
    """
    actor.require("evidence.items")
    with durable():
        item = Item.objects.select_for_update().filter(ident=ident).first()
        if item is None:
            raise NotFound("Diesen Gegenstand gibt es nicht.", "no-such-item")
        checked = rules.check_step(item.step, step, party=party, place=place)
        if checked in rules.NEEDS_SECOND and (second is None or second.user_id == actor.user_id):
            raise Refused(
                "Eine Vernichtung braucht eine zweite Person, die dabei ist.",
                "second-person-needed",
                field="second",
            )
        item.step = checked
        item.place = place.strip()[:120] if checked is rules.Step.STORED else ""
        item.save(update_fields=["step", "place"])
        _enter(item, checked, actor, now, party=party, second=second)
    return item


def _enter(
    item: Item,
    step: rules.Step,
    actor: Actor,
    now: datetime,
    *,
    party: str = "",
    second: Actor | None = None,
) -> None:
    event = CustodyEvent.objects.create(
        item=item,
        step=step,
        at=now,
        by_id=person_id(actor),
        second_id=second.user_id if second else None,
        party=party.strip()[:200],
        place=item.place,
    )
    journal.record(
        act="evidence.item_moved",
        subject=f"item:{item.ident}",
        actor=actor.ref,
        now=now,
        body={"step": step.value, "event": event.pk},
    )

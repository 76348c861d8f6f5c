"""Seized things: taken, stored, handed over, given back or destroyed; each step by a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from streife.accounts.rules import Actor
from streife.evidence import queries, rules
from streife.evidence.actions.ingesting import forget_file
from streife.evidence.actions.locks import durable, person_id, seal_record
from streife.evidence.actions.picturing import (
    adopt_picture,
    enter_picture,
    read_picture,
    store_picture,
)
from streife.evidence.actions.second_person import decide_request, hold_request
from streife.evidence.models import CustodyEvent, DestructionRequest, Item
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.kernel.geo import Point


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A photo of a thing as it was sent: the bytes of the file and its name."""

    data: bytes
    name: str


def take_item(
    *,
    label: str,
    where: str,
    taken_at: datetime,
    actor: Actor,
    now: datetime,
    incident: str = "",
    photo: str = "",
    point: Point | None = None,
    snapshot: Snapshot | None = None,
) -> Item:
    """Enter a seized thing; `photo` is the id of a picture in the vault, `snapshot` a new one.

    :raises NotPermitted: without `evidence.items`
    :raises NotFound: no such incident or picture
    :raises Refused: `label-needed`, `taken-in-future`, `no-photo`, and what `store_picture` refuses
    """
    actor.require("evidence.items")
    _check_told(label, taken_at, now)
    picture = queries.recording_for(actor, photo) if photo else None
    if picture is not None and picture.kind != rules.Kind.PHOTO:
        raise Refused("Das ist kein Foto.", "no-photo", field="photo")
    item = Item(
        ident=rules.new_id(now),
        label=label.strip()[:200],
        taken_at=taken_at,
        taken_where=where.strip()[:200],
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        incident_id=queries.incident_id_of(incident),
        photo=picture,
        step=rules.Step.TAKEN,
    )
    if point is None and (known := queries.place_of(where)) is not None:
        item.latitude, item.longitude = known.latitude, known.longitude
    stored = None
    if snapshot is not None:
        stored = store_picture(snapshot.data, name=snapshot.name, now=now)
    try:
        with durable():
            item.save(force_insert=True)
            _enter(item, rules.Step.TAKEN, actor, now)
            if stored is not None:
                enter_picture(item, stored, actor, now)
    except BaseException:
        if stored is not None:
            forget_file(stored)  # nothing points at it: neither bytes nor key may stay
        raise
    return item


def _check_told(label: str, taken_at: datetime, now: datetime) -> None:
    if not label.strip():
        raise Refused("Bitte bezeichnen Sie den Gegenstand.", "label-needed", field="label")
    if taken_at > now:
        raise Refused("Der Zeitpunkt liegt in der Zukunft.", "taken-in-future", field="taken_at")


def move_item(
    *,
    ident: str,
    step: str,
    actor: Actor,
    now: datetime,
    party: str = "",
    place: str = "",
) -> Item:
    """Enter the next step of a thing; destruction is asked for and decided by a second person.

    :raises NotPermitted: without `evidence.items`
    :raises NotFound: no such thing
    :raises Refused: as `rules.check_step`, `second-person-needed`, `destruction-asked`
    """
    actor.require("evidence.items")
    with durable():
        item = hold_item(ident)
        if item.destruction_requests.filter(decided_at__isnull=True).exists():
            raise Refused(
                "Für diesen Gegenstand ist die Vernichtung beantragt. Bitte zuerst darüber"
                " entscheiden oder den Antrag zurückziehen.",
                "destruction-asked",
            )
        checked = rules.check_step(item.step, step, party=party, place=place)
        if checked in rules.NEEDS_SECOND:
            raise Refused(
                "Eine Vernichtung braucht eine zweite Person. Bitte beantragen Sie sie.",
                "second-person-needed",
                field="step",
            )
        item.step = checked
        item.place = place.strip()[:120] if checked is rules.Step.STORED else ""
        item.save(update_fields=["step", "place"])
        _enter(item, checked, actor, now, party=party)
    return item


def hold_item(ident: str) -> Item:
    """Return a thing, locked until the transaction ends.

    :raises NotFound: there is none
    """
    item = Item.objects.select_for_update(of=("self",)).filter(ident=ident).first()
    if item is None:
        raise NotFound("Diesen Gegenstand gibt es nicht.", "no-such-item")
    return item


def ask_destruction(*, ident: str, why: str, actor: Actor, now: datetime) -> DestructionRequest:
    """Ask that a thing is destroyed (§ 45 PolG NRW); nothing happens to it until it is decided.

    :raises NotPermitted: without `evidence.items`
    :raises NotFound: no such thing
    :raises Refused: `illegal-step`, `why-needed`, `already-requested`
    """
    actor.require("evidence.items")
    if not why.strip():
        raise Refused(
            "Bitte schreiben Sie, warum der Gegenstand vernichtet werden soll.",
            "why-needed",
            field="why",
        )
    with durable():
        item = hold_item(ident)
        rules.check_step(item.step, rules.Step.DESTROYED, party="", place="")
        if item.destruction_requests.filter(decided_at__isnull=True).exists():
            raise Refused("Die Vernichtung ist schon beantragt.", "already-requested")
        made = DestructionRequest.objects.create(
            item=item, why=why.strip()[:200], requested_at=now, requested_by_id=person_id(actor)
        )
        _record("evidence.destruction_requested", item, actor, now, {"destruction": made.pk})
    return made


def decide_destruction(
    *, request_id: int, granted: bool, actor: Actor, now: datetime, why: str = ""
) -> DestructionRequest:
    """Consent to somebody else's request and enter the destruction, or refuse; once.

    Both persons stand in the step: who asked and who consented. Whoever asked may take it back.

    :raises NotPermitted: without `evidence.decide`
    :raises NotFound: no such request
    :raises Refused: `own-request`, `already-decided`, `illegal-step`, `refusal-needed`
    """
    with durable():
        found = hold_request(DestructionRequest, request_id)
        said = decide_request(found, granted=granted, actor=actor, now=now, why=why)
        item = hold_item(found.item.ident)
        body = {"destruction": found.pk, **said}
        _record("evidence.destruction_decided", item, actor, now, body)
        if granted:
            item.step = rules.check_step(item.step, rules.Step.DESTROYED, party="", place="")
            item.place = ""
            item.save(update_fields=["step", "place"])
            second_id = found.requested_by_id
            _enter(item, rules.Step.DESTROYED, actor, now, second_id=second_id)
    return found


def see_picture(*, ident: str, actor: Actor, now: datetime) -> bytes:
    """Return the photo of a thing; that it was seen is on the disk before this returns.

    :raises NotFound: no such thing for this actor, or it has no photo
    :raises Refused: `picture-damaged`: another picture lies there, or none; `key-destroyed`
    """
    item = queries.item_for(actor, ident)
    adopt_picture(item, actor, now)
    picture = queries.picture_of(item)
    if picture is None and not item.picture_path:
        raise NotFound("Zu diesem Gegenstand gibt es kein Foto.", "no-picture")
    if picture is not None and picture.going_at is not None:
        raise NotFound("Dieses Foto ist gelöscht.", "picture-gone")
    with durable():
        sha256 = picture.sha256 if picture else item.picture_sha256
        _record("evidence.item_viewed", item, actor, now, {"sha256": sha256})
    seal_record(now)
    jpeg = read_picture(picture) if picture else None
    if jpeg is None:
        raise Refused(
            "Das Foto ist beschädigt oder verändert worden und wird nicht angezeigt. Bitte die"
            " Administration rufen.",
            "picture-damaged",
        )
    return jpeg


def _enter(
    item: Item,
    step: rules.Step,
    actor: Actor,
    now: datetime,
    *,
    party: str = "",
    second_id: int | None = None,
) -> None:
    event = CustodyEvent.objects.create(
        item=item,
        step=step,
        at=now,
        by_id=person_id(actor),
        second_id=second_id,
        party=party.strip()[:200],
        place=item.place,
    )
    _record("evidence.item_moved", item, actor, now, {"step": step.value, "event": event.pk})


def _record(
    act: str, item: Item, actor: Actor, now: datetime, body: Mapping[str, int | str | bool]
) -> None:
    journal.record(act=act, subject=f"item:{item.ident}", actor=actor.ref, now=now, body=body)

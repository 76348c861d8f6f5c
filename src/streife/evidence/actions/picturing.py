"""Photos of seized things: into an envelope, out to whoever may look, gone when their time is up.

EXIF, GPS and whatever hides in or behind a picture do not arrive (`reports.photos`). What is left
is encrypted like a recording: a key of its own, wrapped outside the database; destroying it is the
deletion.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from io import BytesIO

from django.core.files.storage import default_storage

from streife.accounts.rules import Actor
from streife.evidence import keys, queries, rules, stores
from streife.evidence.actions.duties import close_tasks
from streife.evidence.actions.ingesting import Incoming, Stored, forget_file, store_file
from streife.evidence.actions.locks import check_room, durable, not_answering, person_id
from streife.evidence.contents import open_unlisted
from streife.evidence.envelope import EnvelopeError
from streife.evidence.models import Item, ItemPicture, PicturePeriod
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.reports.actions import safe_photo

FIELD = "picture"
NAME = "asservat.jpg"
Fact = int | str | bool


def store_picture(data: bytes, *, name: str, now: datetime) -> Stored:
    """Encrypt a photo as it was sent into the store; no row points at it yet.

    :raises Refused: no picture, damaged, or too large (`reports.photos`, `reports.rules`)
    :raises NotStored: `vault-full`, `vault-write-failed`, `vault-readback-failed`
    """
    try:
        picture = safe_photo(data, name=name)
    except Refused as refused:
        refused.field = FIELD
        raise
    return _stored(picture.jpeg, now)


def _stored(jpeg: bytes, now: datetime) -> Stored:
    check_room(len(jpeg))
    incoming = Incoming(name=NAME, size=len(jpeg), read=BytesIO(jpeg).readinto, docked_at=now)
    return store_file(incoming, now)


def enter_picture(item: Item, stored: Stored, actor: Actor, now: datetime) -> ItemPicture:
    """Save the row of a stored photo and record it; call it inside the transaction."""
    made = ItemPicture.objects.create(
        item=item,
        ident=stored.ident,
        kid=stored.kid,
        path=stored.path,
        header_sha256=stored.sealed.header_sha256,
        stored_size=stored.sealed.stored_size,
        sha256=stored.sealed.sha256,
        size=stored.sealed.size,
        kept_at=now,
    )
    record_picture(
        "evidence.picture_kept", made, actor, now, {"sha256": made.sha256, "size": made.size}
    )
    return made


def read_picture(picture: ItemPicture) -> bytes | None:
    """Return the JPEG, None if it is gone or another; call it after the look is recorded.

    :raises Refused: `key-destroyed`, `kek-missing`, `key-damaged`, `vault-no-answer`
    """
    try:
        data = b"".join(open_unlisted(picture).parts())
    except stores.NoAnswer as error:
        raise not_answering() from error
    except (EnvelopeError, OSError):
        return None
    return data if hashlib.sha256(data).hexdigest() == picture.sha256 else None


def adopt_picture(item: Item, actor: Actor, now: datetime) -> None:
    """Encrypt a photo that still lies in the clear, then delete that file; safe to repeat.

    One that is gone or was changed is not taken over: what it was is in the record, the look at
    it says so.

    :raises NotStored: `vault-full`, `vault-write-failed`, `vault-readback-failed`
    """
    if not item.picture_path:
        return
    if queries.picture_of(item) is None:
        jpeg = _in_the_clear(item)
        if jpeg is None:
            return
        stored = _stored(jpeg, now)
        try:
            with durable():
                enter_picture(item, stored, actor, now)
        except BaseException:
            forget_file(stored)
            raise
    default_storage.delete(item.picture_path)
    item.picture_path = item.picture_sha256 = ""
    item.save(update_fields=["picture_path", "picture_sha256"])


def _in_the_clear(item: Item) -> bytes | None:
    try:
        with default_storage.open(item.picture_path, "rb") as file:
            data: bytes = file.read()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == item.picture_sha256 else None


def adopt_pictures(*, actor: Actor, now: datetime) -> int:
    """Take over every photo that still lies in the clear, and return how many were.

    :raises NotPermitted: without `evidence.delete`
    """
    actor.require("evidence.delete")
    count = 0
    for item in Item.objects.exclude(picture_path=""):
        adopt_picture(item, actor, now)
        count += not item.picture_path
    return count


def delete_picture(*, ident: str, actor: Actor, now: datetime) -> bool:
    """Delete the photo of a thing whose time is up; say whether it is gone. Safe to repeat.

    As with recordings: the intent is recorded, the key destroyed, the bytes removed, and that it
    is done is recorded. A photo that somebody let go early (`intend_picture`) is finished here.

    :raises NotPermitted: without `evidence.delete`, which no person has
    :raises OSError: the store does not answer; the key is destroyed by then
    """
    actor.require("evidence.delete")
    if not _intend(ident, actor, now):
        return False
    picture = ItemPicture.objects.get(item__ident=ident)
    if picture.key_destroyed_at is None:
        # Outside a transaction, as in `deleting`: destroyed twice is harmless.
        keys.key_store().destroy(picture.kid)
        ItemPicture.objects.filter(pk=picture.pk).update(key_destroyed_at=now)
    if picture.gone_at is None:
        stores.store().remove(picture.path)
        with durable():
            open_row = ItemPicture.objects.filter(pk=picture.pk, gone_at__isnull=True)
            if open_row.update(gone_at=now):
                record_picture(
                    "evidence.picture_deleted", picture, actor, now, {"size": picture.size}
                )
    return True


def _intend(ident: str, actor: Actor, now: datetime) -> bool:
    with durable():
        picture = hold_picture(ident)
        if picture.going_at is not None:
            return True
        end = queries.goes_at(picture.item)
        # Its case was opened again a moment ago, or somebody needs it.
        if end is None or end > now or queries.picture_held(picture, now):
            return False
        intend_picture(picture, rules.RETENTION_RULE, actor, now)
    return True


def hold_picture(ident: str) -> ItemPicture:
    """Return the photo of a thing, locked until the transaction ends.

    :raises NotFound: there is none
    """
    rows = ItemPicture.objects.select_for_update(of=("self",)).select_related("item")
    found = rows.filter(item__ident=ident).first()
    if found is None:
        raise NotFound("Zu diesem Gegenstand gibt es kein Foto.", "no-picture")
    return found


def intend_picture(picture: ItemPicture, rule: str, actor: Actor, now: datetime) -> None:
    """Record that a locked photo goes, and by which rule; from here there is no way back."""
    picture.going_at, picture.rule = now, rule
    picture.save(update_fields=["going_at", "rule"])
    close_tasks(kind="decide-deletion", item=picture.item, now=now)
    body = {"rule": rule, "step": picture.item.step}
    record_picture("evidence.picture_deletion_intended", picture, actor, now, body)


def resume_pictures(actor: Actor, now: datetime) -> None:
    """Finish deletions that a crash interrupted."""
    hanging = ItemPicture.objects.filter(going_at__isnull=False, gone_at__isnull=True)
    for ident in hanging.values_list("item__ident", flat=True):
        with suppress(OSError):  # the daily count names what hangs
            delete_picture(ident=ident, actor=actor, now=now)


def set_period(*, end: str, days: int, source: str, actor: Actor, now: datetime) -> PicturePeriod:
    """Set how long photos stay after one end; what was said before stays in the table.

    :raises NotPermitted: without `evidence.periods`
    :raises Refused: `end-unknown`, `days-out-of-range`, `source-needed`
    """
    actor.require("evidence.periods")
    period = rules.check_period(end=end, days=days, source=source)
    with durable():
        made = PicturePeriod.objects.create(
            end=period.end,
            days=period.days,
            source=period.source,
            set_at=now,
            set_by_id=person_id(actor),
        )
        journal.record(
            act="evidence.period_set",
            subject="vault:pictures",
            actor=actor.ref,
            now=now,
            body={"step": period.end.value, "days": period.days},
        )
    return made


def record_picture(
    act: str, picture: ItemPicture, actor: Actor, now: datetime, body: Mapping[str, Fact]
) -> None:
    """Record a step of a photo in the chain of its thing."""
    journal.record(
        act=act, subject=f"item:{picture.item.ident}", actor=actor.ref, now=now, body=body
    )

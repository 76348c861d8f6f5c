"""Taking a file in: one pass, durably, recorded; only then may the camera be wiped."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes

from django.db import IntegrityError

from streife.accounts.rules import Actor
from streife.evidence import keys, queries, rules, stores
from streife.evidence.actions.duties import raise_task
from streife.evidence.actions.locks import NotStored, check_room, durable, seal_record
from streife.evidence.envelope import (
    Envelope,
    EnvelopeError,
    Header,
    Sealed,
    SourceChanged,
    seal,
    sealed_size,
)
from streife.evidence.events import RecordingIngested
from streife.evidence.manifests import check_dock_note, manifest_of
from streife.evidence.models import Dock, Recording
from streife.evidence.probing import LONGEST, Probed, content_type_of
from streife.evidence.sidecars import Sidecar
from streife.journal import actions as journal
from streife.kernel.errors import Refused
from streife.kernel.events import publish

TO_DESCRIBE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file to take in: read once from front to back."""

    name: str
    size: int
    read: Callable[[memoryview], int]
    docked_at: datetime
    unchanged: Callable[[], bool] = lambda: True  # asked after the last byte
    probed: Probed = field(default_factory=Probed)
    sidecar: Sidecar = field(default_factory=Sidecar)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What came of it: `repeated` if the vault had the very same content already."""

    recording: Recording
    repeated: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """An envelope that lies in the store, with its key kept."""

    ident: str
    kid: str
    path: str
    header: Header
    sealed: Sealed


def ingest(*, incoming: Incoming, dock: Dock, actor: Actor, now: datetime) -> Ingested:
    """Store a file under a key of its own and record it; return when a power cut loses nothing.

    :raises NotPermitted: without `evidence.ingest`
    :raises Refused: `dock-retired`, `empty-file`, `manifest-forged`, `manifest-mismatch`,
        `no-such-wearer`, `no-such-incident`, `file-changed`
    :raises NotStored: `vault-full`, `vault-write-failed`, `vault-readback-failed`
    """
    actor.require("evidence.ingest")
    if dock.retired_at is not None:
        raise Refused("Diese Dockstation ist stillgelegt.", "dock-retired")
    if not incoming.size:
        raise Refused("Die Datei ist leer. Bitte die Kamera prüfen.", "empty-file")
    check_room(incoming.size)
    stored = store_file(incoming, now)
    try:
        if dock.device_key:
            check_dock_note(incoming.sidecar.note, dock, stored.sealed)
        done = _enter(stored, incoming, dock, actor, now)
    except BaseException:
        if not Recording.objects.filter(ident=stored.ident).exists():
            forget_file(stored)  # nothing points at it: neither bytes nor key may stay
        raise
    if done.repeated:
        forget_file(stored)
    seal_record(now)
    return done


def store_file(incoming: Incoming, now: datetime, *, ident: str = "") -> Stored:
    """Encrypt a file into the store under a key of its own and read it back; no row, no record.

    `ident` is given where the content names itself: a redacted copy shows its number.

    :raises Refused: `file-changed`
    :raises NotStored: `vault-write-failed`, `vault-readback-failed`
    """
    ident, kid, data_key = ident or rules.new_id(now), rules.new_id(now), token_bytes(32)
    header = Header(ident, kid, content_type_of(incoming.name), now.isoformat())
    path = f"{ident[-2:].lower()}/{ident.lower()}.evf1"
    keys.key_store().put(kid, data_key, now)
    writer = None
    try:
        length = len(header.preamble(bytes(32)))
        writer = stores.store().create(path, sealed_size(incoming.size, length))
        sealed = seal(
            read=incoming.read, size=incoming.size, sink=writer, header=header, data_key=data_key
        )
        if not incoming.unchanged():
            raise SourceChanged("changed while it was read")
        writer.commit()
        _read_back(path, kid, sealed)
    except BaseException as error:
        if writer is not None:
            writer.abort()
        _take_back(kid, path)
        raise _told(error) from error
    return Stored(ident, kid, path, header, sealed)


def _told(error: BaseException) -> BaseException:
    """Return what to say about what went wrong; what we do not know stays as it is."""
    if isinstance(error, SourceChanged):
        return Refused(
            "Die Datei hat sich während des Lesens geändert oder die Verbindung zur Kamera ist"
            " abgerissen. Sie wird beim nächsten Durchgang noch einmal gelesen.",
            "file-changed",
        )
    if isinstance(error, OSError):
        # Never tried again as if nothing had been: after a failed fsync nobody knows what lies
        # on the disk (Rebello et al.: Can Applications Recover from fsync Failures?, ATC 2020).
        return NotStored(
            "Die Aufnahme konnte nicht gelesen oder nicht sicher gespeichert werden. Bitte nicht"
            " von der Kamera löschen und die Administration rufen.",
            "vault-write-failed",
        )
    if isinstance(error, EnvelopeError):
        return NotStored(
            "Die gespeicherte Aufnahme ließ sich nicht zurücklesen. Bitte nicht von der Kamera"
            " löschen und die Administration rufen.",
            "vault-readback-failed",
        )
    return error


def _read_back(path: str, kid: str, sealed: Sealed) -> None:
    """Open what lies in the store with the key that was kept: header, length, last chunk's tag."""
    opened = Envelope(stores.store().open(path), keys.key_store().get(kid))
    if opened.size != sealed.size or opened.preamble.digest.hex() != sealed.header_sha256:
        raise EnvelopeError("what was read back is not what was written", "truncated")


def forget_file(stored: Stored) -> None:
    """Take back what `store_file` kept."""
    _take_back(stored.kid, stored.path)


def _take_back(kid: str, path: str) -> None:
    """Destroy the key, then the bytes; bytes a store does not let go are noise without it."""
    keys.key_store().destroy(kid)
    with suppress(OSError):  # the daily count names what is left
        stores.store().remove(path)


def _enter(stored: Stored, incoming: Incoming, dock: Dock, actor: Actor, now: datetime) -> Ingested:
    known = Recording.objects.filter(sha256=stored.sealed.sha256).first()
    if known is None:
        row = _row(stored, incoming, dock, now)
        row.manifest = keys.sign_as_dock(dock.code, manifest_of(row, stored.sealed))
        try:
            with durable():
                row.save(force_insert=True)
                publish(RecordingIngested(row.ident))
                _ask_for_what_is_missing(row, now)
                _record(row, actor, now)
            return Ingested(row, repeated=False)
        except IntegrityError:
            # Two docks read the same card at the same time: one of them was first.
            known = Recording.objects.filter(sha256=stored.sealed.sha256).first()
            if known is None:
                raise
    with durable():
        journal.record(
            act="evidence.ingest_repeated",
            subject=f"recording:{known.ident}",
            actor=actor.ref,
            now=now,
            body={"dock": dock.code, "state": known.state},
        )
    return Ingested(known, repeated=True)


def _ask_for_what_is_missing(row: Recording, now: datetime) -> None:
    """Raise what the wearer has to say, and what a second person has to see to at once."""
    if row.reason == rules.Reason.UNKNOWN:
        raise_task(kind="describe", recording=row, due_at=now + TO_DESCRIBE, now=now)
    if row.professional_secret:
        raise_task(kind="professional-secret", recording=row, due_at=now, now=now)


def _row(stored: Stored, incoming: Incoming, dock: Dock, now: datetime) -> Recording:
    said, sealed = incoming.sidecar, stored.sealed
    docked_before = queries.last_docked_at(said.camera_serial, before=incoming.docked_at)
    made = times_of(incoming, said, docked_before)
    told = said.circumstances
    return Recording(
        ident=stored.ident,
        state=rules.State.INGESTED,
        kind=rules.kind_of(stored.header.content_type),
        content_type=stored.header.content_type,
        name=rules.shown_name(incoming.name),
        sha256=sealed.sha256,
        tree=sealed.tree,
        size=sealed.size,
        media=incoming.probed.to_json(),
        path=stored.path,
        kid=stored.kid,
        header_sha256=sealed.header_sha256,
        stored_size=sealed.stored_size,
        dock=dock,
        camera_serial=said.camera_serial,
        camera_firmware=said.camera_firmware,
        clock_offset_ms=made.offset_ms,
        wearer_id=queries.wearer_for(
            number=said.wearer, serial=said.camera_serial, at=made.started_at
        ),
        checkout=said.checkout,
        started_at=made.started_at,
        ended_at=made.ended_at,
        time_estimated=made.estimated,
        docked_at=incoming.docked_at,
        ingested_at=now,
        prerecord_seconds=said.prerecord_seconds,
        latitude=said.latitude,
        longitude=said.longitude,
        reason=told.reason,
        facts=told.facts,
        announced=told.announced,
        not_announced_because=told.not_announced_because,
        dwelling=told.dwelling,
        dwelling_decided_by=told.dwelling_decided_by,
        professional_secret=told.professional_secret,
        incident_id=queries.incident_id_of(said.incident),
        delete_after=rules.delete_after(made.ended_at),
        sealed_at=now if told.professional_secret else None,
    )


def times_of(
    incoming: Incoming, said: Sidecar, last_docked_at: datetime | None = None
) -> rules.Made:
    """Return when a file was recorded, by all that camera, container and dock say."""
    duration = incoming.probed.duration
    if duration is None and said.started_at and said.ended_at:
        told = max(said.ended_at - said.started_at, timedelta(0))
        duration = told if told <= LONGEST else None
    length = duration or timedelta(0)
    end = said.ended_at
    if end is None and said.started_at is not None:
        end = said.started_at + length
    if end is None and incoming.probed.created_at is not None:
        end = incoming.probed.created_at + length
    return rules.made_at(
        camera_end=end,
        duration=length,
        docked_at=incoming.docked_at,
        camera_now=said.camera_now,
        last_docked_at=last_docked_at,
    )


def _record(row: Recording, actor: Actor, now: datetime) -> None:
    journal.record(
        act="evidence.ingested",
        subject=f"recording:{row.ident}",
        actor=actor.ref,
        now=now,
        body={
            "sha256": row.sha256,
            "tree": row.tree,
            "size": row.size,
            "stored_size": row.stored_size,
            "header_sha256": row.header_sha256,
            "manifest_sha256": sha256(row.manifest.encode()).hexdigest(),
            "dock": row.dock.code if row.dock else "",
            "ends_at": row.ended_at.isoformat(),
            "delete_after": row.delete_after.isoformat(),
        },
    )

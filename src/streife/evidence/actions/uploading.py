"""Files from browsers: in pieces, each encrypted at once, resumed wherever the line broke.

A piece is an envelope of its own with a fresh salt, so sending one again can never use a nonce
twice. Nothing lies on the disk in clear at any time. When all are there they go through the same
pass as a file from a dock.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from secrets import token_bytes
from typing import Any

from django.conf import settings

from streife.accounts.rules import Actor
from streife.evidence import keys, rules
from streife.evidence.actions.ingesting import Incoming, Ingested, ingest
from streife.evidence.actions.locks import NotStored, check_room, durable, person_id
from streife.evidence.envelope import Envelope, Header, seal, sealed_size
from streife.evidence.models import Dock, Upload
from streife.evidence.probing import probe
from streife.evidence.sidecars import sidecar_of
from streife.evidence.stores import FileSource, LocalStore, Writer
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.staff.queries import officer_of

PIECE = 8 << 20
LARGEST = 1 << 40
STALE = timedelta(hours=48)


def _folder(upload: Upload) -> Path:
    return Path(settings.VAR_DIR) / "evidence" / "staging" / upload.ident


def begin_upload(
    *, dock_code: str, name: str, size: int, sidecar: Any, actor: Actor, now: datetime
) -> Upload:
    """Begin to take a file of `size` bytes.

    :raises NotPermitted: without `evidence.ingest`
    :raises NotFound: no such dock in use
    :raises Refused: `empty-file`, `too-large`; as `sidecars.sidecar_of`; `vault-full`
    """
    actor.require("evidence.ingest")
    dock = Dock.objects.filter(code=dock_code, retired_at=None).first()
    if dock is None:
        raise NotFound("Diese Dockstation gibt es nicht.", "no-such-dock")
    if not 0 < size <= LARGEST:
        raise Refused(
            "Die Datei ist leer oder größer als ein Terabyte. Bitte die Kamera prüfen.",
            "empty-file" if size <= 0 else "too-large",
        )
    said = sidecar_of(sidecar)
    own = officer_of(actor.user_id)
    if own is not None and not said.wearer and not said.camera_serial:
        sidecar = {**sidecar, "wearer": own.personnel_number}  # whoever brings it, wore it
    check_room(size, staged=size)
    kid = rules.new_id(now)
    keys.key_store().put(kid, token_bytes(32), now)
    with durable():
        upload = Upload.objects.create(
            ident=rules.new_id(now),
            dock=dock,
            name=rules.shown_name(name),
            size=size,
            kid=kid,
            sidecar=sidecar,
            begun_at=now,
            begun_by_id=person_id(actor),
        )
        journal.record(
            act="evidence.upload_begun",
            subject=f"upload:{upload.ident}",
            actor=actor.ref,
            now=now,
            body={"size": size, "dock": dock.code},
        )
    return upload


def upload_for(ident: str, actor: Actor) -> Upload:
    """Return one's own upload.

    :raises NotFound: there is none, or somebody else began it
    """
    found = Upload.objects.select_related("dock", "recording").filter(
        ident=ident, begun_by_id=actor.user_id
    )
    upload = found.first() if actor.user_id is not None else None
    if upload is None:
        raise NotFound("Diesen Hochladevorgang gibt es nicht.", "no-such-upload")
    return upload


def _pieces(upload: Upload) -> list[tuple[int, int, str]]:
    """Return begin, length and name of the pieces that are there, in order, without gaps.

    Reads the whole folder: for going on after a break and for the end, never for every piece. Where
    two pieces begin at the same place (one was kept, its answer lost, another length sent then),
    the chain that gets furthest counts.
    """
    store = LocalStore(_folder(upload))
    found = [
        (int(stem[0]), int(stem[1]), name)
        for name, _ in store.listing()
        if len(stem := Path(name).stem.split("-")) == 2
    ]
    best: dict[int, tuple[int, int, str]] = {}  # begin: how far it gets, length, name
    for begin, length, name in sorted(found, reverse=True):
        reach = best.get(begin + length, (begin + length, 0, ""))[0]
        best[begin] = max(best.get(begin, (0, 0, "")), (reach, length, name))
    complete: list[tuple[int, int, str]] = []
    at = 0
    while at in best:
        _, length, name = best[at]
        complete.append((at, length, name))
        at += length
    return complete


def received(upload: Upload) -> int:
    """Return how many bytes are there: where to go on."""
    pieces = _pieces(upload)
    return pieces[-1][0] + pieces[-1][1] if pieces else 0


def put_piece(*, ident: str, offset: int, data: bytes, actor: Actor, now: datetime) -> int:
    """Keep the next piece, durably, and return where to go on; an old one is passed over.

    :raises NotPermitted: without `evidence.ingest`
    :raises NotFound: no such upload of this actor
    :raises Refused: `piece-gap` (ask where to go on), `piece-busy`, `piece-too-large`,
        `vault-full`, `vault-write-failed`
    """
    actor.require("evidence.ingest")
    upload = upload_for(ident, actor)
    there = upload.received_bytes
    if offset > there:  # a piece is there whose answer the power cut took with it?
        there = received(upload)
    if upload.recording_id is not None or offset < there:
        return there
    if offset != there:
        raise Refused("Es fehlt ein Stück davor. Bitte fragen, wo es weitergeht.", "piece-gap")
    if not 0 < len(data) <= PIECE or offset + len(data) > upload.size:
        raise Refused("Dieses Stück ist zu groß oder leer.", "piece-too-large")
    check_room(staged=len(data))
    header = Header(upload.ident, upload.kid, "application/octet-stream", now.isoformat())
    length = sealed_size(len(data), len(header.preamble(bytes(32))))
    data_key = keys.key_store().get(upload.kid)
    try:
        writer = _begin_piece(upload, f"p/{offset:020d}-{len(data)}.evf1", length)
        try:
            seal(
                read=BytesIO(data).readinto,
                size=len(data),
                sink=writer,
                header=header,
                data_key=data_key,
            )
            writer.commit()
        except BaseException:
            writer.abort()
            raise
    except (FileExistsError, BlockingIOError) as error:  # two at once
        raise Refused(
            "Dieses Stück kommt gerade schon an. Bitte fragen, wo es weitergeht.", "piece-busy"
        ) from error
    except OSError as error:
        raise NotStored(
            "Dieses Stück konnte nicht sicher gespeichert werden. Bitte nicht von der Kamera"
            " löschen und die Administration rufen.",
            "vault-write-failed",
        ) from error
    there += len(data)
    Upload.objects.filter(pk=upload.pk, received_bytes__lt=there).update(received_bytes=there)
    return there


def _begin_piece(upload: Upload, name: str, length: int) -> Writer:
    """Begin a piece; what a killed process left under this very name goes first."""
    store = LocalStore(_folder(upload))
    try:
        return store.create(name, length)
    except FileExistsError:
        store.sweep()
        return store.create(name, length)


class _Joined:
    """The plaintext of all pieces, one chunk in memory at a time."""

    def __init__(self, upload: Upload) -> None:
        self._key = keys.key_store().get(upload.kid)
        self._root = _folder(upload)
        self._pieces = _pieces(upload)
        self._parts = self._all()
        self._rest = memoryview(b"")

    def _open(self, name: str) -> Envelope:
        return Envelope(FileSource(self._root / name), self._key)

    def _all(self) -> Iterator[bytes]:
        for _, _, name in self._pieces:
            yield from self._open(name).parts()

    def read(self, buffer: memoryview) -> int:
        """Fill a buffer with what comes next."""
        if not self._rest:
            self._rest = memoryview(next(self._parts, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def read_at(self, offset: int, length: int) -> bytes:
        """Return bytes from a place; across a border of pieces maybe fewer."""
        for begin, size, name in self._pieces:
            if begin <= offset < begin + size:
                end = min(offset + length, begin + size)
                return b"".join(self._open(name).parts(offset - begin, end - begin))
        return b""


def finish_upload(*, ident: str, actor: Actor, now: datetime) -> Ingested:
    """Take the complete file in; asked again it gives the same answer.

    :raises NotPermitted: without `evidence.ingest`
    :raises NotFound: no such upload of this actor
    :raises Refused: `upload-incomplete`; as `ingest`
    """
    actor.require("evidence.ingest")
    upload = upload_for(ident, actor)
    if upload.recording is not None:
        return Ingested(upload.recording, repeated=True)
    if received(upload) != upload.size:
        raise Refused("Es fehlen noch Stücke der Datei.", "upload-incomplete")
    joined = _Joined(upload)
    done = ingest(
        incoming=Incoming(
            name=upload.name,
            size=upload.size,
            read=joined.read,
            docked_at=upload.begun_at,
            probed=probe(joined.read_at, upload.size),
            sidecar=sidecar_of(upload.sidecar),
        ),
        dock=upload.dock,
        actor=actor,
        now=now,
    )
    upload.recording = done.recording
    upload.sidecar = {}
    upload.save(update_fields=["recording", "sidecar"])
    _drop(upload)
    return done


def _drop(upload: Upload) -> None:
    keys.key_store().destroy(upload.kid)
    shutil.rmtree(_folder(upload), ignore_errors=True)


def tidy_uploads(*, actor: Actor, now: datetime) -> int:
    """Destroy what was begun two days ago and never finished; return how many.

    :raises NotPermitted: without `evidence.reconcile`
    """
    actor.require("evidence.reconcile")
    stale = Upload.objects.filter(recording__isnull=True, begun_at__lt=now - STALE)
    count = 0
    for upload in stale:
        if _folder(upload).exists() or keys.key_store().has(upload.kid):
            _drop(upload)
            count += 1
    return count

"""Cutting a part out: a copy without it takes the place of the original, which is deleted.

The core of private life, a room of a person bound to secrecy: what was said and shown there must
not be kept, what came before and after may be needed (section 15c (5) PolG NRW). Nobody looks at
the original for this: it stays sealed, the software alone reads it.
"""

import hashlib
from datetime import datetime
from pathlib import Path

import numpy as np
from django.conf import settings

from streife.accounts.rules import Actor
from streife.evidence import rules
from streife.evidence.actions.derived import Operation, save_derived
from streife.evidence.actions.duties import raise_task
from streife.evidence.actions.ingesting import Incoming, Stored, forget_file, store_file
from streife.evidence.actions.locks import durable, hold_recording, seal_record
from streife.evidence.actions.progress import Clock, footage_of
from streife.evidence.actions.requests import finish_cut
from streife.evidence.models import DeletionRequest, Hold, Recording
from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.checking import check_file
from streife.evidence.redaction.footage import Footage
from streife.evidence.redaction.project import Cover, Kind, Project
from streife.evidence.redaction.reading import pictures
from streife.evidence.redaction.scratch import Scratch
from streife.evidence.redaction.writing import Form, write_copy
from streife.evidence.rules.states import KEPT
from streife.journal import actions as journal
from streife.kernel.errors import Refused
from streife.kernel.texts import german


def cut_part(*, request_id: int, actor: Actor, clock: Clock) -> None:
    """Write the copy without the part, then delete the original; safe to run again.

    What cannot be cut (no video, a part beyond the end) becomes a task for a person; the original
    stays sealed meanwhile.

    :raises NotPermitted: without `evidence.copy`
    """
    actor.require("evidence.copy")
    request = DeletionRequest.objects.select_related("recording").get(pk=request_id)
    original = request.recording
    if not request.granted or request.from_ms is None or original.state not in KEPT:
        return
    try:
        ident = _cut_before(original, request) or _cut(request, actor, clock)
    except Refused:
        raise_task(kind="cut-failed", recording=original, due_at=clock(), now=clock())
        return
    seal_record(clock())
    finish_cut(request_id=request.pk, copy_ident=ident, actor=actor, now=clock())


def _cut_before(original: Recording, request: DeletionRequest) -> str | None:
    """Return the copy that was made before the process died."""
    made = Recording.objects.filter(
        derived_from=original, state__in=KEPT, ingested_at__gte=request.decided_at
    )
    cut = [row.ident for row in made if (row.operation or {}).get("operator") == _name(request)]
    return cut[0] if cut else None


def _name(request: DeletionRequest) -> str:
    return f"request:{request.pk}"


def _cut(request: DeletionRequest, actor: Actor, clock: Clock) -> str:
    footage = footage_of(request.recording)
    project = _project(request, footage)
    ident = rules.new_id(clock())
    with Scratch(Path(settings.VAR_DIR)) as scratch:
        form = Form(project.width, project.height)
        write_copy(footage, scratch, project, name=ident, form=form)
        check_file(footage, scratch)
        digest = hashlib.sha256()
        for picture in pictures(scratch):
            digest.update(np.ascontiguousarray(picture.planes).data)
        length = scratch.seek(0, 2)
        scratch.seek(0)
        incoming = Incoming(
            name=f"geschnitten-{ident}.mp4",
            size=length,
            read=scratch.readinto,
            docked_at=request.recording.docked_at,
        )
        stored = store_file(incoming, clock(), ident=ident)
    try:
        _keep(request, project, digest.hexdigest(), stored, actor, clock())
    except BaseException:
        forget_file(stored)  # nothing points at it: neither bytes nor key may stay
        raise
    return ident


def _project(request: DeletionRequest, footage: Footage) -> Project:
    """Return the project that blackens every picture of the part and silences it.

    :raises Refused: `no-video`, `part-outside`, `unreadable-recording`
    """
    if request.recording.kind != rules.Kind.VIDEO:
        raise Refused(german("Schneiden lassen sich nur Videos."), "no-video")
    first_ms, last_ms = request.from_ms or 0, request.to_ms or 0
    inside, count, width, height = [], 0, 0, 0
    for picture in pictures(footage):
        if first_ms <= picture.at * 1000 <= last_ms:
            inside.append(picture.number)
        count, width, height = picture.number + 1, picture.width, picture.height
    if not inside:
        raise Refused(german("Der Abschnitt liegt außerhalb der Aufnahme."), "part-outside")
    whole = Box(0, 0, width, height)
    boxes = ((inside[0], whole), (inside[-1], whole)) if len(inside) > 1 else ((inside[0], whole),)
    return Project(
        source_sha256=request.recording.sha256,
        width=width,
        height=height,
        frames=count,
        covers=(Cover("schnitt", Kind.BODY, boxes, by_hand=True),),
        mutes=((first_ms, last_ms),),
    )


def _keep(
    request: DeletionRequest,
    project: Project,
    frames_sha256: str,
    stored: Stored,
    actor: Actor,
    now: datetime,
) -> None:
    with durable():
        original = hold_recording(request.recording.ident)
        rules.check_kept(original.state)
        how = Operation(project.sha256, frames_sha256, _name(request))
        copy = save_derived(original, how, project.frames, stored, now)
        # What keeps the original keeps what is left of it.
        for hold in original.holds.filter(released_at=None):
            hold.pk = None
            hold.recording = copy
            Hold.objects.bulk_create([hold])
        journal.record(
            act="evidence.copy_made",
            subject=f"recording:{original.ident}",
            actor=actor.ref,
            now=now,
            body={
                "request": request.pk,
                "copy": copy.ident,
                "sha256": copy.sha256,
                "size": copy.size,
                "project_sha256": project.sha256,
                "frames_sha256": frames_sha256,
            },
        )

"""A small preview of what a copy would show: asked for, made in the background, looked at.

It is no copy: it has no row among the recordings, so that no list, hold, release or hand-over can
name it; every picture says what it is; it goes when the redaction goes on or is given up.
"""

import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings

from streife.accounts.rules import Actor
from streife.evidence import queries, rules
from streife.evidence.actions.glances import drop_previews, record_preview
from streife.evidence.actions.ingesting import Incoming, Stored, forget_file, store_file
from streife.evidence.actions.locks import check_room, durable, person_id, seal_record
from streife.evidence.actions.progress import Clock, Stopped, Teller, footage_of
from streife.evidence.actions.redacting import hold_redaction
from streife.evidence.actions.viewing import LASTS
from streife.evidence.events import PreviewAsked
from streife.evidence.models import Preview, Recording, Viewing
from streife.evidence.redaction.checking import check_file
from streife.evidence.redaction.project import Project
from streife.evidence.redaction.scratch import Scratch
from streife.evidence.redaction.writing import preview_form, write_copy
from streife.evidence.rules.redacting import Glance, Work, check_work
from streife.evidence.rules.states import KEPT
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.kernel.events import publish


def ask_preview(*, redaction_id: int, actor: Actor, now: datetime) -> Preview:
    """Have a preview made of what is covered now; an older one goes.

    :raises NotPermitted: without `evidence.redact`
    :raises NotFound: no such redaction
    :raises Refused: `illegal-work` unless a person is at work on it, `preview-running`
    """
    actor.require("evidence.redact")
    with durable():
        held = hold_redaction(redaction_id, actor, now)
        if held.state != Work.READY:
            check_work(held.state, Work.READY)
        if held.state != Work.READY or held.previews.filter(state=Glance.MAKING).exists():
            raise Refused("Die Vorschau entsteht schon. Bitte warten.", "preview-running")
        drop_previews(held, actor, now)
        made = Preview.objects.create(
            redaction=held,
            state=Glance.MAKING,
            project_sha256=held.project_sha256,
            asked_at=now,
            asked_by_id=person_id(actor),
            told_at=now,
            total_frames=Project.from_json(held.project).frames,
        )
        record_preview("evidence.preview_asked", made, actor, now)
        publish(PreviewAsked(made.pk))
    return made


def drop_preview(*, redaction_id: int, actor: Actor, now: datetime) -> None:
    """Give a preview up, made or not.

    :raises NotPermitted: without `evidence.redact`
    :raises NotFound: no such redaction
    """
    actor.require("evidence.redact")
    with durable():
        drop_previews(hold_redaction(redaction_id, actor, now), actor, now)


def make_preview(*, preview_id: int, actor: Actor, clock: Clock) -> None:
    """Write the preview and keep it encrypted; nothing if nobody wants it any more.

    :raises NotPermitted: without `evidence.copy`
    """
    actor.require("evidence.copy")
    rows = Preview.objects.filter(
        pk=preview_id,
        state=Glance.MAKING,
        redaction__state=Work.READY,
        redaction__recording__state__in=KEPT,
        redaction__recording__sealed_at=None,
    )
    preview = rows.select_related("redaction__recording").first()
    if preview is None:
        return
    try:
        stored = _written(preview, Teller(rows, clock), clock)
    except Stopped:
        return
    except Refused as refused:
        with durable():
            if rows.update(state=Glance.FAILED, trouble=refused.code):
                record_preview("evidence.preview_failed", preview, actor, clock())
        return
    try:
        _keep(preview, stored, actor, clock())
    except BaseException:
        forget_file(stored)
        raise


def _written(preview: Preview, teller: Teller, clock: Clock) -> Stored:
    recording = preview.redaction.recording
    project = Project.from_json(preview.redaction.project)
    Preview.objects.filter(pk=preview.pk).update(project_sha256=project.sha256)
    preview.project_sha256 = project.sha256
    ident = rules.new_id(clock())
    footage = footage_of(recording)
    with Scratch(Path(settings.VAR_DIR)) as scratch:
        form = preview_form(project.width, project.height)
        write_copy(footage, scratch, project, name=ident, form=form, step=teller.frame)
        check_file(footage, scratch)
        length = scratch.seek(0, 2)
        scratch.seek(0)
        incoming = Incoming(
            name=f"vorschau-{ident}.mp4",
            size=length,
            read=scratch.readinto,
            docked_at=recording.docked_at,
        )
        return store_file(incoming, clock(), ident=ident)


def _keep(preview: Preview, stored: Stored, actor: Actor, now: datetime) -> None:
    with durable():
        # The original first, as everywhere: it may have been deleted while we wrote.
        original = Recording.objects.select_for_update(of=("self",)).get(
            pk=preview.redaction.recording_id
        )
        held = Preview.objects.select_for_update(of=("self",)).get(pk=preview.pk)
        unwanted = held.state != Glance.MAKING or original.sealed_at is not None
        if unwanted or rules.State(original.state) not in KEPT:
            forget_file(stored)
            return
        held.state, held.ident, held.told_at = Glance.MADE, stored.ident, now
        held.path, held.kid = stored.path, stored.kid
        held.header_sha256 = stored.sealed.header_sha256
        held.done_frames = held.total_frames
        held.save()
        record_preview("evidence.preview_made", held, actor, now)


def watch_preview(*, redaction_id: int, actor: Actor, now: datetime) -> Viewing:
    """Permit one look at the preview; like every look it is recorded before the first byte.

    :raises NotPermitted: without `evidence.redact`, or who may not see the recording
    :raises NotFound: no such redaction, or it has no finished preview
    """
    actor.require("evidence.redact")
    check_room()
    with durable():
        held = hold_redaction(redaction_id, actor, now)
        preview = queries.preview_of(held)
        if preview is None or preview.state != Glance.MADE:
            raise NotFound("Diese Vorschau gibt es nicht mehr.", "no-such-preview")
        viewing = Viewing.objects.create(
            token=secrets.token_urlsafe(32),
            recording=held.recording,
            user_id=person_id(actor),
            purpose=rules.Purpose.REDACTION,
            reason=held.purpose,
            preview=preview,
            started_at=now,
            ends_at=now + LASTS,
        )
        journal.record(
            act="evidence.preview_viewed",
            subject=f"recording:{held.recording.ident}",
            actor=actor.ref,
            now=now,
            body={"viewing": viewing.pk, "preview": preview.pk, "redaction": held.pk},
        )
    seal_record(now)
    return viewing

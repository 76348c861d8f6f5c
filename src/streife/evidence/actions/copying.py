"""The software writes a redacted copy, reads it again as a stranger would, and keeps it.

It may take minutes and die at any moment: a copy is then written anew, for it is none before it
was read again.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings

from streife.accounts.rules import Actor
from streife.evidence import rules
from streife.evidence.actions.derived import Operation, save_derived
from streife.evidence.actions.ingesting import Incoming, Stored, forget_file, store_file
from streife.evidence.actions.locks import durable, seal_record
from streife.evidence.actions.progress import (
    THREADS,
    Clock,
    Stopped,
    Teller,
    end_work,
    footage_of,
    taken,
    wanted,
)
from streife.evidence.models import Recording, Redaction
from streife.evidence.redaction.checking import Checked, check_file, check_pictures
from streife.evidence.redaction.faces import Detector
from streife.evidence.redaction.plates import PlateDetector
from streife.evidence.redaction.project import Cover, Doubt, Kind, Project, Review
from streife.evidence.redaction.scratch import Scratch
from streife.evidence.redaction.searching import THOROUGH, Pace
from streife.evidence.redaction.writing import Form, write_copy
from streife.evidence.rules.redacting import Work
from streife.evidence.rules.states import KEPT
from streife.journal import actions as journal
from streife.kernel.errors import Refused


def make_copy(*, redaction_id: int, actor: Actor, clock: Clock) -> None:
    """Write the copy, read it again and keep it; a face or plate that can be seen sends it back.

    :raises NotPermitted: without `evidence.copy`
    """
    actor.require("evidence.copy")
    redaction = taken(redaction_id, Work.MAKING)
    if redaction is None:
        return
    project = Project.from_json(redaction.project)
    ident = rules.new_id(clock())
    folder = Path(settings.VAR_DIR)
    try:
        with Scratch(folder) as scratch:
            checked = _written(redaction, project, ident, scratch, clock)
            if checked.left:
                _send_back(redaction, project, checked, actor, clock())
                return
            length = scratch.seek(0, 2)
            scratch.seek(0)
            incoming = Incoming(
                name=f"geschwaerzt-{ident}.mp4",
                size=length,
                read=scratch.readinto,
                docked_at=redaction.recording.docked_at,
            )
            stored = store_file(incoming, clock(), ident=ident)
    except Stopped:
        return
    except Refused as refused:
        end_work(redaction, Work.MAKING, Work.FAILED, actor, clock(), trouble=refused.code)
        return
    try:
        _keep(redaction, project, checked, stored, actor, clock())
    except BaseException:
        forget_file(stored)  # nothing points at it: neither bytes nor key may stay
        raise
    seal_record(clock())


def _written(
    redaction: Redaction, project: Project, ident: str, scratch: Scratch, clock: Clock
) -> Checked:
    """Write the copy and look at it as a stranger would; half of the progress each.

    :raises Stopped: nobody wants it any more
    :raises Refused: what `check_file` and `check_pictures` refuse
    """
    footage = footage_of(redaction.recording)
    Redaction.objects.filter(pk=redaction.pk).update(total_frames=project.frames * 2)
    teller = Teller(wanted(redaction, Work.MAKING), clock)
    told = project.settings
    pace = Pace(
        int(told["longest"]), int(told["every"]), plates=int(told.get("plates", THOROUGH.plates))
    )
    form = Form(project.width, project.height)
    write_copy(footage, scratch, project, name=ident, form=form, step=teller.frame)
    check_file(footage, scratch)
    return check_pictures(
        scratch,
        project,
        Detector(threads=THREADS),
        plates=PlateDetector(threads=THREADS),
        longest=pace.longest,
        longest_plates=pace.plates,
        every=pace.every,
        step=lambda number: teller.frame(project.frames + number),
    )


def _send_back(
    redaction: Redaction, project: Project, checked: Checked, actor: Actor, now: datetime
) -> None:
    """Give the redaction back, with a box and a doubt for each face or plate that can be seen."""
    begin = sum(1 for cover in project.covers if cover.key.startswith("r")) + 1
    for number, left in enumerate(checked.left, start=begin):
        box = replace(left.box, score=1.0)
        cover = Cover(f"r{number}", left.kind, ((left.number, box),))
        doubt = Review(f"r{number}", left.number, left.number, Doubt.LEFT_OVER, cover.key)
        project = replace(
            project, covers=(*project.covers, cover), reviews=(*project.reviews, doubt)
        )
    # Whole pixels, as every project is stored.
    project = Project.from_json(project.as_json())
    faces = any(left.kind is Kind.FACE for left in checked.left)
    trouble = "face-left-over" if faces else "plate-left-over"
    end_work(redaction, Work.MAKING, Work.READY, actor, now, project=project, trouble=trouble)


def _keep(
    redaction: Redaction,
    project: Project,
    checked: Checked,
    stored: Stored,
    actor: Actor,
    now: datetime,
) -> None:
    with durable():
        # The original first, as everywhere: it may have been deleted while we wrote.
        original = Recording.objects.select_for_update(of=("self",)).get(pk=redaction.recording_id)
        held = Redaction.objects.select_for_update(of=("self",)).get(pk=redaction.pk)
        if held.state != Work.MAKING or rules.State(original.state) not in KEPT:
            forget_file(stored)
            return
        how = Operation(project.sha256, checked.frames_sha256, f"user:{held.made_by_id}")
        copy = save_derived(original, how, checked.frames, stored, now)
        held.state, held.copy, held.made_at, held.told_at = Work.MADE, copy, now, now
        held.done_frames = held.total_frames
        held.save()
        journal.record(
            act="evidence.copy_made",
            subject=f"recording:{original.ident}",
            actor=actor.ref,
            now=now,
            body=_made_facts(copy, held, project, checked),
        )


def _made_facts(
    copy: Recording, held: Redaction, project: Project, checked: Checked
) -> dict[str, object]:
    return {
        "redaction": held.pk,
        "copy": copy.ident,
        "sha256": copy.sha256,
        "size": copy.size,
        "project_sha256": project.sha256,
        "frames_sha256": checked.frames_sha256,
    }

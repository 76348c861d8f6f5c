"""The software looks for faces in a recording; a search that died goes on where it was."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from streife.accounts.rules import Actor
from streife.evidence.actions.glances import destroy_preview
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
from streife.evidence.events import CopyAsked, PreviewAsked, RedactionBegun
from streife.evidence.models import Note, Preview, Redaction
from streife.evidence.redaction.faces import Detector
from streife.evidence.redaction.footage import Footage
from streife.evidence.redaction.plates import PlateDetector
from streife.evidence.redaction.reading import looked_at
from streife.evidence.redaction.searching import THOROUGH, Pace, Progress, search
from streife.evidence.rules.redacting import RUNNING, SILENT, Glance, Work
from streife.kernel.errors import Refused
from streife.kernel.events import publish


def search_faces(*, redaction_id: int, actor: Actor, clock: Clock, pace: Pace = THOROUGH) -> None:
    """Look for faces and leave the redaction ready for a person; nothing if it was given up.

    :raises NotPermitted: without `evidence.copy`
    """
    actor.require("evidence.copy")
    redaction = taken(redaction_id, Work.SEARCHING)
    if redaction is None:
        return
    footage = footage_of(redaction.recording)
    try:
        _expect(redaction, footage)
        teller = Teller(wanted(redaction, Work.SEARCHING), clock)
        project = search(
            footage,
            source_sha256=redaction.recording.sha256,
            detector=Detector(threads=THREADS),
            plates=PlateDetector(threads=THREADS),
            pace=pace,
            begun=Progress.from_json(redaction.found or {}),
            step=lambda progress: teller.frame(progress.upto, progress),
        )
    except Stopped:
        return
    except Refused as refused:
        end_work(redaction, Work.SEARCHING, Work.FAILED, actor, clock(), trouble=refused.code)
        return
    end_work(redaction, Work.SEARCHING, Work.READY, actor, clock(), project=project)


def resume_redactions(*, actor: Actor, now: datetime) -> int:
    """Begin work anew that died with its process, and return how much.

    :raises NotPermitted: without `evidence.copy`
    """
    actor.require("evidence.copy")
    with transaction.atomic():
        silent = Redaction.objects.select_for_update(of=("self",)).filter(
            state__in=RUNNING, told_at__lt=now - SILENT
        )
        found = list(silent)
        silent.update(told_at=now)
        for redaction in found:
            searching = redaction.state == Work.SEARCHING
            publish(RedactionBegun(redaction.pk) if searching else CopyAsked(redaction.pk))
        glances = Preview.objects.filter(
            state=Glance.MAKING, redaction__state=Work.READY, told_at__lt=now - SILENT
        )
        waiting = list(glances)
        glances.update(told_at=now)
        for preview in waiting:
            publish(PreviewAsked(preview.pk))
    return len(found) + len(waiting)


def forget_work(*, ident: str, actor: Actor) -> None:
    """Take away what people and software noted about a recording that is gone.

    Where somebody's face was belongs to it, too.

    :raises NotPermitted: without `evidence.copy`
    """
    actor.require("evidence.copy")
    gone = Redaction.objects.filter(Q(recording__ident=ident) | Q(copy__ident=ident))
    for preview in Preview.objects.filter(redaction__in=gone).exclude(state=Glance.GONE):
        destroy_preview(preview)
    gone.update(found=None, project=None)
    Note.objects.filter(recording__ident=ident).delete()


def _expect(redaction: Redaction, footage: Footage) -> None:
    media = looked_at(footage)
    expected = media.frames_said or round(media.seconds * float(media.rate))
    Redaction.objects.filter(pk=redaction.pk).update(total_frames=expected)

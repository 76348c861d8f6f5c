"""How far the long work on a redaction is: told now and then, stopped when nobody wants it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.evidence.contents import open_content
from streife.evidence.models import Preview, Recording, Redaction
from streife.evidence.redaction.footage import Footage
from streife.evidence.redaction.project import Project
from streife.evidence.redaction.searching import Progress
from streife.evidence.rules.redacting import Work
from streife.evidence.rules.states import KEPT
from streife.journal import actions as journal

Clock = Callable[[], datetime]

TOLD_EVERY = timedelta(seconds=2)
THREADS = 2


class Stopped(Exception):
    """A person cancelled, or the original had to go: the work ends without a result."""


class Teller:
    """Stores how far the work is, now and then; stops it when nobody wants it any more."""

    def __init__(self, rows: QuerySet[Redaction] | QuerySet[Preview], clock: Clock) -> None:
        self._rows = rows
        self._clock = clock
        self._last = clock() - TOLD_EVERY

    def frame(self, done: int, found: Progress | None = None) -> None:
        """Note that `done` frames are ready.

        :raises Stopped: cancelled, sealed or about to be deleted
        """
        moment = self._clock()
        if moment - self._last < TOLD_EVERY:
            return
        self._last = moment
        changes: dict[str, object] = {"done_frames": done, "told_at": moment}
        if found is not None:
            changes["found"] = found.as_json()
        if not self._rows.update(**changes):
            raise Stopped


def wanted(redaction: Redaction, state: Work) -> QuerySet[Redaction]:
    """Return the row while its work is wanted: not cancelled, sealed or about to be deleted."""
    return Redaction.objects.filter(
        pk=redaction.pk, state=state, recording__state__in=KEPT, recording__sealed_at=None
    )


def taken(redaction_id: int, state: Work) -> Redaction | None:
    """Return the redaction if there is still something to do; tasks may come twice."""
    return (
        Redaction.objects.select_related("recording")
        .filter(pk=redaction_id, state=state, recording__state__in=KEPT)
        .first()
    )


def footage_of(recording: Recording) -> Footage:
    """Return the recording as a file that can be searched.

    :raises Refused: `key-destroyed`
    """
    return Footage(open_content(recording))


def end_work(
    redaction: Redaction,
    before: Work,
    after: Work,
    actor: Actor,
    now: datetime,
    *,
    project: Project | None = None,
    trouble: str = "",
) -> None:
    """Write what came of the work, unless somebody gave it up meanwhile."""
    changes: dict[str, object] = {"state": after, "trouble": trouble, "told_at": now}
    if project is not None:
        changes |= {
            "project": project.as_json(),
            "project_sha256": project.sha256,
            "total_frames": project.frames,
            "found": None,
        }
    with transaction.atomic():
        if not Redaction.objects.filter(pk=redaction.pk, state=before).update(**changes):
            return
        journal.record(
            act="evidence.redaction_worked",
            subject=f"recording:{redaction.recording.ident}",
            actor=actor.ref,
            now=now,
            body={
                "redaction": redaction.pk,
                "state": after.value,
                "trouble": trouble,
                "project_sha256": project.sha256 if project else "",
            },
        )

"""Chapters and remarks at moments of a recording; only while one looks at it."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.evidence.actions.viewing import open_viewing
from streife.evidence.models import Note
from streife.journal import actions as journal
from streife.kernel.errors import Refused


def add_note(
    *, token: str, at_ms: int, text: str, chapter: bool, actor: Actor, now: datetime
) -> Note:
    """Note something at a moment of the recording that is being looked at.

    :raises NotFound, NotPermitted, Refused: as `open_viewing`
    :raises Refused: `note-empty`, `note-outside`
    """
    viewing, _ = open_viewing(token=token, actor=actor, now=now)
    if not text.strip():
        raise Refused("Bitte schreiben Sie, was an dieser Stelle ist.", "note-empty", field="text")
    length = viewing.recording.media.get("duration_ms")
    if at_ms < 0 or (length is not None and at_ms > length):
        raise Refused("Diese Stelle liegt außerhalb der Aufnahme.", "note-outside", field="at")
    with transaction.atomic():
        note = Note.objects.create(
            recording=viewing.recording,
            at_ms=at_ms,
            text=text.strip()[:200],
            chapter=chapter,
            made_at=now,
            made_by_id=viewing.user_id,
        )
        journal.record(
            act="evidence.note_added",
            subject=f"recording:{viewing.recording.ident}",
            actor=actor.ref,
            now=now,
            body={"note": note.pk},
        )
    return note

"""Erasing what was typed about a unit's job (Art. 17 DSGVO)."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.dispatch.models import Assignment
from streife.dispatch.rules import NOTE_PARTS
from streife.journal.actions import record
from streife.kernel.erasing import ERASED_TEXT, check_reason
from streife.kernel.errors import NotFound


@transaction.atomic
def erase_note(*, assignment_id: int, part: str, reason: str, actor: Actor, now: datetime) -> None:
    """Erase one text of a job for good; `part` is one of `rules.NOTE_PARTS`.

    :raises NotFound: no such job or text, or it is erased already
    :raises Refused: `reason-unknown`
    """
    actor.require("incidents.erase_text")
    check_reason(reason)
    job = Assignment.objects.select_for_update().filter(pk=assignment_id).first()
    known = getattr(job, part, "") if part in NOTE_PARTS else ""
    if job is None or known in {"", ERASED_TEXT}:
        raise NotFound("Diesen Text gibt es nicht (mehr).", "text-unknown")
    setattr(job, part, ERASED_TEXT)
    job.save(update_fields=[part])
    record(
        act="dispatch.text_erased",
        subject=f"incident:{job.incident_id}",
        actor=actor.ref,
        now=now,
        body={"assignment": job.pk, "part": part, "reason": reason},
    )

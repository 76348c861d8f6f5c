"""Looking into the record: the complete check, and looking at one person's entries."""

from datetime import datetime
from pathlib import Path
from time import monotonic_ns

from django.conf import settings
from django.db import transaction

from streife.journal import auditing, running
from streife.journal.actions.recording import append
from streife.journal.models import Entry, Verification
from streife.journal.queries import number_of_entries
from streife.kernel.actors import Acting


@transaction.atomic
def note_person_search(*, person: str, reason: str, actor: Acting, now: datetime) -> Entry:
    """Record that somebody looks at what one person did, and why (`reason` is a code)."""
    actor.require("journal.view_person")
    return append(
        act="journal.person_searched",
        subject=person,
        actor=actor.ref,
        now=now,
        body={"reason": reason},
    )


def verify(
    *, actor: Acting, now: datetime, progress: auditing.Progress | None = None
) -> Verification:
    """Check the whole record, keep the result and return it (about 15 µs an entry).

    While it runs, `running.check_now` says how far it is, in every process.
    """
    actor.require("journal.verify")
    started = monotonic_ns()
    total = number_of_entries()
    running.note(done=0, total=total)

    def note(done: int) -> None:
        running.note(done=done, total=total)
        if progress is not None:
            progress(done)

    try:
        found = auditing.audit(
            now=now,
            retention_years=settings.JOURNAL_RETENTION_YEARS,
            progress=note,
            published=Path(settings.JOURNAL_TILES) if settings.JOURNAL_TILES else None,
        )
    finally:
        running.over()
    return Verification.objects.create(
        at=now,
        actor=actor.ref,
        entries=found.entries,
        erased=found.erased,
        duration_ms=(monotonic_ns() - started) // 1_000_000,
        defects=[defect.to_json() for defect in found.defects],
    )

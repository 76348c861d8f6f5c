"""The two ways to erase from the record; what was there stays provable."""

import re
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from streife.journal import rules
from streife.journal.actions.recording import append, lock_journal, record
from streife.journal.models import Body, Checkpoint, Entry, Log
from streife.kernel.actors import Acting
from streife.kernel.errors import NotFound, Refused

_REASON = re.compile(r"[a-z][a-z0-9-]{1,39}")


@transaction.atomic
def erase_body(*, entry_id: int, reason: str, actor: Acting, now: datetime) -> Entry:
    """Delete what an entry says, with its salt, and return the entry that records the erasure.

    `reason` is a code (`art-17-dsgvo`). Number, moment, act and leaf stay, so every proof holds;
    without the salt nobody can guess the content from its hash.

    :raises NotFound: `entry-unknown`
    :raises Refused: `reason-malformed`, `already-erased`
    """
    actor.require("journal.erase")
    if not _REASON.fullmatch(reason):
        raise Refused(
            "Bitte einen Grund als kurzes Kürzel angeben, zum Beispiel „art-17-dsgvo“.",
            "reason-malformed",
            field="reason",
        )
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("Diesen Protokolleintrag gibt es nicht.", "entry-unknown")
    body = Body.objects.select_for_update().filter(pk=entry_id).first()
    if body is None:
        raise Refused("Der Inhalt dieses Eintrags ist schon gelöscht.", "already-erased")
    # First the entry: the trigger lets a body go only when its erasure is on record.
    erasure = append(
        act=rules.ERASED,
        subject=rules.subject_of(entry.log_id, entry.number),
        actor=actor.ref,
        now=now,
        body={"reason": reason},
    )
    _overwrite_freed_pages()
    body.delete()
    return erasure


@transaction.atomic
def drop_year(*, year: int, actor: Acting, now: datetime) -> int:
    """Delete a whole year after its retention and return how many entries went.

    The log's row and its checkpoints stay: they prove what there was without saying it.

    :raises NotFound: `year-unknown`
    :raises Refused: `retention-running`, `year-dropped`, `year-not-sealed`
    """
    actor.require("journal.erase")
    lock_journal()
    log = Log.objects.filter(year=year).first()
    if log is None:
        raise NotFound(
            "Für %(year)s gibt es kein Protokoll.",
            "year-unknown",
            values={"year": year},
        )
    if log.dropped_at is not None:
        raise Refused(
            "Das Protokoll %(year)s ist schon entfernt.",
            "year-dropped",
            values={"year": year},
        )
    if not rules.may_drop(year, now=now, retention_years=settings.JOURNAL_RETENTION_YEARS):
        raise Refused(
            "Die Aufbewahrungsfrist für %(year)s läuft noch. Bitte später noch einmal versuchen.",
            "retention-running",
            values={"year": year},
        )
    if not Checkpoint.objects.filter(log=log, size=log.size).exists():
        raise Refused(
            "Bitte zuerst einen Prüfpunkt für %(year)s setzen: er bleibt als Nachweis erhalten.",
            "year-not-sealed",
            values={"year": year},
        )
    record(
        act=rules.DROPPED,
        subject=f"journal:{year}",
        actor=actor.ref,
        now=now,
        body={"entries": log.size},
    )
    log.tiles.all().delete()
    log.dropped_at = now
    log.save(update_fields=["dropped_at"])
    _overwrite_freed_pages()
    # Straight to SQL: Django would first load a million rows to look for what depends on them.
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM journal_body WHERE entry_id IN "
            "(SELECT id FROM journal_entry WHERE log_id = %s)",
            [year],
        )
        cursor.execute("DELETE FROM journal_entry WHERE log_id = %s", [year])
        return int(cursor.rowcount)


def _overwrite_freed_pages() -> None:
    """Make SQLite overwrite what is deleted; PostgreSQL does so when it vacuums."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")

"""Appending to the record, signing and checking it, and the two ways to erase from it."""

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from time import monotonic_ns
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from streife.journal import auditing, keeping, live, queries, rules
from streife.journal.models import Body, Checkpoint, Entry, Log, Verification
from streife.journal.tlog.checkpoint import TreeHead, open_checkpoint
from streife.journal.tlog.merkle import Frontier
from streife.journal.tlog.note import NoteError
from streife.kernel.actors import Acting
from streife.kernel.canonical import canonical_json
from streife.kernel.errors import NotFound, Refused

BATCH = 1000
_REASON = re.compile(r"[a-z][a-z0-9-]{1,39}")


def record(
    *, act: str, subject: str, actor: str, now: datetime, body: Mapping[str, Any] | None = None
) -> Entry:
    """Append one entry inside the caller's transaction and return it (four statements).

    `body` holds JSON values, never more personal data than ids. The journal stays locked until
    the transaction ends, so call this last.

    :raises RuntimeError: outside a transaction
    :raises TypeError, ValueError: the body has no canonical JSON, or a name is empty or too long
    """
    line = rules.Line(act=act, subject=subject, actor=actor, now=now, body=dict(body or {}))
    log = _lock(rules.year_of(now))
    frontier = Frontier.from_bytes(log.size, bytes(log.frontier))
    entry, content = _append(log, frontier, line)
    entry.save(force_insert=True)
    content.entry = entry
    content.save(force_insert=True)
    _keep(log, frontier)
    return entry


def record_many(lines: Iterable[rules.Line]) -> int:
    """Append many entries under one lock, in the given order, and return how many.

    Lines of several years may be mixed. Meant for imports: about two statements per thousand.

    :raises RuntimeError: outside a transaction
    """
    logs: dict[int, tuple[Log, Frontier]] = {}
    pending: list[tuple[Entry, Body]] = []
    count = 0
    for line in lines:
        year = rules.year_of(line.now)
        if year not in logs:
            log = _lock(year)
            logs[year] = log, Frontier.from_bytes(log.size, bytes(log.frontier))
        pending.append(_append(*logs[year], line))
        count += 1
        if len(pending) == BATCH:
            _insert(pending)
            pending = []
    _insert(pending)
    for log, frontier in logs.values():
        _keep(log, frontier)
    return count


def _insert(pending: list[tuple[Entry, Body]]) -> None:
    entries = Entry.objects.bulk_create([entry for entry, _ in pending])
    bodies = [body for _, body in pending]
    for entry, body in zip(entries, bodies, strict=True):
        body.entry = entry
    Body.objects.bulk_create(bodies)


def _lock(year: int) -> Log:
    """Return the year's log with the whole journal locked until the transaction ends.

    All rows are locked, oldest first: appends to two years (around midnight, or an import of old
    data) then commit in the order of their ids too, and a reader that follows by id misses
    nothing. There are as many rows as years.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the journal needs the transaction of its action")
    for _attempt in range(2):
        for log in Log.objects.select_for_update().order_by("year"):
            if log.year == year:
                if log.dropped_at is not None:
                    raise Refused(
                        "Das Protokoll dieses Jahres ist nach Ablauf der Frist entfernt worden; "
                        "es nimmt keine Einträge mehr an.",
                        "year-dropped",
                    )
                return log
        # First entry of a year: two may try at once, one insert wins, both lock the one row.
        Log.objects.bulk_create([Log(year=year)], ignore_conflicts=True)
    raise RuntimeError(f"no log for {year}")


def _append(log: Log, frontier: Frontier, line: rules.Line) -> tuple[Entry, Body]:
    """Return the unsaved rows of the next entry; the frontier has grown by its leaf."""
    salt = secrets.token_bytes(rules.SALT_BYTES)
    commitment = rules.commit_to(salt, canonical_json(line.body))
    at = rules.to_the_millisecond(line.now)
    leaf_hash = rules.leaf_hash(
        number=frontier.size,
        at_ms=rules.milliseconds_of(at),
        act=line.act,
        actor=line.actor,
        subject=line.subject,
        commitment=commitment,
    )
    entry = Entry(
        log=log,
        number=frontier.size,
        at=at,
        actor=line.actor,
        act=line.act,
        subject=line.subject,
        commitment=commitment,
        leaf_hash=leaf_hash,
    )
    frontier.append(leaf_hash)
    return entry, Body(salt=salt, content=line.body)


def _keep(log: Log, frontier: Frontier) -> None:
    log.size, log.frontier = frontier.size, frontier.to_bytes()
    log.save(update_fields=["size", "frontier"])
    transaction.on_commit(live.wake)


@transaction.atomic
def note_person_search(*, person: str, reason: str, actor: Acting, now: datetime) -> Entry:
    """Record that somebody looks at what one person did, and why (`reason` is a code)."""
    actor.require("journal.view_person")
    return record(
        act="journal.person_searched",
        subject=person,
        actor=actor.ref,
        now=now,
        body={"reason": reason},
    )


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
    erasure = record(
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
    log = Log.objects.select_for_update().filter(year=year).first()
    if log is None:
        raise NotFound(f"Für {year} gibt es kein Protokoll.", "year-unknown")
    if log.dropped_at is not None:
        raise Refused(f"Das Protokoll {year} ist schon entfernt.", "year-dropped")
    if not rules.may_drop(year, now=now, retention_years=settings.JOURNAL_RETENTION_YEARS):
        raise Refused(
            f"Die Aufbewahrungsfrist für {year} läuft noch. Bitte später noch einmal versuchen.",
            "retention-running",
        )
    if not Checkpoint.objects.filter(log=log, size=log.size).exists():
        raise Refused(
            f"Bitte zuerst einen Prüfpunkt für {year} setzen: er bleibt als Nachweis erhalten.",
            "year-not-sealed",
        )
    record(
        act=rules.DROPPED,
        subject=f"journal:{year}",
        actor=actor.ref,
        now=now,
        body={"entries": log.size},
    )
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


def checkpoint(*, now: datetime) -> list[Checkpoint]:
    """Sign the head of every year that grew since its last checkpoint; return the new ones.

    Leaves are computed from the rows as they lie in the database, from the last signed head on:
    what is signed extends what was signed before, or nothing is signed.

    :raises Refused: `journal-rolled-back`, `journal-inconsistent`, `journal-key-missing`
    """
    if not keeping.has_key() and Checkpoint.objects.exists():
        raise Refused(
            "Der Signaturschlüssel des Protokolls fehlt. Bitte den Ordner „journal“ aus der "
            "Sicherung zurückspielen; ein neuer Schlüssel würde alle Prüfpunkte entwerten.",
            "journal-key-missing",
        )
    _refuse_missing_years()
    made = [_sign_year(log, now) for log in queries.logs() if log.dropped_at is None]
    return [row for row in made if row is not None]


def _refuse_missing_years() -> None:
    missing = set(keeping.kept_years()) - {log.year for log in queries.logs()}
    if missing:
        raise _rolled_back(min(missing))


def _rolled_back(year: int) -> Refused:
    return Refused(
        f"Die Datenbank ist älter als der letzte Prüfpunkt von {year}: sie wurde zurückgesetzt. "
        "Bitte „manage.py journal verify“ ausführen und die Sicherungen prüfen.",
        "journal-rolled-back",
    )


def _inconsistent(year: int) -> Refused:
    return Refused(
        f"Das Protokoll {year} passt nicht zu seinem letzten Prüfpunkt; es wird nicht signiert. "
        "Bitte „manage.py journal verify“ ausführen.",
        "journal-inconsistent",
    )


@transaction.atomic
def _sign_year(log: Log, now: datetime) -> Checkpoint | None:
    """Return the new checkpoint of one year, or None if the signed one still fits."""
    signed, frontier = _last_signed(log)
    if signed > log.size:
        raise _rolled_back(log.year)
    if signed == log.size:
        if log.size and frontier.to_bytes() != bytes(log.frontier):
            raise _inconsistent(log.year)
        return None
    for row in queries.raw_rows(log.year, start=signed):
        if frontier.size == log.size:
            break
        if row[1] != frontier.size:
            raise _inconsistent(log.year)
        frontier.append(rules.leaf_of(row))
    if frontier.size != log.size or frontier.to_bytes() != bytes(log.frontier):
        raise _inconsistent(log.year)
    note = keeping.sign_head(log.year, frontier.size, frontier.root())
    made, created = Checkpoint.objects.get_or_create(
        log=log,
        size=frontier.size,
        defaults={"at": now, "note": note, "frontier": frontier.to_bytes()},
    )
    # After the commit: a file ahead of the database would look like a database put back.
    transaction.on_commit(lambda: keeping.keep_head(log.year, made.note))
    return made if created else None


def _last_signed(log: Log) -> tuple[int, Frontier]:
    """Return size and edge of the last signed tree, trusting signatures and hashes only."""
    note = keeping.last_head(log.year)
    newest = queries.checkpoints(log.year).first()
    if note is None:
        if newest is not None:
            raise _inconsistent(log.year)
        return 0, Frontier()
    head = _open(log.year, note)
    if head.size > log.size:
        raise _rolled_back(log.year)
    row = Checkpoint.objects.filter(log=log, size=head.size).first()
    if row is None:
        raise _rolled_back(log.year)
    frontier = Frontier.from_bytes(head.size, bytes(row.frontier))
    if frontier.root() != head.root:
        raise _inconsistent(log.year)
    return head.size, frontier


@transaction.atomic
def accept_restore(*, actor: Acting, now: datetime) -> list[int]:
    """Go on after a backup was put back on purpose; return the years that lost signed entries.

    What was signed and is gone stands in the record from then on, and the old head stays in its
    file under another name. Without this step nothing is signed any more.
    """
    actor.require("journal.verify")
    lost: list[int] = []
    for year in keeping.kept_years():
        note = keeping.last_head(year) or ""
        head = _open(year, note)
        if Checkpoint.objects.filter(log_id=year, size=head.size).exists():
            continue
        record(
            act=rules.RESTORED,
            subject=f"journal:{year}",
            actor=actor.ref,
            now=now,
            body={"signed_size": head.size, "signed_root": head.root.hex()},
        )
        lost.append(year)
    transaction.on_commit(lambda: _take_heads_of_database(lost, now))
    return lost


def _take_heads_of_database(years: list[int], now: datetime) -> None:
    for year in years:
        keeping.set_aside(year, stamp=f"{now:%Y%m%dT%H%M%S}")
        newest = queries.checkpoints(year).first()
        if newest is not None:
            keeping.keep_head(year, newest.note)


def _open(year: int, note: str) -> TreeHead:
    origin = keeping.origin_of(year)
    try:
        return open_checkpoint(note, keeping.verifier_for(origin), origin=origin)
    except NoteError as error:
        raise _inconsistent(year) from error


def verify(
    *, actor: Acting, now: datetime, progress: auditing.Progress | None = None
) -> Verification:
    """Check the whole record, keep the result and return it (about 15 µs an entry)."""
    actor.require("journal.verify")
    started = monotonic_ns()
    found = auditing.audit(
        now=now, retention_years=settings.JOURNAL_RETENTION_YEARS, progress=progress
    )
    return Verification.objects.create(
        at=now,
        actor=actor.ref,
        entries=found.entries,
        erased=found.erased,
        duration_ms=(monotonic_ns() - started) // 1_000_000,
        defects=[defect.to_json() for defect in found.defects],
    )

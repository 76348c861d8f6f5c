"""Appending to the record: one entry, many, or all of a block at its end."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from streife.journal import live, rules
from streife.journal.models import Body, Entry, Log
from streife.journal.tlog.merkle import Frontier
from streife.kernel.canonical import canonical_json
from streife.kernel.errors import Refused

BATCH = 1000
# The number of the lock is the table's own, so that every schema has its own.
_LOCK = "SELECT pg_advisory_xact_lock('journal_log'::regclass::oid::bigint)"
_LOCK_AND_READ = """
    SELECT log.*
    FROM (SELECT pg_advisory_xact_lock('journal_log'::regclass::oid::bigint) OFFSET 0) AS alone,
         journal_log AS log
    WHERE log.year = %s
    FOR UPDATE OF log
"""
_WRITE = """
    WITH entry AS (
        INSERT INTO journal_entry
            (log_id, number, at, actor, act, subject, commitment, leaf_hash)
        VALUES (
            %(year)s, %(number)s, %(at)s, %(actor)s, %(act)s, %(subject)s, %(commitment)s,
            %(leaf_hash)s
        )
        RETURNING id
    ), body AS (
        INSERT INTO journal_body (entry_id, salt, content)
        SELECT id, %(salt)s, %(content)s FROM entry
    ), grown AS (
        UPDATE journal_log SET size = %(size)s, frontier = %(frontier)s WHERE year = %(year)s
    )
    SELECT id FROM entry
"""
_ENTRY = """
    INSERT INTO journal_entry (log_id, number, at, actor, act, subject, commitment, leaf_hash)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_BODY = """
    INSERT INTO journal_body (entry_id, salt, content)
    SELECT id, %s, %s FROM journal_entry WHERE log_id = %s AND number = %s
"""
_held: ContextVar[list[rules.Line] | None] = ContextVar("journal_held", default=None)


def record(
    *, act: str, subject: str, actor: str, now: datetime, body: Mapping[str, Any] | None = None
) -> None:
    """Append one entry inside the caller's transaction (four statements, two on PostgreSQL).

    `body` holds JSON values, never more personal data than ids. The journal stays locked until
    the transaction ends, so call this last; inside `record_last` it waits for the block's end.

    :raises RuntimeError: outside a transaction
    :raises TypeError, ValueError: the body has no canonical JSON, or a name is empty or too long
    """
    held = _held.get()
    if held is None:
        append(act=act, subject=subject, actor=actor, now=now, body=body)
        return
    held.append(rules.Line(act=act, subject=subject, actor=actor, now=now, body=dict(body or {})))


@contextmanager
def record_last() -> Iterator[None]:
    """Write what the block records when it ends, in order and under one lock.

    For actions made of other actions: the first one's entry would lock the journal while the next
    one still waits for a row, and whoever has that row waits for the journal. Blocks may be
    nested, the outermost writes; a block that fails takes its own entries with it. Works as a
    decorator too, inside `transaction.atomic`.
    """
    outer = _held.get()
    if outer is not None:
        mark = len(outer)
        try:
            yield
        except BaseException:
            del outer[mark:]
            raise
        return
    lines: list[rules.Line] = []
    token = _held.set(lines)
    try:
        yield
    finally:
        _held.reset(token)
    record_many(lines)


def append(
    *, act: str, subject: str, actor: str, now: datetime, body: Mapping[str, Any] | None = None
) -> Entry:
    """Append one entry at once and return it; otherwise as `record`."""
    line = rules.Line(act=act, subject=subject, actor=actor, now=now, body=dict(body or {}))
    log = _lock(rules.year_of(now))
    line = _counted(line, {})
    frontier = Frontier.from_bytes(log.size, bytes(log.frontier))
    entry, content = _append(log, frontier, line)
    if connection.vendor == "postgresql":
        _write_at_once(entry, content, frontier)
    else:
        _insert([(entry, content)])
        content.entry = entry
        _keep(log, frontier)
    return entry


def _write_at_once(entry: Entry, content: Body, frontier: Frontier) -> None:
    """Do as three saves, in one statement: everybody else waits for the journal meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "year": entry.log_id,
                "number": entry.number,
                "at": entry.at,
                "actor": entry.actor,
                "act": entry.act,
                "subject": entry.subject,
                "commitment": bytes(entry.commitment),
                "leaf_hash": bytes(entry.leaf_hash),
                "salt": bytes(content.salt),
                "content": canonical_json(content.content),
                "size": frontier.size,
                "frontier": frontier.to_bytes(),
            },
        )
        entry.pk = cursor.fetchone()[0]
    content.entry = entry
    transaction.on_commit(live.wake)


def record_many(lines: Iterable[rules.Line]) -> int:
    """Append many entries under one lock, in the given order, and return how many.

    Lines of several years may be mixed. Meant for imports: about two statements per thousand.

    :raises RuntimeError: outside a transaction
    """
    logs: dict[int, tuple[Log, Frontier]] = {}
    pending: list[tuple[Entry, Body]] = []
    counters: dict[str, int] = {}
    count = 0
    for line in lines:
        year = rules.year_of(line.now)
        if year not in logs:
            log = _lock(year)
            logs[year] = log, Frontier.from_bytes(log.size, bytes(log.frontier))
        pending.append(_append(*logs[year], _counted(line, counters)))
        count += 1
        if len(pending) == BATCH:
            _insert(pending)
            pending = []
    _insert(pending)
    for log, frontier in logs.values():
        _keep(log, frontier)
    return count


def _insert(pending: list[tuple[Entry, Body]]) -> None:
    if connection.vendor == "sqlite":
        _insert_plainly(pending)
        return
    entries = Entry.objects.bulk_create([entry for entry, _ in pending])
    bodies = [body for _, body in pending]
    for entry, body in zip(entries, bodies, strict=True):
        body.entry = entry
    Body.objects.bulk_create(bodies)


def _insert_plainly(pending: list[tuple[Entry, Body]]) -> None:
    """Do as bulk_create, at half its cost; entries have no ids afterwards, unless it is one."""
    adapted = connection.ops.adapt_datetimefield_value
    rows = [
        (
            entry.log_id,
            entry.number,
            adapted(entry.at),
            entry.actor,
            entry.act,
            entry.subject,
            bytes(entry.commitment),
            bytes(entry.leaf_hash),
        )
        for entry, _ in pending
    ]
    bodies = [
        (bytes(body.salt), canonical_json(body.content), entry.log_id, entry.number)
        for entry, body in pending
    ]
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(_ENTRY, rows[0])
            pending[0][0].pk = cursor.lastrowid
        else:
            cursor.executemany(_ENTRY, rows)
        cursor.executemany(_BODY, bodies)


def _lock(year: int) -> Log:
    """Return the year's log with the whole journal locked until the transaction ends."""
    log = _locked(year)
    if log is None:
        lock_journal()
        log = Log.objects.filter(year=year).first() or Log.objects.create(year=year)
    if log.dropped_at is not None:
        raise Refused(
            "Das Protokoll dieses Jahres ist nach Ablauf der Frist entfernt worden; "
            "es nimmt keine Einträge mehr an.",
            "year-dropped",
        )
    return log


def _locked(year: int) -> Log | None:
    """Do as `lock_journal` and read the year's log, in one statement; None if it has no row yet.

    PostgreSQL shows a statement what was there when it began; FOR UPDATE is what makes it return
    the row as the last holder of the lock left it.
    """
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        return next(iter(Log.objects.raw(_LOCK_AND_READ, [year])), None)
    return None


def lock_journal() -> None:
    """Wait until nobody else writes to the journal, and keep it until the transaction ends.

    One lock for all years: appends to two years (around midnight, or an import of old data) then
    commit in the order of their ids too, and a reader that follows by id misses nothing. It is no
    row lock, because the first entry of a year has no row to lock yet. SQLite has one writer at a
    time by itself.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the journal needs the transaction of its action")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)


def _counted(line: rules.Line, counters: dict[str, int]) -> rules.Line:
    """Return the line with its place in the chain of its object, if the object has one.

    Whoever gets the chain sees that no line is missing between two; the lock is held. `counters`
    knows what is appended but not written yet.
    """
    if not line.subject.startswith(rules.COUNTED):
        return line
    if line.subject not in counters:
        counters[line.subject] = _last_place(line.subject)
    counters[line.subject] += 1
    return replace(line, body={**line.body, rules.PLACE: counters[line.subject]})


def _last_place(subject: str) -> int:
    entries = Entry.objects.filter(subject=subject).select_related("body")
    last = entries.order_by("-id").first()
    if last is not None and hasattr(last, "body"):
        return int(last.body.content.get(rules.PLACE, 0)) or entries.count()
    return entries.count()


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

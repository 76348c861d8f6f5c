"""The daily count: record, tables, keys and files have to tell the same story."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from streife.accounts.rules import Actor
from streife.evidence import keys, queries, rules, stores
from streife.evidence.actions.counting import Finding, of_pictures
from streife.evidence.actions.duties import raise_task
from streife.evidence.actions.locks import durable, not_answering
from streife.evidence.models import (
    Deletion,
    ItemPicture,
    Preview,
    Reconciliation,
    Recording,
    Upload,
)
from streife.evidence.rules.redacting import Glance
from streife.journal import actions as journal
from streife.journal.queries import Search, find_entries

if TYPE_CHECKING:
    from streife.journal.models import Entry

PAGE = 1000
LEFT_OVER = timedelta(hours=48)  # what nothing points at after that never arrives
# More than this many differences are told as so many: something is wrong at large.
MOST_TOLD = 1000


def reconcile(*, actor: Actor, now: datetime) -> Reconciliation:
    """Compare what should be there with what is, to the byte, and say exactly what differs.

    :raises NotPermitted: without `evidence.reconcile`
    :raises NotAnswering: `vault-no-answer`: what cannot be seen is not counted as missing
    """
    actor.require("evidence.reconcile")
    rows = {row.path: row for row in queries.kept()}
    glances = _previews("path")
    try:
        files = {path: size for path, size in stores.store().listing() if path not in glances}
    except stores.NoAnswer as error:
        raise not_answering() from error
    findings = [
        *_of_files(rows, files),
        *_of_keys(rows, now),
        *_of_record(),
        *of_pictures(
            files,
            keys.key_store().kids(),
            {_ident_of(entry) for entry in _entries("evidence.picture_kept")},
            {_ident_of(entry) for entry in _entries("evidence.picture_deleted")},
            now,
        ),
        *_overdue(rows, now),
    ][:MOST_TOLD]
    expected = [row.stored_size for row in rows.values()]
    expected += queries.pictures_there().values_list("stored_size", flat=True)
    with durable():
        made = Reconciliation.objects.create(
            at=now,
            expected_count=len(expected),
            expected_bytes=sum(expected),
            found_count=len(files),
            found_bytes=sum(files.values()),
            findings=findings,
        )
        if findings:
            raise_task(
                kind="reconciliation",
                recording=None,
                due_at=now,
                now=now,
                details={"reconciliation": made.pk, "findings": len(findings)},
            )
        journal.record(
            act="evidence.reconciled",
            subject="vault:stock",
            actor=actor.ref,
            now=now,
            body={
                "expected": made.expected_count,
                "found": made.found_count,
                "bytes": made.found_bytes,
                "findings": len(findings),
            },
        )
    return made


def _of_files(rows: dict[str, Recording], files: dict[str, int]) -> Iterator[Finding]:
    for path, row in rows.items():
        if path not in files:
            if _is_still_kept(row):
                yield {"kind": "file-missing", "recording": row.ident}
        elif files[path] != row.stored_size:
            yield {"kind": "file-size", "recording": row.ident}
    known = set(Recording.objects.values_list("path", flat=True))
    known |= set(ItemPicture.objects.values_list("path", flat=True))
    for path in sorted(files.keys() - known):
        yield {"kind": "file-surplus", "path": path}
    gone = Recording.objects.filter(state=rules.State.PURGED, path__in=files.keys() - rows.keys())
    for ident in gone.values_list("ident", flat=True):
        yield {"kind": "file-left", "recording": ident}


def _of_keys(rows: dict[str, Recording], now: datetime) -> Iterator[Finding]:
    kids = keys.key_store().kids()
    for row in rows.values():
        if row.kid not in kids and _is_still_kept(row):
            yield {"kind": "key-missing", "recording": row.ident}
    for row in Recording.objects.filter(
        state__in=[rules.State.SHREDDED, rules.State.PURGED], kid__in=kids
    ):
        yield {"kind": "key-left", "recording": row.ident}
    # A younger one may belong to a file that is just arriving, or to one that was interrupted.
    old = keys.key_store().made_before(now - LEFT_OVER)
    for kid in sorted((kids & old) - _used_kids()):
        yield {"kind": "key-surplus", "key": kid}


def _is_still_kept(row: Recording) -> bool:
    """Say whether a recording was not deleted while we counted."""
    return Recording.objects.filter(pk=row.pk, state__in=rules.KEPT).exists()


def _used_kids() -> set[str]:
    used = set(Recording.objects.values_list("kid", flat=True))
    used |= set(ItemPicture.objects.values_list("kid", flat=True))
    return used | set(Upload.objects.values_list("kid", flat=True)) | _previews("kid")


def _previews(column: str) -> set[str]:
    """Return paths or keys of previews that are there: no stock, and no surplus either."""
    return set(Preview.objects.filter(state=Glance.MADE).values_list(column, flat=True))


def _of_record() -> Iterator[Finding]:
    """Compare the tables with the journal: a row that is gone, or one that nobody recorded."""
    entered = {_ident_of(entry) for entry in _entries("evidence.ingested")}
    entered |= {_copy_of(entry) for entry in _entries("evidence.copy_made")}
    deleted = {_ident_of(entry) for entry in _entries("evidence.deleted")}
    rows = dict(Recording.objects.values_list("ident", "state"))
    for ident in sorted(entered - rows.keys()):
        yield {"kind": "row-missing", "recording": ident}
    for ident in sorted(rows.keys() - entered):
        yield {"kind": "row-surplus", "recording": ident}
    for ident, state in rows.items():
        if (state == rules.State.PURGED) != (ident in deleted):
            yield {"kind": "deletion-unrecorded", "recording": ident}


def _entries(act: str) -> Iterator["Entry"]:
    before: int | None = None
    while True:
        page = find_entries(Search(act=act), before=before, limit=PAGE)
        yield from (entry for entry in page.entries if entry.act == act)
        if page.next_cursor is None:
            return
        before = page.next_cursor


def _ident_of(entry: "Entry") -> str:
    return entry.subject.partition(":")[2]


def _copy_of(entry: "Entry") -> str:
    return str(entry.body.content["copy"])


def _overdue(rows: dict[str, Recording], now: datetime) -> Iterator[Finding]:
    """Name what is older than 14 days and an hour without a hold, and deletions that hang."""
    for row in rows.values():
        facts = queries.hold_facts(row)
        if rules.must_go(row.ended_at, facts, now - rules.OVERDUE):
            yield {"kind": "overdue", "recording": row.ident}
    hanging = Deletion.objects.filter(done_at__isnull=True, intended_at__lt=now - rules.OVERDUE)
    for ident in hanging.values_list("recording__ident", flat=True):
        yield {"kind": "deletion-hangs", "recording": ident}


def tidy_vault(*, actor: Actor, now: datetime) -> int:
    """Remove what interrupted arrivals left: parts of files, keys nothing points at.

    Not files under their final name: those are a finding for a person, never removed by a rule.

    :raises NotPermitted: without `evidence.reconcile`
    :raises NotAnswering: `vault-no-answer`
    """
    actor.require("evidence.reconcile")
    try:
        count = stores.store().sweep()
    except stores.NoAnswer as error:
        raise not_answering() from error
    kept = keys.key_store()
    kept.tidy_backups(now)
    if queries.open_pause() is not None:  # by a wrong clock a key of something just arriving is old
        return count
    for kid in kept.made_before(now - LEFT_OVER) - _used_kids():
        kept.destroy(kid)
        count += 1
    return count

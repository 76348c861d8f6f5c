"""One round over the watched folder of a dock: whatever is complete goes in, with a receipt."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from streife.accounts.rules import Actor
from streife.evidence import keys
from streife.evidence.actions.files import (
    PASSED_OVER,
    RECEIPT,
    FileInside,
    last_of_its_name,
    sidecar_names,
)
from streife.evidence.actions.ingesting import Ingested, ingest
from streife.evidence.actions.locks import durable
from streife.evidence.keys.files import write_whole
from streife.evidence.manifests import open_manifest
from streife.evidence.models import Dock, VaultTask
from streife.journal import actions as journal
from streife.kernel.canonical import canonical_json
from streife.kernel.errors import Refused

SETTLED = timedelta(seconds=5)  # a file somebody wrote to a moment ago is not complete yet
LONGEST_NAME = 220  # bytes; 255 is what a file system gives
FAILED = "ingest-failed"


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one file; `problem` is the code of a refusal, else the file may be wiped."""

    name: str
    ident: str = ""
    repeated: bool = False
    problem: str = ""


def watch_round(*, dock: Dock, actor: Actor, now: datetime, wipe: bool = False) -> list[Read]:
    """Take in what lies complete in a dock's folder; what fails stays there and is tried again.

    Beside each file that is safe a receipt `<name>.quittung` appears: only then may the camera be
    wiped. With `wipe` the file is removed here, and what was said beside it.

    :raises NotPermitted: without `evidence.ingest`
    """
    actor.require("evidence.ingest")
    return [_take(path, dock, actor, now, wipe) for path in _complete(dock, now)]


def _complete(dock: Dock, now: datetime) -> Iterator[Path]:
    folder = Path(dock.folder)
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.startswith(".") or path.name.endswith(PASSED_OVER):
            continue
        if path.is_symlink() or not path.is_file() or _has_receipt(path, dock):
            continue
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if now - written >= SETTLED or written > now:
            yield path


def receipt_of(path: Path) -> Path:
    """Return where the receipt for a file lies."""
    name = path.name
    if len(os.fsencode(name)) > LONGEST_NAME:  # no room for our ending: by what the name hashes to
        name = sha256(os.fsencode(name)).hexdigest()
    return path.with_name(name + RECEIPT)


def _has_receipt(path: Path, dock: Dock) -> bool:
    """Say whether the receipt beside a file is ours and about this very file.

    Cameras count from one again: yesterday's receipt must not hide today's recording. What has
    none is read once more; the vault knows content it has already.
    """
    try:
        told = open_manifest(receipt_of(path).read_text(encoding="utf-8"), dock.public_key)
        now = path.stat()
    except (OSError, UnicodeDecodeError, Refused):
        return False
    return (told.get("size"), told.get("mtime_us")) == (now.st_size, now.st_mtime_ns // 1000)


def _take(path: Path, dock: Dock, actor: Actor, now: datetime, wipe: bool) -> Read:
    try:
        with FileInside(path) as file:
            done = ingest(incoming=file.incoming(now), dock=dock, actor=actor, now=now)
            write_receipt(path, dock, done, now, file.mark())
            if wipe and file.unchanged():
                _wipe(path)
    except Refused as refused:
        _report(dock, refused.code, actor, now)
        return Read(path.name, problem=refused.code)
    except OSError:
        _report(dock, "unreadable", actor, now)
        return Read(path.name, problem="unreadable")
    return Read(path.name, done.recording.ident, done.repeated)


def _wipe(path: Path) -> None:
    """Remove a film that is safe, and its sidecar: facts and places lie there in the clear."""
    own, shared = sidecar_names(path)
    path.unlink()
    own.unlink(missing_ok=True)
    if last_of_its_name(path):
        shared.unlink(missing_ok=True)


def write_receipt(
    path: Path, dock: Dock, done: Ingested, now: datetime, mark: Mapping[str, int]
) -> None:
    """Say beside the file, signed, that the vault has it: all of it is on the disk by now."""
    told = {
        "id": done.recording.ident,
        "sha256": done.recording.sha256,
        **mark,
        "at": now.isoformat(),
        "may_wipe": True,
    }
    note = keys.sign_as_dock(dock.code, canonical_json(told) + "\n")
    write_whole(receipt_of(path), note.encode(), replace=True)


def _report(dock: Dock, code: str, actor: Actor, now: datetime) -> None:
    """Record a failure once, not at every round: the task stays open until somebody saw to it."""
    with durable():
        open_ones = VaultTask.objects.filter(kind=FAILED, done_at__isnull=True)
        if any(task.details.get("dock") == dock.code for task in open_ones):
            return
        VaultTask.objects.create(
            kind=FAILED, due_at=now, raised_at=now, details={"dock": dock.code, "reason": code}
        )
        journal.record(
            act="evidence.ingest_refused",
            subject=f"dock:{dock.code}",
            actor=actor.ref,
            now=now,
            body={"reason": code},
        )

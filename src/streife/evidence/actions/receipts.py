"""Clearing receipts out of the folders of docks once they have done their work."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from streife.accounts.rules import Actor
from streife.evidence import rules
from streife.evidence.actions.files import PASSED_OVER, RECEIPT
from streife.evidence.actions.locks import durable
from streife.evidence.actions.watching import receipt_of
from streife.evidence.manifests import open_manifest
from streife.evidence.models import Dock, VaultTask
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused

NOT_WIPED = "dock-not-wiped"
LARGEST = 64 * 1024  # bytes; a receipt of ours has a few hundred


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many receipts went, and how many are still needed though their time is over."""

    gone: int
    waiting: int


def keep_receipts(*, code: str, days: int, actor: Actor, now: datetime) -> Dock:
    """Set for how many days receipts stay in the folder of a dock.

    :raises NotPermitted: without `evidence.configure`
    :raises NotFound: no such dock
    :raises Refused: `receipt-days-wrong`
    """
    actor.require("evidence.configure")
    checked = rules.check_receipt_days(days)
    with durable():
        dock = Dock.objects.select_for_update().filter(code=code).first()
        if dock is None:
            raise NotFound("Diese Dockstation gibt es nicht.", "no-such-dock")
        dock.receipt_days = checked
        dock.save(update_fields=["receipt_days"])
        _record("evidence.receipt_days_set", dock, actor, now, {"days": checked})
    return dock


def clear_receipts(*, actor: Actor, now: datetime) -> Cleared:
    """Remove receipts whose film is gone and whose time is over, also of docks out of use.

    A receipt beside its film stays: without it the film would be read once more. That such a film
    lies there in the clear so long is a task: the dock should have removed it.

    :raises NotPermitted: without `evidence.ingest`
    """
    actor.require("evidence.ingest")
    gone = waiting = 0
    for dock in Dock.objects.exclude(folder="").order_by("pk"):
        needed = {receipt_of(film).name for film in _films(Path(dock.folder))}
        over = list(_outlived(dock, now))
        left = [path for path in over if path.name in needed]
        cleared = sum(_remove(path) for path in over if path.name not in needed)
        if cleared:
            with durable():
                _record("evidence.receipts_cleared", dock, actor, now, {"receipts": cleared})
        if left:
            _ask_to_wipe(dock, len(left), now)
        gone, waiting = gone + cleared, waiting + len(left)
    return Cleared(gone, waiting)


def _inside(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        with os.scandir(folder) as entries:
            yield from (Path(one.path) for one in entries if one.is_file(follow_symlinks=False))


def _films(folder: Path) -> Iterator[Path]:
    return (path for path in _inside(folder) if not path.name.endswith(PASSED_OVER))


def _outlived(dock: Dock, now: datetime) -> Iterator[Path]:
    """Yield the receipts that this dock signed longer ago than they may stay."""
    for path in _inside(Path(dock.folder)):
        if not path.name.endswith(RECEIPT) or path.stat().st_size > LARGEST:
            continue
        try:
            told = open_manifest(path.read_text(encoding="utf-8"), dock.public_key)
            written_at = datetime.fromisoformat(str(told["at"]))
        except (OSError, UnicodeDecodeError, Refused, KeyError, ValueError):
            continue  # not ours: nothing here was asked to remove it
        if rules.is_outlived(written_at, dock.receipt_days, now):
            yield path


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False  # the folder of another machine may be away or closed: the next night again
    return True


def _ask_to_wipe(dock: Dock, count: int, now: datetime) -> None:
    """Raise, once for a dock, that films the vault has lie in its folder in the clear."""
    open_ones = VaultTask.objects.filter(kind=NOT_WIPED, done_at__isnull=True)
    if any(task.details.get("dock") == dock.code for task in open_ones):
        return
    with durable():
        details = {"dock": dock.code, "files": count}
        VaultTask.objects.create(
            kind=NOT_WIPED, about=f"dock-{dock.pk}", due_at=now, raised_at=now, details=details
        )


def _record(act: str, dock: Dock, actor: Actor, now: datetime, body: dict[str, int]) -> None:
    journal.record(act=act, subject=f"dock:{dock.code}", actor=actor.ref, now=now, body=body)

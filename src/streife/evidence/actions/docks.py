"""Docks: added with a key of their own, retired, never deleted."""

from datetime import datetime
from pathlib import Path

from django.core.validators import validate_slug

from streife.accounts.rules import Actor
from streife.evidence import keys, queries
from streife.evidence.actions.locks import durable
from streife.evidence.models import Dock
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused


def add_dock(
    *, code: str, name: str, actor: Actor, now: datetime, folder: str = "", device_key: str = ""
) -> Dock:
    """Add a dock. With `device_key` nothing comes in that the device itself did not sign.

    :raises NotPermitted: without `evidence.configure`
    :raises Refused: `dock-known`, `folder-not-absolute`
    """
    actor.require("evidence.configure")
    validate_slug(code)
    if folder and not Path(folder).is_absolute():
        raise Refused("Bitte den Ordner mit vollem Pfad angeben.", "folder-not-absolute")
    if Dock.objects.filter(code=code).exists():
        raise Refused("Eine Dockstation mit diesem Kürzel gibt es schon.", "dock-known")
    own = keys.make_dock_key(code)  # signs what the vault itself says about its files
    with durable():
        dock = Dock.objects.create(
            code=code,
            name=name,
            folder=folder,
            public_key=own,
            device_key=device_key,
            added_at=now,
        )
        journal.record(
            act="evidence.dock_added",
            subject=f"dock:{code}",
            actor=actor.ref,
            now=now,
            body={"key": dock.public_key},
        )
    return dock


def retire_dock(*, code: str, actor: Actor, now: datetime) -> Dock:
    """Take a dock out of use; what it signed stays valid.

    :raises NotPermitted: without `evidence.configure`
    :raises NotFound: no such dock in use
    """
    actor.require("evidence.configure")
    with durable():
        dock = Dock.objects.select_for_update().filter(code=code, retired_at=None).first()
        if dock is None:
            raise NotFound("Diese Dockstation gibt es nicht.", "no-such-dock")
        dock.retired_at = now
        dock.save(update_fields=["retired_at"])
        journal.record(
            act="evidence.dock_retired", subject=f"dock:{code}", actor=actor.ref, now=now
        )
    return dock


def rotate_keys(*, actor: Actor, now: datetime) -> int:
    """Wrap all keys anew under a new key over all keys; footage stays as it is.

    :raises NotPermitted: without `evidence.configure`
    """
    actor.require("evidence.configure")
    count = keys.key_store().rewrap(now)
    with durable():
        journal.record(
            act="evidence.keys_rotated",
            subject="vault:keys",
            actor=actor.ref,
            now=now,
            body={"keys": count},
        )
    return count


def backup_keys(*, actor: Actor, now: datetime) -> Path:
    """Copy the wrapped keys for at most 48 hours; that a copy was made is in the record.

    :raises NotPermitted: without `evidence.configure`
    """
    actor.require("evidence.configure")
    store = keys.key_store()
    path = store.backup(now)
    with durable():
        journal.record(
            act="evidence.keys_copied",
            subject="vault:keys",
            actor=actor.ref,
            now=now,
            body={"keys": len(store.kids())},
        )
    return path


def restore_keys(*, backup: Path, actor: Actor, now: datetime) -> int:
    """Take keys back from a copy of the last 48 hours, none of what was deleted since.

    :raises NotPermitted: without `evidence.configure`
    :raises NotFound: no such copy
    """
    actor.require("evidence.configure")
    if not backup.is_file():
        raise NotFound("Diese Sicherung der Schlüssel gibt es nicht.", "no-such-backup")
    count = keys.key_store().restore(backup, queries.destroyed_kids())
    with durable():
        journal.record(
            act="evidence.keys_restored",
            subject="vault:keys",
            actor=actor.ref,
            now=now,
            body={"keys": count},
        )
    return count

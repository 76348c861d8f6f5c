"""Raising what a person has to do, once; and ticking it off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from streife.accounts.rules import Actor
from streife.evidence.models import Recording, VaultTask
from streife.journal import actions as journal
from streife.kernel.errors import NotFound


def raise_task(
    *,
    kind: str,
    recording: Recording | None,
    due_at: datetime,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> bool:
    """Raise a task if the same is not open already; say whether it is new."""
    open_ones = VaultTask.objects.filter(kind=kind, recording=recording, done_at__isnull=True)
    if open_ones.exists():
        return False
    VaultTask.objects.create(
        kind=kind, recording=recording, due_at=due_at, raised_at=now, details=dict(details or {})
    )
    return True


def close_tasks(*, kind: str, recording: Recording, now: datetime) -> None:
    """Tick off what has become pointless."""
    VaultTask.objects.filter(kind=kind, recording=recording, done_at__isnull=True).update(
        done_at=now
    )


@transaction.atomic
def finish_task(*, task_id: int, actor: Actor, now: datetime) -> VaultTask:
    """Tick off a task.

    :raises NotPermitted: without `evidence.hold`
    :raises NotFound: no such open task
    """
    actor.require("evidence.hold")
    task = VaultTask.objects.select_for_update().filter(pk=task_id, done_at__isnull=True).first()
    if task is None:
        raise NotFound("Diese Aufgabe gibt es nicht mehr.", "no-such-task")
    task.done_at, task.done_by_id = now, actor.user_id
    task.save(update_fields=["done_at", "done_by"])
    journal.record(
        act="evidence.task_done",
        subject=f"recording:{task.recording.ident}" if task.recording else "vault:tasks",
        actor=actor.ref,
        now=now,
        body={"kind": task.kind},
    )
    return task

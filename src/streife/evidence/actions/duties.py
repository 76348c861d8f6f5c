"""Raising what a person has to do, once; and ticking it off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from streife.accounts.rules import Actor
from streife.evidence import queries, rules
from streife.evidence.models import Item, Recording, VaultTask
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused


def raise_task(
    *,
    kind: str,
    recording: Recording | None = None,
    item: Item | None = None,
    due_at: datetime,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> bool:
    """Raise a task if the same is not open already; say whether it is new.

    Each hold and each request is asked about by a task of its own: who answers one has not answered
    the other.
    """
    about = rules.asked_about(details or {})
    same = VaultTask.objects.filter(kind=kind, recording=recording, item=item, about=about)
    if same.filter(done_at__isnull=True).exists():
        return False
    VaultTask.objects.create(
        kind=kind,
        recording=recording,
        item=item,
        about=about,
        due_at=due_at,
        raised_at=now,
        details=dict(details or {}),
    )
    return True


def ticked(
    *,
    kind: str,
    recording: Recording | None = None,
    item: Item | None = None,
    since: datetime,
    details: Mapping[str, Any] | None = None,
) -> bool:
    """Say whether a person has ticked off this very task since a moment: it is not raised again."""
    rows = VaultTask.objects.filter(
        kind=kind, recording=recording, item=item, done_by__isnull=False, done_at__gte=since
    )
    return any(dict(details or {}).items() <= row.details.items() for row in rows)


def close_tasks(
    *,
    kind: str,
    recording: Recording | None = None,
    item: Item | None = None,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Tick off what has become pointless: with `details` only what asks about that hold."""
    rows = VaultTask.objects.filter(kind=kind, recording=recording, item=item)
    if details is not None:
        rows = rows.filter(about=rules.asked_about(details))
    rows.filter(done_at__isnull=True).update(done_at=now)


@transaction.atomic
def finish_task(*, task_id: int, actor: Actor, now: datetime) -> VaultTask:
    """Tick off a task that is done when somebody says so.

    :raises NotPermitted: without `evidence.hold`
    :raises NotFound: no such open task for this actor
    :raises Refused: `done-by-doing`, `own-recording`
    """
    actor.require("evidence.hold")
    open_ones = queries.open_tasks(actor).order_by().select_for_update(of=("self",))
    task = open_ones.filter(pk=task_id).first()
    if task is None:
        raise NotFound("Diese Aufgabe gibt es nicht mehr.", "no-such-task")
    rules.check_tick(task.kind)
    if task.recording is not None and task.kind not in rules.BY_WEARER:
        rules.check_not_wearer(actor, queries.wearer_account(task.recording))
    task.done_at, task.done_by_id = now, actor.user_id
    task.save(update_fields=["done_at", "done_by"])
    _record("evidence.task_done", task, actor, now)
    return task


@transaction.atomic
def reopen_task(*, task_id: int, actor: Actor, now: datetime) -> VaultTask:
    """Take back the own tick, for an hour.

    :raises NotPermitted: without `evidence.hold`
    :raises NotFound: nothing this actor ticked off within the last hour
    :raises Refused: `task-open-again`, when the same was raised anew meanwhile
    """
    actor.require("evidence.hold")
    mine = queries.just_done(actor, now).order_by().select_for_update(of=("self",))
    task = mine.filter(pk=task_id).first()
    if task is None:
        raise NotFound("Das lässt sich nicht mehr zurücknehmen.", "no-such-task")
    same = VaultTask.objects.filter(
        kind=task.kind, recording=task.recording, item=task.item, about=task.about
    )
    if same.filter(done_at__isnull=True).exists():
        raise Refused("Dieselbe Aufgabe ist schon wieder offen.", "task-open-again")
    task.done_at, task.done_by = None, None
    task.save(update_fields=["done_at", "done_by"])
    _record("evidence.task_reopened", task, actor, now)
    return task


def _record(act: str, task: VaultTask, actor: Actor, now: datetime) -> None:
    subject = "vault:tasks"
    if task.recording is not None:
        subject = f"recording:{task.recording.ident}"
    elif task.item is not None:
        subject = f"item:{task.item.ident}"
    journal.record(
        act=act,
        subject=subject,
        actor=actor.ref,
        now=now,
        body={"kind": task.kind, "task": task.pk},
    )

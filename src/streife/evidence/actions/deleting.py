"""Deleting: log first, destroy the key, then the bytes; each step may be interrupted and repeated.

held, expiring, ingested → deleting (intent recorded) → shredded (key gone) → purged (bytes gone)
"""

from datetime import datetime

from streife.accounts.rules import Actor
from streife.evidence import keys, queries, rules, stores
from streife.evidence.actions.locks import durable, hold_recording
from streife.evidence.events import RecordingShredded
from streife.evidence.models import Deletion, DeletionRequest, Recording
from streife.journal import actions as journal
from streife.kernel.errors import Refused
from streife.kernel.events import publish


def delete_recording(
    *,
    ident: str,
    rule: str,
    actor: Actor,
    now: datetime,
    request: DeletionRequest | None = None,
    keep: frozenset[str] = frozenset(),
) -> None:
    """Delete a recording and every copy derived from it; safe to call again after any crash.

    `rule` is `retention` or the ground of a granted request. A copy goes before its original;
    `keep` names a copy that stays because what had to go was cut out of it.

    :raises NotPermitted: without `evidence.delete`, which no person has alone
    :raises Refused: `still-held`, `not-due`
    """
    actor.require("evidence.delete")
    for one in intend_deletion(ident, rule, request, actor, now, keep=keep):
        finish_deletion(ident=one, actor=actor, now=now)


def intend_deletion(
    ident: str,
    rule: str,
    request: DeletionRequest | None,
    actor: Actor,
    now: datetime,
    *,
    keep: frozenset[str] = frozenset(),
) -> list[str]:
    """Record that a recording and its copies go, all or none, and return their ids.

    Inside a decision's transaction there is no granted request without its intent: whatever dies
    after it, the next round finishes.

    :raises Refused: `still-held`, `not-due`
    """
    family = queries.family_of(Recording.objects.get(ident=ident))
    going = [row.ident for row in family if row.ident not in keep]
    with durable(), journal.record_last():
        for one in going:
            _intend(one, rule, request, actor, now)
    return going


def finish_deletion(*, ident: str, actor: Actor, now: datetime) -> None:
    """Destroy the key of a recording whose deletion is intended, then its bytes; safe to repeat.

    :raises NotPermitted: without `evidence.delete`
    :raises OSError: the store does not answer; the key is destroyed by then
    """
    actor.require("evidence.delete")
    _shred(ident, actor, now)
    _purge(ident, actor, now)


def _intend(
    ident: str, rule: str, request: DeletionRequest | None, actor: Actor, now: datetime
) -> None:
    with durable():
        row = hold_recording(ident)
        if row.state in rules.GONE:
            return
        root = queries.root_of(row)
        if rule == rules.RETENTION_RULE and not rules.must_go(
            root.ended_at, queries.hold_facts(root), now
        ):
            raise Refused("Diese Aufnahme darf noch nicht gelöscht werden.", "not-due")
        if rule not in {rules.RETENTION_RULE, *rules.OVER_HOLD} and queries.held_now(root, now):
            raise Refused(
                "Diese Aufnahme ist gesichert. Bitte zuerst die Sicherung beenden.", "still-held"
            )
        rules.check_move(row.state, rules.State.DELETING)
        row.state = rules.State.DELETING
        row.save(update_fields=["state"])
        Deletion.objects.create(recording=row, rule=rule, request=request, intended_at=now)
        journal.record(
            act="evidence.deletion_intended",
            subject=f"recording:{ident}",
            actor=actor.ref,
            now=now,
            body={"rule": rule, "request": request.pk if request else None},
        )


def _shred(ident: str, actor: Actor, now: datetime) -> None:
    row = Recording.objects.get(ident=ident)
    if row.state != rules.State.DELETING:
        return
    # Outside the transaction on purpose: a key destroyed twice is harmless, one that is said to
    # be destroyed and is not would be a lie.
    keys.key_store().destroy(row.kid)
    with durable():
        row = hold_recording(ident)
        if row.state != rules.State.DELETING:
            return
        row.state = rules.State.SHREDDED
        row.save(update_fields=["state"])
        Deletion.objects.filter(recording=row).update(key_destroyed_at=now)
        publish(RecordingShredded(ident))
        journal.record(
            act="evidence.key_destroyed",
            subject=f"recording:{ident}",
            actor=actor.ref,
            now=now,
            body={"header_sha256": row.header_sha256, "size": row.stored_size},
        )


# What is known about a recording beyond the proof that it is gone.
EMPTIED: dict[str, object] = {
    "name": "",
    "media": {},
    "facts": "",
    "not_announced_because": "",
    "dwelling_decided_by": "",
    "latitude": None,
    "longitude": None,
}


def _purge(ident: str, actor: Actor, now: datetime) -> None:
    row = Recording.objects.get(ident=ident)
    if row.state != rules.State.SHREDDED:
        return
    stores.store().remove(row.path)
    with durable():
        row = hold_recording(ident)
        if row.state != rules.State.SHREDDED:
            return
        row.state = rules.State.PURGED
        for name, value in EMPTIED.items():
            setattr(row, name, value)
        row.save(update_fields=["state", *EMPTIED])
        Deletion.objects.filter(recording=row).update(done_at=now)
        row.tasks.filter(done_at__isnull=True).update(done_at=now)
        journal.record(
            act="evidence.deleted",
            subject=f"recording:{ident}",
            actor=actor.ref,
            now=now,
            body={"size": row.stored_size},
        )

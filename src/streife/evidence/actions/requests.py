"""Deleting early: one person asks, another decides; what must not be seen is sealed at once."""

from contextlib import suppress
from datetime import datetime

from streife.accounts.rules import Actor, system
from streife.evidence import queries, rules
from streife.evidence.actions.deleting import (
    delete_recording,
    finish_deletion,
    intend_deletion,
)
from streife.evidence.actions.duties import close_tasks, raise_task
from streife.evidence.actions.locks import durable, hold_recording, person_id
from streife.evidence.actions.picture_requests import search_again
from streife.evidence.actions.second_person import (
    check_passed_on_by_others,
    decide_request,
    hold_request,
)
from streife.evidence.events import CutGranted
from streife.evidence.models import DeletionRequest, Recording
from streife.journal import actions as journal
from streife.kernel.errors import Refused
from streife.kernel.events import publish

CLOCK = system("evidence")


def request_deletion(
    *,
    ident: str,
    ground: str,
    actor: Actor,
    now: datetime,
    from_ms: int | None = None,
    to_ms: int | None = None,
) -> DeletionRequest:
    """Ask that a recording (or the part between two moments) is deleted early.

    Core of private life, professional secret: nobody can look from this moment on.

    :raises NotPermitted: without `evidence.request_deletion`
    :raises NotFound: no such recording for this actor
    :raises Refused: `ground-unknown`, `part-backwards`, `key-destroyed`, `already-requested`
    """
    actor.require("evidence.request_deletion")
    seen = queries.root_of(queries.recording_for(actor, ident))
    checked = rules.check_request(ground=ground, from_ms=from_ms, to_ms=to_ms)
    with durable():
        recording = hold_recording(seen.ident)
        rules.check_kept(recording.state)
        if recording.deletion_requests.filter(decided_at__isnull=True).exists():
            raise Refused(
                "Für diese Aufnahme ist die Löschung schon beantragt.", "already-requested"
            )
        made = DeletionRequest.objects.create(
            recording=recording,
            ground=checked,
            from_ms=from_ms,
            to_ms=to_ms,
            requested_at=now,
            requested_by_id=person_id(actor),
        )
        if checked in rules.SEALING:
            recording.sealed_at = now
            recording.save(update_fields=["sealed_at"])
        raise_task(
            kind="decide-deletion",
            recording=recording,
            due_at=now,
            now=now,
            details={"request": made.pk},
        )
        journal.record(
            act="evidence.deletion_requested",
            subject=f"recording:{recording.ident}",
            actor=actor.ref,
            now=now,
            body={
                "request": made.pk,
                "reason": checked.value,
                "part": from_ms is not None,
                "sealed": recording.sealed_at is not None,
            },
        )
    return made


def decide_deletion(
    *, request_id: int, granted: bool, actor: Actor, now: datetime, why: str = ""
) -> DeletionRequest:
    """Decide about somebody else's request; a granted whole is deleted before this returns.

    Whoever asked may take it back, unless it sealed the recording.

    A granted part leaves the original sealed until the cut copy is made (`redaction`), which then
    calls `finish_cut`.

    :raises NotPermitted: without `evidence.decide`
    :raises NotFound: no such request
    :raises Refused: `own-request`, `own-recording`, `already-decided`, `still-held`,
        `refusal-needed`
    """
    going: list[str] = []
    with durable(), journal.record_last():
        found = hold_request(DeletionRequest, request_id)
        seals = found.ground in rules.SEALING
        if granted:
            check_passed_on_by_others(actor, found.demands.all())
        said = decide_request(found, granted=granted, actor=actor, now=now, why=why, firm=seals)
        recording = hold_recording(found.recording.ident)
        if granted:
            rules.check_not_wearer(actor, recording.wearer.user_id if recording.wearer else None)
        over_hold = found.ground in rules.OVER_HOLD
        if granted and not over_hold and queries.held_now(recording, now):
            raise Refused(
                "Diese Aufnahme ist gesichert. Bitte zuerst die Sicherung beenden.", "still-held"
            )
        if not granted and seals:
            _unseal(recording)
        close_tasks(kind="decide-deletion", recording=recording, now=now)
        search_again(found.demands.all(), now)
        journal.record(
            act="evidence.deletion_decided",
            subject=f"recording:{recording.ident}",
            actor=actor.ref,
            now=now,
            body={"request": found.pk, **said},
        )
        if granted and found.from_ms is not None:
            publish(CutGranted(found.pk))
        elif granted:
            going = intend_deletion(recording.ident, found.ground, found, CLOCK, now)
    for ident in going:
        with suppress(OSError):  # a store that is silent: the key is gone, the bytes go next round
            finish_deletion(ident=ident, actor=CLOCK, now=now)
    return found


def _unseal(recording: Recording) -> None:
    """Open what a refused request had sealed, unless a part of it still has to be cut out."""
    cutting = recording.deletion_requests.filter(granted=True, ground__in=rules.SEALING)
    if recording.sealed_at is not None and not cutting.exists():
        recording.sealed_at = None
        recording.save(update_fields=["sealed_at"])


def finish_cut(*, request_id: int, copy_ident: str, actor: Actor, now: datetime) -> None:
    """Delete the original of which a part had to go, now that a copy without the part is there.

    :raises NotPermitted: without `evidence.delete`
    :raises Refused: `not-granted`, `not-a-copy`
    """
    actor.require("evidence.delete")
    found = DeletionRequest.objects.select_related("recording").get(pk=request_id)
    if not found.granted or found.from_ms is None:
        raise Refused("Dieser Schnitt ist nicht bewilligt.", "not-granted")
    if not found.recording.derived.filter(ident=copy_ident, state__in=rules.KEPT).exists():
        raise Refused("Diese Kopie gehört nicht zu der Aufnahme.", "not-a-copy")
    delete_recording(
        ident=found.recording.ident,
        rule=found.ground,
        request=found,
        actor=actor,
        now=now,
        keep=frozenset({copy_ident}),
    )

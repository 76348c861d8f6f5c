"""Keeping a recording longer, with reason, reference, review and a second person."""

from datetime import date, datetime

from streife.accounts.rules import Actor
from streife.evidence import queries, rules
from streife.evidence.actions.duties import close_tasks, raise_task
from streife.evidence.actions.locks import durable, hold_recording, person_id
from streife.evidence.actions.picture_requests import search_again
from streife.evidence.actions.second_person import (
    check_may_end,
    check_open,
    check_passed_on_by_others,
    confirm_keeping,
    release_keeping,
)
from streife.evidence.models import Hold, Recording
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound


def settle(recording: Recording, now: datetime) -> None:
    """Put the state of a kept recording and its copies where holds and the clock want it."""
    for row in queries.family_of(queries.root_of(recording)):
        if rules.State(row.state) not in rules.KEPT:
            continue
        if queries.held_now(row, now):
            wanted = rules.State.HELD
        elif rules.warning_due(row.ended_at, now):
            wanted = rules.State.EXPIRING
        else:
            wanted = rules.State.INGESTED
        if wanted != row.state:
            rules.check_move(row.state, wanted)
            row.state = wanted
            row.save(update_fields=["state"])


def request_hold(
    *,
    ident: str,
    reason: str,
    reference: str,
    review_on: date,
    actor: Actor,
    now: datetime,
) -> Hold:
    """Ask that a recording stays; counts at once, for a week without the superior's word.

    A hold on a copy is one on its original: both stay.

    :raises NotPermitted: without `evidence.hold`
    :raises NotFound: no such recording for this actor
    :raises Refused: `key-destroyed` (too late), `reason-of-recording-missing`, and as `check_hold`
    """
    actor.require("evidence.hold")
    seen = queries.root_of(queries.recording_for(actor, ident))
    checked = rules.check_hold(
        reason=reason, reference=reference, review_on=review_on, today=local(now).date()
    )
    with durable():
        recording = hold_recording(seen.ident)
        rules.check_kept(recording.state)
        # Whoever was recorded may want it kept even if nobody wrote down why it was made.
        if checked is not rules.HoldReason.PERSON:
            rules.check_stated(recording.reason)
        hold = Hold.objects.create(
            recording=recording,
            reason=checked,
            reference=reference.strip()[:120],
            review_on=review_on,
            requested_at=now,
            requested_by_id=person_id(actor),
        )
        settle(recording, now)
        raise_task(
            kind="confirm-hold",
            recording=recording,
            due_at=rules.holds_until(hold.fact()),
            now=now,
            details={"hold": hold.pk},
        )
        close_tasks(kind="expires", recording=recording, now=now)
        journal.record(
            act="evidence.hold_requested",
            subject=f"recording:{recording.ident}",
            actor=actor.ref,
            now=now,
            body={"hold": hold.pk, "reason": checked.value, "review_on": review_on.isoformat()},
        )
    return hold


def _open_hold(hold_id: int) -> tuple[Hold, Recording]:
    found = Hold.objects.filter(pk=hold_id).values_list("recording__ident", flat=True).first()
    if found is None:
        raise NotFound("Diese Sicherung gibt es nicht.", "no-such-hold")
    recording = hold_recording(found)
    hold = Hold.objects.select_for_update().get(pk=hold_id)
    check_open(hold)
    return hold, recording


def confirm_hold(*, hold_id: int, actor: Actor, now: datetime) -> Hold:
    """Say as superior that a recording is needed (§ 15c Abs. 4 PolG NRW).

    :raises NotPermitted: without `evidence.decide`
    :raises NotFound: no such hold
    :raises Refused: `own-request`, `hold-over`, `already-confirmed`, `key-destroyed`
    """
    actor.require("evidence.decide")
    with durable():
        hold, recording = _open_hold(hold_id)
        rules.check_kept(recording.state)
        check_passed_on_by_others(actor, hold.demands.all())
        confirm_keeping(hold, actor=actor, now=now)
        settle(recording, now)
        close_tasks(kind="confirm-hold", recording=recording, now=now, details={"hold": hold.pk})
        journal.record(
            act="evidence.hold_confirmed",
            subject=f"recording:{recording.ident}",
            actor=actor.ref,
            now=now,
            body={"hold": hold.pk},
        )
    return hold


def release_hold(*, hold_id: int, actor: Actor, now: datetime, why: str = "") -> Hold:
    """End a hold, or refuse it as a second person; once no other counts, the two weeks decide.

    :raises NotPermitted: without `evidence.hold`; a superior may refuse without it
    :raises NotFound: no such hold, or not for this actor
    :raises Refused: `hold-over`, `own-request` (a confirmed hold takes a second person to end),
        `own-recording` (whoever wore the camera ends only what they asked for themselves),
        `refusal-needed` (nobody has confirmed it, and somebody else asked for it)
    """
    check_may_end(actor)
    with durable():
        hold, recording = _open_hold(hold_id)
        queries.recording_for(actor, recording.ident)
        wearer = recording.wearer.user_id if recording.wearer else None
        body = release_keeping(hold, why=why, actor=actor, now=now, wearer_user_id=wearer)
        settle(recording, now)
        search_again(hold.demands.all(), now)
        for kind in ("confirm-hold", "review-hold", "open-case"):
            close_tasks(kind=kind, recording=recording, now=now, details={"hold": hold.pk})
        journal.record(
            act="evidence.hold_released",
            subject=f"recording:{recording.ident}",
            actor=actor.ref,
            now=now,
            body=body,
        )
    return hold

"""The hourly round: warn, keep what an open case needs, delete what is due, stop at too much."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from streife.accounts.rules import Actor
from streife.evidence import keys, queries, rules
from streife.evidence.actions.believing import doubt_clock
from streife.evidence.actions.deleting import delete_recording, finish_deletion
from streife.evidence.actions.duties import raise_task, ticked
from streife.evidence.actions.erasures import remind_erasures
from streife.evidence.actions.holding import settle
from streife.evidence.actions.locks import durable, hold_recording
from streife.evidence.actions.pausing import kept_count, lifted_since, pause
from streife.evidence.actions.picturing import adopt_pictures, delete_picture, resume_pictures
from streife.evidence.events import CutGranted
from streife.evidence.models import (
    Deletion,
    DeletionPause,
    DeletionRequest,
    Hold,
    Item,
    Keeping,
    PictureHold,
    Recording,
    VaultTask,
)
from streife.incidents.rules import LIVE
from streife.journal import actions as journal
from streife.kernel.clock import Course, local
from streife.kernel.errors import Refused
from streife.kernel.events import publish

ROUND = timedelta(hours=1)
CUT_BY = timedelta(hours=6)  # so long a cut may take; the longest film takes less


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did."""

    deleted: int = 0
    pictures: int = 0
    held: int = 0
    warned: int = 0
    paused: bool = False


def expire_due(*, actor: Actor, now: datetime, course: Course | None = None) -> Round:
    """Do what the clock demands; safe at any hour, after any pause, any number of times.

    `course` was read together with `now`: where both do not go together nothing is deleted until a
    person has looked at the clock. Without it the clock is believed.

    :raises NotPermitted: without `evidence.delete`
    """
    actor.require("evidence.delete")
    jump = doubt_clock(now, course, actor) if course is not None else None
    _resume(actor, now)
    resume_pictures(actor, now)
    _resume_cuts(now)
    adopt_pictures(actor=actor, now=now)
    # A copy that would be older than 48 hours before the next round goes now.
    keys.key_store().tidy_backups(now + ROUND)
    warned, held = _look_ahead(actor, now)
    _review_pictures(now)
    remind_erasures(now)
    if DeletionPause.objects.filter(lifted_at__isnull=True).exists():
        return Round(warned=warned, held=held, paused=True)
    due, pictures = _due(now), queries.pictures_due(now)
    # A machine that was off asks only once something would go; a clock that jumped always.
    if jump is not None and (due or pictures or jump.doubt is rules.Doubt.FORWARD):
        pause(len(due) + len(pictures), kept_count(), actor, now, jump=jump)
        return Round(warned=warned, held=held, paused=True)
    for ones, kept in ((due, queries.kept()), (pictures, queries.pictures_kept())):
        if rules.is_mass(due=len(ones), kept=kept.count()) and not lifted_since(now):
            pause(len(ones), kept.count(), actor, now)
            return Round(warned=warned, held=held, paused=True)
    return Round(
        deleted=sum(_delete(ident, actor, now) for ident in due),
        pictures=sum(_delete_picture(ident, actor, now) for ident in pictures),
        held=held,
        warned=warned,
    )


def _delete(ident: str, actor: Actor, now: datetime) -> bool:
    """Delete one; say whether it is gone.

    A store that does not answer stops no other deletion: the key is destroyed before, the bytes
    go in a later round, and the daily count says so if they do not.
    """
    try:
        delete_recording(ident=ident, rule=rules.RETENTION_RULE, actor=actor, now=now)
    except OSError:
        return False
    except Refused as refused:
        if refused.code != "not-due":  # somebody kept it a moment ago
            raise
        return False
    return True


def _delete_picture(ident: str, actor: Actor, now: datetime) -> bool:
    """Delete the photo of a thing; as with recordings one store fault stops no other deletion."""
    try:
        return delete_picture(ident=ident, actor=actor, now=now)
    except OSError:
        return False


def _resume(actor: Actor, now: datetime) -> None:
    """Finish what a crash interrupted: the intent stands in the record, there is no way back.

    Each row by itself: what has none, the copy a part was cut out of, stays.
    """
    open_ones = Deletion.objects.filter(done_at__isnull=True).order_by("pk")
    for ident in open_ones.values_list("recording__ident", flat=True):
        with suppress(OSError):  # as in `_delete`
            finish_deletion(ident=ident, actor=actor, now=now)


def _resume_cuts(now: datetime) -> None:
    """Order anew what had to be cut out and was not, because whoever did it died.

    Twice at once is harmless (`cutting`); what cannot be cut stays a task for a person.
    """
    waiting = DeletionRequest.objects.filter(
        granted=True,
        from_ms__isnull=False,
        decided_at__lt=now - CUT_BY,
        recording__state__in=rules.KEPT,
    )
    failed = VaultTask.objects.filter(kind="cut-failed", done_at__isnull=True)
    for request_id in waiting.exclude(recording__in=failed.values("recording")).values_list(
        "pk", flat=True
    ):
        with durable():
            publish(CutGranted(request_id))


def _due(now: datetime) -> list[str]:
    rows = queries.kept().filter(delete_after__lte=now).order_by("delete_after", "pk")
    return [
        row.ident
        for row in rows.select_related("derived_from")
        # A copy goes with its original, unless that one is gone already.
        if queries.root_of(row).pk == row.pk
        and rules.must_go(row.ended_at, queries.hold_facts(row), now)
    ]


def _look_ahead(actor: Actor, now: datetime) -> tuple[int, int]:
    """Warn of what ends in five days; two days before, keep what belongs to an open case."""
    soon = queries.kept().filter(delete_after__lte=now + rules.WARN_BEFORE[0])
    warned = held = 0
    for row in soon.filter(Q(state=rules.State.HELD) | Q(derived_from__isnull=True)):
        with durable():
            recording = hold_recording(row.ident)
            settle(recording, now)
            recording.refresh_from_db()
            _call_for_review(recording, now)
            if recording.state != rules.State.EXPIRING:
                continue
            if _needs_safety(recording, now):
                _hold_by_itself(recording, actor, now)
                held += 1
            elif _warn(recording, now):
                warned += 1
    return warned, held


def _warn(recording: Recording, now: datetime) -> bool:
    """Ask five days before the end whether a recording is needed, and once more two days before.

    Ticked off in between it stays so: whoever ticked has answered.
    """
    begun = [recording.delete_after - before for before in rules.WARN_BEFORE]
    since = max(moment for moment in begun if moment <= now)
    if ticked(kind="expires", recording=recording, since=since):
        return False
    due_at = recording.delete_after
    return raise_task(kind="expires", recording=recording, due_at=due_at, now=now)


def _call_for_review(recording: Recording, now: datetime) -> None:
    """Raise the review of a hold three days before it would end by itself."""
    for hold in recording.holds.filter(released_at__isnull=True, confirmed_at__isnull=False):
        _raise_review(hold, now, recording=recording)


def _review_pictures(now: datetime) -> None:
    """Raise the reviews of holds on photos of things."""
    holds = PictureHold.objects.filter(
        released_at__isnull=True, confirmed_at__isnull=False, picture__going_at__isnull=True
    )
    for hold in holds.select_related("picture__item"):
        with durable():
            _raise_review(hold, now, item=hold.picture.item)


def _raise_review(
    hold: Keeping, now: datetime, *, recording: Recording | None = None, item: Item | None = None
) -> None:
    asks, ends = {"hold": hold.pk}, rules.holds_until(hold.fact())
    if local(now).date() < hold.review_on:
        return
    since = hold.requested_at
    if ticked(kind="review-hold", recording=recording, item=item, since=since, details=asks):
        return
    raise_task(
        kind="review-hold", recording=recording, item=item, due_at=ends, now=now, details=asks
    )


def _needs_safety(recording: Recording, now: datetime) -> bool:
    """Say whether a recording of an open case is about to go unseen (Waukesha): never silently.

    Once only: if nobody took it up in the weeks of that hold, the law's period decides.
    """
    incident = recording.incident
    return (
        incident is not None
        and incident.status in LIVE
        and now >= recording.delete_after - rules.WARN_BEFORE[1]
        and not recording.holds.filter(automatic=True).exists()
    )


def _hold_by_itself(recording: Recording, actor: Actor, now: datetime) -> None:
    incident = recording.incident
    hold = Hold.objects.create(
        recording=recording,
        reason=rules.HoldReason.OPEN_CASE,
        reference=incident.number if incident else "",
        review_on=local(now).date() + timedelta(days=rules.OPEN_CASE_DAYS),
        automatic=True,
        requested_at=now,
    )
    settle(recording, now)
    raise_task(
        kind="open-case",
        recording=recording,
        due_at=rules.holds_until(hold.fact()),
        now=now,
        details={"hold": hold.pk},
    )
    journal.record(
        act="evidence.held_for_open_case",
        subject=f"recording:{recording.ident}",
        actor=actor.ref,
        now=now,
        body={"hold": hold.pk, "incident": recording.incident_id},
    )

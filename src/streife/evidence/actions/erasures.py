"""Demands of persons concerned (Art. 15, 17, 18 DSGVO), from letter to answer.

The data protection officer enters and follows them and sees neither thing nor photo; whoever keeps
the things finds the photo; a superior decides. Nobody is two of these.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from streife.accounts.rules import Actor
from streife.evidence import queries, rules
from streife.evidence.actions.duties import close_tasks, raise_task
from streife.evidence.actions.holding import request_hold
from streife.evidence.actions.locks import durable, person_id
from streife.evidence.actions.picture_requests import ask_deletion, look_again
from streife.evidence.actions.picturing import adopt_picture
from streife.evidence.actions.requests import request_deletion
from streife.evidence.models import (
    DeletionRequest,
    DemandedRecording,
    ErasureCase,
    Hold,
    PictureDeletionRequest,
    Recording,
)
from streife.journal import actions as journal
from streife.kernel.clock import BERLIN, local
from streife.kernel.errors import NotFound, Refused

KEPT_TO_COPY = 30  # days: so long a recording of which somebody wants a copy stays for that


def enter_erasure(
    *,
    reference: str,
    received_on: date,
    number: str,
    told: str,
    actor: Actor,
    now: datetime,
    right: str = rules.Right.ERASURE,
    about: str = rules.About.PHOTO,
) -> ErasureCase:
    """Enter what a person demands; a number that leads to one photo asks for its deletion at once.

    Otherwise whoever keeps things and recordings is asked to find what is meant.

    :raises NotPermitted: without `evidence.erasures`
    :raises Refused: as `check_demand`, `check_right`
    """
    actor.require("evidence.erasures")
    wanted, of = rules.check_right(right, about)
    rules.check_demand(
        reference=reference,
        received_on=received_on,
        number=number,
        told=told,
        today=local(now).date(),
    )
    with durable():
        made = ErasureCase.objects.create(
            reference=reference.strip()[:120],
            received_on=received_on,
            number=number.strip()[:40],
            told=told.strip()[:1000],
            right=wanted,
            about=of,
            entered_at=now,
            entered_by_id=person_id(actor),
        )
        body = {"right": wanted.value, "about": of.value}
        _record("evidence.erasure_entered", made, actor, now, body)
        look_again(made, now)
    if of is rules.About.RECORDING:
        return made
    found = queries.photographed(made.number)
    if len(found) == 1:
        with suppress(Refused):  # asked for in another demand, or just gone: somebody looks
            adopt_picture(found[0], actor, now)
            ask_deletion(found[0], rules.Ground.REQUEST, actor, now, erasure=made)
            close_tasks(kind="find-picture", now=now, details={"erasure": made.pk})
    return made


def find_recording(
    *, erasure_id: int, ident: str, actor: Actor, now: datetime
) -> DemandedRecording:
    """Say which recording a person means; what they demand is asked for at once.

    Deleting and keeping take a second person, as always. A copy is made by hand; until then the
    recording is kept, for what is gone nobody can be told of.

    :raises NotPermitted: without `evidence.find_pictures`
    :raises NotFound: no such demand, or no such recording for this actor
    :raises Refused: `erasure-answered`, `recording-found`, `key-destroyed`
    """
    actor.require("evidence.find_pictures")
    recording = queries.root_of(queries.recording_for(actor, ident))
    with durable(), journal.record_last():
        found = _open_erasure(erasure_id, rules.About.RECORDING)
        known = found.recordings.filter(recording=recording)
        if any(row.recording_id == recording.pk for row in queries.recordings_of(found)):
            raise Refused("Diese Aufnahme steht schon dabei.", "recording-found")
        if found.missed_at is not None:  # it was found after all
            found.missed_at = found.missed_by = None
            found.save(update_fields=["missed_at", "missed_by"])
        deletion = hold = None
        if found.right == rules.Right.ERASURE:
            deletion = _deletion_of(recording, actor, now)
        else:
            hold = _keep(found, recording, actor, now)
        known.delete()  # what was taken back
        made = DemandedRecording.objects.create(
            erasure=found,
            recording=recording,
            found_at=now,
            found_by_id=person_id(actor),
            deletion=deletion,
            hold=hold,
        )
        close_tasks(kind="find-recording", now=now, details={"erasure": found.pk})
        _record("evidence.erasure_found", found, actor, now, {"recording": recording.ident})
    return made


def _deletion_of(recording: Recording, actor: Actor, now: datetime) -> DeletionRequest:
    """Return the open request to delete a recording, asked for now if nobody has."""
    asked = recording.deletion_requests.filter(decided_at=None).first()
    if asked is not None:
        return asked
    ground = rules.Ground.REQUEST
    return request_deletion(ident=recording.ident, ground=ground, actor=actor, now=now)


def _keep(found: ErasureCase, recording: Recording, actor: Actor, now: datetime) -> Hold:
    days = rules.LONGEST_REVIEW_DAYS if found.right == rules.Right.RESTRICTION else KEPT_TO_COPY
    return request_hold(
        ident=recording.ident,
        reason=rules.HoldReason.PERSON,
        reference=found.reference,
        review_on=local(now).date() + timedelta(days=days),
        actor=actor,
        now=now,
    )


def find_photo(
    *, erasure_id: int, ident: str, actor: Actor, now: datetime
) -> PictureDeletionRequest:
    """Say which photo a person means; its deletion is asked for, and somebody else decides.

    :raises NotPermitted: without `evidence.find_pictures`
    :raises NotFound: no such demand or thing for this actor, or it has no photo
    :raises Refused: `erasure-answered`, `picture-gone`, `already-requested`
    """
    actor.require("evidence.find_pictures")
    item = queries.item_for(actor, ident)
    adopt_picture(item, actor, now)
    with durable(), journal.record_last():
        found = _open_erasure(erasure_id, rules.About.PHOTO)
        if found.missed_at is not None:  # it was found after all
            found.missed_at = found.missed_by = None
            found.save(update_fields=["missed_at", "missed_by"])
        made = ask_deletion(item, rules.Ground.REQUEST, actor, now, erasure=found)
        close_tasks(kind="find-picture", now=now, details={"erasure": found.pk})
        _record("evidence.erasure_found", found, actor, now, {"request": made.pk})
    return made


def miss_photo(*, erasure_id: int, actor: Actor, now: datetime) -> ErasureCase:
    """Say that we have nothing a person could mean.

    :raises NotPermitted: without `evidence.find_pictures`
    :raises NotFound: no such demand
    :raises Refused: `erasure-answered`, `photo-found`
    """
    actor.require("evidence.find_pictures")
    with durable():
        found = _open_erasure(erasure_id)
        if queries.photos_of(found).exists() or queries.recordings_of(found):
            raise Refused("Zu diesem Verlangen ist schon etwas gefunden.", "photo-found")
        found.missed_at, found.missed_by_id = now, person_id(actor)
        found.save(update_fields=["missed_at", "missed_by"])
        for kind in ("find-picture", "find-recording"):
            close_tasks(kind=kind, now=now, details={"erasure": found.pk})
        _record("evidence.erasure_missed", found, actor, now)
    return found


def answer_erasure(*, erasure_id: int, actor: Actor, now: datetime) -> ErasureCase:
    """Note that the person has an answer; what they had said is forgotten here.

    :raises NotPermitted: without `evidence.erasures`
    :raises NotFound: no such demand
    :raises Refused: `erasure-answered`, `not-decided`
    """
    actor.require("evidence.erasures")
    with durable():
        found = _open_erasure(erasure_id)
        standing = queries.progress_of(found).standing
        if standing in rules.UNDER_WAY:
            raise Refused(
                "Darüber ist noch nicht entschieden. Die Antwort kommt danach.", "not-decided"
            )
        found.answered_at, found.answered_by_id, found.told = now, person_id(actor), ""
        found.save(update_fields=["answered_at", "answered_by", "told"])
        for kind in ("find-picture", "find-recording", "answer-erasure"):
            close_tasks(kind=kind, now=now, details={"erasure": found.pk})
        _record("evidence.erasure_answered", found, actor, now)
    return found


def remind_erasures(now: datetime) -> int:
    """Raise a task a week before a person has waited a month, and return how many are new."""
    raised = 0
    for row in ErasureCase.objects.filter(answered_at=None):
        due = rules.answer_by(row.received_on)
        if local(now).date() < due - rules.REMIND:
            continue
        due_at = datetime.combine(due, time(23, 59), BERLIN).astimezone(UTC)
        raised += raise_task(
            kind="answer-erasure", due_at=due_at, now=now, details={"erasure": row.pk}
        )
    return raised


def _open_erasure(erasure_id: int, about: rules.About | None = None) -> ErasureCase:
    found = ErasureCase.objects.select_for_update(of=("self",)).filter(pk=erasure_id).first()
    if found is None or (about is not None and found.about != about):
        raise NotFound("Dieses Verlangen gibt es nicht.", "no-such-erasure")
    if found.answered_at is not None:
        raise Refused("Dieses Verlangen ist schon beantwortet.", "erasure-answered")
    return found


def _record(
    act: str,
    erasure: ErasureCase,
    actor: Actor,
    now: datetime,
    body: Mapping[str, int | str] | None = None,
) -> None:
    journal.record(
        act=act,
        subject=f"erasure:{erasure.pk}",
        actor=actor.ref,
        now=now,
        body={"erasure": erasure.pk, **(body or {})},
    )

"""Asking for, agreeing to, making, handing over and confirming what goes to another office."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.evidence import queries
from streife.evidence.actions.locks import (
    check_room,
    durable,
    no_such_recording,
    person_id,
    seal_record,
)
from streife.evidence.envelope import EnvelopeError
from streife.evidence.events import HandOverAgreed
from streife.evidence.export import building
from streife.evidence.export.bag import Damaged
from streife.evidence.models import HandOver, Recording
from streife.evidence.rules import access, identity, states
from streife.evidence.rules import handing_over as rules
from streife.evidence.rules.handing_over import Stage
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.kernel.events import publish


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says."""

    recipient: str
    recipient_key: str
    purpose: str
    reference: str
    legal_basis: str = ""
    answer_due: date | None = None


def request_hand_over(*, ident: str, wanted: Wanted, actor: Actor, now: datetime) -> HandOver:
    """Ask for a hand-over; a released redacted copy needs no second person and is made at once.

    :raises NotFound: no such recording for this actor
    :raises NotPermitted: without `evidence.export`, or the recording is sealed
    :raises Refused: `key-destroyed`, `not-ingested`, `not-released`, `purpose-unknown`,
        `redaction-needed`, `recipient-key-malformed`, `reference-needed`, `answer-date-wrong`
    """
    actor.require("evidence.export")
    with durable():
        recording = _held_for(ident, actor, now)
        derived = recording.derived_from_id is not None
        _check_wanted(wanted)
        purpose = rules.check_for_purpose(wanted.purpose, derived=derived)
        building.recipient_of(wanted.recipient_key)
        second = rules.needs_second(derived=derived)
        made = HandOver.objects.create(
            ident=identity.new_id(now),
            recording=recording,
            stage=Stage.REQUESTED if second else Stage.APPROVED,
            recipient=" ".join(wanted.recipient.split())[:200],
            recipient_key=rules.check_recipient_key(wanted.recipient_key),
            purpose=purpose,
            legal_basis=wanted.legal_basis.strip()[:200] or rules.LEGAL_BASES[purpose],
            reference=wanted.reference.strip()[:120],
            answer_due=rules.answer_due(now.date(), wanted.answer_due),
            requested_at=now,
            requested_by_id=person_id(actor),
        )
        _record("evidence.export_requested", made, actor, now, purpose=str(purpose))
        if not second:
            publish(HandOverAgreed(made.pk))
    seal_record(now)
    return made


def _held_for(ident: str, actor: Actor, now: datetime) -> Recording:
    """Return the recording, locked, if its content may leave the house.

    :raises NotFound: no such recording for this actor
    """
    if not queries.visible_to(actor).filter(ident=ident).exists():
        raise no_such_recording()
    rows = Recording.objects.select_for_update(of=("self",))
    recording = rows.select_related("derived_from", "wearer").get(ident=ident)
    check_may_leave(recording, now)
    return recording


def check_may_leave(recording: Recording, now: datetime) -> None:
    """Pass only what is kept, not sealed, and, if it is a copy, released.

    :raises Refused: `key-destroyed`, `not-ingested`, `sealed`, `not-released`
    """
    states.check_kept(recording.state)
    if queries.seen_of(recording, now).sealed:
        raise Refused(
            "Diese Aufnahme ist versiegelt, bis über den Antrag auf Löschung entschieden ist.",
            "sealed",
        )
    if recording.derived_from_id is not None and recording.released_at is None:
        raise Refused(
            "Diese Kopie ist noch nicht freigegeben. Bitte zuerst von einer zweiten Person"
            " freigeben lassen.",
            "not-released",
        )


def _check_wanted(wanted: Wanted) -> None:
    if not wanted.recipient.strip():
        raise Refused(
            "Bitte die empfangende Stelle angeben.", "recipient-needed", field="recipient"
        )
    if not wanted.reference.strip():
        raise Refused(
            "Bitte das Aktenzeichen der empfangenden Stelle angeben.",
            "reference-needed",
            field="reference",
        )


def decide_hand_over(*, ident: str, agreed: bool, actor: Actor, now: datetime) -> HandOver:
    """Agree to a hand-over or refuse it, as a second person.

    :raises NotPermitted: without `evidence.export_decide`
    :raises Refused: `own-request`, `hand-over-step`, what `check_may_leave` refuses
    """
    actor.require("evidence.export_decide")
    with durable():
        held = _held(ident)
        access.check_other_person(actor, held.requested_by_id)
        after = Stage.APPROVED if agreed else Stage.REFUSED
        rules.check_move(held.stage, after)
        if agreed:
            check_may_leave(held.recording, now)
        held.stage, held.decided_at, held.decided_by_id = after, now, actor.user_id
        held.save(update_fields=["stage", "decided_at", "decided_by"])
        act = "evidence.export_approved" if agreed else "evidence.export_refused"
        _record(act, held, actor, now)
        if agreed:
            publish(HandOverAgreed(held.pk))
    seal_record(now)
    return held


def make_file(*, hand_over_id: int, actor: Actor, now: datetime) -> HandOver:
    """Record that a recording goes out, then write the encrypted file; safe to run twice.

    The entries come first: whatever happens to the file, it is known that it was made.

    :raises NotPermitted: without `evidence.export_make`
    """
    actor.require("evidence.export_make")
    with durable():
        found = HandOver.objects.select_for_update(of=("self",)).get(pk=hand_over_id)
        if found.stage != Stage.APPROVED:
            return found
        check_room(found.recording.size)
        try:
            check_may_leave(found.recording, now)
        except Refused as refused:
            return _give_up(found, refused.code, actor, now)
        closing = _close(found, actor, now)
    seal_record(now)
    earlier = HandOver.objects.filter(heads__isnull=False).order_by("-ready_at")
    known: list[dict[str, int]] = [row.heads for row in earlier[:20]]
    try:
        built = building.build(found, closing, earlier=known, now=now)
    except (Damaged, EnvelopeError):
        return _fail(found, "damaged", actor, now)
    except OSError:
        return _fail(found, "not-written", actor, now)
    except Refused as refused:
        return _fail(found, refused.code, actor, now)
    return _finish(found, built, actor, now)


def _close(found: HandOver, actor: Actor, now: datetime) -> dict[str, int]:
    """Append the last custody line of the recording and of what it was derived from."""
    return {
        one.ident: journal.close_chain(
            act="evidence.exported",
            subject=f"recording:{one.ident}",
            actor=actor.ref,
            now=now,
            body={
                "export": found.ident,
                "purpose": found.purpose,
                "sha256": found.recording.sha256,
                "copy": found.recording.ident,
            },
        ).pk
        for one in building.chain_of(found.recording)
    }


def _finish(found: HandOver, built: building.Built, actor: Actor, now: datetime) -> HandOver:
    with durable():
        held = _held(found.ident)
        if held.stage != Stage.APPROVED:
            return held
        held.stage, held.ready_at, held.trouble = Stage.READY, now, ""
        held.size, held.sha256, held.bag_sha256 = built.size, built.sha256, built.bag_sha256
        held.heads = dict(built.heads)
        held.save()
        _record(
            "evidence.export_ready",
            held,
            actor,
            now,
            checksum=built.sha256,
            bag_sha256=built.bag_sha256,
            size=built.size,
        )
    return held


def _fail(found: HandOver, code: str, actor: Actor, now: datetime) -> HandOver:
    with durable():
        return _give_up(_held(found.ident), code, actor, now)


def _give_up(held: HandOver, code: str, actor: Actor, now: datetime) -> HandOver:
    held.stage, held.trouble = Stage.FAILED, code
    held.save(update_fields=["stage", "trouble"])
    _record("evidence.export_failed", held, actor, now, reason=code)
    return held


def try_again(*, ident: str, actor: Actor, now: datetime) -> HandOver:
    """Make a file again that did not come about; nobody has to agree a second time.

    :raises Refused: `hand-over-step`
    """
    actor.require("evidence.export")
    with durable():
        held = _held(ident)
        if held.stage != Stage.APPROVED:  # else: whoever made it may have died on the way
            rules.check_move(held.stage, Stage.APPROVED)
        held.stage, held.trouble = Stage.APPROVED, ""
        held.save(update_fields=["stage", "trouble"])
        _record("evidence.export_again", held, actor, now)
        publish(HandOverAgreed(held.pk))
    return held


def fetch_file(*, ident: str, actor: Actor, now: datetime) -> HandOver:
    """Record that the file is taken to the recipient; call it before the first byte is sent.

    :raises NotFound: the file is gone
    :raises Refused: `hand-over-step`: not ready yet
    """
    actor.require("evidence.export")
    with durable():
        held = _held(ident)
        if held.stage not in {Stage.READY, Stage.HANDED_OVER}:
            rules.check_move(held.stage, Stage.HANDED_OVER)
        if not building.path_of(held).is_file():
            raise NotFound(
                "Die Datei ist nicht mehr da. Bitte eine neue Herausgabe beantragen.",
                "hand-over-file-gone",
            )
        if held.stage == Stage.READY:
            held.stage, held.handed_over_at = Stage.HANDED_OVER, now
            held.save(update_fields=["stage", "handed_over_at"])
        _record("evidence.export_fetched", held, actor, now, checksum=held.sha256)
    seal_record(now)
    return held


@transaction.atomic
def confirm_receipt(*, ident: str, receipt: str, actor: Actor, now: datetime) -> HandOver:
    """Note that the recipient confirmed; the encrypted file has done its work and goes.

    :raises Refused: `receipt-needed`, `hand-over-step`
    """
    actor.require("evidence.export")
    if not receipt.strip():
        raise Refused(
            "Bitte angeben, wie der Empfang bestätigt wurde, zum Beispiel „Schreiben vom 3. Mai“.",
            "receipt-needed",
            field="receipt",
        )
    held = _held(ident)
    rules.check_move(held.stage, Stage.RECEIVED)
    held.stage, held.received_at, held.receipt = Stage.RECEIVED, now, receipt.strip()[:300]
    held.save(update_fields=["stage", "received_at", "receipt"])
    _record("evidence.export_received", held, actor, now)
    path = building.path_of(held)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return held


def drop_files(*, recording_ident: str) -> int:
    """Remove the encrypted files of a recording whose key was destroyed; return how many.

    What lies at the recipient's stays theirs; that it went there stands in the record.
    """
    found = HandOver.objects.filter(recording__ident=recording_ident)
    paths = [path for path in map(building.path_of, found) if path.is_file()]
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def _held(ident: str) -> HandOver:
    """Return a hand-over, locked.

    :raises NotFound: there is none
    """
    rows = HandOver.objects.select_for_update(of=("self",))
    found = rows.select_related("recording__derived_from").filter(ident=ident).first()
    if found is None:
        raise NotFound("Diese Herausgabe gibt es nicht.", "no-such-hand-over")
    return found


def _record(act: str, held: HandOver, actor: Actor, now: datetime, **body: object) -> None:
    journal.record(
        act=act,
        subject=f"recording:{held.recording.ident}",
        actor=actor.ref,
        now=now,
        body={"export": held.ident, **body},
    )

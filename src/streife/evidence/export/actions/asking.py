"""Asking for a hand-over, and agreeing to it as a second person."""

from dataclasses import dataclass
from datetime import date, datetime

from streife.accounts.rules import Actor
from streife.evidence import queries
from streife.evidence.actions.locks import (
    durable,
    no_such_recording,
    person_id,
    seal_record,
)
from streife.evidence.actions.second_person import told_why
from streife.evidence.events import HandOverAgreed
from streife.evidence.export import building
from streife.evidence.export.actions.locks import check_may_leave, held_one, note
from streife.evidence.models import HandOver, Recording
from streife.evidence.rules import access, identity
from streife.evidence.rules import handing_over as rules
from streife.evidence.rules.handing_over import Stage
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotPermitted, Refused
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
    demand: int | None = None  # the demand of a person concerned that this answers


def request_hand_over(*, ident: str, wanted: Wanted, actor: Actor, now: datetime) -> HandOver:
    """Ask for a hand-over; a released redacted copy needs no second person and is made at once.

    :raises NotFound: no such recording for this actor
    :raises NotPermitted: without `evidence.export`; `sealed`, `no-case` (recorded as denied)
    :raises Refused: `key-destroyed`, `not-ingested`, `not-released`, `purpose-unknown`,
        `redaction-needed`, `recipient-key-malformed`, `reference-needed`, `answer-date-wrong`
    """
    actor.require("evidence.export")
    _deny_hidden(ident, actor, now)
    with durable():
        recording = _held_for(ident, now)
        form = rules.form_of(recording.operation)
        _check_wanted(wanted)
        purpose = rules.check_for_purpose(wanted.purpose, form)
        building.recipient_of(wanted.recipient_key)
        second = rules.needs_second(form)
        made = HandOver.objects.create(
            ident=identity.new_id(now),
            recording=recording,
            stage=Stage.REQUESTED if second else Stage.APPROVED,
            recipient=" ".join(wanted.recipient.split())[:200],
            recipient_key=rules.check_recipient_key(wanted.recipient_key),
            purpose=purpose,
            legal_basis=wanted.legal_basis.strip()[:200] or rules.LEGAL_BASES[purpose],
            reference=wanted.reference.strip()[:120],
            answer_due=rules.answer_due(local(now).date(), wanted.answer_due),
            requested_at=now,
            requested_by_id=person_id(actor),
        )
        body = _answer_demand(made, wanted.demand)
        note("evidence.export_requested", made, actor, now, purpose=str(purpose), **body)
        if not second:
            publish(HandOverAgreed(made.pk))
    seal_record(now)
    return made


def _answer_demand(made: HandOver, demand: int | None) -> dict[str, int]:
    """Note for which demand of a person concerned a copy goes out; return it for the record.

    :raises Refused: `no-such-demand`
    """
    if demand is None:
        return {}
    row = queries.open_access(made.recording).filter(erasure_id=demand).first()
    if row is None or made.purpose != rules.Purpose.SUBJECT:
        raise Refused(
            "Zu diesem Verlangen gehört diese Herausgabe nicht: Bitte als Zweck die Auskunft an die"
            " aufgenommene Person wählen, oder das Verlangen weglassen.",
            "no-such-demand",
            field="demand",
        )
    row.hand_over = made
    row.save(update_fields=["hand_over"])
    return {"erasure": demand}


def _deny_hidden(ident: str, actor: Actor, now: datetime) -> None:
    """Refuse whoever may not even look; that they tried stands in the record."""
    recording = queries.visible_to(actor).filter(ident=ident).first()
    if recording is None:
        raise no_such_recording()
    code = access.why_hidden(actor, queries.seen_of(recording, now))
    if not code:
        return
    with durable():
        journal.record(
            act="evidence.export_denied",
            subject=f"recording:{ident}",
            actor=actor.ref,
            now=now,
            body={"reason": code},
        )
    raise NotPermitted(
        "Herausgeben kann nur, wer die Aufnahme ansehen darf. Diese ist versiegelt oder gehört"
        " zu keinem Vorgang von Ihnen.",
        code,
    )


def _held_for(ident: str, now: datetime) -> Recording:
    """Return the recording, locked, if its content may leave the house."""
    rows = Recording.objects.select_for_update(of=("self",))
    recording = rows.select_related("derived_from", "wearer").get(ident=ident)
    check_may_leave(recording, now)
    return recording


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


def decide_hand_over(
    *, ident: str, agreed: bool, actor: Actor, now: datetime, why: str = ""
) -> HandOver:
    """Agree to a hand-over or refuse it with a reason, as a second person.

    :raises NotPermitted: without `evidence.export_decide`
    :raises Refused: `own-request`, `hand-over-step`, `refusal-needed`,
        what `check_may_leave` refuses
    """
    actor.require("evidence.export_decide")
    with durable():
        held = held_one(ident)
        access.check_other_person(actor, held.requested_by_id)
        after = Stage.APPROVED if agreed else Stage.REFUSED
        rules.check_move(held.stage, after)
        if agreed:
            check_may_leave(held.recording, now)
        held.refusal = "" if agreed else access.check_refusal(why)
        held.stage, held.decided_at, held.decided_by_id = after, now, actor.user_id
        held.save(update_fields=["stage", "decided_at", "decided_by", "refusal"])
        act = "evidence.export_approved" if agreed else "evidence.export_refused"
        note(act, held, actor, now, **told_why(held.refusal))
        if agreed:
            publish(HandOverAgreed(held.pk))
    seal_record(now)
    return held

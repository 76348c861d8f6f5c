"""Deciding about what somebody else asked for: the same for recordings, photos and things.

Each function takes a row that is locked; the caller writes the line in the record.
"""

from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.evidence import rules
from streife.evidence.actions.locks import person_id
from streife.evidence.models import DemandedRecording, Keeping, TwoPersonRequest
from streife.kernel.errors import NotFound, Refused

Request = TypeVar("Request", bound=TwoPersonRequest)


def hold_request(model: type[Request], request_id: int) -> Request:
    """Return a request, locked until the transaction ends.

    :raises NotFound: there is none
    """
    rows = model._default_manager.select_for_update(of=("self",))
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise NotFound("Diesen Antrag gibt es nicht.", "no-such-request")
    return found


def decide_request(
    found: TwoPersonRequest,
    *,
    granted: bool,
    actor: Actor,
    now: datetime,
    why: str,
    firm: bool = False,
) -> dict[str, int | str | bool]:
    """Grant or refuse a locked request, once; whoever asked may take it back unless it is `firm`.

    Returns what the record says of it. A second person who refuses says why.

    :raises NotPermitted: without `evidence.decide`
    :raises Refused: `own-request`, `already-decided`, `refusal-needed`
    """
    rules.check_decider(actor, found.requested_by_id, granted=granted, firm=firm)
    if found.decided_at is not None:
        raise Refused("Über diesen Antrag ist schon entschieden.", "already-decided")
    refused = not granted and actor.user_id != found.requested_by_id
    found.refusal = rules.check_refusal(why) if refused else ""
    found.decided_at, found.decided_by_id, found.granted = now, person_id(actor), granted
    found.save(update_fields=["decided_at", "decided_by", "granted", "refusal"])
    return {"granted": granted, **told_why(found.refusal)}


def told_why(refusal: str) -> dict[str, bool]:
    """Return what the record says of a reason: that there is one."""
    return {"with_reason": True} if refusal else {}


def check_passed_on_by_others(actor: Actor, demands: QuerySet[DemandedRecording]) -> None:
    """Pass only who entered none of the demands: whoever passed one on asked, too.

    :raises Refused: `own-request`
    """
    for row in demands.select_related("erasure"):
        rules.check_other_person(actor, row.erasure.entered_by_id)


def check_open(hold: Keeping) -> None:
    """Pass only a hold that nobody ended.

    :raises Refused: `hold-over`
    """
    if hold.released_at is not None:
        raise Refused("Diese Sicherung ist schon beendet.", "hold-over")


def confirm_keeping(hold: Keeping, *, actor: Actor, now: datetime) -> None:
    """Say as a second person that something is needed, once.

    :raises NotPermitted: without `evidence.decide`
    :raises Refused: `own-request`, `already-confirmed`
    """
    actor.require("evidence.decide")
    rules.check_other_person(actor, hold.requested_by_id)
    if hold.confirmed_at is not None:
        raise Refused("Diese Sicherung ist schon bestätigt.", "already-confirmed")
    hold.confirmed_at, hold.confirmed_by_id = now, person_id(actor)
    hold.save(update_fields=["confirmed_at", "confirmed_by"])


def release_keeping(
    hold: Keeping, *, why: str, actor: Actor, now: datetime, wearer_user_id: int | None = None
) -> dict[str, int | str | bool]:
    """End a hold; a confirmed one takes another person than who asked for it.

    Returns what the record says of it. Whoever ends what others asked for and nobody confirmed
    says why: that is a no.

    :raises NotPermitted: `check_may_end`
    :raises Refused: `own-request`, `own-recording`, `refusal-needed`
    """
    check_may_end(actor, confirmed=hold.confirmed_at is not None)
    asked_by, confirmed = hold.requested_by_id, hold.confirmed_at is not None
    rules.check_release(
        actor, asked_by=asked_by, confirmed=confirmed, wearer_user_id=wearer_user_id
    )
    refused = rules.is_refusal(actor, asked_by=asked_by, confirmed=confirmed)
    hold.refusal = rules.check_refusal(why) if refused else ""
    hold.released_at, hold.released_by_id = now, person_id(actor)
    hold.save(update_fields=["released_at", "released_by", "refusal"])
    return {"hold": hold.pk, **told_why(hold.refusal)}


def check_may_end(actor: Actor, *, confirmed: bool = False) -> None:
    """Pass whoever keeps things; or a superior, as long as nobody has confirmed.

    :raises NotPermitted: without `evidence.hold`, and without `evidence.decide`
    """
    if confirmed or not actor.may("evidence.decide"):
        actor.require("evidence.hold")

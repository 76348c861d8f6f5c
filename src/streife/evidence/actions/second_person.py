"""Deciding about what somebody else asked for: the same for recordings, photos and things.

Each function takes a row that is locked; the caller writes the line in the record.
"""

from datetime import datetime
from typing import TypeVar

from streife.accounts.rules import Actor
from streife.evidence import rules
from streife.evidence.actions.locks import person_id
from streife.evidence.models import Keeping, TwoPersonRequest
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
    found: TwoPersonRequest, *, granted: bool, actor: Actor, now: datetime, firm: bool = False
) -> None:
    """Grant or refuse a locked request, once; whoever asked may take it back unless it is `firm`.

    :raises NotPermitted: without `evidence.decide`
    :raises Refused: `own-request`, `already-decided`
    """
    rules.check_decider(actor, found.requested_by_id, granted=granted, firm=firm)
    if found.decided_at is not None:
        raise Refused("Über diesen Antrag ist schon entschieden.", "already-decided")
    found.decided_at, found.decided_by_id, found.granted = now, person_id(actor), granted
    found.save(update_fields=["decided_at", "decided_by", "granted"])


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
    hold: Keeping, *, actor: Actor, now: datetime, wearer_user_id: int | None = None
) -> None:
    """End a hold; a confirmed one takes another person than who asked for it.

    :raises NotPermitted: without `evidence.hold`
    :raises Refused: `own-request`, `own-recording`
    """
    actor.require("evidence.hold")
    rules.check_release(
        actor,
        asked_by=hold.requested_by_id,
        confirmed=hold.confirmed_at is not None,
        wearer_user_id=wearer_user_id,
    )
    hold.released_at, hold.released_by_id = now, person_id(actor)
    hold.save(update_fields=["released_at", "released_by"])

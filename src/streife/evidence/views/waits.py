"""What waits for a second person, as lines of a list and as a card on the page it is about."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from streife.accounts.rules import Actor
from streife.evidence import queries, rules, sentences
from streife.evidence.models import (
    DeletionRequest,
    Keeping,
    PictureDeletionRequest,
    Recording,
)

Row = dict[str, Any]


def holds(actor: Actor) -> list[Row]:
    """Return who needs a recording or a photo and has no second person yet; recordings first."""
    recordings = [
        {
            **_line(actor, hold, _recording(hold.recording.ident)),
            "what": sentences.word(rules.HOLD_REASONS, hold.reason),
            "answer": reverse("evidence:confirm", args=[hold.pk]),
            "refuse": reverse("evidence:release_hold", args=[hold.pk])
            if _may_end(actor, hold, _wearer(hold.recording))
            else "",
        }
        for hold in queries.open_holds()
    ]
    pictures = [
        {
            **_line(actor, hold, _item(actor, hold.picture.item.ident)),
            "what": sentences.word(rules.HOLD_REASONS, hold.reason),
            "thing": hold.picture.item.label,
            "answer": reverse("evidence:confirm_picture", args=[hold.pk]),
            "refuse": reverse("evidence:release_picture", args=[hold.pk]),
        }
        for hold in queries.open_picture_holds()
    ]
    return recordings + pictures


def deletions(actor: Actor) -> list[Row]:
    """Return which recordings and photos somebody wants to go early; recordings first."""
    recordings = [
        {
            **_line(actor, one, _recording(one.recording.ident)),
            "what": sentences.word(rules.GROUNDS, one.ground),
            "part": _part(one),
            "answer": reverse("evidence:decide", args=[one.pk]),
        }
        for one in queries.open_deletion_requests()
    ]
    pictures = [
        {
            **_line(actor, one, _item(actor, one.picture.item.ident)),
            "what": sentences.word(rules.GROUNDS, one.ground),
            "thing": one.picture.item.label,
            "needed": ""
            if queries.goes_at(one.picture.item)
            else _("Achtung: Der Gegenstand ist noch verwahrt oder sein Vorgang offen."),
            "answer": reverse("evidence:decide_picture", args=[one.pk]),
        }
        for one in queries.open_picture_requests()
    ]
    return recordings + pictures


def copies(actor: Actor) -> list[Row]:
    """Return the redacted copies that wait for their release."""
    return [
        {"row": one, "own": actor.user_id in {one.made_by_id, one.begun_by_id}}
        for one in queries.copies_made()
    ]


def destructions(actor: Actor) -> list[Row]:
    """Return which things somebody wants to be destroyed."""
    return [
        {"row": one, "own": one.requested_by_id == actor.user_id}
        for one in queries.open_destructions()
    ]


def asked(actor: Actor, one: DeletionRequest | PictureDeletionRequest | None) -> Row | None:
    """Return an open request for the page of what it is about."""
    if one is None:
        return None
    picture = isinstance(one, PictureDeletionRequest)
    address = "evidence:decide_picture" if picture else "evidence:decide"
    return {
        **_line(actor, one, ""),
        "what": sentences.word(rules.GROUNDS, one.ground),
        "may_take_back": one.ground not in rules.SEALING and one.requested_by_id == actor.user_id,
        "may_decide": actor.may("evidence.decide"),
        "answer": reverse(address, args=[one.pk]),
    }


def kept_by(
    actor: Actor, rows: Iterable[Keeping], address: str, wearer: int | None = None
) -> list[Row]:
    """Return the holds on something; with the address to end one for who may."""
    return [
        {
            "row": hold,
            "reason": sentences.word(rules.HOLD_REASONS, hold.reason),
            "late": rules.confirmed_late(hold.fact()),
            "release": reverse(address, args=[hold.pk]) if _may_end(actor, hold, wearer) else "",
            "refuses": rules.is_refusal(
                actor, asked_by=hold.requested_by_id, confirmed=hold.confirmed_at is not None
            ),
        }
        for hold in rows
    ]


def _may_end(actor: Actor, hold: Keeping, wearer: int | None) -> bool:
    confirmed = hold.confirmed_at is not None
    may = actor.may("evidence.hold") or (not confirmed and actor.may("evidence.decide"))
    if hold.released_at is not None or not may:
        return False
    return rules.may_release(
        actor, asked_by=hold.requested_by_id, confirmed=confirmed, wearer_user_id=wearer
    )


def _wearer(recording: Recording) -> int | None:
    return recording.wearer.user_id if recording.wearer else None


def _line(actor: Actor, row: Any, href: str) -> Row:
    return {"row": row, "own": actor.user_id in _askers(row), "href": href}


def _askers(row: Any) -> set[int | None]:
    """Return who asked: also whoever passed the demand of a person concerned on."""
    erasure = row.erasure if isinstance(row, PictureDeletionRequest) else None
    return {row.requested_by_id, erasure.entered_by_id} if erasure else {row.requested_by_id}


def _recording(ident: str) -> str:
    return reverse("evidence:recording", args=[ident])


def _item(actor: Actor, ident: str) -> str:
    """Return the page of a thing, nothing for who may decide about it but not open it."""
    return reverse("evidence:item", args=[ident]) if actor.may("evidence.items") else ""


def _part(one: DeletionRequest) -> str:
    if one.from_ms is None or one.to_ms is None:
        return ""
    return f"{sentences.at_text(one.from_ms)}–{sentences.at_text(one.to_ms)}"

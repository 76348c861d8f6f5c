"""What a second person refused: read by whoever asked for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from streife.accounts.rules import Actor
from streife.evidence.models import (
    DeletionRequest,
    DestructionRequest,
    HandOver,
    Hold,
    PictureDeletionRequest,
    PictureHold,
    Redaction,
    TwoPersonRequest,
)

READ_FOR = timedelta(days=14)  # so long whoever asked finds it on the first page
MOST = 10
Request = TypeVar("Request", bound=TwoPersonRequest)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request of one person that another refused, when, and why."""

    about: Model
    by: Any  # the account of whoever decided
    at: datetime
    why: str


def last_refused(rows: QuerySet[Request]) -> Request | None:
    """Return the latest of some requests if it was refused; None if it was not, or is open."""
    last = rows.select_related("decided_by").order_by("-pk").first()
    return last if last is not None and last.refusal else None


def refused_to(actor: Actor, now: datetime) -> list[Refusal]:
    """Return what somebody asked for and was refused in the last two weeks, newest first."""
    if actor.user_id is None:
        return []
    found = sorted(_refused(actor.user_id, now - READ_FOR), key=lambda one: one.at, reverse=True)
    return found[:MOST]


def _refused(user_id: int, since: datetime) -> Iterator[Refusal]:
    asked = Q(requested_by=user_id)
    decided: list[tuple[type[Model], Q, str, str, str]] = [
        (DeletionRequest, asked, "decided_at", "decided_by", "recording"),
        (PictureDeletionRequest, asked, "decided_at", "decided_by", "picture__item"),
        (DestructionRequest, asked, "decided_at", "decided_by", "item"),
        (HandOver, asked, "decided_at", "decided_by", "recording"),
        (Hold, asked, "released_at", "released_by", "recording"),
        (PictureHold, asked, "released_at", "released_by", "picture__item"),
        (Redaction, Q(made_by=user_id) | Q(begun_by=user_id), "refused_at", "refused_by", "copy"),
    ]
    for model, whose, at, by, about in decided:
        rows = model._default_manager.filter(whose, **{f"{at}__gt": since})
        for row in rows.exclude(refusal="").select_related(by, about).order_by(f"-{at}")[:MOST]:
            yield Refusal(row, *(getattr(row, name) for name in (by, at, "refusal")))

"""Demands of persons concerned: who may follow them, what became of the photos, what fits."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from streife.accounts.rules import Actor
from streife.evidence import rules
from streife.evidence.models import ErasureCase, Item, PictureDeletionRequest
from streife.evidence.queries.custody import items_for
from streife.evidence.queries.pictures import picture_held
from streife.kernel.errors import NotFound

MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """A demand, where it stands, and until when the person waits for an answer."""

    row: ErasureCase
    standing: rules.Standing
    answer_by: date


def erasures_for(actor: Actor) -> QuerySet[ErasureCase]:
    """Return the demands somebody may know of, unanswered ones first.

    Whoever enters them sees all; whoever looks for the photos what is not answered yet.
    """
    rows = ErasureCase.objects.select_related("entered_by", "missed_by", "answered_by")
    rows = rows.order_by(F("answered_at").desc(nulls_first=True), "received_on", "pk")
    if actor.may("evidence.erasures"):
        return rows
    return rows.filter(answered_at=None) if actor.may("evidence.find_pictures") else rows.none()


def erasure_for(actor: Actor, erasure_id: int) -> ErasureCase:
    """Return one demand.

    :raises NotFound: there is none, or the actor may not know
    """
    found = erasures_for(actor).filter(pk=erasure_id).first()
    if found is None:
        raise NotFound("Dieses Löschverlangen gibt es nicht.", "no-such-erasure")
    return found


def photos_of(erasure: ErasureCase) -> QuerySet[PictureDeletionRequest]:
    """Return what was asked for a demand, oldest first; without what was taken back."""
    rows = erasure.photos.exclude(granted=False, decided_by=F("requested_by"))
    rows = rows.select_related("picture__item", "requested_by", "decided_by")
    return rows.order_by("requested_at", "pk")


def progress_of(erasure: ErasureCase) -> Progress:
    """Return where a demand stands."""
    photos = [
        rules.Asked(
            open=row.decided_at is None,
            going_at=row.picture.going_at,
            gone_at=row.picture.gone_at,
        )
        for row in photos_of(erasure)
    ]
    standing = rules.standing_of(
        photos,
        not_found=erasure.missed_at is not None,
        answered=erasure.answered_at is not None,
    )
    return Progress(erasure, standing, rules.answer_by(erasure.received_on))


def held_reasons(asked: PictureDeletionRequest, now: datetime) -> list[str]:
    """Return why a photo is kept now, as codes; for an answer to the person concerned."""
    if not picture_held(asked.picture, now):
        return []
    holds = asked.picture.holds.filter(released_at=None)
    return [hold.reason for hold in holds if rules.is_held([hold.fact()], now)]


def photographed(number: str) -> list[Item]:
    """Return the things with a photo that go by a number: of their incident, or their own."""
    wanted = number.strip()
    if not wanted:
        return []
    rows = _with_photo(Item.objects.all())
    named = Q(incident__number__iexact=wanted) | Q(ident__iexact=wanted)
    return list(rows.filter(named)[: MOST_OFFERED + 1])


def candidates(actor: Actor, *, text: str = "", day: date | None = None) -> list[Item]:
    """Return things with a photo that may be meant, newest first; for `evidence.items`."""
    rows = _with_photo(items_for(actor))
    for word in text.split():
        rows = rows.filter(
            Q(label__icontains=word)
            | Q(taken_where__icontains=word)
            | Q(incident__number__iexact=word)
        )
    if day is not None:
        rows = rows.filter(taken_at__date=day)  # the day in Germany
    return list(rows[:MOST_OFFERED])


def _with_photo(rows: QuerySet[Item]) -> QuerySet[Item]:
    return rows.filter(
        Q(picture__going_at__isnull=True, picture__isnull=False) | ~Q(picture_path="")
    )

"""Photos of seized things: which there are, when they go, and who set how long they stay."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from streife.evidence import rules
from streife.evidence.models import (
    CustodyEvent,
    Item,
    ItemPicture,
    PictureDeletionRequest,
    PictureHold,
    PicturePeriod,
)
from streife.incidents.rules import LIVE


def picture_of(item: Item) -> ItemPicture | None:
    """Return the photo of a thing, also one that is gone; None if none was ever taken."""
    return ItemPicture.objects.filter(item=item).first()


def has_photo(item: Item) -> bool:
    """Say whether a thing has a photo that is not gone and not going."""
    picture = picture_of(item)
    return bool(item.picture_path) or (picture is not None and picture.going_at is None)


def picture_held(picture: ItemPicture, now: datetime) -> bool:
    """Say whether a hold on a photo counts now."""
    return rules.is_held((hold.fact() for hold in picture.holds.all()), now)


def open_picture_requests() -> QuerySet[PictureDeletionRequest]:
    """Return the requests to delete a photo early that wait for a second person, oldest first.

    Of a photo whose own time came meanwhile nothing is left to decide.
    """
    rows = PictureDeletionRequest.objects.filter(
        decided_at__isnull=True, picture__going_at__isnull=True
    )
    rows = rows.select_related("picture__item__incident", "requested_by", "erasure__entered_by")
    return rows.order_by("requested_at", "pk")


def open_picture_holds() -> QuerySet[PictureHold]:
    """Return the holds on photos that wait for a second person, oldest first."""
    rows = PictureHold.objects.filter(
        confirmed_at__isnull=True, released_at__isnull=True, picture__going_at__isnull=True
    )
    rows = rows.select_related("picture__item", "requested_by")
    return rows.order_by("requested_at", "pk")


def pictures_kept() -> QuerySet[ItemPicture]:
    """Return the photos whose deletion has not begun."""
    return ItemPicture.objects.filter(going_at__isnull=True)


def pictures_there() -> QuerySet[ItemPicture]:
    """Return the photos whose bytes should lie in the store."""
    return ItemPicture.objects.filter(gone_at__isnull=True)


def pictures_deleted() -> QuerySet[ItemPicture]:
    """Return the photos that went or are going, latest first: each row is the proof."""
    rows = ItemPicture.objects.filter(going_at__isnull=False)
    return rows.select_related("item").order_by("-going_at", "-pk")


def periods() -> dict[rules.End, rules.Period]:
    """Return what counts now, for every end: what was set last, else what nobody has set yet."""
    set_ones = {
        rules.End(row.end): rules.Period(rules.End(row.end), row.days, row.source, row.set_at)
        for row in PicturePeriod.objects.order_by("pk")
    }
    return {**rules.UNSET, **set_ones}


def goes_at(item: Item) -> datetime | None:
    """Return from when the photo of a thing must be deleted; None while it is needed."""
    last = CustodyEvent.objects.filter(item=item).order_by("-pk").first()
    return _goes_at(item, last.at, periods()) if last is not None else None


def pictures_due(now: datetime) -> list[str]:
    """Return the ids of things whose photo must be deleted now, oldest photo first."""
    last = CustodyEvent.objects.filter(item=OuterRef("item")).order_by("-pk").values("at")[:1]
    rows = (
        pictures_kept()
        .filter(item__step__in=[end.value for end in rules.End])
        .select_related("item__incident")
        .prefetch_related("holds")
        .annotate(step_at=Subquery(last))
        .order_by("kept_at", "pk")
    )
    facts = periods()
    ends = ((row, _goes_at(row.item, row.step_at, facts)) for row in rows)
    due = [row for row, end in ends if end is not None and end <= now]
    return [row.item.ident for row in due if not picture_held(row, now)]


def _goes_at(
    item: Item, step_at: datetime, facts: dict[rules.End, rules.Period]
) -> datetime | None:
    incident = item.incident
    case = None
    if incident is not None:
        case = rules.Case(live=incident.status in LIVE, closed_at=incident.closed_at)
    return rules.picture_goes_at(step=item.step, step_at=step_at, case=case, periods=facts)

"""Reads about items: which there are, who has them, what is due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from streife.accounts.rules import Actor
from streife.equipment.models import Asset, Handover, Inspection
from streife.equipment.rules import (
    SOON,
    AssetState,
    Due,
    Kind,
    kinds_of,
    usable,
)
from streife.kernel.errors import NotFound, Refused

BODY_CAM = "body_cam"


@dataclass(frozen=True, slots=True)
class Carried:
    """Who had an item: from `since` to before `until` (nothing: still)."""

    item_id: int
    officer_id: int
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DueItem:
    """A date of an item that is near or past."""

    asset: Asset
    what: Due
    day: date
    overdue: bool


def kinds() -> Mapping[str, Kind]:
    """Return the kinds of this installation by code, in the order of the file.

    :raises Refused: `equipment-bad-file`
    """
    return _kinds(Path(settings.EQUIPMENT_DIR))


@cache
def _kinds(folder: Path) -> Mapping[str, Kind]:
    path = folder / "kinds.yaml"
    try:
        return kinds_of(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(
            "Die Datei der Ausstattungsarten ist nicht lesbar. Bitte prüfen Sie %(path)s.",
            "equipment-bad-file",
            values={"path": str(path)},
        ) from error


def kind_named(code: str) -> Kind:
    """Return a kind.

    :raises Refused: `no-such-kind`
    """
    kind = kinds().get(code)
    if kind is None:
        raise Refused("Diese Art von Ausstattung gibt es nicht.", "no-such-kind", field="kind")
    return kind


def visible_to(actor: Actor) -> QuerySet[Asset]:
    """Return the items the actor may see: all with `equipment.view`, else what they carry now."""
    rows = Asset.objects.order_by("kind", "inventory_number")
    if actor.may("equipment.view"):
        return rows
    if actor.user_id is None:
        return rows.none()
    return rows.filter(handovers__until_at=None, handovers__officer__user_id=actor.user_id)


def assets_with_holders(actor: Actor) -> QuerySet[Asset]:
    """Return the visible items with `.open_handovers` (none or one each)."""
    open_ones = Handover.objects.filter(until_at=None).select_related("officer")
    return visible_to(actor).prefetch_related(
        Prefetch("handovers", queryset=open_ones, to_attr="open_handovers")
    )


def asset_for(actor: Actor, asset_id: int) -> Asset:
    """Return one item.

    :raises NotFound: there is none, or the actor may not see it
    """
    asset = visible_to(actor).filter(pk=asset_id).first()
    if asset is None:
        raise NotFound(
            "Dieses Stück gibt es nicht, oder Sie dürfen es nicht sehen.", "no-such-asset"
        )
    return asset


def asset_numbered(number: str) -> Asset | None:
    """Return the item with an inventory or serial number, as a scanner reads it."""
    text = number.strip()
    if not text:
        return None
    rows = Asset.objects.filter(Q(inventory_number__iexact=text) | Q(serial__iexact=text))
    # A label with the inventory number wins over another maker's serial that reads the same.
    return min(rows, key=lambda row: row.inventory_number.lower() != text.lower(), default=None)


def found(actor: Actor, *, kind: str = "", query: str = "") -> list[Asset]:
    """Return the visible items of a kind, or those whose number, label or holder has the words."""
    rows = assets_with_holders(actor)
    if kind:
        rows = rows.filter(kind=kind)
    if query:
        rows = rows.filter(
            Q(inventory_number__icontains=query)
            | Q(serial__icontains=query)
            | Q(note__icontains=query)
            | Q(
                handovers__in=Handover.objects.filter(
                    until_at=None, officer__last_name__icontains=query
                )
            )
        )
    return list(rows[:500])


def holder_of(asset_id: int) -> Handover | None:
    """Return the open handover of an item, if somebody has it."""
    rows = Handover.objects.filter(asset_id=asset_id, until_at=None)
    return rows.select_related("officer").first()


def inspections_of(asset_id: int) -> list[Inspection]:
    """Return the inspections of an item, newest first."""
    return list(Inspection.objects.filter(asset_id=asset_id).order_by("-done_date", "-id"))


def latest_moves(actor: Actor, limit: int = 8) -> list[Handover]:
    """Return what this actor handed out or took back last, to see that a scan was right."""
    if actor.user_id is None:
        return []
    rows = Handover.objects.filter(Q(given_by=actor.user_id) | Q(taken_by=actor.user_id))
    ordered = rows.annotate(moved_at=Coalesce("until_at", "since_at")).order_by("-moved_at", "-id")
    return list(ordered.select_related("asset", "officer")[:limit])


def history_of(asset_id: int) -> list[Handover]:
    """Return the handovers of an item, newest first: check `equipment.view` before."""
    rows = Handover.objects.filter(asset_id=asset_id).select_related(
        "officer", "given_by", "taken_by"
    )
    return list(rows.order_by("-since_at", "-id"))


def carried(*, serial: str, at: datetime, kind: str = BODY_CAM) -> Carried | None:
    """Return who had the item with a serial number at a moment; nothing if that is not known.

    On the second of a change the new holder counts. For packages that asked their own permission.
    """
    if not serial.strip():
        return None
    row = (
        Handover.objects.filter(
            Q(until_at__isnull=True) | Q(until_at__gt=at),
            asset__serial__iexact=serial.strip(),
            asset__kind=kind,
            since_at__lte=at,
        )
        .order_by("-since_at", "-id")
        .first()
    )
    if row is None:
        return None
    return Carried(row.asset_id, row.officer_id, row.since_at, row.until_at)


def carried_by(officer_ids: Iterable[int]) -> Mapping[int, list[Handover]]:
    """Return what officers have now, by officer: check `equipment.view` or the own id before."""
    rows = Handover.objects.filter(officer_id__in=officer_ids, until_at=None)
    found: dict[int, list[Handover]] = {}
    for row in rows.select_related("asset").order_by("asset__kind", "asset__inventory_number"):
        found.setdefault(row.officer_id, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class CarriedLine:
    """One thing somebody carries, for the page of a person."""

    asset_id: int
    kind: Kind | None
    number: str
    since: datetime
    good_until: date | None
    usable: bool
    ends_soon: bool  # or has ended


def carried_lines(officer_id: int, *, on: date) -> list[CarriedLine]:
    """Return what an officer carries now: the page that asks has checked who may see it."""
    lines = []
    for row in carried_by([officer_id]).get(officer_id, []):
        asset = row.asset
        days = [day for day in (asset.due_date, asset.expires_date) if day is not None]
        good = usable(AssetState(asset.state), asset.due_date, asset.expires_date, on=on)
        ends = min(days, default=None)
        lines.append(
            CarriedLine(
                asset.pk,
                kinds().get(asset.kind),
                asset.inventory_number,
                row.since_at,
                ends,
                good,
                ends is not None and ends <= on + SOON,
            )
        )
    return lines


def items_due(actor: Actor, *, on: date, within: timedelta = SOON) -> list[DueItem]:
    """Return the dates of visible items that are past or near, the most urgent first.

    Retired and lost items need no inspection.
    """
    last = on + within
    rows = (
        assets_with_holders(actor)
        .filter(state__in=[AssetState.READY, AssetState.REPAIR])
        .filter(Q(due_date__lte=last) | Q(expires_date__lte=last))
    )
    found = []
    for asset in rows:
        for what, day in ((Due.INSPECTION, asset.due_date), (Due.EXPIRY, asset.expires_date)):
            if day is not None and day <= last:
                found.append(DueItem(asset, what, day, overdue=day < on))
    return sorted(found, key=lambda row: (row.day, row.asset.inventory_number))

"""Reads about numbers: how many there are of a kind, what a shift has, what a plan can count on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from streife.accounts.rules import Actor
from streife.equipment.models import Asset, Handover
from streife.equipment.queries.items import kinds, visible_to
from streife.equipment.rules import (
    AssetState,
    Holding,
    Issue,
    Kind,
    Ready,
    Supply,
    supplies,
    usable,
)
from streife.staff import queries as staff


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many items of a kind there are, how many somebody has, how many can be used today."""

    kind: Kind
    total: int
    out: int
    usable: int


def counts_by_kind(actor: Actor, *, on: date) -> list[KindCount]:
    """Return the numbers of every kind, without what is retired."""
    rows = list(visible_to(actor).exclude(state=AssetState.RETIRED))
    out = set(Handover.objects.filter(until_at=None).values_list("asset_id", flat=True))
    counts = []
    for kind in kinds().values():
        own = [row for row in rows if row.kind == kind.code]
        good = [
            row
            for row in own
            if usable(AssetState(row.state), row.due_date, row.expires_date, on=on)
        ]
        counts.append(KindCount(kind, len(own), sum(row.pk in out for row in own), len(good)))
    return counts


def supplies_for(officer_ids: Iterable[int], *, on: date, returned: bool = False) -> list[Supply]:
    """Return what these officers, together on a shift, need and have of every kind.

    `returned`: the shift has not begun, so what others took out of the pool will be back by then.
    """
    ids = frozenset(officer_ids)
    held = dict(Handover.objects.filter(until_at=None).values_list("asset_id", "officer_id"))
    pool = {kind.code for kind in kinds().values() if kind.issue == Issue.POOL}
    holdings = []
    for row in Asset.objects.exclude(state=AssetState.RETIRED):
        holder = held.get(row.pk)
        if holder is not None and holder not in ids:
            if not (returned and row.kind in pool):
                continue
            holder = None
        days = [day for day in (row.due_date, row.expires_date) if day is not None]
        good = usable(AssetState(row.state), row.due_date, row.expires_date, on=on)
        holdings.append(Holding(row.kind, holder, min(days, default=None), usable=good))
    return supplies(kinds().values(), staff.skills_on(ids, on), holdings, on=on)


def pool_kinds() -> list[Kind]:
    """Return the kinds that are taken out for a shift and brought back, in the order of the file.

    :raises Refused: `equipment-bad-file`
    """
    return [kind for kind in kinds().values() if kind.issue == Issue.POOL]


def ready_between(first_day: date, last_day: date) -> Mapping[tuple[str, date], Ready]:
    """Return how many pieces of the pool can be used on each day, by kind and day.

    What is out on a shift now comes back; what is lost or retired counts for nothing. A kind of
    which the inventory never held a piece is left out: nothing is known about it.
    """
    pool = {kind.code for kind in pool_kinds()}
    rows = list(Asset.objects.filter(kind__in=pool).order_by("pk"))
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    return {
        (code, day): _ready_on([row for row in rows if row.kind == code], day)
        for code in sorted({row.kind for row in rows})
        for day in days
    }


def _ready_on(rows: Iterable[Asset], day: date) -> Ready:
    there = [row for row in rows if row.state in {AssetState.READY, AssetState.REPAIR}]
    good = sum(
        usable(AssetState(row.state), row.due_date, row.expires_date, on=day) for row in there
    )
    broken = sum(row.state == AssetState.REPAIR for row in there)
    # One that has expired for good is neither: no inspection brings it back.
    overdue = sum(
        row.state == AssetState.READY
        and row.due_date is not None
        and row.due_date < day
        and (row.expires_date is None or day <= row.expires_date)
        for row in there
    )
    return Ready(good, overdue, broken)

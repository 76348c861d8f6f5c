"""Reads about numbers: how many there are of a kind, what a shift has, what a plan can count on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Crew:
    """The officers of a shift, and its day.

    `returned`: the shift has not begun, so what others took out of the pool will be back by then.
    """

    officer_ids: frozenset[int]
    on: date
    returned: bool = False


def supplies_for(crews: Sequence[Crew]) -> list[list[Supply]]:
    """Return what each crew needs and has of every kind, in the order of the crews.

    The inventory and the people are read once, however many crews there are.
    """
    if not crews:
        return []
    held = dict(Handover.objects.filter(until_at=None).values_list("asset_id", "officer_id"))
    assets = list(Asset.objects.exclude(state=AssetState.RETIRED))
    everybody = {pk for crew in crews for pk in crew.officer_ids}
    days = [crew.on for crew in crews]
    skills = staff.skills_between(everybody, min(days), max(days))
    return [
        supplies(
            kinds().values(),
            {
                pk: frozenset(span.kind.value for span in skills[pk] if span.holds_on(crew.on))
                for pk in crew.officer_ids
            },
            list(_holdings(assets, held, crew)),
            on=crew.on,
        )
        for crew in crews
    ]


def _holdings(
    assets: Iterable[Asset], held: Mapping[int, int | None], crew: Crew
) -> Iterator[Holding]:
    """Yield what a crew holds, or may take out of the pool."""
    pool = {kind.code for kind in kinds().values() if kind.issue == Issue.POOL}
    for row in assets:
        holder = held.get(row.pk)
        if holder is not None and holder not in crew.officer_ids:
            if not (crew.returned and row.kind in pool):
                continue
            holder = None
        days = [day for day in (row.due_date, row.expires_date) if day is not None]
        good = usable(AssetState(row.state), row.due_date, row.expires_date, on=crew.on)
        yield Holding(row.kind, holder, min(days, default=None), usable=good)


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

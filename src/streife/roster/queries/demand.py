"""What is needed by weekday, for special days, by the clock; and which things."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from streife.equipment import queries as equipment
from streife.roster.models import Demand, EquipmentNeed, HourDemand


@dataclass(frozen=True, slots=True)
class Weekly:
    """A kind of shift in an area (or a qualification in it): least and better, Monday first."""

    kind: str
    area: str
    qualification: str
    cells: tuple[tuple[int, int], ...]


def weekly(on: date) -> list[Weekly]:
    """Return what a week needs, in the order of the shifts."""
    rows = (
        Demand.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on),
            weekday__isnull=False,
            valid_from__lte=on,
            kind__active=True,
        )
        .select_related("kind", "area")
        .order_by("kind__order", "qualification", "area__name", "weekday")
    )
    cells: dict[tuple[str, str, str], dict[int, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        key = (row.kind.name, row.area.name if row.area else "", row.qualification)
        cells[key][row.weekday or 0] = (row.count, max(row.count, row.preferred))
    return [
        Weekly(*key, tuple(found.get(weekday, (0, 0)) for weekday in range(7)))
        for key, found in cells.items()
    ]


def hourly(since: date) -> list[HourDemand]:
    """Return what is needed by the clock from a day on: every week, then on single days."""
    rows = HourDemand.objects.filter(
        Q(day__gte=since) | Q(day__isnull=True), Q(valid_to__isnull=True) | Q(valid_to__gt=since)
    )
    return list(rows.select_related("area").order_by("weekday", "day", "begins", "pk"))


def events(since: date) -> list[Demand]:
    """Return the special days from a day on."""
    rows = Demand.objects.filter(day__gte=since).select_related("kind", "area")
    return list(rows.order_by("day", "pk"))


@dataclass(frozen=True, slots=True)
class Thing:
    """Which thing some kinds of shift need alike: names of shifts and areas.

    `ready`: how many of it can be used today (None: not known).
    """

    need: EquipmentNeed
    name: str
    kinds: tuple[str, ...]
    areas: tuple[str, ...]
    ready: int | None


Figures = tuple[str, date, int, int]


def _figures(need: EquipmentNeed) -> Figures:
    return need.item, need.valid_from, need.one_for, need.turnaround_minutes


def things(on: date) -> list[Thing]:
    """Return which things the shifts need, by thing; what is needed alike stands together."""
    rows = EquipmentNeed.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), kind__active=True, one_for__gt=0
    ).select_related("kind", "area")
    areas: dict[tuple[int, bool, Figures], list[str]] = defaultdict(list)
    first: dict[tuple[int, bool, Figures], EquipmentNeed] = {}
    for row in rows.order_by("item", "valid_from", "kind__order", "area__name"):
        key = row.kind_id, row.area is None, _figures(row)
        first.setdefault(key, row)
        areas[key] += [row.area.name] if row.area else []
    alike: dict[tuple[tuple[str, ...], Figures], list[EquipmentNeed]] = defaultdict(list)
    for key, row in first.items():
        alike[tuple(areas[key]), _figures(row)].append(row)
    ready, names = equipment.ready_between(on, on), equipment.kinds()
    return [
        Thing(
            needs[0],
            names[needs[0].item].name if needs[0].item in names else needs[0].item,
            tuple(need.kind.name for need in needs),
            where,
            ready[needs[0].item, on].count if (needs[0].item, on) in ready else None,
        )
        for (where, _), needs in alike.items()
    ]

"""Reads about the ground; areas are kept in memory per process and read again after an import."""

import threading
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import shapely
from django.db.models import Q, QuerySet
from shapely.geometry import shape

from streife.db.kept import Kept
from streife.kernel import clock
from streife.kernel.clock import local
from streife.kernel.geo import Point
from streife.places.finding import Gazetteer
from streife.places.ground import AreaRow, Ground
from streife.places.hours import holiday_on, opening_at, week
from streife.places.models import Area, DataVersion, Office, Site, Zone
from streife.places.rules import AreaKind, OfficeHours, Phone, PlaceHit, Whereabouts
from streife.places.sentences import opening_sentence, week_sentence

MAP_TOLERANCE_DEGREES = 0.00005  # about 5 m: not seen on a city map


def valid_on(on: date) -> Q:
    """Return the condition that a dated row is valid on a day."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def data_version() -> UUID | None:
    """Return the token of the last import, None before the first (now and then a query)."""
    return _version(None)


_version = Kept[None, "UUID | None"](
    lambda _: DataVersion.objects.values_list("token", flat=True).first()
)


@dataclass
class _Atlas:
    """All areas of one data version; one `Ground` for every span between two changes."""

    version: UUID | None
    borders: list[date]
    rows: list[tuple[date, date | None, AreaRow]]
    grounds: dict[int, Ground] = field(default_factory=dict)

    def on(self, day: date) -> Ground:
        span = bisect_right(self.borders, day)
        if span not in self.grounds:
            self.grounds[span] = Ground(
                [row for start, end, row in self.rows if start <= day and (not end or day < end)]
            )
        return self.grounds[span]


_lock = threading.Lock()
_atlas: _Atlas | None = None


def ground(*, on: date) -> Ground:
    """Return the index of the areas valid on a day; for loops over many points (one query)."""
    global _atlas
    version = data_version()
    if version is None:
        return fresh_ground(on=on)  # rows that no import made have no token to be kept under
    with _lock:
        if _atlas is None or _atlas.version != version:
            _atlas = _read(version)
        return _atlas.on(on)


def fresh_ground(*, on: date) -> Ground:
    """Return the index read from the tables now, for the import itself and for its tests."""
    return _read(None).on(on)


def _read(version: UUID | None) -> _Atlas:
    rows = [
        (start, end, AreaRow(*rest))
        for start, end, *rest in Area.objects.values_list(
            "valid_from", "valid_to", "id", "kind", "code", "name", "parent__code", "geometry"
        ).order_by("id")
    ]
    borders = {start for start, _, _ in rows} | {end for _, end, _ in rows if end}
    return _Atlas(version, sorted(borders), rows)


def forget() -> None:
    """Drop what this process keeps in memory; the import calls it, others see the new token."""
    global _atlas, _names
    with _lock:
        _atlas, _names = None, None


def whereabouts(point: Point, *, on: date) -> Whereabouts | None:
    """Return the areas that hold a point on a day, None outside the city (one query)."""
    return ground(on=on).whereabouts(point)


def middle_of(quarter_id: int, *, on: date) -> Point | None:
    """Return the middle of a quarter on a day, None for what is none (one query)."""
    return ground(on=on).middle_of(quarter_id)


def areas(kind: AreaKind, *, on: date) -> QuerySet[Area]:
    """Return the areas of one kind valid on a day, by code."""
    return Area.objects.filter(valid_on(on), kind=kind).order_by("code", "id")


def area_codes(kind: AreaKind) -> dict[int, str]:
    """Return the codes of all rows of a kind by id, ended ones too: what figures group by."""
    return dict(Area.objects.filter(kind=kind).values_list("id", "code"))


def outlines(kind: AreaKind, *, on: date) -> list[tuple[Area, Any]]:
    """Return the areas of a kind with shapes simplified for a city map, borders still shared."""
    rows = list(areas(kind, on=on))
    shapes = shapely.coverage_simplify([shape(row.geometry) for row in rows], MAP_TOLERANCE_DEGREES)
    return list(zip(rows, shapes, strict=True))


def area_choices(kind: AreaKind, *, on: date) -> list[tuple[int, str]]:
    """Return (id, name) of the areas of one kind, by name: the choices of a form field."""
    return list(_choices((kind, on)))


_choices = Kept[tuple[AreaKind, date], list[tuple[int, str]]](
    lambda key: list(areas(key[0], on=key[1]).order_by("name").values_list("id", "name"))
)


def city_code(*, on: date) -> str:
    """Return the city's Amtliche Gemeindeschlüssel, empty before the first import."""
    code = areas(AreaKind.CITY, on=on).values_list("code", flat=True).first()
    return code or ""


def public_holidays(first_day: date, last_day: date) -> dict[date, str]:
    """Return the public holidays of the city's state between two days (both included), by day."""
    code = city_code(on=first_day)
    days = (first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1))
    return {day: name for day in days if (name := holiday_on(day, city_code=code))}


def offices_now(now: datetime) -> list[OfficeHours]:
    """Return the offices and whether each is open at a moment, in the order of the data."""
    today = local(now).date()
    code = city_code(on=today)
    return [_office(office, now, code) for office in offices_on(today)]


def _office(office: Office, now: datetime, code: str) -> OfficeHours:
    hours = office.opening_hours
    opening = opening_at(hours, now, city_code=code) if hours else None
    return OfficeHours(
        code=office.code,
        name=office.name,
        address=office.address,
        phones=tuple(Phone(line["label"], line["number"]) for line in office.phones),
        open_now=opening.open_now if opening else None,
        text=opening_sentence(opening, now),
        hours_text=week_sentence(week(hours, now)) if hours else "",
        note=office.note,
        point=Point(office.latitude, office.longitude),
        approximate=office.approximate,
    )


@dataclass(frozen=True, slots=True)
class _Names:
    version: UUID | None
    day: date
    gazetteer: Gazetteer


_names: _Names | None = None


def find_places(text: str, *, limit: int = 8) -> list[PlaceHit]:
    """Return places whose name or address fits what was typed, the best first (one query).

    Knows offices, sites, quarters and districts, no house numbers: "Nordmarkt 17" finds Nordmarkt.
    """
    global _names
    version, day = data_version(), local(clock.now()).date()
    with _lock:
        if _names is None or (_names.version, _names.day) != (version, day) or version is None:
            _names = _Names(version, day, _gazetteer(day))
        gazetteer = _names.gazetteer
    return gazetteer.find(text, limit=limit)


def _gazetteer(day: date) -> Gazetteer:
    entries: list[tuple[str, PlaceHit]] = []
    for office in Office.objects.filter(valid_on(day)):
        point = Point(office.latitude, office.longitude)
        hit = PlaceHit(f"{office.name}, {office.address}", point, "office", office.approximate)
        entries += [(office.name, hit), (office.address, hit)]
    for site in Site.objects.filter(valid_on(day)):
        hit = PlaceHit(site.name, Point(site.latitude, site.longitude), site.kind, site.approximate)
        entries += [(site.name, hit), (site.address, hit)]
    for kind in (AreaKind.QUARTER, AreaKind.DISTRICT):
        for area in areas(kind, on=day):
            centre = shapely.point_on_surface(shape(area.geometry))
            entries.append((area.name, PlaceHit(area.name, Point(centre.y, centre.x), kind.value)))
    city = areas(AreaKind.CITY, on=day).values_list("name", flat=True).first()
    return Gazetteer(city or "", entries)


def zones_on(day: date) -> QuerySet[Zone]:
    """Return the zones valid on a day, by name."""
    return Zone.objects.filter(valid_on(day)).order_by("name", "id")


def sites_on(day: date) -> QuerySet[Site]:
    """Return the named places valid on a day, by name."""
    return Site.objects.filter(valid_on(day)).order_by("name", "id")


def offices_on(day: date) -> QuerySet[Office]:
    """Return the offices valid on a day, in the order of the data."""
    return Office.objects.filter(valid_on(day)).order_by("id")

"""Reads about the ground; areas are kept in memory per process and read again after an import."""

import threading
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from streife.kernel.geo import Point
from streife.places.ground import AreaRow, Ground
from streife.places.models import Area, DataVersion
from streife.places.rules import AreaKind, Whereabouts


def valid_on(on: date) -> Q:
    """Return the condition that a dated row is valid on a day."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def data_version() -> UUID | None:
    """Return the token of the last import, None before the first (one query)."""
    return DataVersion.objects.values_list("token", flat=True).first()


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
    global _atlas
    with _lock:
        _atlas = None


def whereabouts(point: Point, *, on: date) -> Whereabouts | None:
    """Return the areas that hold a point on a day, None outside the city (one query)."""
    return ground(on=on).whereabouts(point)


def areas(kind: AreaKind, *, on: date) -> QuerySet[Area]:
    """Return the areas of one kind valid on a day, by code."""
    return Area.objects.filter(valid_on(on), kind=kind).order_by("code", "id")


def area_choices(kind: AreaKind, *, on: date) -> list[tuple[int, str]]:
    """Return (id, name) of the areas of one kind, by name: the choices of a form field."""
    return list(areas(kind, on=on).order_by("name").values_list("id", "name"))

"""Point → areas in microseconds: the areas of one day, indexed in memory. No Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import shape

from streife.kernel.geo import Point
from streife.places.rules import AreaKind, Whereabouts


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area as the index needs it."""

    id: int
    kind: str
    code: str
    name: str
    parent_code: str | None  # by code: a newer version of the parent is still the parent
    geometry: dict[str, Any]  # GeoJSON


class Ground:
    """All areas of one day; finds the quarter of a point and everything above it."""

    def __init__(self, rows: Sequence[AreaRow]) -> None:
        by_key = {(row.kind, row.code): row for row in rows}
        quarters = sorted(
            (row for row in rows if row.kind == AreaKind.QUARTER), key=lambda row: row.code
        )
        self._shapes = [shape(row.geometry) for row in quarters]
        self._tree = shapely.STRtree(self._shapes)
        self._city = shapely.union_all(
            [shape(row.geometry) for row in rows if row.kind == AreaKind.CITY]
        )
        shapely.prepare(self._shapes)
        shapely.prepare(self._city)
        operational = [
            (shape(row.geometry), row) for row in rows if row.kind == AreaKind.OPERATIONAL
        ]
        self._answers = [
            _answer(quarter, geometry, by_key, operational)
            for quarter, geometry in zip(quarters, self._shapes, strict=True)
        ]

    def whereabouts(self, point: Point) -> Whereabouts | None:
        """Return the areas of a point, None outside the city.

        On a border the quarter with the lowest code wins, so the answer is always the same. A
        point inside the city's outline that falls between two quarters belongs to the nearest.
        """
        spot = shapely.Point(point.longitude, point.latitude)
        for index in sorted(int(number) for number in self._tree.query(spot)):
            if shapely.intersects_xy(self._shapes[index], point.longitude, point.latitude):
                return self._answers[index]
        if self._answers and shapely.intersects_xy(self._city, point.longitude, point.latitude):
            return self._answers[int(self._tree.nearest(spot))]
        return None

    def middle_of(self, quarter_id: int) -> Point | None:
        """Return the centre of gravity of a quarter, None for what is none."""
        for answer, geometry in zip(self._answers, self._shapes, strict=True):
            if answer.quarter_id == quarter_id:
                middle = geometry.centroid
                return Point(middle.y, middle.x)
        return None


def _answer(
    quarter: AreaRow,
    geometry: Any,
    by_key: dict[tuple[str, str], AreaRow],
    operational: Sequence[tuple[Any, AreaRow]],
) -> Whereabouts:
    """Join a quarter with the rows above it.

    Operational areas follow quarter borders, so a point inside the quarter decides for all of it.
    """
    district = by_key[AreaKind.DISTRICT, quarter.parent_code or ""]
    city = by_key[AreaKind.CITY, district.parent_code or ""]
    inside = geometry.representative_point()
    unit = next((row for area, row in operational if area.intersects(inside)), None)
    return Whereabouts(
        city_id=city.id,
        district_id=district.id,
        district_name=district.name,
        quarter_id=quarter.id,
        quarter_name=quarter.name,
        operational_id=unit.id if unit else None,
        operational_name=unit.name if unit else "",
    )

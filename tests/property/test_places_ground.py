"""What holds for every point of the city and for every import."""

from functools import cache
from typing import Any

import shapely
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from streife.kernel.geo import Point
from streife.places.bundle import read_bundle
from streife.places.drafts import Bundle
from streife.places.ground import AreaRow, Ground
from streife.places.rules import AreaKind, fold


@cache
def bundle() -> Bundle:
    return read_bundle(settings.DATA_DIR)


@cache
def ground() -> Ground:
    kinds = tuple(AreaKind)
    return Ground(
        [
            AreaRow(
                number,
                draft.kind,
                draft.code,
                draft.values["name"],
                draft.parent[1] if draft.parent else None,
                draft.values["geometry"],
            )
            for number, draft in enumerate(bundle().of(*kinds), start=1)
        ]
    )


def shapes(kind: AreaKind) -> list[Any]:
    return [draft.shape for draft in bundle().of(kind)]


points = st.builds(
    Point, st.floats(51.40, 51.62, allow_nan=False), st.floats(7.28, 7.66, allow_nan=False)
)


@given(points)
def test_every_point_of_the_city_lies_in_exactly_one_quarter(point: Point) -> None:
    spot = shapely.Point(point.longitude, point.latitude)
    inside = [area for area in shapes(AreaKind.QUARTER) if area.contains(spot)]
    assert len(inside) <= 1
    in_city = bool(shapes(AreaKind.CITY)[0].intersects(spot))
    found = ground().whereabouts(point)
    if inside or in_city:
        assert found is not None
    elif shapes(AreaKind.CITY)[0].distance(spot) > 0.0001:
        assert found is None


@given(points)
def test_quarter_district_and_operational_area_agree(point: Point) -> None:
    found = ground().whereabouts(point)
    spot = shapely.Point(point.longitude, point.latitude)
    if found is None or shapely.union_all(shapes(AreaKind.CITY)).boundary.distance(spot) < 0.0002:
        return
    by_name = {draft.values["name"]: draft for draft in bundle().of(AreaKind.DISTRICT)}
    assert by_name[found.district_name].shape.distance(spot) < 0.00001
    assert found.operational_id is not None


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)

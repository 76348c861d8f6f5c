"""From afar the map counts what lies together, and shows by its icon what is alone."""

from datetime import datetime
from typing import Any

import pytest

from streife.incidents.queries import clusters
from streife.incidents.rules import Filters
from streife.kernel.geo import Box, Point
from tests.dispatching import NORDMARKT, a_shift

pytestmark = pytest.mark.django_db
CITY = Box(51.41, 7.30, 51.60, 7.64)


def test_a_single_incident_is_an_icon_where_it_is_and_no_circle(
    now: datetime, django_assert_num_queries: Any
) -> None:
    world = a_shift(now)
    for _ in range(2):
        world.incident("Zusammen", NORDMARKT)
    alone = world.incident("Allein", Point(51.46, 7.45))
    with django_assert_num_queries(2):
        features = clusters(world.dispatcher, CITY, 11.0, Filters())["features"]
    assert len(features) == 2
    group = next(f for f in features if f["properties"]["kind"] == "cluster")
    single = next(f for f in features if f["properties"]["kind"] == "incident")
    assert group["properties"]["count"] == 2
    assert single["properties"]["number"] == alone.number
    assert single["properties"]["icon"] == "abfall"
    assert single["geometry"]["coordinates"] == [7.45, 51.46]


def test_nothing_alone_costs_nothing(now: datetime, django_assert_num_queries: Any) -> None:
    world = a_shift(now)
    for _ in range(2):
        world.incident("Zusammen", NORDMARKT)
    with django_assert_num_queries(1):
        features = clusters(world.dispatcher, CITY, 11.0, Filters())["features"]
    assert [f["properties"]["kind"] for f in features] == ["cluster"]


def test_a_single_one_obeys_the_filter(now: datetime) -> None:
    world = a_shift(now)
    world.incident("Allein", Point(51.46, 7.45))
    other = Filters(category_codes=("hunde.leine",))
    assert clusters(world.dispatcher, CITY, 11.0, other)["features"] == []

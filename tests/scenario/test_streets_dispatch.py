"""The recommendation goes by the streets where there are some, and says what it goes by."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from shapely.geometry import box
from time_machine import travel

from streife.accounts.rules import Role
from streife.dispatch import actions
from streife.dispatch.queries import recommend, unit_for, way_to
from streife.dispatch.rules import Recommendation
from streife.kernel.geo import Point
from streife.streets.actions import Origin, import_network
from streife.streets.holding import forget
from tests.dispatching import World, a_shift
from tests.factories import plain_actor
from tests.streets_making import CAMPUS

MENSA, LIBRARY, NORDMARKT = Point(51.4926, 7.4145), Point(51.4900, 7.4092), Point(51.5240, 7.4650)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now: datetime, settings: object, tmp_path: Path) -> World:
    """Return a running shift whose files are its own."""
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    forget()
    return a_shift(now)


def _campus(now: datetime) -> None:
    import_network(
        path=CAMPUS,
        origin=Origin("Campus", "osm"),
        outline=box(7.403, 51.487, 7.42, 51.495),
        actor=plain_actor(Role.ADMIN),
        now=now,
        tell=lambda text: None,
    )


def _found(world: World, point: Point) -> dict[str, Recommendation]:
    incident = world.incident(point=point)
    return {row.call_sign: row for row in recommend(world.dispatcher, incident.pk, world.now)}


def _stand(world: World, call_sign: str, who: int, point: Point, *, motorised: bool) -> int:
    unit = world.unit(call_sign, (who, who + 1), motorised=motorised)
    actions.report_position(
        unit_id=unit.pk,
        point=point,
        measured_at=world.now,
        actor=world.crew_actor(who),
        now=world.now,
    )
    return unit.pk


def test_the_straight_line_becomes_a_way(world: World) -> None:
    walker = _stand(world, "KOD 11", 0, LIBRARY, motorised=False)
    _stand(world, "KOD 12", 2, LIBRARY, motorised=True)
    before = _found(world, MENSA)
    assert "etwa" in before["KOD 11"].reasons[0].text
    assert before["KOD 11"].estimated
    _campus(world.now)
    after = _found(world, MENSA)
    assert after["KOD 11"].reasons[0].text == f"Fußweg {after['KOD 11'].minutes} Min."
    assert after["KOD 12"].reasons[0].text == f"Fahrweg {after['KOD 12'].minutes} Min."
    assert not after["KOD 11"].estimated
    way = way_to(unit_for(world.dispatcher, walker, world.now), MENSA, world.now)
    assert way is not None
    assert (way.minutes, way.estimated) == (after["KOD 11"].minutes, False)


def test_off_the_network_it_is_estimated_again_and_says_so(world: World) -> None:
    _campus(world.now)
    _stand(world, "KOD 11", 0, NORDMARKT, motorised=False)
    _stand(world, "KOD 12", 2, LIBRARY, motorised=False)
    found = _found(world, MENSA)
    assert found["KOD 11"].estimated
    assert "Luftlinie, geschätzt" in found["KOD 11"].reasons[0].text
    assert not found["KOD 12"].estimated
    assert found["KOD 12"].rank == 1


def test_the_desk_sees_the_way_of_a_unit_on_the_map(
    world: World, client_for: Callable[[Role], Client]
) -> None:
    unit = _stand(world, "KOD 11", 0, LIBRARY, motorised=False)
    incident = world.incident(point=MENSA)
    desk, asked = client_for(Role.DISPATCHER), {"vorgang": incident.number, "weg": unit}
    with travel(world.now, tick=False):
        page = desk.get(f"/vorgang/{incident.number}/", {"weg": unit}).content.decode()
        assert f"?weg={unit}#karte" in page
        assert f"&amp;weg={unit}" in page
        straight, who, what = desk.get("/leitstelle/karte.geojson", asked).json()["features"]
        _campus(world.now)
        way, _, _ = desk.get("/leitstelle/karte.geojson", asked).json()["features"]
    assert [who["properties"]["kind"], what["properties"]["kind"]] == ["unit", "incident"]
    assert straight["properties"]["title"] == "Weg, Luftlinie"
    assert len(straight["geometry"]["coordinates"]) == 2
    assert way["properties"]["title"] == "Weg"
    assert len(way["geometry"]["coordinates"]) > 10
    with travel(world.later(45), tick=False):  # nobody knows any more where the unit is
        assert len(desk.get("/leitstelle/karte.geojson", asked).json()["features"]) == 1
    case_officer = client_for(Role.DPO)
    assert len(case_officer.get("/leitstelle/karte.geojson", asked).json()["features"]) == 1

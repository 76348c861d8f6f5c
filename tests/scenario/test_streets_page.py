"""The page of the street network: honest without one, with one, and with a broken one."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from shapely.geometry import shape
from time_machine import travel

from streife.accounts.rules import Role
from streife.streets.actions import Origin, import_network
from streife.streets.holding import forget
from streife.streets.models import Network
from streife.streets.storing import path_of
from tests.factories import plain_actor
from tests.streets_making import CAMPUS

PAGE, MAP, WAY = (
    f"/leitstelle/strassennetz/{name}" for name in ("", "karte.geojson", "weg.geojson")
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office(settings: object, tmp_path: Path, now: datetime) -> object:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    forget()
    with travel(now, tick=False):
        call_command("import_places", data=django_settings.DATA_DIR, verbosity=0)
        yield


@pytest.fixture
def desk(client_for: Callable[[Role], Client]) -> Client:
    """Return a dispatcher's browser."""
    return client_for(Role.DISPATCHER)


def _campus(now: datetime) -> Network:
    return import_network(
        path=CAMPUS,
        origin=Origin("Campus", "osm"),
        outline=None,
        actor=plain_actor(Role.ADMIN),
        now=now,
        tell=lambda text: None,
    ).network


def test_without_a_network_the_page_says_so_and_how_to_get_one(desk: Client) -> None:
    page = desk.get(PAGE).content.decode()
    assert "Es gibt noch kein Straßennetz" in page
    assert "import_streets" in page
    assert "So weit käme man etwa ab" in page
    assert "(Luftlinie, geschätzt)" in page


def test_without_a_network_the_map_shows_circles_that_are_called_estimates(desk: Client) -> None:
    found = desk.get(MAP).json()["features"]
    kinds = [feature["properties"]["kind"] for feature in found]
    assert kinds == ["reach", "reach", "reach", "office"]
    assert all("geschätzt" in f["properties"]["title"] for f in found[:3])
    wide, middle, near = (shape(feature["geometry"]) for feature in found[:3])
    assert wide.contains(middle)
    assert middle.contains(near)


def test_with_a_network_the_page_shows_where_it_comes_from(desk: Client, now: datetime) -> None:
    _campus(now)
    page = desk.get(PAGE, {"mit": "car"}).content.decode()
    assert "aus dem Straßennetz „Campus“" in page
    assert "OpenStreetMap-Mitwirkende" in page
    assert "ODbL 1.0" in page
    assert "keine Straße des Netzes" in page  # the offices are far from the campus
    assert "kein Weg" in page
    kinds = [f["properties"]["kind"] for f in desk.get(MAP).json()["features"]]
    assert kinds == ["network", "office"]


def test_a_lost_file_is_named_and_nothing_breaks(desk: Client, now: datetime) -> None:
    path_of(_campus(now).checksum).unlink()
    forget()
    page = desk.get(PAGE).content.decode()
    assert "fehlt oder ist beschädigt" in page
    assert "(Luftlinie, geschätzt)" in page


def test_a_way_between_two_points_is_a_line(desk: Client, now: datetime) -> None:
    asked = {"von": "51.4926,7.4145", "nach": "51.4900,7.4092", "mit": "foot"}
    (straight,) = desk.get(WAY, asked).json()["features"]
    assert straight["properties"]["estimated"] is True
    assert len(straight["geometry"]["coordinates"]) == 2
    _campus(now)
    (way,) = desk.get(WAY, asked).json()["features"]
    assert way["properties"]["estimated"] is False
    assert len(way["geometry"]["coordinates"]) > 10
    assert desk.get(WAY, asked | {"nach": "51.52,7.46"}).json()["features"] == []
    assert desk.get(WAY, asked | {"nach": "dort"}).status_code == 409
    assert desk.get(WAY, asked | {"nach": "nan,7"}).status_code == 409


@pytest.mark.parametrize("address", [PAGE, MAP])
def test_nobody_else_opens_the_page(client_for: Callable[[Role], Client], address: str) -> None:
    assert client_for(Role.TRAINING_LEAD).get(address).status_code == 403
    assert client_for(Role.ADMIN).get(address).status_code == 200


def test_an_invented_office_or_mode_is_the_usual_one(desk: Client) -> None:
    assert desk.get(PAGE, {"von": "nirgends", "mit": "pferd"}).status_code == 200

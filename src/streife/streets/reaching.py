"""How far a patrol gets: areas by minutes, on the streets or, marked, as the crow flies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from streife.kernel.geo import EARTH_RADIUS_METRES, Point
from streife.streets.areas import area_beside
from streife.streets.building import Streets
from streife.streets.holding import held_on
from streife.streets.rules import Mode
from streife.streets.speeds import speeds

_GRID_METRES = {Mode.FOOT: 40.0, Mode.BICYCLE: 80.0, Mode.CAR: 120.0}
_COVERED_GRID_METRES = 250.0


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """What is reached in so many minutes: an area (shapely, degrees)."""

    minutes: int
    area: Any

    @property
    def square_km(self) -> float:
        """The size of the area."""
        degree_km = np.radians(1) * EARTH_RADIUS_METRES / 1000
        narrow = np.cos(np.radians(self.area.centroid.y)) if not self.area.is_empty else 0.0
        return float(self.area.area * degree_km**2 * narrow)


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """How far one gets; a later ring holds the earlier ones.

    With `estimated` there is no network and the areas are circles. `lost`: no street is near.
    """

    rings: tuple[Ring, ...]
    estimated: bool
    lost: bool = False


def reach(start: Point, mode: Mode, minutes: Sequence[int], *, on: date) -> Reach:
    """Return how far one gets from a point in the given minutes (ascending)."""
    held = held_on(on)
    if held is None:
        return Reach(tuple(Ring(m, _circle(start, mode, m)) for m in minutes), estimated=True)
    router = held.router(mode)
    place = router.ground.snap([start], within_metres=speeds().snap_metres)
    if place.lost[0]:
        return Reach((), estimated=False, lost=True)
    times = router.reach(place, limit_seconds=60.0 * max(minutes)).seconds
    return Reach(
        tuple(
            Ring(m, area_beside(held.streets, times <= 60.0 * m, grid_metres=_GRID_METRES[mode]))
            for m in minutes
        ),
        estimated=False,
    )


def _circle(start: Point, mode: Mode, minutes: int) -> Any:
    how = speeds().straight_line
    metres = minutes * 60 * how.kmh[mode] / 3.6 / how.detour_factor
    up = np.degrees(metres / EARTH_RADIUS_METRES)
    across = up / np.cos(np.radians(start.latitude))
    round_one = shapely.Point(0, 0).buffer(1.0, quad_segs=16)
    return shapely.transform(
        round_one, lambda unit: unit * [across, up] + [start.longitude, start.latitude]
    )


def covered_area(*, on: date) -> Any:
    """Return the area (shapely, degrees) that a network covers, None without one."""
    held = held_on(on)
    return None if held is None else _covered(held.streets)


@lru_cache(maxsize=2)
def _covered(streets: Streets) -> Any:
    everywhere = np.ones(len(streets.x), dtype=np.bool_)
    return area_beside(streets, everywhere, grid_metres=_COVERED_GRID_METRES)

"""How much of the city a network covers, so that half a network is not taken for a whole one."""

import math
from typing import Any

import numpy as np
import shapely

from streife.kernel.geo import EARTH_RADIUS_METRES, Box
from streife.streets.building import Streets
from streife.streets.pieces import DEGREE

STEP_METRES = 250.0
NEAR_METRES = 500.0  # fields and forests have their next path about this far away


def share_covered(streets: Streets, outline: Any) -> float:
    """Return the share (0–1) of the city that has a street within 500 m.

    Looks at points every 250 m inside the outline (a shapely area in degrees).
    """
    west, south, east, north = outline.bounds
    up = math.degrees(STEP_METRES / EARTH_RADIUS_METRES)
    across = up / math.cos(math.radians((south + north) / 2))
    x, y = np.meshgrid(np.arange(west, east, across), np.arange(south, north, up))
    inside = shapely.contains_xy(outline, x.ravel(), y.ravel())
    places = np.stack([x.ravel()[inside], y.ravel()[inside]], axis=1)
    if not len(places):
        places = np.array([[outline.representative_point().x, outline.representative_point().y]])
    scale = np.array([math.cos(math.radians((south + north) / 2)), 1.0]) * (
        math.radians(1) * EARTH_RADIUS_METRES
    )
    course = np.stack([streets.x, streets.y], axis=1) / DEGREE
    lines = np.repeat(np.arange(len(streets.first)), np.diff(streets.begins))
    tree = shapely.STRtree(shapely.linestrings(course * scale, indices=lines))
    near = tree.query(shapely.points(places * scale), predicate="dwithin", distance=NEAR_METRES)
    return len(np.unique(near[0])) / len(places)


def around(outline: Any, *, metres: float) -> Box:
    """Return the box of an outline with a margin: ways lead out of the city and back."""
    west, south, east, north = outline.bounds
    up = math.degrees(metres / EARTH_RADIUS_METRES)
    across = up / math.cos(math.radians((south + north) / 2))
    return Box(south - up, west - across, north + up, east + across)

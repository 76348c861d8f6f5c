"""Areas for maps: where streets are, and how far one gets, drawn as what lies beside streets."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from streife.kernel.geo import EARTH_RADIUS_METRES
from streife.streets.building import Streets
from streife.streets.pieces import DEGREE

Floats = NDArray[np.float64]


def area_beside(streets: Streets, passed: NDArray[np.bool_], *, grid_metres: float) -> Any:
    """Return the area (shapely, degrees) around the streets whose vertices are `passed`.

    Made of squares of a grid: a union of some thousand buffers would take seconds.
    """
    scale = _scale(streets)
    places = np.stack([streets.x, streets.y], axis=1) / DEGREE * scale
    inside = np.ones(len(places), dtype=np.bool_)
    inside[streets.begins[1:] - 1] = False  # nothing leads from the end of an edge to the next
    pairs = np.flatnonzero(inside & passed & np.roll(passed, -1))
    squares = _squares(places[pairs], places[pairs + 1], grid_metres)
    if not len(squares):
        return shapely.Polygon()
    low = squares * grid_metres
    boxes = shapely.box(low[:, 0], low[:, 1], low[:, 0] + grid_metres, low[:, 1] + grid_metres)
    rough = shapely.coverage_union_all(boxes)
    soft = rough.buffer(grid_metres / 2, quad_segs=3).buffer(-grid_metres / 4, quad_segs=3)
    return shapely.transform(soft.simplify(grid_metres / 8), lambda metres: metres / scale)


def _squares(starts: Floats, ends: Floats, grid_metres: float) -> NDArray[np.int64]:
    """Return the squares of the grid that lines between points pass, each once."""
    steps = np.ceil(np.hypot(*(ends - starts).T) / (grid_metres / 2)).astype(np.int64) + 1
    line = np.repeat(np.arange(len(steps)), steps)
    nth = np.arange(steps.sum()) - np.repeat(np.cumsum(steps) - steps, steps)
    share = (nth / np.maximum(steps[line] - 1, 1))[:, None]
    places = starts[line] * (1 - share) + ends[line] * share
    squares: NDArray[np.int64] = np.unique(np.floor(places / grid_metres).astype(np.int64), axis=0)
    return squares


def _scale(streets: Streets) -> Floats:
    """Return metres per degree east and north in the middle of the network."""
    middle = np.radians((float(streets.y.min()) + float(streets.y.max())) / 2 / DEGREE)
    scale: Floats = np.radians(1) * EARTH_RADIUS_METRES * np.array([np.cos(middle), 1.0])
    return scale

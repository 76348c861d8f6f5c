"""Where on the network a point is: the nearest street that a mode may use."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from streife.kernel.geo import EARTH_RADIUS_METRES, Point
from streife.streets.building import Streets
from streife.streets.pieces import DEGREE, both
from streife.streets.rules import Mode

Floats = NDArray[np.float64]
NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Points on the network: `edge` (or `NOWHERE`), how far along it (0–1), metres to get there."""

    edge: NDArray[np.int64]
    share: Floats
    metres: Floats

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Say of every point whether no street is near."""
        lost: NDArray[np.bool_] = self.edge == NOWHERE
        return lost


class Ground:
    """Finds the nearest edge of one mode by its course, not only by its ends."""

    def __init__(self, streets: Streets, mode: Mode) -> None:
        # Flat metres around the middle of the city: within a few permille there, and fast.
        middle = np.radians((float(streets.y.min()) + float(streets.y.max())) / 2 / DEGREE)
        self._scale = np.radians(1) * EARTH_RADIUS_METRES * np.array([np.cos(middle), 1.0])
        self._edges = np.flatnonzero(streets.flags & both(mode))
        sizes = np.diff(streets.begins)[self._edges]
        starts = np.repeat(streets.begins[self._edges], sizes)
        ahead = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        vertices = starts + ahead
        course = np.stack([streets.x[vertices], streets.y[vertices]], axis=1) / DEGREE
        lines = np.repeat(np.arange(len(self._edges)), sizes)
        self._lines = shapely.linestrings(course * self._scale, indices=lines)
        self._tree = STRtree(self._lines)

    def snap(self, points: Sequence[Point], *, within_metres: float) -> Snapped:
        """Return the nearest place on the network for every point."""
        found = Snapped(
            np.full(len(points), NOWHERE, dtype=np.int64),
            np.zeros(len(points)),
            np.full(len(points), np.inf),
        )
        if not points or not len(self._edges):
            return found
        degrees = np.array([(point.longitude, point.latitude) for point in points])
        places = shapely.points(degrees * self._scale)
        (which, line), metres = self._tree.query_nearest(
            places, max_distance=within_metres, return_distance=True, all_matches=False
        )
        found.edge[which] = self._edges[line]
        found.share[which] = shapely.line_locate_point(
            self._lines[line], places[which], normalized=True
        )
        found.metres[which] = metres
        return found

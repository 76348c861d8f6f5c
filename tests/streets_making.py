"""Small street networks for tests, drawn in metres around one point of Dortmund."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from streife.kernel.geo import EARTH_RADIUS_METRES, Point
from streife.streets.building import Streets, build
from streife.streets.pieces import DEGREE, Passage, Pieces, both, forward
from streife.streets.routing import Router
from streife.streets.rules import Mode

CAMPUS = Path(__file__).parent / "data" / "streets" / "dortmund_tu_campus.osm.pbf"
ORIGIN = Point(51.5, 7.45)
SPEEDS = (4.5, 15.0, 30.0)  # km/h on foot, by bicycle, by car
EVERYBODY = Passage(sum(both(mode) for mode in Mode), SPEEDS)
FOOTPATH = Passage(both(Mode.FOOT), (4.5, 0.0, 0.0))
# Whoever drives goes from the first node to the second only; on foot one may turn round.
ONE_WAY = Passage(both(Mode.FOOT) | forward(Mode.BICYCLE) | forward(Mode.CAR), SPEEDS)

_UP = math.degrees(1 / EARTH_RADIUS_METRES)
_ACROSS = _UP / math.cos(math.radians(ORIGIN.latitude))


def at(east: float, north: float) -> Point:
    """Return the point so many metres east and north of the origin."""
    return Point(ORIGIN.latitude + north * _UP, ORIGIN.longitude + east * _ACROSS)


def pieces(
    nodes: Sequence[tuple[float, float]], lines: Iterable[tuple[int, int, Passage]]
) -> Pieces:
    """Return pieces between nodes given in metres."""
    rows, known = list(lines), dict[Passage, int]()
    places = [at(east, north) for east, north in nodes]
    index = [known.setdefault(passage, len(known)) for _, _, passage in rows]
    return Pieces(
        x=np.array([round(p.longitude * DEGREE) for p in places], dtype=np.int32),
        y=np.array([round(p.latitude * DEGREE) for p in places], dtype=np.int32),
        first=np.array([row[0] for row in rows], dtype=np.int32),
        second=np.array([row[1] for row in rows], dtype=np.int32),
        flags=np.array([row[2].flags for row in rows], dtype=np.uint8),
        passage=np.array(index, dtype=np.int32),
        passages=list(known),
        left_out=Counter(),
    )


def network(
    nodes: Sequence[tuple[float, float]], lines: Iterable[tuple[int, int, Passage]]
) -> Streets:
    """Return the built network."""
    return build(pieces(nodes, lines), tell=lambda text: None).streets


def seconds(streets: Streets, mode: Mode, starts: list[Point], ends: list[Point]) -> np.ndarray:
    """Return exact seconds between points, with streets up to 500 m away."""
    router = Router(streets, mode, foot_kmh=4.5)
    return router.seconds(
        router.ground.snap(starts, within_metres=500), router.ground.snap(ends, within_metres=500)
    )

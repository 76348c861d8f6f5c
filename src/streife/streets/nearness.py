"""How far pairs of near points are apart along the streets: for what spreads over a neighbourhood.

A city's grid has millions of near pairs, and a search from every point to the whole network would
take minutes. Searches end at a limit here, and points that stand together are asked together.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from streife.kernel.geo import Point
from streife.streets.holding import held_on
from streife.streets.routing import Router
from streife.streets.rules import Mode
from streife.streets.snapping import Snapped
from streife.streets.speeds import speeds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AT_ONCE = 128


def pair_metres(
    points: Sequence[Point], to: Ints, origin: Ints, *, limit_metres: float, on: date
) -> Floats | None:
    """Return metres on foot between pairs of points, infinite beyond the limit or without a way.

    `to` and `origin` are indices of `points`; pairs of which one point has no street near are NaN.
    The way between a point and its street does not count: both ends would be measured to the middle
    of something wide. None without a network.
    """
    held = held_on(on)
    if held is None:
        return None
    known = speeds()
    foot = known.straight_line.kmh[Mode.FOOT]
    router = held.router(Mode.FOOT)
    places = router.ground.snap(points, within_metres=known.snap_metres)
    found = _pairs(router, places, to, origin, limit_metres * 3.6 / foot) * (foot / 3.6)
    found[places.lost[to] | places.lost[origin]] = np.nan
    found[to == origin] = 0.0
    return found


def _pairs(router: Router, places: Snapped, to: Ints, origin: Ints, limit: float) -> Floats:
    """Return seconds of pairs; origins in the order of their number are near to each other."""
    found = np.full(len(to), np.inf)
    order = np.argsort(origin, kind="stable")
    known = np.flatnonzero(~places.lost)
    starts = np.searchsorted(origin[order], known)
    ends = np.searchsorted(origin[order], known, side="right")
    for begin in range(0, len(known), AT_ONCE):
        block = known[begin : begin + AT_ONCE]
        mine = order[starts[begin] : ends[min(begin + AT_ONCE, len(known)) - 1]]
        mine = mine[~places.lost[to[mine]] & ~places.lost[origin[mine]]]
        if not len(mine):
            continue
        targets, column = np.unique(to[mine], return_inverse=True)
        seconds = router.near(_part(places, block), _part(places, targets), limit)
        found[mine] = seconds[np.searchsorted(block, origin[mine]), column.ravel()]
    return found


def _part(places: Snapped, which: Ints) -> Snapped:
    return Snapped(places.edge[which], places.share[which], places.metres[which])

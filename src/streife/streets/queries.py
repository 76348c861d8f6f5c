"""Travel times and ways: the same call with a network and without one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streife.kernel.clock import local
from streife.kernel.geo import Point, distance_metres
from streife.streets.holding import Held, held_on, network_on
from streife.streets.models import Network
from streife.streets.nearness import pair_metres
from streife.streets.pieces import DEGREE
from streife.streets.reaching import Reach, covered_area, reach
from streife.streets.rules import (
    Mode,
    ModeTimes,
    TravelTimes,
    by_period,
    spans,
    straight_line,
    whole_seconds,
)
from streife.streets.snapping import Snapped
from streife.streets.speeds import speeds

__all__ = [
    "Course",
    "Reach",
    "Route",
    "course",
    "covered_area",
    "current",
    "departing",
    "history",
    "many_to_one",
    "matrix",
    "one_to_many",
    "pair_metres",
    "reach",
    "route",
    "travel_for",
    "usable",
]


def matrix(points: Sequence[Point], mode: Mode, *, on: date) -> TravelTimes:
    """Return times between all points, shape [n, n], with the network valid on a day.

    A point is led to the nearest street the mode may use, and walks there. Without a network:
    straight line × detour factor, marked `estimated`.
    """
    held = held_on(on)
    if held is None:
        seconds = straight_line(points, points, mode, speeds().straight_line)
        return TravelTimes(mode, seconds, estimated=True)
    places = _snap(held, points, mode)
    return _times(held, mode, places, places, _same(points, points), places)


def one_to_many(start: Point, ends: Sequence[Point], mode: Mode, *, on: date) -> TravelTimes:
    """Return times from one point to many, shape [1, n]; `unreachable` counts the ends."""
    held = held_on(on)
    if held is None:
        seconds = straight_line([start], ends, mode, speeds().straight_line)
        return TravelTimes(mode, seconds, estimated=True)
    starts, places = _snap(held, [start], mode), _snap(held, ends, mode)
    return _times(held, mode, starts, places, _same([start], ends), places)


def many_to_one(starts: Sequence[Point], end: Point, mode: Mode, *, on: date) -> TravelTimes:
    """Return times from many points to one, shape [n, 1]; `unreachable` counts the starts."""
    held = held_on(on)
    if held is None:
        seconds = straight_line(starts, [end], mode, speeds().straight_line)
        return TravelTimes(mode, seconds, estimated=True)
    places, ends = _snap(held, starts, mode), _snap(held, [end], mode)
    return _times(held, mode, places, ends, _same(starts, [end]), places)


def _snap(held: Held, points: Sequence[Point], mode: Mode) -> Snapped:
    return held.router(mode).ground.snap(points, within_metres=speeds().snap_metres)


def _same(starts: Sequence[Point], ends: Sequence[Point]) -> NDArray[np.bool_]:
    """Say which pairs are one and the same point: there is no way to the street and back then."""
    a = np.array([(p.latitude, p.longitude) for p in starts]).reshape(-1, 1, 2)
    b = np.array([(p.latitude, p.longitude) for p in ends]).reshape(1, -1, 2)
    return np.asarray((a == b).all(axis=2))


def _times(
    held: Held,
    mode: Mode,
    starts: Snapped,
    ends: Snapped,
    same: NDArray[np.bool_],
    named: Snapped,
) -> TravelTimes:
    seconds = np.where(same, 0.0, held.router(mode).seconds(starts, ends))
    lost = tuple(int(index) for index in np.flatnonzero(named.lost))
    return TravelTimes(mode, whole_seconds(seconds), False, lost, held.name)


def travel_for(
    points: Sequence[Point], modes: Sequence[Mode], *, begins_at: datetime, ends_at: datetime
) -> tuple[ModeTimes, ...]:
    """Return times between all points for each mode by period of departure within a span.

    The periods of the day (rush hour) that touch the span, as seconds after `begins_at`: what
    `Travel` of the patrol planner asks for.
    """
    begins, ends = local(begins_at), local(ends_at)
    return tuple(
        by_period(
            matrix(points, mode, on=begins.date()), spans(speeds().periods[mode], begins, ends)
        )
        for mode in modes
    )


def departing(times: TravelTimes, moment: datetime) -> TravelTimes:
    """Return the times for whoever leaves at a moment: with the traffic of that hour."""
    here = local(moment)
    factor = spans(speeds().periods[times.mode], here, here)[0][1]
    return replace(times, seconds=by_period(times, [(0, factor)]).seconds[0])


@dataclass(frozen=True, slots=True)
class Route:
    """One way as a line of (longitude, latitude); with `estimated` it is the straight line."""

    mode: Mode
    seconds: int
    metres: float
    line: tuple[tuple[float, float], ...]
    estimated: bool

    @property
    def geometry(self) -> dict[str, Any]:
        """The line as GeoJSON."""
        return {"type": "LineString", "coordinates": [list(place) for place in self.line]}


def route(start: Point, end: Point, mode: Mode, *, on: date) -> Route | None:
    """Return the shortest way between two points, None if a street leads to one of them only.

    Without a network the straight line, marked `estimated`.
    """
    held = held_on(on)
    if held is None:
        ends = ((start.longitude, start.latitude), (end.longitude, end.latitude))
        how = speeds().straight_line
        seconds = int(straight_line([start], [end], mode, how)[0, 0])
        metres = distance_metres(start, end) * how.detour_factor
        return Route(mode, seconds, metres, ends, estimated=True)
    return _route_on(held, start, end, mode)


# Plans are drawn again after every change, and all but one of their ways are the same.
@lru_cache(maxsize=4096)
def _route_on(held: Held, start: Point, end: Point, mode: Mode) -> Route | None:
    way = held.router(mode).way(_snap(held, [start], mode), _snap(held, [end], mode))
    if way is None:
        return None
    line = [(float(x) / DEGREE, float(y) / DEGREE) for x, y in way.course]
    places = ((start.longitude, start.latitude), *line, (end.longitude, end.latitude))
    return Route(
        mode, int(whole_seconds(np.array([way.seconds]))[0]), _length(places), places, False
    )


@dataclass(frozen=True, slots=True)
class Course:
    """A line of (longitude, latitude) through several points; `estimated`: partly straight."""

    line: tuple[tuple[float, float], ...]
    estimated: bool


def course(points: Sequence[Point], mode: Mode, *, on: date) -> Course:
    """Return the line of a whole route; where no way leads from one point to the next, straight.

    For drawing: a leg costs a few milliseconds.
    """
    line: list[tuple[float, float]] = [(p.longitude, p.latitude) for p in points[:1]]
    estimated = False
    for start, end in pairwise(points):
        leg = route(start, end, mode, on=on) if start != end else None
        estimated |= start != end and (leg is None or leg.estimated)
        line += leg.line[1:] if leg else [(end.longitude, end.latitude)]
    return Course(tuple(line), estimated)


def _length(line: Sequence[tuple[float, float]]) -> float:
    points = [Point(latitude, longitude) for longitude, latitude in line]
    return sum(distance_metres(a, b) for a, b in pairwise(points))


def current(*, on: date) -> Network | None:
    """Return the row of the network valid on a day, None if none was imported."""
    return network_on(on)


def usable(*, on: date) -> bool:
    """Say whether the network of a day can be used: its file is there and whole."""
    return held_on(on) is not None


def history() -> list[Network]:
    """Return all networks that ever were in force, the latest first."""
    return list(Network.objects.order_by("-imported_at", "-id"))

"""Travel times in plain Python: modes, what a matrix of times is, and the straight line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from streife.kernel.geo import EARTH_RADIUS_METRES, Point

Seconds = NDArray[np.int32]
Metres = NDArray[np.float64]

# Far above every real way; the same number as in the patrol planner (a test compares the two).
UNREACHABLE = 1_000_000_000


class Mode(StrEnum):
    """How a patrol moves."""

    FOOT = "foot"
    BICYCLE = "bicycle"
    CAR = "car"


@dataclass(frozen=True, slots=True)
class Period:
    """From a time of day on, ways take `factor` times as long (until the next period begins)."""

    begins: time
    factor: float


@dataclass(frozen=True, slots=True)
class StraightLine:
    """What is assumed where no network is: length × `detour_factor` at one speed a mode."""

    detour_factor: float
    kmh: dict[Mode, float]


@dataclass(frozen=True, slots=True, eq=False)
class TravelTimes:
    """Times between points, rounded up to whole seconds, so that a detour is never shorter.

    `seconds[i, j]` leads from point i to point j (int32); `UNREACHABLE` where there is no way.
    `unreachable` holds the indices of points that no street is near to, or that no way leads to
    or from. With `estimated` there is no network: straight line × detour factor.
    """

    mode: Mode
    seconds: Seconds
    estimated: bool
    unreachable: tuple[int, ...] = ()
    network: str = ""

    def minutes(self, start: int, end: int) -> int | None:
        """Return whole minutes (at least 1) from one point to another, None if there is no way."""
        seconds = int(self.seconds[start, end])
        return None if seconds >= UNREACHABLE else max(1, round(seconds / 60))


@dataclass(frozen=True, slots=True, eq=False)
class ModeTimes:
    """Times of one mode by period of departure: `seconds[period, from, to]` (int32).

    `starts` are seconds after the moment that was asked for; the first is 0.
    """

    mode: Mode
    starts: tuple[int, ...]
    seconds: Seconds
    estimated: bool
    unreachable: tuple[int, ...] = ()
    network: str = ""


def metres_between(starts: Sequence[Point], ends: Sequence[Point]) -> Metres:
    """Return great-circle distances in metres, shape [start, end] (haversine)."""
    lat_a, lon_a = _radians(starts)
    lat_b, lon_b = _radians(ends)
    half = (
        np.sin((lat_b[None, :] - lat_a[:, None]) / 2) ** 2
        + np.cos(lat_a)[:, None]
        * np.cos(lat_b)[None, :]
        * np.sin((lon_b[None, :] - lon_a[:, None]) / 2) ** 2
    )
    metres: Metres = 2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(half))
    return metres


def _radians(points: Sequence[Point]) -> tuple[Metres, Metres]:
    degrees = np.array([(p.latitude, p.longitude) for p in points], dtype=float).reshape(-1, 2)
    return np.radians(degrees[:, 0]), np.radians(degrees[:, 1])


def whole_seconds(seconds: NDArray[np.floating]) -> Seconds:
    """Return seconds rounded up, `UNREACHABLE` for what is infinite.

    Rounding up keeps the triangle inequality: ⌈a⌉ + ⌈b⌉ ≥ ⌈a + b⌉.
    """
    # A millionth of a second is noise of the sums, not a way.
    rounded = np.ceil(np.where(np.isfinite(seconds), seconds, UNREACHABLE) - 1e-6)
    return np.minimum(np.maximum(rounded, 0), UNREACHABLE).astype(np.int32)


def straight_line(
    starts: Sequence[Point], ends: Sequence[Point], mode: Mode, how: StraightLine
) -> Seconds:
    """Return estimated seconds by straight line × detour factor, shape [start, end]."""
    metres_a_second = how.kmh[mode] / 3.6
    return whole_seconds(metres_between(starts, ends) * how.detour_factor / metres_a_second)


def spans(
    periods: Sequence[Period], begins_at: datetime, ends_at: datetime
) -> tuple[tuple[int, float], ...]:
    """Return (seconds after `begins_at`, factor) for every period of the day that a span touches.

    `begins_at` and `ends_at` are local times; the first pair starts at 0.
    """
    marks = [
        (datetime.combine(day, period.begins, begins_at.tzinfo), period.factor)
        for offset in range(-1, (ends_at.date() - begins_at.date()).days + 1)
        for day in (begins_at.date() + timedelta(days=offset),)
        for period in periods
    ]
    before = [factor for moment, factor in marks if moment <= begins_at]
    found = [(0, before[-1])]
    for moment, factor in marks:
        if begins_at < moment < ends_at and factor != found[-1][1]:
            # Real seconds, also across the change to summer time.
            found.append((int(moment.timestamp() - begins_at.timestamp()), factor))
    return tuple(found)


def by_period(times: TravelTimes, periods: Sequence[tuple[int, float]]) -> ModeTimes:
    """Return the times of a mode for each (start, factor), unreachable ways left as they are."""
    open_ways = times.seconds < UNREACHABLE
    layers = [
        np.where(open_ways, whole_seconds(times.seconds * factor), UNREACHABLE)
        for _, factor in periods
    ]
    return ModeTimes(
        times.mode,
        tuple(start for start, _ in periods),
        np.stack(layers).astype(np.int32),
        times.estimated,
        times.unreachable,
        times.network,
    )

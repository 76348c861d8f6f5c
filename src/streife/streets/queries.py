"""Travel times: the same call with a network and without one."""

from collections.abc import Sequence
from datetime import date, datetime

from streife.kernel.clock import local
from streife.kernel.geo import Point
from streife.streets.rules import (
    Mode,
    ModeTimes,
    TravelTimes,
    by_period,
    spans,
    straight_line,
)
from streife.streets.speeds import speeds


def matrix(points: Sequence[Point], mode: Mode, *, on: date) -> TravelTimes:
    """Return times between all points, shape [n, n], with the network valid on a day.

    Without a network: straight line × detour factor, marked `estimated`.
    """
    return TravelTimes(
        mode, straight_line(points, points, mode, speeds().straight_line), estimated=True
    )


def one_to_many(start: Point, ends: Sequence[Point], mode: Mode, *, on: date) -> TravelTimes:
    """Return times from one point to many, shape [1, n]; `unreachable` counts the ends."""
    return TravelTimes(
        mode, straight_line([start], ends, mode, speeds().straight_line), estimated=True
    )


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

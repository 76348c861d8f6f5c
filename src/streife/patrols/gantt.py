"""Where things stand in the picture of a plan: pixels from times, so the page needs no script."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from streife.kernel.clock import local
from streife.patrols.queries.sheet import Leg, RouteLine, Sheet, StopLine

HOUR_WIDTH = 156  # ten minutes are 26 pixels: wide enough for a finger and a number
ROW_HEIGHT = 56
BAR_TOP, BAR_HEIGHT = 13, 30
HEAD = 28
PAD = 14
HOUR = timedelta(hours=1)
Scale = Callable[[datetime], float]


@dataclass(frozen=True, slots=True)
class Tick:
    """A full hour."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stop or a break."""

    x: float
    width: float
    middle: float
    line: StopLine | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A way between two stops."""

    x1: float
    x2: float
    minutes: int


@dataclass(frozen=True, slots=True)
class Row:
    """One team."""

    route: RouteLine
    y: int
    bar_y: int
    way_y: int
    text_y: int
    stops: tuple[Bar, ...]
    breaks: tuple[Bar, ...]
    ways: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture; `seconds_per_pixel` is what the island needs for dragging."""

    width: int
    height: int
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    starts_at: datetime
    now_x: float | None
    bar_height: int = BAR_HEIGHT
    row_height: int = ROW_HEIGHT
    head: int = HEAD
    hour_width: int = HOUR_WIDTH
    pad: int = PAD


def picture_of(sheet: Sheet, now: datetime) -> Picture:
    """Return the picture of a plan."""
    shift = sheet.plan.shift
    # Counted in UTC: local hours would jump in the nights when the clocks change.
    starts_at = shift.starts_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)

    def x(moment: datetime) -> float:
        return round(PAD + (moment - starts_at) / HOUR * HOUR_WIDTH, 1)

    ticks, moment = [], starts_at
    while moment <= shift.ends_at:
        ticks.append(Tick(x(moment), f"{local(moment):%H}"))
        moment += HOUR
    rows = []
    for number, route in enumerate(sheet.routes):
        top = HEAD + number * ROW_HEIGHT
        rows.append(_row(route, top, x))
    running = shift.starts_at <= now < shift.ends_at
    return Picture(
        width=int(x(shift.ends_at)) + PAD,
        height=HEAD + len(rows) * ROW_HEIGHT + 4,
        ticks=tuple(ticks),
        rows=tuple(rows),
        starts_at=starts_at,
        now_x=x(now) if running else None,
    )


def _row(route: RouteLine, top: int, x: Scale) -> Row:
    stops = tuple(_bar(x, stop.row.begins_at, stop.ends_at, stop) for stop in route.stops)
    breaks = tuple(_bar(x, pause.begins_at, pause.ends_at) for pause in route.breaks)
    legs = [stop.leg for stop in route.stops] + [route.home]
    ways = tuple(_stretch(x, leg) for leg in legs if leg is not None and leg.minutes)
    middle = top + BAR_TOP + BAR_HEIGHT // 2
    return Row(route, top, top + BAR_TOP, middle, middle + 5, stops, breaks, ways)


def _bar(x: Scale, begins_at: datetime, ends_at: datetime, line: StopLine | None = None) -> Bar:
    left, right = x(begins_at), x(ends_at)
    width = max(10.0, round(right - left, 1))
    return Bar(left, width, round(left + width / 2, 1), line)


def _stretch(x: Scale, leg: Leg) -> Stretch:
    return Stretch(x(leg.leaves_at), x(leg.arrives_at), leg.minutes)

"""The strength of the service as a picture: points of the source, and our own people."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from streife.staff.rules.strength import Known, Month, Published

HEIGHT, TOP, BOTTOM = 260, 24, 28
ROUND = 20  # the scale ends at a multiple of it


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch; x in percent, y in pixels."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Point:
    """A published number."""

    x: float
    y: float
    text: str
    anchor: str
    known: Known


@dataclass(frozen=True, slots=True)
class Curve:
    """The picture."""

    height: int
    base: float
    points: tuple[Point, ...]
    between: tuple[Line, ...]
    own: tuple[Line, ...]
    last: tuple[float, float, int] | None  # where our curve ends, and the number
    years: tuple[tuple[float, str, str], ...]
    steps: tuple[tuple[float, int], ...]


def curve_of(published: Published, months: Sequence[Month], on: date) -> Curve:
    """Return the picture until a day; months without a number leave a gap."""
    known = published.field_service
    start = min([row.day for row in known] + [row.day for row in months[:1]], default=on)
    start = start.replace(month=1, day=1)
    whole = max(1, (on - start).days)
    most = max([row.people for row in known] + [row.people or 0 for row in months], default=1)
    scale = -(-max(most, 1) // ROUND) * ROUND

    def x(day: date) -> float:
        return round(100 * (day - start).days / whole, 2)

    def y(people: int) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - people / scale), 1)

    points = tuple(
        Point(
            x(row.day),
            y(row.people),
            f"> {row.people}" if row.least else str(row.people),
            "end" if x(row.day) > 60 else "start",
            row,
        )
        for row in known
    )
    own = [(x(row.day), y(row.people)) for row in months if row.people is not None]
    ends = [row for row in months if row.people is not None]
    return Curve(
        HEIGHT,
        y(0),
        points,
        tuple(Line(a.x, a.y, b.x, b.y) for a, b in itertools.pairwise(points)),
        tuple(_stairs(own)),
        (own[-1][0], own[-1][1], ends[-1].people or 0) if own else None,
        tuple(_years(start, on, whole)),
        tuple((y(step), step) for step in range(0, scale + 1, ROUND)),
    )


def _stairs(points: Sequence[tuple[float, float]]) -> list[Line]:
    """Return level lines with steps: people come and go on a day, not little by little."""
    lines = []
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        lines.append(Line(x1, y1, x2, y1))
        if y1 != y2:
            lines.append(Line(x2, y1, x2, y2))
    return lines


def _years(start: date, on: date, whole: int) -> list[tuple[float, str, str]]:
    step = max(1, (on.year - start.year) // 5)
    years = []
    for year in range(start.year, on.year + 1, step):
        place = 100 * (date(year, 1, 1) - start).days / whole
        if place <= 97:
            years.append((round(place, 2), str(year), "start" if place < 2 else "middle"))
    return years

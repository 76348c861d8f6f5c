"""How needs by the clock are met, as pages draw it: the fewest at once against what is needed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from streife.roster.rules.hours import Asked, Piece, Together
from streife.roster.rules.terms import HourNeed, KindTimes

TOGETHER = -1

Counts = Mapping[tuple[date, int, int | None], int]
"""Who counts, by day, kind (pk) and area; None: all of the shift, wherever they go."""


@dataclass(frozen=True, slots=True, order=True)
class Clock:
    """From when to when, and where: `area` 0 is the whole city, TOGETHER all areas that ask."""

    begins: time
    ends: time
    area: int = 0
    name: str = ""

    @property
    def in_area(self) -> bool:
        """Say whether it is the need of one area."""
        return self.area > 0


@dataclass(frozen=True, slots=True)
class ClockCover:
    """A need by the clock on a day of shifts: the fewest on duty at once against what is needed."""

    clock: Clock
    planned: int
    least: int

    @property
    def wanted(self) -> int:
        """Return how many would be better: no more than are needed."""
        return self.least

    @property
    def lacking(self) -> int:
        """Return how many are missing."""
        return max(0, self.least - self.planned)


ByClock = Mapping[Clock, Mapping[date, ClockCover]]


def clock_covers(
    asked: Iterable[Asked],
    groups: Iterable[Together],
    kinds: tuple[KindTimes, ...],
    counts: Counts,
) -> ByClock:
    """Return the worst piece of each need by the day on which its shifts begin, earliest first.

    By that day, not by the one the need was entered for: there people can be added, and there the
    evaluator and the traffic lights say that they lack. What areas need together is told only
    where it lacks on some day: else their own lines say it all.
    """
    found: dict[Clock, dict[date, ClockCover]] = defaultdict(dict)

    def take(clock: Clock, piece: Piece, planned: int, least: int) -> None:
        cover = ClockCover(clock, planned, least)
        found[clock][piece.day] = max(found[clock].get(piece.day, cover), cover, key=_worst)

    for one in asked:
        planned = _there(one.piece, one.need.area, kinds, counts)
        take(_clock(one.need), one.piece, planned, one.count)
    for group in groups:
        need, planned = group.first.need, _there(group.piece, None, kinds, counts)
        take(Clock(need.begins, need.ends, TOGETHER), group.piece, planned, group.count)
    return {clock: found[clock] for clock in sorted(found) if _is_told(clock, found[clock])}


def _clock(need: HourNeed) -> Clock:
    return Clock(need.begins, need.ends, need.area or 0, need.area_name)


def _there(piece: Piece, area: int | None, kinds: Sequence[KindTimes], counts: Counts) -> int:
    return sum(counts.get((piece.day, kinds[n].pk, area), 0) for n in piece.kinds)


def _is_told(clock: Clock, days: Mapping[date, ClockCover]) -> bool:
    return clock.area != TOGETHER or any(cover.lacking for cover in days.values())


def _worst(cover: ClockCover) -> tuple[int, int]:
    return cover.lacking, -cover.planned


def clocks_on(by_clock: ByClock, day: date) -> list[ClockCover]:
    """Return what is needed by the clock of the shifts of one day, earliest first."""
    return [days[day] for days in by_clock.values() if day in days]


def areas_lacking(by_clock: ByClock) -> list[tuple[date, ClockCover]]:
    """Return where an area lacks people by the clock, by day.

    No evaluator says so: it knows shifts, and areas are dealt after them.
    """
    return sorted(
        (
            (day, cover)
            for clock, days in by_clock.items()
            for day, cover in days.items()
            if clock.in_area and cover.lacking
        ),
        key=lambda one: (one[0], one[1].clock),
    )

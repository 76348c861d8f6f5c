"""What is needed by the clock, whatever the shifts: "Friday 20 to 2 o'clock, at least 14 people".

A stretch of time is cut where shifts begin and end. In each piece those count who stand in a shift
that covers all of it; so one long shift may serve, or two that meet.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from streife.kernel.errors import Refused
from streife.roster.rules.basis import Basis, Released
from streife.roster.rules.clock import moment_of, span_on
from streife.roster.rules.terms import HourNeed, KindTimes
from streife.roster.solver.problem import Demand

DAY = timedelta(days=1)
PREFIX = "need/time-"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a stretch of time, and the kinds of shift, begun on `day`, that cover it."""

    day: date
    kinds: tuple[int, ...]


def check_hours(weekday: int | None, day: date | None, begins: time, ends: time) -> None:
    """Pass a stretch of time on a weekday or on one day.

    :raises Refused: `hours-when`, `hours-empty`
    """
    if (weekday is None) == (day is None):
        raise Refused(
            "Bitte wählen Sie entweder einen Wochentag oder einen einzelnen Tag.",
            "hours-when",
            field="weekday",
        )
    if begins == ends:
        raise Refused(
            "Beginn und Ende sind gleich. Bitte geben Sie an, von wann bis wann.",
            "hours-empty",
            field="ends",
        )


def need_name(begins: time, ends: time) -> str:
    """Return the name of a need by the clock.

    >>> need_name(time(20), time(2))
    'need/time-2000-0200'
    """
    return f"{PREFIX}{begins:%H%M}-{ends:%H%M}"


def clock_of(rule: str) -> tuple[str, str] | None:
    """Return begin and end that a rule names, None if it is no need by the clock.

    >>> clock_of("need/time-2000-0200:2026-12-04/1")
    ('20:00', '02:00')
    """
    if not rule.startswith(PREFIX):
        return None
    begins, ends = rule.removeprefix(PREFIX).split(":")[0].split("-")
    return f"{begins[:2]}:{begins[2:]}", f"{ends[:2]}:{ends[2:]}"


def pieces(need: HourNeed, kinds: tuple[KindTimes, ...]) -> list[Piece]:
    """Return the pieces of a need from its begin on; no kinds: no shift covers that time."""
    start = moment_of(need.day, need.begins)
    end = moment_of(need.day if need.ends > need.begins else need.day + DAY, need.ends)
    spans = {
        (day, n): span_on(kind, day)
        for day in (need.day - DAY, need.day, need.day + DAY)
        for n, kind in enumerate(kinds)
    }
    cuts = sorted({start, end} | {at for span in spans.values() for at in span if start < at < end})
    found: list[Piece] = []
    for one, two in pairwise(cuts):
        piece = _piece(need.day, spans, one, two)
        if piece not in found[-1:]:
            found.append(piece)
    return found


def _piece(
    own: date,
    spans: Mapping[tuple[date, int], tuple[datetime, datetime]],
    start: datetime,
    end: datetime,
) -> Piece:
    """Return who covers a piece: of two days that do, the one with more kinds, else the own."""
    by_day: dict[date, list[int]] = {own: []}
    for (day, kind), (begins, ends) in spans.items():
        if begins <= start and end <= ends:
            by_day.setdefault(day, []).append(kind)
    day = max(by_day, key=lambda one: (len(by_day[one]), one == own))
    return Piece(day, tuple(by_day[day]))


@dataclass(frozen=True, slots=True)
class Asked:
    """A piece that falls into a plan, and how many it asks for: nobody once the need is lifted."""

    need: HourNeed
    number: int
    piece: Piece
    count: int


def asked_in(
    hours: Iterable[HourNeed],
    kinds: tuple[KindTimes, ...],
    days: tuple[date, date],
    released: Iterable[Released] = (),
) -> Iterator[Asked]:
    """Yield each piece whose shifts begin on the first to last of `days`.

    What the solver plans, the evaluator judges and the pages draw: nobody else cuts the time.
    """
    most: dict[tuple[date, time, time], HourNeed] = {}
    for need in hours:
        key = (need.day, need.begins, need.ends)
        if key not in most or need.count > most[key].count:
            most[key] = need
    lowered = {(one.rule, one.day) for one in released if one.officer is None}
    for need in most.values():
        name = need_name(need.begins, need.ends)
        for number, piece in enumerate(pieces(need, kinds)):
            if days[0] <= piece.day <= days[1]:
                lifted = (name, piece.day) in lowered or (name, None) in lowered
                yield Asked(need, number, piece, 0 if lifted else need.count)


def hourly_demands(basis: Basis) -> Iterator[Demand]:
    """Yield one demand for each piece that falls into the plan."""
    days = (basis.first_day, basis.last_day)
    for one in asked_in(basis.hours, basis.kinds, days, basis.released):
        name = need_name(one.need.begins, one.need.ends)
        yield Demand(
            id=f"{name}:{one.need.day}/{one.number}",
            day=(one.piece.day - basis.first_day).days,
            duties=one.piece.kinds,
            minimum=one.count,
            preferred=one.count,
        )


@dataclass(frozen=True, slots=True)
class ClockCover:
    """A need by the clock on a day of shifts: the fewest on duty at once against what is needed."""

    begins: time
    ends: time
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


Clock = tuple[time, time]


def clock_covers(
    asked: Iterable[Asked], kinds: tuple[KindTimes, ...], counts: Mapping[tuple[date, int], int]
) -> dict[Clock, dict[date, ClockCover]]:
    """Return the worst piece of each need by the day on which its shifts begin, earliest first.

    By that day, not by the one the need was entered for: there people can be added, and there the
    evaluator and the traffic lights say that they lack. `counts`: who counts, by day and kind.
    """
    found: dict[Clock, dict[date, ClockCover]] = defaultdict(dict)
    for one in asked:
        need, day = one.need, one.piece.day
        planned = sum(counts.get((day, kinds[n].pk), 0) for n in one.piece.kinds)
        cover = ClockCover(need.begins, need.ends, planned, one.count)
        days = found[need.begins, need.ends]
        days[day] = max(days.get(day, cover), cover, key=_worst)
    return {clock: found[clock] for clock in sorted(found)}


def clocks_on(by_clock: Mapping[Clock, Mapping[date, ClockCover]], day: date) -> list[ClockCover]:
    """Return what is needed by the clock of the shifts of one day, earliest first."""
    return [days[day] for days in by_clock.values() if day in days]


def _worst(cover: ClockCover) -> tuple[int, int]:
    return cover.lacking, -cover.planned

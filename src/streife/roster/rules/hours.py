"""What is needed by the clock, whatever the shifts: "Friday 20 to 2 o'clock, at least 14 people".

A stretch of time is cut where shifts begin and end. In each piece those count who stand in a shift
that covers all of it; so one long shift may serve, or two that meet.

A need may be that of one operational area. The solver knows shifts and no areas: who goes where is
dealt afterwards (`areas`), one area for a whole shift. Such a need is therefore kept twice:

* as heads, by the solver. On all pieces of a day that the same shifts cover the same people are on
  duty, each in one area all the time; so there must be as many as the areas need together, each at
  its busiest (`together`). An area that shifts also send people to needs the larger of the two
  numbers, and what the shifts send elsewhere comes on top: a need must not empty another area.
  Nobody goes alone, so an area that asks for one is sent two. Fewer could never suffice; where one
  shift covers the piece, so many do. Where several do, their people may be tied by other pieces.
* in the area, by dealing (`areas.deal`), as far as that goes without taking what another area
  needs. What stays short, or was undone by hand, is a finding on the pages (`covering`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from streife.kernel.errors import Refused
from streife.roster.rules.areas import PAIR
from streife.roster.rules.basis import Basis, Released
from streife.roster.rules.clock import moment_of, span_on
from streife.roster.rules.terms import HourNeed, KindTimes, Need
from streife.roster.solver.problem import Demand

DAY = timedelta(days=1)
PREFIX, IN_AREAS = "need/time-", "/areas"
CLOCK = re.compile(PREFIX + r"([01]\d|2[0-3])([0-5]\d)-([01]\d|2[0-3])([0-5]\d)(?=[:/]|$)")


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


def areas_name(begins: time, ends: time) -> str:
    """Return the name of what areas need together by the clock.

    >>> areas_name(time(20), time(2))
    'need/time-2000-0200/areas'
    """
    return need_name(begins, ends) + IN_AREAS


def need_id(kind_code: str, qualification: str) -> str:
    """Return the name of a need: "need/frueh" or "need/frueh/baton"; a day follows after ":"."""
    return f"need/{kind_code}/{qualification}" if qualification else f"need/{kind_code}"


def clock_of(rule: str) -> tuple[str, str] | None:
    """Return begin and end that a rule names, None if it is no need by the clock.

    >>> clock_of("need/time-2000-0200:2026-12-04/1"), clock_of("need/time-2000-0200/areas")
    (('20:00', '02:00'), ('20:00', '02:00'))
    """
    found = CLOCK.match(rule)
    return (f"{found[1]}:{found[2]}", f"{found[3]}:{found[4]}") if found else None


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


Least = Mapping[tuple[date, int], Mapping[int | None, int]]
"""How many a shift sends at least: by day and kind (pk), then area (None: anywhere)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A piece that falls into a plan, and how many it asks for: nobody once the need is lifted."""

    need: HourNeed
    number: int
    piece: Piece
    count: int


class Lifted:
    """Which needs a person lifted for a plan: for one day, or for all of it."""

    def __init__(self, released: Iterable[Released]) -> None:
        self.known = {(one.rule, one.day) for one in released if one.officer is None}

    def has(self, name: str, day: date) -> bool:
        """Say whether a need asks for nobody on a day."""
        return (name, day) in self.known or (name, None) in self.known


def asked_in(
    hours: Iterable[HourNeed],
    kinds: tuple[KindTimes, ...],
    days: tuple[date, date],
    released: Iterable[Released] = (),
) -> Iterator[Asked]:
    """Yield each piece whose shifts begin on the first to last of `days`.

    What the solver plans, the evaluator judges and the pages draw: nobody else cuts the time.
    """
    most: dict[tuple[date, time, time, int | None], HourNeed] = {}
    for need in hours:
        key = (need.day, need.begins, need.ends, need.area)
        if key not in most or need.count > most[key].count:
            most[key] = need
    lifted = Lifted(released)
    for need in most.values():
        name = (need_name if need.area is None else areas_name)(need.begins, need.ends)
        for number, piece in enumerate(pieces(need, kinds)):
            if days[0] <= piece.day <= days[1]:
                count = 0 if lifted.has(name, piece.day) else need.count
                yield Asked(need, number, piece, count)


def least_of(
    needs: Iterable[Need], kinds: tuple[KindTimes, ...], released: Iterable[Released] = ()
) -> Least:
    """Return how many each shift sends at least where; needs of a qualification are part of it."""
    lifted, codes = Lifted(released), {kind.pk: kind.code for kind in kinds}
    found: dict[tuple[date, int], dict[int | None, int]] = defaultdict(lambda: defaultdict(int))
    for need in needs:
        if need.kind in codes and not need.qualification:
            name = need_id(codes[need.kind], "")
            found[need.day, need.kind][need.area] += 0 if lifted.has(name, need.day) else need.count
    return found


@dataclass(frozen=True, slots=True)
class Together:
    """How many heads the areas need on the pieces of a day that the same shifts cover."""

    first: Asked  # of the need that asks for the most: it gives the name
    piece: Piece
    count: int


def together(asked: Iterable[Asked], kinds: tuple[KindTimes, ...], least: Least) -> list[Together]:
    """Return what the areas need together; see above for why so many, and no more."""
    groups: dict[Piece, list[Asked]] = defaultdict(list)
    for one in asked:
        if one.need.area is not None:
            groups[one.piece].append(one)
    found = []
    for piece, rows in groups.items():
        heads: dict[int | None, int] = defaultdict(int)
        for n in piece.kinds:
            for area, count in least.get((piece.day, kinds[n].pk), {}).items():
                heads[area] += count
        for one in rows:
            if one.count:
                heads[one.need.area] = max(heads[one.need.area], one.count, PAIR)
        asks = any(one.count for one in rows)
        first = max(rows, key=lambda one: one.count)
        found.append(Together(first, piece, sum(heads.values()) if asks else 0))
    return found


def hourly_demands(basis: Basis) -> Iterator[Demand]:
    """Yield one demand for each piece that falls into the plan, and one for areas together."""
    days = (basis.first_day, basis.last_day)
    asked = list(asked_in(basis.hours, basis.kinds, days, basis.released))
    for one in asked:
        if one.need.area is None:
            name = need_name(one.need.begins, one.need.ends)
            yield _demand(basis, name, one, one.piece, one.count)
    least = least_of(basis.needs, basis.kinds, basis.released)
    for group in together(asked, basis.kinds, least):
        name = areas_name(group.first.need.begins, group.first.need.ends)
        yield _demand(basis, name, group.first, group.piece, group.count)


def _demand(basis: Basis, name: str, one: Asked, piece: Piece, count: int) -> Demand:
    return Demand(
        id=f"{name}:{one.need.day}/{one.number}",
        day=(piece.day - basis.first_day).days,
        duties=piece.kinds,
        minimum=count,
        preferred=count,
    )

"""How predictable a plan is to somebody who watches: same place, same time, week after week.

After ARMOR (Los Angeles airport, 2007): the software draws among equal plans, people may change
what it drew, and it says when their changes make the patrol easy to guess.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from streife.kernel.clock import local

NEAR = timedelta(minutes=30)  # this close to the same time of day counts as the same time
THIRD = 3  # the third time in a row is a habit
ENOUGH = 3  # visits of a place before its hours say anything


@dataclass(frozen=True, slots=True)
class Visit:
    """A planned visit; `begins_at` is aware."""

    place: str
    name: str
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class Habit:
    """The place is visited at about this time for the `times`-th time in a row."""

    place: str
    name: str
    clock: time
    times: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How evenly visits of a place fall on hours: as if on `hours` hours at equal shares."""

    visits: int
    hours: float


def spread(moments: Iterable[datetime]) -> Spread:
    """Return the perplexity of the local hour of visits: 2 to the power of their entropy in bits.

    One visit or always the same hour is 1; four hours at equal shares are 4.
    """
    counts = Counter(local(moment).hour for moment in moments)
    total = sum(counts.values())
    if not total:
        return Spread(0, 0.0)
    entropy = -sum(n / total * math.log2(n / total) for n in counts.values())
    return Spread(total, 2**entropy)


def mean_spread(visits: Iterable[Visit]) -> float | None:
    """Return the mean spread over places visited often enough, weighted by visits; None if none."""
    by_place: dict[str, list[datetime]] = defaultdict(list)
    for visit in visits:
        by_place[visit.place].append(visit.begins_at)
    found = [spread(moments) for moments in by_place.values() if len(moments) >= ENOUGH]
    total = sum(one.visits for one in found)
    return sum(one.hours * one.visits for one in found) / total if total else None


def habits(planned: Sequence[Visit], past: Sequence[Sequence[Visit]]) -> list[Habit]:
    """Return visits that fall on the same time of day as in the plans before, in a row.

    `past` holds the visits of earlier plans of the same kind of shift, the latest first.
    """
    times_of = [_clocks(visits) for visits in past]
    found = []
    for visit in planned:
        clock = _minute_of_day(visit.begins_at)
        row = 1
        for clocks in times_of:
            if not any(_apart(clock, other) <= NEAR for other in clocks.get(visit.place, ())):
                break
            row += 1
        if row >= THIRD:
            at = local(visit.begins_at).time().replace(second=0, microsecond=0)
            found.append(Habit(visit.place, visit.name, at, row))
    return sorted(found, key=lambda habit: (-habit.times, habit.name, habit.clock))


def _clocks(visits: Iterable[Visit]) -> dict[str, list[int]]:
    clocks: dict[str, list[int]] = defaultdict(list)
    for visit in visits:
        clocks[visit.place].append(_minute_of_day(visit.begins_at))
    return clocks


def _minute_of_day(moment: datetime) -> int:
    at = local(moment)
    return at.hour * 60 + at.minute


def _apart(a: int, b: int) -> timedelta:
    """Return the distance of two times of day, round the clock."""
    minutes = abs(a - b)
    return timedelta(minutes=min(minutes, 1440 - minutes))

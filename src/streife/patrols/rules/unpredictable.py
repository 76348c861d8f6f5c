"""Rounds that nobody can learn by heart: how plans are drawn, and how easy they are to guess.

After ARMOR (Pita et al. 2008, "Deployed ARMOR protection", Los Angeles airport): the software draws
among plans that are as good, so that every place is visited as often as its need wants and at hours
nobody can foresee; people may change what it drew, and it says when their changes make the patrol
easy to guess. Plain Python; everything is about places, nothing about persons.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from streife.kernel.clock import local
from streife.patrols.rules.basis import Basis
from streife.patrols.solver.problem import Plan

NEAR = timedelta(minutes=30)  # this close to the same time of day counts as the same time
THIRD = 3  # the third time in a row is a habit
ENOUGH = 3  # visits of a place before its hours say anything
MANY = 6  # visits of a place before its hours are worth a warning
TOO_REGULAR = 0.6  # a place whose hours have less than this share of the possible entropy
PULL = 20.0  # how strongly plans are preferred that make good for visits owed; 0: all alike
FLOOR = 0.1  # share of the chances that is dealt out evenly: no plan can be ruled out


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


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a place should be in a plan, and how often it was; visits per plan."""

    place: str
    name: str
    wanted: float
    was: float


@dataclass(frozen=True, slots=True)
class Regular:
    """A place whose hours are too easy to foresee: `share` 0 is always the same hour, 1 mixed."""

    place: str
    name: str
    visits: int
    share: float
    usual_hour: int


# How often: drawing among equal plans so that the rates of visits are kept.


def target_rates(basis: Basis, visits: float) -> dict[int, float]:
    """Return how often each wanted visit should be in a plan: in proportion to what it is worth.

    `visits`: how many a plan makes, which is what the rates sum to if there are so many. Nothing is
    wanted more than once; what is mandatory always is.
    """
    rates = {number: 1.0 for number, one in enumerate(basis.wanted) if one.mandatory}
    rest = {n: float(one.value) for n, one in enumerate(basis.wanted) if not one.mandatory}
    left = visits - len(rates)
    while rest and left > 0:
        scale = left / sum(rest.values())
        full = [number for number, value in rest.items() if value * scale >= 1.0]
        if not full:
            return rates | {number: value * scale for number, value in rest.items()}
        for number in full:
            rates[number] = 1.0
            del rest[number]
        left -= len(full)
    return rates


def wanted_at(basis: Basis, visits: Iterable[Visit]) -> frozenset[int]:
    """Return which wanted visits of a basis earlier visits were, by place and time of day."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(basis.wanted):
        numbers[basis.places[one.place].code].append(number)
    start, found = _minute_of_day(basis.starts_at), set()
    for visit in visits:
        second = (_minute_of_day(visit.begins_at) - start) % 1440 * 60
        for number in numbers[visit.place]:
            windows = basis.wanted[number].windows
            if not windows or any(opens <= second <= closes for opens, closes in windows):
                found.add(number)
    return frozenset(found)


def past_rates(past: Sequence[frozenset[int]]) -> dict[int, float]:
    """Return how often each visit was in earlier plans; nothing without any."""
    counts = Counter(number for plan in past for number in plan)
    return {number: count / len(past) for number, count in counts.items()}


def weights_for(
    pool: Sequence[Plan], past: Mapping[int, float], wanted: Mapping[int, float]
) -> list[float]:
    """Return the chances of the plans (sum 1) that bring the rates of visits to what is wanted.

    `past`: how often each visit was made per plan so far; `wanted`: how often it should be. A plan
    that makes visits which were made too seldom weighs more (multiplicative weights); every plan
    keeps some chance. A visit stands for a place and a part of the shift, so the same draw keeps
    the hours of a place mixed.
    """
    scores = []
    for plan in pool:
        lacking = [wanted.get(at, 0.0) - past.get(at, 0.0) for at in visited(plan)]
        scores.append(sum(lacking) / math.sqrt(max(1, len(lacking))))
    most = max(scores, default=0.0)
    raw = [math.exp(PULL * (score - most)) for score in scores]
    even = FLOOR / max(1, len(raw))
    return [even + (1.0 - FLOOR) * weight / sum(raw) for weight in raw]


def draw(pool: Sequence[Plan], weights: Sequence[float], *, seed: int) -> Plan:
    """Return one plan of the pool, with chances in proportion to the weights.

    :raises ValueError: the pool is empty, or no weight is positive
    """
    if not pool or len(pool) != len(weights) or not any(weight > 0 for weight in weights):
        raise ValueError("a plan can only be drawn from plans with weights")
    return random.Random(seed).choices(pool, weights)[0]  # noqa: S311 - repeatable on purpose


def chances(basis: Basis, pool: Sequence[Plan], past: Sequence[Iterable[Visit]]) -> list[float]:
    """Return the chances of equal plans, given what earlier plans of the kind visited.

    Without an earlier plan all are alike.
    """
    if not past:
        return [1.0 / len(pool)] * len(pool)
    visits = sum(len(visited(plan)) for plan in pool) / max(1, len(pool))
    known = past_rates([wanted_at(basis, one) for one in past])
    return weights_for(pool, known, target_rates(basis, visits))


def rates_by_place(basis: Basis, visits: float, past: Sequence[Iterable[Visit]]) -> list[Rate]:
    """Return how often places should be in a plan and were, the farthest apart first."""
    rows: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    known = past_rates([wanted_at(basis, one) for one in past])
    for column, rates in enumerate((target_rates(basis, visits), known)):
        for number, rate in rates.items():
            rows[basis.wanted[number].place][column] += rate
    found = [
        Rate(basis.places[at].code, basis.places[at].name, wanted, was)
        for at, (wanted, was) in rows.items()
    ]
    return sorted(found, key=lambda one: (-abs(one.wanted - one.was), one.name))


def visited(plan: Plan) -> frozenset[int]:
    """Return the wanted visits that a plan makes."""
    return frozenset(visit.stop for route in plan.routes for visit in route.visits)


# At which hours: what somebody who watches could learn.


def entropy(hours: Iterable[int]) -> float:
    """Return the entropy in bits of hours of the day; 0 without any.

    >>> entropy([14, 14, 14])
    0.0
    >>> entropy([8, 14, 17, 20])
    2.0
    """
    counts = Counter(hours)
    total = sum(counts.values())
    return sum(n / total * math.log2(total / n) for n in counts.values())


def spread(moments: Iterable[datetime]) -> Spread:
    """Return the perplexity of the local hour of visits: 2 to the power of their entropy in bits.

    One visit or always the same hour is 1; four hours at equal shares are 4.
    """
    hours = [local(moment).hour for moment in moments]
    return Spread(len(hours), 2 ** entropy(hours)) if hours else Spread(0, 0.0)


def mean_spread(visits: Iterable[Visit]) -> float | None:
    """Return the mean spread over places visited often enough, weighted by visits; None if none."""
    found = [spread(moments) for moments in _moments(visits).values() if len(moments) >= ENOUGH]
    total = sum(one.visits for one in found)
    return sum(one.hours * one.visits for one in found) / total if total else None


def regular(visits: Sequence[Visit], open_hours: int) -> list[Regular]:
    """Return the places whose hours are too easy to foresee, the worst first.

    `open_hours`: how many hours of the day the kind of shift covers. With n visits no more than
    min(n, open_hours) hours can be hit, so that is what entropy is measured against.
    """
    names = {visit.place: visit.name for visit in visits}
    found = []
    for place, moments in _moments(visits).items():
        possible = min(len(moments), open_hours)
        if len(moments) < MANY or possible < 2:
            continue
        hours = [local(moment).hour for moment in moments]
        share = min(1.0, entropy(hours) / math.log2(possible))
        if share < TOO_REGULAR:
            usual = Counter(hours).most_common(1)[0][0]
            found.append(Regular(place, names[place], len(moments), share, usual))
    return sorted(found, key=lambda one: (one.share, one.name))


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
            found.append(Habit(visit.place, visit.name, clock_of(visit.begins_at), row))
    return sorted(found, key=lambda habit: (-habit.times, habit.name, habit.clock))


def clock_of(moment: datetime) -> time:
    """Return the time of day on the clock of Germany, to the minute."""
    return local(moment).time().replace(second=0, microsecond=0)


def _moments(visits: Iterable[Visit]) -> dict[str, list[datetime]]:
    by_place: dict[str, list[datetime]] = defaultdict(list)
    for visit in visits:
        by_place[visit.place].append(visit.begins_at)
    return by_place


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

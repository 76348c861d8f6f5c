"""Who of a shift goes to which operational area: nobody alone, nobody astray."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

PAIR = 2
ANYWHERE = 0
"""The place of somebody whose shift is needed in no area: free to be sent where one asks."""


class Spot(NamedTuple):
    """The area somebody goes to."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class Crew:
    """Who stands in a shift, and how many its areas need: `least`, and what is better.

    `held`: officer → area that stays as it is.
    """

    officers: Sequence[int]
    learners: Sequence[int] = ()
    needed: Mapping[int, int] = field(default_factory=dict)
    least: Mapping[int, int] = field(default_factory=dict)
    held: Mapping[int, int] = field(default_factory=dict)

    @property
    def staying(self) -> list[int]:
        """Return the areas of the officers who stay where they are."""
        return [self.held[officer] for officer in self.officers if officer in self.held]


@dataclass(frozen=True, slots=True)
class Ask:
    """How many an area needs at once, whichever of these shifts of one day they stand in."""

    kinds: tuple[int, ...]
    area: int
    count: int


def spread(
    officers: Sequence[int],
    learners: Sequence[int],
    needed: Mapping[int, int],
    *,
    least: Mapping[int, int] | None = None,
    used: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """Return officer → area for one shift.

    First every area gets its pair, the one with the greatest need first; then what is needed at
    least, then what is better; who is left joins the largest need. A pair that cannot be filled
    joins another area instead of going alone, and apprentices join the areas with the most
    officers. `used`: the area somebody had before, so that people mostly stay where they know their
    way.

    >>> spread([1, 2, 3, 4, 5], [9], {10: 3, 20: 2})
    {1: 10, 2: 10, 3: 20, 4: 20, 5: 10, 9: 10}
    """
    return deal({0: Crew(officers, learners, needed, least or {})}, (), used or {})


def deal(crews: Mapping[int, Crew], asks: Sequence[Ask], used: Mapping[int, int]) -> dict[int, int]:
    """Return officer → area for the shifts of a day, by kind.

    Each is dealt for itself; then people are moved inside their shift until every area has what it
    asks for by the clock. An area gives only what neither its shift nor its own asks need there,
    and nobody stays or comes alone: what cannot be met so stays short.
    """
    table = _Table(crews, asks)
    # Who asks one shift only has no other way; the others may find it done already.
    for ask in sorted(asks, key=lambda one: (len(one.kinds), -one.count, one.area)):
        table.bring(ask)
    found: dict[int, int] = {}
    for kind, crew in crews.items():
        found.update(_seat(crew, table.places[kind], used))
    return found


class _Table:
    """The places of each shift: one area for each officer, before it is said who has which."""

    def __init__(self, crews: Mapping[int, Crew], asks: Sequence[Ask]) -> None:
        self.crews, self.asks = crews, asks
        self.places = {kind: _places(crew) for kind, crew in crews.items()}

    def there(self, ask: Ask) -> int:
        """Return how many are in the area that asks."""
        return sum(self.places[kind].count(ask.area) for kind in ask.kinds if kind in self.places)

    def spare(self, kind: int, area: int) -> int:
        """Return how many a shift may take from an area: all, or so many that a pair stays."""
        crew, here = self.crews[kind], self.places[kind].count(area)
        if area == ANYWHERE:
            return here
        keep = max(crew.least.get(area, 0), crew.staying.count(area))
        slack = [
            self.there(one) - one.count
            for one in self.asks
            if one.area == area and kind in one.kinds
        ]
        free = min([here - keep, *slack])
        return here if free >= here else max(0, min(free, here - PAIR))

    def bring(self, ask: Ask) -> None:
        """Move people to the area that asks, from the shifts with the most to spare."""
        kinds = [kind for kind in ask.kinds if kind in self.places]
        for kind in sorted(kinds, key=lambda one: -sum(n for _, n in self._givers(one, ask.area))):
            lack = ask.count - self.there(ask)
            if lack > 0:
                self._move(kind, ask.area, lack)

    def _givers(self, kind: int, to: int) -> list[tuple[int, int]]:
        areas = sorted({area for area in self.places[kind] if area != to})
        found = [(area, self.spare(kind, area)) for area in areas]
        return sorted((one for one in found if one[1]), key=lambda one: -one[1])

    def _move(self, kind: int, to: int, lack: int) -> None:
        places, givers = self.places[kind], self._givers(kind, to)
        if to not in places:
            lack = max(lack, PAIR)
            if sum(n for _, n in givers) < PAIR:
                return
        for area, most in givers:
            count = min(most, lack)
            if area != ANYWHERE and places.count(area) - count == 1:  # the last one comes too
                count += 1
            for _ in range(count):
                places[_last(places, area)] = to
            lack -= count
            if lack <= 0:
                return


def _last(places: Sequence[int], area: int) -> int:
    return max(n for n, one in enumerate(places) if one == area)


def _places(crew: Crew) -> list[int]:
    """Return one area for each officer: first those of who stays, then by what is needed most."""
    count, found = len(crew.officers), crew.staying
    left = Counter(found)
    for area in _wanted(crew, count):
        if left[area]:
            left[area] -= 1
        elif len(found) < count:
            found.append(area)
    return found


def _wanted(crew: Crew, count: int) -> Iterator[int]:
    """Yield as many areas as there are officers, the most needed first."""
    needed, least = crew.needed, crew.least
    most = {area: max(needed.get(area, 0), least.get(area, 0)) for area in needed.keys() | least}
    areas = [area for area in most if most[area] > 0]
    if not areas:
        yield from [ANYWHERE] * count
        return
    areas.sort(key=lambda area: (-least.get(area, 0), -most[area], area))
    opened = [area for area in areas if least.get(area, 0)][: max(1, count // PAIR)]
    places = [area for area in opened for _ in range(PAIR)]
    for area in opened:
        places += [area] * max(0, least[area] - PAIR)
    for area in areas:  # those that would only be better
        if not least.get(area, 0) and (not opened or count - len(places) >= PAIR):
            opened.append(area)
            places += [area] * PAIR
    for area in opened:
        places += [area] * max(0, most[area] - places.count(area))
    while len(places) < count:
        places += opened
    yield from places[:count]


def _seat(crew: Crew, places: Sequence[int], used: Mapping[int, int]) -> dict[int, int]:
    """Return who has which place: who stays, then those who know their way, then the others."""
    free, found = list(places), dict[int, int]()
    for wish in (crew.held, used):
        for officer in crew.officers:
            area = wish.get(officer)
            if officer not in found and area in free:
                free.remove(area)
                found[officer] = area
    for officer in crew.officers:
        if officer not in found:
            found[officer] = free.pop(0)
    busiest = [area for area, _ in Counter(places).most_common() if area != ANYWHERE]
    for n, learner in enumerate(crew.learners):
        other = busiest[n % len(busiest)] if busiest else ANYWHERE
        found[learner] = crew.held.get(learner, other)
    return {one: area for one, area in found.items() if area != ANYWHERE}

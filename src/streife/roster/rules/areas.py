"""Who of a shift goes to which operational area: nobody alone, nobody astray."""

from collections.abc import Mapping, Sequence

PAIR = 2


def spread(
    officers: Sequence[int],
    learners: Sequence[int],
    needed: Mapping[int, int],
    *,
    used: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """Return officer → area for one shift.

    First every area gets its pair, the one with the greatest need first; then what is needed; who
    is left joins the largest need. A pair that cannot be filled joins another area instead of going
    alone, and apprentices join the areas with the most officers. `used`: the area somebody had
    before, so that people mostly stay where they know their way.

    >>> spread([1, 2, 3, 4, 5], [9], {10: 3, 20: 2})
    {1: 10, 2: 10, 3: 20, 4: 20, 5: 10, 9: 10}
    """
    areas = sorted((area for area in needed if needed[area] > 0), key=lambda a: (-needed[a], a))
    if not areas:
        return {}
    open_areas = areas[: max(1, len(officers) // PAIR)]
    places = _places(open_areas, needed, len(officers))
    found: dict[int, int] = {}
    for officer in officers:  # those who know their way first
        area = (used or {}).get(officer)
        if area in places:
            places.remove(area)
            found[officer] = area
    for officer in officers:
        if officer not in found:
            found[officer] = places.pop(0)
    for n, learner in enumerate(learners):
        found[learner] = open_areas[n % len(open_areas)]
    return found


def _places(areas: Sequence[int], needed: Mapping[int, int], count: int) -> list[int]:
    places = [area for area in areas for _ in range(PAIR)]
    for area in areas:
        places += [area] * max(0, needed[area] - PAIR)
    while len(places) < count:
        places += areas
    return places[:count]

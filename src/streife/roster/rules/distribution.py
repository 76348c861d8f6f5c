"""How something is spread over people, without saying anything about fewer than five of them."""

from collections.abc import Iterable
from dataclasses import dataclass

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Bin:
    """So many people have between `low` and `high` of something, both included."""

    low: int
    high: int
    people: int


def bins_of(values: Iterable[int], *, fewest: int = FEWEST) -> list[Bin]:
    """Return ascending bins that hold everybody, at least `fewest` in each; nothing for too few.

    Neighbouring values are put together until there are enough; a rest joins the last bin.

    >>> bins_of([1, 1, 1, 1, 1, 2, 2, 3])
    [Bin(low=1, high=3, people=8)]
    """
    ordered = sorted(values)
    found: list[Bin] = []
    start = 0
    for place, value in enumerate(ordered, start=1):
        is_last_of_value = place == len(ordered) or ordered[place] != value
        if is_last_of_value and place - start >= fewest:
            found.append(Bin(ordered[start], value, place - start))
            start = place
    rest = len(ordered) - start
    if rest and found:
        last = found.pop()
        found.append(Bin(last.low, ordered[-1], last.people + rest))
    return found

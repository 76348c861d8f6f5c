"""Rounds nobody can learn by heart, and a measure of how far they are from that.

After ARMOR (Pita et al. 2008): mix several good plans at random, so that every place is visited as
often as its need says and at hours nobody can foresee. Pure functions; nothing is about persons.
"""

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from streife.patrols.solver.problem import Plan

ENOUGH_VISITS = 6
"""Below so many visits the hours of a place say nothing."""
PULL = 40.0
"""How strongly plans are preferred that make good for visits owed; 0 would be all alike."""
TOO_REGULAR = 0.6
"""A place whose hour entropy is below this share of what is possible is too easy to foresee."""


@dataclass(frozen=True, slots=True)
class Regularity:
    """How foreseeable a place is: `share` 0 always the same hour, 1 as mixed as can be."""

    place: str
    visits: int
    entropy_bits: float
    share: float
    usual_hour: int

    @property
    def warning(self) -> bool:
        """Whether people should be told."""
        return self.visits >= ENOUGH_VISITS and self.share < TOO_REGULAR


def weights_for(
    pool: Sequence[Plan], past: Mapping[int, float], wanted: Mapping[int, float]
) -> list[float]:
    """Weights of the plans (sum 1) that bring the visit rates of the stops to what is wanted.

    `past`: how often each stop was visited per round so far; `wanted`: how often it should be. A
    plan that visits what was visited too little weighs more (multiplicative weights); every plan
    keeps some weight, so that none can be ruled out.
    """
    scores = []
    for plan in pool:
        lacking = [wanted.get(at, 0.0) - past.get(at, 0.0) for at in visited(plan)]
        scores.append(sum(lacking) / max(1, len(lacking)))
    most = max(scores, default=0.0)
    raw = [math.exp(PULL * (score - most)) for score in scores]
    floor = 0.1 / max(1, len(raw))
    return [floor + 0.9 * weight / sum(raw) for weight in raw]


def draw(pool: Sequence[Plan], weights: Sequence[float], *, seed: int) -> Plan:
    """One plan of the pool, with chances in proportion to the weights.

    Raises ValueError if the pool is empty or no weight is positive.
    """
    if not pool or len(pool) != len(weights) or not any(weight > 0 for weight in weights):
        message = "a plan can only be drawn from plans with weights"
        raise ValueError(message)
    return random.Random(seed).choices(pool, weights)[0]  # noqa: S311 - repeatable on purpose


def visit_rates(pool: Sequence[Plan], weights: Sequence[float]) -> dict[int, float]:
    """How often each stop is visited in the mean if plans are drawn with these weights."""
    rates: dict[int, float] = {}
    total = sum(weights)
    for plan, weight in zip(pool, weights, strict=True):
        for at in visited(plan):
            rates[at] = rates.get(at, 0.0) + weight / total
    return rates


def visited(plan: Plan) -> frozenset[int]:
    """The stops of a plan."""
    return frozenset(visit.stop for route in plan.routes for visit in route.visits)


def hour_entropy(hours: Iterable[int]) -> float:
    """Entropy in bits of the hours (0–23) at which a place was visited; 0 without visits.

    >>> hour_entropy([14, 14, 14])
    0.0
    >>> hour_entropy([8, 14, 17, 20])
    2.0
    """
    counts = Counter(hours)
    total = sum(counts.values())
    return sum(n / total * math.log2(total / n) for n in counts.values())


def regularity(place: str, hours: Sequence[int], *, open_hours: int = 24) -> Regularity:
    """How foreseeable a place is; `open_hours`: in how many hours it may be visited at all.

    With n visits no more than min(n, open_hours) hours can be hit, so that is the yardstick.
    """
    entropy = hour_entropy(hours)
    possible = math.log2(min(len(hours), open_hours)) if min(len(hours), open_hours) > 1 else 0.0
    share = 1.0 if possible == 0.0 else min(1.0, entropy / possible)
    usual = Counter(hours).most_common(1)[0][0] if hours else 0
    return Regularity(place, len(hours), entropy, share, usual)


def warnings(
    hours_by_place: Mapping[str, Sequence[int]], *, open_hours: int = 24
) -> list[Regularity]:
    """The places whose visits are too easy to foresee, worst first."""
    found = [
        regularity(place, hours, open_hours=open_hours) for place, hours in hours_by_place.items()
    ]
    return sorted(
        (each for each in found if each.warning), key=lambda each: (each.share, each.place)
    )

"""Different plans that are nearly as good, so that nobody can learn the rounds by heart."""

from streife.patrols.solver.plans import Snapshot

KEEP = 96
WITHIN = 0.01
"""Plans may be worth this share less than the best."""


class Pool:
    """Collects plans during a search and hands out a few that differ much."""

    def __init__(self) -> None:
        self._found: dict[Snapshot, int] = {}

    def add(self, worth: int, taken: Snapshot) -> None:
        """Remember a plan; the oldest go when there are too many."""
        self._found.pop(taken, None)
        self._found[taken] = worth
        if len(self._found) > KEEP:
            del self._found[next(iter(self._found))]

    def within(self, lowest: float) -> list[Snapshot]:
        """All plans worth at least so much."""
        return [taken for taken, worth in self._found.items() if worth >= lowest]


def spread(first: Snapshot, others: list[Snapshot], count: int) -> list[Snapshot]:
    """`first` and up to `count` - 1 others, each as different as possible from those before it."""
    chosen, rest = [first], [(taken, _visits(taken)) for taken in others if taken != first]
    distance = [_apart(_visits(first), visits) for _, visits in rest]
    while rest and len(chosen) < count:
        at = max(range(len(rest)), key=lambda i: distance[i])
        if distance[at] <= 0.0:
            break
        taken, visits = rest.pop(at)
        distance.pop(at)
        chosen.append(taken)
        distance = [min(d, _apart(visits, v)) for d, (_, v) in zip(distance, rest, strict=True)]
    return chosen


def _visits(taken: Snapshot) -> frozenset[tuple[int, int]]:
    """Which node in which half hour: the same place at another hour is another patrol."""
    return frozenset((node, begins // 1800) for nodes in taken for node, begins, _ in nodes)


def _apart(a: frozenset[tuple[int, int]], b: frozenset[tuple[int, int]]) -> float:
    return 1.0 - len(a & b) / max(1, len(a | b))

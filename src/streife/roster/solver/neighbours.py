"""Which days to plan anew next: the neighbourhoods of the staged search and how one is chosen.

Kinds: some people over the whole plan, everybody in a window of days, one kind of shift, people
whose rows or demands cost something in the present stage, people at both ends of a share. Those
that found something better are chosen more often (adaptive large neighbourhood search).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from streife.roster.solver.building import Cell, allowed
from streife.roster.solver.evaluate import THOUSAND, burdens
from streife.roster.solver.problem import FREE, Problem, Roster, Stage, Verdict

SIZES = {"people": 8.0, "window": 7.0, "kind": 14.0, "guilty": 8.0, "shares": 10.0}
LARGEST = {"shares": 14.0}
VARIABLES = 1800
"""At most about so many choices (day of a person x duty) in one neighbourhood at first."""


@dataclass(slots=True)
class Chooser:
    """Chooses neighbourhoods; learns which kinds pay, and how large they may be."""

    problem: Problem
    random: np.random.Generator
    merit: dict[str, float] = field(default_factory=lambda: dict.fromkeys(SIZES, 1.0))
    sizes: dict[str, float] = field(default_factory=lambda: dict(SIZES))
    queue: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with everybody in batches, so that a first roster stands soon."""
        people = [int(one) for one in self.random.permutation(len(self.problem.people))]
        size = max(2, min(10, round(self._room() * 2 / max(1, self.problem.days))))
        self.queue = [people[at : at + size] for at in range(0, len(people), size)]

    def trainees(self) -> list[list[int]]:
        """Return the batches of trainees: a draft has left them out."""
        people = [at for at, one in enumerate(self.problem.people) if one.trainee]
        return [people[at : at + 6] for at in range(0, len(people), 6)]

    def next(self, roster: Roster, verdict: Verdict, stage: Stage) -> tuple[str, frozenset[Cell]]:
        """Return the name of a kind and the free days."""
        if self.queue:
            return "first", self._whole(self.queue.pop(0))
        names = [name for name in SIZES if name != "shares" or self.problem.fairness]
        weights = np.array([self.merit[name] for name in names])
        if stage == Stage.FAIRNESS and "shares" in names:
            weights[names.index("shares")] *= 4.0
        name = str(self.random.choice(names, p=weights / weights.sum()))
        pick: dict[str, Callable[[], frozenset[Cell]]] = {
            "people": lambda: self._whole(self._some(None, self._count("people"))),
            "window": self._window,
            "kind": lambda: self._kind(roster),
            "guilty": lambda: self._guilty(verdict, stage),
            "shares": lambda: self._ends(roster),
        }
        return name, pick[name]()

    def learn(self, name: str, better: bool, proven: bool) -> None:
        """Note how a neighbourhood went."""
        if name not in SIZES:
            return
        self.merit[name] = max(0.2, 0.85 * self.merit[name] + (1.0 if better else 0.0))
        self.sizes[name] *= 1.08 if proven else 0.92
        self.sizes[name] = min(max(self.sizes[name], 3.0), LARGEST.get(name, 4.0 * SIZES[name]))

    def _count(self, name: str) -> int:
        """Return how many people: by what was learnt, and no more than four times the room."""
        return max(2, round(self.sizes[name] / SIZES[name] * self._room() / self.problem.days))

    def _room(self) -> float:
        return VARIABLES / len(self.problem.duties)

    def _some(self, weights: np.ndarray | None, count: int) -> list[int]:
        people = len(self.problem.people)
        shares = None if weights is None else weights / weights.sum()
        picked = self.random.choice(people, min(count, people), replace=False, p=shares)
        return [int(one) for one in picked]

    def _whole(self, people: list[int]) -> frozenset[Cell]:
        return frozenset((person, day) for person in people for day in range(self.problem.days))

    def _window(self) -> frozenset[Cell]:
        people = len(self.problem.people)
        scale = self.sizes["window"] / SIZES["window"]
        width = max(2, min(round(scale * self._room() * 2 / people), self.problem.days))
        width = min(width, self.problem.days)
        first = int(self.random.integers(0, self.problem.days - width + 1))
        days = range(first, first + width)
        return frozenset((person, day) for person in range(people) for day in days)

    def _kind(self, roster: Roster) -> frozenset[Cell]:
        """Free the days on which people do one kind of shift or nothing."""
        kind = int(self.random.integers(0, len(self.problem.kinds)))
        people = self._some(None, 2 * self._count("kind"))
        return frozenset(
            (person, day)
            for person in people
            for day, duty in enumerate(roster[person])
            if duty == FREE or self.problem.duties[duty].kind == kind
        )

    def _guilty(self, verdict: Verdict, stage: Stage) -> frozenset[Cell]:
        """Free people whose rows cost something, or who could meet a demand that does."""
        findings = [one for one in verdict.findings if one.stage == stage]
        weights = np.full(len(self.problem.people), 0.05)
        for one in findings:
            if one.person is not None:
                weights[one.person] += one.cost
        missed = [one for one in findings if one.person is None and one.day is not None]
        if missed:
            one = missed[int(self.random.integers(0, len(missed)))]
            for person in range(len(self.problem.people)):
                if allowed(self.problem, person, one.day or 0):
                    weights[person] += 1.0
        return self._whole(self._some(weights, self._count("guilty")))

    def _ends(self, roster: Roster) -> frozenset[Cell]:
        """Free people with the largest and the smallest burdens of a share."""
        shares = [
            (one, np.array(burdens(self.problem, one, roster))) for one in self.problem.fairness
        ]
        unfair = [one for one in shares if np.ptp(one[1]) * THOUSAND > one[0].tolerance]
        choice = unfair or shares
        share, carried = choice[int(self.random.integers(0, len(choice)))]
        top = np.flatnonzero(carried >= carried.max() - 0.5)
        bottom = np.flatnonzero(carried <= carried.min() + 0.5)
        count = self._count("shares")
        picked = {int(one) for one in self._few(top, 2)} | {
            int(one) for one in self._few(bottom, 2)
        }
        others = self.random.permutation(len(share.people))[: max(0, count - len(picked))]
        picked |= {int(one) for one in others}
        return self._whole(sorted({share.people[one] for one in picked}))

    def _few(self, places: np.ndarray, most: int) -> np.ndarray:
        return self.random.choice(places, min(most, len(places)), replace=False)

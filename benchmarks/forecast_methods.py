"""Ways to say where next week's reports will be; each knows only the weeks before."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.zurich import History
from streife.patrols.rules.forecast import Recipe, components, fit, kernel
from streife.patrols.rules.forecast_quality import Record, caught, most

Floats = NDArray[np.float64]
SHARES = (0.01, 0.02, 0.03, 0.04, 0.05)
MEMORY_WEEKS = 520  # `history_weeks` of the product's weights
LEVEL_WEEKS = 26  # how many of a kind are to be expected: the mean of half a year
Scores = Callable[[int], Floats]


def record(scores: Scores, reports: NDArray[np.uint8], weeks: Sequence[int]) -> Record:
    """Return what the best-scored 1 to 5 % of the cells caught in each week."""
    cells = reports.shape[1]
    sizes = [round(share * cells) for share in SHARES]
    got, best = [], []
    for week in weeks:
        score, seen = scores(week), reports[week].astype(np.float64)
        got.append([caught(score, seen, size) for size in sizes])
        best.append([most(seen, size) for size in sizes])
    return Record(
        tuple(size / cells for size in sizes),
        np.array(got),
        np.array(best),
        reports[list(weeks)].sum(axis=1).astype(np.float64),
    )


def counting(reports: NDArray[np.uint8], weeks_back: int) -> Scores:
    """Return the counts of the last weeks; 0 = of all weeks before."""
    return lambda week: np.asarray(
        reports[max(0, week - weeks_back) if weeks_back else 0 : week].sum(axis=0), dtype=np.float64
    )


def density(history: History, reports: NDArray[np.uint8], width: float, weeks_back: int) -> Scores:
    """Return a plain kernel density: one width, one window, every report worth the same."""
    spread, counts = kernel(history.grid, width), counting(reports, weeks_back)
    return lambda week: np.asarray(spread @ counts(week))


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The parts of the mixture before a week: of each kind [cells, parts], and of all together."""

    week: int
    own: tuple[Floats, ...]
    everything: Floats


class Mixture:
    """Ours: `streife.patrols.rules.forecast`, fitted on past weeks, the same weights for all kinds.

    Reports of a kind are expected where that kind was reported, and where anything was.
    """

    def __init__(
        self,
        history: History,
        widths: Sequence[float],
        half_lives: Sequence[float],
        *,
        softened: bool = True,
        memory: int = MEMORY_WEEKS,
    ) -> None:
        self.history, self.memory = history, memory
        self.softened = softened
        self.told = history.softened if softened else history.counts
        self.widths, self.half_lives = tuple(widths), tuple(half_lives)
        self.kernels = [kernel(history.grid, width) for width in widths]
        self.weights = np.zeros(0)

    @property
    def name(self) -> str:
        """How the shape is called in the tables."""
        widths = "/".join(f"{width:g}" for width in self.widths)
        lives = "/".join(f"{life:g}" for life in self.half_lives)
        softened = ", √n am Tag" if self.softened else ""
        memory = f", nur {self.memory} Wochen" if self.memory < MEMORY_WEEKS else ""
        return f"{widths} m, {lives} Wochen{softened}{memory}"

    def parts(self, weeks: Sequence[int]) -> Iterator[Parts]:
        """Yield the parts for ascending weeks; every week is read only after it was forecast."""
        kinds, _, cells = self.history.counts.shape
        wanted = set(weeks)
        keep = np.array([0.5 ** (1 / life) for life in self.half_lives])[:, None]
        states = np.zeros((kinds, len(self.half_lives), cells))
        for week in range(max(wanted) + 1):
            if week in wanted:
                # All kinds at once: a matrix product of many columns costs little more than one.
                flat = components(states.reshape(-1, cells), self.kernels, even=False)
                shape = (cells, len(self.kernels), kinds, len(self.half_lives))
                own = flat.reshape(shape).transpose(2, 0, 1, 3).reshape(kinds, cells, -1)
                yield Parts(week, tuple(own), components(states.sum(axis=0), self.kernels))
            states = states * keep + self.told[:, week, None, :]
            if week >= self.memory:  # the product reads no older reports either
                forgotten = self.told[:, week - self.memory, None, :]
                states = np.maximum(states - keep**self.memory * forgotten, 0.0)

    def fit(self, weeks: Sequence[int]) -> None:
        """Find the weights under which the reports of these weeks are most likely."""
        self.weights = fit(pair for parts in self.parts(weeks) for pair in self._observed(parts))

    def _observed(self, parts: Parts) -> Iterator[tuple[Floats, Floats]]:
        for kind, counts in enumerate(self.history.counts[:, parts.week]):
            at = np.flatnonzero(counts)
            both = np.column_stack([parts.own[kind][at], parts.everything[at]])
            yield both, counts[at].astype(np.float64)

    def shares(self, parts: Parts, kind: int) -> Floats:
        """Return the expected shares of a kind's reports."""
        size = parts.own[kind].shape[1]
        return np.asarray(
            parts.own[kind] @ self.weights[:size] + parts.everything @ self.weights[size:]
        )

    def expected(self, parts: Parts, kinds: Sequence[int]) -> Floats:
        """Return the expected reports of some kinds by cell, next week."""
        level = self.history.counts[:, max(0, parts.week - LEVEL_WEEKS) : parts.week]
        return np.sum(
            [level[kind].sum() / LEVEL_WEEKS * self.shares(parts, kind) for kind in kinds], axis=0
        )

    def recipe(self, resolution: int) -> Recipe:
        """Return what was fitted in the form the product reads."""
        size = len(self.widths) * len(self.half_lives)
        own, rest = self.weights[:size], self.weights[size:]
        return Recipe(
            resolution, self.widths, self.half_lives, tuple(own), tuple(rest[:-1]), float(rest[-1])
        )


def records(
    mixture: Mixture, weeks: Sequence[int], groups: dict[str, tuple[int, ...]]
) -> dict[str, Record]:
    """Return what a fitted mixture caught, for groups of kinds, in one walk through the weeks."""
    scores: dict[str, dict[int, Floats]] = {name: {} for name in groups}
    for parts in mixture.parts(weeks):
        for name, kinds in groups.items():
            scores[name][parts.week] = mixture.expected(parts, kinds)
    return {
        name: record(scores[name].__getitem__, of_kinds(mixture.history, kinds), weeks)
        for name, kinds in groups.items()
    }


def of_kinds(history: History, kinds: Sequence[int]) -> NDArray[np.uint8]:
    """Return the counts of some kinds together, [weeks, cells]."""
    return np.asarray(history.counts[list(kinds)].sum(axis=0, dtype=np.uint8))

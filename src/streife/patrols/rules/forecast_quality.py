"""How good a forecast of places is: hit rate, PAI and PEI. Plain Python, no Django.

PAI (Chainey, Tompson, Uhlig 2008, doi:10.1057/palgrave.sj.8350066): share of the reports caught by
the chosen cells over their share of the area. PEI (Hunt 2016): reports caught over the most that
any choice of as many cells could have caught that week; 1 is the best there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def caught(score: Floats, reports: Floats, cells: int) -> float:
    """Return the reports within the `cells` best-scored cells.

    Where cells tie at the edge the mean over all ways to break the tie counts: no method is lucky.
    """
    if not 0 < cells <= len(score):
        raise ValueError("between one and all of the cells")
    limit = np.partition(score, -cells)[-cells]
    above, level = score > limit, score == limit
    room = cells - int(above.sum())
    return float(reports[above].sum() + reports[level].sum() * room / int(level.sum()))


def most(reports: Floats, cells: int) -> float:
    """Return the most that any choice of `cells` cells catches."""
    return float(np.sort(reports)[::-1][:cells].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What a method caught, week by week: `caught` and `most` are [weeks, shares of the area]."""

    shares: tuple[float, ...]  # of the area, exactly: cells over all cells
    caught: Floats
    most: Floats
    reports: Floats  # [weeks]

    def hits(self, weeks: NDArray[np.int64] | slice = slice(None)) -> Floats:
        """Return the share of all reports of some weeks that was caught, by share of the area."""
        return np.asarray(self.caught[weeks].sum(axis=0) / self.reports[weeks].sum())

    def pai(self, weeks: NDArray[np.int64] | slice = slice(None)) -> Floats:
        """Return the predictive accuracy index by share of the area."""
        return np.asarray(self.hits(weeks) / np.array(self.shares))

    def pei(self, weeks: NDArray[np.int64] | slice = slice(None)) -> Floats:
        """Return the predictive efficiency index by share of the area."""
        return np.asarray(self.caught[weeks].sum(axis=0) / self.most[weeks].sum(axis=0))


def resample(weeks: int, times: int, seed: int) -> NDArray[np.int64]:
    """Return `times` draws of as many weeks with replacement, shape [times, weeks]."""
    return np.random.default_rng(seed).integers(0, weeks, size=(times, weeks))


def interval(values: Sequence[Floats] | Floats) -> tuple[Floats, Floats]:
    """Return the 2.5 and 97.5 % points over draws, shape [draws, …]."""
    low, high = np.percentile(np.asarray(values), [2.5, 97.5], axis=0)
    return np.asarray(low), np.asarray(high)

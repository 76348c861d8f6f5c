"""Where and when presence is worth most: expected reports by place and hour of the week.

Plain Python, no Django. From single reports to a table of cells × 168 hours in three steps: what
is expected of each field of work in each cell next week (`forecast`), at which hours of the week
(aoristic weights: whoever knows only an interval spreads the report over it, Ratcliffe 2000), and
how much presence can do about the field (a weight of the data). No person appears anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # loads its parts on first use, which most processes never come to
from numpy.typing import NDArray

from streife.patrols.rules.forecast import Grid, Recipe, faded, fading, parents

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WEEK = 168  # hours; 0 = Monday 0 to 1 o'clock
PROFILE_HALF_LIFE_WEEKS = 52.0
SMOOTH = (0.25, 0.5, 0.25)  # of the hour before, this one, the next: clocks of witnesses differ


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """Reports as numbers; all arrays have the same length.

    `cells`: H3 at the recipe's resolution · `fields`: index of the field of work · `age_weeks` ·
    `counts`: how much each counts · `begins`: hour of the week (0 ≤ … < 168) at which it happened
    at the earliest · `hours`: how long the interval is, 0 = the moment is known.
    """

    cells: Ints
    fields: Ints
    age_weeks: Floats
    counts: Floats
    begins: Floats
    hours: Floats

    def __len__(self) -> int:
        return len(self.cells)


@dataclass(frozen=True, slots=True)
class Weighing:
    """How reports become value; `weights` by field of work, in the order of the indices."""

    weights: tuple[float, ...]
    level_weeks: float
    hours_prior_reports: float


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """What is expected. `expected` [fields, cells]: reports a week. `profile` [fields, hoods, 168]
    and `hood` [cells]: how a neighbourhood's reports of a field spread over the week (sum 1).
    """

    grid: Grid
    weights: Floats
    expected: Floats
    profile: Floats
    hood: Ints

    def values(self, hours: Sequence[int] | None = None) -> Floats:
        """Return expected reports × weight for cells × hours of the week (all, if not given)."""
        wanted = np.arange(WEEK) if hours is None else np.asarray(hours)
        value = np.zeros((len(self.grid), len(wanted)))
        for field, weight in enumerate(self.weights):
            value += (weight * self.expected[field])[:, None] * self.profile[field][
                np.ix_(self.hood, wanted)
            ]
        return value

    def mean(self, hours: Sequence[int]) -> Floats:
        """Return the mean of `values` over some hours, by cell, without making them all."""
        shares = self.profile[:, :, list(hours)].mean(axis=2) * self.weights[:, None]
        return np.asarray((shares[:, self.hood] * self.expected).sum(axis=0))

    def by_field(self, cells: Ints) -> Floats:
        """Return expected reports × weight of some cells together, shape [fields, 168]."""
        rows = self.profile[:, self.hood[cells]] * self.expected[:, cells, None]
        return np.asarray(rows.sum(axis=1) * self.weights[:, None])


def aoristic(begins: Floats, hours: Floats) -> Floats:
    """Return by how much of it each report belongs to each hour of the week; rows sum to 1.

    An interval is spread evenly over its length; without length the hour of its moment has all;
    one of a week or more says nothing about the hour.
    """
    first = np.mod(np.asarray(begins, dtype=np.float64), WEEK)[:, None]
    first = np.where(first >= WEEK, 0.0, first)  # rounding of a hair below Monday
    length = np.asarray(hours, dtype=np.float64)[:, None]
    clock = np.arange(WEEK)[None, :]
    last = first + length
    spent = np.zeros((len(first), WEEK))
    for week in (0, WEEK):  # an interval may run into the next week
        spent += np.clip(
            np.minimum(last, clock + 1 + week) - np.maximum(first, clock + week), 0, None
        )
    known = length < 1e-6  # hours: a moment
    spent = np.where(known, clock == np.floor(first), spent)
    spent = np.where(length >= WEEK, 1.0, spent)
    return np.asarray(spent / spent.sum(axis=1, keepdims=True))


def smoothed(profile: Floats) -> Floats:
    """Return hours of the week softened by their neighbours; Sunday night meets Monday."""
    before, same, after = SMOOTH
    return np.asarray(
        before * np.roll(profile, 1, axis=-1)
        + same * profile
        + after * np.roll(profile, -1, axis=-1)
    )


def profiles(
    signals: Signals, hoods: Ints, fields: int, count: int, prior_reports: float
) -> Floats:
    """Return [fields, hoods, 168]: the hours of each neighbourhood, drawn towards the city's.

    A neighbourhood with as many reports of a field as `prior_reports` counts half its own, half the
    city's hours; a field without reports is even over the week.
    """
    moments, which = np.unique(
        np.column_stack([signals.begins, signals.hours]), axis=0, return_inverse=True
    )
    weights = signals.counts * fading(signals.age_weeks, PROFILE_HALF_LIFE_WEEKS)
    rows = signals.fields * count + hoods
    spread = scipy.sparse.csr_array(
        scipy.sparse.coo_array(
            (weights, (rows, which.ravel())), shape=(fields * count, len(moments))
        )
    )
    seen = np.asarray(spread @ smoothed(aoristic(moments[:, 0], moments[:, 1])))
    seen = seen.reshape(fields, count, WEEK)
    city = seen.sum(axis=1) + 1.0 / WEEK  # one report's worth of "any time"
    city /= city.sum(axis=1, keepdims=True)
    total = seen.sum(axis=2, keepdims=True) + prior_reports
    seen += prior_reports * city[:, None, :]
    seen /= total
    return seen


def expect(
    signals: Signals,
    grid: Grid,
    kernels: "Sequence[scipy.sparse.csr_array]",
    recipe: Recipe,
    weighing: Weighing,
) -> Need:
    """Return what is to be expected next week, from the reports until now.

    Reports outside the grid are left out.
    """
    where, size, fields = grid.index(signals.cells), len(grid), len(weighing.weights)
    inside = where >= 0
    states = np.stack([
        faded(
            where[mine], signals.age_weeks[mine], signals.counts[mine], recipe.half_lives, size
        )
        for mine in (signals.fields == field for field in range(fields))
    ])  # fmt: skip
    lately = inside & (signals.age_weeks <= weighing.level_weeks)
    level = np.bincount(
        signals.fields[lately], weights=signals.counts[lately], minlength=fields
    ).astype(np.float64)
    expected = recipe.shares(states, kernels) * (level / weighing.level_weeks)[:, None]
    known, hood = np.unique(parents(grid.cells, recipe.resolution - 1), return_inverse=True)
    kept = Signals(
        *(
            getattr(signals, name)[inside]
            for name in ("cells", "fields", "age_weeks", "counts", "begins", "hours")
        )
    )
    profile = profiles(kept, hood[where[inside]], fields, len(known), weighing.hours_prior_reports)
    return Need(grid, np.array(weighing.weights), expected, profile, np.asarray(hood))


def soften(cells: Ints, fields: Ints, days: Ints, counts: Floats) -> Floats:
    """Return what each report counts when n of a cell, field and day count √n together.

    Whoever reports one thing ten times a day, or a chain of neighbours, must not pull the patrols
    ten times as strongly. The forecast loses nothing by it (docs/performance.md).
    """
    if not len(cells):
        return np.zeros(0)
    order = np.lexsort((days, fields, cells))
    keys = np.column_stack([cells, fields, days])[order]
    groups = np.cumsum(np.r_[0, (keys[1:] != keys[:-1]).any(axis=1)])
    together = np.bincount(groups, weights=counts[order])
    found = np.empty(len(counts))
    found[order] = counts[order] / np.sqrt(np.maximum(together[groups], 1.0))
    return found

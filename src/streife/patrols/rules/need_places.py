"""Which places a plan may visit, what each of them stands for, and what happened there lately.

Plain Python. A place is a named site or a cell that stands out; it stands for the cells within
reach, and no two places of cells stand for the same ground.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streife.patrols.rules.need import Need

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place before it has a value: where it is, in degrees and in the grid's metres."""

    code: str
    name: str
    latitude: float
    longitude: float
    kind: str
    metres: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class PlaceNeed:
    """A place and what is expected within its reach. `value` [fields, 168]: expected reports ×
    weight; `recent` [fields]: reports of the last weeks; `near`: positions of the cells.
    """

    spot: Spot
    near: Ints
    value: Floats
    recent: Floats

    @property
    def total(self) -> float:
        """The value of the whole week."""
        return float(self.value.sum())

    def hours(self, hours: Sequence[int], fields: Sequence[int] | None = None) -> float:
        """Return the mean value of an hour over some hours of the week."""
        rows = self.value if fields is None else self.value[list(fields)]
        return float(rows[:, list(hours)].sum() / max(len(hours), 1))


def reach_of(metres: Floats, spot: tuple[float, float], reach: float) -> Ints:
    """Return the cells whose centres lie within reach in the plane; the nearest one in any case.

    Empty for a spot far outside the grid.
    """
    apart = np.hypot(*(metres - np.array(spot)).T)
    if not len(apart) or apart.min() > 2 * reach:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(apart <= max(reach, float(apart.min())))


def outstanding(
    metres: Floats,
    value: Floats,
    taken: Sequence[tuple[float, float]],
    *,
    apart: float,
    most: int,
) -> list[int]:
    """Return up to `most` cells by falling value, none within `apart` metres of another or a site.

    Greedy, the best first; cells without value are never chosen.
    """
    free = value > 0
    for spot in taken:
        free &= np.hypot(*(metres - np.array(spot)).T) >= apart
    chosen: list[int] = []
    for cell in np.argsort(-value, kind="stable"):
        if len(chosen) >= most or value[cell] <= 0:
            break
        if free[cell]:
            chosen.append(int(cell))
            free &= np.hypot(*(metres - metres[cell]).T) >= apart
    return chosen


def place_need(
    need: Need,
    recent: Floats,
    spot: Spot,
    reach: float,
    walked: Mapping[str, Ints] | None = None,
) -> PlaceNeed:
    """Return what is expected around a spot; `recent` is [fields, cells].

    `walked` gives, by code, the cells within reach along the streets where they are known.
    """
    cells = (walked or {}).get(spot.code)
    if cells is None:
        cells = reach_of(need.grid.metres, spot.metres, reach)
    return PlaceNeed(spot, cells, need.by_field(cells), recent[:, cells].sum(axis=1))


def after_visit(value: float, hours_ago: float | None, share: float, half_life: float) -> float:
    """Return a value after a visit so many hours ago: at once `share` of it, later all again.

    None: no visit is known, nothing is taken off.
    """
    if hours_ago is None:
        return value
    forgotten: float = 0.5 ** (max(hours_ago, 0.0) / half_life)
    return value * (1.0 - (1.0 - share) * forgotten)

"""Where reports are to be expected in the coming week. Plain Python, no Django.

One model, a mixture: the share of a cell in next week's reports is the sum of what was reported
there and around it (kernels of several widths), lately and long ago (several half-lives), each with
a weight of its own, and an even rest. The weights are those that made the observed weeks most
likely (expectation maximisation: the likelihood never falls); nothing in it knows a person.
After Mohler et al. 2011, doi:10.1198/jasa.2011.ap09546, with fixed kernels instead of free ones.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import h3
import numpy as np
import scipy  # loads its parts on first use, which most processes never come to
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
REACH = 3.0  # a kernel ends at so many bandwidths
METRES_PER_DEGREE = 111_195.0
DETOUR = 1.3  # of ways beside the straight line, where streets are not known
# Metres for pairs of cells (to, from, and how far at most), infinite beyond, NaN without a street.
Measure = Callable[[Ints, Ints, float], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """H3 cells of one resolution, ascending; centres in degrees and in metres from `middle`."""

    cells: Ints
    degrees: Floats  # [n, 2]: latitude, longitude
    metres: Floats  # [n, 2]: east, north
    middle: tuple[float, float]

    def __len__(self) -> int:
        return len(self.cells)

    def index(self, cells: Ints) -> Ints:
        """Return the positions of cells in the grid, -1 for those outside."""
        if not len(self.cells):
            return np.full(len(cells), -1)
        found = np.searchsorted(self.cells, cells).clip(max=len(self.cells) - 1)
        return np.where(self.cells[found] == cells, found, -1)

    def project(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return a point in the metres of the grid."""
        east, north = local_metres(np.array([[latitude, longitude]]), self.middle)[0]
        return float(east), float(north)


def parents(cells: Ints, resolution: int) -> Ints:
    """Return the parents of H3 cells as integers, by their digits: no call per cell."""
    shift = 3 * (15 - resolution)
    tail = (1 << shift) - 1
    cut = (cells & ~tail) | tail
    return np.asarray((cut & ~(0xF << 52)) | (resolution << 52), dtype=np.int64)


def grid_of(cells: Ints) -> Grid:
    """Return the grid of some H3 cells (integers, any order)."""
    known = np.unique(np.asarray(cells, dtype=np.int64))
    degrees = np.array([h3.cell_to_latlng(h3.int_to_str(int(c))) for c in known]).reshape(-1, 2)
    middle = degrees.mean(axis=0) if len(degrees) else np.zeros(2)
    centre = (float(middle[0]), float(middle[1]))
    return Grid(known, degrees, local_metres(degrees, centre), centre)


def local_metres(degrees: Floats, middle: tuple[float, float]) -> Floats:
    """Return (latitude, longitude) in metres east and north of a middle; good for a city."""
    north = (degrees[:, 0] - middle[0]) * METRES_PER_DEGREE
    east = (degrees[:, 1] - middle[1]) * METRES_PER_DEGREE * np.cos(np.radians(middle[0]))
    return np.column_stack([east, north])


def kernel(grid: Grid, bandwidth: float) -> "scipy.sparse.csr_array":
    """Return the matrix that spreads counts over neighbours; its columns sum to 1.

    Gaussian in the plane, cut at three bandwidths; 0 leaves every count where it is. What falls
    outside the grid is given to the cells inside, so that no report is lost at the city's edge.
    """
    if bandwidth == 0 or not len(grid):
        return scipy.sparse.csr_array(scipy.sparse.eye_array(len(grid)))
    return along(*near(grid, REACH * bandwidth), len(grid), bandwidth)


def kernels_of(
    grid: Grid, widths: Sequence[float], measure: Measure | None = None
) -> "tuple[scipy.sparse.csr_array, ...]":
    """Return the spreading matrices of some widths, along the streets where `measure` knows them.

    `measure` gives metres for pairs of cells (see `Measure`); without it the plane counts.
    """
    widest = max(widths, default=0.0)
    if measure is None or not widest or not len(grid):
        return tuple(kernel(grid, width) for width in widths)
    to, origin, plane = near(grid, REACH * widest)
    metres = apart(plane, measure(to, origin, REACH * widest))
    found = []
    for width in widths:
        if not width:
            found.append(kernel(grid, 0))
            continue
        close = metres <= REACH * width
        found.append(along(to[close], origin[close], metres[close], len(grid), width))
    return tuple(found)


def apart(plane: Floats, streets: Floats) -> Floats:
    """Return how far cells are apart: along the streets, never less than in the plane.

    Where no street is near (NaN) the straight line with the usual detour.
    """
    return np.where(np.isnan(streets), plane * DETOUR, np.maximum(streets, plane))


def near(grid: Grid, metres: float) -> tuple[Ints, Ints, Floats]:
    """Return all pairs of cells within a distance, both ways and each with itself: to, from, m."""
    one, other = scipy.spatial.cKDTree(grid.metres).query_pairs(metres, output_type="ndarray").T
    apart = np.hypot(*(grid.metres[one] - grid.metres[other]).T)
    self = np.arange(len(grid))
    return (
        np.concatenate([one, other, self]),
        np.concatenate([other, one, self]),
        np.concatenate([apart, apart, np.zeros(len(grid))]),
    )


def along(
    to: Ints, origin: Ints, metres: Floats, size: int, bandwidth: float
) -> "scipy.sparse.csr_array":
    """Return the spreading matrix for given distances: of the plane, or of the street network."""
    weights = np.exp(-0.5 * (metres / bandwidth) ** 2)
    spread = scipy.sparse.csr_array(
        scipy.sparse.coo_array((weights, (to, origin)), shape=(size, size))
    )
    sums = np.asarray(spread.sum(axis=0)).ravel()
    scale = np.divide(1.0, sums, out=np.zeros(size), where=sums > 0)
    return scipy.sparse.csr_array(spread @ scipy.sparse.diags_array(scale))


def fading(age_weeks: Floats, half_life_weeks: float) -> Floats:
    """Return what a report of this age still counts: 1 when new, ½ after a half-life."""
    return np.asarray(0.5 ** (np.maximum(age_weeks, 0.0) / half_life_weeks))


def faded(
    where: Ints, age_weeks: Floats, counts: Floats, half_lives: Sequence[float], size: int
) -> Floats:
    """Return the faded counts by cell, shape [half_lives, size]; positions below 0 are left out."""
    inside = where >= 0
    return np.stack(
        [
            np.bincount(
                where[inside],
                weights=(counts * fading(age_weeks, half_life))[inside],
                minlength=size,
            )
            for half_life in half_lives
        ]
    ).astype(np.float64)  # of nothing, bincount makes whole numbers


def components(
    states: Floats, kernels: "Sequence[scipy.sparse.csr_array]", *, even: bool = True
) -> Floats:
    """Return the parts of the mixture, shape [cells, kernels × half-lives (+ 1)].

    `states` are faded counts [half-lives, cells]. Each column sums to 1; one without any report is
    the even share.
    """
    size = states.shape[1]
    columns = [np.asarray(spread @ states.T) for spread in kernels]
    if even:
        columns.append(np.ones((size, 1)))
    parts = np.column_stack(columns)
    sums = parts.sum(axis=0)
    return np.where(sums > 0, parts / np.where(sums > 0, sums, 1.0), 1.0 / max(size, 1))


def fit(observed: Iterable[tuple[Floats, Floats]], *, rounds: int = 300) -> Floats:
    """Return the weights (≥ 0, sum 1) under which what was observed is most likely.

    `observed` yields, for every week, the parts at the cells with reports [cells, parts] and how
    many there were. Without any report all parts weigh the same.
    """
    rows = list(observed)
    parts = np.concatenate([part for part, _ in rows])
    counts = np.concatenate([count for _, count in rows]).astype(np.float64)
    weights = np.full(parts.shape[1], 1.0 / parts.shape[1])
    if not counts.sum():
        return weights
    for _ in range(rounds):
        mixed = parts @ weights
        weights = weights * (parts.T @ (counts / np.maximum(mixed, 1e-300))) / counts.sum()
    return np.asarray(weights / weights.sum())


def log_likelihood(parts: Floats, counts: Floats, weights: Floats) -> float:
    """Return the log-likelihood of counts under the mixture."""
    return float(counts @ np.log(np.maximum(parts @ weights, 1e-300)))


@dataclass(frozen=True, slots=True)
class Recipe:
    """A fitted forecast: widths (m), half-lives (weeks) and the weight of each pair.

    `own` weighs what was reported of the same kind, `all_kinds` what was reported at all, each
    [widths × half-lives] in this order; `even` is spread evenly. All together sum to 1.
    """

    resolution: int
    widths: tuple[float, ...]
    half_lives: tuple[float, ...]
    own: tuple[float, ...]
    all_kinds: tuple[float, ...]
    even: float

    def shares(self, states: Floats, kernels: "Sequence[scipy.sparse.csr_array]") -> Floats:
        """Return each cell's expected share of each kind, [kinds, cells], rows sum to 1.

        `states` are the faded counts of every kind, [kinds, half-lives, cells].
        """
        kinds, lives, size = states.shape
        both = np.concatenate([states, states.sum(axis=0, keepdims=True)])
        flat = np.ascontiguousarray(both.reshape((kinds + 1) * lives, size).T)
        sums = flat.sum(axis=0)
        flat /= np.where(sums > 0, sums, 1.0)  # kernels keep sums: normed before or after
        own = np.array(self.own).reshape(len(self.widths), lives)
        rest = np.array(self.all_kinds).reshape(len(self.widths), lives)
        shares = np.full((kinds, size), self.even / max(size, 1))
        empty = (sums <= 0).reshape(kinds + 1, lives)
        for number, spread in enumerate(kernels):
            parts = np.asarray(spread @ flat).T.reshape(kinds + 1, lives, size)
            parts[empty] = 1.0 / max(size, 1)  # nothing was reported: anywhere
            shares += np.einsum("l,kln->kn", own[number], parts[:-1])
            shares += rest[number] @ parts[-1]
        return shares

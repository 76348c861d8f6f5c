"""How far along its line each vertex of a street lies."""

import numpy as np
from numpy.typing import NDArray

from streife.streets.building import Streets
from streife.streets.pieces import DEGREE

Floats = NDArray[np.float64]


def shares(line: NDArray[np.int32]) -> Floats:
    """Return how far along its line each vertex lies (0–1)."""
    steps = np.diff(line.astype(np.float64), axis=0)
    steps[:, 0] *= np.cos(np.radians(line[0, 1] / DEGREE))
    total = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    result: Floats = total / max(total[-1], 1e-9)
    return result


def all_shares(streets: Streets) -> Floats:
    """Return how far along its edge every vertex of the network lies (0–1)."""
    x, y = streets.x.astype(np.float64), streets.y.astype(np.float64)
    step = np.hypot(np.diff(x) * np.cos(np.radians(y[1:] / DEGREE)), np.diff(y))
    total = np.concatenate([[0.0], np.cumsum(step)])
    sizes = np.diff(streets.begins)
    first, last = total[streets.begins[:-1]], total[streets.begins[1:] - 1]
    length = np.maximum(last - first, 1e-9)
    result: Floats = (total - np.repeat(first, sizes)) / np.repeat(length, sizes)
    return result

"""From pieces to a network: largest connected part a mode, crossings only, lengths kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import scipy  # loads its parts on first use, which most processes never come to
from numpy.typing import NDArray

from streife.kernel.errors import Refused
from streife.kernel.geo import EARTH_RADIUS_METRES, Box
from streife.streets.chains import Chains, find_chains
from streife.streets.pieces import DEGREE, MODES, Pieces, backward, both, forward, turned
from streife.streets.rules import Mode

Progress = Callable[[str], None]
Floats = NDArray[np.float64]
Flags = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """A network ready for use; nodes are crossings and dead ends, edges keep their course.

    `first`, `second` [edge] are nodes; `flags` says who may pass in which direction; `seconds`
    [mode, edge]; `metres` [edge]. The course of edge e is `x`, `y` from `begins[e]` to
    `begins[e + 1]`, in ten-millionths of a degree, from `first` to `second`.
    """

    nodes: int
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    flags: Flags
    metres: NDArray[np.float32]
    seconds: NDArray[np.float32]
    begins: NDArray[np.int32]
    x: NDArray[np.int32]
    y: NDArray[np.int32]

    @property
    def box(self) -> Box:
        """The rectangle around everything."""
        return Box(
            float(self.y.min()) / DEGREE,
            float(self.x.min()) / DEGREE,
            float(self.y.max()) / DEGREE,
            float(self.x.max()) / DEGREE,
        )


@dataclass(frozen=True, slots=True)
class Built:
    """A network and what was left out of it, for the report of the import."""

    streets: Streets
    report: dict[str, Any]
    data_date: date | None


def build(pieces: Pieces, *, tell: Progress) -> Built:
    """Return the network of the pieces.

    :raises Refused: nothing is connected that one can walk
    """
    metres = _metres(pieces)
    flags, kept = _connected(pieces, metres)
    if not np.any(flags & both(Mode.FOOT)):
        raise Refused(
            "In dieser Datei sind keine Wege, die man zu Fuß gehen darf.", "streets-no-streets"
        )
    used = flags != 0
    tell(f"{int(used.sum())} von {len(used)} Wegstücken hängen zusammen")
    kmh = _kmh(pieces, flags)
    chains = find_chains(pieces.first[used], pieces.second[used], flags[used], kmh[used])
    streets = _assemble(pieces, used, flags, metres, kmh, chains)
    tell(f"{len(streets.first)} Strecken zwischen {streets.nodes} Kreuzungen und Enden")
    report = {
        "pieces": int(used.sum()),
        "left_out": dict(pieces.left_out) | {"pieces-not-connected": int((~used).sum())},
        "modes": kept,
    }
    return Built(streets, report, pieces.data_date)


def _metres(pieces: Pieces) -> Floats:
    """Return the length of every piece (haversine)."""
    lat, lon = np.radians(pieces.y / DEGREE), np.radians(pieces.x / DEGREE)
    a, b = pieces.first, pieces.second
    half = (
        np.sin((lat[b] - lat[a]) / 2) ** 2
        + np.cos(lat[a]) * np.cos(lat[b]) * np.sin((lon[b] - lon[a]) / 2) ** 2
    )
    metres: Floats = 2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(half))
    return metres


def _connected(pieces: Pieces, metres: Floats) -> tuple[Flags, dict[str, Any]]:
    """Return flags without whatever one cannot both reach and leave, and the figures by mode."""
    flags = pieces.flags.copy()
    told: dict[str, Any] = {}
    for mode in MODES:
        may = (flags & both(mode)) != 0
        inside = may & _in_largest(pieces, flags, mode, metres)
        flags[~inside] &= np.uint8(~both(mode) & 0xFF)
        told[mode.value] = {
            "km": round(float(metres[inside].sum()) / 1000, 1),
            "km_left_out": round(float(metres[may & ~inside].sum()) / 1000, 1),
        }
    return flags, told


def _in_largest(pieces: Pieces, flags: Flags, mode: Mode, metres: Floats) -> NDArray[np.bool_]:
    """Say of every piece whether it belongs to the longest strongly connected part of a mode."""
    ahead, back = (flags & forward(mode)) != 0, (flags & backward(mode)) != 0
    rows = np.concatenate([pieces.first[ahead], pieces.second[back]])
    columns = np.concatenate([pieces.second[ahead], pieces.first[back]])
    size = len(pieces.x)
    graph = scipy.sparse.csr_array(
        (np.ones(len(rows), np.int8), (rows, columns)), shape=(size, size)
    )
    count, label = scipy.sparse.csgraph.connected_components(
        graph, directed=True, connection="strong"
    )
    within = (ahead | back) & (label[pieces.first] == label[pieces.second])
    if not within.any():
        return np.zeros(len(flags), dtype=np.bool_)
    lengths = np.bincount(label[pieces.first[within]], metres[within], minlength=count)
    longest = int(lengths.argmax())
    result: NDArray[np.bool_] = within & (label[pieces.first] == longest)
    return result


def _kmh(pieces: Pieces, flags: Flags) -> Floats:
    """Return km/h [piece, mode], 0 where a mode may not pass (any more)."""
    kmh = np.array([p.kmh for p in pieces.passages], dtype=float)[pieces.passage]
    may = np.stack([(flags & both(mode)) != 0 for mode in MODES], axis=1)
    return np.where(may, kmh, 0.0)


def _assemble(
    pieces: Pieces,
    used: NDArray[np.bool_],
    flags: Flags,
    metres: Floats,
    kmh: Floats,
    chains: Chains,
) -> Streets:
    """Add up pieces along the chains."""
    order = np.flatnonzero(used)[chains.pieces]
    starts = chains.begins[:-1]
    speeds = kmh[order]
    seconds = np.zeros_like(speeds)
    np.divide(metres[order][:, None] * 3.6, speeds, out=seconds, where=speeds > 0)
    own = flags[order[starts]]
    vertices = _vertices(chains)
    ends, node = np.unique(np.concatenate([chains.first, chains.second]), return_inverse=True)
    return Streets(
        nodes=len(ends),
        first=node[: len(starts)].astype(np.int32),
        second=node[len(starts) :].astype(np.int32),
        flags=np.where(chains.turned[starts], turned(own), own),
        metres=np.add.reduceat(metres[order], starts).astype(np.float32),
        seconds=np.add.reduceat(seconds, starts, axis=0).T.astype(np.float32),
        begins=(chains.begins + np.arange(len(chains.begins))).astype(np.int32),
        x=pieces.x[vertices],
        y=pieces.y[vertices],
    )


def _vertices(chains: Chains) -> NDArray[np.int64]:
    """Return the nodes along every chain, one more than it has pieces."""
    return np.insert(chains.heads, chains.begins[:-1], chains.first)

"""Streets as a file tells them: the smallest pieces, before anything is simplified."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from streife.kernel.errors import Refused
from streife.streets.rules import Mode

MODES = tuple(Mode)
DEGREE = 10_000_000  # coordinates are whole ten-millionths of a degree, as in OpenStreetMap


def forward(mode: Mode) -> int:
    """Return the bit that says: this mode may pass from the first node to the second."""
    return 1 << (2 * MODES.index(mode))


def backward(mode: Mode) -> int:
    """Return the bit that says: this mode may pass from the second node to the first."""
    return 2 << (2 * MODES.index(mode))


def both(mode: Mode) -> int:
    """Return the bits for both directions."""
    return forward(mode) | backward(mode)


def turned(flags: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the same permissions for lines that are drawn from their other end."""
    return ((flags & 0b010101) << 1 | (flags & 0b101010) >> 1).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Passage:
    """Who may pass a way and how fast: `flags` of both directions, km/h by mode (0: nobody)."""

    flags: int
    kmh: tuple[float, float, float]


@dataclass
class Pieces:
    """Everything a reader found.

    `x`, `y` are nodes in ten-millionths of a degree; `first`, `second` their indices for each
    piece; `flags` and `passage` (index into `passages`) say who may pass how fast.
    """

    x: NDArray[np.int32]
    y: NDArray[np.int32]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    flags: NDArray[np.uint8]
    passage: NDArray[np.int32]
    passages: list[Passage]
    left_out: Counter[str] = field(default_factory=Counter)
    data_date: date | None = None

    def require_streets(self) -> "Pieces":
        """Return the pieces if there are any.

        :raises Refused: not one street was found, or all of them in another place
        """
        if not len(self.first) and self.left_out["ways-outside"]:
            raise other_city()
        if not len(self.first):
            raise Refused(
                "In dieser Datei sind keine Straßen. Bitte einen Auszug mit Straßen wählen.",
                "streets-no-streets",
            )
        return self


def other_city() -> Refused:
    """Return the refusal of a network that lies elsewhere."""
    return Refused(
        "Diese Straßen liegen nicht in der Stadt, zu der diese Datenbank gehört. "
        "Bitte einen Auszug wählen, der die Stadt enthält.",
        "streets-other-city",
    )


class Collector:
    """Gathers ways node by node in little memory, then makes `Pieces`."""

    def __init__(self) -> None:
        self._ids, self._x, self._y = array("q"), array("i"), array("i")
        self._first, self._passage = array("i"), array("i")  # positions in the lists above
        self._known: dict[Passage, int] = {}
        self.left_out: Counter[str] = Counter()
        self.ways = 0

    def way(self, nodes: list[tuple[int, int, int]], passage: Passage) -> None:
        """Take a line of (node id, x, y); at least two nodes."""
        start = len(self._ids)
        for number, x, y in nodes:
            self._ids.append(number)
            self._x.append(x)
            self._y.append(y)
        index = self._known.setdefault(passage, len(self._known))
        for position in range(start, len(self._ids) - 1):
            self._first.append(position)
            self._passage.append(index)
        self.ways += 1

    def pieces(self, blocked: dict[int, int], *, data_date: date | None = None) -> Pieces:
        """Return what was gathered; `blocked` names nodes and the flags that end there.

        A piece that touches such a node loses these flags, so nobody gets past the node.
        """
        ids = np.frombuffer(self._ids, dtype=np.int64) if self._ids else np.zeros(0, np.int64)
        known, where, index = np.unique(ids, return_index=True, return_inverse=True)
        passages = list(self._known)
        positions = np.array(self._first, dtype=np.int64)
        first = index[positions].astype(np.int32)
        second = index[positions + 1].astype(np.int32)
        passage = np.array(self._passage, dtype=np.int32)
        table = np.array([p.flags for p in passages] or [0], dtype=np.uint8)
        flags = table[passage] if len(passage) else np.zeros(0, np.uint8)
        closed = np.zeros(len(known), dtype=np.uint8)
        for node, bits in blocked.items():
            place = int(np.searchsorted(known, node))
            if place < len(known) and known[place] == node:
                closed[place] = bits
        flags = flags & ~(closed[first] | closed[second])
        keep = (flags != 0) & (first != second)
        self.left_out["pieces-blocked"] += int(np.count_nonzero(flags == 0))
        return Pieces(
            x=np.array(self._x, dtype=np.int32)[where],
            y=np.array(self._y, dtype=np.int32)[where],
            first=first[keep],
            second=second[keep],
            flags=flags[keep],
            passage=passage[keep],
            passages=passages,
            left_out=self.left_out,
            data_date=data_date,
        )

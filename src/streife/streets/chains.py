"""Joins pieces where nothing can be decided: a node with two pieces is only a bend."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streife.streets.pieces import turned

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Pieces in the order one passes them.

    Chain c is `pieces[begins[c]:begins[c + 1]]`; `turned` says which of them are passed against
    their own direction, `heads` at which node each ends; `first`, `second` are the chain's ends.
    """

    pieces: Ints
    turned: NDArray[np.bool_]
    heads: Ints
    begins: Ints
    first: Ints
    second: Ints


def find_chains(
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    flags: NDArray[np.uint8],
    speeds: NDArray[np.float64],
) -> Chains:
    """Return the longest chains: between crossings, dead ends, changes of permission or speed.

    `speeds` [piece, mode] in km/h: on one chain half-way is half the time.
    """
    total, bends = _bends(first.astype(np.int64), second.astype(np.int64), flags, speeds)
    walk = _Walk(first.tolist(), second.tolist(), total.tolist(), bends.tolist())
    for piece in range(len(first)):
        for start in (walk.first[piece], walk.second[piece]):
            if not walk.bends[start]:
                walk.along(piece, start)
    for piece in range(len(first)):
        walk.along(piece, walk.first[piece])  # what is left are rings: begin anywhere
    return walk.chains()


def _bends(
    first: Ints, second: Ints, flags: NDArray[np.uint8], speeds: NDArray[np.float64]
) -> tuple[Ints, NDArray[np.bool_]]:
    """Return for every node the sum of its pieces' numbers, and whether it is only a bend.

    Of the two pieces at a bend, the other one is the sum less the one. A bend has two pieces, and
    whoever may come by the one may go on by the other, in both directions and as fast.
    """
    size = int(max(first.max(), second.max())) + 1
    ends = np.concatenate([first, second])
    leaving = np.concatenate([flags, turned(flags)])
    order = np.argsort(ends, kind="stable")
    count = np.bincount(ends, minlength=size)
    pairs = np.flatnonzero(count == 2)
    place = np.cumsum(count)[pairs]
    one, other = order[place - 2], order[place - 1]
    total, bends = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.bool_)
    bends[pairs] = leaving[one] == turned(leaving[other])
    one, other = one % len(first), other % len(first)
    total[pairs] = one + other
    bends[pairs] &= (speeds[one] == speeds[other]).all(axis=1)
    return total, bends


class _Walk:
    """Walks along pieces until there is something to decide."""

    def __init__(
        self, first: list[int], second: list[int], total: list[int], bends: list[bool]
    ) -> None:
        self.first, self.second, self.total, self.bends = first, second, total, bends
        self._done = [False] * len(first)
        self._pieces: list[int] = []
        self._heads: list[int] = []
        self._begins = [0]
        self._starts: list[int] = []

    def along(self, piece: int, node: int) -> None:
        """Take the chain that begins at a node with a piece; nothing if it is taken already."""
        if self._done[piece]:
            return
        self._starts.append(node)
        while not self._done[piece]:
            self._done[piece] = True
            node = self.second[piece] if self.first[piece] == node else self.first[piece]
            self._pieces.append(piece)
            self._heads.append(node)
            if not self.bends[node]:
                break
            piece = self.total[node] - piece
        self._begins.append(len(self._pieces))

    def chains(self) -> Chains:
        """Return everything that was walked."""
        pieces = np.array(self._pieces, dtype=np.int64)
        heads = np.array(self._heads, dtype=np.int64)
        begins = np.array(self._begins, dtype=np.int64)
        return Chains(
            pieces=pieces,
            turned=np.array(self.second, dtype=np.int64)[pieces] != heads,
            heads=heads,
            begins=begins,
            first=np.array(self._starts, dtype=np.int64),
            second=heads[begins[1:] - 1],
        )

"""Shortest ways on a network with scipy's Dijkstra (measured against others in ADR 41)."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy  # loads its parts on first use, which most processes never come to
from numpy.typing import NDArray

from streife.kernel.geo import EARTH_RADIUS_METRES
from streife.streets.building import Streets
from streife.streets.courses import all_shares, shares
from streife.streets.pieces import DEGREE, MODES, backward, forward
from streife.streets.rules import Mode
from streife.streets.snapping import Ground, Snapped

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROWS_AT_ONCE = 128  # a row holds a time for every node: 25,000 nodes × 128 are 26 MB
_ON_CROSSING_METRES = 0.1
_LONGEST_LIMIT = 4 * 3600.0
_DEGREE_METRES = float(np.radians(1) * EARTH_RADIUS_METRES)
_NO_TIME = 1e-9  # scipy takes a stored zero for an edge only in some of its paths


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One shortest way: its course in (x, y), ten-millionths of a degree, and the edges passed."""

    seconds: float
    edges: tuple[int, ...]
    course: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """How soon one is at every vertex of the network: `seconds[vertex]`, infinite if never."""

    seconds: Floats


class Router:
    """Answers for one mode of one network; safe to share between threads, it never changes."""

    def __init__(self, streets: Streets, mode: Mode, *, foot_kmh: float) -> None:
        self._streets = streets
        self._walk = 3.6 / foot_kmh  # seconds for a metre between a point and its street
        self._cost = streets.seconds[MODES.index(mode)].astype(np.float64)
        open_edges = (self._cost > 0) & (streets.metres > 0)
        slow = self._cost[open_edges] / streets.metres[open_edges]
        self._slowness = float(np.median(slow)) if len(slow) else 1.0  # seconds for a usual metre
        self._ahead = (streets.flags & forward(mode)) != 0
        self._back = (streets.flags & backward(mode)) != 0
        self._from, self._to, self._weight, self._edge = self._arcs()
        counts = np.bincount(self._from, minlength=streets.nodes)
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self.ground = Ground(streets, mode)

    def _arcs(self) -> tuple[Ints, Ints, Floats, Ints]:
        """Return (from, to, seconds, edge) sorted by from and to; of parallel ones the fastest."""
        streets, loop = self._streets, self._streets.first == self._streets.second
        ahead, back = np.flatnonzero(self._ahead & ~loop), np.flatnonzero(self._back & ~loop)
        edge = np.concatenate([ahead, back])
        source = np.concatenate([streets.first[ahead], streets.second[back]]).astype(np.int64)
        target = np.concatenate([streets.second[ahead], streets.first[back]]).astype(np.int64)
        weight = np.maximum(self._cost[edge], _NO_TIME)
        order = np.lexsort((weight, target, source))
        edge, source, target, weight = edge[order], source[order], target[order], weight[order]
        best = np.ones(len(edge), dtype=np.bool_)
        best[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
        return source[best], target[best], weight[best], edge[best]

    def seconds(self, starts: Snapped, ends: Snapped) -> Floats:
        """Return times from every start to every end, shape [start, end]; infinite: no way.

        The way between a point and its street is walked.
        """
        found = np.full((len(starts.edge), len(ends.edge)), np.inf)
        here, there = np.flatnonzero(~starts.lost), np.flatnonzero(~ends.lost)
        if not len(here) or not len(there):
            return found
        targets = _part(ends, there)
        for begin in range(0, len(here), _ROWS_AT_ONCE):
            rows = here[begin : begin + _ROWS_AT_ONCE]
            sources = _part(starts, rows)
            nodes = self._from_places(sources)
            way = np.minimum(self._arrive(nodes, targets), self._along(sources, targets))
            walked = (sources.metres[:, None] + targets.metres[None, :]) * self._walk
            found[np.ix_(rows, there)] = way + walked
        return found

    def near(self, starts: Snapped, ends: Snapped, limit: float) -> Floats:
        """Return seconds between streets, shape [start, end], infinite beyond the limit.

        No point may be lost; the way between a point and its street does not count.
        """
        way = self._arrive(self._from_places(starts, limit), ends)
        return np.minimum(way, self._along(starts, ends))

    def _leaving(self, places: Snapped) -> tuple[Floats, Floats]:
        """Return seconds from places to the second and to the first end of their edge."""
        edge, cost = places.edge, self._cost[places.edge]
        at_first, at_second = self._at_ends(places)
        return (
            np.where(self._ahead[edge] | at_second, (1 - places.share) * cost, np.inf),
            np.where(self._back[edge] | at_first, places.share * cost, np.inf),
        )

    def _at_ends(self, places: Snapped) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Say which places are at the first or second end of their edge: on the crossing itself.

        Whoever stands there may take any of its streets, also where this one is one-way.
        """
        metres = self._streets.metres[places.edge]
        return (
            places.share * metres <= _ON_CROSSING_METRES,
            (1 - places.share) * metres <= _ON_CROSSING_METRES,
        )

    def _graph(self, places: Snapped) -> "scipy.sparse.csr_array":
        """Return the network with one more node for each place, from which one only leaves."""
        streets = self._streets
        ahead, back = self._leaving(places)
        pairs = np.stack([streets.first[places.edge], streets.second[places.edge]], axis=1)
        times = np.maximum(np.stack([back, ahead], axis=1), _NO_TIME)
        size = streets.nodes + len(places.edge)
        starts = np.concatenate(
            [self._starts, self._starts[-1] + 2 * np.arange(1, len(places.edge) + 1)]
        )
        return scipy.sparse.csr_array(
            (
                np.concatenate([self._weight, times.ravel()]),
                np.concatenate([self._to, pairs.ravel()]).astype(np.int32),
                starts.astype(np.int32),
            ),
            shape=(size, size),
        )

    def _from_places(self, places: Snapped, limit: float = np.inf) -> Floats:
        """Return seconds from places to all nodes, shape [place, node]; infinite past the limit."""
        nodes = self._streets.nodes
        found: Floats = scipy.sparse.csgraph.dijkstra(
            self._graph(places),
            indices=np.arange(nodes, nodes + len(places.edge)),
            limit=limit,
        )
        return found[:, :nodes]

    def _arrive(self, nodes: Floats, ends: Snapped) -> Floats:
        """Return seconds to places on edges, given seconds to all nodes."""
        cost, edge = self._cost[ends.edge], ends.edge
        at_first, at_second = self._at_ends(ends)
        ahead = np.where(self._ahead[edge] | at_first, ends.share * cost, np.inf)
        back = np.where(self._back[edge] | at_second, (1 - ends.share) * cost, np.inf)
        by_first = nodes[:, self._streets.first[edge]] + ahead[None, :]
        by_second = nodes[:, self._streets.second[edge]] + back[None, :]
        return np.minimum(by_first, by_second)

    def _along(self, starts: Snapped, ends: Snapped) -> Floats:
        """Return seconds between places on the same edge without leaving it."""
        further = ends.share[None, :] - starts.share[:, None]
        allowed = np.where(
            further >= 0, self._ahead[starts.edge][:, None], self._back[starts.edge][:, None]
        )
        same = (starts.edge[:, None] == ends.edge[None, :]) & (allowed | (further == 0))
        return np.where(same, np.abs(further) * self._cost[starts.edge][:, None], np.inf)

    def way(self, start: Snapped, end: Snapped) -> Way | None:
        """Return the shortest way between one start and one end, None if there is none."""
        if start.lost[0] or end.lost[0]:
            return None
        times, before, total = self._search(start, end)
        walked = float((start.metres[0] + end.metres[0]) * self._walk)
        direct = float(self._along(start, end)[0, 0])
        if not np.isfinite(min(total, direct)):
            return None
        a, b = float(start.share[0]), float(end.share[0])
        if direct <= total:
            edge = int(start.edge[0])
            return Way(direct + walked, (edge,), self._stretch(edge, a, b))
        nodes = self._nodes_back(before, times, end, total)
        return Way(total + walked, *self._course(start, end, nodes))

    def _search(self, start: Snapped, end: Snapped) -> tuple[Floats, NDArray[np.int32], float]:
        """Return seconds and predecessors of nodes, and seconds to the end.

        Looks no further than it has to: a way that is found within the limit is the shortest.
        """
        graph, source = self._graph(start), self._streets.nodes
        limit = self._first_limit(start, end)
        while True:
            times, before = scipy.sparse.csgraph.dijkstra(
                graph, indices=source, return_predecessors=True, limit=limit
            )
            total = float(self._arrive(times[None, :source], end)[0, 0])
            if total <= limit or limit == np.inf:
                return times, before, total
            limit = limit * 4 if limit < _LONGEST_LIMIT else np.inf

    def _first_limit(self, start: Snapped, end: Snapped) -> float:
        """Return twice the time of the straight line, and a minute."""
        places = self._streets.begins[[int(start.edge[0]), int(end.edge[0])]]
        y, x = self._streets.y[places] / DEGREE, self._streets.x[places] / DEGREE
        metres = _DEGREE_METRES * float(
            np.hypot(y[1] - y[0], (x[1] - x[0]) * np.cos(np.radians(y[0])))
        )
        return 60.0 + 2 * metres * self._slowness

    def _nodes_back(
        self, before: NDArray[np.int32], times: Floats, end: Snapped, total: float
    ) -> list[int]:
        edge = int(end.edge[0])
        first, second = int(self._streets.first[edge]), int(self._streets.second[edge])
        by_first = times[first] + float(end.share[0]) * self._cost[edge]
        node = first if self._ahead[edge] and by_first <= total else second
        nodes = [node]
        while before[node] < self._streets.nodes:
            node = int(before[node])
            nodes.append(node)
        return nodes[::-1]

    def _course(
        self, start: Snapped, end: Snapped, nodes: list[int]
    ) -> tuple[tuple[int, ...], NDArray[np.int32]]:
        streets = self._streets
        begin, last = int(start.edge[0]), int(end.edge[0])
        parts = [self._stretch(begin, float(start.share[0]), self._leaves(start, nodes[0]))]
        edges = [begin]
        for a, b in pairwise(nodes):
            low, high = self._starts[a], self._starts[a + 1]
            arc = low + int(np.searchsorted(self._to[low:high], b))
            edge = int(self._edge[arc])
            ahead = int(streets.first[edge]) == a
            parts.append(self._stretch(edge, 0.0 if ahead else 1.0, 1.0 if ahead else 0.0))
            edges.append(edge)
        enters = self._enters(end, nodes[-1])
        parts.append(self._stretch(last, enters, float(end.share[0])))
        return (*edges, last), np.concatenate(parts)

    def _leaves(self, start: Snapped, node: int) -> float:
        """Return the end (0 or 1) at which one leaves the start's edge towards a node."""
        ahead, back = self._leaving(start)
        edge = int(start.edge[0])
        first, second = int(self._streets.first[edge]), int(self._streets.second[edge])
        if first == second:
            return 1.0 if ahead[0] <= back[0] else 0.0
        return 1.0 if node == second else 0.0

    def _enters(self, end: Snapped, node: int) -> float:
        """Return the end (0 or 1) at which one enters the last edge from a node."""
        edge, share = int(end.edge[0]), float(end.share[0])
        first, second = int(self._streets.first[edge]), int(self._streets.second[edge])
        if first == second:
            by_first = share if self._ahead[edge] else np.inf
            return 0.0 if by_first <= (1 - share if self._back[edge] else np.inf) else 1.0
        return 0.0 if node == first else 1.0

    def _stretch(self, edge: int, begin: float, end: float) -> NDArray[np.int32]:
        """Return the course of an edge between two shares of its length, shape [vertex, 2]."""
        low, high = self._streets.begins[edge], self._streets.begins[edge + 1]
        line = np.stack([self._streets.x[low:high], self._streets.y[low:high]], axis=1)
        along = shares(line)
        inner = line[(along > min(begin, end)) & (along < max(begin, end))]
        ends = [
            [np.interp(share, along, line[:, 0]), np.interp(share, along, line[:, 1])]
            for share in (begin, end)
        ]
        middle = inner if begin <= end else inner[::-1]
        course: NDArray[np.int32] = np.rint(np.vstack([ends[:1], middle, ends[1:]])).astype(
            np.int32
        )
        return course

    def reach(self, start: Snapped, *, limit_seconds: float) -> Reach:
        """Return how soon one is at every vertex of every edge, at most `limit_seconds` away."""
        streets = self._streets
        found = np.full(len(streets.x), np.inf)
        if start.lost[0]:
            return Reach(found)
        nodes = self._from_places(start)[0]
        sizes = np.diff(streets.begins)
        edge = np.repeat(np.arange(len(sizes)), sizes)
        share = all_shares(streets)
        vertices = Snapped(edge, share, np.zeros(len(edge)))
        times = np.minimum(
            self._arrive(nodes[None, :], vertices)[0], self._along(start, vertices)[0]
        )
        times += float(start.metres[0]) * self._walk
        near = times <= limit_seconds
        found[near] = times[near]
        return Reach(found)


def _part(places: Snapped, which: NDArray[np.int64]) -> Snapped:
    return Snapped(places.edge[which], places.share[which], places.metres[which])

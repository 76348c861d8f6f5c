"""Joined, cut and snapped networks give the times that networkx finds on the raw pieces."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streife.kernel.geo import Point
from streife.streets.building import build
from streife.streets.pieces import DEGREE, MODES, Passage, Pieces, backward, forward
from streife.streets.reading_osm import read_osm
from streife.streets.routing import Router
from streife.streets.rules import Mode, whole_seconds
from tests.streets_making import CAMPUS, EVERYBODY, FOOTPATH, ONE_WAY, pieces

NOISE_SECONDS = 0.1  # a point is known to a centimetre, a time to a tenth of a millisecond


@st.composite
def towns(draw: st.DrawFn) -> Pieces:
    """Return a town whose crossings lie on a shaken grid, some of its streets one-way."""
    wide, high = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    shake = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    nodes = [
        (100.0 * i + shake.uniform(-30, 30), 100.0 * j + shake.uniform(-30, 30))
        for j in range(high)
        for i in range(wide)
    ]
    pairs = [(k, k + 1) for k in range(wide * high) if (k + 1) % wide]
    pairs += [(k, k + wide) for k in range(wide * (high - 1))]
    kinds = st.sampled_from([EVERYBODY, EVERYBODY, FOOTPATH, ONE_WAY, None])
    lines: list[tuple[int, int, Passage]] = [(0, 1, EVERYBODY)]
    for a, b in pairs[1:]:
        kind = draw(kinds)
        if kind is not None:
            lines.append((b, a, kind) if draw(st.booleans()) else (a, b, kind))
    return pieces(nodes, lines)


def _raw(town: Pieces, mode: Mode) -> nx.DiGraph:
    """Return the pieces one by one, of which only the largest connected part counts."""
    graph = nx.DiGraph()
    y, x = np.radians(town.y / DEGREE), np.radians(town.x / DEGREE)
    for a, b, flags, which in zip(town.first, town.second, town.flags, town.passage, strict=True):
        half = np.sin((y[b] - y[a]) / 2) ** 2
        half += np.cos(y[a]) * np.cos(y[b]) * np.sin((x[b] - x[a]) / 2) ** 2
        metres = 2 * 6_371_008.8 * np.arcsin(np.sqrt(half))
        kmh = town.passages[which].kmh[MODES.index(mode)]
        for bit, ends in ((forward(mode), (a, b)), (backward(mode), (b, a))):
            if flags & bit:
                before = graph.get_edge_data(*ends, {"seconds": np.inf})["seconds"]
                graph.add_edge(
                    *map(int, ends), seconds=min(before, metres * 3.6 / kmh), metres=metres
                )
    parts = [graph.subgraph(part) for part in nx.strongly_connected_components(graph)]
    return max(parts, key=lambda part: part.to_undirected().size(weight="metres"))


def _at(town: Pieces, node: int) -> Point:
    return Point(float(town.y[node]) / DEGREE, float(town.x[node]) / DEGREE)


def _compare(town: Pieces, mode: Mode, nodes: list[int], graph: nx.DiGraph) -> None:
    router = Router(build(town, tell=lambda text: None).streets, mode, foot_kmh=4.5)
    places = router.ground.snap([_at(town, node) for node in nodes], within_metres=100)
    found = router.seconds(places, places)
    for row, start in enumerate(nodes):
        lengths = nx.single_source_dijkstra_path_length(graph, start, weight="seconds")
        expected = np.array([lengths[end] for end in nodes])
        assert np.abs(found[row] - expected).max() < NOISE_SECONDS


@given(town=towns(), mode=st.sampled_from(list(Mode)))
def test_a_town_at_random_has_the_times_of_networkx(town: Pieces, mode: Mode) -> None:
    graph = _raw(town, mode)
    _compare(town, mode, sorted(graph.nodes), graph)


def test_the_campus_has_the_times_of_networkx() -> None:
    town = read_osm(CAMPUS, within=None, tell=lambda text: None)
    for mode in Mode:
        graph = _raw(town, mode)
        sample = np.random.default_rng(5).choice(sorted(graph.nodes), 40, replace=False)
        _compare_where_alone(town, mode, [int(node) for node in sample], graph)


def _compare_where_alone(town: Pieces, mode: Mode, nodes: list[int], graph: nx.DiGraph) -> None:
    """Compare, without nodes over or under which another way of the mode crosses."""
    places = {(int(town.x[node]), int(town.y[node])) for node in graph.nodes}
    assert len(places) == graph.number_of_nodes()
    _compare(town, mode, nodes, graph)


@given(town=towns(), seed=st.integers(0, 2**32 - 1))
def test_walking_is_symmetric_and_no_detour_is_shorter(town: Pieces, seed: int) -> None:
    router = Router(build(town, tell=lambda text: None).streets, Mode.FOOT, foot_kmh=4.5)
    shake = np.random.default_rng(seed)
    box = build(town, tell=lambda text: None).streets.box
    points = [
        Point(shake.uniform(box.south, box.north), shake.uniform(box.west, box.east))
        for _ in range(8)
    ]
    places = router.ground.snap(points, within_metres=2000)
    exact = router.seconds(places, places)
    np.fill_diagonal(exact, 0)
    assert np.abs(exact - exact.T).max() < 1e-6
    times = whole_seconds(exact).astype(np.int64)
    detours = (times[:, :, None] + times[None, :, :]).min(axis=1)
    assert (times <= detours + 1).all()


@given(town=towns(), seed=st.integers(0, 2**32 - 1))
def test_driving_never_gains_by_a_detour(town: Pieces, seed: int) -> None:
    router = Router(build(town, tell=lambda text: None).streets, Mode.CAR, foot_kmh=4.5)
    nodes = sorted(_raw(town, Mode.CAR).nodes)
    shake = np.random.default_rng(seed)
    points = [_at(town, int(node)) for node in shake.choice(nodes, 6)]
    places = router.ground.snap(points, within_metres=100)
    times = router.seconds(places, places)
    assert (times[:, :, None] + times[None, :, :] + 1e-3 >= times[:, None, :]).all()


@given(town=towns(), mode=st.sampled_from(list(Mode)), seed=st.integers(0, 2**32 - 1))
def test_the_line_of_a_way_takes_the_time_of_the_matrix(
    town: Pieces, mode: Mode, seed: int
) -> None:
    streets = build(town, tell=lambda text: None).streets
    router = Router(streets, mode, foot_kmh=4.5)
    shake, box = np.random.default_rng(seed), streets.box
    points = [
        Point(shake.uniform(box.south, box.north), shake.uniform(box.west, box.east))
        for _ in range(2)
    ]
    start, end = (router.ground.snap([point], within_metres=2000) for point in points)
    way = router.way(start, end)
    assert way is not None
    assert abs(way.seconds - router.seconds(start, end)[0, 0]) < 1e-6
    steps = np.diff(way.course / DEGREE, axis=0) * [np.cos(np.radians(51.5)), 1]
    metres = np.hypot(steps[:, 0], steps[:, 1]).sum() * 111_195
    ridden = way.seconds - (start.metres[0] + end.metres[0]) * 3.6 / 4.5
    kmh = {Mode.FOOT: 4.5, Mode.BICYCLE: 15.0, Mode.CAR: 30.0}[mode]
    assert abs(metres * 3.6 / kmh - ridden) < 0.005 * ridden + 0.2

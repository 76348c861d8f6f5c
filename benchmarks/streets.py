"""Travel times measured: our router on two cities, and the engines it could have been.

    python -m benchmarks.streets            # everything, a few minutes (make bench-streets)
    python -m benchmarks.streets --ours     # without the other engines

Reads Köln and Heidelberg from the recorded data beside the project (`../shared/data`). Engines get
the same simplified graph of whoever walks, so their figures differ by the engine alone. Figures are
medians of wall clock and of processor time (a busy machine stretches the former).
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "streife.config.settings")
os.environ.setdefault("STREIFE_VAR", tempfile.mkdtemp(prefix="streife-bench-streets-"))

import django  # noqa: E402 (after the path and the settings)

django.setup()

import networkx as nx  # noqa: E402 (after setup)
import numpy as np  # noqa: E402 (after setup)
from scipy.sparse import csr_array  # noqa: E402 (after setup)
from scipy.sparse.csgraph import dijkstra  # noqa: E402 (after setup)

from benchmarks.machine import yardstick_ms  # noqa: E402 (after setup)
from streife.kernel.geo import Point  # noqa: E402 (after setup)
from streife.streets.building import Streets, build  # noqa: E402 (after setup)
from streife.streets.pieces import DEGREE, both  # noqa: E402 (after setup)
from streife.streets.reading_koeln import read_koeln  # noqa: E402 (after setup)
from streife.streets.reading_osm import read_osm  # noqa: E402 (after setup)
from streife.streets.routing import Router  # noqa: E402 (after setup)
from streife.streets.rules import Mode, metres_between, whole_seconds  # noqa: E402 (after setup)
from streife.streets.storing import load, save  # noqa: E402 (after setup)

SHARED = ROOT.parent / "shared" / "data"
CITIES = {
    "Köln": (SHARED / "koeln" / "Strassenabschnitt.shp", read_koeln),
    "Heidelberg": (SHARED / "osm" / "heidelberg.osm.pbf", read_osm),
}
FOOT_KMH = 4.5
SEED = 20261122


class Spent(NamedTuple):
    """Medians of some runs, in milliseconds."""

    wall: float
    cpu: float


def spent(call: Callable[[], object], *, runs: int) -> Spent:
    """Return how long a call takes once it is warm."""
    call()
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return Spent(statistics.median(walls), statistics.median(cpus))


def row(city: str, what: str, one: Spent, matrix: Spent, note: str = "") -> None:
    """Print a line of the table."""
    print(
        f"{city:<11}{what:<28}{one.wall:>9.1f} {one.cpu:>8.1f} {matrix.wall:>10.0f} "
        f"{matrix.cpu:>9.0f}  {note}"
    )


def import_one(city: str) -> None:
    """Import one city in this process and print what it took (run in a process of its own)."""
    path, read = CITIES[city]
    resting = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    pieces = read(path, within=None, tell=lambda text: None)
    reading = time.perf_counter()
    built = build(pieces, tell=lambda text: None)
    building = time.perf_counter()
    checksum = save(built.streets)
    saving = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{city:<11}{len(pieces.first):>8} pieces → {len(built.streets.first):>6} edges, "
        f"{built.streets.nodes:>6} nodes; read {reading - started:.2f} s, build "
        f"{building - reading:.2f} s, save {saving - building:.2f} s; memory {peak / 1024:.0f} MB "
        f"({resting / 1024:.0f} MB before)"
    )
    print(checksum)


def imported(city: str) -> Streets:
    """Import a city in a process of its own, so that its memory is its own, and return it."""
    command = [sys.executable, "-m", "benchmarks.streets", "--import", city]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    figures, checksum = done.stdout.splitlines()
    print(figures)
    streets = load(checksum)
    assert streets is not None
    return streets


def places_in(streets: Streets, count: int) -> list[Point]:
    """Return doors at random: some ten metres beside streets that are open to everybody."""
    shake = np.random.default_rng(SEED)
    everybody = np.flatnonzero(streets.flags == sum(both(mode) for mode in Mode))
    chosen = shake.choice(streets.begins[everybody], count, replace=False)
    return [
        Point(
            streets.y[k] / DEGREE + shake.normal(0, 1e-4),
            streets.x[k] / DEGREE + shake.normal(0, 1e-4),
        )
        for k in chosen
    ]


def ours(city: str, streets: Streets) -> None:
    """Measure whole answers: snapping, ways, rounding; and what a process pays at its start."""
    points = places_in(streets, 150)
    for mode in Mode:
        started = time.perf_counter()
        router = Router(streets, mode, foot_kmh=FOOT_KMH)
        ready = (time.perf_counter() - started) * 1000

        def ask(starts: list[Point], ends: list[Point], way: Router = router) -> Any:
            places = way.ground.snap(starts, within_metres=500)
            others = way.ground.snap(ends, within_metres=500)
            return whole_seconds(way.seconds(places, others))

        one = spent(lambda ask=ask: ask(points[100:101], points[:40]), runs=21)
        whole = spent(lambda ask=ask: ask(points, points), runs=3)
        row(city, f"Streife, {mode.value}", one, whole, f"router ready in {ready:.0f} ms")


def detours(city: str, streets: Streets) -> None:
    """Say how far off straight line × 1.3 is: that is what a city without a network has."""
    points = places_in(streets, 150)
    router = Router(streets, Mode.FOOT, foot_kmh=FOOT_KMH)
    places = router.ground.snap(points, within_metres=500)
    walked = router.seconds(places, places) * FOOT_KMH / 3.6
    straight = metres_between(points, points)
    pairs = np.isfinite(walked) & (straight > 300) & (straight < 5000)
    ratio = walked[pairs] / straight[pairs]
    low, middle, high = np.quantile(ratio, [0.1, 0.5, 0.9])
    print(
        f"{city:<11}way on foot / straight line (0.3–5 km, {pairs.sum()} pairs): median "
        f"{middle:.2f}, eight of ten between {low:.2f} and {high:.2f}"
    )


class Graph(NamedTuple):
    """Whoever walks: arcs sorted by start, and the nodes to ask about."""

    size: int
    starts: Any
    ends: Any
    seconds: Any
    asked: Any


def graph_of(streets: Streets) -> Graph:
    """Return the graph of whoever walks, with the fastest of parallel arcs."""
    router = Router(streets, Mode.FOOT, foot_kmh=FOOT_KMH)
    starts, ends, seconds = router._from, router._to, router._weight
    asked = np.random.default_rng(SEED).choice(np.unique(starts), 150, replace=False)
    return Graph(streets.nodes, starts, ends, seconds, asked)


def scipy_engine(graph: Graph) -> Callable[[Any, Any], Any]:
    """Dijkstra with a Fibonacci heap, in C, over arrays that scipy uses as they are."""
    shape = (graph.size, graph.size)
    matrix = csr_array((graph.seconds, (graph.starts, graph.ends)), shape=shape)
    return lambda starts, ends: dijkstra(matrix, indices=starts)[:, ends]


def igraph_engine(graph: Graph) -> Callable[[Any, Any], Any]:
    """Dijkstra with a binary heap, in C."""
    import igraph

    arcs = np.stack([graph.starts, graph.ends], axis=1)
    network = igraph.Graph(n=graph.size, edges=arcs, directed=True)
    network.es["seconds"] = graph.seconds.tolist()
    return lambda starts, ends: np.array(
        network.distances(starts.tolist(), ends.tolist(), weights="seconds")
    )


def rustworkx_engine(graph: Graph) -> Callable[[Any, Any], Any]:
    """Dijkstra with a binary heap, in Rust, weights through a Python function."""
    import rustworkx

    network = rustworkx.PyDiGraph()
    network.add_nodes_from(range(graph.size))
    rows = zip(graph.starts.tolist(), graph.ends.tolist(), graph.seconds.tolist(), strict=True)
    network.add_edges_from(list(rows))

    def ask(starts: Any, ends: Any) -> Any:
        found = []
        for start in starts.tolist():
            times = rustworkx.dijkstra_shortest_path_lengths(network, start, float)
            found.append([0.0 if end == start else times[end] for end in ends.tolist()])
        return np.array(found)

    return ask


def pandana_engine(graph: Graph) -> Callable[[Any, Any], Any]:
    """Contraction hierarchies, in C++, one question a pair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandana
        import pandas as pd

        nothing = pd.Series(np.zeros(graph.size))
        network = pandana.Network(
            nothing,
            nothing,
            pd.Series(graph.starts),
            pd.Series(graph.ends),
            pd.DataFrame({"seconds": graph.seconds}),
            twoway=False,
        )

    def ask(starts: Any, ends: Any) -> Any:
        first, second = np.repeat(starts, len(ends)), np.tile(ends, len(starts))
        times = network.shortest_path_lengths(first, second, imp_name="seconds")
        return np.array(times).reshape(len(starts), len(ends))

    return ask


def numba_engine(graph: Graph) -> Callable[[Any, Any], Any]:
    """Dijkstra with a binary heap, our own code compiled by numba."""
    from benchmarks.streets_numba import many

    counts = np.bincount(graph.starts, minlength=graph.size)
    begins = np.concatenate([[0], np.cumsum(counts)])
    return lambda starts, ends: many(begins, graph.ends, graph.seconds, starts, ends)


ENGINES = (scipy_engine, igraph_engine, rustworkx_engine, pandana_engine, numba_engine)


def engines(city: str, streets: Streets) -> None:
    """Measure every engine on the same graph, against networkx on a sample."""
    graph = graph_of(streets)
    truth = nx.DiGraph()
    truth.add_weighted_edges_from(
        zip(graph.starts.tolist(), graph.ends.tolist(), graph.seconds.tolist(), strict=True)
    )
    sample = graph.asked[:5]
    lengths = [nx.single_source_dijkstra_path_length(truth, int(node)) for node in sample]
    expected = np.array([[row[int(end)] for end in graph.asked] for row in lengths])
    for engine in ENGINES:
        started = time.perf_counter()
        try:
            ask = engine(graph)
        except ImportError as error:
            print(f"{city:<11}{engine.__name__:<28}not installed ({error.name})")
            continue
        ready = time.perf_counter() - started
        worst = float(np.abs(ask(sample, graph.asked) - expected).max())
        one = spent(lambda ask=ask: ask(graph.asked[100:101], graph.asked[:40]), runs=11)
        whole = spent(lambda ask=ask: ask(graph.asked, graph.asked), runs=3)
        name = engine.__name__.removesuffix("_engine")
        row(city, name, one, whole, f"ready in {ready:.1f} s, off networkx by ≤ {worst:.2g} s")


def main() -> None:
    """Print three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--import", dest="city", choices=sorted(CITIES))
    parser.add_argument("--ours", action="store_true", help="only our own router")
    options = parser.parse_args()
    if options.city:
        import_one(options.city)
        return
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is missing: the measured cities are not part of the project")
    print(f"yardstick {yardstick_ms():.0f} ms of Python; load {os.getloadavg()[0]:.1f}\n")
    cities = {city: imported(city) for city in CITIES}
    head = f"{'':<39}{'one to 40, ms':>18} {'150 × 150, ms':>20}\n"
    head += f"{'':<39}{'wall':>9} {'cpu':>8} {'wall':>10} {'cpu':>9}"
    print(f"\nwhole answers: snapping to the nearest street, ways, rounding\n{head}")
    for city, streets in cities.items():
        ours(city, streets)
    print()
    for city, streets in cities.items():
        detours(city, streets)
    if not options.ours:
        print(f"\nengines on the same graph, nodes to nodes\n{head}")
        for city, streets in cities.items():
            engines(city, streets)


if __name__ == "__main__":
    main()

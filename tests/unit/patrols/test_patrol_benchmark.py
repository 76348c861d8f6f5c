"""The benchmark of the planner: reader, certificates, and bounds that no solution exceeds."""

import csv
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest

from benchmarks.patrols import bounds, records, spine
from benchmarks.patrols.instances import DEFAULT_CELLS, LONG_CELLS, Cell, Instance, read, references

ROWS = """\
1 1 3 1
0 0
0 0 0 0 0 0 0 0 100
1 3 0 2 10 0 0 0 5 20
2 0 1.99 2.5 7 1 1 0 0 100
3 1 1 1 4 1 1 0 50 60
"""


def small(generator: np.random.Generator, size: int = 6) -> Instance:
    """Return an invented instance with windows of all widths."""
    x, y = generator.integers(0, 30, (2, size + 1))
    opens = generator.integers(0, 60, size + 1)
    closes = opens + generator.integers(0, 60, size + 1)
    opens[0], closes[0] = 0, 100
    service = np.append(0, generator.integers(1, 10, size))
    profit = np.append(0, generator.integers(1, 20, size))
    distance = np.hypot(x[:, None] - x, y[:, None] - y).astype(np.int64)
    return Instance("small", 1, distance, service, profit, opens, closes, x, y)


def worth(instance: Instance, customers: tuple[int, ...]) -> int:
    """Return the profit of visiting these in this order; 0 if that cannot be done."""
    routes = (customers,)
    score = sum(int(instance.profit[i]) for i in customers)
    return 0 if spine.faults(instance, 1, routes, score) else score


def best(instance: Instance, routes: int) -> int:
    """Return the best sum of profits, by trying everything."""
    everyone = range(1, instance.size + 1)
    alone: dict[frozenset[int], int] = {}
    for number in range(instance.size + 1):
        for chosen in combinations(everyone, number):
            alone[frozenset(chosen)] = max(worth(instance, one) for one in permutations(chosen))
    if routes == 1:
        return max(alone.values())
    return max(a + b for (s, a), (t, b) in combinations(alone.items(), 2) if not s & t)


def test_distances_are_cut_and_times_become_whole_units(tmp_path: Path) -> None:
    for name, scale, way in (("c101", 10, 19), ("pr01", 100, 199)):
        path = tmp_path / f"{name}.txt"
        path.write_text(ROWS)
        found = read(path)
        assert found.size == 3
        assert found.distance[0].tolist() == [0, 3 * scale, way, int(1.41421356 * scale)]
        assert found.service.tolist() == [0, 2 * scale, int(2.5 * scale), scale]
        assert found.opens.tolist() == [0, 5 * scale, 0, 50 * scale]
        assert found.budget == 100 * scale


@pytest.mark.parametrize(
    "spoilt", [ROWS.replace("1 1 3 1", "1 1 4 1"), ROWS.replace("2.5", "2.512")]
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, spoilt: str) -> None:
    path = tmp_path / "c101.txt"
    path.write_text(spoilt)
    with pytest.raises(ValueError, match=r"TOPTW|multiple"):
        read(path)


def test_a_cell_is_written_as_it_is_read() -> None:
    assert str(Cell.parse("rc104-2")) == "rc104-2"
    assert Cell.parse("rc104-2").family == "rc1"
    assert Cell.parse("pr10-1").family == "pr"
    assert len(set(DEFAULT_CELLS)) == 24
    assert set(LONG_CELLS) <= set(DEFAULT_CELLS)


def test_a_false_solution_is_named() -> None:
    instance = small(np.random.default_rng(4))
    assert spine.faults(instance, 1, ((1, 1),), 2 * int(instance.profit[1]))
    assert spine.faults(instance, 1, (), 1) == ["score 1 stated, 0 counted"]


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_of_one_route_is_the_optimum_and_of_two_is_not_below_it(seed: int) -> None:
    instance = small(np.random.default_rng(seed))
    for routes in (1, 2):
        optimum = best(instance, routes)
        upper, how, _ = bounds.certify(instance, routes, (), cpu_seconds=30, size=2)
        assert how in {"converged", "optimal"}
        assert bounds.rounded(instance, upper) >= optimum
        if routes == 1:
            assert bounds.rounded(instance, upper) == optimum


def test_profits_that_are_tens_round_the_bound_down_to_tens() -> None:
    instance = small(np.random.default_rng(1))
    tens = Instance(
        "tens",
        1,
        *(instance.distance, instance.service, instance.profit * 10),
        instance.opens,
        instance.closes,
        instance.x,
        instance.y,
    )
    assert bounds.rounded(tens, 339.9) == 330
    assert bounds.rounded(tens, 339.9999999) == 340


def test_no_known_solution_exceeds_its_bound(shared: Path) -> None:
    certificates = bounds.load()
    assert {cell for cell in DEFAULT_CELLS if cell.routes <= 2} <= set(certificates)
    for cell, certificate in certificates.items():
        assert certificate.score <= certificate.upper
        data = spine_instance(shared, cell)
        assert not spine.faults(data, cell.routes, certificate.routes, certificate.score)
    for record in records.load_baselines()[1]:
        data = spine_instance(shared, record.where)
        assert not spine.faults(data, record.where.routes, record.routes, record.score)
        if record.where in certificates:
            assert record.score <= certificates[record.where].upper, record.key


def test_no_published_or_recalled_score_exceeds_its_bound(shared: Path) -> None:
    certificates, folder = bounds.load(), shared / "bench" / "toptw"
    for cell, reference in references(folder).items():
        if cell in certificates:
            assert reference.value <= certificates[cell].upper, cell
    with (folder / "best_known.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            cell = Cell(row["instance"], int(row["m"]))
            published = row["published_best_of_runs(TOPTW.xls)"]
            if cell in certificates and published:
                assert int(published) <= certificates[cell].upper, cell


def spine_instance(shared: Path, cell: Cell) -> Instance:
    """Return the instance of the cell from the recorded data."""
    return read(shared / "bench" / "toptw" / "instances" / f"{cell.instance}.txt")

"""The forecast benchmark measures what it says: nobody looks ahead, and the city is whole."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import h3
import numpy as np
import pytest

from benchmarks import zurich
from benchmarks.forecast_methods import Mixture, Parts, counting, density, record
from benchmarks.zurich import History, first_week, week_of
from streife.patrols.rules.forecast import grid_of
from streife.patrols.rules.forecast_quality import interval, resample

WEEK = 40


def history(seed: int = 1) -> History:
    """Return 60 weeks of two kinds on 127 cells, most of them at a few places."""
    rng = np.random.default_rng(seed)
    centre = h3.latlng_to_cell(47.37, 8.54, 10)
    grid = grid_of(np.array([h3.str_to_int(cell) for cell in h3.grid_disk(centre, 6)]))
    rate = rng.gamma(0.3, 1.0, size=(2, 1, len(grid)))
    counts = rng.poisson(np.repeat(rate, 60, axis=1)).clip(max=200).astype(np.uint8)
    return History(grid, ("a", "b"), counts, np.sqrt(counts, dtype=np.float32), 0, 1.9)


def parts_at(mixture: Mixture, week: int) -> Parts:
    return next(iter(mixture.parts([week])))


def test_no_method_knows_the_week_it_forecasts() -> None:
    known, other = history(), history(2)
    changed = replace(known, counts=known.counts.copy(), softened=known.softened.copy())
    changed.counts[:, WEEK:] = other.counts[:, WEEK:]
    changed.softened[:, WEEK:] = other.softened[:, WEEK:]
    for method in (
        lambda given: counting(given.total(), 13)(WEEK),
        lambda given: counting(given.total(), 0)(WEEK),
        lambda given: density(given, given.total(), 120, 26)(WEEK),
        lambda given: _ours(given),
    ):
        assert method(known) == pytest.approx(method(changed))


def _ours(given: History) -> np.ndarray:
    mixture = Mixture(given, (0, 120), (4, 1000))
    mixture.fit(range(10, WEEK))
    return mixture.expected(parts_at(mixture, WEEK), (0, 1))


def test_ours_knows_more_than_the_last_week_alone() -> None:
    given = history()
    mixture = Mixture(given, (0, 120), (4, 1000))
    mixture.fit(range(10, WEEK))
    expected = {p.week: mixture.expected(p, (0, 1)) for p in mixture.parts(range(WEEK, 60))}
    reports, weeks = given.total(), range(WEEK, 60)
    ours = record(expected.__getitem__, reports, weeks)
    last = record(counting(reports, 1), reports, weeks)
    assert ours.hits().mean() > last.hits().mean()
    assert (ours.pei() <= 1).all()
    low, high = interval([ours.hits(draw) for draw in resample(20, 200, 1)])
    assert (low <= ours.hits()).all()
    assert (ours.hits() <= high).all()


def test_the_fitted_weights_are_what_the_product_reads() -> None:
    given = history()
    mixture = Mixture(given, (0, 120), (4, 1000))
    mixture.fit(range(10, WEEK))
    recipe = mixture.recipe(10)
    assert sum(recipe.own) + sum(recipe.all_kinds) + recipe.even == pytest.approx(1)
    states = np.zeros((2, 2, len(given.grid)))
    for week in range(WEEK):
        keep = np.array([0.5 ** (1 / life) for life in recipe.half_lives])[:, None]
        states = states * keep + given.softened[:, week, None, :]
    parts = parts_at(mixture, WEEK)
    product = recipe.shares(states, mixture.kernels)
    for kind in (0, 1):
        assert product[kind] == pytest.approx(mixture.shares(parts, kind))


def test_weeks_begin_on_mondays() -> None:
    assert week_of(date(2016, 1, 4)) == 0
    assert week_of(date(2016, 1, 10)) == 0
    assert first_week(2024) == week_of(date(2024, 1, 1))
    assert first_week(2022) == week_of(date(2022, 1, 3))


def test_the_reports_of_zurich_are_all_there(shared: Path) -> None:
    assert shared in zurich.FOLDER.parents
    given = zurich.read(9)
    assert given.area_km2 == pytest.approx(91.88, abs=0.01)
    assert int(given.counts.sum(dtype=np.int64)) + given.left_out == 62_245
    assert given.left_out < 400
    assert (given.softened <= given.counts + 1e-6).all()
    assert len(given.kinds) == 10

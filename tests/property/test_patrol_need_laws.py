"""Laws of the need: nothing is lost, scaling scales, age never helps."""

from itertools import pairwise

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.patrols.rules.forecast import (
    Recipe,
    components,
    faded,
    fading,
    fit,
    grid_of,
    kernel,
    kernels_of,
    log_likelihood,
    parents,
)
from streife.patrols.rules.forecast_quality import caught, most
from streife.patrols.rules.need import Signals, Weighing, aoristic, expect, smoothed, soften
from streife.patrols.rules.need_blocks import dwell_points
from streife.patrols.rules.need_places import after_visit, outstanding

CENTRE = h3.latlng_to_cell(51.52, 7.46, 10)
DISK = sorted(h3.str_to_int(cell) for cell in h3.grid_disk(CENTRE, 6))
GRID = grid_of(np.array(DISK))
RECIPE = Recipe(10, (0.0, 150.0), (4.0, 52.0), (0.2, 0.2, 0.1, 0.1), (0.1, 0.1, 0.1, 0.05), 0.05)
KERNELS = [kernel(GRID, width) for width in RECIPE.widths]
WEIGHING = Weighing((1.0, 0.5), 26, 30)
hours = st.floats(0, 400, allow_nan=False)
places = st.integers(0, len(DISK) - 1)


@st.composite
def told(draw: st.DrawFn) -> Signals:
    rows = draw(
        st.lists(
            st.tuples(
                places,
                st.integers(0, 1),
                st.floats(0, 100),
                st.floats(0.1, 5),
                st.floats(0, 167.9),
                st.sampled_from((0.0, 1.0, 5.5, 24.0, 200.0)),
            ),
            min_size=1,
            max_size=30,
        )
    )
    where, fields, age, counts, begins, length = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    return Signals(GRID.cells[where], fields, age, counts, begins, length)


@given(st.lists(st.tuples(st.floats(-500, 500), hours), min_size=1, max_size=20))
def test_aoristic_weights_are_no_less_than_nothing_and_sum_to_one(
    intervals: list[tuple[float, float]],
) -> None:
    begins, length = np.array(intervals).T
    weights = aoristic(begins, length)
    assert weights.shape == (len(intervals), 168)
    assert (weights >= 0).all()
    assert weights.sum(axis=1) == pytest.approx(1)


@given(st.floats(0, 167.99), st.floats(0.01, 100), st.integers(1, 167))
def test_aoristic_weights_move_with_the_clock(begin: float, length: float, later: int) -> None:
    one = aoristic(np.array([begin]), np.array([length]))[0]
    other = aoristic(np.array([begin + later]), np.array([length]))[0]
    assert np.roll(one, later) == pytest.approx(other, abs=1e-9)


@given(st.lists(st.floats(0, 10), min_size=168, max_size=168))
def test_smoothing_keeps_the_sum(profile: list[float]) -> None:
    assert smoothed(np.array(profile)).sum() == pytest.approx(sum(profile))


@given(st.floats(0, 500), st.floats(0, 500), st.floats(0.1, 1000))
def test_an_older_report_never_counts_more(one: float, other: float, half_life: float) -> None:
    young, old = sorted((one, other))
    assert fading(np.array([old]), half_life)[0] <= fading(np.array([young]), half_life)[0] <= 1


@given(st.floats(0, 1000), st.floats(0, 72), st.floats(0, 72), st.floats(0, 1))
def test_a_fresher_visit_never_leaves_more_to_do(
    value: float, one: float, other: float, share: float
) -> None:
    fresh, old = sorted((one, other))
    first = after_visit(value, fresh, share, 24)
    assert share * value - 1e-9 <= first <= after_visit(value, old, share, 24) + 1e-9
    assert after_visit(value, old, share, 24) <= after_visit(value, None, share, 24) + 1e-9


@given(st.lists(places, min_size=1, max_size=40), st.sampled_from((0.0, 60.0, 150.0, 400.0)))
def test_spreading_loses_no_report(where: list[int], width: float) -> None:
    counts = np.bincount(where, minlength=len(GRID)).astype(float)
    assert (kernel(GRID, width) @ counts).sum() == pytest.approx(len(where))


def _canal(to: np.ndarray, origin: np.ndarray, limit: float) -> np.ndarray:
    """Return metres in a city cut in two by a canal without a bridge; its east has no streets."""
    east = GRID.metres[:, 0]
    plane = np.hypot(*(GRID.metres[to] - GRID.metres[origin]).T)
    metres = np.where((east[to] < 0) == (east[origin] < 0), 1.5 * plane, np.inf)
    return np.where(np.maximum(east[to], east[origin]) > 400, np.nan, metres)


@given(st.lists(places, min_size=1, max_size=40))
def test_along_the_streets_nothing_is_lost_and_nothing_crosses_the_canal(where: list[int]) -> None:
    counts = np.bincount(where, minlength=len(GRID)).astype(float)
    widths = (0.0, 60.0, 150.0)
    for spread in kernels_of(GRID, widths, _canal):
        assert (spread @ counts).sum() == pytest.approx(len(where))
    east = GRID.metres[:, 0]
    west_only = np.where(east < 0, counts, 0)
    spread = kernels_of(GRID, widths, _canal)[2] @ west_only
    assert spread[(east >= 0) & (east <= 400)].sum() == 0


def test_without_streets_the_kernels_are_those_of_the_plane() -> None:
    for one, other in zip(kernels_of(GRID, RECIPE.widths), KERNELS, strict=True):
        assert abs(one - other).sum() == 0
    plain = kernels_of(GRID, RECIPE.widths, lambda to, origin, limit: np.zeros(len(to)))
    for one, other in zip(plain, KERNELS, strict=True):
        assert abs(one - other).max() == pytest.approx(0, abs=1e-12)  # never less than the plane


@given(told())
def test_shares_sum_to_one_and_expected_reports_to_the_level(signals: Signals) -> None:
    need = expect(signals, GRID, KERNELS, RECIPE, WEIGHING)
    for field in (0, 1):
        lately = signals.counts[(signals.fields == field) & (signals.age_weeks <= 26)].sum()
        assert need.expected[field].sum() == pytest.approx(lately / 26)
    assert need.profile.sum(axis=2) == pytest.approx(1)
    weighted = sum(need.expected[f].sum() * WEIGHING.weights[f] for f in (0, 1))
    assert need.values().sum() == pytest.approx(weighted)


@given(told(), st.floats(0.5, 20))
def test_value_scales_with_the_weights(signals: Signals, factor: float) -> None:
    one = expect(signals, GRID, KERNELS, RECIPE, WEIGHING)
    more = Weighing(tuple(factor * w for w in WEIGHING.weights), 26, 30)
    other = expect(signals, GRID, KERNELS, RECIPE, more)
    assert other.values([18]) == pytest.approx(factor * one.values([18]))


@given(told())
def test_value_by_field_of_all_cells_is_the_value_of_all_cells(signals: Signals) -> None:
    need = expect(signals, GRID, KERNELS, RECIPE, WEIGHING)
    by_field = need.by_field(np.arange(len(GRID)))
    assert by_field.sum(axis=0) == pytest.approx(need.values().sum(axis=0))


@given(st.lists(st.tuples(places, st.integers(0, 1), st.integers(0, 3)), min_size=1, max_size=40))
def test_n_reports_of_a_cell_field_and_day_count_root_n(rows: list[tuple[int, int, int]]) -> None:
    cells, fields, days = (np.array(column) for column in zip(*rows, strict=True))
    counted = soften(cells, fields, days, np.ones(len(rows)))
    for key in set(rows):
        mine = [value for row, value in zip(rows, counted, strict=True) if row == key]
        assert sum(mine) == pytest.approx(rows.count(key) ** 0.5)


@given(st.lists(st.tuples(places, st.floats(0, 300)), min_size=2, max_size=60))
def test_fitted_weights_are_a_mixture_and_no_less_likely_than_even_ones(
    rows: list[tuple[int, float]],
) -> None:
    where, age = (np.array(column) for column in zip(*rows, strict=True))
    states = faded(where, age, np.ones(len(rows)), RECIPE.half_lives, len(GRID))
    parts = components(states, KERNELS)
    assert parts.sum(axis=0) == pytest.approx(1)
    seen = parts[where]
    counts = np.ones(len(where))
    weights = fit([(seen, counts)], rounds=50)
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1)
    even = np.full(len(weights), 1 / len(weights))
    assert log_likelihood(seen, counts, weights) >= log_likelihood(seen, counts, even) - 1e-9


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=2, max_size=40), st.data()
)
def test_no_choice_catches_more_than_the_best_and_all_cells_catch_all(
    rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    score, reports = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    size = data.draw(st.integers(1, len(rows)))
    assert caught(score, reports, size) <= most(reports, size) + 1e-9
    assert caught(reports, reports, size) == pytest.approx(most(reports, size))
    assert caught(score, reports, len(rows)) == reports.sum()


@given(st.lists(st.floats(0, 10), min_size=len(DISK), max_size=len(DISK)), st.integers(0, 20))
def test_chosen_cells_are_apart_and_fall_in_value(value: list[float], number: int) -> None:
    chosen = outstanding(GRID.metres, np.array(value), [(0.0, 0.0)], apart=300, most=number)
    assert len(chosen) <= number
    worth = [value[cell] for cell in chosen]
    assert worth == sorted(worth, reverse=True)
    spots = [(0.0, 0.0), *(GRID.metres[cell] for cell in chosen)]
    for place, one in enumerate(spots):
        for other in spots[place + 1 :]:
            assert np.hypot(one[0] - other[0], one[1] - other[1]) >= 300


@given(st.floats(1, 2000))
def test_ways_to_stay_grow_and_are_concave_in_whole_points(points: float) -> None:
    ways = dwell_points(((600, 0.75), (780, 0.9), (960, 1.0)), points)
    assert ways
    rates = [(v2 - v1) / (s2 - s1) for (s1, v1), (s2, v2) in pairwise(ways)]
    assert all(rate > 0 for rate in rates)
    assert rates == sorted(rates, reverse=True)


@given(st.floats(51.4, 51.6), st.floats(7.3, 7.6), st.integers(5, 11))
def test_parents_by_digits_are_the_parents_of_h3(lat: float, lon: float, level: int) -> None:
    cell = h3.latlng_to_cell(lat, lon, 12)
    ours = parents(np.array([h3.str_to_int(cell)]), level)[0]
    assert h3.int_to_str(int(ours)) == h3.cell_to_parent(cell, level)

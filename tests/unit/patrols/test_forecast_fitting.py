"""Fitting the forecast on own reports: finds what is there, never looks ahead, asks for enough."""

from dataclasses import replace

import h3
import numpy as np
import pytest

from streife.kernel.errors import Refused
from streife.patrols.rules.forecast import Grid, Recipe, grid_of, kernel
from streife.patrols.rules.forecast_fitting import HELD_OUT_WEEKS, Weekly, refit

WEEKS = 110
WIDTHS, LIVES = (0.0, 120.0), (4.0, 1000.0)
# Everything weighs the same: nobody has fitted anything yet.
EVEN = Recipe(10, WIDTHS, LIVES, (0.1,) * 4, (0.1,) * 4, 0.2)


def grid() -> Grid:
    centre = h3.latlng_to_cell(51.51, 7.46, 10)
    return grid_of(np.array([h3.str_to_int(cell) for cell in h3.grid_disk(centre, 8)]))


def told(seed: int = 1, weeks: int = WEEKS) -> Weekly:
    """Return reports that always come back to the same places, and never to those around."""
    rng = np.random.default_rng(seed)
    size = len(grid())
    rate = rng.gamma(0.15, 1.0, size=(2, size))
    counts = rng.poisson(rate / rate.sum() * 40, size=(weeks, 2, size))
    week, field, cell = np.nonzero(counts)
    times = counts[week, field, cell]
    week, field, cell = (np.repeat(one, times) for one in (week, field, cell))
    ones = np.ones(len(week))
    return Weekly(cell, field, week, ones, ones.astype(bool), 2, size)


@pytest.fixture(scope="module")
def kernels() -> list[object]:
    return [kernel(grid(), width) for width in WIDTHS]


def test_lasting_places_get_the_weight_and_more_is_caught(kernels: list[object]) -> None:
    found = refit(told(), kernels, EVEN)
    recipe = found.recipe
    assert sum(recipe.own) + sum(recipe.all_kinds) + recipe.even == pytest.approx(1.0)
    assert max(recipe.own) == recipe.own[1]  # in its own cell, long remembered
    assert recipe.own[1] > 0.5
    assert found.better
    assert found.new_hits > found.counting_hits - 0.02
    assert (found.weeks, found.held_out_weeks) == (WEEKS, HELD_OUT_WEEKS)


def test_what_is_held_out_is_not_learnt_from(kernels: list[object]) -> None:
    known, other = told(), told(seed=2)
    first = WEEKS - HELD_OUT_WEEKS
    old, new = known.weeks < first, other.weeks >= first
    mixed = Weekly(
        *(
            np.concatenate([getattr(known, name)[old], getattr(other, name)[new]])
            for name in ("cells", "fields", "weeks", "counts", "seen")
        ),
        2,
        known.size,
    )
    assert refit(mixed, kernels, EVEN).recipe.own == pytest.approx(
        refit(known, kernels, EVEN).recipe.own
    )


@pytest.mark.parametrize("few", ["weeks", "reports"])
def test_too_little_history_is_refused_with_numbers(few: str, kernels: list[object]) -> None:
    short = told(weeks=60) if few == "weeks" else told()
    if few == "reports":
        short = replace(short, seen=np.arange(len(short.seen)) < 500)
    with pytest.raises(Refused) as refusal:
        refit(short, kernels, EVEN)
    assert refusal.value.code == "too-little-history"
    assert "104 Wochen" in refusal.value.message

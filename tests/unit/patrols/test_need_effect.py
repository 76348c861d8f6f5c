"""What presence changed: found where it is, not found where it is not, silent with few data."""

import numpy as np
import pytest

from streife.patrols.rules.need_effect import AFTER_DAYS, exposed, measured

DAYS, PLACES = 364, 40
MONTHS = np.arange(DAYS) // 30


def simulate(effect: float, seed: int, rate: float = 0.6, season: float = 0.0) -> tuple[
    np.ndarray, np.ndarray
]:  # fmt: skip
    """Return reports and visits; the weeks after a visit have `effect` times as many reports."""
    rng = np.random.default_rng(seed)
    wave = 1 + season * np.sin(np.arange(DAYS) / DAYS * 2 * np.pi)
    visits = rng.random((PLACES, DAYS)) < 0.06 * wave
    base = rate * rng.gamma(2, 0.5, size=(PLACES, 1)) * wave
    mean = np.where(exposed(visits), effect, 1.0) * base
    return rng.poisson(mean), visits


def test_the_days_after_a_visit_are_exposed_and_its_own_day_is_not() -> None:
    visits = np.zeros((1, 20), dtype=bool)
    visits[0, 3] = True
    assert np.flatnonzero(exposed(visits)[0]).tolist() == list(range(4, 4 + AFTER_DAYS))


def test_a_lasting_effect_is_found() -> None:
    found = measured(*simulate(0.7, 1), MONTHS)
    assert found.enough
    assert found.ratio == pytest.approx(0.7, abs=0.08)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.7 < found.high < 1
    assert found.said["code"] == "fewer"


def test_no_effect_is_said_to_be_none_nineteen_times_in_twenty() -> None:
    codes = [measured(*simulate(1.0, seed), MONTHS).said["code"] for seed in range(100)]
    assert codes.count("no-difference") >= 88


def test_a_summer_with_more_of_both_is_no_effect() -> None:
    codes = [measured(*simulate(1.0, seed, season=0.8), MONTHS).said["code"] for seed in range(40)]
    assert codes.count("no-difference") >= 34


@pytest.mark.parametrize(
    ("places", "days", "rate"), [(3, DAYS, 1.0), (PLACES, 14, 1.0), (PLACES, DAYS, 0.001)]
)
def test_few_data_say_nothing(places: int, days: int, rate: float) -> None:
    reports, visits = simulate(0.5, 2, rate)
    found = measured(reports[:places, :days], visits[:places, :days], MONTHS[:days])
    assert not found.enough
    assert found.ratio is None
    assert found.said["code"] == "too-few"


def test_one_place_that_holds_all_reports_of_a_side_says_nothing() -> None:
    reports, visits = simulate(1.0, 3, rate=0.4)
    reports[1:] *= ~exposed(visits)[1:]  # only the first place has reports after visits
    found = measured(reports, visits, MONTHS)
    assert not found.enough
    assert found.high is None


def test_an_interval_wider_than_from_half_to_double_says_nothing() -> None:
    for seed in range(30):
        found = measured(*simulate(1.0, seed, rate=0.02), MONTHS)
        if found.low is not None and found.high is not None:
            assert found.high <= 4.0001 * found.low


def test_no_places_say_nothing() -> None:
    nothing = np.zeros((0, DAYS), dtype=np.int64)
    assert not measured(nothing, nothing.astype(bool), MONTHS).enough

"""Plans are mixed so that rates hold and hours cannot be learned by heart."""

import pytest

from streife.patrols.solver import Plan, Route, Visit
from streife.patrols.solver.unpredictable import (
    draw,
    hour_entropy,
    regularity,
    visit_rates,
    warnings,
    weights_for,
)


def plan(*stops: int) -> Plan:
    return Plan((Route(tuple(Visit(at, 600 * k, 300) for k, at in enumerate(stops))),), len(stops))


POOL = [plan(0, 1), plan(0, 2), plan(1, 2)]


def test_draws_follow_the_weights_and_the_seed() -> None:
    drawn = [draw(POOL, [0.5, 0.5, 0.0], seed=seed) for seed in range(400)]
    assert POOL[2] not in drawn
    assert 150 < drawn.count(POOL[0]) < 250
    assert draw(POOL, [1.0, 1.0, 1.0], seed=7) == draw(POOL, [1.0, 1.0, 1.0], seed=7)


@pytest.mark.parametrize(("pool", "weights"), [([], []), (POOL, [0.0, 0.0, 0.0]), (POOL, [1.0])])
def test_nothing_to_draw_from_is_said(pool: list[Plan], weights: list[float]) -> None:
    with pytest.raises(ValueError, match="drawn"):
        draw(pool, weights, seed=0)


def test_rates_are_the_marginals_of_the_mixture() -> None:
    assert visit_rates(POOL, [1, 1, 2]) == {0: 0.5, 1: 0.75, 2: 0.75}


def test_what_was_visited_too_little_weighs_more() -> None:
    weights = weights_for(POOL, past={0: 1.0, 1: 1.0, 2: 0.0}, wanted={0: 0.5, 1: 0.5, 2: 1.0})
    assert sum(weights) == pytest.approx(1.0)
    assert weights[0] < weights[1]
    assert weights[1] == pytest.approx(weights[2])
    assert min(weights) > 0.03


def test_long_use_brings_the_rates_to_what_is_wanted() -> None:
    wanted = {0: 0.4, 1: 0.7, 2: 0.9}
    counts = dict.fromkeys(wanted, 0)
    for day in range(1, 600):
        past = {at: count / day for at, count in counts.items()}
        for at in (
            v.stop for v in draw(POOL, weights_for(POOL, past, wanted), seed=day).routes[0].visits
        ):
            counts[at] += 1
    for at, rate in wanted.items():
        assert counts[at] / 599 == pytest.approx(rate, abs=0.1)


def test_entropy_of_hours() -> None:
    assert hour_entropy([]) == 0.0
    assert hour_entropy([9] * 10) == 0.0
    assert hour_entropy(range(16)) == pytest.approx(4.0)


def test_a_place_always_visited_at_three_is_warned_about() -> None:
    found = warnings({"Markt": [15] * 8 + [16], "Park": [9, 11, 13, 15, 17, 19], "Neu": [15, 15]})
    assert [(each.place, each.usual_hour) for each in found] == [("Markt", 15)]
    assert regularity("Park", [9, 11, 13, 15, 17, 19], open_hours=10).share == pytest.approx(1.0)

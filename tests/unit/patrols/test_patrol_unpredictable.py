"""How plans are drawn so that rates hold, and what somebody who watches could learn."""

from datetime import UTC, datetime, timedelta

import pytest

from streife.patrols.rules.basis import Basis, Place, Wanted
from streife.patrols.rules.unpredictable import (
    Visit,
    chances,
    draw,
    entropy,
    past_rates,
    rates_by_place,
    regular,
    target_rates,
    wanted_at,
    weights_for,
)
from streife.patrols.solver import Plan, Route
from streife.patrols.solver import Visit as Stay

START = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)  # 14.00 in Dortmund
HOUR = 3600


def plan(*stops: int) -> Plan:
    return Plan((Route(tuple(Stay(at, 600 * k, 300) for k, at in enumerate(stops))),), len(stops))


def basis(*values: int, mandatory: frozenset[int] = frozenset()) -> Basis:
    """Return a place with an early and a late visit for each two values."""
    places = tuple(Place(f"p{n}", f"Platz {n}", 51.5, 7.4) for n in range((len(values) + 1) // 2))
    wanted = tuple(
        Wanted(
            n // 2,
            ((4 * HOUR * (n % 2), 4 * HOUR * (n % 2) + 4 * HOUR - 1),),
            ((600, value),),
            mandatory=n in mandatory,
        )
        for n, value in enumerate(values)
    )
    return Basis(START, places, wanted)


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


def test_what_was_visited_too_seldom_weighs_more() -> None:
    weights = weights_for(POOL, past={0: 1.0, 1: 1.0, 2: 0.0}, wanted={0: 0.5, 1: 0.5, 2: 1.0})
    assert sum(weights) == pytest.approx(1.0)
    assert weights[0] < weights[1]
    assert weights[1] == pytest.approx(weights[2])
    assert min(weights) > 0.03


@pytest.mark.parametrize(
    ("values", "visits", "due", "rates"),
    [
        ((100, 100, 100, 100), 2, frozenset(), [0.5, 0.5, 0.5, 0.5]),
        ((300, 100, 100, 100), 3, frozenset(), [1.0, 2 / 3, 2 / 3, 2 / 3]),
        ((100, 100, 200, 100), 2, frozenset({0}), [1.0, 0.25, 0.5, 0.25]),
        ((100, 100), 5, frozenset(), [1.0, 1.0]),
    ],
)
def test_each_is_wanted_as_often_as_its_need_says(
    values: tuple[int, ...], visits: float, due: frozenset[int], rates: list[float]
) -> None:
    found = target_rates(basis(*values, mandatory=due), visits)
    assert [found[number] for number in range(len(values))] == pytest.approx(rates)


def test_a_visit_of_last_week_is_known_by_place_and_time_of_day() -> None:
    known = basis(100, 100, 100, 100)
    week = START - timedelta(days=7)
    early = Visit("p0", "Platz 0", week + timedelta(hours=1))
    late = Visit("p1", "Platz 1", week + timedelta(hours=5))
    gone = Visit("closed", "Alter Platz", week)
    assert wanted_at(known, [early, late, gone]) == {0, 3}
    assert past_rates([frozenset({0}), frozenset({0, 3})]) == {0: 1.0, 3: 0.5}
    assert past_rates([]) == {}


def test_the_plan_that_makes_good_for_the_past_is_likelier() -> None:
    known = basis(100, 100, 100, 100)
    past = [[Visit("p0", "Platz 0", START - timedelta(days=n))] for n in (1, 2, 3)]
    same, other = chances(known, [plan(0), plan(3)], past)
    assert other > 0.9 > 0.1 > same > 0
    farthest = rates_by_place(known, 1, past)[0]
    assert (farthest.name, farthest.was, farthest.wanted) == ("Platz 0", 1.0, 0.5)


def test_entropy_of_hours() -> None:
    assert entropy([]) == 0.0
    assert entropy([9] * 10) == 0.0
    assert entropy(range(16)) == pytest.approx(4.0)


def test_a_place_always_visited_at_three_is_warned_about() -> None:
    def at(place: str, *hours: int) -> list[Visit]:
        return [
            Visit(place, place.title(), START.replace(hour=hour) - timedelta(days=n))
            for n, hour in enumerate(hours)
        ]

    visits = [
        *at("markt", *[14] * 8, 15),
        *at("park", 9, 11, 13, 15, 17, 19),
        *at("neu", 14, 14),
    ]
    found = regular(visits, open_hours=8)
    assert [(one.name, one.visits, one.usual_hour) for one in found] == [("Markt", 9, 15)]

"""Small networks by hand: what is joined, what is left out, how one gets from here to there."""

from dataclasses import replace

import numpy as np
import pytest

from streife.kernel.errors import Refused
from streife.streets.building import build
from streife.streets.pieces import DEGREE, Passage
from streife.streets.routing import Router
from streife.streets.rules import UNREACHABLE, Mode
from tests.streets_making import (
    EVERYBODY,
    FOOTPATH,
    ONE_WAY,
    at,
    network,
    pieces,
    seconds,
)

WALK = 3.6 / 4.5  # seconds a metre


def test_bends_are_joined_and_the_length_stays() -> None:
    found = network(
        [(0, 0), (100, 0), (100, 100), (200, 100)],
        [(0, 1, EVERYBODY), (2, 1, EVERYBODY), (2, 3, EVERYBODY)],
    )
    assert (found.nodes, len(found.first)) == (2, 1)
    assert found.metres[0] == pytest.approx(300, rel=1e-4)
    assert len(found.x) == 4


def test_a_change_of_permission_or_speed_stays_a_node() -> None:
    nodes = [(0, 0), (300, 0), (400, 0), (500, 0)]
    slow = replace(EVERYBODY, kmh=(2.5, 10.0, 30.0))

    def edges(*kinds: Passage) -> int:
        return len(network(nodes, [(k, k + 1, kind) for k, kind in enumerate(kinds)]).first)

    assert edges(EVERYBODY, EVERYBODY, EVERYBODY) == 1
    assert edges(EVERYBODY, slow, EVERYBODY) == 3
    # Behind the footpath no car gets out any more: to walkers the rest is one way.
    assert edges(EVERYBODY, FOOTPATH, EVERYBODY) == 2


def test_a_ring_without_a_crossing_is_kept() -> None:
    square = [(0, 0), (100, 0), (100, 100), (0, 100)]
    found = network(
        square, [(0, 1, EVERYBODY), (1, 2, EVERYBODY), (2, 3, EVERYBODY), (3, 0, EVERYBODY)]
    )
    assert len(found.first) == 1
    # Half-way round, and a quarter the short way over the seam.
    times = seconds(found, Mode.FOOT, [at(50, 0)], [at(50, 100), at(0, 50), at(100, 50)])
    assert times[0] == pytest.approx([200 * WALK, 100 * WALK, 100 * WALK], rel=1e-3)


def test_what_is_not_connected_is_left_out_and_counted() -> None:
    apart = [(0, 0), (300, 0), (0, 900), (100, 900)]
    built = build(pieces(apart, [(0, 1, EVERYBODY), (2, 3, EVERYBODY)]), tell=lambda text: None)
    assert len(built.streets.first) == 1
    assert built.report["left_out"]["pieces-not-connected"] == 1
    assert built.report["modes"]["foot"] == {"km": 0.3, "km_left_out": 0.1}


def test_a_one_way_street_without_return_is_no_street_for_a_car() -> None:
    nodes = [(0, 0), (100, 0), (200, 0)]
    built = build(pieces(nodes, [(0, 1, EVERYBODY), (1, 2, ONE_WAY)]), tell=lambda text: None)
    assert built.report["modes"]["car"]["km_left_out"] == pytest.approx(0.1)
    assert built.report["modes"]["foot"]["km_left_out"] == 0


def test_motorways_alone_are_no_network() -> None:
    with pytest.raises(Refused) as refused:
        build(pieces([(0, 0), (9, 0)], []), tell=lambda text: None)
    assert refused.value.code == "streets-no-streets"


# A square of 100 m; its lower side is a one-way street to the east.
BLOCK = [(0, 0), (100, 0), (100, 100), (0, 100)]
ROUND = [(0, 1, ONE_WAY), (1, 2, EVERYBODY), (2, 3, EVERYBODY), (3, 0, EVERYBODY)]


def test_a_car_drives_round_the_block_a_walker_turns() -> None:
    found = network(BLOCK, ROUND)
    back = [at(80, 0)], [at(20, 0)]
    assert seconds(found, Mode.FOOT, *back)[0, 0] == pytest.approx(60 * WALK, rel=1e-3)
    assert seconds(found, Mode.CAR, *back)[0, 0] == pytest.approx(340 * 3.6 / 30, rel=1e-3)
    ahead = seconds(found, Mode.CAR, [at(20, 0)], [at(80, 0)])
    assert ahead[0, 0] == pytest.approx(60 * 3.6 / 30, rel=1e-3)


def test_the_way_to_the_street_is_walked_and_far_away_is_nowhere() -> None:
    found = network(BLOCK, ROUND)
    near, far = at(50, -90), at(50, -900)
    times = seconds(found, Mode.CAR, [near], [at(80, 0), far])
    assert times[0, 0] == pytest.approx(90 * WALK + 30 * 3.6 / 30, rel=1e-2)
    assert times[0, 1] == np.inf
    assert UNREACHABLE > 10**6


def test_a_footpath_is_no_place_for_a_car() -> None:
    found = network([*BLOCK, (50, 50)], [*ROUND, (0, 4, FOOTPATH)])
    walked = seconds(found, Mode.FOOT, [at(50, 50)], [at(0, 0)])[0, 0]
    assert walked == pytest.approx(70.7 * WALK, rel=1e-2)
    # The nearest street for a car is one side of the square, 50 m away.
    assert seconds(found, Mode.CAR, [at(50, 50)], [at(50, 50)])[0, 0] >= 100 * WALK * 0.99


def test_of_two_ways_between_the_same_crossings_the_faster_counts() -> None:
    nodes = [(0, 0), (200, 0), (100, 80), (-50, 0), (250, 0)]
    lines = [
        (3, 0, EVERYBODY),
        (1, 4, EVERYBODY),
        (0, 1, EVERYBODY),
        (0, 2, EVERYBODY),
        (2, 1, EVERYBODY),
    ]
    found = network(nodes, lines)
    assert seconds(found, Mode.FOOT, [at(-50, 0)], [at(250, 0)])[0, 0] == pytest.approx(
        300 * WALK, rel=1e-3
    )


@pytest.mark.parametrize("mode", [Mode.FOOT, Mode.CAR])
@pytest.mark.parametrize(
    ("start", "end"),
    [((80, 0), (20, 0)), ((20, 0), (80, 0)), ((0, 60), (100, 10)), ((5, 0), (0, 5))],
)
def test_the_line_of_a_way_is_as_long_as_its_time_says(
    mode: Mode, start: tuple[float, float], end: tuple[float, float]
) -> None:
    router = Router(network(BLOCK, ROUND), mode, foot_kmh=4.5)
    places = [router.ground.snap([at(*place)], within_metres=500) for place in (start, end)]
    way = router.way(*places)
    assert way is not None
    assert way.seconds == pytest.approx(router.seconds(*places)[0, 0])
    course = way.course / DEGREE
    steps = np.diff(course, axis=0) * [np.cos(np.radians(51.5)), 1]
    metres = np.hypot(steps[:, 0], steps[:, 1]).sum() * 111_195
    speed = {Mode.FOOT: 4.5, Mode.CAR: 30}[mode] / 3.6
    assert metres / speed == pytest.approx(way.seconds, rel=0.01, abs=0.1)


def test_how_far_one_gets() -> None:
    streets = network(BLOCK, ROUND)
    router = Router(streets, Mode.FOOT, foot_kmh=4.5)
    start = router.ground.snap([at(0, 0)], within_metres=500)
    reach = router.reach(start, limit_seconds=110 * WALK).seconds
    assert np.isfinite(reach).any()
    assert reach[np.isfinite(reach)].max() == pytest.approx(100 * WALK, rel=1e-3)
    lost = router.ground.snap([at(0, 9000)], within_metres=500)
    assert not np.isfinite(router.reach(lost, limit_seconds=1000).seconds).any()
    assert router.way(start, lost) is None


def test_two_nodes_at_one_place_take_no_time() -> None:
    found = network(
        [(0, 0), (100, 0), (100, 0), (200, 0)],
        [(0, 1, FOOTPATH), (1, 2, FOOTPATH), (2, 3, FOOTPATH)],
    )
    assert seconds(found, Mode.FOOT, [at(0, 0)], [at(200, 0)])[0, 0] == pytest.approx(
        200 * WALK, rel=1e-3
    )

"""Stretches filled by labels: what only pays together is found, and what is fixed stays."""

from itertools import permutations, product

import numpy as np
import pytest

from streife.patrols.solver import Break, Dwell, Problem, Series, Stop, Team, Travel, check, search
from streife.patrols.solver.columns import NODE, V_SIZE
from streife.patrols.solver.labels import board_for
from streife.patrols.solver.layout import Data, State, build, empty_state
from streife.patrols.solver.placing import Desk, desk_for
from streife.patrols.solver.plans import plan_of, snapshot
from streife.patrols.solver.recreate import recreate
from streife.patrols.solver.stretch import clear, fill, gather, rethink

LINE = np.abs(np.arange(8)[:, None] - np.arange(8)[None, :]).astype(np.int32) * 300


def stop(code: str, place: int, value: int, **more: object) -> Stop:
    fields = {"windows": (), "dwells": (Dwell(600, value),), **more}
    return Stop(code, place, **fields)  # type: ignore[arg-type]


def empty(problem: Problem, seed: int = 1) -> tuple[Data, State, Desk]:
    data = build(problem)
    state, desk = empty_state(data), desk_for(data, seed)
    search.reset(data, state, desk)
    return data, state, desk


def route(state: State, team: int = 0) -> list[int]:
    return state.row[team, 1 : state.team[team, V_SIZE] + 1, NODE].tolist()


def test_two_stops_that_pay_together_beat_the_one_that_insertion_takes_first() -> None:
    # There is time for 4 x 300 s of way and either the rich stop or, on the other side, both.
    rich = stop("rich", 4, 10, windows=((1200, 1200),))
    pair = [stop("a", 0, 7, windows=((900, 900),)), stop("b", 1, 7, windows=((1800, 1800),))]
    team = Team("t", 2, 2, 0, 3000)
    problem = Problem((Travel.constant(LINE),), (team,), (rich, *pair))
    data, state, desk = empty(problem)
    assert recreate(data, state, desk, 1.0, 0.0)
    assert route(state) == [0]
    data, state, desk = empty(problem)
    assert fill(data, state, desk, board_for(data), 0, 0)
    assert route(state) == [1, 2]


@pytest.mark.parametrize("seed", range(12))
def test_a_whole_route_is_worth_what_trying_everything_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    table = random.integers(100, 1500, size=(2, 6, 6)).astype(np.int32)
    values = random.integers(5, 40, size=5).tolist()
    stops = tuple(
        stop(
            str(k),
            k + 1,
            0,
            windows=((opens, opens + 4000),),
            dwells=(Dwell(600, values[k]), Dwell(900, values[k] + 6)),
        )
        for k, opens in enumerate(random.integers(0, 4000, size=5).tolist())
    )
    problem = Problem((Travel((0, 3000), table),), (Team("t", 0, 0, 0, 7000),), stops)

    def worth(order: tuple[int, ...], longer: tuple[int, ...]) -> int:
        now, place = 0, 0
        for at, choice in zip(order, longer, strict=True):
            now = max(now + int(table[int(now >= 3000), place, at + 1]), stops[at].windows[0][0])
            if now > stops[at].windows[0][1]:
                return 0
            now, place = now + stops[at].dwells[choice].seconds, at + 1
        home = now + int(table[int(now >= 3000), place, 0])
        made = zip(order, longer, strict=True)
        return sum(stops[at].dwells[choice].value for at, choice in made) if home <= 7000 else 0

    best = max(
        worth(order, longer)
        for count in range(1, 6)
        for order in permutations(range(5), count)
        for longer in product((0, 1), repeat=count)
    )
    found = []
    for attempt in range(6):
        data, state, desk = empty(problem, attempt)
        assert fill(data, state, desk, board_for(data), 0, 0)
        plan = plan_of(problem, snapshot(data, state))
        assert check(problem, plan).violations == ()
        found.append(plan.value)
    assert max(found) == best


def test_breaks_and_joint_visits_are_left_where_they_are() -> None:
    pause = Break(900, 3000, 9000)
    crew = tuple(Team(code, 0, 0, 0, 20_000, breaks=(pause,)) for code in "ab")
    joint = stop("joint", 3, 50, teams=2)
    free = tuple(stop(str(k), k, 10) for k in range(1, 8))
    problem = Problem((Travel.constant(LINE),), crew, (joint, *free))
    for seed in range(8):
        data, state, desk = empty(problem, seed)
        assert recreate(data, state, desk, 1.0, 0.0)
        kept = [[node for node in route(state, team) if node < 1 or node > 7] for team in (0, 1)]
        before = plan_of(problem, snapshot(data, state))
        if rethink(data, state, desk, board_for(data), 6):
            plan = plan_of(problem, snapshot(data, state))
            assert check(problem, plan).violations == ()
            assert [[n for n in route(state, team) if n in kept[team]] for team in (0, 1)] == kept
            assert before.value >= 50


def test_visits_of_a_series_keep_apart_when_stretches_are_filled_anew() -> None:
    # Two teams share twelve visits of four series: what one does moves what the other may.
    visits = tuple(
        stop(f"{k}-{again}", 1 + k, 40, series=k, dwells=(Dwell(600, 40), Dwell(900, 52)))
        for k in range(4)
        for again in range(3)
    )
    alone = tuple(stop(str(k), k, 15) for k in range(5, 8))
    crew = (Team("a", 0, 0, 0, 14_000), Team("b", 7, 7, 2000, 16_000))
    apart = tuple(Series(3600, (1.0, 0.5, 0.25)) for _ in range(4))
    problem = Problem((Travel.constant(LINE),), crew, (*visits, *alone), apart)
    changed = 0
    for seed in range(12):
        data, state, desk = empty(problem, seed)
        board = board_for(data)
        assert recreate(data, state, desk, 1.0, 0.5)
        for _ in range(20):
            before = snapshot(data, state)
            if not rethink(data, state, desk, board, 6):
                break
            assert not desk.dirty.any()
            plan = plan_of(problem, snapshot(data, state))
            assert check(problem, plan).violations == ()
            assert plan.value == search.worth_of(data, state, desk)
            changed += snapshot(data, state) != before
    assert changed >= 10


def test_of_too_many_stops_those_worth_a_detour_are_tried() -> None:
    stops = tuple(stop(str(k), k % 8, 100 if k % 3 == 0 else 1) for k in range(240))
    problem = Problem((Travel.constant(LINE),), (Team("t", 0, 0, 0, 30_000),), stops)
    data, state, desk = empty(problem)
    board = board_for(data)
    count = gather(data, state, desk, board, 0, 0)
    assert 40 <= count <= 64
    assert all(at % 3 == 0 for at in board.stop[:count])


def test_only_the_stretch_around_the_stop_is_cleared() -> None:
    stops = tuple(stop(str(k), k, 10) for k in range(8))
    problem = Problem((Travel.constant(LINE),), (Team("t", 0, 7, 0, 30_000),), stops)
    data, state, desk = empty(problem)
    assert recreate(data, state, desk, 1.0, 0.0)
    whole = route(state)
    assert len(whole) == 8
    first = clear(data, state, desk, 0, 4, 3)
    rest = route(state)
    gone = [at for at in whole if at not in rest]
    assert 1 <= len(gone) <= 3
    assert whole[3] in gone
    assert whole[first : first + len(gone)] == gone

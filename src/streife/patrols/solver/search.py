"""The search itself: ruin a part of the plan, fill it again, keep or drop what came out."""

import numpy as np

from streife.patrols.solver.columns import (
    ABSENT,
    ARRIVE,
    D_WORTH,
    DONE,
    DWELL,
    N_CLOSES,
    N_DWELLS,
    N_OPENS,
    N_SERIES,
    NODE,
    T_BEGINS,
    T_BREAK,
    T_BREAKS,
    V_SIZE,
    V_USABLE,
    W_CLOSES,
    W_OPENS,
    W_ROUTE,
)
from streife.patrols.solver.compiling import compiled
from streife.patrols.solver.coverage import Watch, response_of
from streife.patrols.solver.labels import Board
from streife.patrols.solver.layout import Data, Floats, State
from streife.patrols.solver.placing import Desk, below, chance, put_break
from streife.patrols.solver.recreate import recreate
from streife.patrols.solver.ruin import (
    repair,
    ruin_around,
    ruin_random,
    ruin_stretches,
    shorten,
)
from streife.patrols.solver.spacing import series_worth
from streife.patrols.solver.states import copy_state
from streife.patrols.solver.stretch import rethink
from streife.patrols.solver.timing import refresh

RETHINK, RETHINK_FEW = 0.1, 0.3
"""Share of rounds that fill stretches by labels, and what comes to it divided by one more than the
teams: with few teams there is less to exchange."""
STRINGS = 4
"""So many routes lose a string of stops at most: more is taken out than is filled again better."""
LONG = 0.6
"""Share of the longest route that such a stretch may have."""


@compiled
def reset(data: Data, state: State, desk: Desk) -> None:
    """Make an empty plan: no visits, breaks in place where the team can make them."""
    stops = data.reach.shape[0]
    for node in range(len(data.node)):
        if state.node[node, W_ROUTE] != DONE:
            state.node[node, W_ROUTE] = ABSENT
        state.node[node, W_OPENS] = data.node[node, N_OPENS]
        state.node[node, W_CLOSES] = data.node[node, N_CLOSES]
    for team in range(len(data.team)):
        state.team[team, V_SIZE] = 0
        good = refresh(data, state, team)
        for at in range(data.team[team, T_BREAK], data.team[team, T_BREAKS]):
            good = good and put_break(data, state, desk, stops + at, team, 0.0)
        if not good:
            state.team[team, V_SIZE] = 0
            refresh(data, state, team)
        state.team[team, V_USABLE] = good


@compiled
def worth_of(data: Data, state: State, desk: Desk) -> int:
    """What the plan is worth, with the bonus of mandatory stops."""
    total, stops = 0, data.reach.shape[0]
    for team in range(len(data.team)):
        for p in range(1, state.team[team, V_SIZE] + 1):
            stop, dwell = state.row[team, p, NODE], state.row[team, p, DWELL]
            if stop < stops:
                desk.dwells[stop] = dwell
                if data.node[stop, N_SERIES] < 0 and state.node[stop, W_ROUTE] == team:
                    total += data.dwell[dwell, D_WORTH]
    for series in range(len(data.series)):
        total += series_worth(data, state, series, desk.dwells)
    return int(total)


@compiled
def spent_of(data: Data, state: State) -> int:
    """Seconds until all teams are back."""
    total = 0
    for team in range(len(data.team)):
        home = state.row[team, state.team[team, V_SIZE] + 1, ARRIVE]
        total += home - data.team[team, T_BEGINS]
    return int(total)


@compiled
def longest_of(data: Data, state: State, size: float) -> int:
    """How many stops this share of the longest route is, and one more."""
    longest = 0
    for team in range(len(data.team)):
        longest = max(longest, state.team[team, V_SIZE])
    return 1 + int(size * longest)


@compiled
def ruin(data: Data, state: State, desk: Desk, size: float) -> bool:
    """Take something out by a random way; False if the plan is not in time afterwards."""
    teams, stops = len(data.team), data.reach.shape[0]
    for team in range(teams):
        desk.touched[team] = 0
    longest = longest_of(data, state, size)
    way = chance(desk)
    if way < 0.7:
        strings = 1 + below(desk, min(STRINGS, teams))
        ruin_around(data, state, desk, below(desk, stops), strings, longest)
    elif way < 0.9:
        ruin_stretches(data, state, desk, longest)
    else:
        ruin_random(data, state, desk, size * chance(desk))
    if data.node[stops - 1, N_DWELLS] > stops:
        shorten(data, state, desk, chance(desk) ** 2)
    return repair(data, state, desk)


@compiled
def run(
    data: Data,
    work: State,
    current: State,
    best: State,
    desk: Desk,
    board: Board,
    score: Floats,
    rounds: int,
    heat: float,
    size: float,
    thrift: float,
) -> None:
    """Do some rounds of simulated annealing on the three plans.

    `score`: value and seconds of `current` and of `best`. `heat`: the temperature in units of
    value. `size`: share of a route that may be taken out. `thrift`: value of a second saved.
    """
    for _ in range(rounds):
        power, noise = 0.8 + 1.2 * chance(desk), chance(desk) ** 2
        if chance(desk) < RETHINK + RETHINK_FEW / (1 + len(data.team)):
            good = rethink(data, work, desk, board, longest_of(data, work, LONG))
        else:
            good = ruin(data, work, desk, size)
        good = good and recreate(data, work, desk, power, noise)
        if good:
            worth, spent = float(worth_of(data, work, desk)), float(spent_of(data, work))
            gain = worth - score[0] - thrift * (spent - score[1])
            good = gain >= 0.0 or chance(desk) < np.exp(gain / heat)
        if not good:
            copy_state(current, work)
            continue
        copy_state(work, current)
        score[0], score[1] = worth, spent
        if worth > score[2] or (worth == score[2] and spent < score[3]):
            copy_state(work, best)
            score[2], score[3] = worth, spent


@compiled
def cover(
    data: Data,
    work: State,
    current: State,
    best: State,
    desk: Desk,
    watch: Watch,
    response: Floats,
    rounds: int,
    size: float,
    floor: float,
) -> None:
    """Do some rounds of looking for plans worth at least `floor` with a shorter response.

    `response`: expected travel seconds to the next incident of `current` and of `best`.
    """
    for _ in range(rounds):
        power, noise = 0.8 + 1.2 * chance(desk), chance(desk) ** 2
        good = ruin(data, work, desk, size) and recreate(data, work, desk, power, noise)
        found = 0.0
        if good and worth_of(data, work, desk) >= floor:
            found = response_of(data, work, watch)
            good = found <= 1.005 * response[0]
        else:
            good = False
        if not good:
            copy_state(current, work)
            continue
        copy_state(work, current)
        response[0] = found
        if found < response[1]:
            copy_state(work, best)
            response[1] = found

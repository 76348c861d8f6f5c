"""Stretches of a route that are cleared and filled anew by the best ways found (`labels`).

Insertion decides stop after stop; a stretch filled at once finds what only pays together. Stops may
stand in a stretch that are plain: no breaks and not joint.
"""

import numpy as np

from streife.patrols.solver.columns import (
    ABSENT,
    D_SECONDS,
    D_VALUE,
    D_WORTH,
    LATE,
    LEAVE,
    N_CLOSES,
    N_DWELL,
    N_NEEDED,
    N_OPENS,
    N_PLACE,
    N_SERIES,
    N_WINDOW,
    N_WINDOWS,
    NODE,
    PLACE,
    T_MODE,
    TABLE,
    V_SIZE,
    W_OPENS,
    W_ROUTE,
)
from streife.patrols.solver.compiling import compiled, inlined
from streife.patrols.solver.labels import L_AT, L_DWELL, L_LEAVES, L_PARENT, Board, explore
from streife.patrols.solver.layout import Data, Floats, State
from streife.patrols.solver.placing import Desk, below, chance
from streife.patrols.solver.ruin import respace, take_out
from streife.patrols.solver.spacing import next_worth
from streife.patrols.solver.states import insert_node
from streife.patrols.solver.timing import begin_at, refresh

MOST = 64
"""About so many stops are tried in a stretch at most."""
STRINGS = 2
"""So many routes lose a stretch at most."""
WAYS = 2
"""A way is left when up to so many are known that come no later and are worth as much."""
BLUR = 0.3
"""In half of the cases values are blurred by up to this share, so that other ways win."""


@inlined
def plain(data: Data, node: int) -> bool:
    """Whether the node may be moved freely: no break and not joint."""
    if node >= data.reach.shape[0]:
        return False
    return bool(data.node[node, N_NEEDED] == 1)


@compiled
def clear(data: Data, state: State, desk: Desk, team: int, middle: int, longest: int) -> int:
    """Take up to `longest` plain stops around a plain one out; returns the position before them."""
    row = state.row[team]
    count = 1 + below(desk, longest)
    before = below(desk, count)
    first = middle
    while first > 1 and middle - first < before and plain(data, row[first - 1, NODE]):
        first -= 1
    last, size = first, state.team[team, V_SIZE]
    while last - first + 1 < count and last < size and plain(data, row[last + 1, NODE]):
        last += 1
    for p in range(last, first - 1, -1):
        take_out(data, state, desk, team, p)
    return first - 1


@inlined
def suits(data: Data, state: State, team: int, first: int, stop: int) -> bool:
    """Whether an absent plain stop alone can come just after position `first` of a route."""
    row, node = state.row[team], data.node[stop]
    if not data.reach[stop, team]:
        return False
    arrives = row[first, LEAVE] + data.travel[row[first, TABLE], row[first, PLACE], node[N_PLACE]]
    begins = begin_at(data.windows, node[N_WINDOW], node[N_WINDOWS], arrives, node[N_OPENS])
    home = data.least[data.team[team, T_MODE], node[N_PLACE], row[first + 1, PLACE]]
    in_time = begins + data.dwell[node[N_DWELL], D_SECONDS] + home <= row[first + 1, LATE]
    return bool(begins <= node[N_CLOSES] and in_time)


@compiled
def gather(data: Data, state: State, desk: Desk, board: Board, team: int, first: int) -> int:
    """Write stops that can come just after position `first` to the board; returns how many.

    If there are too many, those that are worth much for a short detour are likelier.
    """
    row, mode = state.row[team], data.team[team, T_MODE]
    here, there = row[first, PLACE], row[first + 1, PLACE]
    count = 0
    for stop in range(data.reach.shape[0]):
        if state.node[stop, W_ROUTE] != ABSENT or not plain(data, stop):
            continue
        if data.node[stop, N_SERIES] >= 0 and next_worth(data, state, stop) < 0:
            continue  # Its place was visited often enough.
        if suits(data, state, team, first, stop):
            place, dwell = data.node[stop, N_PLACE], data.dwell[data.node[stop, N_DWELL]]
            detour = data.least[mode, here, place] + data.least[mode, place, there]
            worth = dwell[D_WORTH] / (1.0 + detour + dwell[D_SECONDS])
            board.order[count] = stop
            board.rank[count] = worth * (0.5 + chance(desk))
            count += 1
    floor = threshold(board.rank, count) if count > MOST else -1.0
    kept = 0
    for k in range(count):
        if board.rank[k] > floor and kept < MOST:
            board.stop[kept] = board.order[k]
            kept += 1
    return kept


@compiled
def threshold(rank: Floats, count: int) -> float:
    """A bound that not quite `MOST` of the ranks are above, by halving."""
    low, high = 0.0, 0.0
    for k in range(count):
        high = max(high, rank[k])
    for _ in range(12):
        middle = 0.5 * (low + high)
        above = 0
        for k in range(count):
            above += rank[k] > middle
        if above > MOST:
            low = middle
        else:
            high = middle
    return high


@compiled
def weigh(data: Data, state: State, desk: Desk, board: Board, count: int) -> None:
    """Set what the candidates count, and the bits by which ways tell what they visited."""
    blur = BLUR * chance(desk) if chance(desk) < 0.5 else 0.0
    for k in range(count):
        node = data.node[board.stop[k]]
        shortest = data.dwell[node[N_DWELL]]
        worth, bonus = float(shortest[D_WORTH]), float(shortest[D_WORTH] - shortest[D_VALUE])
        board.group[k] = np.uint64(1) << np.uint64(k)
        if node[N_SERIES] >= 0:
            worth = float(next_worth(data, state, board.stop[k]))
            for other in range(k):
                if data.node[board.stop[other], N_SERIES] == node[N_SERIES]:
                    board.group[k] = board.group[other]
        blurred = 1.0 + blur * (2.0 * chance(desk) - 1.0)
        board.weight[k] = worth * blurred
        board.slope[k] = max(0.0, worth - bonus) / max(1, shortest[D_VALUE]) * blurred


@compiled
def fill(data: Data, state: State, desk: Desk, board: Board, team: int, first: int) -> bool:
    """Put the best way found behind a position of a route; False if a route is not in time."""
    count = gather(data, state, desk, board, team, first)
    weigh(data, state, desk, board, count)
    last = explore(data, state, board, team, first, count, 1 + below(desk, WAYS))
    if last < 0:
        return False
    while last > 0:
        label = board.label[last]
        stop, dwell = board.stop[label[L_AT]], label[L_DWELL]
        insert_node(state, team, first + 1, stop, dwell)
        state.node[stop, W_ROUTE] = team
        series = data.node[stop, N_SERIES]
        if series >= 0:
            state.node[stop, W_OPENS] = label[L_LEAVES] - data.dwell[dwell, D_SECONDS]
            desk.dirty[series] = 1
        last = label[L_PARENT]
    good = refresh(data, state, team)
    return respace(data, state, desk) and good


@compiled
def clear_around(
    data: Data, state: State, desk: Desk, seed: int, strings: int, longest: int
) -> None:
    """Clear stretches near a stop, one in each of some routes; `Desk.crew` says where."""
    left = strings
    for i in range(-1, data.near.shape[1]):
        stop = seed if i < 0 else data.near[seed, i]
        team = state.node[stop, W_ROUTE]
        if left == 0 or team < 0 or desk.touched[team] or not plain(data, stop):
            continue
        position = 1
        while state.row[team, position, NODE] != stop:
            position += 1
        desk.crew[team, 0] = clear(data, state, desk, team, position, longest)
        left -= 1


@compiled
def rethink(data: Data, state: State, desk: Desk, board: Board, longest: int) -> bool:
    """Clear stretches of some routes near a random stop and fill them; False if not in time."""
    teams, good = len(data.team), True
    for team in range(teams):
        desk.touched[team] = 0
    strings = 1 + below(desk, min(STRINGS, teams))
    clear_around(data, state, desk, below(desk, data.reach.shape[0]), strings, longest)
    for team in range(teams):
        if desk.touched[team]:
            good = refresh(data, state, team) and good
    good = respace(data, state, desk) and good
    begin = below(desk, teams)
    for i in range(teams):
        team = (begin + i) % teams
        if good and desk.touched[team]:
            good = fill(data, state, desk, board, team, desk.crew[team, 0])
    return good

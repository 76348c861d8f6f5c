"""The most valuable way through a stretch of a route, found by labels.

A label is a way from where the stretch begins to one stop and a dwell there, with the time it is
left and what the way is worth. It goes on only if less than a few ways left that stop earlier and
are worth as much. This is
dynamic programming for the orienteering problem (as in Righini and Salani 2009) that does not
compare what the ways have visited: none visits a stop twice, but the best one may be missed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streife.patrols.solver.columns import (
    D_SECONDS,
    D_VALUE,
    LATE,
    LEAVE,
    N_CLOSES,
    N_DWELL,
    N_DWELLS,
    N_OPENS,
    N_PLACE,
    N_SERIES,
    N_WINDOW,
    N_WINDOWS,
    PLACE,
    T_MODE,
    TABLE,
)
from streife.patrols.solver.compiling import compiled, inlined
from streife.patrols.solver.layout import Data, Floats, Ints, State
from streife.patrols.solver.placing import NOWHERE, cost_at
from streife.patrols.solver.spacing import spaced
from streife.patrols.solver.timing import begin_at, table_at

LABELS = 40_000
"""When there is no room for more labels, those there are must do."""
BUCKETS = 512
"""The time of a stretch is cut into so many parts; labels go on in the order of these parts."""
RANKS = 4
"""So many values are kept for each stop."""
CANDIDATES = 64
"""What a way has visited is a mask of so many bits."""
L_AT, L_DWELL, L_LEAVES, L_PARENT, L_NEXT = range(5)


class Board(NamedTuple):
    """Room for the labels of one stretch; the stops that may stand in it are candidates 0, 1, …"""

    label: Ints  # [label, L_…]; label 0 is the beginning of the stretch
    mask: NDArray[np.uint64]  # [label]: candidates the way has visited
    worth: Floats  # [label]
    head: Ints  # [bucket]: the last label that leaves in this part of the time, -1 if none
    used: Ints  # [1]: how many labels there are
    stop: Ints  # [candidate]
    group: NDArray[np.uint64]  # [candidate]: its bit in masks; one for all visits of a series
    weight: Floats  # [candidate]: what it counts with the shortest dwell
    slope: Floats  # [candidate]: what a unit of value counts that a longer dwell adds
    top: Floats  # [candidate, rank]: what the best ways that left there so far are worth
    order: Ints  # [stop]: room for `stretch.gather`
    rank: Floats  # [stop]: the same


def board_for(data: Data) -> Board:
    """An empty board."""
    stops = data.reach.shape[0]
    return Board(
        label=np.zeros((LABELS, 5), dtype=np.int64),
        mask=np.zeros(LABELS, dtype=np.uint64),
        worth=np.zeros(LABELS),
        head=np.zeros(BUCKETS, dtype=np.int64),
        used=np.zeros(1, dtype=np.int64),
        stop=np.zeros(CANDIDATES, dtype=np.int64),
        group=np.zeros(CANDIDATES, dtype=np.uint64),
        weight=np.zeros(CANDIDATES),
        slope=np.zeros(CANDIDATES),
        top=np.zeros((CANDIDATES, RANKS)),
        order=np.zeros(stops, dtype=np.int64),
        rank=np.zeros(stops),
    )


@inlined
def begin(board: Board, leaves: int, count: int) -> None:
    """Clear the board and write the label of the beginning."""
    for k in range(count):
        for rank in range(RANKS):
            board.top[k, rank] = 0.0
    for bucket in range(BUCKETS):
        board.head[bucket] = -1
    board.label[0, L_AT], board.label[0, L_LEAVES] = -1, leaves
    board.label[0, L_PARENT], board.label[0, L_NEXT] = -1, -1
    board.mask[0], board.worth[0] = 0, 0.0
    board.head[0], board.used[0] = 0, 1


@inlined
def settle(board: Board, at: int, worth: float, ways: int) -> bool:
    """Note what a way to a candidate is worth; False if enough ways there are as good."""
    if board.top[at, ways - 1] >= worth:
        return False
    rank = ways - 1
    while rank > 0 and board.top[at, rank - 1] < worth:
        board.top[at, rank] = board.top[at, rank - 1]
        rank -= 1
    board.top[at, rank] = worth
    return True


@inlined
def append(
    board: Board, parent: int, k: int, dwell: int, leaves: int, worth: float, bucket: int
) -> None:
    """Write the label of a way that goes on to candidate `k`."""
    new = board.used[0]
    label = board.label[new]
    label[L_AT], label[L_DWELL], label[L_LEAVES], label[L_PARENT] = k, dwell, leaves, parent
    label[L_NEXT] = board.head[bucket]
    board.worth[new], board.mask[new] = worth, board.mask[parent] | board.group[k]
    board.head[bucket] = new
    board.used[0] = new + 1


@inlined
def begins_at(data: Data, state: State, stop: int, arrives: int) -> int:
    """First moment at which the visit may begin; later than it may if there is none."""
    node = data.node[stop]
    if arrives <= node[N_CLOSES] and node[N_SERIES] >= 0:
        return spaced(data, state, stop, arrives)
    return begin_at(data.windows, node[N_WINDOW], node[N_WINDOWS], arrives, node[N_OPENS])


@compiled
def extend(
    data: Data, state: State, board: Board, team: int, first: int, count: int, ways: int, now: int
) -> None:
    """Write the labels that follow one."""
    row, mode = state.row[team], data.team[team, T_MODE]
    start, there, late = row[first, LEAVE], row[first + 1, PLACE], row[first + 1, LATE]
    span, room = max(1, late - start + 1), len(board.mask)
    place, leaves, table = row[first, PLACE], board.label[now, L_LEAVES], row[first, TABLE]
    if board.label[now, L_AT] >= 0:
        place = data.node[board.stop[board.label[now, L_AT]], N_PLACE]
        table = table_at(data.periods, mode, leaves)
    for k in range(count):
        if board.mask[now] & board.group[k]:
            continue
        node = data.node[board.stop[k]]
        arrives = leaves + data.travel[table, place, node[N_PLACE]]
        begins = begins_at(data, state, board.stop[k], arrives)
        if begins > node[N_CLOSES]:
            continue
        latest = late - data.least[mode, node[N_PLACE], there]
        shortest = node[N_DWELL]
        for dwell in range(shortest, node[N_DWELLS]):
            gone = begins + data.dwell[dwell, D_SECONDS]
            if gone > latest or board.used[0] == room:
                break
            more = data.dwell[dwell, D_VALUE] - data.dwell[shortest, D_VALUE]
            worth = board.worth[now] + board.weight[k] + board.slope[k] * more
            if board.top[k, ways - 1] < worth:
                bucket = ((gone - start) * BUCKETS) // span
                append(board, now, k, dwell, gone, worth, bucket)


@compiled
def explore(
    data: Data, state: State, board: Board, team: int, first: int, count: int, ways: int
) -> int:
    """The last label of the most valuable way through the candidates, -1 if there is none.

    It leads from position `first` of the route to the next one, in time for what follows there. Of
    ways worth the same the soonest is taken. `ways`: see `settle`; at most `RANKS`.
    """
    row, best, soonest = state.row[team], -1, 0
    most = -1.0
    begin(board, row[first, LEAVE], count)
    for bucket in range(BUCKETS):
        while board.head[bucket] >= 0:
            now = board.head[bucket]
            board.head[bucket] = board.label[now, L_NEXT]
            at, worth = board.label[now, L_AT], board.worth[now]
            if at >= 0 and not settle(board, at, worth, ways):
                continue
            leaves = board.label[now, L_LEAVES]
            extend(data, state, board, team, first, count, ways, now)
            if worth < most:
                continue
            place = row[first, PLACE] if at < 0 else data.node[board.stop[at], N_PLACE]
            cost = cost_at(data, state, row, team, first + 1, place, leaves)
            if cost < NOWHERE and (worth > most or cost < soonest):
                best, most, soonest = now, worth, cost
    return best

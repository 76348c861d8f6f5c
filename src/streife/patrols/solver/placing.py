"""Where a stop or a break fits into a route, what it costs there, and putting it there."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streife.patrols.solver.columns import (
    ARRIVE,
    C_COST,
    C_SPOT,
    C_STAMP,
    D_SECONDS,
    LATE,
    LEAVE,
    N_CLOSES,
    N_DWELL,
    N_OPENS,
    N_PLACE,
    N_SERIES,
    N_WINDOW,
    N_WINDOWS,
    NODE,
    PLACE,
    SAFE,
    T_MODE,
    TABLE,
    V_SIZE,
    V_VERSION,
    W_OPENS,
    W_ROUTE,
)
from streife.patrols.solver.compiling import compiled, inlined
from streife.patrols.solver.layout import LATEST, Data, Floats, Ints, State
from streife.patrols.solver.spacing import share_out, spaced
from streife.patrols.solver.states import insert_node
from streife.patrols.solver.timing import begin_at, fits_after_breaks, refresh, table_at, walk

NOWHERE = LATEST
"""A cost that says: fits nowhere."""


class Desk(NamedTuple):
    """What the search remembers about places: the best of every stop in every route."""

    place: Ints  # [stop, team, C_…]: the cheapest place and the version of the route it is for
    weight: Floats  # [stop]: what it counts in this round
    best: Ints  # [stop]: team where it costs least, -1 if nowhere
    absent: Ints  # [stop]: list of stops in no route
    dwells: Ints  # [stop]: the dwell of every stop in the plan
    touched: Ints  # [team]: routes changed in this round
    random: NDArray[np.uint64]  # [1]


def desk_for(data: Data, seed: int) -> Desk:
    """A fresh desk; `seed` decides everything that is random."""
    stops, teams = data.reach.shape
    row = np.zeros(stops, dtype=np.int64)
    return Desk(
        place=np.zeros((stops, teams, 3), dtype=np.int64),
        weight=np.zeros(stops),
        best=row.copy(),
        absent=row.copy(),
        dwells=row.copy(),
        touched=np.zeros(teams, dtype=np.int64),
        random=np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1),
    )


@inlined
def chance(desk: Desk) -> float:
    """A random number in [0, 1) (xorshift64*)."""
    x = desk.random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    desk.random[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@inlined
def below(desk: Desk, bound: int) -> int:
    """A random whole number in 0 … bound - 1."""
    return int(chance(desk) * bound)


@inlined
def cost_at(data: Data, state: State, team: int, position: int, place: int, leaves: int) -> int:
    """Seconds the rest of the route from `position` on is reached later, or NOWHERE.

    The team leaves `place` at `leaves`, where something was inserted just before `position`.
    """
    row = state.row[team]
    if position <= state.team[team, V_SIZE] and row[position, NODE] >= data.reach.shape[0]:
        return fits_after_breaks(data, state, team, position, place, leaves)
    table = table_at(data.periods, data.team[team, T_MODE], leaves)
    arrives = leaves + data.travel[table, place, row[position, PLACE]]
    if arrives > row[position, SAFE] and (
        arrives > row[position, LATE] or not walk(data, state, team, position, arrives)
    ):
        return NOWHERE
    return max(1, arrives - row[position, ARRIVE])


@inlined
def cheapest_spot(data: Data, state: State, stop: int, team: int) -> tuple[int, int]:
    """Cost and position of the cheapest place of a stop (shortest dwell) in a route."""
    row, stops, last = state.row[team], data.reach.shape[0], state.team[team, V_SIZE] + 1
    node, travel = data.node[stop], data.travel
    here, opens, closes = node[N_PLACE], node[N_OPENS], node[N_CLOSES]
    first, end, series = node[N_WINDOW], node[N_WINDOWS], node[N_SERIES] >= 0
    dwell = data.dwell[node[N_DWELL], D_SECONDS]
    cost, spot = NOWHERE, 0
    for p in range(1, last + 1):
        leaves = row[p - 1, LEAVE]
        if leaves > closes:
            break
        arrives = leaves + travel[row[p - 1, TABLE], row[p - 1, PLACE], here]
        begins = begin_at(data.windows, first, end, arrives, opens)
        if begins + dwell > row[p, LATE] and (p == last or row[p, NODE] < stops):
            continue
        if series:
            begins = spaced(data, state, stop, arrives)
        if begins <= closes:
            found = cost_at(data, state, team, p, here, begins + dwell)
            if found < cost:
                cost, spot = found, p
    return cost, spot


@compiled
def scan(data: Data, state: State, desk: Desk, team: int, count: int) -> None:
    """Write the cheapest place in this route of the first `count` absent stops to the desk."""
    version = state.team[team, V_VERSION]
    for i in range(count):
        stop = desk.absent[i]
        place = desk.place[stop, team]
        fresh = place[C_STAMP] == version and data.node[stop, N_SERIES] < 0
        if data.reach[stop, team] and not fresh:
            cost, spot = cheapest_spot(data, state, stop, team)
            place[C_COST], place[C_SPOT], place[C_STAMP] = cost, spot, version


@compiled
def put(data: Data, state: State, stop: int, team: int, spot: int) -> bool:
    """Insert a stop with its shortest dwell; False if a route is not in time (see `share_out`)."""
    before = state.row[team, spot - 1]
    series = data.node[stop, N_SERIES]
    if series >= 0:
        way = data.travel[before[TABLE], before[PLACE], data.node[stop, N_PLACE]]
        state.node[stop, W_OPENS] = spaced(data, state, stop, before[LEAVE] + way)
    insert_node(state, team, spot, stop, data.node[stop, N_DWELL])
    state.node[stop, W_ROUTE] = team
    good = refresh(data, state, team)
    if series >= 0 and good:
        good = share_out(data, state, series)
    return good


@compiled
def put_break(data: Data, state: State, desk: Desk, node: int, team: int, loose: float) -> bool:
    """Insert a break where it costs least; costs are blurred by up to the factor 1 + `loose`.

    Breaks of a team keep their order. False if it fits nowhere.
    """
    row, stops, last = state.row[team], data.reach.shape[0], state.team[team, V_SIZE] + 1
    dwell = data.node[node, N_DWELL]
    cost, spot = float(NOWHERE), 0
    for p in range(1, last + 1):
        if p > 1 and row[p - 1, NODE] > node:
            break
        if p < last and stops <= row[p, NODE] < node:
            cost = float(NOWHERE)  # An earlier break still comes: this one goes behind it.
            continue
        begins = max(row[p - 1, LEAVE], data.node[node, N_OPENS])
        if begins > data.node[node, N_CLOSES]:
            break
        leaves = begins + data.dwell[dwell, D_SECONDS]
        found = cost_at(data, state, team, p, row[p - 1, PLACE], leaves)
        blurred = found * (1.0 + loose * chance(desk))
        if found < NOWHERE and blurred < cost:
            cost, spot = blurred, p
    if spot == 0:
        return False
    insert_node(state, team, spot, node, dwell)
    return refresh(data, state, team)

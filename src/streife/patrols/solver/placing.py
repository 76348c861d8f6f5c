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
MOMENTS = 40
"""So many beginnings of a joint visit are tried at most, chosen at random."""


class Desk(NamedTuple):
    """What the search remembers about places: the best of every stop in every route."""

    place: Ints  # [stop, team, C_…]: the cheapest place and the version of the route it is for
    weight: Floats  # [stop]: what it counts in this round
    best: Ints  # [stop]: team where it costs least, -1 if nowhere
    absent: Ints  # [stop]: list of stops in no route
    dwells: Ints  # [stop]: the dwell of every stop in the plan
    touched: Ints  # [team]: routes changed in this round
    dirty: Ints  # [series]: series that lost a visit in this round
    random: NDArray[np.uint64]  # [1]
    moments: Ints  # room for `joint.moments`
    crew: Ints  # [team, 5]: room for `joint.put_joint`, see `joint`


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
        dirty=np.zeros(len(data.series), dtype=np.int64),
        random=np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1),
        moments=np.zeros(MOMENTS, dtype=np.int64),
        crew=np.zeros((teams, 5), dtype=np.int64),
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
def cost_at(
    data: Data, state: State, row: Ints, team: int, position: int, place: int, leaves: int
) -> int:
    """Seconds the rest of the route from `position` on is reached later, or NOWHERE.

    The team leaves `place` at `leaves`, where something was inserted just before `position`; `row`
    is its row of the state (a view made once outside the loop: making one costs more than this).
    """
    if row[position, NODE] >= data.reach.shape[0] and position <= state.team[team, V_SIZE]:
        return fits_after_breaks(data, state, team, position, place, leaves)
    if data.periods.shape[1] == 1:
        table = data.team[team, T_MODE]
    else:
        table = table_at(data.periods, data.team[team, T_MODE], leaves)
    arrives = leaves + data.travel[table, place, row[position, PLACE]]
    if arrives > row[position, SAFE] and (
        arrives > row[position, LATE] or not walk(data, state, team, position, arrives)
    ):
        return NOWHERE
    return max(1, arrives - row[position, ARRIVE])


@inlined
def cost_in(data: Data, state: State, row: Ints, node: Ints, stop: int, team: int, p: int) -> int:
    """Cost of a stop (shortest dwell) just before position `p` of a route, or NOWHERE.

    `row` and `node` are the rows of the team and of the stop.
    """
    opens, closes = node[N_OPENS], node[N_CLOSES]
    dwell = data.dwell[node[N_DWELL], D_SECONDS]
    if opens + dwell > row[p, LATE] and (
        row[p, NODE] < data.reach.shape[0] or p > state.team[team, V_SIZE]
    ):
        return NOWHERE
    way = data.travel[row[p - 1, TABLE], row[p - 1, PLACE], node[N_PLACE]]
    arrives = row[p - 1, LEAVE] + way
    if arrives > closes:
        return NOWHERE
    if node[N_SERIES] >= 0:
        begins = spaced(data, state, stop, arrives)
    else:
        begins = begin_at(data.windows, node[N_WINDOW], node[N_WINDOWS], arrives, opens)
    if begins > closes:
        return NOWHERE
    return cost_at(data, state, row, team, p, node[N_PLACE], begins + dwell)


@inlined
def scan(data: Data, state: State, desk: Desk, stop: int, team: int) -> None:
    """Write the cheapest place of an absent stop in this route to the desk."""
    row, node = state.row[team], data.node[stop]
    cost, spot, closes = NOWHERE, 0, node[N_CLOSES]
    for p in range(1, state.team[team, V_SIZE] + 2):
        if row[p - 1, LEAVE] > closes:
            break
        found = cost_in(data, state, row, node, stop, team, p)
        if found < cost:
            cost, spot = found, p
    desk.place[stop, team, C_COST] = cost
    desk.place[stop, team, C_SPOT] = spot
    desk.place[stop, team, C_STAMP] = state.team[team, V_VERSION]


@inlined
def rescan(data: Data, state: State, desk: Desk, stop: int, team: int, inserted: int) -> None:
    """The same after one insertion into a route whose cheapest place was known before.

    Looks only at that place and at the two new ones; who fitted nowhere does not fit now.
    `inserted` 0: nothing was inserted, only times changed.
    """
    desk.place[stop, team, C_STAMP] = state.team[team, V_VERSION]
    if desk.place[stop, team, C_COST] >= NOWHERE:
        return
    row, node = state.row[team], data.node[stop]
    known = desk.place[stop, team, C_SPOT]
    known += inserted > 0 and known > inserted
    cost = NOWHERE if known == inserted else cost_in(data, state, row, node, stop, team, known)
    if cost >= NOWHERE:
        scan(data, state, desk, stop, team)
        return
    spot = known
    for k in range(2 * (inserted > 0)):
        found = cost_in(data, state, row, node, stop, team, inserted + k)
        if found < cost:
            cost, spot = found, inserted + k
    desk.place[stop, team, C_COST] = cost
    desk.place[stop, team, C_SPOT] = spot


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
    cost, spot, first = float(NOWHERE), 0, 1
    for p in range(1, last):
        if stops <= row[p, NODE] < node:
            first = p + 1  # Behind the breaks that come before it.
    for p in range(first, last + 1):
        if p > 1 and row[p - 1, NODE] > node:
            break
        begins = max(row[p - 1, LEAVE], data.node[node, N_OPENS])
        if begins > data.node[node, N_CLOSES]:
            break
        leaves = begins + data.dwell[dwell, D_SECONDS]
        found = cost_at(data, state, row, team, p, row[p - 1, PLACE], leaves)
        blurred = found * (1.0 + loose * chance(desk))
        if found < NOWHERE and blurred < cost:
            cost, spot = blurred, p
    if spot == 0:
        return False
    insert_node(state, team, spot, node, dwell)
    return refresh(data, state, team)

"""Times along a route: when each visit begins, and how late the team may come.

With travel times that hold all day, arriving at a position no later than its LATE column is exactly
what it takes for the rest of the route to stay in time (Vansteenwegen et al. 2009), so an insertion
is judged in constant time. Where travel depends on the hour of departure, and leaving later may
even mean arriving earlier, LATE (computed with the shortest times) and SAFE (with the longest)
leave a doubtful band between them; only there `fits` walks along the rest of the route.
"""

from streife.patrols.solver.columns import (
    ARRIVE,
    BEGIN,
    D_SECONDS,
    DWELL,
    LATE,
    LEAVE,
    N_PLACE,
    N_WINDOW,
    N_WINDOWS,
    NODE,
    PLACE,
    SAFE,
    T_BEGINS,
    T_END,
    T_ENDS,
    T_MODE,
    T_START,
    TABLE,
    V_SIZE,
    V_VERSION,
    W_BEGINS,
    W_CLOSES,
    W_OPENS,
)
from streife.patrols.solver.compiling import compiled, inlined
from streife.patrols.solver.layout import LATEST, Data, Ints, State


@inlined
def table_at(periods: Ints, mode: int, leaves: int) -> int:
    """Index of the travel table for a departure at this moment."""
    count = periods.shape[1]
    low, high = 0, count - 1
    while low < high:
        middle = (low + high + 1) // 2
        if periods[mode, middle] <= leaves:
            low = middle
        else:
            high = middle - 1
    return mode * count + low


@inlined
def begin_at(windows: Ints, first: int, end: int, arrives: int, opens: int) -> int:
    """First moment from the arrival on at which the visit may begin; may be past its last one."""
    moment = max(arrives, opens)
    if end - first > 1:
        for at in range(first, end):
            if moment <= windows[at, 1]:
                return max(moment, windows[at, 0])
        return LATEST + 1
    return moment


@inlined
def latest_at(windows: Ints, first: int, end: int, bound: int, opens: int) -> int:
    """Last moment up to the bound at which the visit may begin, -1 if there is none."""
    moment = bound
    if end - first > 1:
        moment = -1
        for at in range(first, end):
            if windows[at, 0] <= bound:
                moment = min(bound, windows[at, 1])
    return moment if moment >= opens else -1


@compiled
def forward(data: Data, state: State, team: int) -> bool:
    """Compute arrivals and beginnings of a route; False if it comes too late somewhere."""
    row, nodes, travel, node_of = state.row[team], state.node, data.travel, data.node
    stops, last, mode = data.reach.shape[0], state.team[team, V_SIZE] + 1, data.team[team, T_MODE]
    leaves, place = data.team[team, T_BEGINS], data.team[team, T_START]
    row[0, PLACE], row[0, ARRIVE], row[0, BEGIN], row[0, LEAVE] = place, leaves, leaves, leaves
    table = table_at(data.periods, mode, leaves)
    row[0, TABLE] = table
    good = True
    for p in range(1, last):
        node = row[p, NODE]
        target = node_of[node, N_PLACE] if node < stops else place
        arrives = leaves + travel[table, place, target]
        first, end = node_of[node, N_WINDOW], node_of[node, N_WINDOWS]
        begins = begin_at(data.windows, first, end, arrives, nodes[node, W_OPENS])
        good = good and begins <= nodes[node, W_CLOSES]
        place, leaves = target, begins + data.dwell[row[p, DWELL], D_SECONDS]
        table = table_at(data.periods, mode, leaves)
        nodes[node, W_BEGINS] = begins
        row[p, PLACE], row[p, ARRIVE], row[p, BEGIN] = place, arrives, begins
        row[p, LEAVE], row[p, TABLE] = leaves, table
    home = leaves + travel[table, place, data.team[team, T_END]]
    row[last, PLACE], row[last, ARRIVE], row[last, BEGIN] = data.team[team, T_END], home, home
    return good and home <= data.team[team, T_ENDS]


@compiled
def backward(data: Data, state: State, team: int) -> None:
    """Compute the LATE and SAFE columns; `forward` comes first."""
    row, nodes, node_of = state.row[team], state.node, data.node
    last, mode = state.team[team, V_SIZE] + 1, data.team[team, T_MODE]
    varying = data.periods.shape[1] > 1
    late = safe = data.team[team, T_ENDS]
    row[last, LATE], row[last, SAFE] = late, safe
    for p in range(last - 1, 0, -1):
        node, here, there = row[p, NODE], row[p, PLACE], row[p + 1, PLACE]
        opens, closes = nodes[node, W_OPENS], nodes[node, W_CLOSES]
        first, end = node_of[node, N_WINDOW], node_of[node, N_WINDOWS]
        dwell = data.dwell[row[p, DWELL], D_SECONDS]
        late = min(closes, late - data.least[mode, here, there] - dwell)
        late = latest_at(data.windows, first, end, late, opens)
        if varying:
            safe = min(closes, safe - data.most[mode, here, there] - dwell)
            safe = latest_at(data.windows, first, end, safe, opens)
        else:
            safe = late
        row[p, LATE], row[p, SAFE] = late, safe


@compiled
def refresh(data: Data, state: State, team: int) -> bool:
    """Compute all times of a route anew and give it a new version; False if it is not in time."""
    good = forward(data, state, team)
    backward(data, state, team)
    state.team[-1, V_VERSION] += 1
    state.team[team, V_VERSION] = state.team[-1, V_VERSION]
    return good


@compiled
def trace(state: State, team: int) -> int:
    """A number that changes when a time of the route does."""
    row, total = state.row[team], 0
    for p in range(1, state.team[team, V_SIZE] + 2):
        total = 31 * total + 7 * row[p, BEGIN] + 5 * row[p, LATE] + 3 * row[p, SAFE]
    return total


@compiled
def refresh_bounds(data: Data, state: State, team: int) -> bool:
    """As `refresh`, after only bounds of its visits changed: no new version if no time did."""
    before, version = trace(state, team), state.team[team, V_VERSION]
    good = refresh(data, state, team)
    if good and trace(state, team) == before:
        state.team[team, V_VERSION] = version
    return good


@compiled
def walk(data: Data, state: State, team: int, position: int, arrives: int) -> bool:
    """Whether the rest of the route is in time with this arrival, found by walking along it."""
    row, node_of, mode = state.row[team], data.node, data.team[team, T_MODE]
    for p in range(position, state.team[team, V_SIZE] + 1):
        node = row[p, NODE]
        first, end = node_of[node, N_WINDOW], node_of[node, N_WINDOWS]
        begins = begin_at(data.windows, first, end, arrives, state.node[node, W_OPENS])
        if begins > state.node[node, W_CLOSES]:
            return False
        if begins == row[p, BEGIN]:
            return True  # From here on nothing changes.
        leaves = begins + data.dwell[row[p, DWELL], D_SECONDS]
        table = table_at(data.periods, mode, leaves)
        arrives = leaves + data.travel[table, row[p, PLACE], row[p + 1, PLACE]]
    return arrives <= data.team[team, T_ENDS]


@compiled
def fits_after_breaks(
    data: Data, state: State, team: int, position: int, place: int, leaves: int
) -> int:
    """As `placing.cost_at`, where `position` is a break: it is taken wherever the team is."""
    row, stops, last = state.row[team], data.reach.shape[0], state.team[team, V_SIZE] + 1
    while position < last and row[position, NODE] >= stops:
        node = row[position, NODE]
        begins = max(leaves, state.node[node, W_OPENS])
        if begins > state.node[node, W_CLOSES]:
            return LATEST
        leaves = begins + data.dwell[row[position, DWELL], D_SECONDS]
        position += 1
    table = table_at(data.periods, data.team[team, T_MODE], leaves)
    arrives = leaves + data.travel[table, place, row[position, PLACE]]
    if arrives > row[position, SAFE] and not walk(data, state, team, position, arrives):
        return LATEST
    return max(1, arrives - row[position, ARRIVE])

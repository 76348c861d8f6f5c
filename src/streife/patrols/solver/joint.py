"""Visits that several teams make together.

A joint visit is fixed to one moment as long as it is in the plan, so its routes stay independent of
each other. It moves by being taken out and put in again.
"""

import numpy as np

from streife.patrols.solver.columns import (
    ABSENT,
    D_SECONDS,
    D_VALUE,
    D_WORTH,
    LEAVE,
    N_CLOSES,
    N_DWELL,
    N_DWELLS,
    N_NEEDED,
    N_OPENS,
    N_PLACE,
    N_SERIES,
    N_SKILLS,
    N_WINDOW,
    N_WINDOWS,
    PLACE,
    T_ABLE,
    TABLE,
    V_SIZE,
    V_USABLE,
    W_CLOSES,
    W_OPENS,
    W_ROUTE,
)
from streife.patrols.solver.compiling import compiled
from streife.patrols.solver.layout import Data, Ints, State
from streife.patrols.solver.placing import NOWHERE, Desk, below, chance, cost_at
from streife.patrols.solver.spacing import next_worth, share_out, spaced
from streife.patrols.solver.states import insert_node
from streife.patrols.solver.timing import begin_at, refresh

MOMENTS = 40
"""So many beginnings are tried at most, chosen at random."""


@compiled
def begin_behind(data: Data, state: State, stop: int, team: int, position: int) -> int:
    """First moment the team could begin the visit if it came just before this position."""
    before, node = state.row[team, position - 1], data.node[stop]
    arrives = before[LEAVE] + data.travel[before[TABLE], before[PLACE], node[N_PLACE]]
    if node[N_SERIES] >= 0:
        return int(spaced(data, state, stop, arrives))
    return int(begin_at(data.windows, node[N_WINDOW], node[N_WINDOWS], arrives, node[N_OPENS]))


@compiled
def moments(data: Data, state: State, desk: Desk, stop: int) -> Ints:
    """Moments at which some team could begin the visit, a random choice of them."""
    found = np.empty(MOMENTS, dtype=np.int64)
    count = 0
    for team in range(len(data.team)):
        for p in range(1, state.team[team, V_SIZE] + 2):
            begins = begin_behind(data, state, stop, team, p)
            if begins <= data.node[stop, N_CLOSES] and state.team[team, V_USABLE]:
                at = count if count < MOMENTS else below(desk, count + 1)
                count += 1
                if at < MOMENTS:
                    found[at] = begins
    return found[: min(count, MOMENTS)]


@compiled
def cheapest(
    data: Data, state: State, stop: int, team: int, begins: int, seconds: int
) -> tuple[int, int]:
    """Cost and position of the visit in a route if it begins at this moment."""
    node = data.node[stop]
    cost, spot = NOWHERE, 0
    if not (state.team[team, V_USABLE] and data.reach[stop, team]):
        return cost, spot
    for p in range(1, state.team[team, V_SIZE] + 2):
        before = state.row[team, p - 1]
        arrives = before[LEAVE] + data.travel[before[TABLE], before[PLACE], node[N_PLACE]]
        if arrives > begins:
            break
        found = cost_at(data, state, team, p, node[N_PLACE], begins + seconds)
        if found < cost:
            cost, spot = found, p
    return cost, spot


@compiled
def crew(data: Data, stop: int, costs: Ints, anchor: int, chosen: Ints) -> int:
    """Write the cheapest teams with this one among them to `chosen`; returns their cost."""
    if costs[anchor] >= NOWHERE:
        return NOWHERE
    chosen[0] = anchor
    total, skills = costs[anchor], data.team[anchor, T_ABLE]
    for k in range(1, data.node[stop, N_NEEDED]):
        missing = data.node[stop, N_SKILLS] & ~skills
        best, cost = -1, NOWHERE
        for team in range(len(costs)):
            free = True
            for other in range(k):
                free = free and chosen[other] != team
            helps = missing == 0 or (data.team[team, T_ABLE] & missing) != 0
            if free and helps and costs[team] < cost:
                best, cost = team, costs[team]
        chosen[k] = max(best, 0)
        total += cost
        skills |= data.team[best, T_ABLE]
    return total if data.node[stop, N_SKILLS] & ~skills == 0 else NOWHERE


@compiled
def put_joint(data: Data, state: State, desk: Desk, stop: int) -> bool:
    """Insert a joint visit where it costs least, if anywhere; False if a plan is not in time."""
    needed = data.node[stop, N_NEEDED]
    if needed > len(data.team) or (
        data.node[stop, N_SERIES] >= 0 and next_worth(data, state, stop) < 0
    ):
        return True
    dwells = data.node[stop, N_DWELLS] - data.node[stop, N_DWELL]
    dwell = data.node[stop, N_DWELL] + below(desk, dwells)
    costs, spots = np.empty(len(data.team), np.int64), np.empty(len(data.team), np.int64)
    chosen, best = np.empty(needed, np.int64), np.empty((needed, 2), np.int64)
    lowest, moment = NOWHERE, 0
    for begins in moments(data, state, desk, stop):
        for team in range(len(data.team)):
            seconds = data.dwell[dwell, D_SECONDS]
            costs[team], spots[team] = cheapest(data, state, stop, team, begins, seconds)
        for team in range(len(data.team)):
            cost = crew(data, stop, costs, team, chosen)
            if cost < lowest:
                lowest, moment = cost, begins
                best[:, 0], best[:, 1] = chosen, spots[chosen]
    return lowest >= NOWHERE or fix(data, state, stop, dwell, moment, best)


@compiled
def fix(data: Data, state: State, stop: int, dwell: int, moment: int, crew_spots: Ints) -> bool:
    """Put the visit into the routes of these teams (rows team, position) at this moment."""
    state.node[stop, W_OPENS] = state.node[stop, W_CLOSES] = moment
    state.node[stop, W_ROUTE] = crew_spots[0, 0]
    good = True
    for k in range(len(crew_spots)):
        insert_node(state, crew_spots[k, 0], crew_spots[k, 1], stop, dwell)
        good = refresh(data, state, crew_spots[k, 0]) and good
    if data.node[stop, N_SERIES] >= 0:
        good = good and share_out(data, state, data.node[stop, N_SERIES])
    return good


@compiled
def put_all_joint(data: Data, state: State, desk: Desk) -> bool:
    """Try to insert every joint visit that is absent; optional ones only most of the time."""
    stops = data.reach.shape[0]
    first = below(desk, stops)
    for i in range(stops):
        stop = (first + i) % stops
        if data.node[stop, N_NEEDED] == 1 or state.node[stop, W_ROUTE] != ABSENT:
            continue
        dwell = data.dwell[data.node[stop, N_DWELL]]
        mandatory = dwell[D_WORTH] > dwell[D_VALUE]
        if (mandatory or chance(desk) < 0.8) and not put_joint(data, state, desk, stop):
            return False
    return True

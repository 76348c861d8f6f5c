"""Visits that several teams make together.

A joint visit is fixed to one moment as long as it is in the plan, so its routes stay independent of
each other. It moves by being taken out and put in again.
"""

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
from streife.patrols.solver.layout import Data, State
from streife.patrols.solver.placing import MOMENTS, NOWHERE, Desk, below, chance, cost_at
from streife.patrols.solver.spacing import next_worth, share_out, spaced
from streife.patrols.solver.states import insert_node
from streife.patrols.solver.timing import begin_at, refresh

CREW_COST, CREW_SPOT, CHOSEN, BEST, BEST_SPOT = range(5)
"""Columns of `Desk.crew`: for each team; then for each place in the crew, now and at its best."""


@compiled
def begin_behind(data: Data, state: State, stop: int, team: int, position: int) -> int:
    """First moment the team could begin the visit if it came just before this position."""
    before, node = state.row[team, position - 1], data.node[stop]
    arrives = before[LEAVE] + data.travel[before[TABLE], before[PLACE], node[N_PLACE]]
    if node[N_SERIES] >= 0:
        return int(spaced(data, state, stop, arrives))
    return int(begin_at(data.windows, node[N_WINDOW], node[N_WINDOWS], arrives, node[N_OPENS]))


@compiled
def moments(data: Data, state: State, desk: Desk, stop: int) -> int:
    """Write moments at which some team could begin the visit to the desk; returns how many."""
    count = 0
    for team in range(len(data.team)):
        for p in range(1, state.team[team, V_SIZE] + 2):
            begins = begin_behind(data, state, stop, team, p)
            if begins <= data.node[stop, N_CLOSES] and state.team[team, V_USABLE]:
                at = count if count < MOMENTS else below(desk, count + 1)
                count += 1
                if at < MOMENTS:
                    desk.moments[at] = begins
    return min(count, MOMENTS)


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
        found = cost_at(data, state, state.row[team], team, p, node[N_PLACE], begins + seconds)
        if found < cost:
            cost, spot = found, p
    return cost, spot


@compiled
def crew_with(data: Data, desk: Desk, stop: int, anchor: int) -> int:
    """Choose the cheapest teams with this one among them; returns their cost or NOWHERE."""
    crew = desk.crew
    if crew[anchor, CREW_COST] >= NOWHERE:
        return NOWHERE
    crew[0, CHOSEN] = anchor
    total, skills = crew[anchor, CREW_COST], data.team[anchor, T_ABLE]
    for k in range(1, data.node[stop, N_NEEDED]):
        missing = data.node[stop, N_SKILLS] & ~skills
        best, cost = 0, NOWHERE
        for team in range(len(data.team)):
            free = True
            for other in range(k):
                free = free and crew[other, CHOSEN] != team
            helps = missing == 0 or (data.team[team, T_ABLE] & missing) != 0
            if free and helps and crew[team, CREW_COST] < cost:
                best, cost = team, crew[team, CREW_COST]
        crew[k, CHOSEN] = best
        total += cost
        skills |= data.team[best, T_ABLE]
    return total if data.node[stop, N_SKILLS] & ~skills == 0 else NOWHERE


@compiled
def put_joint(data: Data, state: State, desk: Desk, stop: int) -> bool:
    """Insert a joint visit where it costs least, if anywhere; False if a plan is not in time."""
    needed, crew = data.node[stop, N_NEEDED], desk.crew
    if needed > len(data.team) or (
        data.node[stop, N_SERIES] >= 0 and next_worth(data, state, stop) < 0
    ):
        return True
    dwells = data.node[stop, N_DWELLS] - data.node[stop, N_DWELL]
    dwell = data.node[stop, N_DWELL] + below(desk, dwells)
    lowest, moment = NOWHERE, 0
    for at in range(moments(data, state, desk, stop)):
        begins, seconds = desk.moments[at], data.dwell[dwell, D_SECONDS]
        for team in range(len(data.team)):
            cost, spot = cheapest(data, state, stop, team, begins, seconds)
            crew[team, CREW_COST], crew[team, CREW_SPOT] = cost, spot
        for team in range(len(data.team)):
            cost = crew_with(data, desk, stop, team)
            if cost < lowest:
                lowest, moment = cost, begins
                for k in range(needed):
                    crew[k, BEST] = crew[k, CHOSEN]
                    crew[k, BEST_SPOT] = crew[crew[k, CHOSEN], CREW_SPOT]
    return lowest >= NOWHERE or fix(data, state, desk, stop, dwell, moment)


@compiled
def fix(data: Data, state: State, desk: Desk, stop: int, dwell: int, moment: int) -> bool:
    """Put the visit into the routes of the best crew at this moment."""
    state.node[stop, W_OPENS] = moment
    state.node[stop, W_CLOSES] = moment
    state.node[stop, W_ROUTE] = desk.crew[0, BEST]
    good = True
    for k in range(data.node[stop, N_NEEDED]):
        team = desk.crew[k, BEST]
        insert_node(state, team, desk.crew[k, BEST_SPOT], stop, dwell)
        good = refresh(data, state, team) and good
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

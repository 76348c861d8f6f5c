"""Filling a plan: insert what is worth most per second, and stay longer where that pays."""

from streife.patrols.solver.columns import (
    ABSENT,
    C_COST,
    C_SPOT,
    C_STAMP,
    D_SECONDS,
    D_VALUE,
    D_WORTH,
    DWELL,
    LEAVE,
    N_DWELL,
    N_DWELLS,
    N_NEEDED,
    N_SERIES,
    NODE,
    PLACE,
    V_SIZE,
    V_USABLE,
    V_VERSION,
    W_ROUTE,
)
from streife.patrols.solver.compiling import compiled
from streife.patrols.solver.joint import put_all_joint
from streife.patrols.solver.layout import Data, State
from streife.patrols.solver.placing import NOWHERE, Desk, chance, cost_at, put, rescan, scan
from streife.patrols.solver.spacing import next_worth
from streife.patrols.solver.timing import refresh

FIRST = 1e9
"""What the weight of a mandatory stop is multiplied by: it is inserted before all others."""


@compiled
def settle(data: Data, state: State, desk: Desk, count: int) -> None:
    """Find for every absent stop the place where it costs least, in every route and over all."""
    for i in range(count):
        stop = desk.absent[i]
        lowest, best = NOWHERE, -1
        for team in range(len(data.team)):
            if not (state.team[team, V_USABLE] and data.reach[stop, team]):
                continue
            if desk.place[stop, team, C_STAMP] != state.team[team, V_VERSION]:
                scan(data, state, desk, stop, team)
            if desk.place[stop, team, C_COST] < lowest:
                lowest, best = desk.place[stop, team, C_COST], team
        desk.best[stop] = best


@compiled
def resettle(data: Data, state: State, desk: Desk, count: int, team: int, inserted: int) -> None:
    """The same after one insertion into one route; `inserted` 0: only times changed there."""
    for i in range(count):
        stop = desk.absent[i]
        if not data.reach[stop, team]:
            continue
        rescan(data, state, desk, stop, team, inserted)
        best = desk.best[stop]
        if best == team:
            for other in range(len(data.team)):
                usable = state.team[other, V_USABLE] and data.reach[stop, other]
                if usable and desk.place[stop, other, C_COST] < desk.place[stop, best, C_COST]:
                    best = other
            desk.best[stop] = best if desk.place[stop, best, C_COST] < NOWHERE else -1
        elif best >= 0 and desk.place[stop, team, C_COST] < desk.place[stop, best, C_COST]:
            desk.best[stop] = team


@compiled
def list_absent(data: Data, state: State, desk: Desk) -> int:
    """Write the stops that may be inserted to the desk; returns how many."""
    count = 0
    for stop in range(data.reach.shape[0]):
        if state.node[stop, W_ROUTE] == ABSENT and data.node[stop, N_NEEDED] == 1:
            desk.absent[count] = stop
            count += 1
    return count


@compiled
def weigh(data: Data, state: State, desk: Desk, count: int, power: float, noise: float) -> None:
    """Set what the absent stops count in this round."""
    for i in range(count):
        stop = desk.absent[i]
        worth = data.dwell[data.node[stop, N_DWELL], D_WORTH]
        if data.node[stop, N_SERIES] >= 0:
            worth = next_worth(data, state, stop)
        blur = 1.0 + noise * (2.0 * chance(desk) - 1.0)
        if worth > data.dwell[data.node[stop, N_DWELL], D_VALUE]:
            blur *= FIRST  # A mandatory stop.
        desk.weight[stop] = float(max(worth, 0)) ** power * blur


@compiled
def choose(desk: Desk, count: int) -> tuple[int, float, int]:
    """The position in the list of the stop that pays best, its pay, and how many still fit.

    Drops what fits nowhere: a fuller plan takes nothing it did not take before.
    """
    at, pay, i = -1, 0.0, 0
    while i < count:
        stop = desk.absent[i]
        if desk.best[stop] < 0:
            count -= 1
            desk.absent[i] = desk.absent[count]
            continue
        found = desk.weight[stop] / desk.place[stop, desk.best[stop], C_COST]
        if found > pay:
            at, pay = i, found
        i += 1
    return at, pay, count


@compiled
def recreate(data: Data, state: State, desk: Desk, power: float, noise: float) -> bool:
    """Insert until nothing fits; False if the plan is not in time afterwards (see `share_out`)."""
    if not put_all_joint(data, state, desk):
        return False
    count = list_absent(data, state, desk)
    weigh(data, state, desk, count, power, noise)
    choices = data.node[data.reach.shape[0] - 1, N_DWELLS] > data.reach.shape[0]
    settle(data, state, desk, count)
    while True:
        at, pay, count = choose(desk, count)
        if choices:
            team = lengthen(data, state, power, pay)
            if team >= 0:
                resettle(data, state, desk, count, team, 0)
                continue
        if at < 0:
            return True
        stop = desk.absent[at]
        team = desk.best[stop]
        if data.node[stop, N_SERIES] >= 0 and outdated(data, state, desk, stop, team):
            settle(data, state, desk, count)
            continue
        count -= 1
        desk.absent[at] = desk.absent[count]
        if not insert(data, state, desk, stop, team, count, power):
            return False


@compiled
def outdated(data: Data, state: State, desk: Desk, stop: int, team: int) -> bool:
    """Whether a visit of a series costs more than noted, as others of it moved a little.

    What is noted of it is then forgotten everywhere.
    """
    noted = desk.place[stop, team, C_COST]
    scan(data, state, desk, stop, team)
    if desk.place[stop, team, C_COST] <= noted:
        return False
    for other in range(len(data.team)):
        if other != team:
            desk.place[stop, other, C_STAMP] = 0
    return True


@compiled
def insert(
    data: Data, state: State, desk: Desk, stop: int, team: int, count: int, power: float
) -> bool:
    """Insert a stop and bring what is known of the `count` still absent up to date."""
    spot, version = desk.place[stop, team, C_SPOT], state.team[-1, V_VERSION] + 1
    if not put(data, state, stop, team, spot):
        return False
    if state.team[team, V_VERSION] == version:  # Nothing but the insertion changed this route.
        resettle(data, state, desk, count, team, spot)
    if data.node[stop, N_SERIES] < 0:
        return True
    for i in range(count):
        other = desk.absent[i]
        if data.node[other, N_SERIES] == data.node[stop, N_SERIES]:
            desk.weight[other] = float(max(next_worth(data, state, other), 0)) ** power
            for each in range(len(data.team)):
                desk.place[other, each, C_STAMP] = 0
    settle(data, state, desk, count)
    return True


@compiled
def lengthen(data: Data, state: State, power: float, pay: float) -> int:
    """Stay longer where that pays best and more than `pay`; returns the route or -1."""
    best_team, best_position = -1, 0
    for team in range(len(data.team)):
        row = state.row[team]
        for p in range(1, state.team[team, V_SIZE] + 1):
            stop, dwell = row[p, NODE], row[p, DWELL]
            if dwell + 1 >= data.node[stop, N_DWELLS] or data.node[stop, N_NEEDED] > 1:
                continue
            gain = data.dwell[dwell + 1, D_VALUE] - data.dwell[dwell, D_VALUE]
            longer = data.dwell[dwell + 1, D_SECONDS] - data.dwell[dwell, D_SECONDS]
            found = float(gain) ** power / longer
            if found > pay:
                leaves = row[p, LEAVE] + longer
                if cost_at(data, state, row, team, p + 1, row[p, PLACE], leaves) < NOWHERE:
                    pay, best_team, best_position = found, team, p
    if best_team >= 0:
        state.row[best_team, best_position, DWELL] += 1
        refresh(data, state, best_team)
    return best_team

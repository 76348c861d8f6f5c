"""Taking stops out of a plan, so that others get room."""

from streife.patrols.solver.columns import (
    C_STAMP,
    DWELL,
    N_DWELL,
    N_NEEDED,
    N_SERIES,
    NODE,
    S_MEMBER,
    S_MEMBERS,
    T_BREAK,
    T_BREAKS,
    V_SIZE,
    W_ROUTE,
)
from streife.patrols.solver.compiling import compiled
from streife.patrols.solver.layout import Data, State
from streife.patrols.solver.placing import Desk, below, chance, put_break
from streife.patrols.solver.spacing import share_out
from streife.patrols.solver.states import forget, remove_node
from streife.patrols.solver.timing import refresh


@compiled
def take_out(data: Data, state: State, desk: Desk, team: int, position: int) -> None:
    """Take the stop at a position out of the plan (a joint visit from all its routes)."""
    stop = state.row[team, position, NODE]
    remove_node(state, team, position)
    desk.touched[team] = 1
    if data.node[stop, N_SERIES] >= 0:
        desk.dirty[data.node[stop, N_SERIES]] = 1
    if data.node[stop, N_NEEDED] > 1:
        for other in range(len(data.team)):
            for p in range(state.team[other, V_SIZE], 0, -1):
                if state.row[other, p, NODE] == stop:
                    remove_node(state, other, p)
                    desk.touched[other] = 1
    forget(data, state, stop)


@compiled
def take_stretch(data: Data, state: State, desk: Desk, team: int, first: int, count: int) -> None:
    """Take up to `count` stops out from a position on, leaving breaks."""
    taken, p = 0, first
    while p <= state.team[team, V_SIZE] and taken < count:
        if state.row[team, p, NODE] >= data.reach.shape[0]:
            p += 1
        else:
            take_out(data, state, desk, team, p)
            taken += 1


@compiled
def ruin_around(
    data: Data, state: State, desk: Desk, seed: int, strings: int, longest: int
) -> None:
    """Take out strings of stops around a seed, one for each of some routes nearby.

    Slack induction by string removals (Christiaens and Vanden Berghe 2020).
    """
    left = strings
    for i in range(-1, data.near.shape[1]):
        stop = seed if i < 0 else data.near[seed, i]
        team = state.node[stop, W_ROUTE]
        if team < 0 or desk.touched[team]:
            continue
        position = 1
        while state.row[team, position, NODE] != stop:
            position += 1
        count = 1 + below(desk, min(longest, state.team[team, V_SIZE]))
        take_stretch(data, state, desk, team, max(1, position - below(desk, count)), count)
        left -= 1
        if left <= 0:
            return


@compiled
def ruin_stretches(data: Data, state: State, desk: Desk, longest: int) -> None:
    """Take a stretch out of every route."""
    for team in range(len(data.team)):
        size = state.team[team, V_SIZE]
        if size > 0:
            first = 1 + below(desk, size)
            take_stretch(data, state, desk, team, first, 1 + below(desk, longest))


@compiled
def ruin_random(data: Data, state: State, desk: Desk, share: float) -> None:
    """Take out every stop with a certain chance."""
    for team in range(len(data.team)):
        for p in range(state.team[team, V_SIZE], 0, -1):
            if p > state.team[team, V_SIZE] or state.row[team, p, NODE] >= data.reach.shape[0]:
                continue  # A joint visit taken out above may have shortened this route.
            if chance(desk) < share:
                take_out(data, state, desk, team, p)


@compiled
def shorten(data: Data, state: State, desk: Desk, share: float) -> None:
    """In the routes touched, cut visits back to their shortest dwell with a certain chance."""
    for team in range(len(data.team)):
        if not desk.touched[team]:
            continue
        for p in range(1, state.team[team, V_SIZE] + 1):
            node = state.row[team, p, NODE]
            if data.node[node, N_NEEDED] == 1 and chance(desk) < share:
                state.row[team, p, DWELL] = data.node[node, N_DWELL]


@compiled
def repair(data: Data, state: State, desk: Desk) -> bool:
    """Compute the times of the routes touched, move their breaks, share out series.

    False if a route is not in time: without a stop the way may be longer, and who leaves earlier
    may arrive later.
    """
    good = True
    for team in range(len(data.team)):
        if desk.touched[team]:
            good = refresh(data, state, team) and good
            if good and data.team[team, T_BREAKS] > data.team[team, T_BREAK]:
                good = chance(desk) < 0.5 or move_breaks(data, state, desk, team)
    return respace(data, state, desk) and good


@compiled
def respace(data: Data, state: State, desk: Desk) -> bool:
    """Share out the time of series that lost or got a visit; False if a route is not in time."""
    good = True
    for series in range(len(data.series)):
        if desk.dirty[series]:
            good = share_out(data, state, series) and good
            forget_places(data, desk, series)
            desk.dirty[series] = 0
    return good


@compiled
def forget_places(data: Data, desk: Desk, series: int) -> None:
    """What is known of places for visits of this series does not hold any more."""
    for at in range(data.series[series, S_MEMBER], data.series[series, S_MEMBERS]):
        for team in range(len(data.team)):
            desk.place[data.members[at], team, C_STAMP] = 0


@compiled
def move_breaks(data: Data, state: State, desk: Desk, team: int) -> bool:
    """Take the breaks of a route out and put them where they cost little."""
    stops = data.reach.shape[0]
    for p in range(state.team[team, V_SIZE], 0, -1):
        if state.row[team, p, NODE] >= stops:
            remove_node(state, team, p)
    good = refresh(data, state, team)
    for at in range(data.team[team, T_BREAK], data.team[team, T_BREAKS]):
        good = good and put_break(data, state, desk, stops + at, team, 0.5)
    return good

"""Visits of a series keep their distance in time although they stand in different routes.

Every visit of a series in the plan owns a stretch of time in which it may begin; the stretches are
at least the spacing apart. A route can then be changed without a look at the others. `share_out`
cuts the free time between neighbours in halves whenever a visit comes or goes.
"""

import numpy as np

from streife.patrols.solver.columns import (
    D_VALUE,
    D_WORTH,
    N_CLOSES,
    N_DWELL,
    N_NEEDED,
    N_OPENS,
    N_SERIES,
    N_WINDOW,
    N_WINDOWS,
    S_FACTOR,
    S_FACTORS,
    S_MEMBER,
    S_MEMBERS,
    S_PAST,
    S_PASTS,
    S_SPACING,
    W_BEGINS,
    W_CLOSES,
    W_OPENS,
    W_ROUTE,
)
from streife.patrols.solver.compiling import compiled
from streife.patrols.solver.layout import Data, Ints, State
from streife.patrols.solver.timing import begin_at, refresh_bounds


@compiled
def next_worth(data: Data, state: State, stop: int) -> int:
    """What one more visit of the stop's series is worth with the shortest dwell, -1 if too many."""
    series, dwell = data.node[stop, N_SERIES], data.node[stop, N_DWELL]
    row = data.series[series]
    order = row[S_FACTOR] + row[S_PASTS] - row[S_PAST]
    for at in range(row[S_MEMBER], row[S_MEMBERS]):
        order += state.node[data.members[at], W_ROUTE] >= 0
    if order >= row[S_FACTORS]:
        return -1
    bonus = data.dwell[dwell, D_WORTH] - data.dwell[dwell, D_VALUE]
    return int(bonus + np.floor(data.dwell[dwell, D_VALUE] * data.factors[order] + 1e-9))


@compiled
def spaced(data: Data, state: State, stop: int, arrives: int) -> int:
    """First moment from the arrival on that lies in a window and far enough from the others."""
    row, node = data.series[data.node[stop, N_SERIES]], data.node[stop]
    spacing, first, end = row[S_SPACING], node[N_WINDOW], node[N_WINDOWS]
    begins = begin_at(data.windows, first, end, arrives, node[N_OPENS])
    moved = True
    while moved and begins <= node[N_CLOSES]:
        moved = False
        for at in range(row[S_PAST], row[S_PASTS]):
            if abs(begins - data.past[at, 0]) < spacing:
                begins, moved = data.past[at, 0] + spacing, True
        for at in range(row[S_MEMBER], row[S_MEMBERS]):
            other = state.node[data.members[at]]
            if other[W_ROUTE] >= 0 and abs(begins - other[W_BEGINS]) < spacing:
                begins, moved = other[W_BEGINS] + spacing, True
        begins = begin_at(data.windows, first, end, begins, node[N_OPENS])
    return int(begins)


@compiled
def in_order(data: Data, state: State, series: int) -> int:
    """Write the visits of a series to `state.order` by time; returns how many.

    Rows are (beginning, stop or -1 - index of a past visit).
    """
    row, order = data.series[series], state.order
    count = 0
    for at in range(row[S_PAST], row[S_PASTS]):
        order[count, 0], order[count, 1] = data.past[at, 0], -1 - at
        count += 1
    for at in range(row[S_MEMBER], row[S_MEMBERS]):
        stop = data.members[at]
        if state.node[stop, W_ROUTE] >= 0:
            order[count, 0], order[count, 1] = state.node[stop, W_BEGINS], stop
            count += 1
    for i in range(1, count):  # Insertion sort: a handful of visits.
        begins, name, j = order[i, 0], order[i, 1], i
        while j > 0 and order[j - 1, 0] > begins:
            order[j, 0], order[j, 1] = order[j - 1, 0], order[j - 1, 1]
            j -= 1
        order[j, 0], order[j, 1] = begins, name
    return count


@compiled
def set_bounds(data: Data, state: State, series: int, count: int) -> None:
    """Give every visit in `state.order` its stretch; past and joint visits are fixed."""
    spacing, order = data.series[series, S_SPACING], state.order
    opens = -1
    for i in range(count):
        stop = order[i, 1]
        loose = stop >= 0 and data.node[stop, N_NEEDED] == 1
        closes = order[i, 0]
        if i + 1 < count:
            after = order[i + 1, 1]
            free = order[i + 1, 0] - order[i, 0] - spacing
            held = after < 0 or data.node[after, N_NEEDED] > 1
            closes += 0 if not loose else free if held else free // 2
        elif loose:
            closes = data.node[stop, N_CLOSES]
        if loose:
            state.node[stop, W_OPENS] = max(data.node[stop, N_OPENS], opens)
            state.node[stop, W_CLOSES] = min(data.node[stop, N_CLOSES], closes)
        opens = closes + spacing


@compiled
def share_out(data: Data, state: State, series: int) -> bool:
    """Give every visit of the series its stretch of time; refresh the routes it stands in.

    False if a route is not in time afterwards (only with travel that is quicker for who leaves
    later).
    """
    count = in_order(data, state, series)
    set_bounds(data, state, series, count)
    good = True
    for team in range(len(data.team)):
        for i in range(count):
            stop = state.order[i, 1]
            if stop >= 0 and state.node[stop, W_ROUTE] == team:
                good = refresh_bounds(data, state, team) and good
                break
    return good


@compiled
def series_worth(data: Data, state: State, series: int, dwells: Ints) -> int:
    """What the visits of a series are worth together; `dwells` holds the choice of every stop."""
    count = in_order(data, state, series)
    total = 0
    for k in range(count):
        at = data.series[series, S_FACTOR] + k
        factor = data.factors[at] if at < data.series[series, S_FACTORS] else 0.0
        visit = state.order[k, 1]
        if visit < 0:
            total += int(np.floor(data.past[-1 - visit, 1] * factor + 1e-9))
        else:
            dwell = data.dwell[dwells[visit]]
            bonus = dwell[D_WORTH] - dwell[D_VALUE]
            total += int(bonus + np.floor(dwell[D_VALUE] * factor + 1e-9))
    return total

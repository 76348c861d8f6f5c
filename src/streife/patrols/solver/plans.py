"""Between plans as people read them and the tables of the search."""

import numpy as np

from streife.patrols.solver.columns import (
    BEGIN,
    D_SECONDS,
    DONE,
    DWELL,
    N_DWELL,
    N_DWELLS,
    N_NEEDED,
    N_SERIES,
    NODE,
    T_BREAK,
    T_BREAKS,
    V_SIZE,
    V_USABLE,
    W_CLOSES,
    W_OPENS,
    W_ROUTE,
)
from streife.patrols.solver.layout import Data, State, frozen_value, told_first
from streife.patrols.solver.placing import Desk, put_break
from streife.patrols.solver.problem import Plan, Problem, Route, Visit
from streife.patrols.solver.spacing import share_out
from streife.patrols.solver.states import forget, insert_node, remove_node
from streife.patrols.solver.timing import refresh

Snapshot = tuple[tuple[tuple[int, int, int], ...], ...]
"""For each team its nodes in order: (node, begins, seconds)."""


def snapshot(data: Data, state: State) -> Snapshot:
    """What the plan holds, without the tables it stands in."""
    found = []
    for team in range(len(data.team)):
        rows = state.row[team, 1 : state.team[team, V_SIZE] + 1]
        seconds = data.dwell[rows[:, DWELL], D_SECONDS]
        found.append(
            tuple(
                zip(rows[:, NODE].tolist(), rows[:, BEGIN].tolist(), seconds.tolist(), strict=True)
            )
        )
    return tuple(found)


def plan_of(problem: Problem, taken: Snapshot) -> Plan:
    """The plan for people: frozen visits first, then what was found, breaks apart."""
    stops = len(problem.stops)
    routes = []
    for team, nodes in zip(problem.teams, taken, strict=True):
        visits = [Visit(node, begins, seconds) for node, begins, seconds in nodes if node < stops]
        breaks = tuple((begins, seconds) for node, begins, seconds in nodes if node >= stops)
        routes.append(Route((*team.frozen, *visits), breaks))
    return Plan(tuple(routes), value_of(problem, tuple(routes)))


def value_of(problem: Problem, routes: tuple[Route, ...]) -> int:
    """What the visits are worth: each once, those of a series by their order in time."""
    every = [visit for route in routes for visit in route.visits]
    begins = {visit.stop: visit for visit in sorted(every, key=told_first, reverse=True)}
    frozen = {visit.stop for team in problem.teams for visit in team.frozen}
    total, seen = 0, [0] * len(problem.series)
    for visit in sorted(begins.values(), key=lambda visit: (visit.begins, visit.stop)):
        stop = problem.stops[visit.stop]
        value = frozen_value(stop, visit.seconds)
        if visit.stop not in frozen:
            value = next(d.value for d in stop.dwells if d.seconds == visit.seconds)
        if stop.series is None:
            total += value
            continue
        factors = problem.series[stop.series].factors
        if seen[stop.series] < len(factors):
            total += int(np.floor(value * factors[seen[stop.series]] + 1e-9))
        seen[stop.series] += 1
    return total


def freeze(problem: Problem, state: State) -> None:
    """Mark the frozen visits as done: they are not planned again."""
    for team in problem.teams:
        for visit in team.frozen:
            state.node[visit.stop, W_ROUTE] = DONE


def load(problem: Problem, data: Data, state: State, desk: Desk, start: Plan) -> None:
    """Take over as much of an earlier plan as still holds; the rest is left out."""
    for team, route in enumerate(start.routes[: len(problem.teams)]):
        if state.team[team, V_USABLE]:
            _load_route(data, state, desk, team, route)
    for stop in range(len(problem.stops)):
        places = _places(data, state, stop)
        if 0 < len(places) < data.node[stop, N_NEEDED]:
            _drop(data, state, stop, places)
    for series in range(len(data.series)):
        share_out(data, state, series)


def _load_route(data: Data, state: State, desk: Desk, team: int, route: Route) -> None:
    """Append visits and breaks in the order of their times; breaks that are missing come last."""
    stops = data.reach.shape[0]
    breaks = range(int(data.team[team, T_BREAK]), int(data.team[team, T_BREAKS]))
    state.team[team, V_SIZE] = 0
    refresh(data, state, team)
    events: list[tuple[int, int, Visit | None]] = []
    events += [(visit.begins, 1, visit) for visit in route.visits]
    events += [(begins, 0, None) for begins, _ in route.breaks[: len(breaks)]]
    waiting = list(breaks)
    for _, _, visit in sorted(events, key=lambda event: event[:2]):
        if visit is not None:
            _load_visit(data, state, team, visit)
            continue
        node = stops + waiting[0]
        if _append(data, state, team, node, int(data.node[node, N_DWELL])):
            waiting.pop(0)
    for at in waiting:
        while not put_break(data, state, desk, stops + at, team, 0.0):
            position = int(state.team[team, V_SIZE])
            _drop(data, state, int(state.row[team, position, NODE]), [(team, position)])


def _append(data: Data, state: State, team: int, node: int, dwell: int) -> bool:
    position = int(state.team[team, V_SIZE]) + 1
    insert_node(state, team, position, node, dwell)
    if refresh(data, state, team):
        return True
    remove_node(state, team, position)
    refresh(data, state, team)
    return False


def _load_visit(data: Data, state: State, team: int, visit: Visit) -> None:
    if not 0 <= visit.stop < data.reach.shape[0] or not data.reach[visit.stop, team]:
        return
    node = data.node[visit.stop]
    joint = node[N_NEEDED] > 1
    lengths = data.dwell[node[N_DWELL] : node[N_DWELLS], D_SECONDS].tolist()
    there = int(state.node[visit.stop, W_ROUTE])
    if there == DONE or (there >= 0 and not joint) or visit.seconds not in lengths:
        return
    before = state.node[visit.stop].copy()
    if joint or node[N_SERIES] >= 0:
        state.node[visit.stop, W_OPENS] = state.node[visit.stop, W_CLOSES] = visit.begins
    dwell = int(node[N_DWELL]) + lengths.index(visit.seconds)
    if _append(data, state, team, visit.stop, dwell):
        state.node[visit.stop, W_ROUTE] = team if there < 0 else there
    else:
        state.node[visit.stop] = before


def _places(data: Data, state: State, stop: int) -> list[tuple[int, int]]:
    if state.node[stop, W_ROUTE] < 0:
        return []
    return [
        (team, p)
        for team in range(len(data.team))
        for p in range(1, int(state.team[team, V_SIZE]) + 1)
        if state.row[team, p, NODE] == stop
    ]


def _drop(data: Data, state: State, stop: int, places: list[tuple[int, int]]) -> None:
    for team, p in places:
        remove_node(state, team, p)
        refresh(data, state, team)
    if stop < data.reach.shape[0]:
        forget(data, state, stop)

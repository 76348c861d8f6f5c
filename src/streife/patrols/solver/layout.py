"""The problem as tables for the compiled search, and the mutable state of one plan.

Nodes are the stops 0 … n-1 and after them the breaks of all teams. A route is a row of positions:
0 is where the team begins, the last is where it must be at the end.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streife.patrols.solver.columns import ABSENT, ROW_COLUMNS
from streife.patrols.solver.problem import UNREACHABLE, Problem, Stop, Team, Visit

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LATEST = UNREACHABLE - 1
"""No time is later; so a way that does not exist is always too late."""
NEIGHBOURS = 300


class Data(NamedTuple):
    """What does not change during a search; the columns are named in `columns`."""

    travel: NDArray[np.int32]  # [mode x period, from, to]
    least: NDArray[np.int32]  # [mode, from, to]: the shortest of all periods
    most: NDArray[np.int32]  # [mode, from, to]: the longest
    periods: Ints  # [mode, period]: their first seconds
    node: Ints  # [stop or break, N_…]
    windows: Ints  # [window, 2]
    dwell: Ints  # [dwell, D_…]: those of the stops, then one for each break
    series: Ints  # [series, S_…]
    factors: Floats  # [factor]
    members: Ints  # [member]: stops of a series
    past: Ints  # [frozen visit of a series, 2]: beginning, value
    team: Ints  # [team, T_…]
    reach: NDArray[np.bool_]  # [stop, team]: may visit (together with others)
    near: Ints  # [stop, neighbour]: related stops, closest first


class State(NamedTuple):
    """One plan with its times. `timing.refresh` keeps them right."""

    row: Ints  # [team, position, column]
    node: Ints  # [stop or break, W_…]
    team: Ints  # [team + 1, V_…]
    order: Ints  # [visit, 2]: room for `spacing.in_order`


def build(problem: Problem) -> Data:
    """Tables of a valid problem with at least one team and one stop."""
    stops, teams = problem.stops, problem.teams
    travel, least, most, periods = _travel(problem)
    windows = [_windows(stop) for stop in stops]
    members = [
        [u for u, s in enumerate(stops) if s.series == k] for k in range(len(problem.series))
    ]
    past = [_past(problem, k) for k in range(len(problem.series))]
    bits = {skill: 1 << at for at, skill in enumerate(sorted(_all_skills(problem)))}
    able = _ints([sum(bits[s] for s in team.skills if s in bits) for team in teams])
    needs = _ints([sum(bits[s] for s in stop.skills) for stop in stops])
    joint = _ints([stop.teams > 1 for stop in stops]).astype(np.bool_)
    return Data(
        travel=travel,
        least=least,
        most=most,
        periods=periods,
        node=_nodes(problem, windows, needs),
        windows=_ints([pair for w in windows for pair in w]).reshape(-1, 2),
        dwell=_dwells(problem),
        series=_series(problem, members, past),
        factors=np.array(
            [f for series in problem.series for f in series.factors], dtype=np.float64
        ),
        members=_ints([u for group in members for u in group]),
        past=_ints([pair for group in past for pair in group]).reshape(-1, 2),
        team=_team_rows(problem, able),
        reach=((able[None, :] & needs[:, None]) == needs[:, None]) | joint[:, None],
        near=_near(problem, least[0]),
    )


def empty_state(data: Data) -> State:
    """Room for a plan, nothing in it yet; `search.reset` makes it one."""
    nodes, teams = len(data.node), len(data.team)
    state = State(
        row=np.zeros((teams, nodes + 2, ROW_COLUMNS), dtype=np.int64),
        node=np.zeros((nodes, 4), dtype=np.int64),
        team=np.zeros((teams + 1, 3), dtype=np.int64),
        order=np.zeros((nodes + len(data.past), 2), dtype=np.int64),
    )
    state.node[:, 0] = ABSENT
    return state


def frozen_value(stop: Stop, seconds: int) -> int:
    """What a visit of this length was worth: the longest alternative it covers."""
    return max((d.value for d in stop.dwells if d.seconds <= seconds), default=0)


def told_first(visit: Visit) -> tuple[int, int]:
    """Order what several teams told of one frozen visit: the first of these counts."""
    return visit.begins, -visit.seconds


def _ints(values: object) -> Ints:
    return np.array(values, dtype=np.int64)


def _ranges(lengths: Iterable[int]) -> list[tuple[int, int]]:
    """(first, end) of consecutive pieces of these lengths."""
    found, end = [], 0
    for length in lengths:
        found.append((end, end + length))
        end += length
    return found


def _nodes(problem: Problem, windows: list[list[tuple[int, int]]], needs: Ints) -> Ints:
    dwells = _ranges(len(stop.dwells) for stop in problem.stops)
    rows = [
        (s.location, w[0][0], w[-1][1], *at, *dwell, s.teams, _index(s.series), need)
        for s, w, at, dwell, need in zip(
            problem.stops, windows, _ranges(map(len, windows)), dwells, needs, strict=True
        )
    ]
    dwell_end = dwells[-1][1]
    for at, pause in enumerate(pause for team in problem.teams for pause in team.breaks):
        dwell = (dwell_end + at, dwell_end + at + 1)
        rows.append((-1, pause.earliest, min(pause.latest, LATEST), 0, 0, *dwell, 1, -1, 0))
    return _ints(rows)


def _dwells(problem: Problem) -> Ints:
    bonus = 1 + sum(stop.dwells[-1].value for stop in problem.stops)
    # More than all seconds of all teams count (`solving._Search.thrift`), too.
    bonus += 2 * len(problem.teams) * max(1, *(stop.dwells[0].value for stop in problem.stops))
    rows = [
        (dwell.seconds, dwell.value + bonus * stop.mandatory, dwell.value)
        for stop in problem.stops
        for dwell in stop.dwells
    ]
    rows += [(pause.seconds, 0, 0) for team in problem.teams for pause in team.breaks]
    return _ints(rows)


def _series(problem: Problem, members: list[list[int]], past: list[list[tuple[int, int]]]) -> Ints:
    ranges = zip(
        _ranges(len(series.factors) for series in problem.series),
        _ranges(map(len, members)),
        _ranges(map(len, past)),
        strict=True,
    )
    rows = [
        (min(series.spacing_seconds, LATEST), *factors, *group, *behind)
        for series, (factors, group, behind) in zip(problem.series, ranges, strict=True)
    ]
    return _ints(rows).reshape(-1, 7)


def _team_rows(problem: Problem, able: Ints) -> Ints:
    breaks = _ranges(len(team.breaks) for team in problem.teams)
    return _ints(
        [
            (where, team.end, when, min(team.ends, LATEST), team.mode, *pauses, bits)
            for team, (where, when), pauses, bits in zip(
                problem.teams, (_from(problem, t) for t in problem.teams), breaks, able, strict=True
            )
        ]
    )


def _index(series: int | None) -> int:
    return -1 if series is None else series


def _all_skills(problem: Problem) -> frozenset[str]:
    return frozenset().union(*(stop.skills for stop in problem.stops))


def _windows(stop: Stop) -> list[tuple[int, int]]:
    return [(a, min(b, LATEST)) for a, b in stop.windows] or [(0, LATEST)]


def _from(problem: Problem, team: Team) -> tuple[int, int]:
    """Where and when the part begins that is still open."""
    if not team.frozen:
        return team.start, team.begins
    last = team.frozen[-1]
    return problem.stops[last.stop].location, last.begins + last.seconds


def _past(problem: Problem, series: int) -> list[tuple[int, int]]:
    """Begin and value of the frozen visits of a series; a joint one stands in several routes."""
    seen: dict[int, tuple[int, int]] = {}
    frozen = [visit for team in problem.teams for visit in team.frozen]
    for visit in sorted(frozen, key=told_first, reverse=True):
        stop = problem.stops[visit.stop]
        if stop.series == series:
            seen[visit.stop] = (visit.begins, frozen_value(stop, visit.seconds))
    return sorted(seen.values())


def _travel(
    problem: Problem,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], Ints]:
    most = max(len(travel.starts) for travel in problem.travel)
    tables, periods = [], []
    for travel in problem.travel:
        table = np.minimum(travel.seconds, UNREACHABLE).astype(np.int32)
        table[:, np.arange(table.shape[1]), np.arange(table.shape[1])] = 0
        lacking = most - len(travel.starts)
        tables.append(np.concatenate([table, np.repeat(table[-1:], lacking, axis=0)]))
        periods.append([*travel.starts, *[LATEST] * lacking])
    stacked = np.stack(tables)
    flat = np.ascontiguousarray(stacked.reshape(-1, *stacked.shape[2:]))
    return flat, stacked.min(axis=1), stacked.max(axis=1), _ints(periods)


def _near(problem: Problem, least: NDArray[np.int32]) -> Ints:
    """Related stops, closest first: by way there and back and by the middle of the windows."""
    horizon = max(team.ends for team in problem.teams)
    place = _ints([stop.location for stop in problem.stops])
    spans = [(w[0][0], min(w[-1][1], horizon)) for w in map(_windows, problem.stops)]
    middle = np.array(spans, dtype=np.float64).mean(axis=1)
    way = least[place][:, place].astype(np.float64)
    apart = way + way.T + 0.3 * np.abs(middle[:, None] - middle[None, :])
    np.fill_diagonal(apart, np.inf)
    order = np.argsort(apart, axis=1, kind="stable")[:, : min(len(place) - 1, NEIGHBOURS)]
    return np.ascontiguousarray(order.astype(np.int64))

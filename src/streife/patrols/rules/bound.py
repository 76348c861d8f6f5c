"""What no plan can exceed: the fractional knapsack of time, so "92 %" is a promise and no guess.

Every visit costs its dwell and at least the shortest way to its place; all teams together have so
much time. Whoever may cut visits into pieces (Dantzig 1957) gets at least what any plan gets. A
linear program (`bound_lp`) tightens that with the hours in which visits may begin.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streife.patrols.rules.bound_lp import relaxed_value
from streife.patrols.solver.problem import UNREACHABLE, Problem, Stop, Team

Least = NDArray[np.int64]


class Piece(NamedTuple):
    """So many seconds for so much value."""

    seconds: float
    value: float


def upper_bound(problem: Problem) -> int:
    """Return a value that no plan of the problem can exceed (skills and order ignored)."""
    modes = {team.mode for team in problem.teams}
    if not modes or not problem.stops:
        return 0
    least = np.min([problem.travel[mode].seconds.min(axis=0) for mode in modes], axis=0)
    least = least.astype(np.int64)
    np.fill_diagonal(least, UNREACHABLE)
    incoming, home = _incoming(problem, least), _home(problem, least)
    seconds = sum(_free_seconds(problem, team, home) for team in problem.teams)
    frozen = {visit.stop for team in problem.teams for visit in team.frozen}
    pieces = sorted(
        (piece for hull in _hulls(problem, incoming, frozen) for piece in hull),
        key=lambda piece: -(piece.value / piece.seconds if piece.seconds else float("inf")),
    )
    done = sum(max(d.value for d in problem.stops[number].dwells) for number in frozen)
    knapsack = _filled(pieces, seconds)
    relaxed = relaxed_value(problem, incoming, frozen, seconds)
    return int(done + min(knapsack, knapsack if relaxed is None else relaxed) + 1e-6)


def _filled(pieces: Iterable[Piece], seconds: float) -> float:
    value = 0.0
    for piece in pieces:
        if piece.seconds >= seconds:
            return value + (piece.value * seconds / piece.seconds if piece.seconds else 0)
        seconds -= piece.seconds
        value += piece.value
    return value


def _incoming(problem: Problem, least: Least) -> Least:
    """Return the shortest way to each place from anywhere a team can come from.

    Where a team sets out, and where unrelated visits share a place, it is none; visits of one
    series keep their spacing, so staying between them costs at least what is left of it.
    """
    used = {stop.location for stop in problem.stops} | {team.start for team in problem.teams}
    ways = least[sorted(used)].min(axis=0)
    ways = np.where(ways >= UNREACHABLE, 0, ways)
    groups: dict[int, list[Stop]] = {}
    for stop in problem.stops:
        groups.setdefault(stop.location, []).append(stop)
    for location, stops in groups.items():
        ways[location] = min(ways[location], _staying(problem, stops))
    ways[[team.start for team in problem.teams]] = 0
    return ways


def _staying(problem: Problem, stops: Sequence[Stop]) -> int:
    """Return what it costs at least to go from one of these visits at one place to another."""
    if len(stops) == 1:
        return UNREACHABLE
    first = stops[0].series
    if first is None or any(stop.series != first for stop in stops):
        return 0
    longest = max(stop.dwells[-1].seconds for stop in stops)
    return max(0, problem.series[first].spacing_seconds - longest)


def _home(problem: Problem, least: Least) -> dict[int, int]:
    places = sorted({stop.location for stop in problem.stops})
    return {
        team.end: 0 if team.end in places else int(min(least[places, team.end].min(), 12 * 3600))
        for team in problem.teams
    }


def _free_seconds(problem: Problem, team: Team, home: dict[int, int]) -> int:
    begins = team.begins
    if team.frozen:
        begins = team.frozen[-1].begins + team.frozen[-1].seconds
    free = team.ends - begins - sum(one.seconds for one in team.breaks) - home[team.end]
    return max(0, free)


def _hulls(problem: Problem, incoming: Least, frozen: set[int]) -> Iterator[list[Piece]]:
    """Yield the pieces of each visit, dearest last (the concave hull of its alternatives)."""
    series: dict[int, list[int]] = {}
    for number, stop in enumerate(problem.stops):
        if number in frozen:
            continue
        if stop.series is not None:
            series.setdefault(stop.series, []).append(number)
            continue
        yield _hull(_points(problem, [number], incoming, 1.0))
    for key, numbers in series.items():
        for factor in problem.series[key].factors[: len(numbers)]:
            yield _hull(_points(problem, numbers, incoming, factor))


def _points(
    problem: Problem, numbers: Sequence[int], incoming: Least, factor: float
) -> list[Piece]:
    """Return the alternatives of a visit, or of the best of a series, as seconds and value."""
    return [
        Piece(stop.teams * (float(incoming[stop.location]) + dwell.seconds), dwell.value * factor)
        for stop in (problem.stops[number] for number in numbers)
        for dwell in stop.dwells
    ]


def _hull(points: Sequence[Piece]) -> list[Piece]:
    """Return the steps of the upper concave hull from (0, 0)."""
    hull = [Piece(0, 0)]
    for point in sorted(points, key=lambda one: (one.seconds, -one.value)):
        if point.value <= hull[-1].value:
            continue
        while len(hull) > 1 and _slope(hull[-1], point) >= _slope(hull[-2], hull[-1]):
            hull.pop()
        hull.append(point)
    return [Piece(b.seconds - a.seconds, b.value - a.value) for a, b in pairwise(hull)]


def _slope(a: Piece, b: Piece) -> float:
    return (b.value - a.value) / (b.seconds - a.seconds) if b.seconds > a.seconds else float("inf")

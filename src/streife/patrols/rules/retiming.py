"""The times of a route after a person moved something: the same order, nothing else planned."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from streife.patrols.solver.problem import UNREACHABLE, Break, Problem, Route, Stop, Team, Visit


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit at the time it should have; `fixed` keeps that time whatever comes before."""

    visit: Visit
    fixed: bool = False


def way_seconds(problem: Problem, team: Team, leaves: int, here: int, there: int) -> int:
    """Return travel seconds of a team that leaves at a moment; `UNREACHABLE` without a way."""
    if here == there:
        return 0
    travel = problem.travel[team.mode]
    period = max(0, bisect_right(travel.starts, leaves) - 1)
    return int(travel.seconds[period, here, there])


def retimed(
    problem: Problem, team: Team, wishes: Sequence[Wish], breaks: Sequence[tuple[int, int]]
) -> Route:
    """Return the route with the earliest times not before the wished ones.

    Frozen visits come first as they are. A fixed visit keeps its time even if the team cannot be
    there: the checker says so, the person decides. A break stays where it was in the order unless
    it would begin too late.
    """
    visits = list(team.frozen)
    at, leaves = team.start, team.begins
    if visits:
        at = problem.stops[visits[-1].stop].location
        leaves = visits[-1].begins + visits[-1].seconds
    waiting = list(zip(team.breaks, [begins for begins, _ in breaks], strict=False))
    waiting += [(one, one.latest) for one in team.breaks[len(waiting) :]]
    taken: list[tuple[int, int]] = []
    for wish in sorted(wishes, key=lambda one: one.visit.begins):
        stop = problem.stops[wish.visit.stop]
        while waiting and _now(problem, team, waiting[0], wish, at, leaves):
            leaves = _take(taken, waiting.pop(0)[0], leaves)
        begins = _begins(problem, team, wish, stop, at, leaves)
        visits.append(Visit(wish.visit.stop, begins, wish.visit.seconds))
        at, leaves = stop.location, begins + wish.visit.seconds
    for rest, _ in waiting:
        leaves = _take(taken, rest, leaves)
    return Route(tuple(visits), tuple(taken))


def _take(taken: list[tuple[int, int]], pause: Break, leaves: int) -> int:
    begins = max(leaves, pause.earliest)
    taken.append((begins, pause.seconds))
    return begins + pause.seconds


def _begins(problem: Problem, team: Team, wish: Wish, stop: Stop, at: int, leaves: int) -> int:
    if wish.fixed:
        return wish.visit.begins
    way = way_seconds(problem, team, leaves, at, stop.location)
    arrives = leaves if way >= UNREACHABLE else leaves + way
    begins = max(arrives, wish.visit.begins)
    for opens, closes in stop.windows:
        if begins <= closes:
            return max(begins, opens)
    return begins  # after the last window: the checker says so


def _now(
    problem: Problem, team: Team, waiting: tuple[Break, int], wish: Wish, at: int, leaves: int
) -> bool:
    """Say whether the break comes before this visit: as before, or because it must."""
    pause, was = waiting
    if was < wish.visit.begins:
        return True
    stop = problem.stops[wish.visit.stop]
    ends = _begins(problem, team, wish, stop, at, leaves) + wish.visit.seconds
    return ends > pause.latest

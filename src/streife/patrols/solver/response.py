"""Expected response time of a plan, written from the words in `problem.Problem`."""

from collections.abc import Sequence
from dataclasses import dataclass

from streife.patrols.solver.problem import UNREACHABLE, Problem

STEP_SECONDS = 900
LONGEST_SECONDS = 7_200


@dataclass(frozen=True, slots=True)
class Stay:
    """A location and the second from which on the team counts as being there."""

    location: int
    arrives: int


def way(problem: Problem, mode: int, origin: int, target: int, leaves: int) -> int:
    """Return the travel seconds when leaving then; none between equal locations."""
    if origin == target:
        return 0
    travel = problem.travel[mode]
    period = max((n for n, start in enumerate(travel.starts) if start <= leaves), default=0)
    return min(int(travel.seconds[period, origin, target]), UNREACHABLE)


def response_seconds(problem: Problem, stays: Sequence[Sequence[Stay]]) -> float | None:
    """Return the expected travel seconds to the next incident; None without calls or teams.

    `stays`: for each team, its start first, in order of arrival.
    """
    weight = sum(call.weight for call in problem.calls)
    if not problem.teams or weight <= 0:
        return None
    begin = min(team.begins for team in problem.teams)
    end = max(team.ends for team in problem.teams)
    means = []
    for moment in range(begin, end, STEP_SECONDS):
        where = [
            (team.mode, [stay for stay in of_team if stay.arrives <= moment][-1].location)
            for team, of_team in zip(problem.teams, stays, strict=True)
            if team.begins <= moment < team.ends
        ]
        if where:
            total = sum(
                call.weight
                * min(
                    LONGEST_SECONDS,
                    *(way(problem, mode, spot, call.location, moment) for mode, spot in where),
                )
                for call in problem.calls
            )
            means.append(total / weight)
    return sum(means) / len(means) if means else None

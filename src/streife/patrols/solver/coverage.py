"""How soon somebody could be at the next incident while the teams are on their rounds.

The rule stands in `problem.Problem`; `response.py` says the same for the checker, independently.
"""

from typing import NamedTuple

import numpy as np

from streife.patrols.solver.columns import (
    ARRIVE,
    PLACE,
    T_BEGINS,
    T_ENDS,
    T_MODE,
    T_START,
    V_SIZE,
    V_USABLE,
)
from streife.patrols.solver.compiling import compiled
from streife.patrols.solver.layout import Data, Floats, Ints, State
from streife.patrols.solver.problem import Problem
from streife.patrols.solver.timing import table_at

STEP_SECONDS = 900
LONGEST_SECONDS = 7200


class Watch(NamedTuple):
    """Where incidents are expected, and room for where the teams are."""

    place: Ints  # [call]
    weight: Floats  # [call], sum 1
    moments: Ints  # [moment]
    spot: Ints  # [team]: table row of the team on duty, -1 if not on duty
    table: Ints  # [team]


def watch_for(problem: Problem) -> Watch:
    """Tables of the calls; none if there are no calls with a weight."""
    weight = np.array([call.weight for call in problem.calls], dtype=np.float64)
    used = weight > 0
    place = np.array([call.location for call in problem.calls], dtype=np.int64)[used]
    begin = min(team.begins for team in problem.teams)
    end = max(team.ends for team in problem.teams)
    teams = np.zeros(len(problem.teams), dtype=np.int64)
    return Watch(
        place=np.ascontiguousarray(place, dtype=np.int64),
        weight=weight[used] / max(weight.sum(), 1e-300),
        moments=np.arange(begin, end, STEP_SECONDS, dtype=np.int64),
        spot=teams,
        table=teams.copy(),
    )


@compiled
def locate(data: Data, state: State, watch: Watch, team: int, moment: int) -> None:
    """Write from where the team would leave at this moment, and by which travel table."""
    watch.spot[team] = -1
    if not data.team[team, T_BEGINS] <= moment < data.team[team, T_ENDS]:
        return
    spot = data.team[team, T_START]
    if state.team[team, V_USABLE]:
        for p in range(1, state.team[team, V_SIZE] + 2):
            if state.row[team, p, ARRIVE] > moment:
                break
            spot = state.row[team, p, PLACE]
    watch.spot[team] = spot
    watch.table[team] = table_at(data.periods, data.team[team, T_MODE], moment)


@compiled
def response_of(data: Data, state: State, watch: Watch) -> float:
    """Expected travel seconds to the next incident over the open part of the plan."""
    total, count = 0.0, 0
    for at in range(len(watch.moments)):
        anybody = False
        for team in range(len(data.team)):
            locate(data, state, watch, team, watch.moments[at])
            anybody = anybody or watch.spot[team] >= 0
        count += anybody
        for call in range(len(watch.place) * anybody):
            least = LONGEST_SECONDS
            for team in range(len(data.team)):
                if watch.spot[team] >= 0:
                    way = data.travel[watch.table[team], watch.spot[team], watch.place[call]]
                    least = min(least, way)
            total += watch.weight[call] * least
    return total / max(count, 1)

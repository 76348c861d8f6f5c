"""What the first plan of a process would wait for, done beforehand."""

from datetime import datetime, timedelta

import numpy as np

from streife.kernel.clock import local
from streife.patrols.queries.gathering import ways
from streife.patrols.queries.need_holding import snapshot
from streife.patrols.rules.basis import Place
from streife.patrols.rules.bound import upper_bound
from streife.patrols.solver.problem import Dwell, Problem, Stop, Team, Travel
from streife.places import queries as places


def warm_up(now: datetime) -> None:
    """Load the compiled planner, the need and the street network into this process.

    Costs some seconds of computing; afterwards the first plan is as quick as the second.

    :raises Refused: `patrols-bad-file`
    """
    from streife.patrols.solver import warm  # noqa: PLC0415 (loads numba, as nothing else may)

    warm.compile_all()
    hour = Travel.constant(np.full((2, 2), 60, dtype=np.int32))
    stop = Stop("a", 1, ((0, 3600),), (Dwell(60, 1),))
    upper_bound(Problem((hour,), (Team("t", 0, 0, 0, 3600),), (stop,)))
    snapshot(now)
    offices = places.offices_on(local(now).date())
    spots = [Place(one.code, one.name, one.latitude, one.longitude) for one in offices[:2]]
    if spots:
        ways(spots, now, now + timedelta(hours=8))

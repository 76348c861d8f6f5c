"""What a planning problem and a plan are: plain data, shared by solver, checker and pages.

Times are whole seconds since the start of the plan, values are whole numbers, locations are
indices into the travel matrices. Nothing here computes a plan or judges one, so that the solver
and the independent checker (`check`) share words and no code. The rules both follow:

* A team begins at `start` when its shift `begins` and must be at `end` no later than `ends`. A team
  that visits nothing is not sent out and not judged.
* It leaves a place as soon as its visit, and the breaks it takes there, are over. The travel time
  is that of the period in which it leaves (none between equal locations, whatever the matrix says).
  It may arrive early and wait.
* A break is taken where the team is after a visit, at the start before leaving, or at the end after
  coming home (then it must be over at `ends`); never under way nor between arriving and visiting.
  Whoever visits something takes all breaks, in their order.
* A visit counts once. With `Stop.teams` = 2 it stands in two routes with the same `begins` and
  `seconds`; the teams together need the stop's skills.
* Visits of a series begin at least `spacing_seconds` apart, whoever makes them. The k-th of them in
  time is worth floor(value x factors[k] + 1e-9); there are at most len(factors).
* The frozen visits of a team are facts at the head of its route: their windows, travel, skills and
  spacing among each other are not judged, their value counts (that of the longest alternative not
  longer than the visit, nothing if there is none), and spacing to later visits holds. Where teams
  tell a joint one differently, who began first counts, and of these who stayed longest. After the
  last of them the team goes on from there; breaks already taken are not in `Team.breaks` any more.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

UNREACHABLE = 1_000_000_000
"""Travel seconds from here on mean: there is no way."""


@dataclass(frozen=True, slots=True)
class Dwell:
    """One way to make a visit: so long, for this value (before the factor of a series)."""

    seconds: int
    value: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit that may be made; several visits of one place are several stops of one series.

    `windows`: ordered (opens, closes), both inclusive, bounding the beginning of the visit; none
    means any time. `dwells`: at least one, ascending in seconds and value, concave. `teams`: how
    many teams make the visit together. `skills`: what they need. `series`: index into
    `Problem.series`.
    """

    code: str
    location: int
    windows: tuple[tuple[int, int], ...]
    dwells: tuple[Dwell, ...]
    mandatory: bool = False
    skills: frozenset[str] = frozenset()
    teams: int = 1
    series: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Visits of one place: how far apart they begin and what the first, second, … is worth."""

    spacing_seconds: int
    factors: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Break:
    """A break of the working-time law that begins within [earliest, latest]."""

    seconds: int
    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop in a route; `begins` is the beginning of the visit, not the arrival."""

    stop: int
    begins: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Team:
    """Who patrols, from where to where, when and how; `mode` is an index into `Problem.travel`."""

    code: str
    start: int
    end: int
    begins: int
    ends: int
    mode: int = 0
    skills: frozenset[str] = frozenset()
    breaks: tuple[Break, ...] = ()
    frozen: tuple[Visit, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Travel times of one mode: `seconds[period, from, to]` (int32), by the period of departure.

    `starts` holds the first second of every period, ascending from 0; the last has no end. Times
    may be asymmetric and need not respect first-in-first-out; `UNREACHABLE` where there is no way.
    """

    starts: tuple[int, ...]
    seconds: NDArray[np.int32]

    @classmethod
    def constant(cls, seconds: NDArray[np.int32]) -> Self:
        """Travel times [from, to] that hold all day."""
        return cls((0,), np.ascontiguousarray(seconds[None, :, :], dtype=np.int32))


@dataclass(frozen=True, slots=True)
class Call:
    """Where the next incident is expected, and how strongly compared with the other places."""

    location: int
    weight: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything the solver knows.

    `coverage_share` is the share of the best value found (0 to 1) that may be given up for a
    shorter expected travel time to the next incident: among all plans found with at least
    (1 - share) x best value, the one with the shortest wins. With 0 it decides among equals.

    The expected travel time (`Verdict.response_seconds`) is the mean over the moments
    begin + 0, 900, 1800, … < end (from the first team's begin to the last team's end; moments with
    nobody on duty are left out) and, by weight, over `calls`, of the time of the quickest team on
    duty. A team on duty (begins <= t < ends) counts from the location it last arrived at: while
    under way from the one it left; times of the period of that moment; no way counts as 7,200 s,
    which is also the most.
    """

    travel: tuple[Travel, ...]
    teams: tuple[Team, ...]
    stops: tuple[Stop, ...]
    series: tuple[Series, ...] = ()
    calls: tuple[Call, ...] = ()
    coverage_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Route:
    """What one team does, frozen visits included; `breaks` are (begins, seconds), as in Team."""

    visits: tuple[Visit, ...] = ()
    breaks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One route for each team, in their order, and what they are worth together."""

    routes: tuple[Route, ...]
    value: int


@dataclass(frozen=True, slots=True)
class Limit:
    """When to stop: whichever comes first. `rounds` alone makes a run repeatable by its seed."""

    cpu_seconds: float | None = None
    wall_seconds: float | None = None
    rounds: int | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A mandatory stop that is in no route, and the codes of the reasons (`solver.reasons`)."""

    stop: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """The best plan, other plans within 1 % of its value, and what could not be placed."""

    plan: Plan
    pool: tuple[Plan, ...]
    unplaced: tuple[Unplaced, ...]
    rounds: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule the plan breaks: stable code, what it is about, and the figures in plain words."""

    code: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the independent checker says about a plan."""

    value: int
    violations: tuple[Violation, ...]
    response_seconds: float | None

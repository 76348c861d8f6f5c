"""What a plan stands on, as plain data that can be kept as JSON, and the problem made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from streife.patrols.rules.planning import MODES, break_of
from streife.patrols.solver.problem import (
    UNREACHABLE,
    Break,
    Call,
    Dwell,
    Problem,
    Series,
    Stop,
    Team,
    Travel,
    Visit,
)
from streife.streets.rules import UNREACHABLE as NO_WAY
from streife.streets.rules import Mode

POLICE = "police"
NEVER = (-2, -1)
# A stop that a person holds fast may slip by this much when the rest is planned anew.
SLACK = 5 * 60


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the plan; its index is the location in the travel times."""

    code: str
    name: str
    latitude: float
    longitude: float
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that would be worth something, and why; times in seconds from `Basis.starts_at`."""

    place: int
    windows: tuple[tuple[int, int], ...]
    dwells: tuple[tuple[int, int], ...]  # (seconds, value)
    mandatory: bool = False
    teams: int = 1
    skills: tuple[str, ...] = ()
    series: int | None = None
    reasons: tuple[Mapping[str, Any], ...] = ()

    @property
    def value(self) -> int:
        """The most a visit is worth."""
        return max(value for _, value in self.dwells)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A place that is not on offer in this shift although it could be, and why."""

    code: str
    name: str
    reasons: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """Places, wanted visits and offices; `offices` maps an office's id to its place."""

    starts_at: datetime
    places: tuple[Place, ...]
    wanted: tuple[Wanted, ...]
    series: tuple[tuple[int, tuple[float, ...]], ...] = ()  # (spacing in seconds, factors)
    offices: Mapping[int, int] = field(default_factory=dict)
    calls: tuple[tuple[int, float], ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def second(self, moment: datetime) -> int:
        """Return a moment as seconds from the start."""
        return round((moment - self.starts_at).total_seconds())

    def moment(self, second: int) -> datetime:
        """Return seconds from the start as a moment."""
        return self.starts_at + timedelta(seconds=second)


def to_json(basis: Basis) -> dict[str, Any]:
    """Return the basis as JSON data."""
    content = asdict(basis)
    content["starts_at"] = basis.starts_at.isoformat()
    content["offices"] = {str(key): place for key, place in basis.offices.items()}
    return content


def from_json(content: Mapping[str, Any]) -> Basis:
    """Return the basis again."""

    def pairs(rows: Sequence[Sequence[Any]]) -> tuple[tuple[Any, Any], ...]:
        return tuple((first, second) for first, second in rows)

    return Basis(
        starts_at=datetime.fromisoformat(content["starts_at"]),
        places=tuple(Place(**row) for row in content["places"]),
        wanted=tuple(
            Wanted(
                **row
                | {
                    "windows": pairs(row["windows"]),
                    "dwells": pairs(row["dwells"]),
                    "skills": tuple(row["skills"]),
                    "reasons": tuple(row["reasons"]),
                }
            )
            for row in content["wanted"]
        ),
        series=tuple((spacing, tuple(factors)) for spacing, factors in content["series"]),
        offices={int(key): place for key, place in content["offices"].items()},
        calls=pairs(content["calls"]),
        left_out=tuple(
            LeftOut(row["code"], row["name"], tuple(row["reasons"]))
            for row in content.get("left_out", ())
        ),
    )


@dataclass(frozen=True, slots=True)
class Crew:
    """A team as the planner needs it; `done` are its frozen visits, in order."""

    code: str
    mode: Mode
    joint: bool
    start: int
    end: int
    begins: int
    ends: int
    done: tuple[Visit, ...] = ()
    breaks_taken: int = 0
    free_at: int | None = None  # busy until then with something else; not before in any case


@dataclass(frozen=True, slots=True)
class Lock:
    """A person holds this visit: these teams, this time."""

    visit: Visit
    teams: tuple[str, ...]


def problem_of(
    basis: Basis,
    travel: Sequence[Travel],
    crews: Sequence[Crew],
    *,
    locks: Sequence[Lock] = (),
    done_by_others: frozenset[int] = frozenset(),
    late_breaks: bool = False,
) -> Problem:
    """Return the problem for the solver, and without locks and late breaks also for the checker.

    A lock becomes a mandatory stop with a narrow window that only its teams can make. What a team
    did that is no longer on duty (`done_by_others`) is not planned again. With `late_breaks` a team
    that was held up beyond the time of its break takes it as soon as it is free: without, it could
    do nothing more in this shift. That it is late is for the checker to say.
    """
    stops = [_stop(basis, number) for number in range(len(basis.wanted))]
    for number in done_by_others:
        stops[number] = replace(stops[number], windows=(NEVER,), mandatory=False)
    for lock in locks:
        begins, number = lock.visit.begins, lock.visit.stop
        stops[number] = replace(
            stops[number],
            windows=((max(0, begins - SLACK), begins + SLACK),),
            mandatory=True,
            skills=frozenset(team_skill(code) for code in lock.teams),
            teams=len(lock.teams),
        )
    return Problem(
        travel=tuple(travel),
        teams=tuple(_team(crew, late_breaks=late_breaks) for crew in crews),
        stops=tuple(stops),
        series=tuple(Series(spacing, factors) for spacing, factors in basis.series),
        calls=tuple(Call(place, weight) for place, weight in basis.calls),
    )


def team_skill(code: str) -> str:
    """Return the skill that one team alone has: what a lock asks for."""
    return f"team:{code}"


def _stop(basis: Basis, number: int) -> Stop:
    wanted = basis.wanted[number]
    return Stop(
        code=str(number),
        location=wanted.place,
        windows=wanted.windows,
        dwells=tuple(Dwell(seconds, value) for seconds, value in wanted.dwells),
        mandatory=wanted.mandatory,
        skills=frozenset(wanted.skills),
        teams=wanted.teams,
        series=wanted.series,
    )


def _team(crew: Crew, *, late_breaks: bool) -> Team:
    begins, done = crew.begins, list(crew.done)
    if crew.free_at is not None and done:
        # Whoever was held up counts as staying where they were last seen.
        last = done[-1]
        done[-1] = replace(last, seconds=max(last.seconds, crew.free_at - last.begins))
    elif crew.free_at is not None:
        begins = max(begins, crew.free_at)
    pause = break_of(crew.ends - crew.begins)
    breaks: tuple[Break, ...] = ()
    if pause is not None and not crew.breaks_taken:
        seconds, earliest, latest = pause
        free = done[-1].begins + done[-1].seconds if done else begins
        last_start = max(crew.begins + latest, free if late_breaks else 0)
        breaks = (Break(seconds, crew.begins + earliest, last_start),)
    return Team(
        code=crew.code,
        start=crew.start,
        end=crew.end,
        begins=min(begins, crew.ends),
        ends=crew.ends,
        mode=MODES.index(crew.mode),
        skills=frozenset({team_skill(crew.code)} | ({POLICE} if crew.joint else set())),
        breaks=breaks,
        frozen=tuple(done),
    )


def travel_of(starts: Sequence[int], seconds: "np.ndarray[Any, np.dtype[np.int32]]") -> Travel:
    """Return travel times with the planner's mark for "no way" in place of the streets'."""
    table = np.where(seconds >= NO_WAY, UNREACHABLE, seconds).astype(np.int32)
    return Travel(tuple(starts), np.ascontiguousarray(table))

"""A kept plan as planner and checker see it: problem and plan, from rows."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import numpy as np

from streife.patrols.models import PatrolPlan, PatrolTeam, PlanBasis, PlannedRoute, PlannedStop
from streife.patrols.rules.basis import (
    SLACK,
    Basis,
    Crew,
    Lock,
    from_json,
    problem_of,
    travel_of,
)
from streife.patrols.rules.findings import Finding, findings
from streife.patrols.solver.check import check
from streife.patrols.solver.problem import Plan, Problem, Route, Travel, Verdict, Visit
from streife.streets.rules import Mode


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """A plan of the tables as data; `routes` of the rows stand in the order of `problem.teams`."""

    basis: Basis
    travel: tuple[Travel, ...]
    crews: tuple[Crew, ...]
    routes: tuple[PlannedRoute, ...]
    gone: tuple[PlannedRoute, ...]
    problem: Problem
    plan: Plan
    locks: tuple[Lock, ...]

    @property
    def names(self) -> dict[str, str]:
        """Call signs by team code."""
        return {code_of(route.team): route.team.name for route in self.routes}

    def for_solver(self) -> Problem:
        """Return the problem with what people hold fast as duties, and overdue breaks at once."""
        return problem_of(
            self.basis,
            self.travel,
            self.crews,
            locks=self.locks,
            done_by_others=_stops_of(self.gone),
            late_breaks=True,
        )

    def verdict(self, plan: Plan | None = None) -> Verdict:
        """Return what the independent checker says; its value is the counted one."""
        return check(self.problem, plan or self.plan)

    def findings(self, verdict: Verdict, plan: Plan | None = None) -> list[Finding]:
        """Return what a plan breaks, in words."""
        return findings(verdict, self.problem, plan or self.plan, self.basis, self.names)


def code_of(team: PatrolTeam) -> str:
    """Return how the planner calls a team."""
    return f"t{team.pk}"


def basis_of(row: PlanBasis) -> tuple[Basis, tuple[Travel, ...]]:
    """Return places, need and travel times of a basis; rows never change, so they are kept."""
    return _basis(row.pk, row.made_at.isoformat())


def forget_bases() -> None:
    """Read again at the next call: for tests, where another row may bear the same number."""
    _basis.cache_clear()


@lru_cache(maxsize=16)
def _basis(pk: int, _made_at: str) -> tuple[Basis, tuple[Travel, ...]]:
    row = PlanBasis.objects.get(pk=pk)
    return from_json(row.content), unpacked(bytes(row.travel))


def packed(travel: Iterable[Travel]) -> bytes:
    """Return travel times as compressed bytes."""
    arrays = {}
    for number, one in enumerate(travel):
        arrays[f"starts{number}"] = np.array(one.starts, dtype=np.int32)
        arrays[f"seconds{number}"] = one.seconds
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # names of arrays, not options
    return file.getvalue()


def unpacked(content: bytes) -> tuple[Travel, ...]:
    """Return the travel times again."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return tuple(
            travel_of(arrays[f"starts{n}"].tolist(), arrays[f"seconds{n}"])
            for n in range(len(arrays.files) // 2)
        )


def situation_of(plan: PatrolPlan) -> Situation:
    """Return a plan with its basis as data (four queries)."""
    if plan.basis is None:
        raise ValueError("a plan that is still computed has no situation")
    basis, travel = basis_of(plan.basis)
    rows = list(
        plan.routes.select_related("team")
        .prefetch_related("stops", "breaks")
        .order_by("team__starts_at", "team__name", "id")
    )
    routes = tuple(route for route in rows if not route.gone)
    gone = tuple(route for route in rows if route.gone)
    crews = tuple(_crew(basis, route, plan) for route in routes)
    problem = problem_of(basis, travel, crews, done_by_others=_stops_of(gone))
    # Facts as the problem has them: whoever was held up stays where they were last seen.
    kept = zip(problem.teams, (_route(basis, route) for route in routes), strict=True)
    plan_data = Plan(
        tuple(
            replace(route, visits=(*team.frozen, *route.visits[len(team.frozen) :]))
            for team, route in kept
        ),
        plan.value,
    )
    return Situation(basis, travel, crews, routes, gone, problem, plan_data, _locks(basis, routes))


def crew_of(basis: Basis, team: PatrolTeam) -> Crew:
    """Return a team at the beginning of its duty."""
    first = next(iter(basis.offices.values()), 0)
    return Crew(
        code=code_of(team),
        mode=Mode(team.mode),
        joint=team.joint,
        start=basis.offices.get(team.begins_id or 0, first),
        end=basis.offices.get(team.ends_id or 0, first),
        begins=basis.second(team.starts_at),
        ends=basis.second(team.ends_at),
    )


def visit_of(basis: Basis, stop: PlannedStop) -> Visit:
    """Return a planned stop as a visit; what is frozen with its real times."""
    begins_at = stop.arrived_at if stop.frozen and stop.arrived_at else stop.begins_at
    seconds = stop.dwell_seconds
    if stop.frozen and stop.arrived_at and stop.left_at:
        seconds = round((stop.left_at - stop.arrived_at).total_seconds())
    return Visit(stop.stop, basis.second(begins_at), seconds)


def _crew(basis: Basis, route: PlannedRoute, plan: PatrolPlan) -> Crew:
    team = crew_of(basis, route.team)
    done = tuple(visit_of(basis, stop) for stop in stops_in_order(route) if stop.frozen)
    free = [moment for moment in (plan.from_at, route.free_at) if moment is not None]
    return Crew(
        code=team.code,
        mode=team.mode,
        joint=team.joint,
        start=team.start,
        end=team.end,
        begins=team.begins,
        ends=team.ends,
        done=done,
        breaks_taken=sum(one.taken for one in route.breaks.all()),
        free_at=basis.second(max(free)) if free else None,
    )


def stops_in_order(route: PlannedRoute) -> list[PlannedStop]:
    """Return the stops of a route by time, facts by their real one (from what was prefetched)."""

    def when(stop: PlannedStop) -> datetime:
        return stop.arrived_at if stop.frozen and stop.arrived_at else stop.begins_at

    return sorted(route.stops.all(), key=lambda stop: (not stop.frozen, when(stop), stop.pk))


def _route(basis: Basis, route: PlannedRoute) -> Route:
    visits = tuple(visit_of(basis, stop) for stop in stops_in_order(route))
    breaks = tuple(
        (basis.second(one.begins_at), one.seconds)
        for one in sorted(route.breaks.all(), key=lambda one: one.begins_at)
        if not one.taken
    )
    return Route(visits, breaks)


def _stops_of(routes: Sequence[PlannedRoute]) -> frozenset[int]:
    return frozenset(stop.stop for route in routes for stop in route.stops.all())


def _locks(basis: Basis, routes: Sequence[PlannedRoute]) -> tuple[Lock, ...]:
    """Return what is held fast, a joint stop once with all its teams."""
    held: dict[int, tuple[Visit, list[str]]] = {}
    for route in routes:
        for stop in stops_in_order(route):
            if stop.held_at is not None and not stop.frozen:
                # For when it was held fast, not where the last planning left it: it would wander.
                visit = Visit(stop.stop, basis.second(stop.held_at), stop.dwell_seconds)
                held.setdefault(stop.stop, (visit, []))
                held[stop.stop][1].append(code_of(route.team))
    return tuple(Lock(visit, tuple(teams)) for visit, teams in held.values())


def keeps_locks(situation: Situation, plan: Plan) -> bool:
    """Say whether a plan leaves what is held fast with its teams and near its time."""
    made = {
        (crew.code, visit.stop): visit.begins
        for crew, route in zip(situation.crews, plan.routes, strict=True)
        for visit in route.visits
    }
    held = [(code, lock.visit) for lock in situation.locks for code in lock.teams]
    return all(
        (code, visit.stop) in made and abs(made[code, visit.stop] - visit.begins) <= SLACK
        for code, visit in held
    )


def fingerprint(plan: Plan) -> list[list[list[list[int]]]]:
    """Return routes as small JSON: for each team its visits and its breaks."""
    return [
        [
            [[visit.stop, visit.begins, visit.seconds] for visit in route.visits],
            [list(one) for one in route.breaks],
        ]
        for route in plan.routes
    ]


def from_fingerprint(row: Mapping[str, object]) -> Plan:
    """Return a plan of the pool again."""
    routes = row["routes"]
    if not isinstance(routes, list) or not isinstance(row["value"], int):
        raise TypeError("a plan of the pool has routes and a value")
    return Plan(
        tuple(
            Route(
                tuple(Visit(*visit) for visit in visits), tuple((one[0], one[1]) for one in breaks)
            )
            for visits, breaks in routes
        ),
        row["value"],
    )

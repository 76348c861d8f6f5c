"""A plan as a page shows it: teams with their stops, ways and breaks, and what it is worth."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from streife.patrols.models import PatrolPlan, PlannedRoute, PlannedStop
from streife.patrols.queries.guessing import NOTHING, Guess, guess_of
from streife.patrols.queries.situation import Situation, situation_of, stops_in_order
from streife.patrols.rules.findings import Finding
from streife.patrols.rules.left_out import Reason, left_out
from streife.patrols.rules.retiming import way_seconds
from streife.patrols.solver.problem import UNREACHABLE


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to a stop: leaves, arrives; afterwards the crew may wait."""

    leaves_at: datetime
    arrives_at: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes under way."""
        return round((self.arrives_at - self.leaves_at) / timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class StopLine:
    """One stop of a route, `number` counted from 1 along the route."""

    row: PlannedStop
    number: int
    ends_at: datetime
    leg: Leg | None
    value: int
    findings: tuple[Finding, ...]

    @property
    def minutes(self) -> int:
        """Planned minutes at the place."""
        return self.row.dwell_seconds // 60


@dataclass(frozen=True, slots=True)
class Pause:
    """A break."""

    begins_at: datetime
    ends_at: datetime
    taken: bool


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One team of a plan."""

    row: PlannedRoute
    stops: tuple[StopLine, ...]
    breaks: tuple[Pause, ...]
    home: Leg | None

    @property
    def name(self) -> str:
        """The call sign."""
        return str(self.row.team.name)

    @property
    def dwell_minutes(self) -> int:
        """Planned minutes at places."""
        return sum(stop.minutes for stop in self.stops)

    @property
    def way_minutes(self) -> int:
        """Planned minutes under way, home included."""
        legs = [stop.leg for stop in self.stops] + [self.home]
        return sum(leg.minutes for leg in legs if leg is not None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole plan: lines by team, totals, what it breaks, how guessable it is."""

    plan: PatrolPlan
    situation: Situation
    routes: tuple[RouteLine, ...]
    findings: tuple[Finding, ...]
    response_seconds: float | None
    guess: Guess = NOTHING
    gone: tuple[PlannedRoute, ...] = field(default=())
    left_out: tuple[Reason, ...] = ()

    @property
    def places(self) -> int:
        """How many different places get a visit."""
        return len({stop.row.place for route in self.routes for stop in route.stops})

    @property
    def stops(self) -> int:
        """How many stops there are; a joint stop counts once."""
        return len({stop.row.stop for route in self.routes for stop in route.stops})

    @property
    def teams(self) -> int:
        """How many teams have at least one stop."""
        return sum(bool(route.stops) for route in self.routes)

    @property
    def share_percent(self) -> int | None:
        """At least so much of what any plan could reach; None if nothing is known."""
        return self.plan.value * 100 // self.plan.bound if self.plan.bound else None

    @property
    def dwell_minutes(self) -> int:
        """Planned minutes of presence of all teams."""
        return sum(route.dwell_minutes for route in self.routes)

    @property
    def way_minutes(self) -> int:
        """Planned minutes under way of all teams."""
        return sum(route.way_minutes for route in self.routes)


def sheet_of(plan: PatrolPlan) -> Sheet:
    """Return a plan for its page, checked anew by the independent checker."""
    situation = situation_of(plan)
    verdict = situation.verdict()
    found = situation.findings(verdict)
    routes = tuple(_line(situation, number, found) for number in range(len(situation.routes)))
    return Sheet(
        plan,
        situation,
        routes,
        tuple(found),
        verdict.response_seconds,
        guess_of(plan, situation),
        situation.gone,
        tuple(left_out(situation.basis, situation.problem, situation.plan, situation.names)),
    )


def _line(situation: Situation, number: int, found: list[Finding]) -> RouteLine:
    row, team = situation.routes[number], situation.problem.teams[number]
    route, basis = situation.plan.routes[number], situation.basis
    rows = {stop.stop: stop for stop in stops_in_order(row)}
    at, leaves, lines = team.start, team.begins, []
    for position, visit in enumerate(route.visits):
        stop = situation.problem.stops[visit.stop]
        for begins, seconds in route.breaks:
            if leaves <= begins < visit.begins:
                leaves = begins + seconds
        known = position >= len(team.frozen)
        leg = _leg(situation, number, leaves, at, stop.location) if known else None
        lines.append(
            StopLine(
                rows[visit.stop],
                position + 1,
                _ends_at(rows[visit.stop], basis.moment(visit.begins + visit.seconds)),
                leg,
                max((d.value for d in stop.dwells if d.seconds <= visit.seconds), default=0),
                tuple(one for one in found if one.stop == visit.stop),
            )
        )
        at, leaves = stop.location, visit.begins + visit.seconds
    for begins, seconds in route.breaks:
        if begins >= leaves:
            leaves = begins + seconds
    home = _leg(situation, number, leaves, at, team.end) if route.visits else None
    return RouteLine(row, tuple(lines), _breaks(row), home)


def _ends_at(row: PlannedStop, stays_until: datetime) -> datetime:
    """Return when a stop ends; who is held up stays there for the planner, not for the picture."""
    if row.frozen and row.left_at is None:
        return (row.arrived_at or row.begins_at) + timedelta(seconds=row.dwell_seconds)
    return stays_until


def _leg(situation: Situation, number: int, leaves: int, at: int, there: int) -> Leg | None:
    seconds = way_seconds(situation.problem, situation.problem.teams[number], leaves, at, there)
    if seconds >= UNREACHABLE:
        return None
    return Leg(situation.basis.moment(leaves), situation.basis.moment(leaves + seconds))


def _breaks(row: PlannedRoute) -> tuple[Pause, ...]:
    return tuple(
        Pause(one.begins_at, one.begins_at + timedelta(seconds=one.seconds), one.taken)
        for one in sorted(row.breaks.all(), key=lambda one: one.begins_at)
    )

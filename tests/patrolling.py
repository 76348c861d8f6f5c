"""A shift with teams and places worth a visit, made by the actions that make them in real life."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count

from django.core.management import call_command

from streife.accounts.queries import actor_of
from streife.accounts.rules import Actor, Role, system
from streife.config.demo.shifts import plan_shift
from streife.kernel.clock import BERLIN, local
from streife.patrols import actions
from streife.patrols.models import (
    PatrolPlan,
    PatrolTeam,
    PlanBasis,
    PlannedRoute,
    PlannedStop,
)
from streife.patrols.queries.situation import forget_bases, packed, unpacked
from streife.patrols.rules import Mode, WishSource
from streife.patrols.rules.basis import Basis, from_json, to_json
from streife.patrols.solver.problem import Travel
from streife.places.models import Site
from streife.roster.models import Shift
from tests.factories import user_with

SYSTEM = system("test")
# Enough for a plan of a few teams, and the same whatever else the machine does.
SECONDS = 0.3
SEED = 7
_moments = count(1)


@dataclass
class Service:
    """A late shift of the demo city; `leader` plans and publishes."""

    now: datetime
    shift: Shift
    leader: Actor
    dispatcher: Actor
    teams: list[PatrolTeam]

    def draft(self) -> PatrolPlan:
        """Have a plan computed at once."""
        return actions.prepare_plan(
            shift_id=self.shift.pk, actor=self.leader, now=self.now, seconds=SECONDS, seed=SEED
        )

    def published(self) -> PatrolPlan:
        """Have a plan computed and publish it."""
        return actions.publish_plan(
            plan_id=self.draft().pk, actor=self.leader, now=self.now, reason="Probe"
        )


def a_service(
    now: datetime, *, teams: Sequence[str] = ("KOD 11", "KOD 12"), mode: Mode = Mode.BICYCLE
) -> Service:
    """Return a shift from one to nine hours ahead, with wishes at the three named squares."""
    forget_bases()
    call_command("import_places", verbosity=0)
    leader = actor_of(user_with(Role.SHIFT_LEADER))
    shift = plan_shift(
        name="Spätschicht",
        starts_at=now + timedelta(hours=1),
        ends_at=now + timedelta(hours=9),
        actor=SYSTEM,
        now=now,
    )
    rows = [
        actions.keep_team(shift_id=shift.pk, name=name, mode=mode, actor=leader, now=now)
        for name in teams
    ]
    for site in Site.objects.filter(kind="square").order_by("code"):
        actions.make_wish(
            draft=actions.WishDraft(
                site_id=site.pk,
                source=WishSource.RESIDENTS,
                reason="Abends unruhig",
                valid_from=local(now).date() - timedelta(days=30),
                valid_to=local(now).date() + timedelta(days=30),
            ),
            actor=leader,
            now=now,
        )
    return Service(now, shift, leader, actor_of(user_with(Role.DISPATCHER)), rows)


def ahead(moment: datetime) -> datetime:
    """Return the next Tuesday, 17:00 in Dortmund: `a_service` then has the evening for its shift.

    For pages that read the real clock. An hour of the day at random has what no two teams can do,
    as two schools that let out ten minutes after the shift began.
    """
    day = local(moment).date() + timedelta(days=1)
    day += timedelta(days=(1 - day.weekday()) % 7)
    return datetime.combine(day, time(17), BERLIN).astimezone(UTC)


def stops_of(plan: PatrolPlan, team: str = "") -> list[PlannedStop]:
    """Return the stops of a plan in time, of one team if named."""
    stops = PlannedStop.objects.filter(route__plan=plan).order_by("begins_at", "id")
    return list(stops.filter(route__team__name=team) if team else stops)


def route_of(plan: PatrolPlan, team: str) -> PlannedRoute:
    """Return the route of a team."""
    return PlannedRoute.objects.get(plan=plan, team__name=team)


def basis_of(plan: PatrolPlan) -> Basis:
    """Return what a plan stands on."""
    assert plan.basis is not None
    return from_json(plan.basis.content)


def travel_of(plan: PatrolPlan) -> tuple[Travel, ...]:
    """Return the travel times a plan stands on."""
    assert plan.basis is not None
    return unpacked(bytes(plan.basis.travel))


def stand_on(plan: PatrolPlan, basis: Basis, travel: Sequence[Travel]) -> None:
    """Put another basis under a draft without stops, as data of a city might be."""
    for route in plan.routes.all():
        route.stops.all().delete()
        route.breaks.all().delete()
    plan.basis = PlanBasis.objects.create(
        shift_id=plan.shift_id,
        made_at=plan.made_at + timedelta(microseconds=next(_moments)),
        content=to_json(basis),
        travel=packed(travel),
        estimated=True,
    )
    plan.save()


MONDAY_MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

"""Reads of plans: which there are, which one counts, what earlier ones visited."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.kernel.errors import NotFound
from streife.patrols.models import PatrolPlan, PatrolTeam, PlannedStop
from streife.patrols.rules import PlanState
from streife.patrols.rules.unpredictable import Visit
from streife.roster import queries as roster

if TYPE_CHECKING:
    from streife.roster.models import Shift

DAY = timedelta(days=1)
# So far back a watcher's patience is assumed to reach.
WATCHED = timedelta(days=28)
MOST_EARLIER = 42


def visible_to(actor: Actor) -> QuerySet[PatrolPlan]:
    """Return the plans the actor may see, the latest first; whoever cannot plan sees no drafts."""
    plans = PatrolPlan.objects.order_by("-shift__starts_at", "-number")
    if actor.may("patrols.plan"):
        return plans
    if actor.may("patrols.view"):
        return plans.filter(state__in=[PlanState.PUBLISHED, PlanState.SUPERSEDED])
    return plans.none()


def plan_for(actor: Actor, plan_id: int) -> PatrolPlan:
    """Return one plan with its shift and basis.

    :raises NotFound: there is none, or the actor may not see it
    """
    plan = (
        visible_to(actor)
        .select_related("shift", "basis", "made_by", "published_by")
        .filter(pk=plan_id)
        .first()
    )
    if plan is None:
        raise NotFound(
            "Diesen Plan gibt es nicht, oder Sie dürfen ihn nicht sehen.", "no-such-plan"
        )
    return plan


def plan_id_of(stop_id: int) -> int:
    """Return the plan of a stop; `plan_for` then decides who may see it.

    :raises NotFound: there is none
    """
    plan_id = (
        PlannedStop.objects.filter(pk=stop_id).values_list("route__plan_id", flat=True).first()
    )
    if plan_id is None:
        raise NotFound("Diesen Halt gibt es nicht (mehr).", "no-such-stop")
    return int(plan_id)


def plan_of_shift(actor: Actor, shift_id: int) -> PatrolPlan | None:
    """Return the plan to look at: a draft newer than what is published, else what is published.

    A draft that was left lying is not in the way of the plan that counts.
    """
    states = [PlanState.COMPUTING, PlanState.DRAFT, PlanState.PUBLISHED]
    plans = visible_to(actor).filter(shift_id=shift_id, state__in=states)
    return plans.order_by("-number").first()


def published_plan(shift_id: int) -> PatrolPlan | None:
    """Return the plan that counts for a shift."""
    return (
        PatrolPlan.objects.select_related("shift", "basis")
        .filter(shift_id=shift_id, state=PlanState.PUBLISHED)
        .first()
    )


def last_failure(actor: Actor, shift_id: int) -> str:
    """Return why the latest plan of a shift could not be computed, "" if it could."""
    last = visible_to(actor).filter(shift_id=shift_id).order_by("-number").first()
    return last.problem if last is not None else ""


def teams_of(shift_id: int) -> list[PatrolTeam]:
    """Return the teams of a shift, by beginning and call sign."""
    return list(
        PatrolTeam.objects.filter(shift_id=shift_id)
        .select_related("begins", "ends")
        .order_by("starts_at", "name", "id")
    )


def earlier_visits(plan: PatrolPlan) -> list[list[Visit]]:
    """Return what published plans of the same kind of shift visited, the latest plan first."""
    since = plan.shift.starts_at - WATCHED
    before = list(
        PatrolPlan.objects.filter(
            shift__name=plan.shift.name,
            shift__starts_at__lt=plan.shift.starts_at,
            shift__starts_at__gte=since,
            state=PlanState.PUBLISHED,
        )
        .order_by("-shift__starts_at")
        .values_list("pk", flat=True)[:MOST_EARLIER]
    )
    visits: dict[int, list[Visit]] = {pk: [] for pk in before}
    rows = PlannedStop.objects.filter(route__plan__in=before).values_list(
        "route__plan_id", "place", "place_name", "begins_at"
    )
    for pk, place, name, begins_at in rows:
        visits[pk].append(Visit(place, name, begins_at))
    return [visits[pk] for pk in before]


def visits_since(place: str, since: datetime) -> list[datetime]:
    """Return when published plans visited a place since a moment."""
    return list(
        PlannedStop.objects.filter(
            place=place, begins_at__gte=since, route__plan__state=PlanState.PUBLISHED
        )
        .order_by("begins_at")
        .values_list("begins_at", flat=True)
    )


@dataclass(frozen=True, slots=True)
class ShiftTab:
    """A shift one can go to; `state` is that of its plan, "" if there is none."""

    pk: int
    name: str
    starts_at: datetime
    state: str
    current: bool


def shift_to_show(actor: Actor, now: datetime) -> "Shift | None":
    """Return the shift that runs now, else the next one, else the last one."""
    running = roster.shift_at(now)
    if running is not None:
        return running
    shifts = roster.visible_to(actor)
    return shifts.filter(starts_at__gt=now).first() or shifts.last()


def shift_tabs(actor: Actor, now: datetime, chosen: "Shift") -> list[ShiftTab]:
    """Return shifts around now and around the chosen one, in order, each with its plan's state."""
    near = roster.shifts_between(actor, now - DAY, now + 2 * DAY)
    around = roster.shifts_between(actor, chosen.starts_at - DAY, chosen.ends_at + DAY)
    found = {shift.pk: shift for shift in (*around, *near, chosen)}
    states: dict[int, str] = {}
    rows = visible_to(actor).filter(shift_id__in=list(found)).exclude(state=PlanState.DISCARDED)
    for shift_id, state in rows.values_list("shift_id", "state"):
        if states.get(shift_id) != PlanState.PUBLISHED:
            states[shift_id] = state
    return [
        ShiftTab(row.pk, row.name, row.starts_at, states.get(row.pk, ""), row.pk == chosen.pk)
        for row in sorted(found.values(), key=lambda one: (one.starts_at, one.pk))
    ]

"""What crews told of one plan, found again in another plan of the same shift."""

from collections.abc import Iterable

from streife.patrols.models import PatrolPlan, PlannedStop
from streife.patrols.rules import PlanState


def told_in(plan: PatrolPlan) -> list[PlannedStop]:
    """Return the stops of a plan where a crew was or is, in the order they went there."""
    stops = PlannedStop.objects.filter(route__plan=plan, arrived_at__isnull=False)
    return list(stops.select_related("route__plan").order_by("arrived_at", "id"))


def twins(told: Iterable[PlannedStop], plan: PatrolPlan) -> dict[int, PlannedStop]:
    """Return by id which stop of `plan` is the same visit of the same team; none where it is gone.

    A number means the same visit only in plans that stand on one basis. Otherwise it is the visit
    to the same place nearest in time, each once.
    """
    rows = list(PlannedStop.objects.filter(route__plan=plan).select_related("route"))
    found: dict[int, PlannedStop] = {}
    for stop in told:
        alike = [row for row in rows if row.route.team_id == stop.route.team_id]
        if stop.route.plan.basis_id == plan.basis_id:
            alike = [row for row in alike if row.stop == stop.stop]
        else:
            alike = [row for row in alike if row.place == stop.place]
        if alike:
            found[stop.pk] = min(alike, key=lambda row: abs(row.begins_at - stop.begins_at))
            rows.remove(found[stop.pk])
    return found


def take_told(plan: PatrolPlan) -> None:
    """Note on a draft where crews were meanwhile, as they told it of the plan that counts."""
    counts = PatrolPlan.objects.filter(shift_id=plan.shift_id, state=PlanState.PUBLISHED).first()
    if counts is None or counts.pk == plan.pk:
        return
    told = told_in(counts)
    same = twins(told, plan)
    for stop in told:
        if stop.pk in same:
            PlannedStop.objects.filter(pk=same[stop.pk].pk).update(
                arrived_at=stop.arrived_at, left_at=stop.left_at
            )

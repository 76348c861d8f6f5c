"""Plans as rows: what the planner returned, written down."""

from collections.abc import Mapping, Sequence

from streife.patrols.models import (
    PatrolPlan,
    PatrolTeam,
    PlannedBreak,
    PlannedRoute,
    PlannedStop,
)
from streife.patrols.queries.situation import Situation, stops_in_order
from streife.patrols.rules.basis import Basis
from streife.patrols.solver.problem import Plan, Route, Visit


def write_routes(
    plan: PatrolPlan, basis: Basis, teams: Sequence[PatrolTeam], routes: Sequence[Route]
) -> None:
    """Write the routes of a plan that has none yet."""
    rows = PlannedRoute.objects.bulk_create(PlannedRoute(plan=plan, team=team) for team in teams)
    for row, route in zip(rows, routes, strict=True):
        write_route(row, basis, route)


def write_route(row: PlannedRoute, basis: Basis, route: Route) -> None:
    """Write stops and breaks of a route."""
    PlannedStop.objects.bulk_create(stop_row(row, basis, visit) for visit in route.visits)
    _write_breaks(row, basis, route)


def stop_row(row: PlannedRoute, basis: Basis, visit: Visit) -> PlannedStop:
    """Return a visit as a new row, with place and reasons of the basis."""
    wanted = basis.wanted[visit.stop]
    place = basis.places[wanted.place]
    return PlannedStop(
        route=row,
        stop=visit.stop,
        place=place.code,
        place_name=place.name,
        latitude=place.latitude,
        longitude=place.longitude,
        begins_at=basis.moment(visit.begins),
        dwell_seconds=visit.seconds,
        reasons=[dict(reason) for reason in wanted.reasons],
        mandatory=wanted.mandatory,
        joint=wanted.teams > 1,
    )


def rewrite(situation: Situation, plan: Plan) -> None:
    """Put new routes in place of the old ones; what happened and what is held fast stays marked.

    A stop keeps its row wherever it goes, so a page that shows it goes on working.
    """
    left: dict[tuple[int, int], PlannedStop] = {
        (row.pk, stop.stop): stop for row in situation.routes for stop in stops_in_order(row)
    }
    new: list[tuple[PlannedRoute, Visit]] = []
    for row, route in zip(situation.routes, plan.routes, strict=True):
        for visit in route.visits:
            stop = left.pop((row.pk, visit.stop), None)
            if stop is None:
                new.append((row, visit))
            elif not stop.frozen:
                _put(stop, row, situation.basis, visit)
        row.breaks.filter(taken=False).delete()
        _write_breaks(row, situation.basis, route)
    for row, visit in new:
        key = next((key for key in left if key[1] == visit.stop), None)
        if key is None:
            stop_row(row, situation.basis, visit).save()
        else:
            _put(left.pop(key), row, situation.basis, visit)
    PlannedStop.objects.filter(pk__in=[stop.pk for stop in left.values()]).delete()
    keep_locks(situation)


def _put(stop: PlannedStop, row: PlannedRoute, basis: Basis, visit: Visit) -> None:
    stop.route, stop.begins_at = row, basis.moment(visit.begins)
    stop.dwell_seconds, stop.held_at = visit.seconds, None
    stop.save(update_fields=["route", "begins_at", "dwell_seconds", "held_at"])


def _write_breaks(row: PlannedRoute, basis: Basis, route: Route) -> None:
    PlannedBreak.objects.bulk_create(
        PlannedBreak(route=row, begins_at=basis.moment(begins), seconds=seconds)
        for begins, seconds in route.breaks
    )


def keep_locks(situation: Situation) -> None:
    """Mark again what was held fast, in whatever row it stands now."""
    teams: Mapping[str, PlannedRoute] = {
        crew.code: row for crew, row in zip(situation.crews, situation.routes, strict=True)
    }
    for lock in situation.locks:
        PlannedStop.objects.filter(
            route__in=[teams[code] for code in lock.teams], stop=lock.visit.stop
        ).update(held_at=situation.basis.moment(lock.visit.begins))


def forget_hand(plan: PatrolPlan) -> None:
    """Note that the software put the stops where they are; what is held fast stays by hand."""
    PlannedStop.objects.filter(route__plan=plan, held_at__isnull=True).update(by_hand=False)


def copy_plan(source: PatrolPlan, target: PatrolPlan) -> None:
    """Write the routes of one plan once more, under another."""
    for route in source.routes.prefetch_related("stops", "breaks").order_by("id"):
        stops, breaks = list(route.stops.all()), list(route.breaks.all())
        copied = PlannedRoute.objects.create(
            plan=target, team_id=route.team_id, free_at=route.free_at, gone=route.gone
        )
        for stop in stops:
            stop.pk, stop.route = None, copied
        for pause in breaks:
            pause.pk, pause.route = None, copied
        PlannedStop.objects.bulk_create(stops)
        PlannedBreak.objects.bulk_create(breaks)

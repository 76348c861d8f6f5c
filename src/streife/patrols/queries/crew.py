"""The route as a crew needs it: where next, why, and what comes after."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from streife.accounts.rules import Actor
from streife.kernel.geo import Point
from streife.patrols.models import PlannedRoute, PlannedStop
from streife.patrols.rules import PlanState


@dataclass(frozen=True, slots=True)
class CrewStop:
    """One stop of the own route, `number` counted from 1."""

    stop_id: int
    number: int
    name: str
    point: Point
    begins_at: datetime
    minutes: int
    reasons: tuple[dict[str, Any], ...]
    joint: bool
    arrived_at: datetime | None
    left_at: datetime | None

    @property
    def ends_at(self) -> datetime:
        """When the crew is planned to go on."""
        return self.begins_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class CrewRoute:
    """The published route of a team; `here` while the crew is at a stop, `next` where it goes."""

    stops: tuple[CrewStop, ...]
    breaks: tuple[tuple[datetime, datetime], ...]
    here: CrewStop | None
    next: CrewStop | None
    left: int


def crew_route(actor: Actor, *, shift_id: int, team: str) -> CrewRoute | None:
    """Return the route of a team in the plan that counts, None without one (three queries).

    :raises NotPermitted: without `patrols.check_in`
    """
    actor.require("patrols.check_in")
    route = (
        PlannedRoute.objects.filter(
            team__shift_id=shift_id,
            team__name=team,
            plan__state=PlanState.PUBLISHED,
            gone=False,
        )
        .prefetch_related("stops", "breaks")
        .first()
    )
    if route is None:
        return None
    rows = sorted(route.stops.all(), key=lambda stop: (stop.begins_at, stop.pk))
    stops = tuple(_stop(number, row) for number, row in enumerate(rows, start=1))
    here = next((stop for stop in stops if stop.arrived_at and not stop.left_at), None)
    last = max((stop.number for stop in stops if stop.arrived_at), default=0)
    ahead = [stop for stop in stops if stop.number > last]
    breaks = tuple(
        (one.begins_at, one.begins_at + timedelta(seconds=one.seconds))
        for one in sorted(route.breaks.all(), key=lambda one: one.begins_at)
    )
    return CrewRoute(stops, breaks, here, ahead[0] if ahead else None, len(ahead))


def _stop(number: int, row: PlannedStop) -> CrewStop:
    return CrewStop(
        stop_id=row.pk,
        number=number,
        name=row.place_name,
        point=Point(row.latitude, row.longitude),
        begins_at=row.begins_at,
        minutes=row.dwell_seconds // 60,
        reasons=tuple(row.reasons),
        joint=row.joint,
        arrived_at=row.arrived_at,
        left_at=row.left_at,
    )


def crew_geojson(route: CrewRoute) -> dict[str, Any]:
    """Return what lies ahead as GeoJSON: a line, numbered stops."""
    shown = [stop for stop in route.stops if not stop.left_at]
    points = [(stop.point.longitude, stop.point.latitude) for stop in shown]
    features: list[dict[str, Any]] = []
    if len(points) > 1:
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": points},
                "properties": {"kind": "route", "title": "", "team": 0},
            }
        )
    features += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": point},
            "properties": {"kind": "stop", "title": stop.name, "number": str(stop.number)},
        }
        for stop, point in zip(shown, points, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}

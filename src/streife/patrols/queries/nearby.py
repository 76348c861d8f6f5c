"""Places that a crew may say it is at: named ones near to it, planned ones, or the spot itself."""

from dataclasses import dataclass
from datetime import datetime

import h3

from streife.accounts.rules import Actor
from streife.kernel.clock import local
from streife.kernel.errors import NotFound
from streife.kernel.geo import Point, distance_metres
from streife.kernel.texts import german, said
from streife.patrols.models import PlannedStop, Stay
from streife.patrols.queries.need_candidates import CELL
from streife.patrols.queries.need_files import files
from streife.patrols.rules import PlanState
from streife.places import queries as places

NEAR_METRES = 1500
MOST = 6
ELSEWHERE = german("Anderer Ort in %(quarter)s")


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A place to choose; `metres` from the crew's last position, None if that is not known."""

    code: str
    name: str
    metres: int | None


def places_near(actor: Actor, *, point: Point | None, now: datetime) -> list[NearPlace]:
    """Return the places near a point, the nearest first and the spot itself last.

    Without a point: all named places, by name.

    :raises NotPermitted: without `patrols.check_in`
    """
    actor.require("patrols.check_in")
    day = local(now).date()
    sites = [(s.code, s.name, Point(s.latitude, s.longitude)) for s in places.sites_on(day)]
    if point is None:
        return [NearPlace(code, name, None) for code, name, _ in sites]
    found = sorted((round(distance_metres(point, at)), name, code) for code, name, at in sites)
    near = [NearPlace(code, name, metres) for metres, name, code in found if metres <= NEAR_METRES]
    here = places.whereabouts(point, on=day)
    if here is None:
        return near[:MOST]
    return [*near[:MOST], NearPlace(_cell_of(point), _elsewhere(here.quarter_name), 0)]


def place_named(code: str, *, shift_id: int, now: datetime) -> str:
    """Return the name of a place that a crew may be at.

    :raises NotFound: `no-such-place`
    """
    day = local(now).date()
    site = places.sites_on(day).filter(code=code).first()
    if site is not None:
        return str(site.name)
    planned = (
        PlannedStop.objects.filter(route__team__shift_id=shift_id, place=code)
        .values_list("place_name", flat=True)
        .first()
    )
    if planned is not None:
        return planned
    text = code.removeprefix(CELL)
    if code.startswith(CELL) and h3.is_valid_cell(text):
        here = places.whereabouts(Point(*h3.cell_to_latlng(text)), on=day)
        if here is not None and h3.get_resolution(text) == files().recipe.resolution:
            return _elsewhere(here.quarter_name)
    raise NotFound("Diesen Platz gibt es nicht (mehr).", "no-such-place")


def planned_here(code: str, *, shift_id: int, team: str) -> int | None:
    """Return the next stop of a team's own route at a place that nobody told yet."""
    return (
        PlannedStop.objects.filter(
            place=code,
            route__team__shift_id=shift_id,
            route__team__name=team,
            route__plan__state=PlanState.PUBLISHED,
            route__gone=False,
            arrived_at__isnull=True,
        )
        .order_by("begins_at", "id")
        .values_list("pk", flat=True)
        .first()
    )


def open_stay(actor: Actor, *, shift_id: int, team: str) -> Stay | None:
    """Return where a team said it is without a plan, None if it went on.

    :raises NotPermitted: without `patrols.check_in`
    """
    actor.require("patrols.check_in")
    stays = Stay.objects.filter(team__shift_id=shift_id, team__name=team, left_at__isnull=True)
    return stays.order_by("-arrived_at").first()


def _cell_of(point: Point) -> str:
    cell = h3.latlng_to_cell(point.latitude, point.longitude, files().recipe.resolution)
    return f"{CELL}{cell}"


def _elsewhere(quarter: str) -> str:
    return said(ELSEWHERE, {"quarter": quarter})

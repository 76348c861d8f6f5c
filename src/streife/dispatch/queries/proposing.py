"""Which unit to send: the rules of `ranking` on what the board knows."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from streife.accounts.rules import Actor
from streife.dispatch.queries.board import UnitRow, on_duty, unit_rows
from streife.dispatch.queries.scheme import limits_on, police_need_of
from streife.dispatch.rules import (
    Need,
    RankedUnit,
    Recommendation,
    Way,
    estimate_way,
    proposal_record,
)
from streife.dispatch.rules import recommend as rank
from streife.incidents import queries as incidents
from streife.kernel.clock import local
from streife.kernel.errors import NotFound
from streife.kernel.geo import Point
from streife.places import queries as places
from streife.streets import queries as streets
from streife.streets.rules import Mode

if TYPE_CHECKING:
    from streife.incidents.models import Incident


def recommend(actor: Actor, incident_id: int, now: datetime) -> list[Recommendation]:
    """Return every unit on duty: proposed ones ranked, the others with what excludes them.

    It proposes, a person decides. Without imported limits nothing is proposed.

    :raises NotPermitted: without `dispatch.view`
    :raises NotFound: no such incident, or the actor may not see it
    """
    actor.require("dispatch.view")
    incident = incidents.visible_to(actor).filter(pk=incident_id).first()
    if incident is None:
        raise NotFound("Diesen Vorgang gibt es nicht.", "no-such-incident")
    return _recommend(incident, now)


def recommend_for(actor: Actor, incident: "Incident", now: datetime) -> list[Recommendation]:
    """Return the same for an incident that was read as one the actor may see.

    :raises NotPermitted: without `dispatch.view`
    """
    actor.require("dispatch.view")
    return _recommend(incident, now)


def proposal_for(*, incident: "Incident", unit_id: int, now: datetime) -> dict[str, object]:
    """Return what was proposed about a unit at this moment, to be kept beside the decision."""
    return proposal_record(_recommend(incident, now), unit_id)


def _recommend(incident: "Incident", now: datetime) -> list[Recommendation]:
    day = local(now).date()
    limits = limits_on(day)
    if limits is None:
        return []
    rows = unit_rows(on_duty(now), now=now, with_names=False)
    ways = ways_to(rows, Point(incident.latitude, incident.longitude), now)
    units = [_ranked(row, incident.pk, ways.get(row.unit_id)) for row in rows]
    return rank(_need(incident, now), units, limits, now=now)


def way_to(row: UnitRow, point: Point, now: datetime) -> Way | None:
    """Return the way to a place, by straight line without a street; None: no fresh position."""
    limits = limits_on(local(now).date())
    if limits is None or not row.position_fresh or row.position is None:
        return None
    known = ways_to([row], point, now).get(row.unit_id)
    return known or estimate_way(row.position, point, limits, motorised=row.motorised)


def ways_to(rows: Sequence[UnitRow], point: Point, now: datetime) -> dict[int, Way]:
    """Return the ways on the street network by unit id; a unit without one is not in it.

    On foot or by car as the unit is, by car with the traffic of this time of day.
    """
    found: dict[int, Way] = {}
    for mode in (Mode.FOOT, Mode.CAR):
        moving = [(row.unit_id, row.position) for row in rows if _moves(row, mode)]
        if not moving:
            continue
        places = [position for _, position in moving if position is not None]
        times = streets.many_to_one(places, point, mode, on=local(now).date())
        if times.estimated:
            break  # no streets in any mode; the recommendation has speeds of its own
        times = streets.departing(times, now)
        for index, (unit_id, _) in enumerate(moving):
            minutes = times.minutes(index, 0)
            if minutes is not None:
                found[unit_id] = Way(minutes, estimated=False)
    return found


def _moves(row: UnitRow, mode: Mode) -> bool:
    return row.position is not None and row.motorised is (mode is Mode.CAR)


def _need(incident: "Incident", now: datetime) -> Need:
    day = local(now).date()
    point = Point(incident.latitude, incident.longitude)
    where = places.whereabouts(point, on=day)
    police = police_need_of(incident.category_code, on=day)
    return Need(
        point,
        where.operational_id if where else None,
        where.operational_name if where else "",
        police_required=bool(police and police.required),
        police_preferred=police is not None,
        police_reason=police.reason if police else "",
    )


def _ranked(row: UnitRow, incident_id: int, way: Way | None) -> RankedUnit:
    jobs = [*row.queued, *([row.current] if row.current else [])]
    return RankedUnit(
        unit_id=row.unit_id,
        call_sign=row.call_sign,
        availability=row.availability,
        status_name=row.status_name,
        open_jobs=len(jobs),
        at_incident=any(job.incident_id == incident_id for job in jobs),
        position=row.position,
        position_at=row.position_at,
        area_id=row.area_id,
        area_name=row.area_name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        joint=row.joint,
        crew=row.crew_size,
        motorised=row.motorised,
        way=way,
    )

"""The board: what waits, where it is, who is out there."""

import math
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.desk import queries
from streife.desk.forms import category_choices
from streife.desk.rules import BoardFilter, parse_filter
from streife.dispatch.queries import Position, positions, scheme_on, unit_for
from streife.incidents.queries import clusters, incident_for
from streife.incidents.rules import STATUS_NAMES, Cursor, Status
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.kernel.geo import Box, Point
from streife.kernel.texts import said
from streife.places.queries import area_choices
from streife.places.rules import AreaKind
from streife.streets import queries as streets
from streife.streets.rules import Mode
from streife.triage.queries import categories, inbox

WHOLE_CITY_ZOOM = 11.0
MOST_WAITING = 100  # on the map, in the order of the queue: more would hide the city
URGENCY = {1: "urgent", 2: "high"}


def board(request: HttpRequest) -> HttpResponse:
    """Show the queue, the map and the units; the same filter for all, kept in the address."""
    actor = actor_from(request)
    moment = now()
    wanted = _filter(request)
    day = local(moment).date()
    context = {
        "board": queries.board(actor, wanted, Cursor.parse(request.GET.get("ab", "")), moment),
        "filters": wanted,
        "category_groups": category_choices(categories(on=day))[1:],
        "status_choices": tuple(
            (s, said(n)) for s, n in STATUS_NAMES.items() if s is not Status.CLOSED
        ),
        "districts": tuple(area_choices(AreaKind.DISTRICT, on=day)),
        "map_query": _map_query(request),
        **unit_tools(actor, day),
    }
    return render(request, "desk/board.html", context)


def unit_tools(actor: Actor, day: date) -> dict[str, Any]:
    """Return what dispatch's unit cards need besides the unit."""
    scheme = scheme_on(day)
    return {
        "keys": scheme.settable(),
        "may_dispatch": actor.may("dispatch.assign"),
        "may_form": actor.may("dispatch.form_unit"),
    }


def _filter(request: HttpRequest) -> BoardFilter:
    get = request.GET
    return parse_filter(
        kind=get.get("art", ""),
        categories=get.getlist("anlass"),
        statuses=get.getlist("stand"),
        districts=get.getlist("bezirk"),
    )


def _map_query(request: HttpRequest) -> str:
    """Return the part of the address that the map shares with the queue."""
    pairs = [(k, v) for k in ("art", "anlass", "stand", "bezirk") for v in request.GET.getlist(k)]
    return f"?{urlencode(pairs)}" if pairs else ""


def map_features(request: HttpRequest) -> JsonResponse:
    """Return incidents, waiting reports and units of a viewport as GeoJSON.

    `box=west,south,east,north&zoom=z`; `vorgang` or `hinweis` shows just that one, `weg` with
    `vorgang` the way of a unit to it.
    """
    actor = actor_from(request)
    actor.require("incidents.view")
    if number := request.GET.get("vorgang"):
        way = _way(actor, number, request.GET.get("weg", ""))
        return _collection([*way, _one_incident(actor, number)])
    if reference := request.GET.get("hinweis"):
        return _collection(_one_report(actor, reference))
    wanted = _filter(request)
    box, zoom = _viewport(request)
    features: list[dict[str, Any]] = []
    if wanted.kind != "report":
        features += [_linked(f) for f in clusters(actor, box, zoom, wanted.both)["features"]]
    if wanted.kind != "incident" and actor.may("triage.decide") and not wanted.both.statuses:
        features += _waiting(actor, wanted, box)
    if actor.may("dispatch.view"):
        features += _units(actor)
    return _collection(features)


def _waiting(actor: Actor, wanted: BoardFilter, box: Box) -> list[dict[str, Any]]:
    """Return the first reports to decide that lie in the viewport; some have no place at all."""
    rows = inbox(actor, wanted.both, None, now=now(), size=MOST_WAITING).rows
    return [
        _point(
            row.latitude,
            row.longitude,
            kind="report",
            title=row.title,
            icon=row.icon,
            priority=URGENCY.get(row.priority, "normal"),
            href=_address_of("desk:report", row.number),
        )
        for row in rows
        if row.latitude is not None
        and row.longitude is not None
        and box.south <= row.latitude <= box.north
        and box.west <= row.longitude <= box.east
    ]


# The same things stand on the map with every event; their addresses are made once.
@lru_cache(maxsize=8192)
def _address_of(page: str, number: str) -> str:
    return reverse(page, args=[number])


def _viewport(request: HttpRequest) -> tuple[Box, float]:
    """Return the viewport; a missing or broken one is the whole world at city zoom."""
    parts = request.GET.get("box", "").split(",")
    try:
        west, south, east, north = (float(part) for part in parts)
        zoom = float(request.GET.get("zoom", WHOLE_CITY_ZOOM))
    except ValueError:
        return Box(-90, -180, 90, 180), WHOLE_CITY_ZOOM
    if not all(math.isfinite(v) for v in (west, south, east, north, zoom)):
        return Box(-90, -180, 90, 180), WHOLE_CITY_ZOOM
    if not (-90 <= south <= north <= 90 and -180 <= west <= east <= 180):
        raise Refused("Dieser Kartenausschnitt ist unbrauchbar.", "bad-box")
    return Box(south, west, north, east), zoom


def _linked(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature["properties"]
    properties["priority"] = URGENCY.get(properties.get("priority", 3), "normal")
    if number := properties.get("number"):
        properties["href"] = _address_of("desk:incident", number)
    return feature


def _one_incident(actor: Actor, number: str) -> dict[str, Any]:
    incident = incident_for(actor, number)
    return _point(incident.latitude, incident.longitude, kind="incident", title=incident.title,
                  icon=incident.field.icon, priority=URGENCY.get(incident.priority, "normal"),
                  href=reverse("desk:incident", args=[number]))  # fmt: skip


def _way(actor: Actor, number: str, unit: str) -> list[dict[str, Any]]:
    """Return the way of a unit to an incident and the unit, nothing without a fresh position."""
    known = unit.isascii() and unit.isdecimal() and len(unit) <= 18
    if not known or not actor.may("dispatch.view"):
        return []
    moment, incident = now(), incident_for(actor, number)
    row = unit_for(actor, int(unit), moment)
    if row.position is None or row.position_at is None or not row.position_fresh:
        return []
    mode = Mode.CAR if row.motorised else Mode.FOOT
    there = Point(incident.latitude, incident.longitude)
    course = streets.course([row.position, there], mode, on=local(moment).date())
    line = {"type": "LineString", "coordinates": course.line}
    title = said("Weg, Luftlinie") if course.estimated else said("Weg")
    return [
        {
            "type": "Feature",
            "geometry": line,
            "properties": {"kind": "route", "title": title, "team": 0},
        },
        _unit(Position(row.call_sign, row.status_name, row.position, row.position_at), moment),
    ]


def _one_report(actor: Actor, reference: str) -> list[dict[str, Any]]:
    report = queries.report_by_reference(actor, reference)
    if report.latitude is None or report.longitude is None:
        return []
    return [_point(report.latitude, report.longitude, kind="report", title=report.reference)]


def _units(actor: Actor) -> list[dict[str, Any]]:
    moment = now()
    return [_unit(unit, moment) for unit in positions(actor, moment)]


def _unit(unit: Position, moment: datetime) -> dict[str, Any]:
    return _point(unit.point.latitude, unit.point.longitude, kind="unit", title=unit.call_sign,
                  meta=unit.status_name,
                  age_minutes=int((moment - unit.at).total_seconds() // 60))  # fmt: skip


def _point(latitude: float, longitude: float, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]},
        "properties": properties,
    }


def _collection(features: list[dict[str, Any]]) -> JsonResponse:
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    response["Cache-Control"] = "no-store"
    return response

"""Routes as GeoJSON for the map: a line a team, a numbered mark a stop."""

from typing import Any

from django.urls import reverse

from streife.kernel.geo import Point
from streife.patrols.queries.sheet import RouteLine, Sheet, StopLine
from streife.patrols.rules import MODES
from streife.patrols.rules.findings import clock
from streife.streets import queries as streets


def routes_geojson(sheet: Sheet, *, team: str = "") -> dict[str, Any]:
    """Return lines first (they lie below), then offices, then stops; of one team if named."""
    lines, stops = [], []
    for number, route in enumerate(sheet.routes):
        if route.stops and team in ("", route.name):
            lines.append(_line(sheet, number, route))
            stops += [_stop(route, stop) for stop in route.stops]
    return {"type": "FeatureCollection", "features": [*lines, *_ends(sheet), *stops]}


def _line(sheet: Sheet, number: int, route: RouteLine) -> dict[str, Any]:
    team, places = sheet.situation.problem.teams[number], sheet.situation.basis.places
    start, end = places[team.start], places[team.end]
    points = [
        Point(start.latitude, start.longitude),
        *(Point(stop.row.latitude, stop.row.longitude) for stop in route.stops),
        Point(end.latitude, end.longitude),
    ]
    day = sheet.situation.basis.starts_at.date()
    ways = streets.course(points, MODES[team.mode], on=day)
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": ways.line},
        "properties": {
            "kind": "route",
            "title": route.name,
            "team": number,
            "estimated": ways.estimated,
        },
    }


def _stop(route: RouteLine, stop: StopLine) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": (stop.row.longitude, stop.row.latitude),
        },
        "properties": {
            "kind": "stop",
            "title": stop.row.place_name,
            "meta": f"{route.name} · {clock(stop.row.begins_at)}–{clock(stop.ends_at)}",
            "number": str(stop.number),
            "href": reverse("patrols:stop", args=[stop.row.pk]),
        },
    }


def _ends(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the offices that teams set out from or come back to."""
    places = sheet.situation.basis.places
    used = sorted(
        {place for team in sheet.situation.problem.teams for place in (team.start, team.end)}
    )
    return [
        {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": (places[number].longitude, places[number].latitude),
            },
            "properties": {"kind": "office", "title": places[number].name},
        }
        for number in used
    ]

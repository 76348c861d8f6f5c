"""The street network: what it covers, how far one gets from an office, how to bring one in."""

from dataclasses import dataclass
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from streife.accounts.queries import actor_from
from streife.desk.forms import ReachForm
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.kernel.geo import Point
from streife.places.queries import offices_now
from streife.places.rules import OfficeHours
from streife.streets import queries as streets
from streife.streets.rules import Mode, TravelTimes

MINUTES = (5, 10, 15)
# Darker where one is sooner; the rings lie over one another.
SHADES = {5: 0.3, 10: 0.2, 15: 0.12}
MODES = {
    Mode.FOOT: _("zu Fuß"),
    Mode.BICYCLE: _("mit dem Rad"),
    Mode.CAR: _("mit dem Wagen"),
}
LEFT_OUT = {
    "ways-outside": _("Wege außerhalb der Stadt und ihres Umlands"),
    "ways-nobody-may-pass": _("Wege, die niemand benutzen darf"),
    "ways-of-other-class": _("Wege im Bau oder anderer Art"),
    "pieces-blocked": _("Wegstücke an Sperren"),
    "pieces-not-connected": _("Wegstücke ohne Anschluss an das übrige Netz"),
    "nodes-missing": _("Punkte, die der Auszug abgeschnitten hat"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """From which office, and how; `office` is None in a city without offices."""

    office: OfficeHours | None
    mode: Mode


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show state, source and coverage of the network, and times from an office as an example."""
    actor = actor_from(request)
    actor.require("streets.view")
    today = local(now()).date()
    network, wish = streets.current(on=today), _wish(request)
    reach = streets.reach(wish.office.point, wish.mode, MINUTES, on=today) if wish.office else None
    context = {
        "network": network,
        "usable": network is not None and streets.usable(on=today),
        "covered": _percent(network.report.get("covered")) if network else None,
        "kilometres": network.metres / 1000 if network else 0,
        "left_out": _left_out(network.report) if network else [],
        "by_mode": _by_mode(network.report) if network else [],
        "past": [row for row in streets.history() if not row.current],
        "wish": wish,
        "form": _form(wish),
        "modes": MODES.values(),
        "mode_name": MODES[wish.mode],
        "reach": reach,
        "times": _times(wish),
        "may_import": actor.may("streets.configure"),
    }
    return render(request, "desk/streets.html", context)


def _wish(request: HttpRequest) -> Wish:
    offices = offices_now(now())
    chosen = [office for office in offices if office.code == request.GET.get("von")]
    said = request.GET.get("mit", "")
    mode = Mode(said) if said in set(Mode) else Mode.FOOT
    return Wish(next(iter(chosen or offices), None), mode)


def _form(wish: Wish) -> ReachForm:
    offices = [(office.code, office.name) for office in offices_now(now())]
    chosen = wish.office.code if wish.office else ""
    return ReachForm(offices, list(MODES.items()), initial={"von": chosen, "mit": wish.mode.value})


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def _left_out(report: dict[str, Any]) -> list[tuple[Any, int]]:
    counts = report.get("left_out", {})
    return [(text, counts[code]) for code, text in LEFT_OUT.items() if counts.get(code)]


def _by_mode(report: dict[str, Any]) -> list[tuple[Any, float, float]]:
    rows = report.get("modes", {})
    return [
        (name, rows[mode.value]["km"], rows[mode.value]["km_left_out"])
        for mode, name in MODES.items()
        if mode.value in rows
    ]


def _times(wish: Wish) -> list[dict[str, Any]]:
    """Return a row for every other office: minutes by each mode, None where no way leads."""
    if wish.office is None:
        return []
    others = [office for office in offices_now(now()) if office.code != wish.office.code]
    points = [office.point for office in others]
    today = local(now()).date()
    found: list[TravelTimes] = [
        streets.one_to_many(wish.office.point, points, mode, on=today) for mode in MODES
    ]
    return [
        {
            "name": office.name,
            "minutes": [times.minutes(0, index) for times in found],
            "estimated": found[0].estimated,
        }
        for index, office in enumerate(others)
    ]


@require_safe
def features(request: HttpRequest) -> JsonResponse:
    """Return coverage, rings of minutes around the chosen office and the offices as GeoJSON."""
    actor_from(request).require("streets.view")
    today, wish = local(now()).date(), _wish(request)
    found: list[dict[str, Any]] = []
    covered = streets.covered_area(on=today)
    if covered is not None:
        title = str(_("vom Straßennetz abgedeckt"))
        found.append(_area(covered, kind="network", title=title, value=0.06))
    if wish.office:
        reach = streets.reach(wish.office.point, wish.mode, MINUTES, on=today)
        found += [
            _area(
                ring.area,
                kind="reach",
                title=_ring_title(ring.minutes, reach.estimated),
                value=SHADES[ring.minutes],
            )
            for ring in reversed(reach.rings)
        ]
        found.append(_office(wish.office))
    return _collection(found)


def _ring_title(minutes: int, estimated: bool) -> str:
    values = {"minutes": minutes}
    if estimated:
        return str(_("bis %(minutes)s Min. (Luftlinie × 1,3, geschätzt)") % values)
    return str(_("bis %(minutes)s Min.") % values)


@require_safe
def way(request: HttpRequest) -> JsonResponse:
    """Return the way between two points as GeoJSON: `von=lat,lon&nach=lat,lon&mit=foot`."""
    actor_from(request).require("dispatch.view")
    said = request.GET.get("mit", "")
    mode = Mode(said) if said in set(Mode) else Mode.FOOT
    route = streets.route(
        _point(request, "von"), _point(request, "nach"), mode, on=local(now()).date()
    )
    if route is None:
        return _collection([])
    minutes = max(1, round(route.seconds / 60))
    return _collection(
        [
            {
                "type": "Feature",
                "geometry": route.geometry,
                "properties": {
                    "kind": "route",
                    "title": _ring_title(minutes, route.estimated),
                    "minutes": minutes,
                    "metres": round(route.metres),
                    "estimated": route.estimated,
                },
            }
        ]
    )


def _point(request: HttpRequest, name: str) -> Point:
    try:
        latitude, longitude = (float(part) for part in request.GET.get(name, "").split(","))
        return Point(latitude, longitude)
    except ValueError as error:
        raise Refused("Dieser Punkt ist unbrauchbar.", "bad-point", field=name) from error


def _area(area: Any, **properties: Any) -> dict[str, Any]:
    geometry = shapely.geometry.mapping(shapely.set_precision(area, 0.00001))
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _office(office: OfficeHours) -> dict[str, Any]:
    place = office.point
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [place.longitude, place.latitude]},
        "properties": {"kind": "office", "icon": "office", "title": office.name},
    }


def _collection(found: list[dict[str, Any]]) -> JsonResponse:
    return JsonResponse(
        {"type": "FeatureCollection", "features": found}, content_type="application/geo+json"
    )

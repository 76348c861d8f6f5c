"""Map layers for everybody: the ground as GeoJSON, and where offices are."""

import gzip
import json
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from streife.kernel.clock import local, now
from streife.places import queries
from streife.places.reading import as_geojson
from streife.places.rules import AreaKind, Phone

_LAYERS = (AreaKind.CITY, AreaKind.DISTRICT, AreaKind.QUARTER, AreaKind.OPERATIONAL)
_made: dict[tuple[UUID | None, str], tuple[bytes, bytes]] = {}


@require_safe
def basemap(request: HttpRequest) -> HttpResponse:
    """Return outline, districts, quarters and operational areas, simplified for a map.

    Anybody may see the ground (`places.view` is held by every role), so nobody is looked up.
    """
    today = local(now()).date()
    version = queries.data_version()
    etag = f'"{version}-{today:%Y%m%d}"'
    if request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        key = (version, etag)
        if key not in _made or version is None:
            _made.clear()  # one version is kept
            body = json.dumps(_ground(), ensure_ascii=False, separators=(",", ":")).encode()
            _made[key] = (body, gzip.compress(body, mtime=0))
        plain, packed = _made[key]
        zipped = "gzip" in request.headers.get("Accept-Encoding", "")
        answer = HttpResponse(packed if zipped else plain, content_type="application/geo+json")
        if zipped:
            answer["Content-Encoding"] = "gzip"
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=300"
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer


def _ground() -> dict[str, Any]:
    today = local(now()).date()
    features = []
    for kind in _LAYERS:
        for row, geometry in queries.outlines(kind, on=today):
            label = shapely.point_on_surface(geometry)
            features.append(
                _feature(
                    as_geojson(geometry),
                    kind=kind.value,
                    title=row.name,
                    name=row.name,
                    code=row.code,
                    label=[round(label.x, 5), round(label.y, 5)],
                )
            )
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


@require_safe
def spots(request: HttpRequest) -> HttpResponse:
    """Return offices and squares as points; `?kind=office&kind=school` asks for other kinds."""
    kinds = set(request.GET.getlist("kind")) or {"office", "square"}
    moment = now()
    features = _offices(moment) if "office" in kinds else []
    if kinds - {"office"}:
        sites = queries.sites_on(local(moment).date()).filter(kind__in=kinds)
        features += [
            _feature(
                _point(site.longitude, site.latitude),
                kind="site",
                icon=site.kind,
                title=site.name,
                approximate=site.approximate,
            )
            for site in sites
        ]
    answer = JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def _offices(moment: datetime) -> list[dict[str, Any]]:
    return [
        _feature(
            _point(office.point.longitude, office.point.latitude),
            kind="office",
            icon="office",
            title=office.name,
            meta=f"{office.address} · {office.text}",
            phones=[_line(phone) for phone in office.phones],
            approximate=office.approximate,
        )
        for office in queries.offices_now(moment)
    ]


@require_safe
def zones(request: HttpRequest) -> HttpResponse:
    """Return the zones valid today with their legal basis."""
    rows = queries.zones_on(local(now()).date())
    features = [
        _feature(
            zone.geometry,
            kind="zone",
            icon=zone.kind,
            title=zone.name,
            meta=zone.legal_basis,
            hours=zone.hours,
            verified=zone.verified,
        )
        for zone in rows
    ]
    answer = JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def _point(longitude: float, latitude: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [longitude, latitude]}


def _line(phone: Phone) -> dict[str, str]:
    return {"label": phone.label, "number": phone.number, "uri": phone.uri}

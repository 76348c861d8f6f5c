"""Sites, offices and zones of a city. No Django."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import shapely

from streife.kernel.geo import Point
from streife.places.drafts import Bundle, Draft, outline, read_yaml
from streife.places.hours import check_hours
from streife.places.named import named_features
from streife.places.reading import sound_geometry
from streife.places.rules import AreaKind

ZONE_KINDS = frozenset({"sperrbezirk", "leash", "alcohol", "cannabis", "pedestrian", "fireworks"})


def read_sites(bundle: Bundle, folder: Path, entry: Mapping[str, Any], since: date) -> None:
    if not entry["file"].endswith((".yaml", ".yml")):
        for feature, values in named_features(bundle, folder, entry, "site"):
            point = feature.geometry.representative_point()
            row = {**values, "latitude": point.y, "longitude": point.x}
            _add_place(bundle, "site", row, entry, feature.where, since)
        return
    read_list(bundle, folder / entry["file"], "site", since)


def read_list(bundle: Bundle, path: Path, kind: str, since: date) -> None:
    content = read_yaml(path)
    for number, row in enumerate(content.get(f"{kind}s") or (), start=1):
        where = f"{path.name}, Zeile {number}"
        if not isinstance(row, dict) or not row.get("code") or not row.get("name"):
            bundle.findings.refuse(kind, where, "Es fehlt: code oder name.")
        elif kind == "zone":
            _add_zone(bundle, row, content, where, since)
        else:
            _add_place(bundle, kind, row, content, where, since)


def _add_place(
    bundle: Bundle,
    kind: str,
    row: Mapping[str, Any],
    origin: Mapping[str, Any],
    where: str,
    since: date,
) -> None:
    """Take a site or an office if its point lies in the city and its hours can be read."""
    try:
        point = Point(round(float(row["latitude"]), 6), round(float(row["longitude"]), 6))
    except (KeyError, TypeError, ValueError):
        bundle.findings.refuse(kind, where, "Breite und Länge fehlen oder sind keine Grad.")
        return
    cities = bundle.of(AreaKind.CITY)
    if cities and not cities[0].shape.intersects(shapely.Point(point.longitude, point.latitude)):
        bundle.findings.refuse(kind, where, f"„{row['name']}“ liegt außerhalb der Stadt.")
        return
    values: dict[str, Any] = {
        "name": str(row["name"])[:160],
        "address": str(row.get("address", ""))[:200],
        "latitude": point.latitude,
        "longitude": point.longitude,
        "approximate": bool(row.get("approximate", False)),
    }
    if kind == "site":
        values["kind"] = str(row.get("kind") or "place")
    else:
        values["opening_hours"] = str(row.get("opening_hours", ""))
        values["note"] = str(row.get("note", ""))
        values["phones"] = _phones(row.get("phones") or ())
        fault = check_hours(values["opening_hours"])
        if fault or values["phones"] is None:
            bundle.findings.refuse(kind, where, fault or "Telefon: label und number angeben.")
            return
    _append(bundle, kind, row, origin, where, since, values)


def _phones(rows: Sequence[Any]) -> list[dict[str, str]] | None:
    phones = [
        {"label": str(row["label"]), "number": str(row["number"])}
        for row in rows
        if isinstance(row, dict) and row.get("label") and row.get("number")
    ]
    return phones if len(phones) == len(rows) else None


def _add_zone(
    bundle: Bundle, row: Mapping[str, Any], origin: Mapping[str, Any], where: str, since: date
) -> None:
    geometry, reason = sound_geometry(row.get("geometry"))
    reason = reason or check_hours(str(row.get("hours", "")))
    if not row.get("legal_basis"):
        reason = reason or "Die Rechtsgrundlage fehlt (legal_basis)."
    if row.get("kind") not in ZONE_KINDS:
        reason = reason or f"Unbekannte Art „{row.get('kind')}“."
    if reason:
        bundle.findings.refuse("zone", where, reason)
        return
    values = {
        "name": str(row["name"]),
        "kind": str(row["kind"]),
        "legal_basis": str(row["legal_basis"]),
        "hours": str(row.get("hours", "")),
        **outline(geometry),
    }
    _append(bundle, "zone", row, origin, where, since, values)


def _append(
    bundle: Bundle,
    kind: str,
    row: Mapping[str, Any],
    origin: Mapping[str, Any],
    where: str,
    since: date,
    values: dict[str, Any],
) -> None:
    valid_from = row.get("valid_from", since)
    if not isinstance(valid_from, date):
        bundle.findings.refuse(kind, where, "„valid_from“ ist kein Datum (JJJJ-MM-TT).")
        return
    bundle.drafts.append(
        Draft(
            kind,
            str(row["code"]),
            where,
            valid_from,
            str(row.get("source") or origin.get("source", ""))[:300],
            bool(row.get("verified", origin.get("verified", False))),
            values,
        )
    )

"""Reads features from GeoJSON and shapefiles into WGS 84, naming every bad row. No Django."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapefile
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

DECIMALS = 6  # about 10 cm


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that was not taken, and why (German, for the administrator)."""

    kind: str
    where: str
    reason: str


@dataclass(slots=True)
class Findings:
    """Collects what was bad while files are read."""

    bad: list[Bad] = field(default_factory=list)

    def refuse(self, kind: str, where: str, reason: str) -> None:
        """Name one bad row."""
        self.bad.append(Bad(kind, where, reason))


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of a geometry file: geometry already in degrees and rounded."""

    where: str
    properties: Mapping[str, Any]
    geometry: Any  # shapely


def read_features(
    path: Path,
    kind: str,
    findings: Findings,
    *,
    crs: str = "",
    encoding: str = "utf-8",
    repair: bool = False,
) -> list[Feature]:
    """Return the sound features of a file; every other row goes into `findings`.

    `crs` names the coordinate system when the file does not say it (GeoJSON has WGS 84 by
    RFC 7946; a shapefile has its `.prj`). With `repair`, a polygon that crosses itself is cut into
    valid parts instead of being refused: official files have such rows.
    """
    try:
        if path.suffix.lower() == ".shp":
            rows, crs = list(_shapes(path, encoding)), crs or _prj(path)
        else:
            rows, declared = _geojson(path, encoding)
            crs = crs or declared
        to_degrees = _to_degrees(crs)
    except (OSError, ValueError, KeyError, TypeError, shapefile.ShapefileException) as error:
        findings.refuse(kind, path.name, f"Datei nicht lesbar: {error}")
        return []
    except CRSError:
        findings.refuse(kind, path.name, f"Unbekanntes Koordinatensystem „{crs[:60]}“.")
        return []
    found: list[Feature] = []
    for number, (properties, raw) in enumerate(rows, start=1):
        where = f"{path.name}, Zeile {number}"
        geometry, reason = sound_geometry(raw, to_degrees, repair=repair)
        if geometry is None:
            findings.refuse(kind, where, reason)
        else:
            found.append(Feature(where, properties, geometry))
    return found


def sound_geometry(
    raw: Any, to_degrees: Transformer | None = None, *, repair: bool = False
) -> tuple[Any, str]:
    """Return (geometry in degrees, "") or (None, what is wrong with it)."""
    if not _finite(raw.get("coordinates", ()) if isinstance(raw, Mapping) else ()):
        return None, "Koordinaten enthalten keine Zahl (NaN oder unendlich)."
    try:
        geometry = shape(raw)
        coordinates = shapely.get_coordinates(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None, "Geometrie fehlt oder ist kein GeoJSON."
    if geometry.is_empty or not len(coordinates):
        return None, "Geometrie ist leer."
    if to_degrees is not None:
        geometry = shapely.transform(geometry, to_degrees.transform, interleaved=False)
        coordinates = shapely.get_coordinates(geometry)
    longitudes, latitudes = coordinates[:, 0], coordinates[:, 1]
    if not ((abs(longitudes) <= 180).all() and (abs(latitudes) <= 90).all()):
        return None, (
            "Koordinaten sind keine Grad (WGS 84), vermutlich Meter (etwa EPSG:25832). "
            "Bitte „crs“ in city.yaml angeben."
        )
    if not geometry.is_valid and repair:
        geometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    if not geometry.is_valid:
        return None, f"Fläche ist ungültig: {shapely.is_valid_reason(geometry)}"
    rounded = shapely.set_precision(geometry, 10**-DECIMALS)
    return rounded, ""


def _finite(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_finite(part) for part in value)
    return not isinstance(value, float) or math.isfinite(value)


def as_geojson(geometry: Any) -> dict[str, Any]:
    """Return plain GeoJSON with coordinates of `DECIMALS` decimals, ready for comparison."""
    plain = mapping(geometry)
    return {"type": plain["type"], "coordinates": _rounded(plain["coordinates"])}


def _rounded(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_rounded(part) for part in value]
    return round(float(value), DECIMALS)


def _geojson(path: Path, encoding: str) -> tuple[list[tuple[dict[str, Any], Any]], str]:
    content = json.loads(path.read_text(encoding=encoding))
    if isinstance(content, dict) and "coordinates" in content:
        return [({}, content)], ""  # a bare geometry is one feature without properties
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise ValueError("keine FeatureCollection")
    declared = str(((content.get("crs") or {}).get("properties") or {}).get("name", ""))
    rows = [
        (dict(feature.get("properties") or {}), feature.get("geometry"))
        for feature in content["features"]
    ]
    return rows, "" if "CRS84" in declared else declared


def _shapes(path: Path, encoding: str) -> Iterator[tuple[dict[str, Any], Any]]:
    with shapefile.Reader(str(path), encoding=encoding) as reader:
        for row in reader.iterShapeRecords():
            yield row.record.as_dict(), row.shape.__geo_interface__


def _prj(path: Path) -> str:
    return path.with_suffix(".prj").read_text(encoding="utf-8").strip()


def _to_degrees(crs: str) -> Transformer | None:
    """Return the way from `crs` to degrees; None when it already is degrees, longitude first.

    Custom systems (Köln: UTM 32N with false easting 2,500,000) work by their WKT. A vertical part
    is dropped: we have no heights.
    """
    if not crs:
        return None
    system = CRS.from_user_input(_without_vertical(crs))
    return Transformer.from_crs(system, CRS.from_epsg(4326), always_xy=True)


def _without_vertical(wkt: str) -> str:
    return wkt.split(",VERTCS[", 1)[0] if wkt.startswith("PROJCS[") else wkt

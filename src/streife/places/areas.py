"""Areas of a city: outline, districts, quarters, operational areas. No Django."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import shapely

from streife.places.drafts import Bundle, Draft, outline, read_yaml
from streife.places.named import named_features
from streife.places.rules import AreaKind

OVERLAP_SHARE = 0.001  # official files overlap by slivers along borders; more is an error


def read_areas(
    bundle: Bundle, folder: Path, entry: Mapping[str, Any], kind: AreaKind, since: date
) -> None:
    above = {AreaKind.QUARTER: AreaKind.DISTRICT, AreaKind.DISTRICT: AreaKind.CITY}.get(kind)
    for feature, values in named_features(bundle, folder, entry, kind):
        if feature.geometry.geom_type not in {"Polygon", "MultiPolygon"}:
            bundle.findings.refuse(kind, feature.where, "Keine Fläche (Polygon).")
            continue
        parent = _parent(bundle, above, values.get("parent", ""), feature.geometry)
        if above and parent is None:
            bundle.findings.refuse(
                kind, feature.where, f"Übergeordnetes Gebiet fehlt: {values.get('parent') or '?'}."
            )
            continue
        bundle.drafts.append(
            _area(
                kind,
                values["code"],
                values["name"],
                feature.geometry,
                parent,
                where=feature.where,
                valid_from=since,
                source=str(entry.get("source", "")),
                verified=bool(entry.get("verified", False)),
            )
        )


def _parent(
    bundle: Bundle, above: AreaKind | None, code: str, geometry: Any
) -> tuple[AreaKind, str] | None:
    """Return the key of the area above: by its code, or by where most of the area lies."""
    if above is None:
        return None
    candidates = bundle.of(above)
    if above is AreaKind.CITY:
        return (above, candidates[0].code) if candidates else None
    if code:
        found = next((area for area in candidates if area.code == code), None)
    else:
        inside = geometry.representative_point()
        found = next((area for area in candidates if area.shape.intersects(inside)), None)
    return (above, found.code) if found else None


def _area(
    kind: AreaKind,
    code: str,
    name: str,
    geometry: Any,
    parent: tuple[AreaKind, str] | None,
    **origin: Any,
) -> Draft:
    return Draft(
        kind,
        code,
        values={"name": name, "parent_code": parent[1] if parent else "", **outline(geometry)},
        parent=parent,
        shape=geometry,
        **origin,
    )


def read_operational(bundle: Bundle, path: Path, since: date) -> None:
    """Make the operational areas from districts; every district belongs to exactly one."""
    content = read_yaml(path)
    districts = {area.code: area for area in bundle.of(AreaKind.DISTRICT)}
    quarters = bundle.of(AreaKind.QUARTER)
    taken: set[str] = set()
    kind = AreaKind.OPERATIONAL
    for number, row in enumerate(content.get("areas", ()), start=1):
        where = f"{path.name}, Zeile {number}"
        codes = [str(code) for code in row.get("districts", ())]
        wrong = [code for code in codes if code not in districts or code in taken]
        if wrong or not codes or not row.get("name"):
            bundle.findings.refuse(
                kind, where, f"Name fehlt, oder Bezirk unbekannt oder doppelt: {', '.join(wrong)}."
            )
            continue
        taken |= set(codes)
        parts = [q.shape for q in quarters if q.parent and q.parent[1] in codes]
        geometry = shapely.union_all(parts or [districts[code].shape for code in codes])
        bundle.drafts.append(
            _area(
                kind,
                str(row["code"]),
                str(row["name"]),
                geometry,
                districts[codes[0]].parent,
                where=where,
                valid_from=since,
                source=str(content.get("source", "")),
                verified=bool(content.get("verified", False)),
            )
        )
    for code in sorted(districts.keys() - taken):
        bundle.findings.refuse(kind, path.name, f"Stadtbezirk ohne Einsatzbereich: {code}.")


def check_coverage(bundle: Bundle) -> None:
    """Refuse quarters that overlap by more than a sliver, and a city without quarters."""
    quarters = bundle.of(AreaKind.QUARTER)
    if not bundle.of(AreaKind.CITY):
        bundle.findings.refuse(AreaKind.CITY, "city.yaml", "Die Stadtgrenze fehlt.")
    if not quarters:
        bundle.findings.refuse(AreaKind.QUARTER, "city.yaml", "Es gibt keinen einzigen Bezirk.")
        return
    shapes = [area.shape for area in quarters]
    tree = shapely.STRtree(shapes)
    for left, right in zip(*tree.query(shapes, predicate="intersects"), strict=True):
        if left >= right:
            continue
        share = shapely.area(shapely.intersection(shapes[left], shapes[right])) / min(
            shapes[left].area, shapes[right].area
        )
        if share > OVERLAP_SHARE:
            bundle.findings.refuse(
                AreaKind.QUARTER,
                quarters[right].where,
                f"„{quarters[right].values['name']}“ überdeckt „{quarters[left].values['name']}“ "
                f"zu {share:.1%}.",
            )

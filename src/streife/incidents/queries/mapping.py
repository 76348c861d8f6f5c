"""Incidents on a map: numbers per hexagon from afar, single ones close by."""

from datetime import datetime
from typing import Any

import h3
from django.db import connection
from django.db.models import Q, QuerySet

from streife.accounts.rules import Actor
from streife.incidents.models import Incident
from streife.incidents.queries.basics import visible_to
from streife.incidents.rules import Filters
from streife.kernel.geo import RESOLUTION, Box, cell_range, merge_ranges
from streife.kernel.texts import said

POINTS_FROM_ZOOM = 15
MOST_POINTS = 400
MOST_ALONE = 200  # shown by their icon from afar; a screen has about as many hexagons
MOST_RANGES = 24
# Zoom of the map → resolution of the hexagons: about 40 to 200 of them fill a screen.
_RESOLUTIONS = ((9, 6), (11, 7), (12, 8), (13, 9), (14, 9))
_RESOLUTION_SHIFT = 52


def resolution_for(zoom: float) -> int:
    """Return the H3 resolution whose hexagons suit a map zoom."""
    return next((level for limit, level in _RESOLUTIONS if zoom <= limit), 10)


def clusters(
    actor: Actor,
    box: Box,
    zoom: float,
    filters: Filters,
    *,
    period: tuple[datetime, datetime] | None = None,
) -> dict[str, Any]:
    """Return a GeoJSON FeatureCollection of the viewport (two queries at most).

    Without a period: what is live now. With one: everything opened in it. Near (zoom ≥ 15) every
    incident is a feature of its own, at most `MOST_POINTS`; from afar a cluster is a hexagon's
    centre with `count` and the most urgent `priority`, and one that is alone stands where it is.
    """
    rows = _filtered(visible_to(actor), box, filters, period)
    near = zoom >= POINTS_FROM_ZOOM
    features = _points(rows, box) if near else _hexagons(rows, resolution_for(zoom))
    return {"type": "FeatureCollection", "features": features}


def _filtered(
    rows: QuerySet[Incident],
    box: Box,
    filters: Filters,
    period: tuple[datetime, datetime] | None,
) -> QuerySet[Incident]:
    if period is None:
        rows = rows.filter(queue_rank__isnull=False)
    else:
        rows = rows.filter(opened_at__gte=period[0], opened_at__lt=period[1])
    for name, values in (
        ("category_code", filters.category_codes),
        ("district_id", filters.district_ids),
        ("status", tuple(status.value for status in filters.statuses)),
    ):
        if values:
            rows = rows.filter(**{f"{name}__in": values})
    ranges = box_ranges(box)
    if not ranges:
        return rows
    # One range for the index, so that it alone is read; the exact ones sort out within it.
    rows = rows.filter(cell__gte=ranges[0][0], cell__lte=ranges[-1][1])
    cells = Q()
    for low, high in ranges:
        cells |= Q(cell__range=(low, high))
    return rows.filter(cells) if len(ranges) > 1 else rows


def box_ranges(box: Box) -> list[tuple[int, int]]:
    """Return few cell ranges that together cover a box (and some more around it).

    Empty for a box larger than a region: then everything is in it.
    """
    shape = h3.LatLngPoly(
        [
            (box.south, box.west),
            (box.south, box.east),
            (box.north, box.east),
            (box.north, box.west),
        ]
    )
    if box.north - box.south > 3 or box.east - box.west > 5:
        return []
    best: list[tuple[int, int]] = []
    for resolution in range(4, RESOLUTION):
        cells = h3.h3shape_to_cells_experimental(shape, resolution, contain="overlap")
        # The parent's hexagon does not hold its children's outline exactly: one ring around.
        ring = {near for cell in cells for near in h3.grid_disk(cell, 1)}
        ranges = merge_ranges(cell_range(cell) for cell in ring)
        if best and len(ranges) > MOST_RANGES:
            break
        best = ranges
    return best


def _hexagons(rows: QuerySet[Incident], resolution: int) -> list[dict[str, Any]]:
    """Count per parent cell inside the database: the cell's number without its lower digits."""
    shift = 3 * (15 - resolution)
    sql, values = rows.order_by().values_list("cell", "priority").query.sql_with_params()
    statement = (
        f"SELECT cell >> {shift} AS parent, COUNT(*), MIN(priority), MIN(cell) "  # noqa: S608 (own text)
        f"FROM ({sql}) AS seen GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    alone = [cell for _, count, _, cell in found if count == 1][:MOST_ALONE]
    shown = set(alone)
    features = [
        _hexagon(parent, resolution, count, priority)
        for parent, count, priority, cell in found
        if count > 1 or cell not in shown
    ]
    return features + _rows(rows.filter(cell__in=alone)) if alone else features


def _hexagon(parent: int, resolution: int, count: int, priority: int) -> dict[str, Any]:
    # Rebuild the H3 index of the parent: its resolution, and sevens in the unused digits.
    shift = 3 * (15 - resolution)
    cell = (parent << shift) | ((1 << shift) - 1)
    cell = (cell & ~(0xF << _RESOLUTION_SHIFT)) | (resolution << _RESOLUTION_SHIFT)
    latitude, longitude = h3.cell_to_latlng(h3.int_to_str(cell))
    title = said("1 Vorgang") if count == 1 else said("%(count)s Vorgänge", {"count": count})
    return _feature(
        latitude, longitude, kind="cluster", count=count, priority=priority, title=title
    )


def _points(rows: QuerySet[Incident], box: Box) -> list[dict[str, Any]]:
    inside = rows.filter(
        latitude__range=(box.south, box.north), longitude__range=(box.west, box.east)
    )
    return _rows(inside.order_by("-opened_at", "-id")[:MOST_POINTS])


def _rows(rows: QuerySet[Incident]) -> list[dict[str, Any]]:
    """Return a feature for each incident."""
    values = rows.values_list(
        "latitude", "longitude", "number", "title", "priority", "status", "field__icon"
    )
    return [
        _feature(
            latitude,
            longitude,
            kind="incident",
            number=number,
            title=title,
            priority=priority,
            status=status,
            icon=icon,
            count=1,
        )
        for latitude, longitude, number, title, priority, status, icon in values
    ]


def _feature(latitude: float, longitude: float, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": [round(longitude, 6), round(latitude, 6)],
        },
        "properties": properties,
    }

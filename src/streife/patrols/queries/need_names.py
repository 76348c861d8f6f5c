"""What a cell is called: its street, the nearest named place, its quarter.

Names are German, as the streets are: they go into plans, which everybody reads.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import h3
import numpy as np

from streife.kernel.clock import local
from streife.kernel.geo import Point, cell_range
from streife.patrols.queries.need_holding import Snapshot
from streife.patrols.queries.need_reading import addresses
from streife.places import queries as places

STREET = re.compile(
    r"^[a-zäöü][\wäöüß.\- ]*?"
    r"(?:straße|strasse|str\.|weg|platz|allee|ring|markt|damm|wall|gasse|ufer)(?!\w)",
    re.IGNORECASE,
)
KILOMETRE = 1000
NEAR_METRES = 400.0
FAR_METRES = 1000.0  # further away a named place helps nobody; the middle of the quarter does
DIRECTIONS = (
    "nördlich",
    "nordöstlich",
    "östlich",
    "südöstlich",
    "südlich",
    "südwestlich",
    "westlich",
    "nordwestlich",
)


def name_cells(held: Snapshot, cells: Sequence[int]) -> dict[int, str]:
    """Return a name for each position of the grid (two statements for all without one yet)."""
    missing = [cell for cell in cells if cell not in held.names]
    if missing:
        ids = {cell: h3.int_to_str(int(held.grid.cells[cell])) for cell in missing}
        streets = _streets(held, {cell: cell_range(text) for cell, text in ids.items()})
        sites = [
            (site.name, held.grid.project(site.latitude, site.longitude))
            for site in places.sites_on(local(held.at).date())
        ]
        for cell in missing:
            held.names[cell] = _name(held, cell, streets[cell], sites)
    return {cell: held.names[cell] for cell in cells}


def _streets(held: Snapshot, spans: dict[int, tuple[int, int]]) -> dict[int, str]:
    """Return the street that most reports of a cell name, empty where fewer than five name one.

    A single report could name its writer's own address.
    """
    since = held.at - timedelta(weeks=held.files.weights.history_weeks)
    found: dict[int, Counter[str]] = {cell: Counter() for cell in spans}
    for number, address in addresses(list(spans.values()), since=since):
        street = STREET.match(address.strip())
        cell = next((c for c, (low, high) in spans.items() if low <= number <= high), None)
        if street and cell is not None:
            found[cell][street.group(0)] += 1
    most = {cell: counts.most_common(1) for cell, counts in found.items()}
    fewest = held.files.weights.fewest
    return {cell: top[0][0] if top and top[0][1] >= fewest else "" for cell, top in most.items()}


def _name(
    held: Snapshot, cell: int, street: str, sites: Sequence[tuple[str, tuple[float, float]]]
) -> str:
    latitude, longitude = (float(value) for value in held.grid.degrees[cell])
    where = places.whereabouts(Point(latitude, longitude), on=local(held.at).date())
    quarter = where.quarter_name if where is not None else ""
    if street:
        return f"{street} ({quarter})" if quarter else street
    if sites:
        away = held.grid.metres[cell] - np.array([spot for _, spot in sites])
        metres = np.hypot(away[:, 0], away[:, 1])
        nearest = int(np.argmin(metres))
        middle = places.middle_of(where.quarter_id, on=local(held.at).date()) if where else None
        if middle is not None and metres[nearest] > FAR_METRES:
            spot = np.array(held.grid.project(middle.latitude, middle.longitude))
            return f"{quarter}, {_off_middle(*(held.grid.metres[cell] - spot))}"
        return f"{quarter}, {_beside(sites[nearest][0], *away[nearest])}".lstrip(", ")
    # The digits by which neighbouring cells differ.
    tail = str(h3.int_to_str(int(held.grid.cells[cell]))).rstrip("f")[-4:]
    return f"{quarter}, Zelle {tail}".lstrip(", ")


def _beside(site: str, east: float, north: float) -> str:
    """Return where a spot lies that is so many metres east and north of a site."""
    if float(np.hypot(east, north)) <= NEAR_METRES:
        return f"nahe {site}"
    return f"{_direction(east, north)} von {site}"


def _off_middle(east: float, north: float) -> str:
    """Return where a spot lies that is so many metres east and north of its quarter's middle."""
    if _length(float(np.hypot(east, north))) == "0 m":
        return "in der Mitte"
    return f"{_direction(east, north)} der Mitte"


def _direction(east: float, north: float) -> str:
    eighth = round(float(np.arctan2(east, north)) / (np.pi / 4)) % 8
    return f"{_length(float(np.hypot(east, north)))} {DIRECTIONS[eighth]}"


def _length(metres: float) -> str:
    """Return "400 m" or "1,8 km"."""
    if metres < KILOMETRE - 50:
        return f"{round(metres, -2):.0f} m"
    return f"{metres / KILOMETRE:.1f} km".replace(".", ",")

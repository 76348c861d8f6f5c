"""Places that a shift may visit and what it owes, from the need and the tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import h3
import numpy as np

from streife.kernel.clock import local
from streife.patrols.queries.need_holding import Snapshot, cells_within
from streife.patrols.queries.need_names import name_cells
from streife.patrols.queries.need_reading import visits, wishes
from streife.patrols.rules.need_blocks import hour_of_week
from streife.patrols.rules.need_demand import Candidate
from streife.patrols.rules.need_duties import Duty, duty
from streife.patrols.rules.need_places import PlaceNeed, Spot, outstanding
from streife.patrols.rules.need_settings import Obligation
from streife.places import queries as places

VISIT_DAYS = 35
CELL = "h3:"


def hours_of(starts_at: datetime, ends_at: datetime) -> list[int]:
    count = max(1, round((ends_at - starts_at).total_seconds() / 3600))
    return [hour_of_week(starts_at + timedelta(hours=n)) for n in range(count)]


def known_visits(held: Snapshot, until: datetime) -> dict[str, list[datetime]]:
    longest = max((row.every_days for row in held.files.obligations), default=0)
    return visits(since=until - timedelta(days=max(VISIT_DAYS, longest + 1)), until=until)


def need_of(held: Snapshot, spot: Spot) -> PlaceNeed:
    cells = cells_within(held, spot.latitude, spot.longitude)
    return PlaceNeed(spot, cells, held.need.by_field(cells), held.recent[:, cells].sum(axis=1))


def _site_spot(held: Snapshot, site: Any) -> Spot:
    metres = held.grid.project(site.latitude, site.longitude)
    return Spot(site.code, site.name, site.latitude, site.longitude, site.kind, metres)


def _cell_spots(held: Snapshot, cells: list[int]) -> list[Spot]:
    names = name_cells(held, cells)
    return [
        Spot(
            CELL + h3.int_to_str(int(held.grid.cells[cell])),
            names[cell],
            float(held.grid.degrees[cell, 0]),
            float(held.grid.degrees[cell, 1]),
            "cell",
            (float(held.grid.metres[cell, 0]), float(held.grid.metres[cell, 1])),
        )
        for cell in cells
    ]


def spot_of(held: Snapshot, code: str, now: datetime) -> Spot | None:
    """Return the place of a code: a cell, a site, or the point of an obligation."""
    if code.startswith(CELL):
        text = code.removeprefix(CELL)
        if not h3.is_valid_cell(text):
            return None
        cell = held.grid.index(np.array([h3.str_to_int(text)]))
        return _cell_spots(held, [int(cell[0])])[0] if cell[0] >= 0 else None
    for given in held.files.obligations:
        if given.point and given.code == code:
            return _point_spot(held, given)
    site = places.sites_on(local(now).date()).filter(code=code).first()
    return _site_spot(held, site) if site is not None else None


def _point_spot(held: Snapshot, given: Obligation) -> Spot:
    latitude, longitude = given.point or (0.0, 0.0)
    metres = held.grid.project(latitude, longitude)
    return Spot(given.code, given.name, latitude, longitude, given.kind, metres)


def candidates_for(
    held: Snapshot,
    hours: list[int],
    most: int,
    known: dict[str, list[datetime]],
    starts_at: datetime,
    ends_at: datetime,
) -> list[Candidate]:
    """Return sites, places somebody asked for, and cells that stand out at these hours."""
    weights, day = held.files.weights, local(starts_at).date()
    asked = wishes(starts_at=starts_at, ends_at=ends_at)
    codes = {code for code, _ in asked}
    sites = [
        _site_spot(held, site)
        for site in places.sites_on(day)
        if site.kind in weights.site_kinds or site.code in codes
    ]
    value = held.need.mean(hours)
    cells = outstanding(
        held.grid.metres,
        value,
        [spot.metres for spot in sites],
        apart=weights.apart_metres,
        most=max(0, most - len(sites)),
    )
    return [
        Candidate(
            need_of(held, spot),
            known[spot.code][-1] if known.get(spot.code) else None,
            tuple(wish for code, wish in asked if code == spot.code),
        )
        for spot in [*sites, *_cell_spots(held, cells)]
    ]


def duties_for(
    held: Snapshot,
    candidates: Sequence[Candidate],
    known: dict[str, list[datetime]],
    starts_at: datetime,
    ends_at: datetime,
) -> list[tuple[Duty, Spot]]:
    """Return what the shift owes and where."""
    sites = list(places.sites_on(local(starts_at).date()))
    found = []
    for given in held.files.obligations:
        dwells = given.dwells or held.files.dwelling.dwells
        shortest = timedelta(seconds=dwells[0][0])
        owed = []
        for spot in _targets(held, given, sites):
            one = duty(
                given, starts_at=starts_at, ends_at=ends_at, shortest=shortest,
                visits=known.get(spot.code, ()),
            )  # fmt: skip
            if one is not None and one.due:
                owed.append((one, spot))
        owed.sort(key=lambda pair: _urgency(held, *pair))
        found += owed[: given.at_most]
    return found


def _urgency(held: Snapshot, one: Duty, spot: Spot) -> tuple[float, float, str]:
    """Order by how long ago, then by what is expected there."""
    ago = float("inf") if one.days_ago is None else float(one.days_ago)
    return -ago, -need_of(held, spot).total, spot.code


def _targets(held: Snapshot, given: Obligation, sites: Sequence[Any]) -> list[Spot]:
    if given.point:
        return [_point_spot(held, given)]
    return [
        _site_spot(held, site)
        for site in sites
        if site.code == given.place or (given.kind_of_site and site.kind == given.kind_of_site)
    ]

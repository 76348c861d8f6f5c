"""Need computed once and kept for some minutes: what every page and every plan starts from."""

import threading
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic

import h3
import numpy as np
import scipy  # loads its parts on first use, which most processes never come to
import shapely
from django.conf import settings
from numpy.typing import NDArray

from streife.kernel.clock import local
from streife.kernel.geo import Point
from streife.patrols.queries.need_files import Files, files
from streife.patrols.queries.need_reading import Told, signals, told
from streife.patrols.queries.need_stored import load, mark_of, save
from streife.patrols.rules.forecast import Grid, Measure, Recipe, grid_of, kernels_of
from streife.patrols.rules.need import Need, Weighing, expect
from streife.patrols.rules.need_places import reach_of
from streife.places import queries as places
from streife.places.rules import AreaKind
from streife.streets import queries as streets
from streife.streets.rules import Mode

KEPT_SECONDS = 600.0
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The grid of a city and the kernels of the forecast on it; lasts as long as its outline."""

    shape: bytes
    recipe: Recipe
    network: str  # checksum of the street network, "" without one
    grid: Grid
    kernels: "tuple[scipy.sparse.csr_array, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What is known at a moment. `recent` [fields, cells]: reports of the last weeks, as told."""

    files: Files
    given: Told
    need: Need
    recent: NDArray[np.float64]
    at: datetime
    streets_known: bool
    walked: dict[tuple[float, float], Ints] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    @property
    def grid(self) -> Grid:
        """The cells of the city."""
        return self.need.grid


_lock = threading.Lock()
_ground: Ground | None = None
_snapshot: tuple[float, Snapshot] | None = None


def snapshot(now: datetime) -> Snapshot:
    """Return the need: what this process keeps for ten minutes, else the file, else computed.

    :raises Refused: `patrols-bad-file`
    """
    global _snapshot
    with _lock:
        kept = _snapshot
        if not settings.REFERENCE_SECONDS:
            return _compute(now)
        if kept is not None and kept[0] > monotonic() - KEPT_SECONDS:
            return kept[1]
        made = _stored(now) or _compute(now)
        _snapshot = (monotonic(), made)
        return made


def refresh(now: datetime) -> Snapshot:
    """Compute the need from the tables and write the file that all processes read.

    :raises Refused: `patrols-bad-file`
    """
    global _snapshot
    with _lock:
        made = _compute(now)
        mark = mark_of(made.files, (places.data_version(), network_mark(now)))
        save(need=made.need, given=made.given, recent=made.recent, at=now, mark=mark)
        _snapshot = (monotonic(), made)
        return made


def forget() -> None:
    """Look again at the next call."""
    global _snapshot
    with _lock:
        _snapshot = None


def _stored(now: datetime) -> Snapshot | None:
    read = files()
    found = load(now=now, mark=mark_of(read, (places.data_version(), network_mark(now))))
    if found is None:
        return None
    need, given, recent, at = found
    return Snapshot(read, given, need, recent, at, _streets_known(now))


def _compute(now: datetime) -> Snapshot:
    read = files()
    weights = read.weights
    given = told(weights, read.recipe.resolution, now=now)
    ground = ground_of(read.recipe, given, now)
    weighing = Weighing(
        tuple(row.weight for row in weights.fields),
        weights.level_weeks,
        weights.hours_prior_reports,
    )
    need = expect(
        signals(given, weights, now=now), ground.grid, ground.kernels, read.recipe, weighing
    )
    recent = _recent(given, ground.grid, read, now)
    return Snapshot(read, given, need, recent, now, _streets_known(now))


def _streets_known(now: datetime) -> bool:
    """Say whether places reach along streets; else as the crow flies."""
    return streets.current(on=local(now).date()) is not None


def _recent(given: Told, grid: Grid, read: Files, now: datetime) -> NDArray[np.float64]:
    """Count what residents told in the last weeks: numbers for people, nothing weighted."""
    since = (now - timedelta(weeks=read.weights.recent_weeks)).timestamp() / 3600
    where = grid.index(given.cells)
    counted = (where >= 0) & ~given.own & (given.received >= since)
    fields, size = len(read.weights.fields), len(grid)
    flat = np.bincount(
        given.fields[counted] * size + where[counted], minlength=fields * size
    )  # fmt: skip
    return flat.reshape(fields, size).astype(np.float64)


def ground_of(recipe: Recipe, given: Told, now: datetime) -> Ground:
    """Return the grid of the city's outline; without one, that of the reports themselves."""
    global _ground
    rows = places.areas(AreaKind.CITY, on=local(now).date()).values_list("geometry", flat=True)
    outlines = [shapely.geometry.shape(row) for row in rows]
    shape = b"".join(shapely.to_wkb(outline) for outline in outlines)
    network = network_mark(now)
    known = (shape, recipe, network)
    if _ground is not None and shape and known == (_ground.shape, _ground.recipe, _ground.network):
        return _ground
    cells = {
        h3.str_to_int(cell)
        for outline in outlines
        for part in shapely.get_parts(outline)
        for cell in h3.h3shape_to_cells(
            h3.geo_to_h3shape(part.__geo_interface__), recipe.resolution
        )
    }
    grid = grid_of(np.array(sorted(cells), dtype=np.int64) if cells else given.cells)
    day = local(now).date()
    measure = _measure(grid, day) if network and streets.usable(on=day) else None
    _ground = Ground(shape, recipe, network, grid, kernels_of(grid, recipe.widths, measure))
    return _ground


def network_mark(now: datetime) -> str:
    """Return what tells one street network from another, "" without one."""
    network = streets.current(on=local(now).date())
    return network.checksum if network is not None else ""


def _measure(grid: Grid, day: date) -> Measure:
    """Return how far cells are apart on foot."""
    points = [Point(float(latitude), float(longitude)) for latitude, longitude in grid.degrees]

    def metres(to: Ints, origin: Ints, limit: float) -> NDArray[np.float64]:
        found = streets.pair_metres(points, to, origin, limit_metres=limit, on=day)
        return np.full(len(to), np.nan) if found is None else found

    return metres


def cells_within(held: Snapshot, latitude: float, longitude: float) -> Ints:
    """Return the cells within reach of a place: along the streets where a network is known."""
    key = (latitude, longitude)
    if key not in held.walked:
        reach = held.files.weights.reach_metres
        close = reach_of(held.grid.metres, held.grid.project(latitude, longitude), reach)
        held.walked[key] = _on_foot(held, Point(latitude, longitude), close)
    return held.walked[key]


def _on_foot(held: Snapshot, place: Point, close: Ints) -> Ints:
    """Leave out cells behind a railway or a canal: no street leads there in time."""
    if not len(close) or not held.streets_known:
        return close
    ends = [Point(float(lat), float(lon)) for lat, lon in held.grid.degrees[close]]
    times = streets.one_to_many(place, ends, Mode.FOOT, on=local(held.at).date())
    within = np.asarray(times.seconds).ravel() <= held.files.weights.reach_walk_seconds
    centre = np.array(held.grid.project(place.latitude, place.longitude))
    within[np.hypot(*(held.grid.metres[close] - centre).T).argmin()] = True
    return close[within]

"""Ten years of reports of Zürich ("Züri wie neu") on an H3 grid, week by week.

From the shared data folder beside the checkout; Stadt Zürich, CC0. Days only, no hours.
"""

import csv
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import h3
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from streife.patrols.rules.forecast import Grid, grid_of
from streife.patrols.rules.need import soften

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "incidents" / "zueri_wie_neu"
FIRST_MONDAY = date(2016, 1, 4)
# Length of the header of a GeoPackage geometry by its kind of envelope.
ENVELOPE_BYTES = {0: 8, 1: 40, 2: 56, 3: 56, 4: 72}


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Counts [kinds, weeks, cells]; week 0 begins on the first Monday of 2016."""

    grid: Grid
    kinds: tuple[str, ...]
    counts: NDArray[np.uint8]
    softened: NDArray[np.float32]  # the same with √n for n reports of a kind, cell and day
    left_out: int
    area_km2: float

    @property
    def weeks(self) -> int:
        """How many whole weeks there are."""
        return self.counts.shape[1]

    def total(self) -> NDArray[np.uint8]:
        """Return the counts of all kinds together, [weeks, cells]."""
        return np.asarray(self.counts.sum(axis=0, dtype=np.uint8))


def week_of(day: date) -> int:
    """Return the number of the week of a day."""
    return (day - FIRST_MONDAY).days // 7


def first_week(year: int) -> int:
    """Return the first week that begins in a year."""
    day = date(year, 1, 1)
    return week_of(day + timedelta(days=(7 - day.weekday()) % 7))


def _city() -> shapely.Geometry:
    """Return the outline of the city, longitude and latitude."""
    connection = sqlite3.connect(f"file:{FOLDER / 'districts.gpkg'}?mode=ro", uri=True)
    blobs = [row[0] for row in connection.execute("SELECT geom FROM districts")]
    connection.close()
    shapes = [shapely.from_wkb(blob[ENVELOPE_BYTES[(blob[3] >> 1) & 7] :]) for blob in blobs]
    return shapely.union_all(shapes)


def read(resolution: int) -> History:
    """Return the history on a grid of the city.

    :raises FileNotFoundError: the shared data are not there
    """
    with (FOLDER / "reports_cleaned.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    outline = _city()
    turn = Transformer.from_crs("EPSG:2056", "EPSG:4326", always_xy=True)
    degrees = shapely.transform(outline, lambda xy: np.column_stack(turn.transform(*xy.T)))
    parts = shapely.get_parts(degrees)
    inside = {
        h3.str_to_int(cell)
        for part in parts
        for cell in h3.h3shape_to_cells(h3.geo_to_h3shape(part.__geo_interface__), resolution)
    }
    grid = grid_of(np.array(sorted(inside), dtype=np.int64))
    longitude, latitude = turn.transform(
        [float(row["e"]) for row in rows], [float(row["n"]) for row in rows]
    )
    cells = [
        h3.str_to_int(h3.latlng_to_cell(lat, lon, resolution))
        for lat, lon in zip(latitude, longitude, strict=True)
    ]
    where = grid.index(np.array(cells, dtype=np.int64))
    days = np.array([(date.fromisoformat(row["date"]) - FIRST_MONDAY).days for row in rows])
    weeks = days // 7
    kinds = tuple(sorted({row["service_code"] for row in rows}))
    kind = np.array([kinds.index(row["service_code"]) for row in rows])
    last = week_of(date.fromisoformat(max(row["date"] for row in rows)))  # not a whole week
    good = (where >= 0) & (weeks >= 0) & (weeks < last)
    counts = np.zeros((len(kinds), last, len(grid)), dtype=np.uint8)
    np.add.at(counts, (kind[good], weeks[good], where[good]), 1)
    softened = np.zeros(counts.shape, dtype=np.float32)
    weights = soften(where[good], kind[good], days[good], np.ones(int(good.sum())))
    np.add.at(softened, (kind[good], weeks[good], where[good]), weights)
    return History(grid, kinds, counts, softened, int((~good).sum()), float(outline.area / 1e6))

"""Points and cells: WGS 84 degrees outside, EPSG:25832 metres inside, H3 for indexes."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import h3
from pyproj import Transformer

RESOLUTION = 12  # cell edge about 9 m: one house
EARTH_RADIUS_METRES = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the ground in degrees WGS 84.

    :raises ValueError: not a finite number, or outside the globe
    """

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.latitude) and math.isfinite(self.longitude)):
            raise ValueError("coordinates must be finite numbers")
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError("coordinates lie outside the globe")

    @property
    def cell(self) -> int:
        """The H3 cell at resolution 12 as a signed 64-bit integer (always positive)."""
        return int(h3.str_to_int(h3.latlng_to_cell(self.latitude, self.longitude, RESOLUTION)))

    def coarse(self, resolution: int) -> "Point":
        """Return the middle of the H3 cell around the point."""
        cell = h3.latlng_to_cell(self.latitude, self.longitude, resolution)
        return Point(*h3.cell_to_latlng(cell))


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in degrees; south ≤ north and west ≤ east."""

    south: float
    west: float
    north: float
    east: float

    def contains(self, point: Point) -> bool:
        """Say whether the point lies inside or on the edge."""
        return (
            self.south <= point.latitude <= self.north and self.west <= point.longitude <= self.east
        )


def distance_metres(a: Point, b: Point) -> float:
    """Return the great-circle distance (haversine) in metres."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a)
        * math.cos(lat_b)
        * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * math.asin(math.sqrt(half))


@cache
def _to_metres() -> Transformer:
    return Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True)


def project(point: Point) -> tuple[float, float]:
    """Return (east, north) in metres, EPSG:25832."""
    east, north = _to_metres().transform(point.longitude, point.latitude)
    return float(east), float(north)


def cell_range(parent: str) -> tuple[int, int]:
    """Return the first and last resolution-12 cell below an H3 cell (both included).

    Children of a cell are one contiguous range of integers, so a hexagon is one index scan.
    """
    size = RESOLUTION - h3.get_resolution(parent)
    first = h3.cell_to_center_child(parent, RESOLUTION)
    low = h3.str_to_int(first)
    # Free digits are three bits each; the smallest child has zeros, the largest sixes.
    mask_bits = 3 * size
    unused_bits = 3 * (15 - RESOLUTION)
    base = (low >> (mask_bits + unused_bits)) << (mask_bits + unused_bits)
    tail = (1 << unused_bits) - 1
    sixes = sum(6 << (3 * digit) for digit in range(size)) << unused_bits
    return base | tail, base | sixes | tail


def nearby_ranges(point: Point, *, radius_metres: float) -> list[tuple[int, int]]:
    """Return few cell ranges that together cover a circle (and some more around it)."""
    resolution = next(
        (
            level
            for level in range(RESOLUTION, 5, -1)
            if h3.average_hexagon_edge_length(level, unit="m") * 1.5 >= radius_metres
        ),
        6,
    )
    centre = h3.latlng_to_cell(point.latitude, point.longitude, resolution)
    return merge_ranges(cell_range(cell) for cell in h3.grid_disk(centre, 1))


def merge_ranges(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the ranges sorted, with touching ones joined."""

    def joined() -> Iterator[tuple[int, int]]:
        current: tuple[int, int] | None = None
        for low, high in sorted(ranges):
            if current is None:
                current = (low, high)
            elif low <= current[1] + 1:
                current = (current[0], max(current[1], high))
            else:
                yield current
                current = (low, high)
        if current is not None:
            yield current

    return list(joined())

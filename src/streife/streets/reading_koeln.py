"""Reads official street segments as Köln hands them out: shape files of segments and nodes."""

import re
import struct
import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import scipy  # loads its parts on first use, which most processes never come to
import shapefile
import yaml
from django.conf import settings
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from streife.kernel.errors import Refused
from streife.kernel.geo import Box
from streife.streets.pieces import DEGREE, Collector, Passage, Pieces, both
from streife.streets.rules import Mode
from streife.streets.speeds import positive

Progress = Callable[[str], None]
Metres = NDArray[np.float64]

# Where the ends of two segments are the same crossing; the official nodes lie on the ends.
_SAME_PLACE_METRES = 0.5
_BROKEN = (
    shapefile.ShapefileException,
    shapefile.PossiblyCorruptFileHeader,
    struct.error,
    OSError,
    ValueError,
    IndexError,
    KeyError,
)
# Whatever a German city calls its own lies here: anything else is a wrong projection.
GERMANY = Box(47.2, 5.8, 55.1, 15.1)


def read_koeln(path: Path, *, within: Box | None, tell: Progress) -> Pieces:
    """Return the segments of a `.shp` with its `.dbf` (and `.prj`) beside it.

    :raises Refused: a broken or empty file, another projection than it says, no segments
    """
    how = _how(Path(settings.STREETS_DIR) / "koeln.yaml")
    lines, names = _lines(path, how)
    tell(f"{len(lines)} Straßenabschnitte gelesen")
    if not lines:
        raise Refused(
            "Die Datei %(name)s ist leer. Bitte noch einmal herunterladen.",
            "streets-empty-file",
            values={"name": path.name},
        )
    sizes = [len(line) for line in lines]
    flat = np.concatenate(lines)
    ids = _node_ids(flat, sizes, _official_nodes(path, how), tell)
    x, y = _degrees(flat, path, how)
    collector = Collector()
    start = 0
    for size, name in zip(sizes, names, strict=True):
        part = [(int(ids[i]), int(x[i]), int(y[i])) for i in range(start, start + size)]
        start += size
        if within is None or _touches(part, within):
            collector.way(part, _passage(name, how))
        else:
            collector.left_out["ways-outside"] += 1
    return collector.pieces({}).require_streets()


def _how(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        content["usual"] = _told(content["kmh"])
        content["motorway"] = _told(content["motorways"]["kmh"])
        content["motorway_name"] = re.compile(content["motorways"]["pattern"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, re.error) as error:
        raise Refused(
            "Die Datei %(path)s ist nicht lesbar: %(why)s",
            "streets-bad-tagging",
            values={"path": path.name, "why": str(error)},
        ) from error
    return content


def _told(row: dict[str, Any]) -> Passage:
    kmh = {Mode(name): positive(value) for name, value in row.items()}
    flags = sum(both(mode) for mode in kmh)
    return Passage(flags, tuple(kmh.get(mode, 0.0) for mode in Mode))  # type: ignore[arg-type]


def _passage(name: str, how: dict[str, Any]) -> Passage:
    motorway: Passage = how["motorway"]
    usual: Passage = how["usual"]
    return motorway if how["motorway_name"].fullmatch(name.strip()) else usual


def _lines(path: Path, how: dict[str, Any]) -> tuple[list[Metres], list[str]]:
    try:
        with _open(path, how) as reader:
            if reader.shapeType not in {shapefile.POLYLINE, shapefile.POLYLINEZ}:
                raise Refused(
                    "Die Datei %(name)s enthält keine Linien. Bitte die Straßenabschnitte wählen.",
                    "streets-no-streets",
                    values={"name": path.name},
                )
            lines: list[Metres] = []
            names: list[str] = []
            for row in reader.iterShapeRecords():
                points = np.array(row.shape.points, dtype=float)[:, :2]
                cuts = [*row.shape.parts, len(points)]
                for begin, end in pairwise(cuts):
                    if end - begin > 1:
                        lines.append(points[begin:end])
                        names.append(str(row.record[how["name_field"]]))
            return lines, names
    except _BROKEN as error:
        raise _broken(path, error) from error


def _open(path: Path, how: dict[str, Any]) -> shapefile.Reader:
    with warnings.catch_warnings():
        # A file shorter than it says was not copied whole; the library would only warn.
        warnings.simplefilter("error", shapefile.PossiblyCorruptFileHeader)
        return shapefile.Reader(str(path), encoding=how["encoding"])


def _broken(path: Path, error: Exception) -> Refused:
    return Refused(
        "Die Datei %(name)s ist unvollständig oder beschädigt (%(why)s). Gebraucht werden die "
        "Dateien .shp, .shx und .dbf der Straßenabschnitte in einem Ordner.",
        "streets-broken-file",
        values={"name": path.name, "why": str(error)},
    )


def _official_nodes(path: Path, how: dict[str, Any]) -> Metres:
    """Return the crossings of the file beside the segments, shape [n, 2]; none without it."""
    beside = path.with_name(how["nodes_file"] + path.suffix)
    if not beside.exists():
        return np.zeros((0, 2))
    try:
        with _open(beside, how) as reader:
            points = [shape.points[0][:2] for shape in reader.iterShapes() if shape.points]
    except _BROKEN as error:
        raise _broken(beside, error) from error
    return np.array(points, dtype=float).reshape(-1, 2)


def _node_ids(flat: Metres, sizes: list[int], nodes: Metres, tell: Progress) -> NDArray[np.int64]:
    """Return an id for every vertex: ends at one crossing share it, inner vertices are alone."""
    ids = np.arange(len(flat), dtype=np.int64)
    last = np.cumsum(sizes) - 1
    ends = np.concatenate([last - np.array(sizes) + 1, last])
    places = np.concatenate([nodes, flat[ends]])
    # The first place within reach stands for all of them; official nodes come first.
    near = scipy.spatial.cKDTree(places).query_ball_point(flat[ends], _SAME_PLACE_METRES, workers=1)
    found = np.array([min(row) for row in near], dtype=np.int64)
    ids[ends] = len(flat) + found
    official = int(np.count_nonzero(found < len(nodes)))
    tell(f"{official} von {len(ends)} Enden liegen auf einem amtlichen Straßenknoten")
    return ids


def _degrees(
    flat: Metres, path: Path, how: dict[str, Any]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return longitude and latitude of vertices in ten-millionths of a degree.

    :raises Refused: the projection is not readable, or leads somewhere outside Germany
    """
    beside = path.with_suffix(".prj")
    try:
        said = beside.read_text(encoding="latin-1") if beside.exists() else how["projection"]
        there = Transformer.from_crs(CRS.from_user_input(said), "EPSG:4326", always_xy=True)
    except CRSError as error:
        raise _wrong_projection(path) from error
    longitude, latitude = there.transform(flat[:, 0], flat[:, 1])
    inside = (
        (latitude > GERMANY.south)
        & (latitude < GERMANY.north)
        & (longitude > GERMANY.west)
        & (longitude < GERMANY.east)
    )
    if not inside.all():
        raise _wrong_projection(path)
    return (
        np.rint(longitude * DEGREE).astype(np.int32),
        np.rint(latitude * DEGREE).astype(np.int32),
    )


def _wrong_projection(path: Path) -> Refused:
    return Refused(
        "Die Koordinaten von %(name)s liegen nicht in Deutschland: Die Projektion (.prj) fehlt "
        "oder passt nicht zu den Daten. Bitte die .prj-Datei der Stadt daneben legen.",
        "streets-wrong-projection",
        values={"name": path.name},
    )


def _touches(part: list[tuple[int, int, int]], box: Box) -> bool:
    return any(
        box.west <= x / DEGREE <= box.east and box.south <= y / DEGREE <= box.north
        for _, x, y in part
    )

"""Reads OpenStreetMap files: `.osm.pbf`, `.osm`, `.osm.gz`, `.osm.bz2`."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import osmium

from streife.kernel.errors import Refused
from streife.kernel.geo import Box
from streife.streets.pieces import DEGREE, Collector, Pieces
from streife.streets.tagging import Tagging, tagging

Progress = Callable[[str], None]

# Positions of nodes are kept in memory up to this size of file, then in a file of their own:
# a whole federal state would take more memory than a small server has.
_LARGE_BYTES = 150_000_000
_TELL_EVERY = 20_000


def read_osm(path: Path, *, within: Box | None, tell: Progress) -> Pieces:
    """Return the streets of a file; with `within` only ways that touch the box.

    :raises Refused: the file is empty, broken, of another kind, or holds no streets
    """
    if not path.stat().st_size:
        raise Refused(
            "Die Datei %(name)s ist leer. Bitte noch einmal herunterladen.",
            "streets-empty-file",
            values={"name": path.name},
        )
    try:
        return _read(path, within, tell).require_streets()
    except (RuntimeError, ValueError, UnicodeDecodeError) as error:
        raise Refused(
            "Die Datei %(name)s ist beschädigt oder keine OpenStreetMap-Datei (%(why)s). "
            "Bitte noch einmal herunterladen.",
            "streets-broken-file",
            values={"name": path.name, "why": str(error)},
        ) from error


def _read(path: Path, within: Box | None, tell: Progress) -> Pieces:
    collector, rules = Collector(), tagging()
    blocked: dict[int, int] = {}
    told = 0
    with TemporaryDirectory(prefix="streife-osm-") as folder:
        for found in _objects(path, folder):
            if found.is_node():
                bits = rules.blocked(found.tags)
                if bits:
                    blocked[found.id] = bits
            elif found.is_way():
                _take(found, rules, within, collector)
                if collector.ways >= told + _TELL_EVERY:
                    told = collector.ways
                    tell(f"{told} Wege gelesen")
    tell(f"{collector.ways} Wege gelesen, {len(blocked)} Sperren")
    return collector.pieces(blocked, data_date=_date_of(path))


def _objects(path: Path, folder: str) -> Any:
    large = path.stat().st_size > _LARGE_BYTES
    storage = f"sparse_file_array,{folder}/nodes" if large else "flex_mem"
    return (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations(storage)
        .with_filter(osmium.filter.KeyFilter("highway", "barrier"))
    )


def _take(way: Any, rules: Tagging, within: Box | None, collector: Collector) -> None:
    if "highway" not in way.tags:
        return
    passage = rules.passage(way.tags)
    if passage is None:
        known = way.tags["highway"] in rules.classes
        collector.left_out["ways-nobody-may-pass" if known else "ways-of-other-class"] += 1
        return
    for part in _known_parts(way, collector):
        if within is None or _touches(part, within):
            collector.way(part, passage)
        else:
            collector.left_out["ways-outside"] += 1


def _known_parts(way: Any, collector: Collector) -> list[list[tuple[int, int, int]]]:
    """Return the stretches whose nodes the extract holds; cut extracts miss nodes at the edge."""
    parts: list[list[tuple[int, int, int]]] = [[]]
    for node in way.nodes:
        if node.location.valid() and (node.x or node.y):  # 0/0 is where nobody said where
            parts[-1].append((node.ref, node.x, node.y))
        else:
            collector.left_out["nodes-missing"] += 1
            parts.append([])
    return [part for part in parts if len(part) > 1]


def _touches(part: list[tuple[int, int, int]], box: Box) -> bool:
    return any(
        box.west <= x / DEGREE <= box.east and box.south <= y / DEGREE <= box.north
        for _, x, y in part
    )


def _date_of(path: Path) -> date | None:
    """Return the day the extract stands for, if its head says so."""
    with osmium.io.Reader(str(path)) as reader:
        head = reader.header()
        said = head.get("osmosis_replication_timestamp") or head.get("timestamp")
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        return None

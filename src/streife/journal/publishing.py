"""Writing the trees as static tiles (c2sp.org/tlog-tiles) that any reader of logs understands.

`<year>/checkpoint`, `tile/<level>/<number>` and, only when asked for, `tile/entries/<number>`.
Tiles hold hashes; entries name acts, subjects and account numbers and go to a supervisor, not to
the public. A second run writes what is new: full tiles never change.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from streife.journal import keeping, queries, rules
from streife.journal.models import Checkpoint, Log
from streife.journal.tlog import layout
from streife.journal.tlog.merkle import EMPTY_ROOT, HASH_BYTES, Frontier, hash_leaf, root_of
from streife.journal.tlog.note import NoteError
from streife.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Published:
    """How many files were written, and how many leaves they cover."""

    files: int
    leaves: int


def publish(folder: Path, *, with_entries: bool) -> Published:
    """Write all years up to their newest checkpoints; safe to run again and to interrupt.

    :raises Refused: `journal-inconsistent`: the tiles do not lead to what was signed
    """
    files = leaves = 0
    for log in queries.logs():
        head = queries.checkpoints(log.year).first()
        if head is None or log.dropped_at is not None:
            continue
        files += _publish_year(folder / str(log.year), log, head, with_entries=with_entries)
        leaves += head.size
    return Published(files, leaves)


def _publish_year(folder: Path, log: Log, head: Checkpoint, *, with_entries: bool) -> int:
    files = _write_tiles(folder, log, head.size)
    if with_entries:
        files += _write_bundles(folder, log, head.size)
    if root_from_tiles(folder, head.size) != _signed_root(log, head):
        raise Refused(
            "Die Kacheln für %(year)s führen nicht zum Prüfpunkt. Bitte „manage.py journal "
            "verify“ ausführen; veröffentlicht wurde nichts Neues.",
            "journal-inconsistent",
            values={"year": log.year},
        )
    # Last: whoever reads the checkpoint finds every tile it needs.
    _write(folder / "checkpoint", queries.cosigned_note(head).encode())
    return files + 1


def _signed_root(log: Log, head: Checkpoint) -> bytes:
    return keeping.open_head(log.year, head.note).root


def _write_tiles(folder: Path, log: Log, size: int) -> int:
    files = 0
    for name in layout.tiles_of(size):
        path = folder / name.path
        if path.exists() and path.stat().st_size == name.width * HASH_BYTES:
            continue
        start = name.index * layout.WIDTH
        if name.level == 0:
            hashes = list(queries.leaf_hashes(log.year, start + name.width, start=start))
        else:
            hashes = [_head_of_tile(folder, name.level - 1, start + at) for at in range(name.width)]
        _write(path, b"".join(hashes))
        files += 1
    return files


def _head_of_tile(folder: Path, level: int, index: int) -> bytes:
    tile = layout.TileName(level, index, layout.WIDTH)
    return root_of(_hashes(folder / tile.path))


def _hashes(path: Path) -> Iterator[bytes]:
    raw = path.read_bytes()
    return (raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES))


def root_from_tiles(folder: Path, size: int) -> bytes:
    """Return the head that the tiles at the right edge lead to, from the files alone.

    :raises OSError: a tile is missing
    """
    if not size:
        return EMPTY_ROOT
    nodes: list[bytes] = []
    # An unfinished tile holds the nodes of one digit of the size, written to base 256.
    for name in layout.tiles_of(size):
        if name.width < layout.WIDTH:
            edge = Frontier()
            for value in _hashes(folder / name.path):
                edge.append(value)
            nodes = edge.nodes + nodes
    return Frontier(size, nodes).root()


def find_damage(folder: Path, size: int) -> list[str]:
    """Return the files that do not follow from the entries of a year's folder (all of them read).

    Recomputed from the bundles where there are any, otherwise from the leaf hashes of level 0.
    """
    damaged = []
    for name in layout.tiles_of(size):
        try:
            stored = (folder / name.path).read_bytes()
            expected = _expected(folder, name)
        except (OSError, ValueError):
            damaged.append(name.path)
            continue
        if expected is not None and stored != expected:
            damaged.append(name.path)
    return damaged


def published_damage(folder: Path) -> Iterator[tuple[int, str]]:
    """Yield year and name of each published file that does not follow from the record.

    A full tile is written once and never looked at again by `publish`: a flipped bit would stay.
    """
    for log in queries.logs():
        place = folder / str(log.year)
        if log.dropped_at is not None or not place.exists():
            continue
        try:
            note = (place / "checkpoint").read_bytes().decode()
            head = keeping.open_head(log.year, note)
        except (OSError, UnicodeDecodeError, NoteError):
            yield log.year, "checkpoint"
            continue
        damaged = dict.fromkeys([*_other_leaves(place, log.year, head.size)])
        damaged |= dict.fromkeys(find_damage(place, head.size))
        yield from ((log.year, name) for name in damaged)


def _other_leaves(folder: Path, year: int, size: int) -> Iterator[str]:
    """Yield the tiles of level 0 that hold other hashes than the record."""
    for name in layout.tiles_of(size):
        if name.level:
            continue
        start = name.index * layout.WIDTH
        expected = b"".join(queries.leaf_hashes(year, start + name.width, start=start))
        path = folder / name.path
        if not path.is_file() or path.read_bytes() != expected:
            yield name.path


def _expected(folder: Path, name: layout.TileName) -> bytes | None:
    """Return what a tile must hold; None for level 0 without entries."""
    if name.level:
        start = name.index * layout.WIDTH
        heads = [_head_of_tile(folder, name.level - 1, start + at) for at in range(name.width)]
        return b"".join(heads)
    bundle = folder / layout.bundle_path(name.index, name.width)
    if not (folder / "tile" / "entries").exists():
        return None
    entries = layout.read_bundle(bundle.read_bytes())
    return b"".join(hash_leaf(entry) for entry in entries)


def _write_bundles(folder: Path, log: Log, size: int) -> int:
    """Write the bundles that are missing; entries are read from the first missing one on."""
    names = [name for name in layout.tiles_of(size) if name.level == 0]
    missing = [
        name for name in names if not (folder / layout.bundle_path(name.index, name.width)).exists()
    ]
    if not missing:
        return 0
    first = missing[0].index
    rows = queries.raw_rows(log.year, start=first * layout.WIDTH)
    files = 0
    for name in names[first:]:
        entries = [_leaf_data(row) for row in islice(rows, name.width)]
        path = folder / layout.bundle_path(name.index, name.width)
        if not path.exists():
            _write(path, layout.write_bundle(entries))
            files += 1
    return files


def _leaf_data(row: tuple[Any, ...]) -> bytes:
    return rules.leaf_data(
        number=row[1],
        at_ms=rules.milliseconds_of(row[2]),
        act=row[3],
        actor=row[4],
        subject=row[5],
        commitment=bytes(row[6]),
    )


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by the web server that serves the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        os.fchmod(file.fileno(), 0o644)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)

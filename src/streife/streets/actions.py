"""Bringing a street network in: read, check, write the file, put it in force."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from streife.accounts.rules import Actor
from streife.db.kept import forget_all
from streife.journal.actions import record
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.kernel.geo import Box
from streife.streets.building import Built, build
from streife.streets.coverage import around, share_covered
from streife.streets.holding import forget
from streife.streets.models import Network
from streife.streets.pieces import Pieces, other_city
from streife.streets.reading_koeln import read_koeln
from streife.streets.reading_osm import read_osm
from streife.streets.storing import folder, save, sweep

Progress = Callable[[str], None]

LEAST_COVERED = 0.5
MARGIN_METRES = 3_000


@dataclass(frozen=True, slots=True)
class Format:
    """How a kind of file is read, and where such files come from."""

    read: Callable[..., Pieces]
    source: str
    licence: str


FORMATS = {
    "osm": Format(read_osm, "OpenStreetMap-Mitwirkende", "ODbL 1.0"),
    "koeln": Format(read_koeln, "Stadt Köln, Offene Daten: Straßenabschnitte", "CC BY"),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """What people should know about a network; empty texts: what its format says."""

    name: str
    format: str
    source: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; `changed` is False if the same network was in force already."""

    network: Network
    changed: bool


def import_network(
    *,
    path: Path,
    origin: Origin,
    outline: Any,
    actor: Actor,
    now: datetime,
    tell: Progress,
    part: bool = False,
) -> Imported:
    """Read a file and put its network in force from today on.

    Nothing changes before the last step: whoever kills the import keeps the old network and
    starts again. `outline` is the city's area (shapely, degrees) or None where none is known;
    ways further than 3 km outside of it are left out. A network of half the city or less is
    refused unless `part` says that this is meant.

    :raises Refused: another import is running; the file is missing, empty, broken, has no streets,
        lies elsewhere or in another projection
    """
    actor.require("streets.configure")
    how = FORMATS.get(origin.format)
    if how is None:
        raise Refused("Dieses Format gibt es nicht.", "streets-unknown-format", field="format")
    if not path.is_file():
        raise Refused(
            "Die Datei %(name)s gibt es nicht.", "streets-no-file", values={"name": path.name}
        )
    within = around(outline, metres=MARGIN_METRES) if outline is not None else None
    with _alone():
        sweep()
        built = _built(how, path, within, tell)
        built.report["covered"] = _covered(built, outline, part)
        checksum = save(built.streets)
        return _put_in_force(built, checksum, origin, how, actor, now)


def _built(how: Format, path: Path, within: Box | None, tell: Progress) -> Built:
    return build(how.read(path, within=within, tell=tell), tell=tell)


def _covered(built: Built, outline: Any, part: bool) -> float | None:
    """Return the share of the city that is covered, None without an outline.

    :raises Refused: nothing of the city, or half of it or less without `part`
    """
    if outline is None:
        return None
    covered = share_covered(built.streets, outline)
    if covered == 0:
        raise other_city()
    if covered < LEAST_COVERED and not part:
        raise Refused(
            "Dieses Netz deckt nur %(percent)s %% der Stadt ab; überall sonst gäbe es keinen Weg. "
            "Bitte einen größeren Auszug wählen, oder mit --part bestätigen.",
            "streets-small-part",
            values={"percent": round(covered * 100, 1)},
        )
    return round(covered, 4)


@transaction.atomic
def _put_in_force(
    built: Built, checksum: str, origin: Origin, how: Format, actor: Actor, now: datetime
) -> Imported:
    old = Network.objects.select_for_update().filter(current=True).first()
    if old is not None and (old.checksum, old.name) == (checksum, origin.name):
        return Imported(old, changed=False)
    today = local(now).date()
    if old is not None:
        old.current, old.valid_to = False, max(today, old.valid_from)
        old.save(update_fields=["current", "valid_to"])
    network = _row(built, checksum, origin, how)
    network.imported_at, network.valid_from = now, today
    network.save()
    transaction.on_commit(forget)
    transaction.on_commit(forget_all)
    record(
        act="streets.imported",
        subject=f"streets:{network.pk}",
        actor=actor.ref,
        now=now,
        body={"checksum": checksum, "nodes": network.nodes, "edges": network.edges},
    )
    return Imported(network, changed=True)


def _row(built: Built, checksum: str, origin: Origin, how: Format) -> Network:
    streets = built.streets
    box = streets.box
    return Network(
        name=origin.name,
        format=origin.format,
        source=origin.source or how.source,
        licence=origin.licence or how.licence,
        data_date=built.data_date,
        checksum=checksum,
        south=box.south,
        west=box.west,
        north=box.north,
        east=box.east,
        nodes=streets.nodes,
        edges=len(streets.first),
        metres=float(streets.metres.sum(dtype=float)),
        report=built.report,
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of the import; the system gives it back when the process dies.

    :raises Refused: another import holds it
    """
    with (folder() / "import.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(
                "Es wird gerade schon ein Straßennetz eingelesen. Bitte warten, bis es da ist.",
                "streets-import-running",
            ) from error
        yield

"""Results as JSON lines: one record for each solver, cell, seed and limit; runs can be resumed."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.patrols.found import Routes
from benchmarks.patrols.instances import ROOT, Cell

RESULTS = ROOT / "build" / "patrols" / "results.jsonl"
BASELINES = Path(__file__).with_name("baselines.json")


@dataclass(frozen=True, slots=True)
class Record:
    """What a solver had on a cell after `limit` CPU seconds, and when it had found it."""

    solver: str
    version: str
    cell: str
    seed: int
    limit: int
    cpu_seconds: float
    score: int
    routes: Routes
    day: str

    @property
    def key(self) -> tuple[str, str, str, int, int]:
        """Return what makes a result unique."""
        return (self.solver, self.version, self.cell, self.seed, self.limit)

    @property
    def where(self) -> Cell:
        """Return the cell."""
        return Cell.parse(self.cell)


def load(path: Path = RESULTS) -> list[Record]:
    """Return the records in the file, the newest of each key; none if there is no file."""
    if not path.exists():
        return []
    found = (_record(json.loads(line)) for line in path.read_text().splitlines())
    return list({record.key: record for record in found}.values())


def append(records: Iterable[Record], path: Path = RESULTS) -> None:
    """Add records at the end of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(json.dumps(asdict(record)) + "\n" for record in records)


def load_baselines(path: Path = BASELINES) -> tuple[str, list[Record]]:
    """Return the machine note and the peers' records that are kept in the repository."""
    if not path.exists():
        return "", []
    kept = json.loads(path.read_text())
    return kept["machine"], [_record(row) for row in kept["records"]]


def keep_baselines(machine: str, records: Iterable[Record], path: Path = BASELINES) -> None:
    """Write the peers' records, one a line, sorted, so that a change can be read."""
    rows = [json.dumps(asdict(one)) for one in sorted(records, key=lambda one: one.key)]
    text = ",\n".join(rows)
    path.write_text(f'{{"machine": {json.dumps(machine)}, "records": [\n{text}\n]}}\n')


def _record(row: dict) -> Record:
    routes = tuple(tuple(route) for route in row.pop("routes"))
    return Record(routes=routes, **row)

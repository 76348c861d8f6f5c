"""Results as JSON lines: one record for each solver, instance, seed and limit; runs can go on."""

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.roster.places import RESULTS, ROOT


@dataclass(frozen=True, slots=True)
class Record:
    """What a solver had after `limit` CPU seconds. `value` None: nothing that is legal."""

    solver: str
    version: str
    instance: str
    seed: int
    limit: int
    cpu_seconds: float
    wall_seconds: float
    value: int | None
    bound: float | None
    day: str

    @property
    def key(self) -> tuple[str, str, str, int, int]:
        """Return what makes a result unique."""
        return self.solver, self.version, self.instance, self.seed, self.limit


def version_of(solver: str) -> str:
    """Return the version of a peer, or a digest of our own sources."""
    if solver != "streife":
        return version({"cpsat": "ortools", "highs": "highspy"}[solver])
    text = hashlib.sha256()
    for path in sorted((ROOT / "src/streife/roster/solver").glob("*.py")):
        text.update(path.read_bytes())
    return text.hexdigest()[:10]


def load(path: Path = RESULTS) -> list[Record]:
    """Return the records in the file, the newest of each key; none if there is no file."""
    if not path.exists():
        return []
    found = (Record(**json.loads(line)) for line in path.read_text().splitlines())
    return list({record.key: record for record in found}.values())


def append(record: Record, path: Path = RESULTS) -> None:
    """Add a record at the end of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(asdict(record)) + "\n")

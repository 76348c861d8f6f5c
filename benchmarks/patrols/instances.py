"""Public team-orienteering instances with time windows (TOPTW): reader, references, cells.

Files of Solomon (c1, r1, rc1) and Cordeau (pr) in the form of Vansteenwegen et al.; the form is
described in the `TOPTW_format.txt` beside them. Distances are Euclidean and cut (not rounded) after
the first decimal for Solomon's and the second for Cordeau's files; all times become whole numbers
of that unit. A window bounds the start of the service; the closing time of the depot is the
budget of a route; the number of routes (m) is not in the file.
"""

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT.parent / "shared" / "bench" / "toptw"
UNVERIFIED = "recalled, unverified"
CONFIRMED = "recalled, reached by a checked solution"
LOWER_BOUND = "lower bound only"


@dataclass(frozen=True, slots=True)
class Instance:
    """One file: place 0 is the depot, places 1…n the customers; times in 1/scale units."""

    name: str
    scale: int
    distance: np.ndarray  # int64 [n + 1, n + 1]
    service: np.ndarray  # int64 [n + 1]
    profit: np.ndarray  # int64 [n + 1]
    opens: np.ndarray  # int64 [n + 1]
    closes: np.ndarray  # int64 [n + 1]
    x: np.ndarray
    y: np.ndarray

    @property
    def size(self) -> int:
        """Return the number of customers."""
        return len(self.profit) - 1

    @property
    def budget(self) -> int:
        """Return the time by which a route must be back."""
        return int(self.closes[0])


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """An instance with a number of routes, the unit of every table."""

    instance: str
    routes: int

    def __str__(self) -> str:
        return f"{self.instance}-{self.routes}"

    @classmethod
    def parse(cls, text: str) -> "Cell":
        """Return the cell of `pr04-1`."""
        name, _, routes = text.rpartition("-")
        return cls(name, int(routes))

    @property
    def family(self) -> str:
        """Return the set the instance belongs to: c1, r1, rc1 or pr."""
        return "pr" if self.instance.startswith("pr") else self.instance[:-2]


@dataclass(frozen=True, slots=True)
class Reference:
    """What a score is compared with, and how much that figure is worth."""

    value: int
    status: str
    everything: int  # sum of all profits

    @property
    def mark(self) -> str:
        """Return the sign of the status used in tables."""
        return {CONFIRMED: "", UNVERIFIED: "*", LOWER_BOUND: "†"}[self.status]


# Per set: m = 1 and 2 twice (these get upper bounds), m = 3 and 4 once; narrow, middle and wide
# windows for Solomon's 100 customers, 48 to 288 customers for Cordeau's.
DEFAULT_CELLS = tuple(
    Cell.parse(text)
    for text in (
        "c101-1 c104-1 c103-2 c108-2 c104-3 c109-4 "
        "r104-1 r109-1 r101-2 r107-2 r108-3 r112-4 "
        "rc104-1 rc106-1 rc101-2 rc107-2 rc103-3 rc108-4 "
        "pr02-1 pr04-1 pr07-2 pr10-2 pr03-3 pr05-4"
    ).split()
)
LONG_CELLS = tuple(
    Cell.parse(text) for text in "c104-3 c109-4 r108-3 r112-4 rc107-2 rc108-4 pr10-2 pr05-4".split()
)


def read(path: Path) -> Instance:
    """Return the instance in `path`; raises ValueError when the file is not of the known form."""
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    rows = [[float(word) for word in line] for line in lines[2:]]
    scale = 100 if path.stem.startswith("pr") else 10
    if [row[0] for row in rows] != list(range(len(rows))) or int(lines[0][2]) != len(rows) - 1:
        raise ValueError(f"{path.name} is no TOPTW file")
    x, y = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    return Instance(
        name=path.stem,
        scale=scale,
        distance=_truncated(x, y, scale),
        service=_whole([row[3] for row in rows], scale),
        profit=_whole([row[4] for row in rows], 1),
        opens=_whole([row[-2] for row in rows], scale),
        closes=_whole([row[-1] for row in rows], scale),
        x=x,
        y=y,
    )


def _truncated(x: np.ndarray, y: np.ndarray, scale: int) -> np.ndarray:
    """Return distances cut to the unit; the epsilon keeps 3.0 from becoming 2.9."""
    real = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    return np.floor(scale * real + 1e-9).astype(np.int64)


def _whole(values: list[float], scale: int) -> np.ndarray:
    if any(not math.isclose(value * scale, round(value * scale)) for value in values):
        raise ValueError(f"not a multiple of 1/{scale}: {values}")
    return np.array([round(value * scale) for value in values], dtype=np.int64)


@cache
def instance(name: str, folder: Path = FOLDER) -> Instance:
    """Return the instance of that name."""
    return read(folder / "instances" / f"{name}.txt")


@cache
def references(folder: Path = FOLDER) -> dict[Cell, Reference]:
    """Return the reference of every cell of `best_known.csv`, with its status."""
    found = {}
    with (folder / "best_known.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            status = {
                "recalled=confirmed feasible": CONFIRMED,
                "recalled, not confirmed": UNVERIFIED,
                "lower bound on BKS only": LOWER_BOUND,
            }[row["reference_status"]]
            found[Cell(row["instance"], int(row["m"]))] = Reference(
                int(row["reference_value"]), status, int(row["sum_profit_UB"])
            )
    return found

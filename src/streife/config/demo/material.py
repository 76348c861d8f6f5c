"""What the demo is made of: the YAML and CSV files under data/, read once."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from streife.kernel.geo import Point


@dataclass(frozen=True, slots=True)
class Matter:
    """How often a matter is reported, and where and when."""

    code: str
    weight: float
    night: bool = False
    sites: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences that read like people."""

    texts: dict[str, list[str]]
    since: list[str]
    streets: list[str]
    openings: list[str]
    endings: list[str]


def folder() -> Path:
    """Return where the files of the demo lie."""
    return Path(settings.DATA_DIR).parent / "demo"


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((folder() / name).read_text(encoding="utf-8"))
    return content


@cache
def rhythm() -> list[list[int]]:
    """Return counts by weekday (Monday first) and hour."""
    hours: list[list[int]] = _read("rhythm.yaml")["hours"]
    return hours


@cache
def matters() -> list[Matter]:
    """Return what is reported, with weights."""
    return [Matter(code, **row) for code, row in _read("mix.yaml")["matters"].items()]


@cache
def words() -> Words:
    """Return the sentences."""
    content = _read("words.yaml")
    return Words(**{key: content[key] for key in Words.__slots__})


@cache
def people() -> dict[str, Any]:
    """Return users and names, all invented."""
    return _read("people.yaml")


@cache
def inhabited() -> tuple[list[Point], list[float]]:
    """Return the centres of inhabited 100 m cells and their residents."""
    points, residents = [], []
    with (Path(settings.DATA_DIR) / "population_100m.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            points.append(Point(float(row["lat"]), float(row["lon"])))
            residents.append(float(row["residents"]))
    return points, residents


@cache
def squares() -> list[Point]:
    """Return the named squares of the city."""
    content = yaml.safe_load((Path(settings.DATA_DIR) / "sites.yaml").read_text(encoding="utf-8"))
    return [Point(row["latitude"], row["longitude"]) for row in content["sites"]]

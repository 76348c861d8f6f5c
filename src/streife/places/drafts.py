"""What a city's folder of data becomes before it is written. No Django."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from streife.places.reading import Findings, as_geojson
from streife.places.rules import AreaKind


@dataclass(slots=True)
class Draft:
    """One row as the data say it: `values` are columns, a change of them is a new version."""

    kind: str  # one of AreaKind, or site, zone, office
    code: str
    where: str
    valid_from: date
    source: str
    verified: bool
    values: dict[str, Any]
    parent: tuple[AreaKind, str] | None = None
    shape: Any = None  # shapely, areas only


@dataclass(slots=True)
class Bundle:
    """Everything a folder holds; `findings.bad` names what could not be taken."""

    dataset: str
    city_code: str
    drafts: list[Draft] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)

    def of(self, *kinds: str) -> list[Draft]:
        """Return the rows of some kinds in the order of the files."""
        return [draft for draft in self.drafts if draft.kind in kinds]


class BadManifest(ValueError):
    """`city.yaml` is missing or cannot be understood; the message is German."""


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping that a YAML file holds.

    :raises BadManifest: the file cannot be read or holds something else
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadManifest(f"{path.name} ist nicht lesbar: {error}") from error
    if not isinstance(content, dict):
        raise BadManifest(f"{path.name} ist keine Zuordnung (YAML mapping).")
    return content


def outline(geometry: Any) -> dict[str, Any]:
    """Return the columns of an area: GeoJSON and the box around it."""
    west, south, east, north = (round(number, 6) for number in geometry.bounds)
    return {
        "geometry": as_geojson(geometry),
        "south": south,
        "west": west,
        "north": north,
        "east": east,
    }

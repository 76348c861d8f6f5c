"""Speeds as data: `data/streets/speeds.yaml`, read once a process."""

from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from streife.kernel.errors import Refused
from streife.streets.rules import Mode, Period, StraightLine


@dataclass(frozen=True, slots=True)
class Speeds:
    """What the file says, checked."""

    straight_line: StraightLine
    snap_metres: float
    periods: dict[Mode, tuple[Period, ...]]


def speeds() -> Speeds:
    """Return the speeds of this installation.

    :raises Refused: the file is missing or says something impossible
    """
    return _read(Path(settings.STREETS_DIR) / "speeds.yaml")


@cache
def _read(path: Path) -> Speeds:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return parse(content)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(
            "Die Datei der Geschwindigkeiten %(path)s ist nicht lesbar: %(why)s",
            "streets-bad-speeds",
            values={"path": path.name, "why": str(error)},
        ) from error


def parse(content: dict[str, Any]) -> Speeds:
    """Return the speeds of a file's content.

    :raises ValueError: a speed or factor that is not positive, periods out of order
    :raises KeyError: something is missing
    """
    line = content["straight_line"]
    straight = StraightLine(
        positive(line["detour_factor"]), {mode: positive(line["kmh"][mode.value]) for mode in Mode}
    )
    periods = {
        mode: _periods(content.get("periods", {}).get(mode.value) or [_STEADY]) for mode in Mode
    }
    return Speeds(straight, positive(content["snap_metres"]), periods)


_STEADY = {"begins": "00:00", "factor": 1.0}


def _periods(rows: list[dict[str, Any]]) -> tuple[Period, ...]:
    found = tuple(
        Period(time.fromisoformat(row["begins"]), positive(row["factor"])) for row in rows
    )
    if [p.begins for p in found] != sorted({p.begins for p in found}) or found[0].begins != time():
        raise ValueError("periods must begin at 00:00 and follow one another")
    return found


def positive(value: object) -> float:
    """Return a number above zero.

    :raises ValueError: it is none
    """
    number = float(str(value))
    if not 0 < number < float("inf"):
        raise ValueError(f"{value} is not a positive number")
    return number

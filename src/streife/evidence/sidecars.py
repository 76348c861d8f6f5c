"""What comes along with a file: the dock's small JSON file, or the form of the upload page.

    {"camera": {"serial": "BC-0042", "firmware": "1.2", "now": "2026-11-23T10:00:03Z"},
     "started_at": "…", "ended_at": "…",           by the camera's clock
     "wearer": "personnel number", "checkout": "…", "incident": "2026-000123",
     "reason": "protect_staff", "facts": "…", "announced": true, "not_announced_because": "",
     "dwelling": false, "dwelling_decided_by": "", "professional_secret": false,
     "prerecord_s": 0, "latitude": 51.51, "longitude": 7.46, "note": "signed by the dock"}

All fields may be missing; unknown ones are refused, because a misspelt one would be lost.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from streife.evidence.rules import Circumstances, Reason, check_circumstances
from streife.kernel.clock import BERLIN
from streife.kernel.errors import Unreadable

LARGEST = 65_536
FIRST_YEAR, LAST_YEAR = 1969, 2200
FIELDS = {
    "camera": dict,
    "started_at": str,
    "ended_at": str,
    "wearer": str,
    "checkout": str,
    "incident": str,
    "reason": str,
    "facts": str,
    "announced": bool,
    "not_announced_because": str,
    "dwelling": bool,
    "dwelling_decided_by": str,
    "professional_secret": bool,
    "prerecord_s": int,
    "latitude": float,
    "longitude": float,
    "note": str,
}


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What was said about a file, checked for form only."""

    camera_serial: str = ""
    camera_firmware: str = ""
    camera_now: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    wearer: str = ""
    checkout: str = ""
    incident: str = ""
    circumstances: Circumstances = field(default_factory=Circumstances)
    prerecord_seconds: int = 0
    latitude: float | None = None
    longitude: float | None = None
    note: str = ""


def read_sidecar(raw: bytes) -> Sidecar:
    """Return what a sidecar says.

    :raises Unreadable: `sidecar-unreadable`, and what its circumstances lack
    """
    if len(raw) > LARGEST:
        raise _unreadable("zu groß")
    try:
        value = read_json(raw)
    except ValueError as error:
        raise _unreadable("kein JSON") from error
    return sidecar_of(value)


def read_json(raw: bytes) -> Any:
    """Return what JSON from outside says; what no database could keep is none.

    :raises ValueError: no JSON, nested beyond reason, half a surrogate pair, or a zero byte in it
    """
    try:
        value = json.loads(raw)
        kept = json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if b"\\u0000" in kept:
        raise ValueError("a zero byte")
    return value


def sidecar_of(value: Any) -> Sidecar:
    """Return what a value of JSON says; as `read_sidecar`."""
    if not isinstance(value, dict):
        raise _unreadable("kein Objekt")
    for name, given in value.items():
        kind = FIELDS.get(name)
        wanted = (int, float) if kind is float else kind
        if wanted is None or (given is not None and not isinstance(given, wanted)):
            raise _unreadable(name)
    camera = value.get("camera") or {}
    said = Circumstances(
        reason=_reason(value.get("reason")),
        facts=_text(value, "facts", 4000),
        announced=value.get("announced"),
        not_announced_because=_text(value, "not_announced_because", 300),
        dwelling=bool(value.get("dwelling")),
        dwelling_decided_by=_text(value, "dwelling_decided_by", 120),
        professional_secret=bool(value.get("professional_secret")),
    )
    check_circumstances(said)
    return Sidecar(
        camera_serial=_text(camera, "serial", 80),
        camera_firmware=_text(camera, "firmware", 80),
        camera_now=_moment(camera, "now"),
        started_at=_moment(value, "started_at"),
        ended_at=_moment(value, "ended_at"),
        wearer=_text(value, "wearer", 20),
        checkout=_text(value, "checkout", 80),
        incident=_text(value, "incident", 40),
        circumstances=said,
        prerecord_seconds=_within(value, "prerecord_s", 0, 600) or 0,
        latitude=_within(value, "latitude", -90, 90),
        longitude=_within(value, "longitude", -180, 180),
        note=_text(value, "note", LARGEST),
    )


def _unreadable(what: str) -> Unreadable:
    return Unreadable(
        "Die Begleitdatei der Aufnahme ist nicht lesbar (%(what)s). Bitte die Dockstation prüfen;"
        " die Aufnahme bleibt auf der Kamera.",
        "sidecar-unreadable",
        values={"what": what},
    )


def _reason(given: str | None) -> Reason:
    if not given:
        return Reason.UNKNOWN
    if given not in tuple(Reason):
        raise _unreadable("reason")
    return Reason(given)


def _text(value: dict[str, Any], name: str, longest: int) -> str:
    given = value.get(name) or ""
    if not isinstance(given, str) or len(given) > longest or "\0" in given:
        raise _unreadable(name)
    return given.strip() if name != "note" else given


def _within(value: dict[str, Any], name: str, low: float, high: float) -> Any:
    given = value.get(name)
    if given is not None and not low <= given <= high:
        raise _unreadable(name)
    return given


def _moment(value: dict[str, Any], name: str) -> datetime | None:
    """Return a moment; one without a zone is the wall clock in Germany.

    Years no clock can mean count as not said; a clock that stands in 1970 means something.
    In the hour that comes twice a wall clock cannot say which one it is; the first one is earlier,
    so it deletes earlier (`fold=0`).
    """
    given = _text(value, name, 40)
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise _unreadable(name) from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=BERLIN, fold=0)

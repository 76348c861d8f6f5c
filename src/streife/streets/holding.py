"""Networks in the memory of a process: read once, shared by all its threads."""

import logging
import threading
from dataclasses import dataclass, field
from datetime import date
from time import monotonic

from django.db.models import Q

from streife.db.kept import Kept
from streife.kernel.errors import Refused
from streife.streets.building import Streets
from streife.streets.models import Network
from streife.streets.routing import Router
from streife.streets.rules import Mode
from streife.streets.speeds import speeds
from streife.streets.storing import load

_log = logging.getLogger(__name__)
_AGAIN_SECONDS = 30.0  # a file that another process mended is found after this time
_MOST = 2  # the one in use, and its predecessor while plans of the past are looked at

_lock = threading.Lock()


@dataclass(eq=False)
class Held:
    """A network in memory; routers are made at the first question for their mode."""

    name: str
    streets: Streets
    _routers: dict[Mode, Router] = field(default_factory=dict)

    def router(self, mode: Mode) -> Router:
        """Return the router of a mode."""
        with _lock:
            if mode not in self._routers:
                foot = speeds().straight_line.kmh[Mode.FOOT]
                self._routers[mode] = Router(self.streets, mode, foot_kmh=foot)
            return self._routers[mode]


_held: dict[str, Held] = {}
_failed: dict[str, float] = {}  # checksum → when to try again


def valid_on(on: date) -> Q:
    """Return the condition that a network is valid on a day."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


_rows = Kept[date, "Network | None"](
    lambda on: Network.objects.filter(valid_on(on)).order_by("-valid_from", "-id").first()
)


def network_on(on: date) -> Network | None:
    """Return the row of the network valid on a day, kept for a few seconds."""
    return _rows(on)


def held_on(on: date) -> Held | None:
    """Return the network of a day, None if there is none or its file cannot be used.

    Whoever asks gets the straight line then, marked as estimated; the page of the network says
    what is wrong with the file.
    """
    row = network_on(on)
    return None if row is None else _hold(row)


def _hold(row: Network) -> Held | None:
    with _lock:
        if row.checksum in _held:
            return _held[row.checksum]
        if monotonic() < _failed.get(row.checksum, 0.0):
            return None
    streets = _load(row.checksum)
    with _lock:
        if streets is None:
            _failed[row.checksum] = monotonic() + _AGAIN_SECONDS
            return None
        if len(_held) >= _MOST:
            _held.clear()
        return _held.setdefault(row.checksum, Held(row.name, streets))


def _load(checksum: str) -> Streets | None:
    try:
        streets = load(checksum)
    except Refused as refused:
        _log.error("street network %s: %s", checksum[:12], refused)
        return None
    if streets is None:
        _log.error("street network %s: file is missing", checksum[:12])
    return streets


def forget() -> None:
    """Read files again; an import calls it for its own process."""
    with _lock:
        _held.clear()
        _failed.clear()

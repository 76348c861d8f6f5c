"""Look-ups while a file comes in: who wore the camera, which incident it belongs to."""

from datetime import datetime, timedelta

from streife.accounts.rules import system
from streife.equipment.queries import carried
from streife.evidence.models import Recording
from streife.incidents import queries as incidents
from streife.kernel.errors import Unreadable
from streife.kernel.geo import Point
from streife.places.queries import find_places
from streife.staff.queries import officer_numbered

NEAR_METRES = 400
AROUND = timedelta(hours=2)


def wearer_of(serial: str, at: datetime) -> int | None:
    """Return the id of the officer who carried a camera at a moment, by the equipment ledger."""
    held = carried(serial=serial, at=at)
    return held.officer_id if held else None


def wearer_for(*, number: str, serial: str, at: datetime) -> int | None:
    """Return the wearer: by the ledger, else by the personnel number that came with the file.

    :raises Unreadable: `no-such-wearer`
    """
    known = wearer_of(serial, at)
    if known is not None or not number:
        return known
    found = officer_numbered(number)
    if found is None:
        raise Unreadable(
            "Die Personalnummer in der Begleitdatei gibt es nicht. Bitte an der Dockstation"
            " prüfen, wem die Kamera ausgegeben wurde.",
            "no-such-wearer",
            field="wearer",
        )
    return found


def incident_id_of(number: str) -> int | None:
    """Return the id of the incident with this number.

    :raises NotFound: `no-such-incident`
    """
    return incidents.incident_for(system("evidence"), number).pk if number else None


def last_docked_at(serial: str, *, before: datetime) -> datetime | None:
    """Return when a camera was read out the time before: nothing on it is older."""
    if not serial:
        return None
    docked = Recording.objects.filter(camera_serial=serial, docked_at__lt=before)
    return docked.order_by("-docked_at").values_list("docked_at", flat=True).first()


def proposed_incidents(recording: Recording) -> list[incidents.Candidate]:
    """Return incidents near a recording in place and time, nearest first; a person links one."""
    if recording.latitude is None or recording.longitude is None:
        return []
    found = incidents.candidates(
        Point(recording.latitude, recording.longitude),
        radius_metres=NEAR_METRES,
        since=recording.started_at - AROUND,
        until=recording.ended_at + AROUND,
    )
    return sorted(found, key=lambda one: one.metres)


def place_of(address: str) -> Point | None:
    """Return where an address is, None if nothing is known that exactly."""
    hits = find_places(address, limit=1) if address.strip() else []
    return hits[0].point if hits and not hits[0].approximate else None

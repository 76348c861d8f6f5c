"""Look-ups while a file comes in: who wore the camera, which incident it belongs to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Proposal:
    """An incident a recording may belong to, and why: so far away, or the wearer's unit was there.

    `metres` is None if the camera told no place.
    """

    incident_id: int
    number: str
    metres: float | None
    attended: bool


# Whoever knows the units is above the vault: officer, begin, end to (id, number) of incidents.
Attended = Callable[[int, datetime, datetime], Sequence[tuple[int, str]]]
_attended: list[Attended] = [lambda officer_id, since, until: []]


def ask_for_attended(attended: Attended) -> None:
    """Use this from now on to find where a wearer's unit was; called once at start-up."""
    _attended[0] = attended


def proposed_incidents(recording: Recording) -> list[Proposal]:
    """Return what a recording may belong to; a person links one.

    First where the wearer's unit had a job at that time, then what is near in place and time.
    Nothing is guessed: without a place and without a job there is no proposal.
    """
    near = {one.incident_id: one for one in _near(recording)}
    jobs: Sequence[tuple[int, str]] = []
    if recording.wearer_id is not None:
        jobs = _attended[0](recording.wearer_id, recording.started_at, recording.ended_at)
    found = [
        Proposal(ident, number, near[ident].metres if ident in near else None, attended=True)
        for ident, number in jobs
    ]
    known = {ident for ident, _ in jobs}
    return found + [
        Proposal(one.incident_id, one.number, one.metres, attended=False)
        for one in near.values()
        if one.incident_id not in known
    ]


def _near(recording: Recording) -> list[incidents.Candidate]:
    """Return incidents near a recording in place and time, nearest first."""
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

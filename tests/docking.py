"""Drawn recordings in the vault, for tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from streife.config.demo.footage import Person
from streife.evidence.models import Dock, Recording
from streife.incidents.models import Field, Incident
from tests.filming import filmed
from tests.vaulting import make_dock, take_in


def docked(
    people: Sequence[Person],
    *,
    now: datetime,
    frames: int = 25,
    said: dict[str, object] | None = None,
    ended_at: datetime | None = None,
) -> Recording:
    """A drawn recording of some people, in the vault; it ended an hour before `now`."""
    film = filmed(people, frames=frames, sound=True).getvalue()
    dock = Dock.objects.first() or make_dock(now)
    ended = ended_at or now - timedelta(hours=1)
    return take_in(film, dock=dock, now=now, ended_at=ended, said=said)


def open_incident(now: datetime, number: str = "2026-000007") -> Incident:
    """An incident that somebody works on."""
    field, _ = Field.objects.get_or_create(
        code="order",
        defaults={
            "name": "Ordnung", "icon": "shield", "order": 1, "valid_from": now.date(), "source": "-"
        },
    )  # fmt: skip
    values = {
        "number": number, "title": "Streit", "field": field, "status": "open",
        "opened_at": now, "due_at": now, "latitude": 51.5, "longitude": 7.4, "cell": 1,
        "priority": 2, "queue_rank": 1, "category_code": "streit",
    }  # fmt: skip
    known = {one.name for one in Incident._meta.get_fields()}
    return Incident.objects.create(**{k: v for k, v in values.items() if k in known})

"""Drawn recordings in the vault, for tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from streife.config.demo.footage import Person
from streife.evidence.models import Dock, Recording
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

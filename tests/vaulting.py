"""A vault for tests: a dock, cameras that write files, people around it. All of it invented."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

from streife.accounts.models import User
from streife.accounts.queries import actor_of
from streife.accounts.rules import Actor, Role, system
from streife.evidence import actions
from streife.evidence.models import Dock, Hold, Recording
from streife.evidence.sidecars import Sidecar, sidecar_of
from streife.staff.models import Officer
from tests.factories import user_with

VAULT = system("evidence")


def make_dock(
    now: datetime, *, code: str = "wache-mitte", folder: str = "", device: str = ""
) -> Dock:
    """Return a dock."""
    return actions.add_dock(
        code=code, name="Wache Mitte", folder=folder, device_key=device, actor=VAULT, now=now
    )


def wearer(number: str = "4711", *, username: str = "") -> tuple[Officer, Actor]:
    """Return an officer with an account."""
    user: User = user_with(Role.OFFICER, username=username or f"kraft-{number}")
    officer, _ = Officer.objects.get_or_create(
        personnel_number=number,
        defaults={
            "first_name": "Erfunden",
            "last_name": f"Kraft {number}",
            "user": user,
            "entered_date": date(2020, 1, 1),
        },
    )
    return officer, actor_of(user)


def take_in(
    content: bytes,
    *,
    dock: Dock,
    now: datetime,
    name: str = "bc0042.mp4",
    ended_at: datetime | None = None,
    said: dict[str, Any] | None = None,
) -> Recording:
    """Put bytes into the vault as a dock would, and return the recording."""
    told: dict[str, Any] = {"reason": "protect_staff", "announced": True, **(said or {})}
    if ended_at is not None:
        told["ended_at"] = ended_at.isoformat()
    return actions.ingest(
        incoming=arriving(content, name=name, docked_at=now, sidecar=sidecar_of(told)),
        dock=dock,
        actor=VAULT,
        now=now,
    ).recording


def look_at(recording: Recording, actor: Actor, now: datetime) -> None:
    """Begin a look at a recording, as whoever releases a copy has to."""
    actions.begin_viewing(
        ident=recording.ident,
        purpose="disclosure",
        reason="Kopie prüfen vor der Freigabe",
        actor=actor,
        now=now,
    )


def arriving(
    content: bytes, *, docked_at: datetime, name: str = "bc0042.mp4", sidecar: Sidecar | None = None
) -> actions.Incoming:
    """Return bytes as a file that arrives."""
    return actions.Incoming(
        name=name,
        size=len(content),
        read=BytesIO(content).readinto,
        docked_at=docked_at,
        sidecar=sidecar or Sidecar(),
    )


def lay_down(folder: Path, name: str, content: bytes, told: dict[str, Any] | None = None) -> Path:
    """Write a file into a watched folder, long enough ago, with its sidecar."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    if told is not None:
        path.with_name(f"{name}.json").write_text(json.dumps(told))
    an_hour_ago = datetime(2026, 11, 23, 9, 0, tzinfo=UTC).timestamp()
    os.utime(path, (an_hour_ago, an_hour_ago))
    return path


def movie(duration: timedelta, created: datetime, *, padding: int = 1000) -> bytes:
    """Return the least of an MP4 that says how long it is and when it was made."""
    seconds = int((created - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds())
    mvhd = (
        bytes(4)
        + seconds.to_bytes(4, "big") * 2
        + (1000).to_bytes(4, "big")
        + int(duration.total_seconds() * 1000).to_bytes(4, "big")
        + bytes(80)
    )
    moov = _box(b"moov", _box(b"mvhd", mvhd))
    return _box(b"ftyp", b"isom" + bytes(4)) + _box(b"mdat", os.urandom(padding)) + moov


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def vault_files() -> list[Path]:
    """Return every file that lies anywhere in the vault's folders."""
    root = Path(settings.VAR_DIR) / "evidence"
    return [path for path in root.rglob("*") if path.is_file()]


def kept(recording: Recording, actor: Actor, now: datetime) -> Hold:
    """Ask to keep a recording because of a complaint; nobody has confirmed it yet."""
    return actions.request_hold(
        ident=recording.ident,
        reason="complaint",
        reference="Beschwerde 3/26 (erfunden)",
        review_on=now.date() + timedelta(days=30),
        actor=actor,
        now=now,
    )

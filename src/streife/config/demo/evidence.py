"""Drawn recordings and seized things in every state, so that no page of the vault is empty."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyrage
from PIL import Image

from streife.config.demo.footage import Person, film, scene, street, tone
from streife.config.demo.people import DEMO, actor
from streife.evidence import actions
from streife.evidence.actions import redacting
from streife.evidence.actions.copying import make_copy
from streife.evidence.actions.noting import add_note
from streife.evidence.actions.searching import search_faces
from streife.evidence.export.actions import Wanted, request_hand_over
from streife.evidence.models import Dock, Recording, Redaction
from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.project import Cover, Kind, Project
from streife.evidence.sidecars import sidecar_of
from streife.incidents.models import Incident
from streife.incidents.rules import Status
from streife.kernel.clock import local
from streife.kernel.clock import now as clock
from streife.kernel.geo import Point

RATE, FRAMES = 10, 60
DOCK = "wache-mitte"
WEARER = "K-001"  # signs in as the demo's officer
DARK = (120, 84, 60)
WESTPARK = Point(51.5107, 7.4444)


@dataclass(frozen=True, slots=True)
class Shot:
    """One drawn recording: who walks through it, how long ago, what was said about it."""

    name: str
    hours_ago: int
    people: Sequence[Person]
    reason: str = "protect_staff"
    facts: str = ""
    mine: bool = True


SHOTS = (
    Shot(
        "bc0041_1.mp4",
        3,
        [Person(70, (60, 120), (5, 0)), Person(64, (520, 140), (-3, 0), skin=DARK)],
        "",
    ),
    Shot(
        "bc0041_2.mp4",
        12 * 24,
        [Person(80, (260, 110), (0.5, 0))],
        facts="Person ging mit erhobener Flasche auf die Streife zu.",
    ),
    Shot(
        "bc0042_1.mp4",
        9 * 24 + 5,
        [Person(72, (120, 130), (2, 0)), Person(70, (400, 230), turned=90)],
        "protect_others",
        "Zwei Beteiligte, einer lag am Boden.",
        mine=False,
    ),
    Shot(
        "bc0041_3.mp4",
        10 * 24 + 7,
        [Person(66, (200, 140), hidden=tuple(range(20, 36)))],
        "prosecution",
        "Platzverweis wurde unter Bedrohung nicht befolgt.",
    ),
    Shot("bc0043_1.mp4", 5 * 24, [Person(60, (300, 120))], facts="Hund ohne Leine.", mine=False),
    Shot("bc0043_2.mp4", 30, [Person(90, (240, 90))], facts="Versehentlich gestartet."),
)


def ensure_evidence(now: datetime) -> int:
    """Fill the vault once; return how many recordings are new."""
    if Dock.objects.filter(code=DOCK).exists():
        return 0
    dock = actions.add_dock(code=DOCK, name="Wache Mitte", actor=DEMO, now=now)
    rows = [_take_in(shot, dock, now) for shot in SHOTS]
    Recording.objects.update(synthetic=True)
    _, needed, open_case, asked, _, mistake = rows
    _decide(needed, open_case, asked, mistake, now)
    _redact(open_case, now)
    _seize(now)
    _hand_out(open_case, now)
    actions.expire_due(actor=DEMO, now=now)
    actions.reconcile(actor=DEMO, now=now)
    return len(rows)


def _take_in(shot: Shot, dock: Dock, now: datetime) -> Recording:
    made = io.BytesIO()
    seconds = FRAMES / RATE
    film(made, scene(shot.people, frames=FRAMES), rate=RATE, sound=tone(seconds))
    made.seek(0)
    ended = now - timedelta(hours=shot.hours_ago)
    told = {
        "camera": {"serial": shot.name[:6].upper(), "firmware": "erfunden 1.0"},
        "started_at": (ended - timedelta(seconds=seconds)).isoformat(),
        "ended_at": ended.isoformat(),
        "wearer": WEARER if shot.mine else "K-005",
        "reason": shot.reason,
        "facts": shot.facts,
        "announced": True if shot.reason else None,
    }
    incoming = actions.Incoming(
        name=shot.name,
        size=len(made.getvalue()),
        read=made.readinto,
        docked_at=ended + timedelta(hours=1),
        sidecar=sidecar_of({name: value for name, value in told.items() if value is not None}),
    )
    done = actions.ingest(incoming=incoming, dock=dock, actor=DEMO, now=now).recording
    done.media = {**done.media, "duration_ms": int(seconds * 1000)}
    done.save(update_fields=["media"])
    return done


def _decide(
    needed: Recording, open_case: Recording, asked: Recording, mistake: Recording, now: datetime
) -> None:
    """Give each recording another story: linked, held, asked for, asked to go."""
    officer, leader = actor("streife"), actor("schicht")
    custodian = actor("beweis")
    incident = Incident.objects.exclude(status=Status.CLOSED).order_by("-pk").first()
    if incident is not None:
        actions.link_incident(ident=open_case.ident, number=incident.number, actor=leader, now=now)
    review = local(now).date() + timedelta(days=30)
    for row, who in ((open_case, custodian), (asked, officer)):
        hold = actions.request_hold(
            ident=row.ident,
            reason="owi",
            reference=f"OWi 32-{row.pk}/26",
            review_on=review,
            actor=who,
            now=now,
        )
        if who is custodian:
            actions.confirm_hold(hold_id=hold.pk, actor=leader, now=now)
    actions.request_deletion(ident=mistake.ident, ground="mistake", actor=officer, now=now)
    look = actions.begin_viewing(
        ident=needed.ident,
        purpose="own_report",
        reason="Bericht zum Einsatz schreiben",
        actor=officer,
        now=now,
    )
    for at_ms, words, chapter in (
        (0, "Ansprache", True),
        (2500, "Flasche in der rechten Hand", False),
        (4000, "Weggang", True),
    ):
        add_note(token=look.token, at_ms=at_ms, text=words, chapter=chapter, actor=officer, now=now)


def _redact(recording: Recording, now: datetime) -> None:
    """Leave one redaction ready for a person, and one copy waiting for the second one."""
    custodian = actor("beweis")
    for purpose, goes_on in (
        ("Akteneinsicht der Gegenseite", True),
        ("Auskunft an die betroffene Person", False),
    ):
        made = redacting.begin_redaction(
            ident=recording.ident, purpose=purpose, actor=custodian, now=now
        )
        search_faces(redaction_id=made.pk, actor=DEMO, clock=clock)
        plate = Cover(
            "hdemo",
            Kind.PLATE,
            ((10, Box(20, 290, 120, 330)), (50, Box(120, 290, 220, 330))),
            by_hand=True,
        )
        for change in (redacting.add_cover(plate), redacting.mute(1000, 2200)):
            redacting.change_project(redaction_id=made.pk, change=change, actor=custodian, now=now)
        if not goes_on:
            continue
        for review in Project.from_json(Redaction.objects.get(pk=made.pk).project).open_reviews:
            redacting.change_project(
                redaction_id=made.pk, change=redacting.settle(review.key), actor=custodian, now=now
            )
        redacting.ask_for_copy(redaction_id=made.pk, actor=custodian, now=now)
        make_copy(redaction_id=made.pk, actor=DEMO, clock=clock)


def _hand_out(recording: Recording, now: datetime) -> None:
    """Ask for one hand-over that waits for the second person."""
    request_hand_over(
        ident=recording.ident,
        wanted=Wanted(
            recipient="Staatsanwaltschaft Musterstadt",
            recipient_key=str(pyrage.x25519.Identity.generate().to_public()),
            purpose="crime",
            reference="123 Js 45/26",
        ),
        actor=actor("beweis"),
        now=now,
    )


def _seize(now: datetime) -> None:
    officer, custodian = actor("streife"), actor("beweis")
    for label, where, days in (
        ("Klappmesser, Klinge 9 cm (erfunden)", "Nordmarkt", 2),
        ("Lautsprecherbox (erfunden)", "Westpark", 6),
        ("Zwei Spraydosen (erfunden)", "Rheinische Straße", 11),
    ):
        item = actions.take_item(
            label=label,
            where=where,
            taken_at=now - timedelta(days=days),
            point=WESTPARK if days == 6 else None,
            snapshot=_drawn() if days == 6 else None,
            actor=officer,
            now=now,
        )
        if days > 2:
            actions.move_item(
                ident=item.ident,
                step="stored",
                place="Asservatenraum, Regal 2",
                actor=custodian,
                now=now,
            )
        if days > 6:
            actions.move_item(
                ident=item.ident,
                step="returned",
                party="Eigentümer (erfunden)",
                actor=custodian,
                now=now,
            )
        if days == 6:
            why = "Eigentümer nicht zu ermitteln (erfunden)"
            actions.ask_destruction(ident=item.ident, why=why, actor=custodian, now=now)


def _drawn() -> actions.Snapshot:
    """Return a drawn picture that says that it is none of anything real."""
    out = io.BytesIO()
    Image.fromarray(street(640, 360)).save(out, "JPEG")
    return actions.Snapshot(out.getvalue(), "box.jpg")

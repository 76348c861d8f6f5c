"""Bags for tests: a real recording, handed out by the real actions, opened with a real age key."""

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyrage

from streife.accounts.rules import Actor, system
from streife.evidence.export import actions, building, offline_verifier
from streife.evidence.export.trust import trust_text
from streife.evidence.models import HandOver, Recording
from streife.evidence.rules.handing_over import Stage

PROGRAM = Path(offline_verifier.__file__)


@dataclass
class Handed:
    """A hand-over, the bag as the recipient decrypted it, and the file of keys."""

    hand_over: HandOver
    bag: Path
    trust: Path


def wanted(key: str, *, purpose: str = "crime") -> actions.Wanted:
    return actions.Wanted(
        recipient="Staatsanwaltschaft Musterstadt",
        recipient_key=key,
        purpose=purpose,
        reference="123 Js 45/26",
    )


def handed(
    recording: Recording, folder: Path, *, custodian: Actor, leader: Actor, now: datetime
) -> Handed:
    """Hand a recording out and decrypt what came of it."""
    identity = pyrage.x25519.Identity.generate()
    asked = actions.request_hand_over(
        ident=recording.ident,
        wanted=wanted(str(identity.to_public())),
        actor=custodian,
        now=now,
    )
    if asked.stage == Stage.REQUESTED:
        actions.decide_hand_over(ident=asked.ident, agreed=True, actor=leader, now=now)
    done = actions.make_file(
        hand_over_id=asked.pk, actor=system("evidence"), now=now + timedelta(seconds=5)
    )
    assert done.stage == Stage.READY, done.trouble
    folder.mkdir(parents=True, exist_ok=True)
    bag, trust = folder / "ausgabe.zip", folder / "vertrauen.txt"
    with building.path_of(done).open("rb") as source, bag.open("wb") as target:
        pyrage.decrypt_io(source, target, [identity])
    trust.write_text(trust_text())
    return Handed(done, bag, trust)


def verify(bag: Path, trust: Path, *more: str, python: str = sys.executable) -> tuple[int, str]:
    """Run the program on its own, as a recipient does, and return what it said."""
    done = subprocess.run(
        [python, str(PROGRAM), str(bag), "--vertrauen", str(trust), *more],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def unpacked(bag: Path, folder: Path) -> Path:
    """Unpack a bag and return the one folder in it."""
    with zipfile.ZipFile(bag) as archive:
        archive.extractall(folder)
    (root,) = folder.iterdir()
    return root

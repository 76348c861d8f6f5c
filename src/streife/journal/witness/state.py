"""What a witness remembers: the last head of every log it knows, and who turned back.

It signs a new head only if that one extends the last. A folder holds all it needs: its key (0600),
its name, the logs it knows, and the heads.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from re import fullmatch

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from streife.journal.tlog import witness as protocol
from streife.journal.tlog.checkpoint import TreeHead
from streife.journal.tlog.cosignature import Cosigner, cosign
from streife.journal.tlog.note import Verifier, split_note
from streife.kernel.clock import BERLIN

KEY, NAME, LOGS, STATE = "zeuge.key", "name", "protokolle.txt", "stand.sqlite3"
_TABLES = """
CREATE TABLE IF NOT EXISTS head (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL, line TEXT NOT NULL,
    time INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS refusal (
    id INTEGER PRIMARY KEY, origin TEXT NOT NULL, time INTEGER NOT NULL, status INTEGER NOT NULL,
    reason TEXT NOT NULL, request TEXT NOT NULL);
"""
# What is proof of a log that turned back or split; a stale 409 is everyday life.
_SUSPICIOUS = "two different heads of one size"
SECONDS = 20  # for a slow sender, and for a state file somebody else writes


class Setup(Exception):
    """The folder is not as it must be; the text says what to do, in German."""


class Witness:
    """The state in one folder; every decision and its writing are one transaction."""

    def __init__(self, folder: Path) -> None:
        """Read key and name.

        :raises Setup: no witness was set up here
        """
        self.folder = folder
        try:
            self.name = (folder / NAME).read_text().strip()
            key = serialization.load_pem_private_key((folder / KEY).read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise Setup(
                f"In {folder} ist kein Zeuge eingerichtet. Bitte zuerst „init“ aufrufen."
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise Setup(f"{folder / KEY} ist kein Ed25519-Schlüssel.")
        self.key = key
        with self._writing() as state:
            state.executescript(_TABLES)

    @property
    def cosigner(self) -> Cosigner:
        """The public key, to hand to whoever runs the log."""
        return Cosigner(self.name, self.key.public_key().public_bytes_raw())

    def verifiers_for(self, origin: str) -> list[Verifier]:
        """Return the keys trusted for a log; a yearly one belongs to the name before its year."""
        path = self.folder / LOGS
        lines = path.read_text().split() if path.exists() else []
        found = []
        for line in lines:
            known = Verifier.from_text(line)
            rest = origin.removeprefix(known.name)
            if origin == known.name or (rest != origin and fullmatch("/[0-9]{4}", rest)):
                found.append(Verifier(origin, known.public_key))
        return found

    def add_checkpoint(self, body: str, *, moment: datetime) -> str:
        """Return the cosignature line, the new head safely stored before.

        :raises protocol.Declined: with the status to answer
        """
        request = protocol.Request.from_text(body)
        origin = protocol.head_of(request.note).origin
        verifiers = self.verifiers_for(origin)
        with self._writing() as state:
            row = state.execute(
                "SELECT note, time FROM head WHERE origin = ?", (origin,)
            ).fetchone()
            known = TreeHead.from_text(split_note(row[0])[0]) if row else None
            # Never before what was signed last, even if the clock was put back.
            time = max(int(moment.timestamp()), row[1] if row else 0)
            try:
                head = protocol.check(request, known=known, verifiers=verifiers)
            except protocol.Declined as declined:
                if declined.status == 422 or str(declined) == _SUSPICIOUS:
                    state.execute(
                        "INSERT INTO refusal (origin, time, status, reason, request) "
                        "VALUES (?, ?, ?, ?, ?)",
                        (origin, time, declined.status, str(declined), body),
                    )
                    state.commit()
                raise
            line = cosign(head.to_text(), self.name, self.key, time=time)
            state.execute(
                "INSERT OR REPLACE INTO head (origin, size, note, line, time) "
                "VALUES (?, ?, ?, ?, ?)",
                (origin, head.size, request.note, line, time),
            )
        return line

    def heads(self) -> list[tuple[str, int, int]]:
        """Return origin, size and time of the last head of every log."""
        with self._writing() as state:
            return list(state.execute("SELECT origin, size, time FROM head ORDER BY origin"))

    def refusals(self) -> list[tuple[str, int, int, str]]:
        """Return origin, time, status and reason of everything that looked like a forgery."""
        with self._writing() as state:
            found = state.execute("SELECT origin, time, status, reason FROM refusal ORDER BY id")
            return list(found)

    def note_of(self, origin_hash: str) -> str | None:
        """Return the last cosigned checkpoint of the log whose name has this SHA-256 (hex)."""
        with self._writing() as state:
            for origin, note, line in state.execute("SELECT origin, note, line FROM head"):
                if sha256(origin.encode()).hexdigest() == origin_hash:
                    return f"{note}{line}"
        return None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the state file alone; what is written is on the disk when the block ends."""
        path = self.folder / STATE
        with closing(sqlite3.connect(path, timeout=SECONDS, isolation_level=None)) as state:
            state.execute("PRAGMA journal_mode = DELETE")
            state.execute("PRAGMA synchronous = EXTRA")  # the folder too, after a power cut
            state.execute("BEGIN IMMEDIATE")
            try:
                yield state
            except BaseException:
                state.rollback()
                raise
            state.commit()


def set_up(folder: Path, name: str) -> Witness:
    """Make key and name of a new witness.

    :raises Setup: there is one already, or the name does not fit
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / KEY).exists():
        raise Setup(f"In {folder} ist schon ein Zeuge eingerichtet.")
    key = Ed25519PrivateKey.generate()
    try:
        Cosigner(name, key.public_key().public_bytes_raw())
    except ValueError as error:
        raise Setup("Der Name darf weder Leerzeichen noch ein Plus enthalten.") from error
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with open(folder / KEY, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    (folder / NAME).write_text(f"{name}\n")
    return Witness(folder)


def trust(folder: Path, key: str) -> Verifier:
    """Add a log by its public key and return it.

    :raises Setup: not a key
    """
    try:
        verifier = Verifier.from_text(key.strip())
    except ValueError as error:
        raise Setup("Das ist kein Schlüssel der Form NAME+KENNUNG+SCHLÜSSEL.") from error
    with (folder / LOGS).open("a") as file:
        file.write(f"{verifier.to_text()}\n")
    return verifier


def state_lines(witness: Witness) -> Iterator[str]:
    """Yield what a witness knows, in German, a line each."""
    yield f"Zeuge: {witness.cosigner.to_text()}\n"
    for origin, size, time in witness.heads():
        moment = datetime.fromtimestamp(time, BERLIN)
        yield f"{origin}: {size} Einträge bestätigt am {moment:%d.%m.%Y um %H:%M:%S}\n"
    for origin, time, status, reason in witness.refusals():
        moment = datetime.fromtimestamp(time, BERLIN)
        yield f"ABGELEHNT {origin} am {moment:%d.%m.%Y um %H:%M:%S} ({status}): {reason}\n"

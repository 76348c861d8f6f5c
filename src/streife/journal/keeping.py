"""What lies outside the database: the signing key, the log's name and the last signed heads.

All three stand in `STREIFE_VAR/journal/`, so that a database put back to yesterday, or rewritten
by somebody who may do everything in it, no longer fits the last head that was signed.
"""

import base64
import fcntl
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from streife.journal.tlog.checkpoint import TreeHead, open_checkpoint
from streife.journal.tlog.note import NoteError, Verifier, sign_note
from streife.kernel.errors import Refused


def directory() -> Path:
    """Return the folder of keys and heads, made with mode 0700 if missing."""
    path = Path(settings.VAR_DIR) / "journal"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def has_key() -> bool:
    """Say whether a signing key was made already."""
    return (directory() / "ed25519.key").exists()


def _write_whole(path: Path, content: bytes, *, replace: bool) -> None:
    """Write a file of mode 0600 so that a reader sees all of it or nothing, even after a crash."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            temporary.replace(path)
        elif not path.exists():
            # Two processes may start at once: the first link wins, the other one reads it.
            path.hardlink_to(temporary)
    except FileExistsError:
        return
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def signing_key() -> Ed25519PrivateKey:
    """Return the key, made at first use.

    :raises Refused: the file holds something else (`journal-key-unreadable`)
    """
    path = directory() / "ed25519.key"
    if not path.exists():
        _write_whole(path, _pem(Ed25519PrivateKey.generate()), replace=False)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise _unreadable(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unreadable(path)
    return key


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _unreadable(path: Path) -> Refused:
    return Refused(
        "Der Signaturschlüssel %(name)s ist beschädigt. Bitte aus der Sicherung des "
        "Schlüssels zurückspielen; ohne ihn kann kein Prüfpunkt gesetzt werden.",
        "journal-key-unreadable",
        values={"name": path.name},
    )


def base_origin() -> str:
    """Return the name of this journal, fixed at first use: a new address changes nothing."""
    path = directory() / "origin"
    if not path.exists():
        name = f"{urlsplit(settings.BASE_URL).netloc or 'localhost'}/protokoll"
        _write_whole(path, f"{name}\n".encode(), replace=False)
    return path.read_text().strip()


def origin_of(year: int) -> str:
    """Return the origin line of a year's log."""
    return f"{base_origin()}/{year}"


def verifier_for(name: str) -> Verifier:
    """Return our public key under a log's name."""
    return Verifier(name, signing_key().public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class FormerKey:
    """A key that signed before: what it may still vouch for, by year the size it got to."""

    public_key: bytes
    sizes: Mapping[str, int]


def former_keys() -> list[FormerKey]:
    """Return the keys that were exchanged, newest first."""
    path = directory() / "former-keys.json"
    rows = json.loads(path.read_text()) if path.exists() else []
    return [FormerKey(base64.b64decode(row["key"]), row["sizes"]) for row in rows]


def exchange_key(key: Ed25519PrivateKey, sizes: Mapping[int, int]) -> None:
    """Sign with another key from now on; the old one counts only up to these sizes.

    First what the old one may say, then the new one: a crash in between leaves the old key valid.
    """
    old = signing_key().public_key().public_bytes_raw()
    rows = [FormerKey(old, {str(year): size for year, size in sizes.items()}), *former_keys()]
    value = [{"key": base64.b64encode(row.public_key).decode(), "sizes": row.sizes} for row in rows]
    _write_whole(directory() / "former-keys.json", json.dumps(value).encode(), replace=True)
    _write_whole(directory() / "ed25519.key", _pem(key), replace=True)


def open_head(year: int, note: str) -> TreeHead:
    """Return the head of a year that we signed, with the key of today or with one of before.

    :raises NoteError: as `open_checkpoint`; a former key beyond what it may say is `unknown-key`
    """
    origin = origin_of(year)
    try:
        return open_checkpoint(note, verifier_for(origin), origin=origin)
    except NoteError as error:
        if error.code != "unknown-key":
            raise
        for former in former_keys():
            head = _opened(note, Verifier(origin, former.public_key), origin)
            if head is not None and head.size <= former.sizes.get(str(year), 0):
                return head
        raise


def _opened(note: str, verifier: Verifier, origin: str) -> TreeHead | None:
    try:
        return open_checkpoint(note, verifier, origin=origin)
    except NoteError as error:
        if error.code == "unknown-key":
            return None
        raise


def renewed(year: int, note: str) -> str:
    """Return a head of ours with a signature of today's key, for whoever knows only that one.

    :raises NoteError: as `open_head`
    """
    head, origin = open_head(year, note), origin_of(year)
    try:
        open_checkpoint(note, verifier_for(origin), origin=origin)
    except NoteError:
        return note + sign(head.to_text(), origin).rpartition("\n\n")[2]
    return note


def sign(text: str, name: str) -> str:
    """Return the text as a note signed with our key."""
    return sign_note(text, name, signing_key())


def sign_head(year: int, size: int, root: bytes) -> str:
    """Return a signed checkpoint of a year's log."""
    origin = origin_of(year)
    return sign(TreeHead(origin, size, root).to_text(), origin)


def last_head(year: int) -> str | None:
    """Return the note that was signed last for this year, or None."""
    path = directory() / f"{year}.checkpoint"
    return path.read_text() if path.exists() else None


def keep_head(year: int, note: str) -> None:
    """Keep the note as the last one signed for this year, unless a longer one lies there.

    Whoever signed first may write last: then the file must not go back to the shorter head.
    """
    with (directory() / "heads.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = last_head(year)
        if known is None or open_head(year, known).size < open_head(year, note).size:
            _write_whole(directory() / f"{year}.checkpoint", note.encode(), replace=True)


def kept_years() -> list[int]:
    """Return the years for which a head was ever signed."""
    return sorted(int(path.stem) for path in directory().glob("*.checkpoint"))


def set_aside(year: int, *, stamp: str) -> None:
    """Keep the last head under another name: evidence of what was lost, no longer a demand."""
    path = directory() / f"{year}.checkpoint"
    path.rename(path.with_name(f"{year}.checkpoint-{stamp}"))

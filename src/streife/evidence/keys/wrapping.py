"""The key over all keys: a file outside the database, or a key that never leaves a module.

It only wraps data keys (AES-256-GCM, the data key's name as additional data), so it can be
replaced without touching a byte of footage. Whoever has the database and the media has nothing.
"""

import secrets
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from streife.evidence.keys.files import write_whole
from streife.kernel.errors import Refused

NONCE_BYTES = 12
KEY_BYTES = 32


class Wrapping(Protocol):
    """Something that wraps data keys under keys it does not show."""

    def current(self) -> str:
        """Return the name of the generation that wraps now; made at first use."""
        ...

    def renew(self, now: datetime) -> str:
        """Begin a new generation and return its name; the old ones still unwrap."""
        ...

    def retire(self, generation: str) -> None:
        """Destroy a generation nothing is wrapped under any more."""
        ...

    def wrap(self, data_key: bytes, kid: str) -> tuple[str, bytes]:
        """Return generation and wrapped key."""
        ...

    def unwrap(self, generation: str, wrapped: bytes, kid: str) -> bytes:
        """Return the data key.

        :raises Refused: `kek-missing`, `key-damaged`
        """
        ...


def kek_missing(generation: str) -> Refused:
    """Return what to say when the key over all keys is not there."""
    return Refused(
        "Der Hauptschlüssel „%(name)s“ der Verwahrung fehlt. Bitte den Ordner „evidence/kek“ aus"
        " seiner eigenen Sicherung zurückspielen oder das Schlüsselmodul anschließen.",
        "kek-missing",
        values={"name": generation},
    )


def name_after(names: list[str], now: datetime) -> str:
    """Return a name that sorts after all others, also within a second or with a clock set back."""
    stamp = f"{now:%Y%m%dT%H%M%S}"
    newest = max(names, default="")[: len(stamp)]
    if newest >= stamp:
        after = datetime.strptime(newest, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        stamp = f"{after + timedelta(seconds=1):%Y%m%dT%H%M%S}"
    return f"{stamp}-{secrets.token_hex(3)}"


def key_damaged() -> Refused:
    """Return what to say when a wrapped key does not open."""
    return Refused(
        "Der Schlüssel dieser Aufnahme ist beschädigt oder vertauscht. Die Aufnahme wird nicht"
        " angezeigt. Bitte den Bestandsabgleich ausführen.",
        "key-damaged",
    )


class FileWrapping:
    """Keys in files of mode 0600 under `STREIFE_VAR/evidence/kek`, one a generation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current(self) -> str:
        """Return the newest generation; names sort by time."""
        names = self._names()
        return names[-1] if names else self._make("0000-first")

    def _names(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob("*.kek"))

    def renew(self, now: datetime) -> str:
        """Make a new file."""
        return self._make(name_after(self._names(), now))

    def _make(self, generation: str) -> str:
        write_whole(self._path(generation), secrets.token_bytes(KEY_BYTES), replace=False)
        return generation

    def _path(self, generation: str) -> Path:
        return self._folder / f"{generation}.kek"

    def _key(self, generation: str) -> bytes:
        path = self._path(generation)
        if Path(generation).name != generation or not path.is_file():
            raise kek_missing(generation)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Refused(
                "Der Hauptschlüssel %(name)s ist für andere lesbar. Bitte „chmod 600“ ausführen.",
                "kek-open",
                values={"name": path.name},
            )
        raw = path.read_bytes()
        if len(raw) != KEY_BYTES:
            raise kek_missing(generation)
        return raw

    def retire(self, generation: str) -> None:
        """Overwrite and remove the file."""
        path = self._path(generation)
        if path.is_file():
            with path.open("r+b") as file:
                file.write(bytes(KEY_BYTES))
                file.flush()
            path.unlink()

    def wrap(self, data_key: bytes, kid: str) -> tuple[str, bytes]:
        """Wrap under the newest generation."""
        generation = self.current()
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._key(generation)).encrypt(nonce, data_key, _bound(generation, kid))
        return generation, nonce + sealed

    def unwrap(self, generation: str, wrapped: bytes, kid: str) -> bytes:
        """Unwrap."""
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return AESGCM(self._key(generation)).decrypt(nonce, sealed, _bound(generation, kid))
        except InvalidTag as error:
            raise key_damaged() from error


def _bound(generation: str, kid: str) -> bytes:
    return f"streife/kek/v1\n{generation}\n{kid}".encode()

"""Signed notes (c2sp.org/signed-note) with Ed25519 keys."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_ID_BYTES = 4
MOST_SIGNATURES = 64
LARGEST_NOTE = 1_000_000
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE_LINE = re.compile("— ([^\\s+]+) ([A-Za-z0-9+/=]+)")


class NoteError(ValueError):
    """A note that is malformed or that no known key signed; `code` says which."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


def decode_base64(text: str) -> bytes:
    """Return the bytes behind the one canonical base64 spelling.

    :raises ValueError: not base64, or another spelling of the same bytes
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {text!r}") from error
    if base64.b64encode(raw).decode() != text:
        raise ValueError(f"not canonical base64: {text!r}")
    return raw


@dataclass(frozen=True, slots=True)
class NamedKey:
    """An Ed25519 public key under a name; `ALGORITHM` says what its signatures are over."""

    name: str
    public_key: bytes
    ALGORITHM: ClassVar[bytes]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public_key) != 32:
            raise ValueError("a key has a name without spaces or plus, and 32 bytes")

    @property
    def key_id(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        material = self.name.encode() + b"\n" + self.ALGORITHM + self.public_key
        return hashlib.sha256(material).digest()[:KEY_ID_BYTES]

    def to_text(self) -> str:
        """Return the key as `name+id+base64`, the way transparency tools exchange it."""
        encoded = base64.b64encode(self.ALGORITHM + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the key written as `name+id+base64`.

        :raises ValueError: malformed, another algorithm, or an id that does not fit the key
        """
        name, key_id, encoded = text.split("+", 2)
        raw = decode_base64(encoded)
        if raw[:1] != cls.ALGORITHM:
            raise ValueError("a key of another algorithm")
        key = cls(name, raw[1:])
        if key.key_id.hex() != key_id:
            raise ValueError("the key id does not fit the key")
        return key


@dataclass(frozen=True, slots=True)
class Verifier(NamedKey):
    """A public key under a name, as anybody may hold it."""

    ALGORITHM = ED25519

    def accepts(self, text: str, signature: bytes) -> bool:
        """Say whether this key made the signature over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return the text with one signature line.

    :raises ValueError: the text does not end its last line, or holds control characters
    """
    if not text.endswith("\n") or _has_control(text):
        raise ValueError("a note is lines of printable text")
    verifier = Verifier(name, key.public_key().public_bytes_raw())
    signature = base64.b64encode(verifier.key_id + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {signature}\n"


def open_note(note: str, verifiers: Iterable[Verifier]) -> str:
    """Return the text of a note that at least one of the keys signed.

    Signatures of unknown keys are passed over (witnesses may add theirs); one wrong signature in
    the name of a known key spoils the note.

    :raises NoteError: `malformed`, `unknown-key` or `bad-signature`
    """
    text, signatures = split_note(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    accepted = False
    for name, raw in signatures:
        verifier = known.get((name, raw[:KEY_ID_BYTES]))
        if verifier is None:
            continue
        if not verifier.accepts(text, raw[KEY_ID_BYTES:]):
            raise NoteError(f"wrong signature of {name}", "bad-signature")
        accepted = True
    if not accepted:
        raise NoteError("no known key signed this", "unknown-key")
    return text


def _has_control(text: str) -> bool:
    return any(character < " " and character != "\n" for character in text)


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text and each signature line as name and bytes, nothing checked yet.

    :raises NoteError: `malformed`
    """
    if len(note) > LARGEST_NOTE or _has_control(note) or not note.endswith("\n"):
        raise NoteError("too long, with control characters or cut off", "malformed")
    head, blank, tail = note.rpartition("\n\n")
    lines = tail[:-1].split("\n")
    if not blank or not head or len(lines) > MOST_SIGNATURES:
        raise NoteError("no text, or not one to 64 signatures", "malformed")
    signatures = []
    for line in lines:
        match = _SIGNATURE_LINE.fullmatch(line)
        if match is None:
            raise NoteError(f"not a signature line: {line!r}", "malformed")
        try:
            raw = decode_base64(match[2])
        except ValueError as error:
            raise NoteError(str(error), "malformed") from error
        if len(raw) <= KEY_ID_BYTES:
            raise NoteError("a signature without bytes", "malformed")
        signatures.append((match[1], raw))
    return head + "\n", signatures

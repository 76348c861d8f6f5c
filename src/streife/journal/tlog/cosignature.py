"""Signatures of witnesses over a checkpoint (c2sp.org/tlog-cosignature, `cosignature/v1`).

A witness says: at this time, this was the largest tree of that log I had seen, and every earlier
one I saw is its beginning. So two readers who are shown different trees find out.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from streife.journal.tlog.note import KEY_ID_BYTES, NamedKey, NoteError, split_note

COSIGNATURE = b"\x04"
_TIME_BYTES = 8
_LATEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cosigner(NamedKey):
    """The public key of a witness under its name."""

    ALGORITHM = COSIGNATURE

    def accepts(self, text: str, *, time: int, signature: bytes) -> bool:
        """Say whether this witness signed the checkpoint's text at this time."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(
                signature, _message(text, time)
            )
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Cosignature:
    """What one witness signed: its name, when (seconds since 1970), and the line as it came."""

    name: str
    time: int
    line: str


def _message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosign(text: str, name: str, key: Ed25519PrivateKey, *, time: int) -> str:
    """Return the signature line, newline included, over a checkpoint's text (three lines).

    :raises ValueError: a time before 1970 or beyond 2^63-1
    """
    if not 0 <= time <= _LATEST:
        raise ValueError(f"no time to sign: {time}")
    cosigner = Cosigner(name, key.public_key().public_bytes_raw())
    signature = key.sign(_message(text, time))
    raw = cosigner.key_id + time.to_bytes(_TIME_BYTES, "big") + signature
    return f"— {name} {base64.b64encode(raw).decode()}\n"


def cosignatures_of(note: str, cosigners: Iterable[Cosigner]) -> list[Cosignature]:
    """Return what known witnesses signed on this note; unknown ones are passed over.

    :raises NoteError: `malformed`, or `bad-signature` in the name of a known witness
    """
    text, signatures = split_note(note)
    known = {(cosigner.name, cosigner.key_id): cosigner for cosigner in cosigners}
    found = []
    for name, raw in signatures:
        cosigner = known.get((name, raw[:KEY_ID_BYTES]))
        if cosigner is None:
            continue
        rest = raw[KEY_ID_BYTES:]
        time, signature = int.from_bytes(rest[:_TIME_BYTES], "big"), rest[_TIME_BYTES:]
        if time > _LATEST or not cosigner.accepts(text, time=time, signature=signature):
            raise NoteError(f"wrong cosignature of {name}", "bad-signature")
        line = f"— {name} {base64.b64encode(raw).decode()}\n"
        found.append(Cosignature(name, time, line))
    return found


def with_cosignatures(note: str, lines: Iterable[str]) -> str:
    """Return the note with the witnesses' lines behind its own signature."""
    return note + "".join(lines)

"""`EVF1`: one file encrypted in chunks, readable from any place, refusing every change.

    "EVF1" | u32be header length (<= 65,536) | header (RFC 8785 JSON) | salt[32] | chunk 0 … n
    hh      = SHA-256(everything before chunk 0)
    key     = HKDF-SHA256(data key, salt, info = "evf1/payload" || hh, 32 bytes)
    nonce i = 3 × 00 | u64be i | 01 for the last chunk, else 00
    chunk i = AES-256-GCM(key, nonce i, 1 MiB of plaintext (the last 0 to 1 MiB), aad = hh), tag 16

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated Encryption and
its Nonce-Reuse Misuse-Resistance, CRYPTO 2015), as in age and Tink: cutting off, swapping,
doubling, appending and splicing are all refused. The key is fresh for every file (salt, header),
so counting nonces are safe.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from streife.kernel.canonical import canonical_json

MAGIC = b"EVF1"
CHUNK = 1 << 20
TAG = 16
SEALED_CHUNK = CHUNK + TAG
SALT_BYTES = 32
KEY_BYTES = 32
LONGEST_HEADER = 65_536
ALGORITHM = "A256GCM-STREAM"
FIELDS = frozenset({"v", "alg", "chunk", "id", "kid", "ct", "created"})


class EnvelopeError(ValueError):
    """An envelope that was changed, cut off, spliced or is none; `code` says which.

    `no-envelope`, `header`, `truncated`, `chunk` (a tag does not fit: altered, moved, wrong key).
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """What an envelope says about itself in clear; nothing personal."""

    ident: str
    kid: str
    content_type: str
    created: str  # RFC 3339, UTC

    def to_json(self) -> str:
        """Return the only spelling."""
        return canonical_json(
            {
                "v": 1,
                "alg": ALGORITHM,
                "chunk": CHUNK,
                "id": self.ident,
                "kid": self.kid,
                "ct": self.content_type,
                "created": self.created,
            }
        )

    def preamble(self, salt: bytes) -> bytes:
        """Return everything before chunk 0.

        :raises ValueError: salt or header of a wrong length
        """
        text = self.to_json().encode()
        if len(salt) != SALT_BYTES or len(text) > LONGEST_HEADER:
            raise ValueError("a salt has 32 bytes, a header at most 65,536")
        return MAGIC + len(text).to_bytes(4, "big") + text + salt


def new_salt() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def chunks_of(size: int) -> int:
    """Return how many chunks a plaintext of this many bytes has: at least one, maybe empty."""
    return max(1, -(-size // CHUNK))


def sealed_size(size: int, preamble: int) -> int:
    """Return the bytes of an envelope around a plaintext of `size` bytes."""
    return preamble + size + chunks_of(size) * TAG


@dataclass(frozen=True, slots=True)
class Preamble:
    """A parsed beginning: header, length in bytes, and the hash everything is bound to."""

    header: Header
    length: int
    salt: bytes
    digest: bytes

    @classmethod
    def parse(cls, raw: bytes) -> "Preamble":
        """Return the preamble at the beginning of `raw`, which may be longer.

        :raises EnvelopeError: `no-envelope`, `truncated`, `header`
        """
        if raw[:4] != MAGIC:
            raise EnvelopeError("no EVF1 file", "no-envelope")
        length = int.from_bytes(raw[4:8], "big")
        if not 0 < length <= LONGEST_HEADER:
            raise EnvelopeError("header length out of range", "header")
        end = 8 + length + SALT_BYTES
        if len(raw) < end:
            raise EnvelopeError("cut off inside the header", "truncated")
        header = _parse_header(raw[8 : 8 + length])
        return cls(header, end, raw[8 + length : end], hashlib.sha256(raw[:end]).digest())


def _parse_header(raw: bytes) -> Header:
    try:
        text = raw.decode()
        value: Any = json.loads(text)
    except ValueError as error:
        raise EnvelopeError("the header is no JSON", "header") from error
    if not isinstance(value, dict) or value.keys() != FIELDS:
        raise EnvelopeError("the header has other fields", "header")
    if (value["v"], value["alg"], value["chunk"]) != (1, ALGORITHM, CHUNK):
        raise EnvelopeError("another version or algorithm", "header")
    names = ("id", "kid", "ct", "created")
    if not all(isinstance(value[name], str) for name in names):
        raise EnvelopeError("a field of the header is no text", "header")
    header = Header(*(value[name] for name in names))
    if header.to_json() != text:
        raise EnvelopeError("the header is not canonical", "header")
    return header


class Cipher:
    """Encrypts and decrypts the chunks of one envelope."""

    def __init__(self, data_key: bytes, salt: bytes, digest: bytes) -> None:
        if len(data_key) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        derived = HKDF(hashes.SHA256(), KEY_BYTES, salt, b"evf1/payload" + digest).derive(data_key)
        self.aead = AESGCM(derived)
        self.digest = digest

    def seal_into(self, number: int, chunk: memoryview, last: bool, out: memoryview) -> int:
        """Write the sealed chunk into `out` and return its length."""
        return self.aead.encrypt_into(nonce(number, last), chunk, self.digest, out)

    def seal(self, number: int, chunk: bytes | memoryview, last: bool) -> bytes:
        """Return the sealed chunk."""
        return self.aead.encrypt(nonce(number, last), chunk, self.digest)

    def open(self, number: int, sealed: bytes | memoryview, last: bool) -> bytes:
        """Return the plaintext of a chunk, only after its tag was checked.

        :raises EnvelopeError: `chunk`
        """
        try:
            return self.aead.decrypt(nonce(number, last), sealed, self.digest)
        except InvalidTag as error:
            raise EnvelopeError(f"chunk {number} was altered or is not ours", "chunk") from error


def nonce(number: int, last: bool) -> bytes:
    """Return the 12 bytes of a chunk's nonce."""
    return b"\x00\x00\x00" + number.to_bytes(8, "big") + (b"\x01" if last else b"\x00")

"""The chunk tree: RFC 6962 over plaintext chunks of 1 MiB, so that a part can be proved alone."""

import hashlib

from streife.journal.rules import EMPTY_ROOT, Frontier

Bytes = bytes | bytearray | memoryview


def leaf_of(chunk: Bytes) -> bytes:
    """Return the leaf hash of a chunk: SHA-256 over 0x00 and the chunk (no copy is made)."""
    digest = hashlib.sha256(b"\x00")
    digest.update(chunk)
    return digest.digest()


class ChunkTree:
    """Grows chunk by chunk; the root of no chunk at all is SHA-256 over nothing."""

    def __init__(self) -> None:
        self._frontier = Frontier()

    @property
    def size(self) -> int:
        """How many chunks."""
        return self._frontier.size

    def add(self, chunk: Bytes) -> None:
        """Add the next chunk."""
        self._frontier.append(leaf_of(chunk))

    def root(self) -> bytes:
        """Return the head, 32 bytes."""
        return self._frontier.root() if self._frontier.size else EMPTY_ROOT

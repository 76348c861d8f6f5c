"""Reading an envelope from any place: no byte leaves before the tag of its chunk was checked."""

from collections.abc import Iterator
from typing import Protocol

from streife.evidence.envelope.format import (
    CHUNK,
    LONGEST_HEADER,
    SALT_BYTES,
    SEALED_CHUNK,
    TAG,
    Cipher,
    EnvelopeError,
    Header,
    Preamble,
)

LONGEST_PREAMBLE = 8 + LONGEST_HEADER + SALT_BYTES
_FIRST = 4096  # a header of ours is about 250 bytes; a long one is read in a second step


class Source(Protocol):
    """Bytes that can be read from any place."""

    @property
    def size(self) -> int:
        """How many bytes there are."""
        ...

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only at the end."""
        ...


class BytesSource:
    """Bytes in memory as a source."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.size = len(raw)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return a slice."""
        return self._raw[offset : offset + length]


class Envelope:
    """An opened envelope: its header and its plaintext, whole or in part.

    `size` is computed from the stored length; that nothing is missing behind it is what the tag of
    the last chunk says, so it is checked at opening.

    :raises EnvelopeError: not an envelope, cut off, or the key is another one
    """

    def __init__(self, source: Source, data_key: bytes) -> None:
        self._source = source
        raw = source.read_at(0, _FIRST)
        if len(raw) == _FIRST and 8 + int.from_bytes(raw[4:8], "big") + SALT_BYTES > _FIRST:
            raw = source.read_at(0, LONGEST_PREAMBLE)
        self.preamble = Preamble.parse(raw)
        body = source.size - self.preamble.length
        self.chunks = -(-body // SEALED_CHUNK)
        if body < TAG or body - (self.chunks - 1) * SEALED_CHUNK < TAG:
            raise EnvelopeError("cut off inside a chunk", "truncated")
        self.size = body - self.chunks * TAG
        self._cipher = Cipher(data_key, self.preamble.salt, self.preamble.digest)
        last = self.chunk(self.chunks - 1)
        if not last and self.chunks > 1:
            raise EnvelopeError("an empty chunk after others", "chunk")

    @property
    def header(self) -> Header:
        """What the envelope says about itself."""
        return self.preamble.header

    def chunk(self, number: int) -> bytes:
        """Return one chunk of plaintext.

        :raises EnvelopeError: `truncated`, `chunk`
        :raises IndexError: there is no such chunk
        """
        if not 0 <= number < self.chunks:
            raise IndexError(number)
        last = number == self.chunks - 1
        begin = self.preamble.length + number * SEALED_CHUNK
        length = self._source.size - begin if last else SEALED_CHUNK
        sealed = self._source.read_at(begin, length)
        if len(sealed) != length:
            raise EnvelopeError(f"chunk {number} is cut off", "truncated")
        return self._cipher.open(number, sealed, last)

    def parts(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the plaintext from byte `start` up to `end` (left out), a chunk at most at a time.

        :raises ValueError: no such range
        :raises EnvelopeError: as `chunk`; what came before was checked
        """
        end = self.size if end is None else end
        if not 0 <= start <= end <= self.size:
            raise ValueError(f"no bytes {start} to {end} in {self.size}")
        while start < end:
            number, skip = divmod(start, CHUNK)
            piece = self.chunk(number)[skip : skip + end - start]
            yield piece
            start += len(piece)

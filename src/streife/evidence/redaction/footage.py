"""An encrypted recording as a file that can be read and searched; it never lies in the clear."""

import io

from streife.evidence.envelope import CHUNK, Envelope


class Footage(io.RawIOBase):
    """The plaintext of an envelope, chunk by chunk, each one checked before it is given out."""

    def __init__(self, envelope: Envelope) -> None:
        super().__init__()
        self._envelope = envelope
        self._at = 0
        self._number = -1
        self._chunk = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._envelope.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: object) -> int:
        """Read into `buffer` and return how many bytes; 0 at the end.

        :raises EnvelopeError: the stored bytes were changed
        """
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self._at >= self._envelope.size:
            return 0
        number, inside = divmod(self._at, CHUNK)
        if number != self._number:
            self._chunk, self._number = self._envelope.chunk(number), number
        piece = self._chunk[inside : inside + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

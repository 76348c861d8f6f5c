"""A working file that is unreadable on disk: footage never lies anywhere in the clear.

Encrypted in sectors with AES-256-XTS (IEEE 1619, as disks are) under a key that exists in this
process only. The file has no name (it is unlinked at once), so nothing remains of it after a
crash but bytes nobody can read.
"""

import io
import secrets
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SECTOR = 65_536


class Scratch(io.RawIOBase):
    """Read, write, seek; the size is what was written furthest."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in `close`
        self._key = secrets.token_bytes(64)
        self._at = 0
        self._size = 0
        self._sector = -1  # number of the sector that is held in the clear
        self._clear = bytearray(SECTOR)
        self._dirty = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def writable(self) -> bool:
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
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: object) -> int:
        """Read into `buffer` and return how many bytes; 0 at the end."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        number, inside = divmod(self._at, SECTOR)
        length = min(len(view), SECTOR - inside, max(0, self._size - self._at))
        if length:
            self._hold(number)
            view[:length] = self._clear[inside : inside + length]
            self._at += length
        return length

    def write(self, data: object) -> int:
        """Write all of `data`."""
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        written = 0
        while written < len(view):
            number, inside = divmod(self._at, SECTOR)
            length = min(len(view) - written, SECTOR - inside)
            self._hold(number)
            self._clear[inside : inside + length] = view[written : written + length]
            self._dirty = True
            self._at += length
            written += length
            self._size = max(self._size, self._at)
        return written

    def close(self) -> None:
        """Drop file and key."""
        if not self.closed:
            self._file.close()
            self._key = b""
            self._clear = bytearray()
        super().close()

    def _hold(self, number: int) -> None:
        if number == self._sector:
            return
        if self._dirty:
            self._file.seek(self._sector * SECTOR)
            self._file.write(self._cipher(self._sector).encryptor().update(bytes(self._clear)))
            self._dirty = False
        self._file.seek(number * SECTOR)
        stored = self._file.read(SECTOR)
        # A sector that was skipped over is a hole: zeros on disk, zeros in the clear.
        known = len(stored) == SECTOR and any(stored)
        decrypted = self._cipher(number).decryptor().update(stored) if known else bytes(SECTOR)
        self._clear = bytearray(decrypted)
        self._sector = number

    def _cipher(self, number: int) -> Cipher[modes.XTS]:
        return Cipher(algorithms.AES(self._key), modes.XTS(number.to_bytes(16, "little")))

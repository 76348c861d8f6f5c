"""Envelopes as files in a folder.

Written past the page cache where the file system can (`O_DIRECT`): that saves a copy of every
byte, which on two cores is what hashing needs, and leaves no footage in the system's memory.
"""

import errno
import fcntl
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

from streife.evidence.keys.files import sync_folder

ALIGNED = 4096
SYNC_EVERY = 64 << 20
PART = ".part"
_NAME = re.compile(r"[a-z0-9]+/[A-Za-z0-9-]+\.evf1")


class LocalStore:
    """A folder of mode 0700; `ab/<ident>.evf1` with the last two characters as `ab`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name of this store: {name!r}")
        return self.root / name

    def create(self, name: str, size: int) -> "LocalWriter":
        """Begin a file with all its room reserved."""
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalWriter(path, size)

    def open(self, name: str) -> "FileSource":
        """Open a file."""
        return FileSource(self._path(name))

    def remove(self, name: str) -> None:
        """Unlink a file, durably."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)

    def listing(self) -> Iterator[tuple[str, int]]:
        """Walk the folder; anything that lies there counts, also what we did not put there."""
        for path in sorted(self.root.glob("*/*")):
            if path.suffix != PART:
                yield str(path.relative_to(self.root)), path.lstat().st_size

    def sweep(self) -> int:
        """Remove parts that nobody holds a lock on any more."""
        count = 0
        for path in self.root.glob(f"*/*{PART}"):
            handle = os.open(path, os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its writer lives
            else:
                path.unlink()
                count += 1
            finally:
                os.close(handle)
        return count


class LocalWriter:
    """A file under a name of its own until it is whole."""

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size
        self._part = path.with_name(path.name + PART)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        self._handle = os.open(self._part, flags, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if size:
                os.posix_fallocate(self._handle, 0, size)
        except OSError:
            self.abort()
            raise
        self._direct = self._set_direct(True)
        self._lock = threading.Lock()
        self._written = self._synced = 0

    def _set_direct(self, on: bool) -> bool:
        """Switch writing past the page cache; say whether it is on."""
        flags = fcntl.fcntl(self._handle, fcntl.F_GETFL)
        wanted = flags | os.O_DIRECT if on else flags & ~os.O_DIRECT
        try:
            fcntl.fcntl(self._handle, fcntl.F_SETFL, wanted)
        except OSError as error:
            if error.errno != errno.EINVAL:  # this file system cannot
                raise
            return False
        return on

    # One write at a time leaves a disk idle between two of them.
    writers = 3

    def write(self, offset: int, block: memoryview) -> None:
        """Write a block where it belongs; now and then wait until all of it so far is on the disk.

        So the sync at the end is short, and while one thread waits, the others write on.
        """
        whole = len(block) // ALIGNED * ALIGNED if self._direct else len(block)
        self._put(offset, block[:whole])
        if whole < len(block):
            self._direct = self._set_direct(False)
            self._put(offset + whole, block[whole:])
        if self._is_time_to_sync(len(block)):
            os.fdatasync(self._handle)

    def _is_time_to_sync(self, count: int) -> bool:
        with self._lock:
            self._written += count
            due = self._written - self._synced >= SYNC_EVERY
            if due:
                self._synced = self._written
        return due

    def _put(self, offset: int, block: memoryview) -> None:
        while block:
            try:
                count = os.pwrite(self._handle, block, offset)
            except OSError as error:
                if error.errno != errno.EINVAL or not self._direct:
                    raise
                self._direct = self._set_direct(False)
                continue
            offset += count
            block = block[count:]

    def commit(self) -> None:
        """Sync the file, give it its name, sync the folders."""
        if self._written != self._size:
            raise OSError(errno.EIO, "the envelope has another length than it said")
        os.fsync(self._handle)
        self._part.rename(self._path)
        sync_folder(self._path.parent)
        sync_folder(self._path.parent.parent)
        os.close(self._handle)
        self._handle = -1

    def abort(self) -> None:
        """Remove the part."""
        self._part.unlink(missing_ok=True)
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class FileSource:
    """A file that is read from any place; symbolic links are not followed."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        self.size = os.fstat(self._handle).st_size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return bytes from a place."""
        return os.pread(self._handle, length, offset)

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            os.close(self._handle)

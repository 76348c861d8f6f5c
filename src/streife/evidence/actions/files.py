"""Files from outside: opened once, never followed anywhere, read front to back."""

import errno
import glob
import os
import stat
from datetime import datetime
from pathlib import Path

from streife.evidence.actions.ingesting import Incoming
from streife.evidence.probing import probe
from streife.evidence.sidecars import LARGEST, Sidecar, read_sidecar
from streife.kernel.errors import Refused

RECEIPT = ".quittung"
PASSED_OVER = (".json", RECEIPT, ".part", ".tmp")  # what lies beside films and is none


class FileInside:
    """A regular file in a watched folder; use as a context, so that it is closed again.

    :raises Refused: `no-regular-file` for a link, a pipe, a folder
    :raises OSError: it cannot be read
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Not blocked by a pipe somebody put there, not led elsewhere by a link.
        self._handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        self._first = os.fstat(self._handle)
        if not stat.S_ISREG(self._first.st_mode):
            os.close(self._handle)
            raise Refused("Das ist keine Datei.", "no-regular-file")
        os.posix_fadvise(self._handle, 0, 0, os.POSIX_FADV_SEQUENTIAL)

    def __enter__(self) -> "FileInside":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def unchanged(self) -> bool:
        """Say whether nobody wrote to the file since it was opened."""
        now = os.fstat(self._handle)
        before = self._first
        return (now.st_size, now.st_mtime_ns, now.st_ino) == (
            before.st_size,
            before.st_mtime_ns,
            before.st_ino,
        )

    def mark(self) -> dict[str, int]:
        """Return what tells this file from another of the same name that comes later."""
        return {"size": self._first.st_size, "mtime_us": self._first.st_mtime_ns // 1000}

    def _read(self, buffer: memoryview) -> int:
        return os.readv(self._handle, [buffer])

    def _read_at(self, offset: int, length: int) -> bytes:
        return os.pread(self._handle, length, offset)

    def incoming(self, docked_at: datetime) -> Incoming:
        """Return the file as something to take in, with what its sidecar and container say.

        :raises Unreadable: the sidecar
        """
        return Incoming(
            name=self.path.name,
            size=self._first.st_size,
            read=self._read,
            docked_at=docked_at,
            unchanged=self.unchanged,
            probed=probe(self._read_at, self._first.st_size),
            sidecar=sidecar_beside(self.path),
        )


def sidecar_beside(path: Path) -> Sidecar:
    """Return what the small file beside a film says, or nothing if there is none.

    :raises Unreadable: it says something else than a sidecar does
    :raises OSError: it cannot be read
    """
    for beside in sidecar_names(path):
        try:
            handle = os.open(beside, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            # A name that leaves no room for ours has nothing beside it either.
            if error.errno in {errno.ENOENT, errno.ENAMETOOLONG}:
                continue
            raise
        with os.fdopen(handle, "rb") as file:
            return read_sidecar(file.read(LARGEST + 1))
    return Sidecar()


def sidecar_names(path: Path) -> list[Path]:
    """Return where a sidecar may lie: `film.mp4.json`, or `film.json` for all that is `film`.

    Docks write the one or the other; what is passed over would cost wearer and time.
    """
    return [path.with_name(f"{path.name}.json"), path.with_name(f"{path.stem}.json")]


def last_of_its_name(path: Path) -> bool:
    """Say whether no other film or photo beside this one shares `film.json` with it."""
    beside = path.parent.glob(f"{glob.escape(path.stem)}.*")
    return not any(one != path and not one.name.endswith(PASSED_OVER) for one in beside)

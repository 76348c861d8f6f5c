"""A network as one file of arrays: written whole or not at all, named by its checksum."""

import hashlib
import os
import zlib
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from zipfile import BadZipFile

import numpy as np
from django.conf import settings

from streife.kernel.errors import Refused
from streife.streets.building import Streets

LAYOUT = 1  # changes when the arrays do; a file of another layout is imported again
# What reading a damaged archive raises, depending on which of its bits tipped.
BROKEN = (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile, zlib.error)
_ARRAYS = ("first", "second", "flags", "metres", "seconds", "begins", "x", "y")


def folder() -> Path:
    """Return where networks lie; made at the first call."""
    path = Path(settings.VAR_DIR) / "streets"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(checksum: str) -> Path:
    """Return the file of a network."""
    return folder() / f"{checksum}.npz"


def save(streets: Streets) -> str:
    """Write a network and return its checksum (SHA-256); the same network gets the same file.

    A process that dies leaves a `.part` file and never half a network.
    """
    buffer = BytesIO()
    arrays = {name: getattr(streets, name) for name in _ARRAYS}
    np.savez_compressed(buffer, head=np.array([LAYOUT, streets.nodes]), **arrays)
    checksum = _digest(streets)
    part = folder() / f"{checksum}.{token_hex(4)}.part"
    with part.open("wb") as file:
        file.write(buffer.getbuffer())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path_of(checksum))
    return checksum


def load(checksum: str) -> Streets | None:
    """Return a network, None if its file is missing.

    :raises Refused: the file is damaged or of another version of Streife
    """
    path = path_of(checksum)
    try:
        # Opened here: numpy forgets to close what turns out to be no archive.
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            layout, nodes = (int(value) for value in file["head"])
            streets = Streets(nodes=nodes, **{name: file[name] for name in _ARRAYS})
    except FileNotFoundError:
        return None
    except BROKEN as error:
        raise _damaged() from error
    if layout != LAYOUT or _digest(streets) != checksum:
        raise _damaged()
    return streets


def _damaged() -> Refused:
    return Refused(
        "Die Datei des Straßennetzes ist beschädigt. Bitte das Netz noch einmal einlesen "
        "(manage.py import_streets).",
        "streets-damaged-network",
    )


def sweep() -> None:
    """Remove what killed imports left; only under the lock of the import."""
    for part in folder().glob("*.part"):
        part.unlink()


def _digest(streets: Streets) -> str:
    """Return the SHA-256 of the content; the compressed file would differ by its clock."""
    digest = hashlib.sha256(f"{LAYOUT}:{streets.nodes}".encode())
    for name in _ARRAYS:
        array = np.ascontiguousarray(getattr(streets, name))
        digest.update(f"{name}:{array.dtype.str}:{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()

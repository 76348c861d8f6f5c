"""Where pictures lie: in the default storage (a folder) under their checksum."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from streife.reports.photos import Picture

_FOLDER = "reports"


def keep(picture: Picture) -> str:
    """Store the picture and return its path, once it is on the disk as a whole.

    The same picture twice at once is one file, and a power cut leaves none of a half: it is written
    under another name first. One that lies there already counts as new from now on.
    """
    path = f"{_FOLDER}/{picture.sha256[:2]}/{picture.sha256}.jpg"
    made = default_storage.save(f"{path}.{token_hex(8)}", ContentFile(picture.jpeg))
    part = Path(default_storage.path(made))
    _sync(part)
    part.replace(default_storage.path(path))
    _sync(part.parent)
    return path


def read(path: str) -> bytes:
    """Return the bytes of a stored picture.

    :raises FileNotFoundError: it is gone
    """
    with default_storage.open(path, "rb") as file:
        data: bytes = file.read()
    return data


def remove(path: str) -> None:
    """Delete a stored picture; one that is gone already stays gone."""
    default_storage.delete(path)


def older_than(moment: datetime) -> Iterator[str]:
    """Yield the paths of what was written before a moment, halves of pictures too."""
    folder = Path(default_storage.path(_FOLDER))
    for file in folder.glob("*/*"):
        if _written_at(file) < moment:
            yield f"{_FOLDER}/{file.parent.name}/{file.name}"


def remove_if_older(path: str, moment: datetime) -> bool:
    """Delete a stored picture unless somebody sent the same one again; say whether it went."""
    if _written_at(Path(default_storage.path(path))) >= moment:
        return False
    remove(path)
    return True


def _written_at(file: Path) -> datetime:
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)  # somebody deleted it meanwhile


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

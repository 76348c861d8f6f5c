"""Where pictures lie: in the default storage under their checksum."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from streife.reports.photos import Picture


def keep(picture: Picture) -> str:
    """Store the picture and return its path; one that lies there already is left alone."""
    path = f"reports/{picture.sha256[:2]}/{picture.sha256}.jpg"
    if not default_storage.exists(path):
        return default_storage.save(path, ContentFile(picture.jpeg))
    return path


def read(path: str) -> bytes:
    """Return the bytes of a stored picture."""
    with default_storage.open(path, "rb") as file:
        data: bytes = file.read()
    return data


def remove(path: str) -> None:
    """Delete a stored picture; one that is gone already stays gone."""
    default_storage.delete(path)

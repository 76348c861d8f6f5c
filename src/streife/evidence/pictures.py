"""Photos of seized things: encoded anew as those of reports are, in the private storage.

EXIF, GPS and whatever hides in or behind a picture do not arrive (`reports.photos`). The store is
that of all private files; no web server serves it.
"""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from streife.evidence.models import Item
from streife.kernel.errors import Refused
from streife.reports.actions import safe_photo

FIELD = "picture"


def keep_picture(item: Item, data: bytes, *, name: str) -> None:
    """Store a photo of a thing and note on the row, which is not saved here, where it lies.

    :raises Refused: no picture, damaged, or too large (`reports.photos`, `reports.rules`)
    """
    try:
        picture = safe_photo(data, name=name)
    except Refused as refused:
        refused.field = FIELD
        raise
    path = f"items/{item.ident.lower()}.jpg"
    item.picture_path = default_storage.save(path, ContentFile(picture.jpeg))
    item.picture_sha256 = picture.sha256


def drop_picture(item: Item) -> None:
    """Delete the photo of a thing that was not entered."""
    if item.picture_path:
        default_storage.delete(item.picture_path)


def read_picture(item: Item) -> bytes | None:
    """Return the JPEG, None if it is gone or another; call it after the look is recorded."""
    try:
        with default_storage.open(item.picture_path, "rb") as file:
            data: bytes = file.read()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == item.picture_sha256 else None

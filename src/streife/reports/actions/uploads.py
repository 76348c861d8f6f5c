"""Photos of a form that was sent back wait here for the next attempt."""

from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from uuid import UUID

from django.db import transaction

from streife.accounts.rules import PUBLIC, Actor
from streife.reports import storage
from streife.reports.models import Photo, Upload
from streife.reports.photos import Picture, prepare
from streife.reports.queries import kept_uploads
from streife.reports.rules import MAX_PHOTO_BYTES, check_photos
from streife.reports.writing import clean_line

_WAIT = timedelta(hours=24)
_BATCH = 500


def keep_upload(*, client_id: UUID, data: bytes, name: str, now: datetime) -> Upload:
    """Make the photo safe and keep it for the next attempt of this sender.

    :raises Refused: no photo, damaged, or over the limits of one report
    """
    PUBLIC.require("reports.receive")
    check_photos(
        [upload.size for upload in kept_uploads(client_id)] + [min(len(data), MAX_PHOTO_BYTES + 1)]
    )
    picture = prepare(data, name=name)
    upload, _ = Upload.objects.get_or_create(
        client_id=client_id,
        sha256=picture.sha256,
        defaults={
            "path": storage.keep(picture),
            "name": clean_line(name)[-120:],
            "size": len(data),
            "width": picture.width,
            "height": picture.height,
            "kept_at": now,
        },
    )
    return upload


def safe_photo(data: bytes, *, name: str) -> Picture:
    """Return one photo made safe, for whoever keeps it elsewhere; nothing is stored.

    :raises Refused: no photo, damaged, or too large
    """
    check_photos([len(data)])
    return prepare(data, name=name)


def drop_upload(*, client_id: UUID, sha256: str) -> None:
    """Forget a waiting photo at its sender's wish."""
    PUBLIC.require("reports.receive")
    _drop(list(Upload.objects.filter(client_id=client_id, sha256=sha256)))


def forget_uploads(*, actor: Actor, now: datetime) -> int:
    """Delete photos that waited longer than a day and return how many."""
    actor.require("reports.erase_contact")
    stale = list(Upload.objects.filter(kept_at__lt=now - _WAIT))
    _drop(stale)
    return len(stale)


def forget_strays(*, actor: Actor, now: datetime) -> int:
    """Delete files of pictures that for a day have belonged to nothing, and return how many.

    A picture is on the disk before its report is in the database: a power cut between the two, or
    a report that was refused at the last moment, leaves a photo that nobody would ever erase.
    """
    actor.require("reports.erase_contact")
    old = storage.older_than(now - _WAIT)
    gone = 0
    while paths := set(islice(old, _BATCH)):
        for path in paths - _used(paths):
            gone += storage.remove_if_older(path, now - _WAIT)
    return gone


def _used(paths: set[str]) -> set[str]:
    return {
        *Photo.objects.filter(path__in=paths).values_list("path", flat=True),
        *Upload.objects.filter(path__in=paths).values_list("path", flat=True),
    }


@transaction.atomic
def _drop(uploads: list[Upload]) -> None:
    """Delete rows, and files that no report and no other form shows."""
    paths = {upload.path for upload in uploads}
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).delete()
    for path in paths - _used(paths):
        transaction.on_commit(partial(storage.remove, path))

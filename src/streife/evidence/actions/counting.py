"""The daily count's part about photos of seized things: files, keys, record and periods."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from streife.evidence import queries, rules
from streife.evidence.models import ItemPicture

Finding = dict[str, Any]


def of_pictures(
    files: Mapping[str, int], kids: set[str], kept: set[str], deleted: set[str], now: datetime
) -> Iterator[Finding]:
    """Yield what differs for photos.

    `files` are sizes by path, `kids` the keys that are there, `kept` and `deleted` the things
    whose photo the record says was taken in and was deleted.
    """
    rows = {row.item.ident: row for row in ItemPicture.objects.select_related("item")}
    for ident, row in rows.items():
        yield from ({"kind": kind, "item": ident} for kind in _differences(row, files, kids))
        if (row.gone_at is not None) != (ident in deleted):
            yield {"kind": "deletion-unrecorded", "item": ident}
        if row.gone_at is None and row.going_at and row.going_at < now - rules.OVERDUE:
            yield {"kind": "deletion-hangs", "item": ident}
    for ident in sorted(kept - rows.keys()):
        yield {"kind": "row-missing", "item": ident}
    for ident in sorted(rows.keys() - kept):
        yield {"kind": "row-surplus", "item": ident}
    for ident in queries.pictures_due(now - rules.OVERDUE):
        yield {"kind": "overdue", "item": ident}


def _differences(row: ItemPicture, files: Mapping[str, int], kids: set[str]) -> Iterator[str]:
    if row.going_at is None and _is_kept(row):
        if row.path not in files:
            yield "file-missing"
        elif files[row.path] != row.stored_size:
            yield "file-size"
        if row.kid not in kids:
            yield "key-missing"
    if row.gone_at is not None and row.path in files:
        yield "file-left"
    if row.key_destroyed_at is not None and row.kid in kids:
        yield "key-left"


def _is_kept(row: ItemPicture) -> bool:
    """Say whether a photo was not deleted while we counted."""
    return queries.pictures_kept().filter(pk=row.pk).exists()

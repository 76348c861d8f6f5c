"""Where envelopes lie: a folder, or an S3-compatible store."""

import shutil
from pathlib import Path

from django.conf import settings

from streife.evidence.stores.base import Store, Writer
from streife.evidence.stores.local import FileSource, LocalStore

__all__ = ["FileSource", "LocalStore", "Store", "Writer", "free_bytes", "store"]


def store() -> Store:
    """Return the store that is set (`STREIFE_EVIDENCE_S3_…`), else the folder."""
    if settings.EVIDENCE_S3.get("bucket_name"):
        from streife.evidence.stores.s3 import S3Store  # noqa: PLC0415 (boto3 takes half a second)

        return S3Store(settings.EVIDENCE_S3)
    return LocalStore(_folder())


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "evidence" / "files"


def free_bytes() -> int | None:
    """Return the room left in the folder; None where nobody can say (an object store)."""
    if settings.EVIDENCE_S3.get("bucket_name"):
        return None
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free

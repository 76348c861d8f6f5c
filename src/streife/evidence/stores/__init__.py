"""Where envelopes lie: a folder, or an S3-compatible store."""

import shutil
from pathlib import Path

from django.conf import settings

from streife.evidence.stores.base import NoAnswer, Store, Writer
from streife.evidence.stores.local import FileSource, LocalStore

__all__ = [
    "FileSource",
    "LocalStore",
    "NoAnswer",
    "Store",
    "Writer",
    "free_bytes",
    "is_folder",
    "store",
]


def store() -> Store:
    """Return the store that is set (`STREIFE_EVIDENCE_S3_…`), else the folder."""
    if not is_folder():
        from streife.evidence.stores.s3 import S3Store  # noqa: PLC0415 (boto3 takes half a second)

        return S3Store(settings.EVIDENCE_S3)
    return LocalStore(_folder())


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "evidence" / "files"


def is_folder() -> bool:
    """Say whether envelopes lie on the disk that also holds the record, the keys and uploads."""
    return not settings.EVIDENCE_S3.get("bucket_name")


def free_bytes() -> int:
    """Return the room left on the disk of this machine; a bucket says nothing about its own."""
    folder = Path(settings.VAR_DIR) / "evidence"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free

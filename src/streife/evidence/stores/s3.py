"""Envelopes as objects in an S3-compatible store, through django-storages' own connection."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from streife.evidence.stores.base import NoAnswer

MIB = 1 << 20
SMALLEST_PART = 8 * MIB
MOST_PARTS = 9000  # S3 allows 10,000
# A page waits seconds for a store that does not answer, not the five minutes boto3 would.
PATIENCE = Config(
    connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"}
)
_MISSING = {"404", "NoSuchKey", "NotFound"}


@lru_cache(maxsize=4)
def _connected(options: tuple[tuple[str, Any], ...]) -> tuple[Any, str, str]:
    """Return client, bucket and prefix of these settings.

    Once a process: setting boto3 up takes longer than reading a range, and its clients may be
    shared by threads.
    """
    storage = S3Storage(**{"client_config": PATIENCE, **dict(options)})
    prefix = f"{storage.location.rstrip('/')}/" if storage.location else ""
    return storage.connection.meta.client, storage.bucket_name, prefix


class S3Store:
    """A bucket; `options` are those of `storages.backends.s3.S3Storage`."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._client, self._bucket, self._prefix = _connected(tuple(sorted(options.items())))

    def create(self, name: str, size: int) -> "S3Writer":
        """Begin an object: in one piece if small, else in parts."""
        return S3Writer(self._client, self._bucket, self._prefix + name, size)

    def open(self, name: str) -> "S3Source":
        """Open an object."""
        return S3Source(self._client, self._bucket, self._prefix + name)

    def remove(self, name: str) -> None:
        """Remove every version: in a versioned bucket a plain delete only hides an object."""
        key = self._prefix + name
        try:
            self._client.delete_object(Bucket=self._bucket, Key=key)
            for version in self._versions(key):
                self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version)
        except (BotoCoreError, ClientError) as error:
            raise NoAnswer("the object store did not remove an object") from error

    def _versions(self, key: str) -> list[str]:
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=key
        )
        return [
            row["VersionId"]
            for page in pages
            for row in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            if row["Key"] == key
        ]

    def listing(self) -> Iterator[tuple[str, int]]:
        """List the bucket.

        :raises OSError: the store does not answer
        """
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        try:
            for page in pages:
                for row in page.get("Contents", []):
                    yield row["Key"][len(self._prefix) :], row["Size"]
        except (BotoCoreError, ClientError) as error:
            raise NoAnswer("the object store does not list its objects") from error

    def sweep(self) -> int:
        """Abort uploads in parts that were begun and not ended; run only while nothing comes in."""
        pages = self._client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        try:
            begun = [
                (row["Key"], row["UploadId"]) for page in pages for row in page.get("Uploads", [])
            ]
            for key, upload in begun:
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
        except (BotoCoreError, ClientError) as error:
            raise NoAnswer("the object store does not sweep") from error
        return len(begun)


class S3Writer:
    """Collects blocks into parts; one part is in memory at a time."""

    def __init__(self, client: Any, bucket: str, key: str, size: int) -> None:
        self._client, self._where, self._size = client, {"Bucket": bucket, "Key": key}, size
        self._part_size = max(SMALLEST_PART, -(-size // MOST_PARTS // MIB) * MIB)
        self._buffer = bytearray()
        self._parts: list[dict[str, Any]] = []
        self._sent = 0
        self._upload = ""

    writers = 1  # parts are numbered in order

    def write(self, offset: int, block: memoryview) -> None:
        """Take the next block; send a part when one is full."""
        if offset != self._sent + len(self._buffer):
            raise ValueError("blocks come in order")
        self._buffer += block
        while len(self._buffer) >= self._part_size:
            self._send(bytes(self._buffer[: self._part_size]))
            del self._buffer[: self._part_size]

    def _send(self, part: bytes) -> None:
        try:
            if not self._upload:
                begun = self._client.create_multipart_upload(**self._where)
                self._upload = begun["UploadId"]
            number = len(self._parts) + 1
            answer = self._client.upload_part(
                **self._where, UploadId=self._upload, PartNumber=number, Body=part
            )
        except (BotoCoreError, ClientError) as error:
            raise NoAnswer("the object store did not take a part") from error
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        self._sent += len(part)

    def commit(self) -> None:
        """Complete the object and ask for its length: the answer of the store is the promise."""
        try:
            if self._upload:
                if self._buffer:
                    self._send(bytes(self._buffer))
                self._client.complete_multipart_upload(
                    **self._where, UploadId=self._upload, MultipartUpload={"Parts": self._parts}
                )
            else:
                self._client.put_object(**self._where, Body=bytes(self._buffer))
            length = self._client.head_object(**self._where)["ContentLength"]
        except (BotoCoreError, ClientError) as error:
            raise NoAnswer("the object store did not take the object") from error
        self._upload = ""
        self._buffer.clear()
        if length != self._size:
            raise OSError("the object has another length than it said")

    def abort(self) -> None:
        """Forget the parts; what a dead connection leaves is swept later."""
        if self._upload:
            with suppress(BotoCoreError, ClientError):
                self._client.abort_multipart_upload(**self._where, UploadId=self._upload)
            self._upload = ""


class S3Source:
    """An object that is read from any place by range."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self._client, self._where = client, {"Bucket": bucket, "Key": key}
        try:
            self.size: int = client.head_object(**self._where)["ContentLength"]
        except ClientError as error:
            raise self._missing(error) from error
        except BotoCoreError as error:
            raise NoAnswer("the object store does not answer") from error

    def _missing(self, error: ClientError) -> OSError:
        """Return what was told; without its bucket no object can be called missing."""
        found = _told(error, self._where["Key"])
        if isinstance(found, FileNotFoundError):
            try:
                self._client.head_bucket(Bucket=self._where["Bucket"])
            except (BotoCoreError, ClientError):
                return NoAnswer("there is no such bucket")
        return found

    def read_at(self, offset: int, length: int) -> bytes:
        """Return bytes from a place."""
        if not length or offset >= self.size:
            return b""
        end = min(offset + length, self.size) - 1
        try:
            answer = self._client.get_object(**self._where, Range=f"bytes={offset}-{end}")
            data: bytes = answer["Body"].read()
        except ClientError as error:
            raise _told(error, self._where["Key"]) from error
        except BotoCoreError as error:
            raise NoAnswer("the object store does not answer") from error
        return data


def _told(error: ClientError, key: str) -> OSError:
    """Return what an answer means: the object is gone, is shorter than it was, or neither."""
    code = error.response["Error"]["Code"]
    if code in _MISSING:
        return FileNotFoundError(key)
    if code == "InvalidRange":
        return OSError("the object is shorter than the store said")
    return NoAnswer("the object store does not answer")

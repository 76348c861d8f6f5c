"""A ceiling for uploaded files that loses no text: what is too large is left out and named."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from streife.reports.rules import MAX_PHOTO_BYTES, MAX_PHOTOS_BYTES


class CappedUploadHandler(FileUploadHandler):
    """Counts the bytes of each file and of all; drops a file over the limit and goes on reading.

    The rest of the form arrives, so the page can come back with every word and name the file.
    `refused` holds the names of what was dropped.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.refused: list[str] = []
        self._file_bytes = 0
        self._all_bytes = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start counting another file."""
        super().new_file(*args, **kwargs)
        self._file_bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the bytes on, or leave the file out.

        :raises SkipFile: the file, or all together, are over the limit
        """
        self._file_bytes += len(raw_data)
        self._all_bytes += len(raw_data)
        if self._file_bytes > MAX_PHOTO_BYTES or self._all_bytes > MAX_PHOTOS_BYTES:
            self._all_bytes -= self._file_bytes
            self.refused.append(self.file_name or "Foto")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
        return

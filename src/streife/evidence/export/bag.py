"""A BagIt bag (RFC 8493) as one ZIP file, stored, written as a stream: plain Python.

Nothing is ever whole in memory: payload is read in pieces, hashed on the way, and what was written
is taken off at once. All names are ours, so none needs escaping.
"""

import hashlib
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from streife.evidence.export.offline_verifier import (
    BAGIT,
    CONTENTS,
    FORMAT,
    PAYLOAD_LIST,
    TAG_LIST,
)

_REGULAR = (stat.S_IFREG | 0o644) << 16


class Damaged(Exception):
    """What was read is not what was kept: the bag must not leave the house."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the payload; `sha256` is what it must have, empty if nobody knows yet."""

    path: str
    pieces: Callable[[], Iterable[bytes]]
    sha256: str = ""


def part_of(path: str, content: bytes) -> Part:
    """Return a small file that lies in memory."""
    return Part(path, lambda: [content])


@dataclass(frozen=True, slots=True)
class Bag:
    """What goes into a bag: payload in order, further tag files, and what `bag-info.txt` says."""

    folder: str
    payload: Iterable[Part]
    tags: Mapping[str, bytes]
    info: Mapping[str, str]
    moment: datetime
    sign: Callable[[str], str]

    def stream(self) -> Iterator[bytes]:
        """Yield the ZIP file piece by piece.

        :raises Damaged: a part has another hash than it must
        """
        sink = _Sink()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
            writer = _Writer(archive, sink, self.folder, self.moment)
            for part in self.payload:
                yield from writer.write(part)
            for path, content in self._tags(writer):
                yield from writer.write(part_of(path, content))
        yield sink.take()

    def _tags(self, writer: "_Writer") -> Iterator[tuple[str, bytes]]:
        payload = dict(writer.hashes)
        info = {**self.info, "Payload-Oxum": f"{writer.octets}.{len(payload)}"}
        yield "bagit.txt", BAGIT
        yield "bag-info.txt", "".join(f"{key}: {text}\n" for key, text in info.items()).encode()
        yield from self.tags.items()
        yield PAYLOAD_LIST, _lines(payload)
        text = f"{FORMAT}\n{_lines(writer.hashes).decode()}"
        yield CONTENTS, self.sign(text).encode()
        listed = {path: value for path, value in writer.hashes.items() if path not in payload}
        yield TAG_LIST, _lines(listed)


def _lines(hashes: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(hashes.items())).encode()


class _Sink:
    """Takes what the ZIP writer writes, until somebody takes it away; cannot be wound back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Have nothing to do."""

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


class _Writer:
    """Writes parts into the archive and remembers what it wrote."""

    def __init__(
        self, archive: zipfile.ZipFile, sink: _Sink, folder: str, moment: datetime
    ) -> None:
        self.archive, self.sink, self.folder = archive, sink, folder
        self.moment = max(moment.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
        self.hashes: dict[str, str] = {}
        self.octets = 0

    def write(self, part: Part) -> Iterator[bytes]:
        entry = zipfile.ZipInfo(f"{self.folder}/{part.path}", self.moment)
        entry.external_attr = _REGULAR
        entry.create_system = 3
        digest = hashlib.sha256()
        with self.archive.open(entry, "w", force_zip64=True) as file:
            for piece in part.pieces():
                digest.update(piece)
                self.octets += len(piece)
                file.write(piece)
                yield self.sink.take()
        if part.sha256 and digest.hexdigest() != part.sha256:
            raise Damaged(part.path)
        self.hashes[part.path] = digest.hexdigest()
        yield self.sink.take()


class Pull:
    """A stream of pieces as something to read from, for whoever wants `read(n)`."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def read(self, amount: int = -1) -> bytes:
        """Return up to `amount` bytes, b"" at the end; all of them if negative."""
        if amount < 0:
            return self._rest + b"".join(self._pieces)
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        taken, self._rest = self._rest[:amount], self._rest[amount:]
        return taken

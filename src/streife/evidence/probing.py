"""What an MP4 says about itself: length and time, read from a few fixed places.

Footage comes from outside and may be broken or hostile. So nothing is decoded and nothing is
believed: boxes are walked with a limit, a few numbers are read at fixed places, and whatever does
not fit gives an empty answer. Source: ISO/IEC 14496-12, boxes `moov`, `mvhd`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ReadAt = Callable[[int, int], bytes]

MOST_BOXES = 200
MAC_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
LONGEST = timedelta(hours=48)
TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".mkv": "video/x-matroska",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}


@dataclass(frozen=True, slots=True)
class Probed:
    """What a file says; None where it says nothing that can be true."""

    duration: timedelta | None = None
    created_at: datetime | None = None

    def to_json(self) -> dict[str, object]:
        """Return what is kept about the container."""
        told: dict[str, object] = {}
        if self.duration is not None:
            told["duration_ms"] = self.duration // timedelta(milliseconds=1)
        if self.created_at is not None:
            told["creation_time"] = self.created_at.isoformat()
        return told


def content_type_of(name: str) -> str:
    """Return the type that a file's name claims, else the neutral one."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return TYPES.get(ending, "application/octet-stream")


def probe(read_at: ReadAt, size: int) -> Probed:
    """Return what the container says (at most 400 small reads)."""
    moov = _find(read_at, b"moov", 0, size)
    header = _find(read_at, b"mvhd", *moov) if moov else None
    if header is None:
        return Probed()
    raw = read_at(header[0], 32)
    if len(raw) < 32 or raw[0] > 1:
        return Probed()
    if raw[0]:
        created, scale, length = raw[4:12], raw[20:24], raw[24:32]
    else:
        created, scale, length = raw[4:8], raw[12:16], raw[16:20]
    return Probed(_duration(_number(length), _number(scale)), _moment(_number(created)))


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _duration(length: int, scale: int) -> timedelta | None:
    if not scale or not 0 < length / scale <= LONGEST.total_seconds():
        return None
    return timedelta(seconds=length / scale)


def _moment(seconds: int) -> datetime | None:
    return MAC_EPOCH + timedelta(seconds=seconds) if 0 < seconds < 2**33 else None


def _find(read_at: ReadAt, kind: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Return begin and end of the content of the first box of a kind."""
    for _ in range(MOST_BOXES):
        head = read_at(start, 16)
        if len(head) < 8 or start + 8 > end:
            return None
        length, skip = _number(head[:4]), 8
        if length == 1:
            length, skip = _number(head[8:16]), 16
        elif length == 0:
            length = end - start
        if length < skip or start + length > end:
            return None
        if head[4:8] == kind:
            return start + skip, start + length
        start += length
    return None

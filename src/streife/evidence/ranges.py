"""`Range` of HTTP (RFC 9110 section 14) for one range of bytes."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


class NotSatisfiable(Exception):
    """The range lies outside the file: 416."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` up to `end` (left out); `partial` if they were asked for."""

    start: int
    end: int
    partial: bool


def span_of(header: str, size: int) -> Span:
    """Return what a `Range` header asks for.

    No header, another unit, several ranges or nonsense: the whole (section 14.2 allows that).

    :raises NotSatisfiable: nothing of the file lies in it
    """
    found = _ONE.fullmatch(header.replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return Span(0, size, partial=False)
    if not found[1]:
        wanted = int(found[2])
        if not wanted or not size:
            raise NotSatisfiable
        return Span(max(0, size - wanted), size, partial=True)
    start = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    if found[2] and int(found[2]) < start:
        return Span(0, size, partial=False)
    if start >= size:
        raise NotSatisfiable
    return Span(start, end, partial=True)

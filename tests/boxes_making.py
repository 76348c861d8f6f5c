"""Boxes of ISO 14496-12 by hand, for what no encoder at hand writes: C2PA, GPMF."""

import struct
from typing import Final

C2PA_UUID: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # C2PA 2.1, A.5.1
_JUMBF: Final = bytes.fromhex("00110010800000aa00389b71")  # the tail of every JUMBF type
_INSIDE: Final = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


def box(kind: bytes, content: bytes) -> bytes:
    """Return a box: length, kind, content."""
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def _superbox(kind: bytes, label: str, *inside: bytes) -> bytes:
    """Return a JUMBF superbox (ISO 19566-5): a description with type and label, then the rest."""
    described = kind + _JUMBF + b"\x03" + label.encode() + b"\0"
    return box(b"jumb", box(b"jumd", described) + b"".join(inside))


def c2pa_box(thumbnail: bytes, *, name: str) -> bytes:
    """Return a C2PA manifest store whose claim carries a JPEG of the original picture."""
    assertion = _superbox(
        b"\x40\xcb\x0c\x32",  # embedded file
        "c2pa.thumbnail.claim.jpeg",
        box(b"bfdb", b"\0image/jpeg\0"),
        box(b"bidb", thumbnail),
    )
    assertions = _superbox(b"c2as", "c2pa.assertions", assertion)
    manifest = _superbox(b"c2ma", f"urn:uuid:{name}", assertions)
    store = _superbox(b"c2pa", "c2pa", manifest)
    # FullBox: version and flags, purpose, offset of the first box with Merkle values.
    return box(b"uuid", C2PA_UUID + bytes(4) + b"manifest\0" + bytes(8) + store)


def put_after_ftyp(movie: bytes, extra: bytes) -> bytes:
    """Return the MP4 with a box behind `ftyp`, where C2PA wants it; chunk offsets move along."""
    at = int.from_bytes(movie[:4], "big")
    assert movie[4:8] == b"ftyp"
    return movie[:at] + extra + _moved(movie[at:], len(extra))


def _moved(boxes: bytes, by: int) -> bytes:
    out, at = b"", 0
    while at < len(boxes):
        size, kind = int.from_bytes(boxes[at : at + 4], "big"), boxes[at + 4 : at + 8]
        content = boxes[at + 8 : at + size]
        if kind in _INSIDE:
            content = _moved(content, by)
        elif kind == b"stco":
            count = int.from_bytes(content[4:8], "big")
            offsets = struct.unpack_from(f">{count}I", content, 8)
            content = content[:8] + struct.pack(f">{count}I", *(one + by for one in offsets))
        out += (len(content) + 8).to_bytes(4, "big") + kind + content
        at += size
    return out


def gps_sample(latitude: float, longitude: float, *, device: bytes) -> bytes:
    """Return a GPMF sample as action cameras write it: device, stream, one GPS5 position."""

    def item(key: bytes, kind: bytes, width: int, content: bytes) -> bytes:
        repeat = len(content) // width if width else 0
        padded = content + bytes(-len(content) % 4)
        return key + kind + bytes([width]) + repeat.to_bytes(2, "big") + padded

    def nested(key: bytes, content: bytes) -> bytes:
        return key + bytes([0, 1]) + len(content).to_bytes(2, "big") + content

    place = struct.pack(">5l", int(latitude * 1e7), int(longitude * 1e7), 90_000, 1_200, 130)
    stream = nested(b"STRM", item(b"GPS5", b"l", 20, place))
    return nested(b"DEVC", item(b"DVNM", b"c", 1, device) + stream)


def as_gps_track(movie: bytes) -> bytes:
    """Return the MP4 with its text track declared to be GPMF: handler `meta`, entry `gpmd`."""
    at = movie.index(b"sbtl")
    movie = movie[:at] + b"meta" + movie[at + 4 :]
    at = movie.index(b"tx3g")
    return movie[:at] + b"gpmd" + movie[at + 4 :]

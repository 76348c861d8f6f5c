"""Cases 1 to 9 of the evidence vault: whatever is done to an envelope, no wrong byte comes out."""

import hashlib
import io
import os
import secrets
from pathlib import Path

import pytest

from streife.evidence.envelope import (
    CHUNK,
    TAG,
    BytesSource,
    ChunkTree,
    Cipher,
    Envelope,
    EnvelopeError,
    Header,
    Sealed,
    SourceChanged,
    chunks_of,
    seal,
    sealed_size,
)
from streife.evidence.envelope.format import nonce
from streife.evidence.envelope.pipeline import BLOCK

KEY = bytes(range(32))
HEADER = Header("01JDX4Q7M0000000000000000A", "01JDX4Q7M0000000000000000B", "video/mp4", "2026")
EDGES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 77)
EMPTY_ROOT = hashlib.sha256(b"").hexdigest()


class Memory:
    """A place in memory for an envelope."""

    def __init__(self) -> None:
        self.raw = bytearray()

    writers = 1

    def write(self, offset: int, block: memoryview) -> None:
        assert offset == len(self.raw)
        self.raw += block


def sealed_up(content: bytes, *, key: bytes = KEY, header: Header = HEADER) -> tuple[bytes, Sealed]:
    sink = Memory()
    told = seal(
        read=io.BytesIO(content).readinto,
        size=len(content),
        sink=sink,
        header=header,
        data_key=key,
    )
    return bytes(sink.raw), told


def opened(raw: bytes, *, key: bytes = KEY) -> bytes:
    return b"".join(Envelope(BytesSource(raw), key).parts())


def refused(raw: bytes, *, key: bytes = KEY) -> str:
    with pytest.raises(EnvelopeError) as caught:
        opened(raw, key=key)
    return caught.value.code


@pytest.fixture(scope="module")
def four() -> tuple[bytes, bytes, int]:
    """Return an envelope of four chunks, its plaintext, and where the first chunk begins."""
    content = os.urandom(3 * CHUNK + 500)
    raw, _ = sealed_up(content)
    return raw, content, len(HEADER.preamble(bytes(32)))


def test_case_01_one_flip_in_each_header_byte_and_in_every_chunk_and_tag_is_refused(
    four: tuple[bytes, bytes, int],
) -> None:
    raw, _, begin = four
    places = [*range(begin), *(begin + n * (CHUNK + TAG) + 4711 for n in range(3))]
    places += [len(raw) - 1, begin + CHUNK + 3]
    for place in places:
        broken = bytearray(raw)
        broken[place] ^= 1 << (place % 8)
        refused(bytes(broken))


def test_case_02_cutting_off_at_and_inside_a_chunk_is_refused(
    four: tuple[bytes, bytes, int],
) -> None:
    raw, _, begin = four
    whole = CHUNK + TAG
    for length in (0, 3, 7, 20, begin - 1, begin, begin + 5, begin + TAG, begin + whole):
        refused(raw[:length])
    for length in (begin + 2 * whole, begin + 2 * whole + 1, len(raw) - 1, len(raw) - TAG):
        refused(raw[:length])


def test_case_03_dropped_swapped_doubled_and_appended_chunks_are_refused(
    four: tuple[bytes, bytes, int],
) -> None:
    raw, _, begin = four
    whole = CHUNK + TAG
    head, body = raw[:begin], raw[begin:]
    a, b, c, d = (body[n * whole : (n + 1) * whole] for n in range(4))
    for order in ([b, c, d], [a, c, d], [a, b, d], [b, a, c, d], [a, a, b, c, d], [a, b, c, d, d]):
        assert refused(head + b"".join(order)) in {"chunk", "truncated"}
    assert refused(head + body + b"\0") in {"chunk", "truncated"}
    assert refused(head + body + bytes(TAG)) == "chunk"


def test_case_04_a_chunk_of_another_file_under_the_same_data_key_is_refused() -> None:
    first, _ = sealed_up(b"a" * (2 * CHUNK))
    second, _ = sealed_up(b"a" * (2 * CHUNK))
    begin = len(HEADER.preamble(bytes(32)))
    assert first[begin : begin + CHUNK] != second[begin : begin + CHUNK]
    spliced = first[:begin] + second[begin : begin + CHUNK + TAG] + first[begin + CHUNK + TAG :]
    assert refused(spliced) == "chunk"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("length 0", (0).to_bytes(4, "big")),
        ("huge", (0xFFFFFFFF).to_bytes(4, "big") + bytes(100)),
        ("one more than allowed", (65_537).to_bytes(4, "big") + bytes(70_000)),
        ("spaces", b"%s"),
    ],
)
def test_case_05_header_lengths_and_spellings_that_are_not_canonical_are_refused(
    name: str, header: bytes
) -> None:
    text = HEADER.to_json().encode()
    if name == "spaces":
        other = text.replace(b":", b": ", 1)
        header = len(other).to_bytes(4, "big") + other
    raw, _ = sealed_up(b"x")
    assert refused(b"EVF1" + header + raw[8 + len(text) :]) in {"header", "truncated"}


def test_case_05_doubled_keys_other_fields_and_other_algorithms_are_refused() -> None:
    raw, _ = sealed_up(b"x")
    text = HEADER.to_json()
    for other in (
        text[:-1] + ',"v":1}',
        text.replace('"v":1', '"v":2'),
        text.replace("A256GCM-STREAM", "none"),
        text.replace("1048576", "1"),
        text[:-1] + ',"x":1}',
        "[]",
        "{}",
        text.replace('"kid"', '"kIt"'),
    ):
        written = other.encode()
        changed = b"EVF1" + len(written).to_bytes(4, "big") + written + raw[8 + len(text) :]
        assert refused(changed) == "header", other
    assert refused(b"XVF1" + raw[4:]) == "no-envelope"


@pytest.mark.parametrize("size", EDGES)
def test_case_06_every_edge_of_a_chunk_comes_back_whole_and_in_part(size: int) -> None:
    content = os.urandom(size)
    raw, told = sealed_up(content)
    tree = ChunkTree()
    for begin in range(0, size, CHUNK):
        tree.add(content[begin : begin + CHUNK])
    assert opened(raw) == content
    assert (told.size, told.stored_size) == (size, len(raw))
    assert told.sha256 == hashlib.sha256(content).hexdigest()
    assert told.tree == tree.root().hex()
    assert len(raw) == sealed_size(size, len(HEADER.preamble(bytes(32))))
    envelope = Envelope(BytesSource(raw), KEY)
    for start, end in ((0, 0), (size // 3, size // 2), (max(0, size - 5), size), (size, size)):
        assert b"".join(envelope.parts(start, end)) == content[start:end]
    assert size or told.tree == EMPTY_ROOT


def test_case_06_beyond_four_gibibytes_by_arithmetic() -> None:
    """64 KB to 200 GB: counters, offsets and lengths are whole numbers without a border."""
    for size in (64_000, 5 << 30, 200_000_000_000, 1 << 44):
        chunks = chunks_of(size)
        assert (chunks - 1) * CHUNK < size <= chunks * CHUNK
        assert sealed_size(size, 300) == 300 + size + chunks * TAG
        assert len({nonce(n, last=False) for n in (0, 1, chunks - 1, 2**32, 2**32 + 1)}) >= 4
    assert nonce(2**32, last=False) != nonce(0, last=False)
    with pytest.raises(OverflowError):
        nonce(2**64, last=False)


def test_case_06_a_sparse_source_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(5 * CHUNK + 3)
    with path.open("rb", buffering=0) as file:
        sink = Memory()
        told = seal(read=file.readinto, size=5 * CHUNK + 3, sink=sink, header=HEADER, data_key=KEY)
    assert told.sha256 == hashlib.sha256(bytes(5 * CHUNK + 3)).hexdigest()
    assert opened(bytes(sink.raw)) == bytes(5 * CHUNK + 3)


def test_case_07_nothing_leaves_before_its_tag_and_the_end_is_never_silently_short(
    four: tuple[bytes, bytes, int],
) -> None:
    raw, content, begin = four
    broken = bytearray(raw)
    broken[begin + 2 * (CHUNK + TAG) + 9] ^= 1
    came: list[bytes] = []
    parts = Envelope(BytesSource(bytes(broken)), KEY).parts()
    with pytest.raises(EnvelopeError):
        came.extend(parts)
    assert b"".join(came) == content[: 2 * CHUNK]


def test_case_08_keys_salts_and_nonces_are_unique_over_a_hundred_thousand_files() -> None:
    data_keys = {secrets.token_bytes(32) for _ in range(100_000)}
    assert len(data_keys) == 100_000
    derived = set()
    for number in range(2_000):
        salt = secrets.token_bytes(32)
        digest = hashlib.sha256(HEADER.preamble(salt)).digest()
        cipher = Cipher(KEY, salt, digest)  # the same data key on purpose
        derived.add(cipher.seal(0, b"", last=True))
        assert number >= 0
    assert len(derived) == 2_000
    nonces = {nonce(n, last) for n in range(50_000) for last in (False, True)}
    assert len(nonces) == 100_000


def test_case_09_another_key_and_another_name_of_a_key_are_refused() -> None:
    raw, _ = sealed_up(b"content")
    assert refused(raw, key=bytes(32)) == "chunk"
    renamed = raw.replace(HEADER.kid.encode(), b"01JDX4Q7M0000000000000000C")
    assert refused(renamed) == "chunk"


@pytest.mark.parametrize("claimed", [-1, 1])
def test_a_source_of_another_length_than_it_said_gives_no_envelope(claimed: int) -> None:
    content = os.urandom(CHUNK)
    with pytest.raises(SourceChanged):
        seal(
            read=io.BytesIO(content).readinto,
            size=len(content) + claimed,
            sink=Memory(),
            header=HEADER,
            data_key=KEY,
        )


def test_what_a_thread_cannot_do_stops_the_whole_pass() -> None:
    """ENOSPC from a real device that is always full, and a cable that comes loose."""

    class Full:
        def __init__(self) -> None:
            self.handle = os.open("/dev/full", os.O_WRONLY)

        writers = 2

        def write(self, offset: int, block: memoryview) -> None:
            os.write(self.handle, block)

    content = os.urandom(12 * CHUNK)
    with pytest.raises(OSError, match="No space left"):
        seal(
            read=io.BytesIO(content).readinto,
            size=len(content),
            sink=Full(),
            header=HEADER,
            data_key=KEY,
        )

    def unplugged(buffer: memoryview) -> int:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        seal(read=unplugged, size=CHUNK, sink=Memory(), header=HEADER, data_key=KEY)

"""Case 15: what comes from outside may be broken or hostile; reading it stays small and safe."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from streife.evidence.probing import Probed, content_type_of, probe
from streife.evidence.ranges import NotSatisfiable, span_of
from streife.evidence.rules import is_id, new_id, shown_name
from streife.evidence.sidecars import Sidecar, read_sidecar
from streife.kernel.errors import Refused
from tests.vaulting import movie

MADE = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


def probed(raw: bytes) -> Probed:
    return probe(lambda offset, length: raw[offset : offset + length], len(raw))


def test_case_15_a_sound_container_tells_length_and_time() -> None:
    told = probed(movie(timedelta(seconds=90.5), MADE))
    assert told == Probed(timedelta(seconds=90.5), MADE)
    assert told.to_json() == {"duration_ms": 90_500, "creation_time": "2026-11-22T21:00:00+00:00"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0",
        b"not a film at all, just text",
        b"\xff" * 4096,
        bytes(100_000),  # boxes of length 0
        (8).to_bytes(4, "big") + b"free" + b"",  # ends at once
        ((8).to_bytes(4, "big") + b"free") * 100_000,  # endless row of boxes
        (0xFFFFFFFF).to_bytes(4, "big") + b"moov" + bytes(64),  # moov that claims 4 GiB
        (1).to_bytes(4, "big") + b"moov" + (2**63).to_bytes(8, "big") + bytes(64),
        (7).to_bytes(4, "big") + b"moov" + bytes(64),  # shorter than its own head
    ],
)
def test_case_15_broken_containers_tell_nothing_and_cost_nothing(raw: bytes) -> None:
    reads = 0

    def read_at(offset: int, length: int) -> bytes:
        nonlocal reads
        reads += 1
        assert length <= 32
        return raw[offset : offset + length]

    assert probe(read_at, len(raw)) == Probed()
    assert reads <= 402


def test_case_15_impossible_lengths_and_times_are_not_believed() -> None:
    assert probed(movie(timedelta(days=40), MADE)).duration is None
    assert probed(movie(timedelta(0), MADE)).duration is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\a.mp4", "a.mp4"),
        ("/abs/olute.mp4", "olute.mp4"),
        ("a\nb\0c.mp4", "abc.mp4"),
        ("..", "ohne Namen"),
        ("", "ohne Namen"),
        ("x" * 500 + ".mp4", ("x" * 500 + ".mp4")[-200:]),
    ],
)
def test_case_15_a_path_in_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert shown_name(given) == kept
    assert content_type_of("a.MP4") == "video/mp4"
    assert content_type_of("a.exe") == "application/octet-stream"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{",
        b'{"unknown": 1}',
        b'{"camera": []}',
        b'{"ended_at": "gestern"}',
        b'{"announced": "ja"}',
        b'{"latitude": 400}',
        b'{"reason": "weil"}',
        b'{"announced": false}',  # without saying why
        b'{"dwelling": true}',  # without saying who decided
        b'{"facts": "' + b"x" * 70_000 + b'"}',
        json.dumps({"wearer": "1" * 21}).encode(),
    ],
)
def test_a_sidecar_with_anything_odd_is_refused_aloud(raw: bytes) -> None:
    with pytest.raises(Refused):
        read_sidecar(raw)


def test_a_wall_clock_in_the_hour_that_comes_twice_is_taken_as_the_first() -> None:
    told = read_sidecar(b'{"ended_at": "2026-10-25T02:30:00"}')
    assert told.ended_at is not None
    assert told.ended_at.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert read_sidecar(b"{}") == Sidecar()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", (0, 100, False)),
        ("bytes=0-", (0, 100, True)),
        ("bytes=10-19", (10, 20, True)),
        ("bytes=10-1000", (10, 100, True)),
        ("bytes=-30", (70, 100, True)),
        ("bytes=-1000", (0, 100, True)),
        ("bytes=99-99", (99, 100, True)),
        ("bytes=5-1", (0, 100, False)),
        ("bytes=0-1,5-6", (0, 100, False)),
        ("items=0-1", (0, 100, False)),
        ("bytes=-", (0, 100, False)),
    ],
)
def test_ranges_are_read_as_rfc_9110_says(header: str, expected: tuple[int, int, bool]) -> None:
    span = span_of(header, 100)
    assert (span.start, span.end, span.partial) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_outside_the_file_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        span_of(header, 100)


def test_names_of_recordings_sort_by_time_and_are_ulids() -> None:
    early, late = new_id(MADE), new_id(MADE + timedelta(milliseconds=1))
    assert early < late
    assert is_id(early)
    assert not is_id("81JDX4Q7M0000000000000000A")
    assert new_id(MADE, random=bytes(10)) == new_id(MADE, random=bytes(10))

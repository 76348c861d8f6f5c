"""Whatever bytes come as a photo: a bare JPEG is stored or it is refused in words, no crash."""

import io
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from streife.kernel.errors import Refused
from streife.reports.photos import prepare
from tests.reporting import SECRET_MARK, a_picture

SEEDS = [
    a_picture("JPEG", size=(96, 64)),
    a_picture("PNG", size=(96, 64)),
    a_picture("WEBP", size=(96, 64)),
]
# Orientation and position with a wrong type: decoders tripped over each of them when writing back.
DAMAGED_EXIF = [
    b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x07\0\0\0\x04abcd\0\0\0\0",
    b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x87\x69\0\x02\0\0\0\x09xyz1",
    b"Exif\0\0II*\0\xff\xff\xff\x7f",
    b"Exif\0\0",
]


def _outcome(data: bytes) -> bytes:
    """Return the stored bytes, nothing for a refusal; anything else raised is a failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow talks about damaged EXIF
        try:
            return prepare(data, name="foto.jpg").jpeg
        except Refused:
            return b""


@given(
    seed=st.sampled_from(SEEDS),
    cut=st.floats(0, 1),
    changes=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), max_size=25),
    head_only=st.booleans(),
)
def test_a_damaged_photo_is_stored_bare_or_refused(
    seed: bytes, cut: float, changes: list[tuple[float, int]], *, head_only: bool
) -> None:
    data = bytearray(seed[: int(len(seed) * (1 - cut * cut))])
    for place, value in changes if data else []:
        data[int(place * (min(400, len(data)) if head_only else len(data)))] = value
    stored = _outcome(bytes(data))
    assert SECRET_MARK not in stored
    assert b"Exif" not in stored[:400]


@pytest.mark.parametrize("exif", DAMAGED_EXIF)
def test_damaged_exif_costs_the_turning_and_not_the_photo(exif: bytes) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(out, "JPEG", exif=exif)
    assert _outcome(out.getvalue()).startswith(b"\xff\xd8")


@pytest.mark.parametrize("tag", range(1, 9))
def test_every_orientation_of_exif_is_turned_upright(tag: int) -> None:
    """The red corner is top left once the picture is shown as the camera was held."""
    upright = Image.new("RGB", (64, 32), "white")
    upright.paste("red", (0, 0, 16, 16))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    as_taken = upright.transpose(undo[tag]) if tag in undo else upright
    exif = Image.Exif()
    exif[0x0112] = tag
    out = io.BytesIO()
    as_taken.save(out, "PNG", exif=exif.tobytes())
    picture = prepare(out.getvalue(), name="foto.png")
    with Image.open(io.BytesIO(picture.jpeg)) as stored:
        assert stored.size == (64, 32)
        red, green, _ = stored.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert red > 200 > 100 > green


def test_many_large_photos_at_once_are_all_answered() -> None:
    """Two are decoded at a time; nobody waits for ever and nobody is refused for it."""
    data = a_picture("PNG", size=(900, 700))
    with ThreadPoolExecutor(8) as pool:
        sizes = {len(jpeg) for jpeg in pool.map(_outcome, [data] * 16)}
    assert len(sizes) == 1
    assert sizes != {0}

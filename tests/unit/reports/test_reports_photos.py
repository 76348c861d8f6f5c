"""Photos: only pixels survive, whatever was sent."""

import io
import random

import pytest
from PIL import Image, ImageCms, ImageDraw

from streife.kernel.errors import Refused
from streife.reports.photos import STORED_SIDE, prepare
from tests.reporting import SECRET_MARK, a_picture

SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_no_metadata_survives_and_the_picture_stands_upright(format_name: str) -> None:
    data = a_picture(format_name)
    assert SECRET_MARK in data
    picture = prepare(data, name="foto")
    assert SECRET_MARK not in picture.jpeg
    with Image.open(io.BytesIO(picture.jpeg)) as stored:
        assert stored.format == "JPEG"
        assert not stored.getexif()
        assert set(stored.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert stored.size == (480, 640)
    assert picture.jpeg.endswith(b"\xff\xd9")


def test_a_large_photo_is_shrunk() -> None:
    picture = prepare(a_picture(size=(4200, 2100)), name="foto")
    assert max(picture.width, picture.height) == STORED_SIDE


@pytest.mark.parametrize("data", [SVG, HTML, b"", b"GIF89a" + b"\0" * 50, b"%PDF-1.7", b"\0" * 99])
def test_what_only_has_the_name_of_a_picture_is_refused_by_its_name(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        prepare(data, name="urlaub.jpg")
    assert refused.value.code == "not-a-photo"
    assert "urlaub.jpg" in refused.value.message


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
def test_a_broken_photo_is_refused_by_its_name(format_name: str) -> None:
    data = a_picture(format_name)
    with pytest.raises(Refused) as refused:
        prepare(data[: len(data) // 3], name="kaputt.jpg")
    assert refused.value.code in {"photo-damaged", "not-a-photo"}
    assert "kaputt.jpg" in refused.value.message


# Pillow warns of the damage before it fails or gets by.
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_flipped_bytes_never_do_more_than_refuse() -> None:
    chance = random.Random(7)
    for format_name in ("JPEG", "PNG", "WEBP", "HEIF"):
        good = a_picture(format_name, size=(64, 48))
        for _ in range(60):
            data = bytearray(good)
            for _ in range(chance.randint(1, 12)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            try:
                assert prepare(bytes(data), name="x").jpeg.startswith(b"\xff\xd8")
            except Refused as refused:
                assert refused.field == "photos"  # noqa: PT017 (both ends are allowed)


@pytest.mark.parametrize("size", [(30_000, 10), (9_000, 9_000), (20_000, 10_000)])
def test_too_many_pixels_are_refused_before_they_are_decoded(size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    with pytest.raises(Refused) as refused:
        prepare(out.getvalue(), name="bombe.png")
    assert refused.value.code == "photo-too-many-pixels"


def test_transparent_becomes_white_and_a_profile_becomes_srgb() -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 19, 39), fill=(200, 30, 30, 255))
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image.save(out, "PNG", icc_profile=profile)
    picture = prepare(out.getvalue(), name="x")
    with Image.open(io.BytesIO(picture.jpeg)) as stored:
        assert "icc_profile" not in stored.info
        assert min(stored.getpixel((35, 20))) > 245  # type: ignore[arg-type, type-var]

"""Drawn recordings: a made-up street, made-up faces, and a strip that says so in every picture.

No person was ever filmed for these. The faces are ellipses and shades; the network that looks for
faces takes them for some, which is what makes redaction worth showing and testing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import IO

import av
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Pixels = npt.NDArray[np.uint8]

SKIN: Colour = (214, 170, 140)
HAIR: Colour = (60, 42, 30)
GREY: Colour = (110, 115, 120)
FINER = 4  # drawn so many times larger, then made small: smooth edges


@lru_cache(maxsize=32)
def face(size: int, skin: Colour = SKIN, hair: Colour = HAIR) -> Image.Image:
    """Return a drawn face, `size` pixels square, on grey."""
    side = size * FINER
    picture = Image.new("RGB", (side, side), GREY)
    pen = ImageDraw.Draw(picture)

    def oval(across: float, down: float, wide: float, high: float, colour: Colour) -> None:
        box = (across - wide, down - high, across + wide, down + high)
        pen.ellipse([part * side for part in box], fill=colour)

    shade: Colour = tuple(int(part * 0.9) for part in skin)  # type: ignore[assignment]
    pen.rectangle([0.05 * side, 0.86 * side, 0.95 * side, side], fill=(40, 60, 110))
    pen.rectangle([0.40 * side, 0.70 * side, 0.60 * side, 0.92 * side], fill=shade)
    oval(0.5, 0.44, 0.31, 0.40, hair)
    oval(0.5, 0.50, 0.27, 0.34, skin)
    oval(0.5, 0.22, 0.27, 0.12, hair)
    for across in (0.39, 0.61):
        oval(across, 0.455, 0.065, 0.035, shade)
        oval(across, 0.46, 0.05, 0.024, (245, 245, 245))
        oval(across, 0.46, 0.024, 0.024, (70, 50, 35))
        oval(across, 0.46, 0.011, 0.011, (10, 10, 10))
        brow = [(across - 0.08) * side, 0.38 * side, (across + 0.08) * side, 0.46 * side]
        pen.arc(brow, 200, 340, fill=hair, width=max(1, int(0.018 * side)))
    nose = [(0.48, 0.46), (0.52, 0.46), (0.56, 0.60), (0.44, 0.60)]
    pen.polygon([(across * side, down * side) for across, down in nose], fill=shade)
    for across in (0.475, 0.525):
        oval(across, 0.607, 0.014, 0.009, (120, 75, 60))
    oval(0.5, 0.69, 0.085, 0.03, (175, 85, 85))
    picture = picture.filter(ImageFilter.GaussianBlur(side * 0.008))
    return _lit(picture.resize((size, size), Image.Resampling.LANCZOS))


def _lit(picture: Image.Image) -> Image.Image:
    """Return the picture as if light came from the upper left: flat faces look like none."""
    pixels = np.asarray(picture).astype(np.float32)
    down, across = np.mgrid[0 : picture.height, 0 : picture.width] / picture.width
    light = 1.12 - 0.9 * ((across - 0.42) ** 2 + (down - 0.4) ** 2)
    return Image.fromarray(np.clip(pixels * light[..., None], 0, 255).astype(np.uint8))


@lru_cache(maxsize=8)
def street(width: int, height: int, words: str = "SYNTHETISCH · KEINE ECHTE AUFNAHME") -> Pixels:
    """Return a drawn street with a strip that says what this is."""
    picture = Image.new("RGB", (width, height), GREY)
    pen = ImageDraw.Draw(picture)
    pen.rectangle([0, height * 0.75, width, height], fill=(82, 84, 88))
    for number in range(6):
        left = width * (number + 0.2) / 6
        pen.rectangle(
            [left, height * 0.1, left + width * 0.08, height * 0.24], fill=(126, 134, 142)
        )
    font = ImageFont.load_default(max(10, height // 24))
    pen.rectangle([0, 0, width, height // 14], fill=(255, 214, 0))
    pen.text((width // 60, height // 140), words, fill=(0, 0, 0), font=font)
    return np.asarray(picture)


@dataclass(frozen=True, slots=True)
class Person:
    """A face that crosses the picture: from frame to frame, and how it is turned."""

    size: int
    begin: tuple[float, float]  # upper left corner in pixels at the first frame
    speed: tuple[float, float] = (0.0, 0.0)  # pixels per frame
    turned: int = 0  # degrees; 90 and 270 lie on the ground
    frames: tuple[int, int] = (0, 1_000_000)  # from, and up to but without
    hidden: tuple[int, ...] = ()  # frames in which something stands before it
    skin: Colour = SKIN
    hair: Colour = HAIR


def scene(
    people: Sequence[Person], *, width: int = 640, height: int = 360, frames: int = 60
) -> Iterator[Pixels]:
    """Yield the pictures of a scene, (height, width, 3)."""
    ground = street(width, height)
    for number in range(frames):
        picture = Image.fromarray(ground)
        for person in people:
            first, end = person.frames
            if first <= number < end and number not in person.hidden:
                drawn = face(person.size, person.skin, person.hair).rotate(
                    person.turned, fillcolor=GREY
                )
                across = person.begin[0] + person.speed[0] * number
                down = person.begin[1] + person.speed[1] * number
                picture.paste(drawn, (round(across), round(down)))
        yield np.asarray(picture)


def tone(seconds: float, *, rate: int = 48_000, hertz: float = 440.0) -> npt.NDArray[np.float32]:
    """Return a quiet tone that beeps once a second, (1, samples)."""
    at = np.arange(int(seconds * rate)) / rate
    beep = np.sin(2 * np.pi * hertz * at) * (0.15 + 0.15 * (at % 1 < 0.2))
    made: npt.NDArray[np.float32] = beep.astype(np.float32)[np.newaxis]
    return made


def film(
    target: IO[bytes] | str,
    pictures: Iterator[Pixels],
    *,
    rate: int = 25,
    sound: npt.NDArray[np.float32] | None = None,
    extra: Callable[[av.container.OutputContainer], Callable[[], None]] | None = None,
    format: str = "mp4",
) -> None:
    """Write pictures and sound as a camera would; `extra` adds streams and tags, for tests."""
    with av.open(target, "w", format=format) as container:
        first = next(pictures)
        video = container.add_stream("libx264", rate=rate)
        video.width, video.height, video.pix_fmt = first.shape[1], first.shape[0], "yuv420p"
        video.options = {"preset": "veryfast", "crf": "18"}
        audio = (
            container.add_stream("aac", rate=48_000, layout="mono") if sound is not None else None
        )
        after = extra(container) if extra else None
        for number, picture in enumerate(_chained(first, pictures)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None and sound is not None:
            for at in range(0, sound.shape[1], 1024):
                block = np.ascontiguousarray(sound[:, at : at + 1024])
                heard = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
                heard.sample_rate, heard.pts, heard.time_base = 48_000, at, Fraction(1, 48_000)
                container.mux(audio.encode(heard))
            container.mux(audio.encode(None))
        if after:
            after()


def _chained(first: Pixels, rest: Iterator[Pixels]) -> Iterator[Pixels]:
    yield first
    yield from rest

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


@lru_cache(maxsize=16)
def plate(width: int, words: str) -> Image.Image:
    """Return a drawn German number plate, 520 : 110; the letters stand for no registered car."""
    wide, high = width * FINER, round(width * FINER * 110 / 520)
    picture = Image.new("RGB", (wide, high), (245, 245, 245))
    pen = ImageDraw.Draw(picture)
    edge = max(1, high // 22)
    pen.rectangle([0, 0, wide - 1, high - 1], outline=(15, 15, 15), width=edge)
    pen.rectangle([edge, edge, wide * 0.085, high - 1 - edge], fill=(0, 51, 153))
    font = ImageFont.load_default(high)
    line = Image.new("L", (int(font.getlength(words)), int(high * 0.74)))
    ImageDraw.Draw(line).text((0, high * 0.72), words, font=font, fill=255, anchor="ls")
    line = line.resize((min(line.width, int(wide * 0.86)), line.height))
    picture.paste((15, 15, 15), (int(wide * 0.535 - line.width / 2), int(high * 0.13)), line)
    return picture.resize((width, round(width * 110 / 520)), Image.Resampling.LANCZOS)


@lru_cache(maxsize=16)
def car(width: int, words: str, colour: Colour) -> Image.Image:
    """Return the drawn back of a car, `width` pixels across, on nothing; its plate is 3 / 10."""
    wide, high = width * 2, int(width * 1.6)
    picture = Image.new("RGBA", (wide, high))
    pen = ImageDraw.Draw(picture)

    def at(*parts: float) -> list[float]:
        return [part * (high if number % 2 else wide) for number, part in enumerate(parts)]

    pen.rounded_rectangle(at(0.04, 0.35, 0.96, 0.9), radius=high * 0.1, fill=colour)
    pen.polygon(at(0.14, 0.37, 0.24, 0.05, 0.76, 0.05, 0.86, 0.37), fill=colour)
    pen.polygon(at(0.2, 0.35, 0.28, 0.1, 0.72, 0.1, 0.8, 0.35), fill=(40, 50, 60))
    for across in (0.06, 0.8):
        pen.rounded_rectangle(at(across, 0.45, across + 0.14, 0.58), radius=6, fill=(190, 30, 30))
        pen.rectangle(at(across + 0.02, 0.88, across + 0.14, 1), fill=(20, 20, 20))
    pen.rectangle(at(0.04, 0.78, 0.96, 0.9), fill=(50, 50, 52))
    shade: Colour = tuple(int(part * 0.6) for part in colour)  # type: ignore[assignment]
    pen.rounded_rectangle(at(0.3, 0.56, 0.7, 0.72), radius=6, fill=shade)
    picture = picture.resize((width, int(width * 0.8)), Image.Resampling.LANCZOS)
    sign = plate(width * 3 // 10, words)
    picture.paste(sign, ((width - sign.width) // 2, int(width * 0.8 * 0.6)))
    return picture


@dataclass(frozen=True, slots=True)
class Car:
    """The back of a car with its plate, from frame to frame."""

    size: int  # pixels across
    begin: tuple[float, float]  # upper left corner in pixels at the first frame
    speed: tuple[float, float] = (0.0, 0.0)  # pixels per frame
    words: str = "XX AB 1234"
    colour: Colour = (120, 30, 40)
    turned: int = 0  # degrees

    def plate_at(self, number: int) -> tuple[float, float, float, float]:
        """Return where the plate of an upright car is: left, top, right, bottom."""
        across, down = (self.begin[axis] + self.speed[axis] * number for axis in (0, 1))
        wide = self.size * 3 // 10
        left, top = across + (self.size - wide) // 2, down + int(self.size * 0.8 * 0.6)
        return left, top, left + wide, top + round(wide * 110 / 520)


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
    people: Sequence[Person],
    *,
    width: int = 640,
    height: int = 360,
    frames: int = 60,
    cars: Sequence[Car] = (),
) -> Iterator[Pixels]:
    """Yield the pictures of a scene, (height, width, 3); people stand before cars."""
    ground = street(width, height)
    for number in range(frames):
        picture = Image.fromarray(ground)
        for one in cars:
            seen = car(one.size, one.words, one.colour).rotate(one.turned)
            across, down = (one.begin[axis] + one.speed[axis] * number for axis in (0, 1))
            picture.paste(seen, (round(across), round(down)), seen)
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

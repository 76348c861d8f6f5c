"""The visible mark on every frame of a copy: nobody can take it for an original."""

from unicodedata import normalize

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from streife.evidence.redaction.masks import BLACK, NEUTRAL
from streife.evidence.redaction.reading import Planes

WORDS = "GESCHWÄRZTE KOPIE"
PREVIEW_WORDS = "VORSCHAU, KEINE KOPIE"
WHITE = 235  # brightest in yuv420p
PART = 0.034  # height of the letters, as a part of the height of the picture
SMALLEST = 10


class Mark:
    """The words and the number of the copy, drawn once and laid over each frame."""

    def __init__(self, name: str, width: int, height: int, *, words: str = WORDS) -> None:
        self._strip = _strip(f"{words} {name}", width, height)

    def lay_over(self, planes: Planes) -> None:
        """Write the mark at the lower left edge, in place."""
        high, wide = self._strip.shape
        height, width = planes.shape[0] * 2 // 3, planes.shape[1]
        planes[height - high : height, :wide] = self._strip
        chroma = planes[height:].reshape(2, height // 2, width // 2)
        chroma[:, (height - high) // 2 :, : wide // 2] = NEUTRAL


def _strip(text: str, width: int, height: int) -> npt.NDArray[np.uint8]:
    size = max(SMALLEST, round(height * PART))
    while _font(size).getlength(text) + size > width and size > SMALLEST // 2:
        size -= 1
    font = _font(size)
    wide, high = round(font.getlength(text)) + size, round(size * 1.6)
    strip = Image.new("L", (min(width, (wide + 1) // 2 * 2), (high + 1) // 2 * 2), BLACK)
    pen = ImageDraw.Draw(strip)
    at = size / 2
    for letter in text:
        # The font that Pillow carries has no umlauts: the two dots are set by hand.
        parts = normalize("NFD", letter)
        plain, dots = parts[0], parts[1:]
        pen.text((at, high - size * 0.3), plain, fill=WHITE, font=font, anchor="ls")
        wide_letter = font.getlength(plain)
        for side in (0.3, 0.7) if dots else ():
            across, down, dot = at + wide_letter * side, high - size * 1.18, size * 0.06
            pen.ellipse([across - dot, down - dot, across + dot, down + dot], fill=WHITE)
        at += wide_letter
    return np.asarray(strip)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)

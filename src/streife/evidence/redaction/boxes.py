"""Boxes in a picture: where they are, how far they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright picture; `score` from 0 to 1 says how sure it is."""

    left: float
    top: float
    right: float
    bottom: float
    score: float = 1.0

    @property
    def area(self) -> float:
        """Square pixels; 0 when nothing is left of it."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    @property
    def centre(self) -> tuple[float, float]:
        """Across and down, in pixels."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def grown(self, factor: float) -> Self:
        """Return the box with its sides times `factor`, around the same centre."""
        across, down = self.centre
        half_width = (self.right - self.left) * factor / 2
        half_height = (self.bottom - self.top) * factor / 2
        return type(self)(
            across - half_width,
            down - half_height,
            across + half_width,
            down + half_height,
            self.score,
        )

    def moved(self, across: float, down: float) -> Self:
        """Return the box elsewhere."""
        return type(self)(
            self.left + across, self.top + down, self.right + across, self.bottom + down, self.score
        )

    def scaled(self, across: float, down: float) -> Self:
        """Return the box in a picture of another size."""
        return type(self)(
            self.left * across, self.top * down, self.right * across, self.bottom * down, self.score
        )

    def shared(self, other: "Box") -> float:
        """Return the common area in square pixels."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def agreement(self, other: "Box") -> float:
        """Return intersection over union, 0 to 1."""
        common = self.shared(other)
        return common / (self.area + other.area - common) if common else 0.0


def between(before: Box, after: Box, part: float) -> Box:
    """Return the box on the way, `part` 0 at the first and 1 at the second."""
    rest = 1 - part
    return Box(
        before.left * rest + after.left * part,
        before.top * rest + after.top * part,
        before.right * rest + after.right * part,
        before.bottom * rest + after.bottom * part,
        min(before.score, after.score),
    )


def strongest(boxes: Sequence[Box], *, overlap: float = 0.4) -> list[Box]:
    """Return one box per face: of those that agree by more than `overlap`, the surest."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda one: -one.score):
        if all(box.agreement(other) <= overlap for other in kept):
            kept.append(box)
    return kept

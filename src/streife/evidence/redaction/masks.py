"""What is covered in a frame: the union over half a second before and after, grown and solid."""

from bisect import bisect_right

from streife.evidence.redaction.boxes import Box, between
from streife.evidence.redaction.project import Cover, Project
from streife.evidence.redaction.reading import Planes

UNION_FRAMES = 15  # half a second at 30 frames: a face that slips for a frame stays covered
# What was found moves on until the next search, and moved before the one that found it first.
CARRIED_FRAMES = 5
GROWN = 1.3  # hair, chin and ears belong to a face
BLACK, NEUTRAL = 16, 128  # brightness and colour of black in yuv420p

Rectangle = tuple[int, int, int, int]  # left, top, right, bottom; even, inside the picture


def box_at(cover: Cover, number: int) -> Box | None:
    """Return where the cover is in a frame, None before its first and after its last."""
    if not cover.first <= number <= cover.last:
        return None
    after = bisect_right(cover.boxes, number, key=lambda entry: entry[0])
    at, box = cover.boxes[after - 1]
    if at == number or after == len(cover.boxes):
        return box
    next_at, next_box = cover.boxes[after]
    return between(box, next_box, (number - at) / (next_at - at))


def carried(cover: Cover, number: int) -> Box | None:
    """Return where the cover is, or would be a few frames before or after at its own speed."""
    if cover.by_hand or len(cover.boxes) < 2 or cover.first <= number <= cover.last:
        return box_at(cover, number)
    if not cover.first - CARRIED_FRAMES <= number <= cover.last + CARRIED_FRAMES:
        return None
    end, inside = cover.boxes[:2] if number < cover.first else cover.boxes[:-3:-1]
    part = (number - end[0]) / (inside[0] - end[0])
    return between(end[1], inside[1], part)


class Masks:
    """The rectangles of every frame of a project; frames are asked in order."""

    def __init__(self, project: Project) -> None:
        self._size = project.width, project.height
        self._covers = sorted(
            (cover for cover in project.covers if not cover.off), key=lambda cover: cover.first
        )
        self._known: dict[int, set[Rectangle]] = {}

    def at(self, number: int) -> set[Rectangle]:
        """Return what is covered in frame `number`."""
        window = range(number - UNION_FRAMES, number + UNION_FRAMES + 1)
        for gone in [known for known in self._known if known < window.start]:
            del self._known[gone]
        for frame in window:
            if frame not in self._known:
                self._known[frame] = self._rectangles(frame)
        return set().union(*(self._known[frame] for frame in window))

    def _rectangles(self, number: int) -> set[Rectangle]:
        found = ((cover, carried(cover, number)) for cover in self._covers)
        made = (
            _even(box if cover.by_hand else box.grown(GROWN), *self._size)
            for cover, box in found
            if box
        )
        return {rectangle for rectangle in made if rectangle}


def _even(box: Box, width: int, height: int) -> Rectangle | None:
    """Return the box on even pixels, rounded outwards: colour has half the resolution."""
    left, top = max(0, int(box.left) // 2 * 2), max(0, int(box.top) // 2 * 2)
    right = min(width, -(-int(box.right + 1) // 2) * 2)
    bottom = min(height, -(-int(box.bottom + 1) // 2) * 2)
    return (left, top, right, bottom) if left < right and top < bottom else None


def covered_part(box: Box, rectangles: set[Rectangle]) -> float:
    """Return how much of the box the best single rectangle hides, 0 to 1."""
    hidden = max((box.shared(Box(*one)) for one in rectangles), default=0.0)
    return hidden / box.area if box.area else 1.0


def paint(planes: Planes, rectangles: set[Rectangle]) -> None:
    """Fill the rectangles with black, in place: nothing of the picture stays under them."""
    height = planes.shape[0] * 2 // 3
    width = planes.shape[1]
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    for left, top, right, bottom in rectangles:
        planes[top:bottom, left:right] = BLACK
        chroma[:, top // 2 : bottom // 2, left // 2 : right // 2] = NEUTRAL

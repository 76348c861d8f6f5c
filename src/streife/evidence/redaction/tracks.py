"""Faces become tracks: one per person and scene, held when the network loses it for a moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import scipy  # loads its parts on first use

from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.following import Grey, followed, is_cut, look, small_grey
from streife.evidence.redaction.reading import Planes

HELD_FRAMES = 60  # about two seconds: so long a lost face is followed
ALIKE = 0.6  # below this the picture under the box is no longer the face
NEAR = 0.75  # a face is the same one within this many of its own widths
SURE = 0.5  # a track that never gets there is shown to a person


@dataclass(slots=True)
class Track:
    """Where one face is: boxes by frame, in pixels of the upright picture."""

    boxes: dict[int, Box] = field(default_factory=dict)
    lost: list[tuple[int, int]] = field(default_factory=list)  # frames, both included

    @property
    def best(self) -> float:
        """The surest score of all its frames, 0 to 1."""
        return max(box.score for box in self.boxes.values())


@dataclass(slots=True)
class _Open:
    track: Track
    box: Box
    piece: Grey | None = None
    seen_at: int = 0
    lost_from: int | None = None


class Tracker:
    """Takes every frame in order; frames that were searched bring their faces along."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self._open: list[_Open] = []
        self._grey: Grey | None = None
        self._number = 0

    def cut_at(self, luma: Planes) -> bool:
        """Say whether a new scene begins with this frame: then it has to be searched."""
        return is_cut(self._grey, small_grey(luma)[0])

    def take(self, number: int, luma: Planes, faces: list[Box] | None) -> None:
        """Take frame `number`; `faces` is None when it was not searched."""
        self._number = number
        grey, step = small_grey(luma)
        if is_cut(self._grey, grey):
            self._close(self._open)
        self._grey = grey
        if faces is not None:
            self._matched(number, faces, grey, step)
        gone = [one for one in self._open if not self._follow(one, number, grey, step)]
        self._close(gone)

    def finished(self) -> list[Track]:
        """Return every track of the recording."""
        self._close(self._open)
        return self.tracks

    def _matched(self, number: int, faces: list[Box], grey: Grey, step: float) -> None:
        pairs = _pairs([one.box for one in self._open], faces)
        for at, face in pairs.items():
            _see(self._open[at], number, faces[face], grey, step)
        for at, one in enumerate(self._open):
            if at not in pairs and one.lost_from is None:
                one.lost_from = one.seen_at + 1
        for face in sorted(set(range(len(faces))) - set(pairs.values())):
            fresh = _Open(Track(), faces[face])
            self.tracks.append(fresh.track)
            _see(fresh, number, faces[face], grey, step)
            self._open.append(fresh)

    def _follow(self, one: _Open, number: int, grey: Grey, step: float) -> bool:
        """Move a lost face along; False when it is given up."""
        if one.lost_from is None:
            return True
        if one.piece is None or number - one.lost_from >= HELD_FRAMES:
            return False
        box, alike = followed(grey, one.piece, one.box.scaled(1 / step, 1 / step))
        if alike < ALIKE:
            return False
        one.box = box.scaled(step, step)
        one.track.boxes[number] = Box(
            one.box.left, one.box.top, one.box.right, one.box.bottom, min(alike, 1.0) * 0.1
        )
        return True

    def _close(self, gone: Iterable[_Open]) -> None:
        closing = list(gone)
        for one in closing:
            if one.lost_from is not None:
                one.track.lost.append((one.lost_from, max(self._number, one.lost_from)))
        self._open = [one for one in self._open if one not in closing]


def _see(one: _Open, number: int, face: Box, grey: Grey, step: float) -> None:
    if one.lost_from is not None:
        one.track.lost.append((one.lost_from, number - 1))
        one.lost_from = None
    one.box = face
    one.seen_at = number
    one.piece = look(grey, face.scaled(1 / step, 1 / step))
    one.track.boxes[number] = face


def _pairs(known: list[Box], faces: list[Box]) -> dict[int, int]:
    """Return which known face is which found one: the cheapest assignment of all."""
    if not known or not faces:
        return {}
    costs = np.array([[_cost(old, new) for new in faces] for old in known])
    rows, columns = scipy.optimize.linear_sum_assignment(costs)
    return {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if costs[row, column] < 1
    }


def _cost(old: Box, new: Box) -> float:
    """Return 0 for the same place, 1 and more for another person."""
    across = old.centre[0] - new.centre[0]
    down = old.centre[1] - new.centre[1]
    size = max(old.right - old.left, new.right - new.left, 1.0)
    far = (across**2 + down**2) ** 0.5 / size
    return float(min(far / NEAR, 2 - old.agreement(new)))

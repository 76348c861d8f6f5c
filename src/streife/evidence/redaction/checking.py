"""Read the finished copy again, as a stranger would: one face or plate to see, and it is none."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.faces import Detector, asked_size
from streife.evidence.redaction.masks import Masks, covered_part
from streife.evidence.redaction.plates import PlateDetector
from streife.evidence.redaction.project import Kind, Project
from streife.evidence.redaction.reading import File, Picture, Planes, looked_at, pictures
from streife.evidence.redaction.writing import Step
from streife.kernel.errors import Refused
from streife.kernel.texts import german

VISIBLE = 0.35  # from this score on a face in the copy counts as visible
HIDDEN_PART = 0.6  # a find that lies so far under a mask is the mask itself
APART_SECONDS = 0.1  # sound and picture may end so far apart from the original
STREAMS = {("video",), ("video", "audio")}


@dataclass(frozen=True, slots=True)
class Left:
    """A face or plate that can still be seen in the copy, in pixels of the original."""

    number: int
    box: Box
    kind: Kind = Kind.FACE


@dataclass(frozen=True, slots=True)
class Checked:
    """What the second look found."""

    frames: int
    frames_sha256: str  # over the decoded planes of all frames, in order
    left: tuple[Left, ...]


def check_file(source: File, copy: File) -> None:
    """Refuse a copy that carries more than pictures and sound, or another length.

    :raises Refused: `copy-carries-more`, `copy-other-length`, `unreadable-recording`
    """
    original, made = looked_at(source), looked_at(copy)
    if made.kinds not in STREAMS or made.tags or made.chapters:
        raise Refused(
            german("Die Kopie trägt noch Angaben des Originals und wurde verworfen."),
            "copy-carries-more",
        )
    if original.seconds and abs(original.seconds - made.seconds) > APART_SECONDS + 1 / made.rate:
        raise Refused(OTHER_LENGTH, "copy-other-length")


OTHER_LENGTH = german("Die Kopie ist nicht so lang wie das Original und wurde verworfen.")


def check_pictures(
    copy: File,
    project: Project,
    detector: Detector,
    *,
    plates: PlateDetector | None = None,
    longest: int,
    longest_plates: int = 1280,
    every: int,
    step: Step = lambda number: None,
) -> Checked:
    """Look for faces and plates in every `every`-th frame, between the frames searched before.

    :raises Refused: `copy-other-length`, when frames are missing or too many
    """
    masks = Masks(project)
    digest = hashlib.sha256()
    left: list[Left] = []
    count = 0
    for picture in pictures(copy):
        digest.update(np.ascontiguousarray(picture.planes).data)
        covered = masks.at(picture.number)
        if picture.number % every == every // 2:
            seen = [(Kind.FACE, box) for box in _visible(picture, project, detector.find, longest)]
            if plates is not None:
                again = _visible(picture, project, plates.find, longest_plates)
                seen += [(Kind.PLATE, box) for box in again]
            left += [
                Left(picture.number, box, kind)
                for kind, box in seen
                if covered_part(box, covered) < HIDDEN_PART
            ]
        step(picture.number)
        count += 1
    if count != project.frames:
        raise Refused(OTHER_LENGTH, "copy-other-length")
    excused = tuple(one for one in left if not _excused(one, project))
    return Checked(frames=count, frames_sha256=digest.hexdigest(), left=excused)


def _visible(
    picture: Picture, project: Project, find: Callable[[Planes], list[Box]], longest: int
) -> list[Box]:
    size = asked_size(picture.width, picture.height, longest=longest)
    across, down = project.width / size.width, project.height / size.height
    found = find(picture.rgb(size.width, size.height))
    return [box.scaled(across, down) for box in found if box.score >= VISIBLE]


def _excused(left: Left, project: Project) -> bool:
    """Say whether a person has looked at this place and said that it is none."""
    return any(
        cover.off
        and cover.first - 15 <= left.number <= cover.last + 15
        and any(left.box.agreement(box) > 0.3 for _, box in cover.boxes)
        for cover in project.covers
    )

"""The long part: search a recording for faces, with progress, in pieces that can be resumed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.faces import Detector, asked_size
from streife.evidence.redaction.project import Project, proposed
from streife.evidence.redaction.reading import File, Picture, pictures
from streife.evidence.redaction.tracks import Tracker
from streife.evidence.redaction.weights import weights_sha256

TURNS = (0, 90, 180, 270)
UPRIGHT = (0,)


@dataclass(frozen=True, slots=True)
class Pace:
    """How thoroughly is searched."""

    longest: int = 960  # pixels of the longer side that the network is asked
    every: int = 5  # each so-many-th frame is searched
    turned: int = 1  # each so-many-th search looks for people who lie, too


THOROUGH = Pace()
# For a first look, faster than it plays: a copy is never made from it.
PREVIEW = Pace(longest=640, every=5, turned=3)

Found = dict[int, list[list[float]]]  # frame number: boxes as left, top, right, bottom, score


@dataclass(slots=True)
class Progress:
    """What was found so far, as JSON: a search that died goes on from here."""

    upto: int  # frames below this number were searched
    found: Found

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON; keys become text."""
        return {"upto": self.upto, "found": {str(at): boxes for at, boxes in self.found.items()}}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Progress":
        """Read what `as_json` wrote; nothing yet for an empty value."""
        found = {int(at): boxes for at, boxes in value.get("found", {}).items()}
        return cls(int(value.get("upto", 0)), found)


def search(
    source: File,
    *,
    source_sha256: str,
    detector: Detector,
    pace: Pace = THOROUGH,
    begun: Progress | None = None,
    step: Callable[[Progress], None] = lambda progress: None,
) -> Project:
    """Return the proposal for a recording: every face as a track, every doubt as a review.

    `step` is called after each frame with all that was found; it stores that now and then and
    raises to stop. Given back as `begun`, the search goes on where it was: those frames are only
    decoded. The result is the same as without a break.

    :raises Refused: `unreadable-recording`, `no-face-model`
    """
    progress = begun or Progress(0, {})
    tracker = Tracker()
    picture = None
    for picture in pictures(source):
        faces = _faces(picture, progress, tracker, detector, pace)
        tracker.take(picture.number, picture.luma, faces)
        if picture.number >= progress.upto:
            progress.upto = picture.number + 1
            step(progress)
    assert picture is not None  # noqa: S101 - `pictures` refuses a recording without any
    covers, reviews = proposed(tracker.finished())
    return Project(
        source_sha256=source_sha256,
        width=picture.width,
        height=picture.height,
        frames=picture.number + 1,
        covers=covers,
        reviews=reviews,
        settings={
            "model_sha256": weights_sha256(),
            "longest": pace.longest,
            "every": pace.every,
            "turned": pace.turned,
        },
    )


def _faces(
    picture: Picture, progress: Progress, tracker: Tracker, detector: Detector, pace: Pace
) -> list[Box] | None:
    """Return the faces of a frame that is to be searched, else None."""
    if picture.number < progress.upto:
        known = progress.found.get(picture.number)
        return None if known is None else [Box(*box) for box in known]
    if picture.number % pace.every and not tracker.cut_at(picture.luma):
        return None
    size = asked_size(picture.width, picture.height, longest=pace.longest)
    across, down = picture.width / size.width, picture.height / size.height
    turns = UPRIGHT if picture.number % (pace.every * pace.turned) else TURNS
    found = detector.find(picture.rgb(size.width, size.height), turns=turns)
    # Rounded as they are stored: a search that was resumed finds the very same.
    known = [
        [round(value, 2) for value in (box.left, box.top, box.right, box.bottom)]
        + [round(box.score, 3)]
        for box in (one.scaled(across, down) for one in found)
    ]
    progress.found[picture.number] = known
    return [Box(*box) for box in known]

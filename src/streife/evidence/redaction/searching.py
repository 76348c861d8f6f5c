"""The long part: search a recording for faces and plates, in pieces that can be resumed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.faces import Detector, asked_size
from streife.evidence.redaction.plates import PlateDetector, plate_weights_sha256
from streife.evidence.redaction.project import Kind, Project, proposed
from streife.evidence.redaction.reading import File, Picture, Planes, pictures
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
    plates: int = 1280  # pixels of the longer side that the network for plates is asked


THOROUGH = Pace()
# For a first look, faster than it plays: a copy is never made from it.
PREVIEW = Pace(longest=640, every=5, turned=3, plates=640)

Found = dict[int, list[list[float]]]  # frame number: boxes as left, top, right, bottom, score


@dataclass(slots=True)
class Progress:
    """What was found so far, as JSON: a search that died goes on from here."""

    upto: int  # frames below this number were searched
    found: Found
    plates: Found = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON; keys become text."""
        return {
            "upto": self.upto,
            "found": {str(at): boxes for at, boxes in self.found.items()},
            "plates": {str(at): boxes for at, boxes in self.plates.items()},
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Progress":
        """Read what `as_json` wrote; nothing yet for an empty value."""
        found, plates = (
            {int(at): boxes for at, boxes in value.get(name, {}).items()}
            for name in ("found", "plates")
        )
        return cls(int(value.get("upto", 0)), found, plates)


def search(
    source: File,
    *,
    source_sha256: str,
    detector: Detector,
    plates: PlateDetector | None = None,
    pace: Pace = THOROUGH,
    begun: Progress | None = None,
    step: Callable[[Progress], None] = lambda progress: None,
) -> Project:
    """Return the proposal for a recording: faces and plates as tracks, doubts as reviews.

    `step` is called after each frame with all that was found; it stores that now and then and
    raises to stop. Given back as `begun`, the search goes on where it was: those frames are only
    decoded. The result is the same as without a break.

    :raises Refused: `unreadable-recording`, `no-face-model`, `no-plate-model`
    """
    progress = begun or Progress(0, {})
    faces, signs = Tracker(), Tracker()
    picture = None
    for picture in pictures(source):
        # Both or none: a frame that is searched is searched for everything.
        wanted = not picture.number % pace.every or faces.cut_at(picture.luma)
        asked = None if picture.number < progress.upto or not wanted else picture
        if asked is not None:
            _look(asked, progress, detector, plates, pace)
        faces.take(picture.number, picture.luma, _known(progress.found, picture.number))
        signs.take(picture.number, picture.luma, _known(progress.plates, picture.number))
        if picture.number >= progress.upto:
            progress.upto = picture.number + 1
            step(progress)
    assert picture is not None  # noqa: S101 - `pictures` refuses a recording without any
    covers, reviews = proposed(faces.finished())
    more_covers, more_reviews = proposed(signs.finished(), Kind.PLATE)
    return Project(
        source_sha256=source_sha256,
        width=picture.width,
        height=picture.height,
        frames=picture.number + 1,
        covers=covers + more_covers,
        reviews=reviews + more_reviews,
        settings=_settings(pace, plates is not None),
    )


def _settings(pace: Pace, plates: bool) -> dict[str, str | int]:
    made: dict[str, str | int] = {
        "model_sha256": weights_sha256(),
        "longest": pace.longest,
        "every": pace.every,
        "turned": pace.turned,
    }
    if plates:
        made |= {"plate_model_sha256": plate_weights_sha256(), "plates": pace.plates}
    return made


def _known(found: Found, number: int) -> list[Box] | None:
    """Return what was found in a frame, None if it was not searched."""
    boxes = found.get(number)
    return None if boxes is None else [Box(*box) for box in boxes]


def _look(
    picture: Picture,
    progress: Progress,
    detector: Detector,
    plates: PlateDetector | None,
    pace: Pace,
) -> None:
    """Search a frame and note what was found."""
    turns = UPRIGHT if picture.number % (pace.every * pace.turned) else TURNS
    progress.found[picture.number] = _found(
        picture, pace.longest, lambda asked: detector.find(asked, turns=turns)
    )
    if plates is not None:
        progress.plates[picture.number] = _found(picture, pace.plates, plates.find)


def _found(
    picture: Picture, longest: int, find: Callable[[Planes], list[Box]]
) -> list[list[float]]:
    size = asked_size(picture.width, picture.height, longest=longest)
    across, down = picture.width / size.width, picture.height / size.height
    # Rounded as they are stored: a search that was resumed finds the very same.
    return [
        [round(value, 2) for value in (box.left, box.top, box.right, box.bottom)]
        + [round(box.score, 3)]
        for box in (one.scaled(across, down) for one in find(picture.rgb(size.width, size.height)))
    ]

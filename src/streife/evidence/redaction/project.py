"""The redaction project: what is covered and muted, as data with one hash."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.tracks import SURE, Track
from streife.kernel.canonical import canonical_json
from streife.kernel.errors import Refused
from streife.kernel.texts import german

VERSION = 1
REVIEW_GAP = 15  # review intervals nearer than this many frames become one


class Kind(StrEnum):
    """What a box covers."""

    FACE = "face"
    PLATE = "plate"
    SCREEN = "screen"
    PAPER = "paper"
    BODY = "body"


FOUND_KEYS = {Kind.FACE: "g", Kind.PLATE: "k"}


class Doubt(StrEnum):
    """Why a person has to look."""

    UNSURE = "unsure"  # the network was never sure that it is one
    LOST = "lost"  # it was lost and followed by its look
    LEFT_OVER = "left_over"  # it was visible in the finished copy


@dataclass(frozen=True, slots=True)
class Cover:
    """One thing that is covered: boxes at some frames; between them it moves evenly."""

    key: str
    kind: Kind
    boxes: tuple[tuple[int, Box], ...]
    by_hand: bool = False
    off: bool = False  # a person looked and said: this is nobody's face

    @property
    def first(self) -> int:
        """Its first frame."""
        return self.boxes[0][0]

    @property
    def last(self) -> int:
        """Its last frame."""
        return self.boxes[-1][0]

    @property
    def best(self) -> float:
        """Its surest score."""
        return max(box.score for _, box in self.boxes)


@dataclass(frozen=True, slots=True)
class Review:
    """Frames (both included) that a person has to look at before the copy may be made."""

    key: str
    first: int
    last: int
    doubt: Doubt
    cover: str = ""
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """Everything a copy is made from, besides the original."""

    source_sha256: str
    width: int
    height: int
    frames: int
    covers: tuple[Cover, ...] = ()
    mutes: tuple[tuple[int, int], ...] = ()  # milliseconds from the first frame
    reviews: tuple[Review, ...] = ()
    settings: Mapping[str, str | int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the project as RFC 8785 takes it: whole pixels, scores in thousandths."""
        return {
            "v": VERSION,
            "source_sha256": self.source_sha256,
            "width": self.width,
            "height": self.height,
            "frames": self.frames,
            "settings": dict(self.settings),
            "covers": [_cover_json(cover) for cover in self.covers],
            "mutes": [list(span) for span in self.mutes],
            "reviews": [
                {
                    "key": one.key,
                    "first": one.first,
                    "last": one.last,
                    "doubt": one.doubt.value,
                    "cover": one.cover,
                    "settled": one.settled,
                }
                for one in self.reviews
            ],
        }

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the canonical JSON, in hex: what a copy says it was made from."""
        return hashlib.sha256(canonical_json(self.as_json()).encode()).hexdigest()

    @property
    def open_reviews(self) -> tuple[Review, ...]:
        """What nobody has looked at yet."""
        return tuple(one for one in self.reviews if not one.settled)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a project.

        :raises Refused: `unknown-project`, for another version
        """
        if value.get("v") != VERSION:
            raise Refused(
                german("Diese Schwärzung stammt aus einer anderen Fassung. Bitte neu beginnen."),
                "unknown-project",
            )
        return cls(
            source_sha256=value["source_sha256"],
            width=value["width"],
            height=value["height"],
            frames=value["frames"],
            settings=value["settings"],
            covers=tuple(_cover_from(one) for one in value["covers"]),
            mutes=tuple((int(first), int(last)) for first, last in value["mutes"]),
            reviews=tuple(
                Review(**{**one, "doubt": Doubt(one["doubt"])}) for one in value["reviews"]
            ),
        )

    def with_cover(self, cover: Cover) -> Self:
        """Return the project with one more box drawn by hand.

        :raises Refused: `box-outside`, when it lies outside the picture or the recording
        """
        for number, box in cover.boxes:
            inside = box.left < self.width and box.top < self.height
            inside = inside and box.right > 0 and box.bottom > 0 and box.area > 0
            if not inside or not 0 <= number < self.frames:
                raise Refused(
                    german("Der Rahmen liegt außerhalb des Bildes. Bitte neu ziehen."),
                    "box-outside",
                )
        if any(one.key == cover.key for one in self.covers):
            raise ValueError(f"two covers with the key {cover.key}")
        return replace(self, covers=(*self.covers, cover))

    def with_mute(self, begin_ms: int, end_ms: int) -> Self:
        """Return the project with one more muted span; spans that touch become one.

        :raises Refused: `mute-empty`
        """
        if not 0 <= begin_ms < end_ms:
            raise Refused(
                german("Das Ende muss nach dem Anfang liegen. Bitte die Zeiten prüfen."),
                "mute-empty",
            )
        return replace(self, mutes=_joined([*self.mutes, (begin_ms, end_ms)]))


def proposed(
    tracks: Iterable[Track], kind: Kind = Kind.FACE
) -> tuple[tuple[Cover, ...], tuple[Review, ...]]:
    """Return what the software proposes to cover, and what a person has to look at."""
    covers: list[Cover] = []
    reviews: list[Review] = []
    ordered = sorted(tracks, key=lambda track: (min(track.boxes), -track.best))
    for number, track in enumerate(ordered, start=1):
        key = f"{FOUND_KEYS[kind]}{number}"
        cover = Cover(key, kind, tuple((at, _whole(b)) for at, b in sorted(track.boxes.items())))
        covers.append(cover)
        spans = _near(track.lost)
        if track.best < SURE:
            spans, doubt = [(cover.first, cover.last)], Doubt.UNSURE
        else:
            doubt = Doubt.LOST
        reviews += [
            Review(f"{key}-{first}", first, last, doubt, cover=key) for first, last in spans
        ]
    return tuple(covers), tuple(reviews)


def _near(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [
        (first, last - REVIEW_GAP)
        for first, last in _joined([(first, last + REVIEW_GAP) for first, last in spans])
    ]


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def _whole(box: Box) -> Box:
    """Return the box on whole pixels and thousandths, as it is stored."""
    return Box(
        round(box.left),
        round(box.top),
        round(box.right),
        round(box.bottom),
        round(min(max(box.score, 0.0), 1.0) * 1000) / 1000,
    )


def _cover_json(cover: Cover) -> dict[str, Any]:
    return {
        "key": cover.key,
        "kind": cover.kind.value,
        "by_hand": cover.by_hand,
        "off": cover.off,
        "boxes": [
            [
                number,
                round(box.left),
                round(box.top),
                round(box.right),
                round(box.bottom),
                round(box.score * 1000),
            ]
            for number, box in cover.boxes
        ],
    }


def _cover_from(value: Mapping[str, Any]) -> Cover:
    return Cover(
        key=value["key"],
        kind=Kind(value["kind"]),
        by_hand=value["by_hand"],
        off=value["off"],
        boxes=tuple(
            (int(number), Box(left, top, right, bottom, score / 1000))
            for number, left, top, right, bottom, score in value["boxes"]
        ),
    )

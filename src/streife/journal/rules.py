"""What an entry is: its envelope, its hashes, the year it belongs to, when a year may go."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from json.encoder import encode_basestring
from typing import Any

from streife.journal.tlog.merkle import EMPTY_ROOT as EMPTY_ROOT  # for packages above, too
from streife.journal.tlog.merkle import Frontier as Frontier
from streife.journal.tlog.merkle import hash_leaf
from streife.journal.tlog.note import NoteError as NoteError
from streife.journal.tlog.note import Verifier as Verifier
from streife.journal.tlog.note import open_note as open_note
from streife.journal.tlog.note import sign_note as sign_note

SALT_BYTES = 16
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
# German winter time holds at every turn of the year, so no time-zone table is needed to tell the
# year of a moment; the offline verifier relies on that.
WINTER_TIME = timedelta(hours=1)
LENGTHS = {"act": 80, "actor": 80, "subject": 120}

ERASED = "journal.body_erased"
DROPPED = "journal.year_dropped"
EXPORTED = "journal.exported"
RESTORED = "journal.restored"
STAMPED = "journal.time_stamped"
KEY_ROTATED = "journal.key_rotated"
# Objects whose entries form a chain of custody: each says the how manyth of its object it is.
COUNTED = ("recording:",)
PLACE = "nth"
# What stands about one person: who looks for it needs a reason, and is recorded.
PERSON = "user:"

_quote = encode_basestring


def year_of(moment: datetime) -> int:
    """Return the calendar year in Germany: the log an entry of this moment goes to."""
    return (moment.astimezone(UTC) + WINTER_TIME).year


def milliseconds_of(moment: datetime) -> int:
    """Return milliseconds since 1970, rounded down."""
    return (moment - EPOCH) // MILLISECOND


def to_the_millisecond(moment: datetime) -> datetime:
    """Return the moment without what the leaf cannot hold."""
    return EPOCH + milliseconds_of(moment) * MILLISECOND


def subject_of(year: int, number: int) -> str:
    """Return how an entry names another entry: `journal:2026/4711`."""
    return f"journal:{year}/{number}"


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody wants recorded; `body` holds ids, codes and values, no names."""

    act: str
    subject: str
    actor: str
    now: datetime
    body: dict[str, Any]

    def __post_init__(self) -> None:
        for name, length in LENGTHS.items():
            text = getattr(self, name)
            if not 0 < len(text) <= length or not text.isprintable():
                raise ValueError(f"{name} needs 1 to {length} printable characters: {text!r}")


def leaf_data(
    *, number: int, at_ms: int, act: str, actor: str, subject: str, commitment: bytes
) -> bytes:
    """Return the bytes under the leaf hash: the envelope as canonical JSON (RFC 8785)."""
    return (
        f'{{"act":{_quote(act)},"actor":{_quote(actor)},"at":{at_ms},'
        f'"commitment":"{commitment.hex()}","number":{number},"subject":{_quote(subject)}}}'
    ).encode()


def leaf_hash(
    *, number: int, at_ms: int, act: str, actor: str, subject: str, commitment: bytes
) -> bytes:
    """Return the leaf hash of an entry."""
    return hash_leaf(
        leaf_data(
            number=number, at_ms=at_ms, act=act, actor=actor, subject=subject, commitment=commitment
        )
    )


def leaf_of(row: Sequence[Any]) -> bytes:
    """Return the leaf hash computed from a row as `queries.raw_rows` gives it."""
    return leaf_hash(
        number=row[1],
        at_ms=milliseconds_of(row[2]),
        act=row[3],
        actor=row[4],
        subject=row[5],
        commitment=bytes(row[6]),
    )


def commit_to(salt: bytes, body_text: str) -> bytes:
    """Return what binds an entry to its body; without the salt nobody can guess the body."""
    return hashlib.sha256(b"\x01" + salt + body_text.encode()).digest()


def may_drop(year: int, *, now: datetime, retention_years: int) -> bool:
    """Say whether the whole of a year's record has outlived its retention."""
    return year_of(now) - year > retention_years


class DefectKind(StrEnum):
    """What can be wrong with the record."""

    BODY_CHANGED = "body-changed"
    BODY_REMOVED = "body-removed"
    BODY_REVIVED = "body-revived"
    LEAF_CHANGED = "leaf-changed"
    REORDERED = "reordered"
    GAP = "gap"
    SURPLUS = "surplus"
    WRONG_YEAR = "wrong-year"
    HEAD_CHANGED = "head-changed"
    REWRITTEN = "rewritten"
    ROLLED_BACK = "rolled-back"
    FORGED = "checkpoint-forged"
    WRONG_KEY = "wrong-key"
    CHECKPOINT_MISSING = "checkpoint-missing"
    ANCHOR_MISSING = "anchor-missing"
    DROPPED_EARLY = "dropped-without-record"
    UNPROTECTED = "unprotected"
    FROZEN = "frozen"
    UNWITNESSED = "unwitnessed"
    WITNESS_FORGED = "cosignature-forged"
    WITNESS_AHEAD = "witness-ahead"
    SPLIT_VIEW = "split-view"
    STAMP_FORGED = "time-stamp-forged"
    STAMP_MISSING = "time-stamp-missing"
    TILE_DAMAGED = "tile-damaged"


class Outcome(StrEnum):
    """How it went with a witness."""

    SIGNED = "signed"
    UNANSWERED = "unanswered"
    AHEAD = "ahead"  # it has seen more of this log than there is: the database was put back
    SPLIT = "split"  # what it has seen is not the beginning of what there is


# Entries no head covers for so long, or a head no witness confirms for so long, are an alarm.
FREEZE_AFTER = timedelta(hours=1)
STAMP_EVERY = timedelta(hours=24)
STAMP_LATE_AFTER = timedelta(hours=49)  # one missed day and a slow schedule


@dataclass(frozen=True, slots=True)
class WitnessSetting:
    """One witness: where it listens, and its key in the form name+id+base64."""

    url: str
    key: str


def witness_settings(lines: Sequence[str]) -> list[WitnessSetting]:
    """Return what `STREIFE_WITNESSES` names: `ADDRESS KEY` for each.

    :raises ValueError: a line is not an address and a key
    """
    found = []
    for line in lines:
        words = line.split()
        if len(words) != 2:
            raise ValueError(f"STREIFE_WITNESSES: an address and a key, not {line!r}")
        found.append(WitnessSetting(*words))
    return found


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing found wrong: what, in which year, at which entry, in German for the reader."""

    kind: DefectKind
    year: int | None
    number: int | None
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the defect as JSON values."""
        return {
            "kind": self.kind.value,
            "year": self.year,
            "number": self.number,
            "text": self.text,
        }


@dataclass(slots=True)
class Audit:
    """What a complete check went through and found."""

    entries: int = 0
    erased: int = 0
    defects: list[Defect] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing at all was found wrong."""
        return not self.defects


def is_read(act: str) -> bool:
    """Say whether an act is a read of personal data (`reports.contact_read`)."""
    return act.endswith(("_read", ".read", "_viewed", "_disclosed"))

"""What an entry is: its envelope, its hashes, the year it belongs to, when a year may go."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from json.encoder import encode_basestring
from typing import Any, cast

from streife.journal.tlog.merkle import hash_leaf

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

_quote = cast(Callable[[str], str], encode_basestring)


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


def commit_to(salt: bytes, body_text: str) -> bytes:
    """Return what binds an entry to its body; without the salt nobody can guess the body."""
    return hashlib.sha256(b"\x01" + salt + body_text.encode()).digest()


def parse_body(text: str) -> Any:
    """Return the value of a stored body."""
    return json.loads(text)

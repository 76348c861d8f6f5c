"""What happened in the vault."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordingIngested:
    """A recording is in the vault, durably."""

    ident: str


@dataclass(frozen=True, slots=True)
class RecordingShredded:
    """A recording's key is destroyed: whatever was made of it has to go as well."""

    ident: str


@dataclass(frozen=True, slots=True)
class RedactionBegun:
    """The software is to look for faces in a recording."""

    redaction_id: int


@dataclass(frozen=True, slots=True)
class CutGranted:
    """A part of a recording is to go; what is left stays as a copy."""

    request_id: int


@dataclass(frozen=True, slots=True)
class CopyAsked:
    """A redacted copy is to be made."""

    redaction_id: int


@dataclass(frozen=True, slots=True)
class HandOverAgreed:
    """Everybody who must has agreed to a hand-over: its file can be made."""

    hand_over_id: int


@dataclass(frozen=True, slots=True)
class PreviewAsked:
    """A small preview of a redaction is to be made."""

    preview_id: int

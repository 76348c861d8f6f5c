"""The manifest of a recording: RFC 8785 JSON, signed by its dock as a C2SP note.

It is one line of JSON, so that the note's signature covers exactly the canonical bytes.
"""

import json
from typing import TYPE_CHECKING, Any

from streife.evidence import rules
from streife.evidence.envelope import Sealed
from streife.journal.rules import NoteError, Verifier, open_note
from streife.kernel.canonical import canonical_json
from streife.kernel.errors import Refused

if TYPE_CHECKING:
    from streife.evidence.models import Dock, Recording


def manifest_of(recording: "Recording", sealed: Sealed) -> str:
    """Return the text to sign, ended by a line feed. Wearers appear as a number, never a name."""
    value: dict[str, Any] = {
        "v": 1,
        "id": recording.ident,
        "sha256": sealed.sha256,
        "tree": sealed.tree,
        "size": sealed.size,
        "media": recording.media,
        "content_type": recording.content_type,
        "camera": {
            "serial": recording.camera_serial,
            "fw": recording.camera_firmware,
            "clock_offset_ms": recording.clock_offset_ms,
        },
        "wearer": f"officer:{recording.wearer_id}" if recording.wearer_id else None,
        "checkout": recording.checkout or None,
        "rec_start": _text(recording.started_at),
        "rec_end": _text(recording.ended_at),
        "time_estimated": recording.time_estimated,
        "dock": recording.dock.code if recording.dock else None,
        "dock_time": _text(recording.docked_at),
        "prerecord_s": recording.prerecord_seconds,
        "announced": recording.announced,
        "wohnung": recording.dwelling,
        "legal_basis": rules.LEGAL_BASIS,
        "delete_after": _text(recording.delete_after),
        "enc": {
            "v": "EVF1",
            "header_sha256": sealed.header_sha256,
            "size": sealed.stored_size,
            "kid": recording.kid,
        },
    }
    if recording.derived_from_id is not None:
        value["derived_from"] = [recording.derived_from.ident]  # type: ignore[union-attr]
        value["operation"] = recording.operation
    return canonical_json(value) + "\n"


def _text(moment: Any) -> str:
    return str(moment.isoformat(timespec="milliseconds"))


def open_manifest(note: str, key: str) -> dict[str, Any]:
    """Return what a manifest says, only if this key (name+id+base64) signed it.

    :raises Refused: `manifest-forged`
    """
    try:
        text = open_note(note, [Verifier.from_text(key)])
        value = json.loads(text)
    except (NoteError, ValueError) as error:
        raise _forged() from error
    if not isinstance(value, dict):
        raise _forged()
    return value


def check_dock_note(note: str, dock: "Dock", sealed: Sealed) -> None:
    """Pass only a file of which the dock's own signed note tells the same hash and size.

    A dock that is not this machine signs before the file goes over a network:
    `{"dock":"…","sha256":"…","size":…}`. The same note with another file, or edited footage under
    an old note, does not pass.

    :raises Refused: `manifest-forged`, `manifest-mismatch`
    """
    value = open_manifest(note, dock.device_key)
    told = (value.get("dock"), value.get("sha256"), value.get("size"))
    if told != (dock.code, sealed.sha256, sealed.size):
        raise Refused(
            "Die Datei ist nicht die, die an der Dockstation unterschrieben wurde. Sie wird nicht"
            " übernommen. Bitte die Aufnahme auf der Kamera lassen und Bescheid geben.",
            "manifest-mismatch",
        )


def _forged() -> Refused:
    return Refused(
        "Der Begleitschein trägt nicht die Unterschrift dieser Dockstation. Die Datei wird nicht"
        " übernommen.",
        "manifest-forged",
    )

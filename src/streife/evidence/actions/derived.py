"""The row of a derived copy, and the manifest that says how it came about."""

from dataclasses import dataclass
from datetime import datetime

from streife.evidence import keys, rules
from streife.evidence.actions.ingesting import Stored
from streife.evidence.manifests import manifest_of
from streife.evidence.models import Recording

SIGNER = "schwaerzung"  # whose key signs the manifest of a copy: no dock made it
TOOL, TOOL_VERSION = "streife", "1"


@dataclass(frozen=True, slots=True)
class Operation:
    """How a copy came about, as its manifest says."""

    project_sha256: str
    frames_sha256: str
    operator: str

    def as_json(self) -> dict[str, str]:
        """Return it as the manifest takes it."""
        return {
            "tool": TOOL,
            "version": TOOL_VERSION,
            "params_sha256": self.project_sha256,
            "frames_sha256": self.frames_sha256,
            "operator": self.operator,
        }


def save_derived(
    original: Recording, how: Operation, frames: int, stored: Stored, now: datetime
) -> Recording:
    """Save the row of a copy: everything that decides about the original decides about it.

    Call it inside the transaction that also records it.
    """
    inherited = {
        name: getattr(original, name)
        for name in (
            "camera_serial", "camera_firmware", "clock_offset_ms", "wearer_id", "checkout",
            "started_at", "ended_at", "time_estimated", "docked_at", "prerecord_seconds",
            "latitude", "longitude", "reason", "facts", "announced", "not_announced_because",
            "dwelling", "dwelling_decided_by", "professional_secret", "regime", "incident_id",
            "delete_after", "state", "synthetic",
        )
    }  # fmt: skip
    copy = Recording(
        **inherited,
        ident=stored.ident,
        kind=rules.Kind.VIDEO,
        content_type="video/mp4",
        name=f"geschwaerzt-{stored.ident}.mp4",
        sha256=stored.sealed.sha256,
        tree=stored.sealed.tree,
        size=stored.sealed.size,
        media={**original.media, "frames": frames},
        path=stored.path,
        kid=stored.kid,
        header_sha256=stored.sealed.header_sha256,
        stored_size=stored.sealed.stored_size,
        ingested_at=now,
        derived_from=original,
        operation=how.as_json(),
    )
    keys.make_dock_key(SIGNER)
    copy.manifest = keys.sign_as_dock(SIGNER, manifest_of(copy, stored.sealed))
    copy.save(force_insert=True)
    return copy

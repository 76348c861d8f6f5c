"""Reads of the vault."""

from streife.evidence.queries.custody import (
    custody_of,
    item_for,
    items_for,
    open_destructions,
    steps_of,
    viewing_with,
)
from streife.evidence.queries.looking import (
    incident_id_of,
    last_docked_at,
    place_of,
    proposed_incidents,
    wearer_for,
    wearer_of,
)
from streife.evidence.queries.recordings import (
    destroyed_kids,
    family_of,
    held_now,
    hold_facts,
    just_done,
    kept,
    late_holds,
    open_tasks,
    recording_for,
    root_of,
    seen_of,
    visible_to,
)
from streife.evidence.queries.redactions import (
    open_look,
    open_preview_look,
    preview_of,
    redaction_for,
)

__all__ = [
    "custody_of",
    "destroyed_kids",
    "family_of",
    "held_now",
    "hold_facts",
    "incident_id_of",
    "item_for",
    "items_for",
    "just_done",
    "kept",
    "last_docked_at",
    "late_holds",
    "open_destructions",
    "open_look",
    "open_preview_look",
    "open_tasks",
    "place_of",
    "preview_of",
    "proposed_incidents",
    "recording_for",
    "redaction_for",
    "root_of",
    "seen_of",
    "steps_of",
    "viewing_with",
    "visible_to",
    "wearer_for",
    "wearer_of",
]

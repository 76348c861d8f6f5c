"""The status scheme: what a key says, what follows from a job, what may be set by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from streife.dispatch.rules.states import AssignmentState, Availability
from streife.kernel.errors import Refused
from streife.kernel.texts import german


class Situation(StrEnum):
    """What the unit's current job asks of its status; the scheme names the key."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    ON_SCENE = "on_scene"
    CLEAR = "clear"  # the last job ended


SITUATION_OF: Mapping[AssignmentState, Situation] = {
    AssignmentState.ASSIGNED: Situation.ASSIGNED,
    AssignmentState.ACCEPTED: Situation.ACCEPTED,
    AssignmentState.ON_SCENE: Situation.ON_SCENE,
}


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One key of a scheme as it is valid on a day."""

    key: str
    name: str
    short_name: str
    availability: Availability
    overlay: bool = False  # a request to speak: lies over the status, never replaces it
    needs_reason: bool = False
    follows: Situation | None = None  # set by the software when the job gets there
    on_job: bool = False  # may be set by hand while a job runs
    words: tuple[str, ...] = ()  # what people type in the command bar


@dataclass(frozen=True, slots=True)
class Scheme:
    """All keys of the scheme valid on a day; an unknown key is no error but "unknown"."""

    rows: Mapping[str, StatusRow]

    def row(self, key: str) -> StatusRow | None:
        """Return the row of a state key; None for empty, unknown and overlay keys."""
        found = self.rows.get(key)
        return None if found is None or found.overlay else found

    def overlay(self, key: str) -> StatusRow:
        """Return the row of a request to speak.

        :raises Refused: the key is none
        """
        found = self.rows.get(key)
        if found is None or not found.overlay:
            raise Refused(
                "Status %(key)s ist keine Anforderung.",
                "no-request-key",
                field="key",
                values={"key": key},
            )
        return found

    def availability(self, key: str) -> Availability:
        """Return what a key says about sending; empty, unknown and overlay keys say nothing."""
        row = self.row(key)
        return Availability.UNKNOWN if row is None else row.availability

    def name(self, key: str) -> str:
        """Return the short name on the screen; "unbekannt" where the scheme has no state."""
        row = self.row(key)
        return german("unbekannt") if row is None else row.short_name

    def following(self, situation: Situation) -> str:
        """Return the key that follows from a job, empty (= unknown) if the scheme has none."""
        return next((r.key for r in self.rows.values() if r.follows is situation), "")

    def settable(self) -> tuple[StatusRow, ...]:
        """Return the state keys in their order, without overlays."""
        return tuple(row for row in self.rows.values() if not row.overlay)


def effective_availability(status: Availability, *, has_open_job: bool) -> Availability:
    """Return whether the unit can be sent: an open job binds it whatever its key says."""
    if has_open_job and status in {Availability.AVAILABLE, Availability.CONDITIONAL}:
        return Availability.UNAVAILABLE
    return status


def check_status(
    scheme: Scheme, key: str, *, reason: str, current: AssignmentState | None
) -> AssignmentState | None:
    """Return the assignment state that a pressed key means, or None for a plain status.

    Pressing 3 or 4 (as the scheme has it) is how a crew accepts its job and reports its arrival.

    :raises Refused: unknown key, overlay key, missing reason, or not possible beside a job
    """
    if key in scheme.rows and scheme.rows[key].overlay:
        raise Refused(
            "Status %(key)s ist ein Sprechwunsch und ersetzt keinen Status.",
            "overlay-is-no-status",
            field="key",
            values={"key": key},
        )
    row = scheme.row(key)
    if row is None:
        raise Refused(
            "Den Status „%(key)s“ gibt es im geltenden Schema nicht.",
            "unknown-status",
            field="key",
            values={"key": key},
        )
    if row.needs_reason and not reason.strip():
        raise Refused(
            "Bitte nennen Sie einen Grund für „%(short_name)s“.",
            "reason-missing",
            field="reason",
            values={"short_name": row.short_name},
        )
    if row.follows in {Situation.ACCEPTED, Situation.ON_SCENE}:
        if current is None:
            raise Refused(
                "„%(short_name)s“ gehört zu einem Auftrag; die Streife hat keinen.",
                "no-assignment",
                field="key",
                values={"short_name": row.short_name},
            )
        return AssignmentState(row.follows.value)
    if current is not None and not row.on_job:
        raise Refused(
            "„%(short_name)s“ geht nicht, solange ein Auftrag läuft. Bitte schließen Sie "
            "ihn ab oder lassen Sie ihn zurückziehen.",
            "open-assignment",
            field="key",
            values={"short_name": row.short_name},
        )
    return None


def check_scheme(rows: Iterable[StatusRow]) -> None:
    """Pass only a scheme that cannot make a busy unit look free.

    :raises ValueError: says which key breaks which rule
    """
    found = list(rows)
    keys = [row.key for row in found]
    if len(keys) != len(set(keys)) or not all(keys):
        raise ValueError("every key must be given once and not be empty")
    for row in found:
        problem = _contradiction(row)
        if problem:
            raise ValueError(f"key {row.key}: {problem}")
    for situation in Situation:
        if sum(row.follows is situation for row in found) != 1:
            raise ValueError(f"exactly one key must follow from {situation.value}")


def _contradiction(row: StatusRow) -> str:
    """Return what a row says that cannot be, or nothing."""
    if row.overlay and (row.availability is not Availability.UNKNOWN or row.follows):
        return "an overlay says nothing about availability"
    free = row.availability in {Availability.AVAILABLE, Availability.CONDITIONAL}
    if free and row.on_job:
        return "nobody is free while a job runs"
    if row.follows is Situation.CLEAR:
        return "" if free else "follows the last job, so it must be available"
    if row.follows and free:
        return "follows from a job, so it must not be available"
    return ""

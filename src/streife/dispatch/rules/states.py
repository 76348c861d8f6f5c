"""Availability and the way of an assignment."""

from collections.abc import Mapping
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german


class Availability(StrEnum):
    """What a status says about sending the unit; unknown is not available."""

    AVAILABLE = "available"
    CONDITIONAL = "conditional"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class AssignmentState(StrEnum):
    """The state of one unit's job at one incident."""

    QUEUED = "queued"  # waits behind the unit's current job
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    ON_SCENE = "on_scene"
    DONE = "done"
    WITHDRAWN = "withdrawn"


ACTIVE = frozenset({AssignmentState.ASSIGNED, AssignmentState.ACCEPTED, AssignmentState.ON_SCENE})

MOVES: Mapping[AssignmentState, frozenset[AssignmentState]] = {
    AssignmentState.QUEUED: frozenset({AssignmentState.ASSIGNED, AssignmentState.WITHDRAWN}),
    AssignmentState.ASSIGNED: frozenset(
        {
            AssignmentState.ACCEPTED,
            AssignmentState.ON_SCENE,
            AssignmentState.DONE,
            AssignmentState.WITHDRAWN,
        }
    ),
    AssignmentState.ACCEPTED: frozenset(
        {AssignmentState.ON_SCENE, AssignmentState.DONE, AssignmentState.WITHDRAWN}
    ),
    AssignmentState.ON_SCENE: frozenset({AssignmentState.DONE, AssignmentState.WITHDRAWN}),
    AssignmentState.DONE: frozenset(),
    AssignmentState.WITHDRAWN: frozenset(),
}

STATE_NAMES: Mapping[AssignmentState, str] = {
    AssignmentState.QUEUED: german("wartet"),
    AssignmentState.ASSIGNED: german("erteilt"),
    AssignmentState.ACCEPTED: german("übernommen"),
    AssignmentState.ON_SCENE: german("vor Ort"),
    AssignmentState.DONE: german("erledigt"),
    AssignmentState.WITHDRAWN: german("zurückgezogen"),
}


# What a job says in words of its own, and what each is called.
NOTE_PARTS: Mapping[str, str] = {
    "note": german("Feststellung der Streife"),
    "reason": german("Grund des Auftrags"),
    "end_reason": german("Grund des Endes"),
}


def check_move(current: AssignmentState, target: AssignmentState) -> None:
    """Pass only if an assignment may go from `current` to `target`.

    :raises Refused: the move is not in the table
    """
    if target not in MOVES[current]:
        raise Refused(
            "Der Auftrag steht inzwischen auf „%(state)s“. Bitte laden Sie die Seite neu.",
            "illegal-move",
            values={"state": STATE_NAMES[current]},
        )

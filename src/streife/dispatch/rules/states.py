"""Availability and the way of an assignment."""

from collections.abc import Mapping
from enum import StrEnum

from streife.kernel.errors import Refused


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
    AssignmentState.QUEUED: "wartet",
    AssignmentState.ASSIGNED: "erteilt",
    AssignmentState.ACCEPTED: "übernommen",
    AssignmentState.ON_SCENE: "vor Ort",
    AssignmentState.DONE: "erledigt",
    AssignmentState.WITHDRAWN: "zurückgezogen",
}


def check_move(current: AssignmentState, target: AssignmentState) -> None:
    """Pass only if an assignment may go from `current` to `target`.

    :raises Refused: the move is not in the table
    """
    if target not in MOVES[current]:
        raise Refused(
            f"Der Auftrag steht inzwischen auf „{STATE_NAMES[current]}“. "
            "Bitte laden Sie die Seite neu.",
            "illegal-move",
        )

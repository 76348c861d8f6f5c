"""What an incident is, how it moves, and when it waits too long."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from streife.kernel.errors import Refused


class Priority(IntEnum):
    """1 is most urgent; target times are data per category."""

    DANGER = 1
    SOON = 2
    NORMAL = 3
    LOW = 4


class Status(StrEnum):
    """Where the service stands with the matter."""

    OPEN = "open"  # confirmed, nobody sent yet
    ASSIGNED = "assigned"  # a unit has the assignment
    ON_SCENE = "on_scene"  # a unit is there
    HANDED_OVER = "handed_over"  # another body has it; its answer is awaited
    CLOSED = "closed"


LIVE = frozenset({Status.OPEN, Status.ASSIGNED, Status.ON_SCENE, Status.HANDED_OVER})

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.ASSIGNED, Status.HANDED_OVER, Status.CLOSED}),
    Status.ASSIGNED: frozenset({Status.OPEN, Status.ON_SCENE, Status.HANDED_OVER, Status.CLOSED}),
    Status.ON_SCENE: frozenset({Status.OPEN, Status.ASSIGNED, Status.HANDED_OVER, Status.CLOSED}),
    Status.HANDED_OVER: frozenset({Status.OPEN, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.OPEN}),  # reopened, with reason
}


class Outcome(StrEnum):
    """What came of it; the resident is told in these terms."""

    RESOLVED = "resolved"
    NOT_FOUND = "not_found"
    NO_OFFENCE = "no_offence"
    WARNED = "warned"
    OFFENCE_RECORDED = "offence_recorded"
    HANDED_OVER = "handed_over"
    UNFOUNDED = "unfounded"
    MERGED = "merged"


def check_move(current: Status, target: Status) -> None:
    """Pass only if an incident may go from `current` to `target`.

    :raises Refused: the move is not in the table
    """
    if target not in MOVES[current]:
        raise Refused(
            "Der Vorgang steht inzwischen anders. Bitte laden Sie die Seite neu.", "illegal-move"
        )

"""What a report is and how it may move."""

from collections.abc import Mapping
from enum import StrEnum

from streife.kernel.errors import Refused


class Kind(StrEnum):
    """An anonymous hint, or a named complaint whose author is ready to testify."""

    HINT = "hint"
    COMPLAINT = "complaint"


class Channel(StrEnum):
    """How the report reached us."""

    WEB = "web"
    PHONE = "phone"
    WALK_IN = "walk_in"
    PATROL = "patrol"
    OPEN311 = "open311"
    IMPORT = "import"


class Status(StrEnum):
    """Where a report stands; what the resident reads is derived from it."""

    RECEIVED = "received"  # nobody has looked at it yet
    ACCEPTED = "accepted"  # an incident deals with it
    FORWARDED = "forwarded"  # another body answers
    ANSWERED = "answered"  # done, the resident was told what happened
    REJECTED = "rejected"  # not a matter for anybody, with reason


OPEN = frozenset({Status.RECEIVED, Status.ACCEPTED, Status.FORWARDED})

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.ACCEPTED, Status.FORWARDED, Status.REJECTED}),
    Status.ACCEPTED: frozenset({Status.FORWARDED, Status.ANSWERED}),
    Status.FORWARDED: frozenset({Status.ACCEPTED, Status.ANSWERED, Status.REJECTED}),
    Status.ANSWERED: frozenset({Status.ACCEPTED}),  # reopened: the truth was another
    Status.REJECTED: frozenset({Status.RECEIVED}),
}

MAX_TEXT_CHARACTERS = 4000


def check_move(current: Status, target: Status) -> None:
    """Pass only if a report may go from `current` to `target`.

    :raises Refused: the move is not in the table
    """
    if target not in MOVES[current]:
        raise Refused(
            "Dieser Schritt ist beim jetzigen Stand des Hinweises nicht möglich. "
            "Bitte laden Sie die Seite neu.",
            "illegal-move",
        )

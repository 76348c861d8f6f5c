"""What becomes of a recording: its states, and which may follow which."""

from collections.abc import Mapping
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german


class State(StrEnum):
    """Where a recording stands between the dock and nothing."""

    RECORDED = "recorded"  # on its way: the vault has not said yet that it has it
    INGESTED = "ingested"
    EXPIRING = "expiring"  # its last five days: whoever needs it has been told
    HELD = "held"
    DELETING = "deleting"  # the intent stands in the record
    SHREDDED = "shredded"  # the key is gone, nobody can read it any more
    PURGED = "purged"  # the bytes are gone too


MOVES: Mapping[State, frozenset[State]] = {
    State.RECORDED: frozenset({State.INGESTED}),
    State.INGESTED: frozenset({State.EXPIRING, State.HELD, State.DELETING}),
    State.EXPIRING: frozenset({State.HELD, State.DELETING, State.INGESTED}),
    State.HELD: frozenset({State.INGESTED, State.EXPIRING, State.DELETING}),
    State.DELETING: frozenset({State.SHREDDED}),
    State.SHREDDED: frozenset({State.PURGED}),
    State.PURGED: frozenset(),
}
KEPT = frozenset({State.INGESTED, State.EXPIRING, State.HELD})
GOING = frozenset({State.DELETING, State.SHREDDED})
GONE = GOING | {State.PURGED}

STATE_NAMES: Mapping[State, str] = {
    State.RECORDED: german("wird übernommen"),
    State.INGESTED: german("verwahrt"),
    State.EXPIRING: german("läuft bald ab"),
    State.HELD: german("gesichert"),
    State.DELETING: german("wird gelöscht"),
    State.SHREDDED: german("unlesbar gemacht"),
    State.PURGED: german("gelöscht"),
}


def check_move(before: str, after: State) -> None:
    """Pass only a step that exists.

    :raises Refused: `key-destroyed` for what is going or gone, else `illegal-move`
    """
    if after in MOVES[State(before)]:
        return
    if State(before) in GONE:
        raise Refused(
            "Diese Aufnahme ist gelöscht oder wird gerade gelöscht. Sie lässt sich nicht mehr"
            " sichern und nicht mehr ansehen.",
            "key-destroyed",
        )
    raise Refused("Dieser Schritt ist bei dieser Aufnahme nicht möglich.", "illegal-move")


def check_kept(state: str) -> None:
    """Pass only a recording that is whole and readable.

    :raises Refused: `key-destroyed`, `not-ingested`
    """
    if State(state) in GONE:
        check_move(state, State.HELD)
    if State(state) is State.RECORDED:
        raise Refused(
            "Diese Aufnahme wird noch übernommen. Bitte in einer Minute noch einmal versuchen.",
            "not-ingested",
        )

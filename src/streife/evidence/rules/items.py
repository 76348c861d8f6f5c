"""Seized things: what may happen to them, in which order."""

from collections.abc import Mapping
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german


class Step(StrEnum):
    """What happens to a thing."""

    TAKEN = "taken"
    STORED = "stored"
    HANDED = "handed"  # to somebody else: police, laboratory, court
    BACK = "back"
    RETURNED = "returned"
    DESTROYED = "destroyed"


STEPS: Mapping[Step, str] = {
    Step.TAKEN: german("sichergestellt"),
    Step.STORED: german("eingelagert"),
    Step.HANDED: german("übergeben"),
    Step.BACK: german("zurückerhalten"),
    Step.RETURNED: german("herausgegeben"),
    Step.DESTROYED: german("vernichtet"),
}
NEXT: Mapping[Step, frozenset[Step]] = {
    Step.TAKEN: frozenset({Step.STORED, Step.HANDED, Step.RETURNED}),
    Step.STORED: frozenset({Step.STORED, Step.HANDED, Step.RETURNED, Step.DESTROYED}),
    Step.HANDED: frozenset({Step.BACK, Step.HANDED}),
    Step.BACK: frozenset({Step.STORED, Step.HANDED, Step.RETURNED, Step.DESTROYED}),
    Step.RETURNED: frozenset(),
    Step.DESTROYED: frozenset(),
}
# To whom, or why: without it a chain of custody has a hole.
NEEDS_PARTY = frozenset({Step.HANDED, Step.RETURNED})
NEEDS_SECOND = frozenset({Step.DESTROYED})


def check_step(before: str, after: str, *, party: str, place: str) -> Step:
    """Return the step if it may follow and says what it must.

    :raises Refused: `illegal-step`, `party-needed`, `place-needed`
    """
    if after not in tuple(Step) or Step(after) not in NEXT[Step(before)]:
        raise Refused("Dieser Schritt ist bei diesem Gegenstand nicht möglich.", "illegal-step")
    step = Step(after)
    if step in NEEDS_PARTY and not party.strip():
        raise Refused("Bitte geben Sie an, an wen.", "party-needed", field="party")
    if step is Step.STORED and not place.strip():
        raise Refused("Bitte geben Sie an, wo der Gegenstand liegt.", "place-needed", field="place")
    return step

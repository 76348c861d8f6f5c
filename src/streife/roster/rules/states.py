"""Which way a plan and a swap may go."""

from collections.abc import Mapping
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german


class PlanState(StrEnum):
    """How far a plan is; `CHANGED` is published and altered since."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CHANGED = "changed"


PLAN_STATES: Mapping[PlanState, str] = {
    PlanState.DRAFT: german("Entwurf"),
    PlanState.PUBLISHED: german("veröffentlicht"),
    PlanState.CHANGED: german("veröffentlicht, seitdem geändert"),
}


class SwapState(StrEnum):
    """How far a swap is; `EXPIRED` began undecided, of `VOID` a duty went to somebody else."""

    OFFERED = "offered"
    TAKEN = "taken"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOID = "void"


SWAP_STATES: Mapping[SwapState, str] = {
    SwapState.OFFERED: german("angeboten"),
    SwapState.TAKEN: german("angenommen, wartet auf die Schichtleitung"),
    SwapState.APPROVED: german("genehmigt"),
    SwapState.REFUSED: german("abgelehnt"),
    SwapState.WITHDRAWN: german("zurückgezogen"),
    SwapState.EXPIRED: german("beendet, nicht rechtzeitig entschieden"),
    SwapState.VOID: german("beendet, der Dienst steht so nicht mehr im Plan"),
}

OPEN = (SwapState.OFFERED, SwapState.TAKEN)
OVER = (SwapState.EXPIRED, SwapState.VOID)  # ends that nobody chose

_SWAP_MOVES: Mapping[SwapState, frozenset[SwapState]] = {
    SwapState.OFFERED: frozenset({SwapState.TAKEN, SwapState.WITHDRAWN, *OVER}),
    # Back to offered: whoever took it stepped back.
    SwapState.TAKEN: frozenset(
        {SwapState.OFFERED, SwapState.APPROVED, SwapState.REFUSED, SwapState.WITHDRAWN, *OVER}
    ),
}


def check_swap_move(current: str, to: SwapState) -> None:
    """Pass only a step that a swap may take.

    :raises Refused: `swap-over`
    """
    if to not in _SWAP_MOVES.get(SwapState(current), frozenset()):
        raise Refused("Dieser Tausch ist schon weiter. Bitte laden Sie die Seite neu.", "swap-over")


def is_published(state: str) -> bool:
    """Say whether the plan counts for patrols and phones."""
    return state in {PlanState.PUBLISHED, PlanState.CHANGED}

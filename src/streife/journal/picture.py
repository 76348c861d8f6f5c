"""The picture of an inclusion proof: a ladder from the entry up to the signed head."""

from dataclasses import dataclass

from streife.journal.queries import Proof
from streife.journal.tlog.merkle import Step, climb

STEP = 56
TOP = 40
PATH_X = 320
SIDE = 200


@dataclass(frozen=True, slots=True)
class Rung:
    """One level: the node on our way, and beside it the one the proof supplies."""

    own: str
    sibling: str
    sibling_x: int
    own_y: int
    parent_y: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """All levels, the entry at the bottom, the head on top."""

    rungs: list[Rung]
    root: str
    leaf: str
    height: int
    leaf_y: int
    path_x: int = PATH_X


def ladder(proof: Proof) -> Ladder:
    """Return where everything stands in the picture."""
    leaf = bytes(proof.entry.leaf_hash)
    steps = climb(
        leaf_hash=leaf,
        index=proof.entry.number,
        size=proof.checkpoint.size,
        proof=proof.siblings,
    )
    levels = len(steps)
    rungs = [
        _rung(step, steps[at - 1].parent if at else leaf, TOP + (levels - at) * STEP)
        for at, step in enumerate(steps)
    ]
    leaf_y = TOP + levels * STEP
    root = steps[-1].parent if steps else leaf
    return Ladder(rungs, root.hex()[:12], leaf.hex()[:12], leaf_y + 40, leaf_y)


def _rung(step: Step, own: bytes, own_y: int) -> Rung:
    return Rung(
        own.hex()[:12],
        step.sibling.hex()[:12],
        PATH_X - SIDE if step.sibling_left else PATH_X + SIDE,
        own_y,
        own_y - STEP,
    )

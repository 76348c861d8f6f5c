"""What happened in the roster."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ComputationBegun:
    """Somebody asked for a plan to be computed."""

    plan_id: int
    run: str

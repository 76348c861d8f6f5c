"""What happened to plans."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanBegun:
    """A plan is to be computed in the background."""

    plan_id: int

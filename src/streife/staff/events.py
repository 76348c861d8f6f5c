"""Facts about the people who serve."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfficerLeft:
    """The day from which somebody no longer serves was noted, or another one than before."""

    officer_id: int

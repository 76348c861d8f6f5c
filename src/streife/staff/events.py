"""Facts about the people who serve."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfficerLeft:
    """The day from which somebody no longer serves was noted, or another one than before."""

    officer_id: int


@dataclass(frozen=True, slots=True)
class AbsenceChanged:
    """An absence was given other days or taken out: somebody may be there again."""

    officer_id: int

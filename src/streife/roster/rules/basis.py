"""Everything a plan is computed from, as plain data, and what comes out of turning it around."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from streife.equipment.rules import Ready
from streife.roster.rules.terms import (
    EquipmentNeed,
    HourNeed,
    KindTimes,
    Law,
    Member,
    Need,
    WishFor,
)
from streife.roster.solver.problem import Problem

Key = tuple[int, date]  # officer, day


@dataclass(frozen=True, slots=True)
class Released:
    """A rule that a person lifted for this plan: for one officer, or for the need of one day."""

    rule: str
    officer: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan from `first_day` to `last_day` (both included) stands on.

    `fixed`: officer and day → kind, or None for a day that stays free. `published`: what was
    announced, or None if nothing was. `missed`: officer and day → kind of a duty that an illness
    took. `ready`: kind of thing and day → pieces that can be used then.
    """

    first_day: date
    last_day: date
    kinds: tuple[KindTimes, ...]
    laws: tuple[Law, ...]
    members: tuple[Member, ...]
    needs: tuple[Need, ...]
    wishes: tuple[WishFor, ...] = ()
    fixed: Mapping[Key, int | None] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)
    published: Mapping[Key, int] | None = None
    released: tuple[Released, ...] = ()
    hours: tuple[HourNeed, ...] = ()
    missed: Mapping[Key, int] = field(default_factory=dict)
    equipment: tuple[EquipmentNeed, ...] = ()
    ready: Mapping[tuple[str, date], Ready] = field(default_factory=dict)
    days: tuple[date, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Count the days once: everything walks over them."""
        count = (self.last_day - self.first_day).days + 1
        days = tuple(self.first_day + timedelta(days=n) for n in range(count))
        object.__setattr__(self, "days", days)


@dataclass(frozen=True, slots=True)
class Built:
    """The problem for the solver, and the way back from its indices to ours."""

    problem: Problem
    basis: Basis
    row_of: Mapping[int, int]  # officer → index
    duty_of: Mapping[int, int]  # kind → index of the duty

    def officer_at(self, index: int) -> int:
        """Return the officer of a row."""
        return self.basis.members[index].pk

    def kind_at(self, duty: int) -> KindTimes:
        """Return the kind of a duty."""
        return self.basis.kinds[duty]

    def law_of(self, rule: str) -> Law | None:
        """Return the law that a rule of the problem stands for, if it is one."""
        code = rule.split("/")[0]
        return next((law for law in self.basis.laws if law.code == code), None)

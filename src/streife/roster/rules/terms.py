"""The words the rules speak: a rule of law, a kind of shift, a member of staff with their past."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

FREE_REASONS = frozenset({"time_off", "school", "exam", "training"})
"""Why a day that is no work is as free as any other."""


@dataclass(frozen=True, slots=True)
class Law:
    """One rule with its norm; `kind` names the mechanism, `values` its figures (data/roster)."""

    code: str
    regime: str
    kind: str
    title: str
    norm: str
    hard: bool = True
    verified: str = "M"
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimesFrom:
    """Other times of a kind of shift, from a day on."""

    valid_from: date
    begins: time
    ends: time
    break_minutes: int


@dataclass(frozen=True, slots=True)
class KindTimes:
    """A kind of shift by the clock on the wall; it ends on the next day if not after `begins`.

    `changes`, earliest first: what holds later. Whoever asks for a time says of which day (`on`).
    """

    pk: int
    code: str
    letter: str
    name: str
    begins: time
    ends: time
    break_minutes: int
    joint: bool = False
    changes: tuple[TimesFrom, ...] = ()

    def on(self, day: date) -> "KindTimes":
        """Return the kind with the times of a day, and without what changes later."""
        if not self.changes:
            return self
        last = next((one for one in reversed(self.changes) if one.valid_from <= day), None)
        if last is None:
            return replace(self, changes=())
        return replace(
            self,
            begins=last.begins,
            ends=last.ends,
            break_minutes=last.break_minutes,
            changes=(),
        )


@dataclass(frozen=True, slots=True)
class Done:
    """A duty before the plan, or outside it: what history counts."""

    day: date
    starts_at: datetime
    ends_at: datetime
    minutes: int
    kind: int | None = None


@dataclass(frozen=True, slots=True)
class Off:
    """A day on which somebody cannot be planned; `minutes` are credited, `worked` for school.

    With `begins` it is a day of few lessons: from then on for `minutes`, and it can be planned.
    `whole`: the minutes stand for all that the day asks for, so that a holiday takes nothing more.
    `took`: the duty that an illness took; its minutes are those credited.
    """

    day: date
    reason: str
    minutes: int = 0
    worked: bool = False
    begins: time | None = None
    whole: bool = False
    took: Done | None = None

    @property
    def bars(self) -> bool:
        """Say whether the day takes no duty."""
        return self.begins is None

    @property
    def neutral(self) -> bool:
        """Say whether the day is no part of an average: leave, illness, not in service.

        Art. 16 lit. b Directive 2003/88/EC (nicht nachgelesen). Time off for hours worked is what
        an average asks for, so it stays in, and so does the weekend in a week of school.
        """
        return not self.worked and self.reason not in FREE_REASONS


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody to be planned, on the days of the plan.

    `regime` is "tarif" or "beamte"; `weekly_minutes` what the contract asks for (already by
    share); `share` is percent of full time. `born` None: age unknown. `history` None: nothing is
    known about the days before the plan. `later`: duties that stand already behind the plan.
    `besides`: duties within it that none of its posts stands for.
    """

    pk: int
    regime: str
    share: int
    weekly_minutes: int
    apprentice: bool = False
    born: date | None = None
    skills: frozenset[str] = frozenset()
    offs: tuple[Off, ...] = ()
    school_days: frozenset[date] = frozenset()
    exam_eves: frozenset[date] = frozenset()
    history: tuple[Done, ...] | None = ()
    later: tuple[Done, ...] = ()
    besides: tuple[Done, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """How many are needed in a kind of shift on a day, with a qualification if one is named."""

    day: date
    kind: int
    count: int
    preferred: int
    qualification: str = ""
    area: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HourNeed:
    """How many are on duty at least from one time on the wall to another, whatever the shift.

    `ends` not after `begins` is on the next day. Several needs of the same time and area ask for
    the most. `area` None: the whole city, all areas included.
    """

    day: date
    begins: time
    ends: time
    count: int
    reason: str = ""
    area: int | None = None
    area_name: str = ""


@dataclass(frozen=True, slots=True)
class EquipmentNeed:
    """One piece of `item` for `one_for` officers of a kind of shift on a day (0: none is needed).

    `area`: for so many as the area needs at least. Until `turnaround_minutes` after its shift a
    piece is not given out again: it is charged, or read out.
    """

    day: date
    kind: int
    item: str
    one_for: int
    area: int | None = None
    turnaround_minutes: int = 0


@dataclass(frozen=True, slots=True)
class WishFor:
    """What somebody wishes for a day: `kind` None means any duty; not `wanted`: to be left free."""

    member: int
    day: date
    kind: int | None
    wanted: bool


def age_on(born: date, day: date) -> int:
    """Return whole years; whoever was born on 29 February is a year older on 1 March.

    § 188 Abs. 2 BGB: a year ends with the day before the one of the same number.
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_minor(member: Member, day: date) -> bool:
    """Say whether the JArbSchG protects somebody (§ 2 Abs. 2: under 18).

    `queries.people` gives whoever is in training and of unknown age a date that makes them a minor.
    """
    return member.born is not None and age_on(member.born, day) < 18


def regimes_of(member: Member, day: date) -> tuple[str, ...]:
    """Return whose rules hold for somebody on a day; the agreed local rules hold for everybody.

    Minors follow the JArbSchG instead of the ArbZG (§ 18 Abs. 2 ArbZG).
    """
    own = "jugend" if is_minor(member, day) else member.regime
    training = ("azubi",) if member.apprentice else ()  # § 15 BBiG comes on top
    return (own, *training, "local")


def laws_of(member: Member, laws: tuple[Law, ...], day: date) -> tuple[Law, ...]:
    """Return the rules that hold for somebody on a day: law first, then what was agreed."""
    return tuple(law for regime in regimes_of(member, day) for law in laws if law.regime == regime)

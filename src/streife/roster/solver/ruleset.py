"""The rules of a person as data: each with its id, norm, weight, stage and rank.

Meaning, units and history are said once here; `personal` judges them, `ruling` and `automaton` plan
by them.
"""

from dataclasses import dataclass
from enum import IntEnum


class Stage(IntEnum):
    """The order of what matters; an earlier stage is never given up for a later one."""

    LEGAL = 0
    COVER = 1
    FAIRNESS = 2
    WISHES = 3
    STABILITY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What all rules have: a stable id, its norm, hard (`weight` None) or the cost of each unit.

    `rank`: the order in which hard rules would be softened when a month is impossible, lowest
    first: 0 agreed locally, 1 collective agreement, 2 law.
    """

    id: str
    norm: str = ""
    weight: int | None = None
    stage: Stage = Stage.WISHES
    rank: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest(Rule):
    """At least `minutes` between the end of a duty and the next one on the following day."""

    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeBlock(Rule):
    """A single free day lies in at least `minutes` without duty (35 h: § 11 Abs. 4 ArbZG).

    So does the last one before the plan, if it was free and single (`History.free_run` is 1).
    """

    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession(Rule):
    """No duty of the second kind of a pair on the day after one of the first kind."""

    pairs: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRun(Rule):
    """Days in a row with duty: `minimum` to `maximum` (0 and None: no bound).

    A run that leaves the plan at its end is not judged for the minimum. One that began before the
    plan is judged with `History.work_run`; without history it is not judged for the minimum and
    counts from the first day for the maximum. Cost: `weight` for each day too few or too many (of
    the days too many only those inside the plan). The same holds for `FreeRun` and `KindRun`.
    """

    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeRun(Rule):
    """Days in a row without duty, as in `WorkRun` (with `History.free_run`)."""

    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRun(Rule):
    """Days in a row with duties of one kind, as in `WorkRun` (with `History.kind_run`)."""

    kind: int
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes(Rule):
    """Minutes of work in the days `first` to `last` (inclusive), `carried` ones before included.

    Limits of a week, a month, an average over 24 weeks: the caller writes each window as one rule
    and puts what was worked before the plan into `carried`. Credited minutes of absences count.
    """

    first: int
    last: int
    minimum: int = 0
    maximum: int | None = None
    carried: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Rule):
    """How many of `days` (None: all) have a duty of one of `kinds` (None: any), plus `carried`.

    Nights in a month, days in a week (§ 15 JArbSchG), worked Sundays (§ 11 Abs. 1 ArbZG). With
    `kinds` None also absences count that are `Absence.worked`.

    `touched`: pairs of a day from 1 on and a kind that, begun on the day before, runs into it: such
    a day counts as well, once whatever it has of its own (a night from Saturday to Sunday, § 9
    Abs. 1 ArbZG). What touches day 0 is known before: the caller carries it.
    """

    days: frozenset[int] | None = None
    kinds: frozenset[int] | None = None
    touched: frozenset[tuple[int, int]] = frozenset()
    minimum: int = 0
    maximum: int | None = None
    carried: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekends(Rule):
    """Worked weekends (duty on Saturday or Sunday), plus `carried`: at most `maximum`.

    A weekend of which the plan holds only one day counts by that day alone (if its Saturday was
    worked before the plan, put it into `carried` and give no Sunday duty a cost twice).
    """

    maximum: int
    carried: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeWeekends(Rule):
    """Both days of a weekend are worked or none (only weekends that the plan holds whole)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred(Rule):
    """No duty of `kinds` (None: any) on `days` (None: any): nights of a minor, medical limits."""

    days: frozenset[int] | None = None
    kinds: frozenset[int] | None = None


PersonRule = (
    Rest
    | FreeBlock
    | Succession
    | WorkRun
    | FreeRun
    | KindRun
    | Minutes
    | Count
    | Weekends
    | WholeWeekends
    | Barred
)

"""What a duty roster problem and a roster are: plain data, shared by solver, evaluator and pages.

Nothing here computes or judges a roster, so that the models and the independent evaluator
(`evaluate`) share words and no code.

* **Days** count from 0 (`Problem.first_day`); any weekday may be the first. **People**, **kinds**
  of shift and **duties** are indices into the tuples of the problem. A duty is a kind of shift at
  a post (an area, a function): what one person does on one day. `FREE` (-1) is no duty.
* A **roster** is one row per person with one duty (or `FREE`) per day.
* **Minutes** of the clock count from 0:00 of the first day and really elapse: the caller turns
  local times into them, so that a night with a change of the clock is an hour shorter or longer.
* A **rule** belongs to people (`Person.rules`; share the objects) and carries a stable `id`, its
  `norm` (paragraph, agreement) and a `weight`: `None` is hard, a number is the cost of each unit
  (day, minute, weekend) by which it is missed, in its `stage`.
* History before the plan counts: `History` for runs and rest, `carried` of a rule for its sums.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

FREE = -1
"""No duty on this day."""


class Stage(IntEnum):
    """The order of what matters; an earlier stage is never given up for a later one."""

    LEGAL = 0
    COVER = 1
    FAIRNESS = 2
    WISHES = 3
    STABILITY = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of shift. `night`: it counts as night work (caller's law: § 2 Abs. 3, 4 ArbZG)."""

    code: str
    night: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """A kind of shift at a post. Whoever does it has all of `skills`. `post` may be empty."""

    kind: int
    post: str = ""
    skills: frozenset[str] = frozenset()


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
    """A single free day lies in at least `minutes` without duty (35 h: § 11 Abs. 4 ArbZG)."""

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
    """

    days: frozenset[int] | None = None
    kinds: frozenset[int] | None = None
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


@dataclass(frozen=True, slots=True)
class History:
    """The last days before the plan. `kind`: of the duty on the day before (None: that was free).

    `ends`: end of the last duty in minutes of the plan's clock (negative before its first
    midnight), None if long ago. `work_run`, `kind_run`: days in a row with duty, with this kind, up
    to the day before (0 if it was free); `free_run`: free days in a row up to then.
    """

    kind: int | None = None
    ends: int | None = None
    work_run: int = 0
    kind_run: int = 0
    free_run: int = 0


@dataclass(frozen=True, slots=True)
class Absence:
    """No duty on `day`: leave, illness, school. `reason` is a key such as "leave", "school".

    `minutes` are credited as worked; `worked`: the day counts as a working day in runs and counts
    (school, course), not as a free one.
    """

    day: int
    reason: str
    minutes: int = 0
    worked: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """This duty (or `FREE`) on this day stands: frozen, agreed, a joint shift with the police."""

    day: int
    duty: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone to be planned. `code` is for output and ties (any unique text, not shown).

    `trainee`: never counts for any demand (apprentices). `history` None: unknown.
    """

    code: str
    rules: tuple[PersonRule, ...] = ()
    skills: frozenset[str] = frozenset()
    trainee: bool = False
    history: History | None = None
    fixed: tuple[Fixed, ...] = ()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """How many people are needed on `day` in any of `duties`, all with `skill` if one is named.

    `minimum` is a hard finding when missed, `under` its price for each missing person (the model
    always lets it be missed, so that a partial roster can be shown). Between `minimum` and
    `preferred` each missing person costs `below`; above `preferred` each costs `over`. A need of
    EMS, body camera, driver or the authority of § 58 OWiG is a demand of its own with `skill`.
    """

    id: str
    day: int
    duties: tuple[int, ...]
    minimum: int
    preferred: int
    skill: str | None = None
    under: int = 100
    below: int = 1
    over: int = 0
    norm: str = ""


@dataclass(frozen=True, slots=True)
class Supervision:
    """For each trainee in a duty at least `officers` non-trainees are in the same duty."""

    id: str
    norm: str = ""
    officers: int = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """`wanted`: duty of `kind` (None: any) on `day` is wished for, else it is to be avoided."""

    person: int
    day: int
    kind: int | None
    wanted: bool
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Fairness:
    """Duties of `kinds` (None: any) on `days` (None: any) are shared by contract share.

    `people` and, parallel to it, `shares` (percent of full time, > 0) and `carried` (duties of this
    sort before the plan; empty: none). With n_i = carried + planned, N = sum of n_i and S = sum of
    shares, the burden of i is n_i - share_i * N / S; the cost is the spread of the burdens (largest
    minus smallest) in thousandths, above `tolerance` (thousandths), times `weight`.
    """

    id: str
    people: tuple[int, ...]
    shares: tuple[int, ...]
    carried: tuple[int, ...] = ()
    kinds: frozenset[int] | None = None
    days: frozenset[int] | None = None
    tolerance: int = 0
    weight: int = 1
    norm: str = ""


Roster = tuple[tuple[int, ...], ...]
"""`roster[person][day]`: index of a duty, or `FREE`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything the solver knows.

    `times[day][kind]` = (begins, ends) in minutes of the plan's clock, `minutes[day][kind]` =
    working time without breaks. `published`: the roster that was announced (None: none); each
    change of it costs `change` in the stage of stability. `staged`: lexicographic stages (the
    product); else one sum of all costs (the benchmarks). `needs_history`: a person without history
    is an error.
    """

    first_day: date
    days: int
    kinds: tuple[Kind, ...]
    duties: tuple[Duty, ...]
    people: tuple[Person, ...]
    times: tuple[tuple[tuple[int, int], ...], ...]
    minutes: tuple[tuple[int, ...], ...]
    demands: tuple[Demand, ...] = ()
    wishes: tuple[Wish, ...] = ()
    fairness: tuple[Fairness, ...] = ()
    supervision: Supervision | None = None
    published: Roster | None = None
    change: int = 1
    staged: bool = True
    needs_history: bool = True


@dataclass(frozen=True, slots=True)
class Limit:
    """When to stop: whichever comes first. `workers` 1 and `rounds` make a run repeatable.

    `cpu_seconds` are summed over all workers.
    """

    cpu_seconds: float | None = None
    wall_seconds: float | None = None
    rounds: int | None = None
    workers: int = 2


Words = tuple[tuple[str, str | int], ...]
"""Figures of a finding by key ("is", "limit", "from", "to", …), for the page to put into words."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as a rule, demand, wish, share or the published roster wants it.

    `rule` is the id of the rule or demand, or one of "wish", "fixed", "absence", "skill",
    "published". `kind` says which sort of rule it is (class name in lower case, such as "rest",
    "minutes", "demand"). `person` and `day` are None where it is about nobody or no day alone.
    """

    rule: str
    kind: str
    norm: str
    stage: Stage
    hard: bool
    cost: int
    person: int | None = None
    day: int | None = None
    words: Words = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the independent evaluator says. `broken`: hard findings (LEGAL and missed minimums).

    `costs[stage]` sums the costs of the findings of a stage (hard ones of persons count 1 for each
    unit in LEGAL); `total` is the objective of the weighted form (all stages but LEGAL).
    """

    findings: tuple[Finding, ...]
    broken: tuple[Finding, ...]
    costs: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Release:
    """What would release an impossible month: soften `rule` for `person` (None: a demand) on `day`.

    `verified`: solved again with it (alone with the ones before it in the answer) the conflict is
    gone. `words` as in `Finding`.
    """

    rule: str
    kind: str
    norm: str
    person: int | None
    day: int | None
    words: Words
    verified: bool


@dataclass(frozen=True, slots=True)
class Solution:
    """The best roster, its verdict, what would release what is broken, a lower bound if known."""

    roster: Roster
    verdict: Verdict
    releases: tuple[Release, ...]
    bound: float | None
    rounds: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Change:
    """A manual edit: this person gets this duty (or `FREE`) on this day."""

    person: int
    day: int
    duty: int

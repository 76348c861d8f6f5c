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

from streife.roster.solver.findings import (
    FREE,
    Change,
    Finding,
    Release,
    Roster,
    Solution,
    Verdict,
    Words,
)
from streife.roster.solver.ruleset import (
    Barred,
    Count,
    FreeBlock,
    FreeRun,
    KindRun,
    Minutes,
    PersonRule,
    Rest,
    Rule,
    Stage,
    Succession,
    Weekends,
    WholeWeekends,
    WorkRun,
)

__all__ = [
    "FREE",
    "Absence",
    "Barred",
    "Change",
    "Company",
    "Count",
    "Demand",
    "Duty",
    "Fairness",
    "Finding",
    "Fixed",
    "FreeBlock",
    "FreeRun",
    "History",
    "Kind",
    "KindRun",
    "Limit",
    "Minutes",
    "Person",
    "PersonRule",
    "Problem",
    "Release",
    "Rest",
    "Roster",
    "Rule",
    "Solution",
    "Stage",
    "Stock",
    "Succession",
    "Supervision",
    "Use",
    "Verdict",
    "Weekends",
    "WholeWeekends",
    "Wish",
    "Words",
    "WorkRun",
]


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

    `trainee`: never counts for any demand (apprentices). `history` None: unknown. `minutes`: as in
    `Problem`, for somebody who works less in the same shift, because the break is longer.
    """

    code: str
    rules: tuple[PersonRule, ...] = ()
    skills: frozenset[str] = frozenset()
    trainee: bool = False
    history: History | None = None
    fixed: tuple[Fixed, ...] = ()
    absences: tuple[Absence, ...] = ()
    minutes: tuple[tuple[int, ...], ...] | None = None


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
class Company:
    """Whoever is on a duty on one of `days` is not alone: nobody there, or at least `officers`.

    Trainees do not count. A duty with too few is a hard finding of the cover and costs `price`:
    less than a missing person, so that one comes alone rather than nobody.
    """

    id: str
    norm: str = ""
    officers: int = 2
    days: frozenset[int] = frozenset()
    price: int = 60


@dataclass(frozen=True, slots=True)
class Use:
    """The people in a duty on a day need a piece for `one_for` of them, rounded up.

    Trainees need none: they go with an officer.
    """

    day: int
    duty: int
    one_for: int


@dataclass(frozen=True, slots=True)
class Stock:
    """At most `ready` pieces of a thing are in use at once; `set_aside` of them always are.

    `uses` are at the same moment, at most one for a day and duty. A missing piece is a hard finding
    of the cover on `day` and costs `price`: less than a missing person, because a piece can be
    borrowed. `words` go into the finding as they are.
    """

    id: str
    day: int
    uses: tuple[Use, ...]
    ready: int
    set_aside: int = 0
    price: int = 50
    norm: str = ""
    words: Words = ()


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
    stocks: tuple[Stock, ...] = ()
    company: Company | None = None
    published: Roster | None = None
    change: int = 1
    staged: bool = True
    needs_history: bool = True

    def minutes_of(self, person: Person) -> tuple[tuple[int, ...], ...]:
        """Return the minutes of a person by day and kind: their own, or those of everybody."""
        return self.minutes if person.minutes is None else person.minutes


@dataclass(frozen=True, slots=True)
class Limit:
    """When to stop: whichever comes first. `workers` 1 and `rounds` make a run repeatable.

    `cpu_seconds` are summed over all workers.
    """

    cpu_seconds: float | None = None
    wall_seconds: float | None = None
    rounds: int | None = None
    workers: int = 2

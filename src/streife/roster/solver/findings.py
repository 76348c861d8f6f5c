"""What is said about a roster: findings, a verdict, what would release a conflict, a solution."""

from dataclasses import dataclass

from streife.roster.solver.ruleset import Stage

FREE = -1
"""No duty on this day."""

Roster = tuple[tuple[int, ...], ...]
"""`roster[person][day]`: index of a duty, or `FREE`."""


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

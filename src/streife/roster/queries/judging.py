"""What the independent evaluator says about a plan, in words, kept until something changes."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import caches
from django.db.models import Count, Max
from django.utils.translation import get_language

from streife.kernel.clock import local
from streife.roster.models import Demand, HourDemand, Plan, SickCall, Wish, WorkRule
from streife.roster.queries.standing import Standing, standing_of
from streife.roster.rules.basis import Built, Key
from streife.roster.rules.building import rule_name
from streife.roster.sentences import finding_text, norm_text
from streife.roster.solver.problem import Finding, Stage

KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: what, which rule, who and when; `hard` must not be, the rest costs."""

    text: str
    norm: str
    stage: int
    hard: bool
    officer: int | None
    day: date | None
    rule: str


@dataclass(frozen=True, slots=True)
class Judged:
    """All findings of a plan and the costs by stage; `wishes` met and made."""

    lines: tuple[Line, ...]
    costs: tuple[int, ...]
    wishes_made: int
    wishes_met: int

    def of(self, stage: Stage, *, hard: bool | None = None) -> list[Line]:
        """Return the findings of a stage."""
        return [line for line in self.lines if line.stage == stage and hard in (None, line.hard)]


def line_of(built: Built, finding: Finding) -> Line:
    """Return a finding in words."""
    return Line(
        text=finding_text(built, finding),
        norm=norm_text(built, finding),
        stage=int(finding.stage),
        hard=finding.hard,
        officer=None if finding.person is None else built.officer_at(finding.person),
        day=None if finding.day is None else built.basis.days[finding.day],
        rule=rule_name(finding.rule),
    )


def judged_of(standing: Standing) -> Judged:
    """Return the judgement of a standing in words."""
    built, verdict = standing.built, standing.verdict
    made = len(built.problem.wishes)
    unmet = sum(1 for one in verdict.findings if one.kind == "wish")
    return Judged(
        lines=tuple(line_of(built, one) for one in verdict.findings),
        costs=verdict.costs,
        wishes_made=made,
        wishes_met=made - unmet,
    )


def judgement(plan: Plan, posts: dict[Key, int], away: object, now: datetime) -> Judged:
    """Return the judgement of a plan; the same plan is judged once.

    `away` is what is known about absences: another value judges anew.
    """
    key = _key(plan, posts, away, now)
    cache = caches["process"]
    known: Judged | None = cache.get(key)
    if known is None:
        known = judged_of(standing_of(plan, now))
        cache.set(key, known, KEPT_SECONDS)
    return known


def _key(plan: Plan, posts: dict[Key, int], away: object, now: datetime) -> str:
    """Return what the judgement depends on: posts, absences, wishes, needs, rules, the day."""
    span = {"day__gte": plan.first_day, "day__lte": plan.last_day}
    facts = (
        sorted((who, day.toordinal(), kind) for (who, day), kind in posts.items()),
        away,
        plan.state,
        plan.released,
        Wish.objects.filter(**span).aggregate(n=Count("pk"), last=Max("made_at")),
        SickCall.objects.aggregate(n=Count("pk"), last=Max("pk")),
        Demand.objects.aggregate(n=Count("pk"), last=Max("pk"), ends=Max("valid_to")),
        HourDemand.objects.aggregate(n=Count("pk"), last=Max("pk"), ends=Max("valid_to")),
        WorkRule.objects.aggregate(n=Count("pk"), last=Max("pk")),
        local(now).date(),
        get_language(),
    )
    return f"roster:{plan.pk}:{hashlib.sha256(repr(facts).encode()).hexdigest()}"

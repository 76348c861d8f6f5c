"""What the independent evaluator says about a plan, in words, kept until something changes."""

import hashlib
import pickle
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import caches
from django.utils.translation import get_language

from streife.roster.explanations import finding_text, norm_text
from streife.roster.models import Plan
from streife.roster.queries.gathering import spots_of
from streife.roster.queries.standing import Standing, judged_on, stand
from streife.roster.rules.areas import Spot
from streife.roster.rules.basis import Basis, Built, Key
from streife.roster.rules.building import rule_name
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


def judgement(plan: Plan, posts: dict[Key, int], now: datetime) -> Judged:
    """Return the judgement of a plan; the same plan on the same basis is judged once."""
    basis, areas = judged_on(plan, now), spots_of(plan)
    key, cache = _key(plan, posts, areas, basis), caches["process"]
    known: Judged | None = cache.get(key)
    if known is None:
        known = judged_of(stand(basis, posts, areas))
        cache.set(key, known, KEPT_SECONDS)
    return known


def _key(plan: Plan, posts: dict[Key, int], areas: dict[Key, Spot], basis: Basis) -> str:
    """Return what the judgement depends on: who stands where, all it stands on, the language."""
    facts = pickle.dumps((sorted(posts.items()), sorted(areas.items()), basis, get_language()))
    return f"roster:{plan.pk}:{hashlib.sha256(facts).hexdigest()}"

"""Why a month is impossible and what would release it: the solver's answer, in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from streife.roster.explanations import released_text, rule_words
from streife.roster.models import Plan
from streife.roster.queries.gathering import kinds, laws_on
from streife.roster.queries.sheet import Sheet
from streife.roster.rules.basis import Basis, Built
from streife.roster.rules.planning import may_be_lifted
from streife.roster.solver.problem import Problem, Release


@dataclass(frozen=True, slots=True)
class Way:
    """One way out: what it does in a sentence, its fields for the button, tried or not."""

    text: str
    norm: str
    rule: str
    officer: int | None
    day: date | None
    verified: bool
    by_button: bool


def releases_of(plan: Plan, sheet: Sheet) -> list[Way]:
    """Return what the last computation said would release what is open."""
    rows: list[dict[str, Any]] = plan.outcome.get("releases", [])
    if not rows:
        return []
    built = _words_only(plan)
    return [_way(built, sheet, row) for row in rows]


def rule_text(plan: Plan, rule: str) -> str:
    """Return what a rule of a plan is called: a law by its title, a need by its shift."""
    return rule_words(_words_only(plan), rule)


def _words_only(plan: Plan) -> Built:
    """Return just enough to name rules and kinds."""
    basis = Basis(
        first_day=plan.first_day,
        last_day=plan.last_day,
        kinds=kinds(),
        laws=laws_on(plan.first_day),
        members=(),
        needs=(),
    )
    days = len(basis.days)
    problem = Problem(plan.first_day, days, (), (), (), ((),) * days, ((),) * days)
    return Built(problem=problem, basis=basis, row_of={}, duty_of={})


def _way(built: Built, sheet: Sheet, row: dict[str, Any]) -> Way:
    day = date.fromisoformat(row["day"]) if row["day"] else None
    release = Release(
        rule=row["rule"],
        kind=row["kind"],
        norm=row["norm"],
        person=row["officer"],
        day=None,
        words=tuple(row["words"].items()),
        verified=row["verified"],
    )
    name = sheet.names.get(row["officer"] or 0, "")
    return Way(
        text=released_text(built, release, name, day),
        norm=row["norm"],
        rule=row["rule"],
        officer=row["officer"],
        day=day,
        verified=row["verified"],
        by_button=may_be_lifted(row["rule"], built.basis.laws),
    )

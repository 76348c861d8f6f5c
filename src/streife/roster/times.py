"""Rows of the database as the words of the rules."""

from streife.roster.models import ShiftKind, WorkRule
from streife.roster.rules.terms import KindTimes, Law, TimesFrom


def times_of(kind: ShiftKind) -> KindTimes:
    """Return a kind of shift as the rules know it; for many read `changes` before (prefetch)."""
    return KindTimes(
        pk=kind.pk,
        code=kind.code,
        letter=kind.letter,
        name=kind.name,
        begins=kind.begins,
        ends=kind.ends,
        break_minutes=kind.break_minutes,
        joint=kind.joint,
        changes=tuple(
            sorted(
                (
                    TimesFrom(one.valid_from, one.begins, one.ends, one.break_minutes)
                    for one in kind.changes.all()
                ),
                key=lambda one: one.valid_from,
            )
        ),
    )


def law_of(rule: WorkRule) -> Law:
    """Return a rule as the rules know it."""
    return Law(
        code=rule.code,
        regime=rule.regime,
        kind=rule.kind,
        title=rule.title,
        norm=rule.norm,
        hard=rule.hard,
        verified=rule.verified,
        values=rule.values,
    )

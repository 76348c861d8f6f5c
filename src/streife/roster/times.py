"""Rows of the database as the words of the rules."""

from datetime import datetime

from streife.roster.models import ShiftKind, Swap, WorkRule
from streife.roster.rules.clock import span_on
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


def ends_undecided(swap: Swap) -> datetime:
    """Return when a swap ends by itself: the earlier of its duties begins, by the times of its day.

    For many read the kinds and their `changes` before.
    """
    duties = [(swap.kind, swap.day), (swap.back_kind, swap.back_day)]
    return min(
        span_on(times_of(kind), day)[0]
        for kind, day in duties
        if kind is not None and day is not None
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

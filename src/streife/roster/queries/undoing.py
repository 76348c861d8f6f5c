"""What somebody may take back in a plan: their own last change by hand, while it stands."""

from datetime import datetime, timedelta

from streife.accounts.rules import Actor
from streife.roster.models import Plan, PlanChange, Post
from streife.roster.rules.clock import span_on
from streife.roster.times import times_of

UNDO_FOR = timedelta(hours=24)


def last_own_step(plan: Plan, actor: Actor, now: datetime) -> list[PlanChange]:
    """Return what the actor changed last and may take back, the last cell first; perhaps nothing.

    Of the last day, and not from before the plan was last published or computed: what was announced
    or computed since stands on it.
    """
    own = plan.changes.filter(
        undone=False,
        why="hand",
        made_by_id=actor.user_id,
        made_at__gt=now - UNDO_FOR,
        step__gt=plan.settled_step,
    )
    last = own.order_by("-step").first()
    if last is None or actor.user_id is None:
        return []
    rows = plan.changes.filter(step=last.step, undone=False).order_by("-pk")
    return list(rows.select_related("before", "after"))


def changed_since(plan: Plan, rows: list[PlanChange]) -> bool:
    """Say whether something else happened to these cells since: no undo takes that back, too."""
    for row in rows:
        later = plan.changes.filter(officer_id=row.officer_id, day=row.day, step__gt=row.step)
        if later.filter(undone=False).exclude(why="undo").exists():
            return True
        cell = Post.objects.filter(plan=plan, officer_id=row.officer_id, day=row.day)
        if cell.values_list("kind_id", flat=True).first() != row.after_id:
            return True
    return False


def has_begun(rows: list[PlanChange], now: datetime) -> bool:
    """Say whether a duty runs or is over that an undo would give or take (§ 16 Abs. 2 ArbZG)."""
    return any(
        kind is not None and span_on(times_of(kind), row.day)[0] <= now
        for row in rows
        for kind in (row.before, row.after)
    )

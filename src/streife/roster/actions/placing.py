"""Writing a whole plan: posts with their operational areas."""

from datetime import datetime

from streife.accounts.rules import Actor
from streife.roster.actions.writing import next_step, put, record_changes
from streife.roster.models import Plan, Post, ShiftKind
from streife.roster.queries.areas import areas_of
from streife.roster.queries.gathering import area_ids_of, posts_of
from streife.roster.queries.standing import posts_in
from streife.roster.rules.basis import Built, Key
from streife.roster.rules.states import is_published
from streife.roster.solver.problem import Roster


def write_posts(plan: Plan, built: Built, roster: Roster, actor: Actor, now: datetime) -> None:
    """Make the posts say what a roster says; a published plan changes duty by duty."""
    wanted, stands = posts_in(built, roster), posts_of(plan)
    if is_published(plan.state):
        _change_published(plan, wanted, stands, actor, now)
        return
    areas = areas_of(plan, wanted)
    locked = set(Post.objects.filter(plan=plan, locked=True).values_list("officer_id", "day"))
    Post.objects.filter(plan=plan).delete()
    Post.objects.bulk_create(
        [
            Post(
                plan=plan,
                officer_id=officer,
                day=day,
                kind_id=kind,
                area_id=areas.get((officer, day)),
                locked=(officer, day) in locked and stands.get((officer, day)) == kind,
                origin="software",
            )
            for (officer, day), kind in sorted(wanted.items())
        ]
    )


def _change_published(
    plan: Plan,
    wanted: dict[Key, int],
    stands: dict[Key, int],
    actor: Actor,
    now: datetime,
) -> None:
    """Change what differs; whoever keeps a duty keeps the area that was announced with it.

    Each change is recorded like one by hand: people were told something else.
    """
    kinds, step = {kind.pk: kind for kind in ShiftKind.objects.all()}, next_step(plan)
    had = area_ids_of(plan)
    held = {key: area for key, area in had.items() if wanted.get(key) == stands[key]}
    areas = areas_of(plan, wanted, held)
    changes = []
    for officer, day in sorted(wanted.keys() | stands.keys()):
        kind = wanted.get((officer, day))
        change = put(
            plan,
            officer,
            day,
            None if kind is None else kinds[kind],
            step=step,
            why="software",
            actor=actor,
            now=now,
            area_id=areas.get((officer, day)),
        )
        if change is not None:
            changes.append(change)
    record_changes(plan, changes, actor, now)

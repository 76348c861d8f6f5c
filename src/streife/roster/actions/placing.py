"""Writing a whole plan: posts with their operational areas."""

from collections import defaultdict
from datetime import date, datetime

from streife.accounts.rules import Actor
from streife.roster.actions.writing import next_step, put
from streife.roster.models import Plan, Post, ShiftKind
from streife.roster.queries.gathering import needs_between, posts_of
from streife.roster.queries.standing import posts_in
from streife.roster.rules.areas import spread
from streife.roster.rules.basis import Built, Key
from streife.roster.rules.states import is_published
from streife.roster.solver.problem import Roster
from streife.staff import queries as staff


def write_posts(plan: Plan, built: Built, roster: Roster, actor: Actor, now: datetime) -> None:
    """Make the posts say what a roster says; a published plan changes duty by duty."""
    wanted, stands = posts_in(built, roster), posts_of(plan)
    areas = areas_of(plan, wanted)
    if is_published(plan.state):
        _change_published(plan, wanted, stands, areas, actor, now)
        return
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
    areas: dict[Key, int],
    actor: Actor,
    now: datetime,
) -> None:
    kinds, step = {kind.pk: kind for kind in ShiftKind.objects.all()}, next_step(plan)
    for officer, day in sorted(wanted.keys() | stands.keys()):
        kind = wanted.get((officer, day))
        put(
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


def areas_of(plan: Plan, posts: dict[Key, int]) -> dict[Key, int]:
    """Return the area of each post: pairs first, and mostly where somebody was before."""
    needed: dict[tuple[date, int], dict[int, int]] = defaultdict(dict)
    for need in needs_between(plan.first_day, plan.last_day):
        if need.area is not None and not need.qualification:
            areas = needed[need.day, need.kind]
            areas[need.area] = areas.get(need.area, 0) + need.preferred
    crews: dict[tuple[date, int], list[int]] = defaultdict(list)
    for (officer, day), kind in sorted(posts.items()):
        crews[day, kind].append(officer)
    learners = staff.apprentice_ids({officer for officer, _ in posts})
    found: dict[Key, int] = {}
    used: dict[int, int] = {}
    for (day, kind), crew in sorted(crews.items()):
        officers = [one for one in crew if one not in learners]
        own = spread(
            officers, [one for one in crew if one in learners], needed[day, kind], used=used
        )
        used.update(own)
        found.update({(officer, day): area for officer, area in own.items()})
    return found

"""A plan as everybody may read it: names, days, shifts; nothing about who is away, or why."""

from dataclasses import dataclass
from datetime import date

from streife.places import queries as places
from streife.roster.models import Plan, Post
from streife.roster.queries.gathering import kinds
from streife.roster.queries.people import days_between
from streife.roster.queries.sheet import Cover, cover_of
from streife.roster.rules.basis import Key
from streife.roster.rules.terms import KindTimes
from streife.staff import queries as staff


@dataclass(frozen=True, slots=True)
class WallRow:
    """One person: a kind of shift by day, nothing where there is no duty."""

    officer_id: int
    name: str
    apprentice: bool
    duties: tuple[KindTimes | None, ...]


@dataclass(frozen=True, slots=True)
class Wall:
    """The whole sheet."""

    plan: Plan
    days: tuple[date, ...]
    holidays: dict[date, str]
    kinds: tuple[KindTimes, ...]
    rows: tuple[WallRow, ...]
    cover: dict[date, list[Cover]]


def wall_of(plan: Plan) -> Wall:
    """Return a plan for the wall: the reader must be allowed to see the plan."""
    days = days_between(plan.first_day, plan.last_day)
    known = {kind.pk: kind for kind in kinds()}
    posts: dict[Key, int] = {
        (officer, day): kind
        for officer, day, kind in Post.objects.filter(plan=plan).values_list(
            "officer_id", "day", "kind_id"
        )
    }
    people = list(staff.serving_between(plan.first_day, plan.last_day))
    rows = tuple(
        WallRow(
            one.pk,
            str(one),
            one.apprentice,
            tuple(known.get(posts.get((one.pk, day), 0)) for day in days),
        )
        for one in people
    )
    return Wall(
        plan,
        tuple(days),
        places.public_holidays(plan.first_day, plan.last_day),
        tuple(known.values()),
        rows,
        cover_of(plan, posts, {one.pk for one in people if one.apprentice}),
    )

"""A plan as everybody may read it, and what a shift lacks; nothing about who is away, or why."""

from dataclasses import dataclass
from datetime import date, datetime

from streife.accounts.rules import Actor
from streife.equipment import queries as equipment
from streife.equipment.rules import Supply
from streife.kernel.clock import local
from streife.places import queries as places
from streife.roster.models import Plan, Post, Shift
from streife.roster.queries.away import days_between
from streife.roster.queries.gathering import kinds
from streife.roster.queries.sheet import Cover, by_clock_of, cover_of
from streife.roster.queries.shifts import officer_ids_by_shift, shifts_between
from streife.roster.queries.strangers import strangers_in
from streife.roster.rules.basis import Key
from streife.roster.rules.covering import ByClock
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
    by_clock: ByClock


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
    learners = staff.apprentice_ids([one.pk for one in people], plan.first_day, plan.last_day)
    rows = tuple(
        WallRow(
            one.pk,
            str(one),
            one.pk in learners,
            tuple(known.get(posts.get((one.pk, day), 0)) for day in days),
        )
        for one in people
    )
    strangers = strangers_in(posts)
    counted = {key: kind for key, kind in posts.items() if key not in strangers}
    return Wall(
        plan,
        tuple(days),
        places.public_holidays(plan.first_day, plan.last_day),
        tuple(known.values()),
        rows,
        cover_of(plan, counted, learners),
        by_clock_of(plan, counted, learners),
    )


@dataclass(frozen=True, slots=True)
class Outfit:
    """A shift with what its people need and have."""

    shift: Shift
    people: int
    supplies: tuple[Supply, ...]


def outfits_between(actor: Actor, now: datetime, end: datetime) -> list[Outfit]:
    """Return the shifts from now on with their equipment.

    :raises NotPermitted: without `equipment.view`
    """
    actor.require("equipment.view")
    shifts = list(shifts_between(actor, now, end))
    crews = officer_ids_by_shift([shift.pk for shift in shifts])
    asked = [
        equipment.Crew(
            frozenset(crews[shift.pk]),
            local(shift.starts_at).date(),
            returned=now < shift.starts_at,
        )
        for shift in shifts
    ]
    return [
        Outfit(shift, len(crews[shift.pk]), tuple(rows))
        for shift, rows in zip(shifts, equipment.supplies_for(asked), strict=True)
    ]

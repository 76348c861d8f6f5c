"""Who goes to which operational area, by what the areas need in their shifts and by the clock."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from streife.roster.models import Plan, Post
from streife.roster.queries.gathering import hours_between, kinds, needs_between, released_of
from streife.roster.rules.areas import Ask, Crew, deal
from streife.roster.rules.basis import Key
from streife.roster.rules.hours import asked_in
from streife.roster.rules.terms import Need
from streife.staff import queries as staff

ByShift = dict[tuple[date, int], dict[int, int]]


def areas_of(
    plan: Plan, posts: Mapping[Key, int], held: Mapping[Key, int] | None = None
) -> dict[Key, int]:
    """Return the area of each post: pairs first, and mostly where somebody was before.

    `held`: what stays as it is.
    """
    if not posts:
        return {}
    days = sorted({day for _, day in posts})
    needed, least = _needed(needs_between(days[0], days[-1]))
    asks = _asks(plan, days[0], days[-1])
    crews: dict[date, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for (officer, day), kind in sorted(posts.items()):
        crews[day][kind].append(officer)
    learners = staff.apprentice_ids(
        {officer for officer, _ in posts}, plan.first_day, plan.last_day
    )
    found: dict[Key, int] = {}
    used: dict[int, int] = {}
    for day in days:
        stays = {who: area for (who, when), area in (held or {}).items() if when == day}
        table = {
            kind: Crew(
                officers=[one for one in crew if one not in learners],
                learners=[one for one in crew if one in learners],
                needed=needed[day, kind],
                least=least[day, kind],
                held={one: stays[one] for one in crew if one in stays},
            )
            for kind, crew in sorted(crews[day].items())
        }
        own = deal(table, asks[day], used)
        used.update(own)
        found.update({(officer, day): area for officer, area in own.items()})
    return found


def area_for(plan: Plan, officer_id: int, day: date, kind_id: int) -> int | None:
    """Return where somebody goes who is put into a shift by hand: where people lack, if anywhere.

    The others of that day stay where they are.
    """
    rows = list(Post.objects.filter(plan=plan, day=day).exclude(officer_id=officer_id))
    posts = {(row.officer_id, day): row.kind_id for row in rows}
    held = {(row.officer_id, day): row.area_id for row in rows if row.area_id is not None}
    return areas_of(plan, posts | {(officer_id, day): kind_id}, held).get((officer_id, day))


def _needed(needs: tuple[Need, ...]) -> tuple[ByShift, ByShift]:
    """Return how many are better and how many are needed at least, by day, kind and area."""
    needed: ByShift = defaultdict(dict)
    least: ByShift = defaultdict(dict)
    for need in needs:
        if need.area is not None and not need.qualification:
            for found, count in ((needed, need.preferred), (least, need.count)):
                areas = found[need.day, need.kind]
                areas[need.area] = areas.get(need.area, 0) + count
    return needed, least


def _asks(plan: Plan, first_day: date, last_day: date) -> dict[date, list[Ask]]:
    """Return what areas need by the clock, by the day on which the shifts begin."""
    found: dict[date, list[Ask]] = defaultdict(list)
    hours, known = hours_between(first_day, last_day), kinds()
    for one in asked_in(hours, known, (first_day, last_day), released_of(plan)):
        if one.need.area is not None and one.count:
            covering = tuple(known[n].pk for n in one.piece.kinds)
            found[one.piece.day].append(Ask(covering, one.need.area, one.count))
    return found

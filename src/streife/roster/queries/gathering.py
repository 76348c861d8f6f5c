"""Everything a plan stands on, read at once."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import Q

from streife.equipment import queries as equipment
from streife.kernel.clock import local
from streife.places import queries as places
from streife.roster.models import (
    Demand,
    EquipmentNeed,
    HourDemand,
    Plan,
    Post,
    ShiftKind,
    SickCall,
    Wish,
    WorkRule,
)
from streife.roster.queries.away import days_between
from streife.roster.queries.people import MIDNIGHT, duties_of, members_between
from streife.roster.rules.areas import Spot
from streife.roster.rules.basis import Basis, Key, Released
from streife.roster.rules.beside import with_besides
from streife.roster.rules.clock import moment_of
from streife.roster.rules.keeping import AHEAD, WINDOW
from streife.roster.rules.shifts_allowed import rested, with_own_breaks
from streife.roster.rules.states import is_published
from streife.roster.rules.terms import Done, HourNeed, KindTimes, Law, Member, Need, WishFor
from streife.roster.rules.terms import EquipmentNeed as EquipmentAsked
from streife.roster.times import law_of, times_of
from streife.staff.rules import AbsenceKind

ILL = AbsenceKind.SICK.value
HOLIDAYS_BEFORE = WINDOW  # § 3 ArbZG: they are no working days; § 11 Abs. 3 needs eight weeks


def laws_on(day: date) -> tuple[Law, ...]:
    """Return the rules that hold on a day, by code."""
    rows = WorkRule.objects.filter(valid_from__lte=day).order_by("valid_from")
    newest = {row.code: row for row in rows}
    # One that has ended leaves nothing behind: what it replaced does not hold again.
    return tuple(
        law_of(row)
        for _code, row in sorted(newest.items())
        if row.valid_to is None or row.valid_to > day
    )


def kinds() -> tuple[KindTimes, ...]:
    """Return the kinds of shift that are planned, in their order."""
    rows = ShiftKind.objects.prefetch_related("changes")
    return tuple(times_of(row) for row in rows.order_by("order"))


def needs_between(first_day: date, last_day: date) -> tuple[Need, ...]:
    """Return what is needed on each day: by weekday, and for what is special about a day."""
    rows = list(
        Demand.objects.filter(
            Q(day__isnull=True) | Q(day__gte=first_day, day__lte=last_day),
            Q(valid_to__isnull=True) | Q(valid_to__gt=first_day),
            valid_from__lte=last_day,
        ).order_by("kind__order", "area_id", "pk")
    )
    found = []
    for day in days_between(first_day, last_day):
        for row in rows:
            if row.asks_on(day):
                found.append(
                    Need(
                        day,
                        row.kind_id,
                        row.count,
                        max(row.count, row.preferred),
                        row.qualification,
                        row.area_id,
                        row.reason,
                    )
                )
    return tuple(found)


def hours_between(first_day: date, last_day: date) -> tuple[HourNeed, ...]:
    """Return what is needed by the clock; the days beside the plan reach into it over midnight."""
    first, last = first_day - timedelta(days=1), last_day + timedelta(days=1)
    rows = list(
        HourDemand.objects.filter(
            Q(day__isnull=True) | Q(day__gte=first, day__lte=last),
            Q(valid_to__isnull=True) | Q(valid_to__gt=first),
            valid_from__lte=last,
        )
        .select_related("area")
        .order_by("begins", "pk")
    )
    return tuple(
        HourNeed(
            day,
            row.begins,
            row.ends,
            row.count,
            row.reason,
            row.area_id,
            row.area.name if row.area else "",
        )
        for day in days_between(first, last)
        for row in rows
        if row.asks_on(day)
    )


def equipment_between(first_day: date, last_day: date) -> tuple[EquipmentAsked, ...]:
    """Return which things the shifts of each day need."""
    rows = EquipmentNeed.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first_day),
        valid_from__lte=last_day,
    )
    return tuple(
        EquipmentAsked(day, row.kind_id, row.item, row.one_for, row.area_id, row.turnaround_minutes)
        for row in rows.order_by("kind__order", "item", "area_id", "pk")
        for day in days_between(first_day, last_day)
        if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
    )


def wishes_between(first_day: date, last_day: date) -> tuple[WishFor, ...]:
    """Return what people wish for."""
    rows = Wish.objects.filter(day__gte=first_day, day__lte=last_day).order_by("officer_id", "day")
    return tuple(WishFor(row.officer_id, row.day, row.kind_id, row.want == "work") for row in rows)


def _wishes_of(members: tuple[Member, ...], first_day: date, last_day: date) -> tuple[WishFor, ...]:
    """Return what those who can be planned wish for.

    Whoever came to be away on that day (leave, illness, school) wishes for nothing any more: no
    plan could meet it, and none should be called worse for it.
    """
    away = {member.pk: {off.day for off in member.offs if off.bars} for member in members}
    return tuple(
        wish
        for wish in wishes_between(first_day, last_day)
        if wish.member in away and wish.day not in away[wish.member]
    )


def posts_of(plan: Plan) -> dict[Key, int]:
    """Return who stands in which kind of shift, by officer and day."""
    rows = Post.objects.filter(plan=plan).values_list("officer_id", "day", "kind_id")
    return {(officer, day): kind for officer, day, kind in rows}


def area_ids_of(plan: Plan) -> dict[Key, int]:
    """Return who goes to which operational area, by officer and day."""
    rows = Post.objects.filter(plan=plan, area__isnull=False)
    return {
        (officer, day): area
        for officer, day, area in rows.values_list("officer_id", "day", "area_id")
    }


def spots_of(plan: Plan) -> dict[Key, Spot]:
    """Return the operational area each goes to, by officer and day."""
    rows = Post.objects.filter(plan=plan, area__isnull=False)
    return {
        (officer, day): Spot(area, name)
        for officer, day, area, name in rows.values_list(
            "officer_id", "day", "area_id", "area__name"
        )
    }


def _besides(plan: Plan, ids: list[int]) -> Mapping[int, list[Done]]:
    """Return the duties within a plan that none of its posts stands for, by officer."""
    since, until = (
        moment_of(day, MIDNIGHT) for day in (plan.first_day, plan.last_day + timedelta(days=1))
    )
    posts = posts_of(plan)
    return {
        pk: [one for one in rows if posts.get((pk, one.day), 0) != one.kind]
        for pk, rows in duties_of(ids, since, until).items()
    }


def _fixed(plan: Plan, members: tuple[Member, ...], until: date) -> dict[Key, int | None]:
    """Return what must stay: what a person put there, and every day up to one."""
    rows = Post.objects.filter(plan=plan).filter(Q(locked=True) | Q(day__lte=until))
    found: dict[Key, int | None] = {
        (officer, day): kind
        for officer, day, kind in rows.values_list("officer_id", "day", "kind_id")
    }
    # A day given away in a swap stays free as well; whoever was ill may be needed again.
    for change in plan.changes.filter(undone=False, after__isnull=True, why__in=("hand", "swap")):
        found.setdefault((change.officer_id, change.day), None)
    for day in days_between(plan.first_day, min(until, plan.last_day)):
        for member in members:
            found.setdefault((member.pk, day), None)
    return found


def stands_until(plan: Plan, today: date, *, short_notice: bool = False) -> date:
    """Return the last day that a computation leaves alone: today, or all within the notice period.

    Whoever was told their duties plans their life by them: the agreed notice holds for changes too
    (§ 72 Abs. 4 Nr. 1 LPVG NRW).
    """
    if short_notice or not is_published(plan.state):
        return today
    return today + timedelta(days=max(0, plan.notice_days - 1))


def missed_of(plan: Plan) -> dict[Key, int]:
    """Return the duties of a plan that illnesses took, by officer and day."""
    calls = SickCall.objects.filter(first_day__lte=plan.last_day, last_day__gte=plan.first_day)
    return {
        (call.officer_id, date.fromisoformat(row["day"])): row["kind"]
        for call in calls
        for row in call.gaps
        if row["plan"] == plan.pk
    }


def released_of(plan: Plan) -> tuple[Released, ...]:
    """Return the rules that a person lifted for a plan."""
    return tuple(
        Released(
            row["rule"],
            row.get("officer"),
            date.fromisoformat(row["day"]) if row.get("day") else None,
        )
        for row in plan.released
    )


def published_of(plan: Plan) -> dict[Key, int] | None:
    """Return what was announced, as published and agreed since, or None before."""
    if not is_published(plan.state):
        return None
    found: dict[Key, int] = {}
    for key, kind in plan.published_posts.items():
        officer, day = key.split(":")
        found[int(officer), date.fromisoformat(day)] = kind
    return found


def basis_of(
    plan: Plan,
    now: datetime,
    *,
    assume_history: bool = False,
    hold: bool = True,
    short_notice: bool = False,
) -> Basis:
    """Return what a plan stands on now.

    `hold` keeps what a person put there and what has begun or was announced for the days within the
    notice period (`short_notice`: these not): for computing, not for judging.
    """
    first, last = plan.first_day, plan.last_day
    laws = laws_on(first)
    members = members_between(first, last, assume_history=assume_history)
    besides = _besides(plan, [member.pk for member in members])
    members = tuple(
        with_besides(
            with_own_breaks(member, laws),
            (rested(one, member, laws) for one in besides.get(member.pk, ())),
        )
        for member in members
    )
    ill = {(one.pk, off.day) for one in members for off in one.offs if off.reason == ILL}
    until = stands_until(plan, local(now).date(), short_notice=short_notice)
    return Basis(
        first_day=first,
        last_day=last,
        kinds=kinds(),
        laws=laws,
        members=members,
        needs=needs_between(first, last),
        wishes=_wishes_of(members, first, last),
        fixed=_fixed(plan, members, until) if hold else {},
        holidays=places.public_holidays(first - HOLIDAYS_BEFORE, last + AHEAD),
        published=published_of(plan),
        released=released_of(plan),
        hours=hours_between(first, last),
        # Whoever is well again earlier than they said has missed nothing on those days.
        missed={key: kind for key, kind in missed_of(plan).items() if key in ill},
        equipment=(needed := equipment_between(first, last)),
        # The inventory knows what is good now and later, not what was good on a day that is over.
        ready=equipment.ready_between(max(first, local(now).date()), last) if needed else {},
    )

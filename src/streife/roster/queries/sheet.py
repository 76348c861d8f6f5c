"""A plan as the pages show it: people by days, what is needed by days, what is not right."""

from collections import Counter, defaultdict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.equipment import queries as equipment
from streife.equipment.rules import Supply
from streife.kernel.errors import NotFound
from streife.roster.models import Plan, Post, ShiftKind, Wish
from streife.roster.queries.away import NOT_IN_SERVICE, days_between
from streife.roster.queries.gathering import (
    area_ids_of,
    hours_between,
    kinds,
    needs_between,
    released_of,
)
from streife.roster.queries.judging import Judged, Line, judgement
from streife.roster.queries.strangers import never_planned, strangers_in
from streife.roster.queries.telling import told_to
from streife.roster.rules.basis import Key
from streife.roster.rules.clock import span_on
from streife.roster.rules.covering import (
    ByClock,
    ClockCover,
    areas_lacking,
    clock_covers,
    clocks_on,
)
from streife.roster.rules.equipping import is_equipment
from streife.roster.rules.hours import asked_in, least_of, together
from streife.roster.rules.states import PlanState
from streife.roster.rules.terms import KindTimes
from streife.roster.sentences import area_lacks_text, stranger_text
from streife.roster.solver.problem import Stage
from streife.staff import queries as staff

AWAY = "away"


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the grid."""

    pk: int
    name: str
    apprentice: bool


@dataclass(frozen=True, slots=True)
class Cover:
    """How many stand in a kind of shift on a day, and how many are needed."""

    kind: KindTimes
    planned: int
    least: int
    wanted: int

    @property
    def lacking(self) -> int:
        """Return how many are missing."""
        return max(0, self.least - self.planned)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a page of a plan needs, read in a handful of queries."""

    plan: Plan
    days: list[date]
    kinds: dict[int, KindTimes]
    people: list[Person]
    posts: dict[Key, int]
    areas: dict[Key, str]
    away: dict[Key, str]
    wishes: dict[Key, str]
    cover: dict[date, list[Cover]]
    by_clock: ByClock
    judged: Judged
    whole: bool  # whether the reader may know what the judgement says about each person
    names: dict[int, str] = field(default_factory=dict)

    def kind_at(self, officer: int, day: date) -> KindTimes | None:
        """Return what somebody does on a day, with the times of that day."""
        kind = self.kinds.get(self.posts.get((officer, day), 0))
        return kind.on(day) if kind is not None else None

    def clocks_on(self, day: date) -> list[ClockCover]:
        """Return what is needed by the clock of the shifts of a day, earliest first."""
        return clocks_on(self.by_clock, day)

    def things_short(self) -> list[Line]:
        """Return where more things are needed at once than are ready, by day."""
        return [line for line in self.judged.lines if is_equipment(line.rule)]

    def hard_lines(self) -> list[Line]:
        """Return what must not be."""
        return [line for line in self.judged.lines if line.hard]

    def hints(self) -> list[Line]:
        """Return where things are short only as people are dealt to the areas."""
        return [line for line in self.things_short() if not line.hard]

    def areas_short(self) -> list[Line]:
        """Return where too few go to an area by the clock, by day."""
        return [
            Line(area_lacks_text(cover), "", int(Stage.COVER), True, None, day, "need/area")
            for day, cover in areas_lacking(self.by_clock)
        ]


def visible_plans(actor: Actor) -> QuerySet[Plan]:
    """Return the plans the actor may see, latest first: drafts only for whoever changes them."""
    plans = Plan.objects.order_by("-first_day")
    if not actor.may("roster.view"):
        return plans.none()
    return plans if actor.may("roster.change") else plans.exclude(state=PlanState.DRAFT)


def plan_for(actor: Actor, plan_id: int) -> Plan:
    """Return one plan.

    :raises NotFound: there is none, or the actor may not see it
    """
    plan = visible_plans(actor).filter(pk=plan_id).first()
    if plan is None:
        raise NotFound("Diesen Dienstplan gibt es nicht.", "no-such-plan")
    return plan


def plan_at(actor: Actor, day: date) -> Plan | None:
    """Return the plan of a day; without one the next, without that the last."""
    plans = visible_plans(actor)
    here = plans.filter(first_day__lte=day, last_day__gte=day).first()
    return here or plans.filter(first_day__gt=day).last() or plans.first()


def sheet_of(plan: Plan, actor: Actor, now: datetime) -> Sheet:
    """Return a plan as the actor may see it: why somebody is away only with `roster.change`.

    What the judgement says about others is not for everybody either, see `telling`.
    """
    days = days_between(plan.first_day, plan.last_day)
    officers = list(staff.serving_between(plan.first_day, plan.last_day))
    learners = staff.apprentice_ids([one.pk for one in officers], plan.first_day, plan.last_day)
    people = [Person(one.pk, str(one), one.pk in learners) for one in officers]
    posts, areas = _posts(plan)
    away = _away(people, plan)
    judged, strangers = judgement(plan, posts, now), strangers_in(posts)
    unknown = never_planned(plan, strangers)
    judged = told_to(actor, replace(judged, lines=(*_strangers(unknown), *judged.lines)))
    may_see = actor.may("roster.change")
    # Apprentices never count as second officer, whoever is not in service not at all.
    counted = {key: kind for key, kind in posts.items() if key not in strangers}
    return Sheet(
        plan=plan,
        days=days,
        kinds=_all_kinds(),
        people=people,
        posts=posts,
        areas=areas,
        away=away if may_see else dict.fromkeys(away, AWAY),
        wishes=_wishes(plan) if may_see else {},
        cover=cover_of(plan, counted, learners),
        by_clock=by_clock_of(plan, counted, learners),
        judged=judged,
        whole=may_see,
        names={one.pk: one.name for one in people}
        | dict(staff.names_of({officer for officer, _ in strangers})),
    )


def names_in(plan: Plan) -> dict[int, str]:
    """Return who can be changed in a plan: who serves, and who stands in it all the same."""
    serving = staff.serving_between(plan.first_day, plan.last_day)
    posts = Post.objects.filter(plan=plan).values_list("officer_id", flat=True)
    return {one.pk: str(one) for one in serving} | dict(staff.names_of(posts))


def _strangers(found: set[Key]) -> list[Line]:
    return [
        Line(stranger_text(), "", int(Stage.LEGAL), True, officer, day, NOT_IN_SERVICE)
        for officer, day in sorted(found)
    ]


def _all_kinds() -> dict[int, KindTimes]:
    return {kind.pk: kind for kind in kinds()}


def _posts(plan: Plan) -> tuple[dict[Key, int], dict[Key, str]]:
    posts: dict[Key, int] = {}
    areas: dict[Key, str] = {}
    rows = Post.objects.filter(plan=plan).values_list("officer_id", "day", "kind_id", "area__name")
    for officer, day, kind, area in rows:
        posts[officer, day] = kind
        areas[officer, day] = area or ""
    return posts, areas


def _away(people: list[Person], plan: Plan) -> dict[Key, str]:
    spans = staff.absences_between([one.pk for one in people], plan.first_day, plan.last_day)
    return {
        (officer, day): span.kind.value
        for officer, rows in spans.items()
        for span in rows
        for day in days_between(
            max(span.first_day, plan.first_day), min(span.last_day, plan.last_day)
        )
    }


def _wishes(plan: Plan) -> dict[Key, str]:
    rows = Wish.objects.filter(day__gte=plan.first_day, day__lte=plan.last_day)
    return {
        (officer, day): letter or want
        for officer, day, want, letter in rows.values_list(
            "officer_id", "day", "want", "kind__letter"
        )
    }


def cover_of(plan: Plan, posts: dict[Key, int], idle: AbstractSet[int]) -> dict[date, list[Cover]]:
    """Return what is planned and needed, by day and kind; `idle` people never count."""
    counts = Counter((day, kind) for (who, day), kind in posts.items() if who not in idle)
    needed: dict[tuple[date, int], list[int]] = defaultdict(lambda: [0, 0])
    for need in needs_between(plan.first_day, plan.last_day):
        if not need.qualification:
            both = needed[need.day, need.kind]
            both[0] += need.count
            both[1] += need.preferred
    known = kinds()
    return {
        day: [
            Cover(kind.on(day), counts[day, kind.pk], *needed[day, kind.pk])
            for kind in known
            if counts[day, kind.pk] or (day, kind.pk) in needed
        ]
        for day in days_between(plan.first_day, plan.last_day)
    }


def by_clock_of(plan: Plan, posts: dict[Key, int], idle: AbstractSet[int]) -> ByClock:
    """Return how each need by the clock is met, by the days of the plan; `idle` never count.

    Empty where nothing is needed by the clock.
    """
    first, last = plan.first_day, plan.last_day
    hours = hours_between(first, last)
    if not hours:
        return {}
    known, released = kinds(), released_of(plan)
    asked = list(asked_in(hours, known, (first, last), released))
    groups = together(asked, known, least_of(needs_between(first, last), known, released))
    counts: Counter[tuple[date, int, int | None]] = Counter()
    areas = area_ids_of(plan)
    for (officer, day), kind in posts.items():
        if officer not in idle:
            counts[day, kind, None] += 1
            if (officer, day) in areas:
                counts[day, kind, areas[officer, day]] += 1
    return clock_covers(asked, groups, known, counts)


def kind_choices() -> list[ShiftKind]:
    """Return the kinds of shift that can be planned, in order."""
    return list(ShiftKind.objects.order_by("order"))


def supplies_on(actor: Actor, sheet: Sheet, day: date, now: datetime) -> dict[int, list[Supply]]:
    """Return what the people of each kind of shift of a day need and have; for whoever may see
    the inventory."""
    if not actor.may("equipment.view"):
        return {}
    crews: dict[int, set[int]] = defaultdict(set)
    for (officer, when), kind in sheet.posts.items():
        if when == day:
            crews[kind].add(officer)
    asked = [
        equipment.Crew(frozenset(ids), day, returned=now < span_on(sheet.kinds[kind], day)[0])
        for kind, ids in crews.items()
    ]
    return dict(zip(crews, equipment.supplies_for(asked), strict=True))

"""The roster of the demo: past, wishes, this month published, the next one a draft."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from streife.config.demo import rotation
from streife.config.demo.people import DEMO, FIELD_USERS, actor
from streife.kernel.clock import BERLIN, local
from streife.roster import actions as roster
from streife.roster.actions.writing import shift_of_day
from streife.roster.models import Duty, Plan, Post, ShiftKind, Swap, Wish
from streife.roster.queries.areas import areas_of
from streife.roster.queries.standing import Standing, standing_of
from streife.roster.rules.areas import PAIR
from streife.roster.rules.clock import span_on
from streife.roster.rules.planning import month_of
from streife.roster.rules.replacing import replacements
from streife.roster.rules.states import SwapState
from streife.roster.times import times_of
from streife.staff.models import Absence, Officer

LOOKED_BACK = timedelta(weeks=6)  # of duties before the plan: what rest and averages need
SECONDS = 40.0  # at most: it ends once all is met, on two cores after about twenty
MOST_LOOKED_AT = 90  # duties ahead among which one is found that others may take
DAY = timedelta(days=1)


def ensure_month(now: datetime) -> int:
    """Plan and publish the month of a moment and leave the next one as a draft; return duties."""
    first, last = month_of(local(now).date())
    if Plan.objects.filter(first_day=first).exists():
        return 0
    officers = list(_crew())
    anchor = _anchor(now)
    _history(officers, first, anchor)
    _wishes(officers, first, now)
    # As three weeks before the month: days that have begun could not be planned any more.
    then = datetime.combine(first, time(9), BERLIN) - timedelta(weeks=3)
    plan = roster.begin_plan(first_day=first, last_day=last, actor=DEMO, now=then)
    _rotate(plan, officers, anchor, now)
    _compute(plan, then)
    _publish(plan, now)
    _requests(plan, now)
    following = roster.begin_plan(
        first_day=last + DAY, last_day=month_of(last + DAY)[1], actor=DEMO, now=now
    )
    _rotate(following, officers, anchor, now)
    return Post.objects.filter(plan=plan).count()


def _compute(plan: Plan, now: datetime) -> None:
    """Have a plan computed here and now, not by the worker: the demo waits for it."""
    plan.progress = {"begun_at": now.isoformat(), "seconds": SECONDS, "assume_history": True}
    plan.save(update_fields=["progress"])
    roster.compute_plan(plan_id=plan.pk, actor=DEMO, now=now)


def _crew() -> Iterator[int]:
    rows = Officer.objects.filter(apprentice=False).order_by("personnel_number")
    return iter(rows.values_list("pk", flat=True))


def _learners() -> list[int]:
    rows = Officer.objects.filter(apprentice=True).order_by("personnel_number")
    return list(rows.values_list("pk", flat=True))


def _running(now: datetime) -> tuple[date, str]:
    """Return the day and the kind of the shift that runs at a moment."""
    kinds = {kind.code: times_of(kind) for kind in ShiftKind.objects.filter(joint=False)}
    today = local(now).date()
    for day in (today, today - DAY):
        for code, kind in kinds.items():
            start, end = span_on(kind, day)
            if start <= now < end:
                return day, code
    return today, "frueh"


def _anchor(now: datetime) -> date:
    """Return the first early day of group 0, so that it is on duty now: there are the sign-ins."""
    day, code = _running(now)
    return day - timedelta(days=rotation.CODES.index(code))


def _history(officers: list[int], first: date, anchor: date) -> None:
    """Write the duties of six weeks before the plan, as the rotation had them."""
    kinds = list(ShiftKind.objects.filter(joint=False))
    away = _away(first - LOOKED_BACK, first)
    learners, duties = _learners(), []
    for n in range(LOOKED_BACK.days):
        day = first - LOOKED_BACK + timedelta(days=n)
        for kind in kinds:
            shift = shift_of_day(kind, day)
            crew = rotation.crew_on(officers, kind.code, day, anchor)
            crew += rotation.learners_on(learners, kind.code, day)
            duties += [Duty(shift=shift, officer_id=pk) for pk in crew if (pk, day) not in away]
    Duty.objects.bulk_create(duties, ignore_conflicts=True)


def _away(first: date, last: date) -> set[tuple[int, date]]:
    """Return who is absent on which day."""
    rows = Absence.objects.filter(first_day__lte=last, last_day__gte=first)
    return {
        (row.officer_id, row.first_day + timedelta(days=n))
        for row in rows
        for n in range((row.last_day - row.first_day).days + 1)
    }


def _wishes(officers: list[int], first: date, now: datetime) -> None:
    """Wishes for this month and the next, as people have made them by then."""
    kinds = list(ShiftKind.objects.filter(joint=False).order_by("order"))
    rows = []
    for number, pk in enumerate(officers):
        for month in range(2):
            if number % 3 == 0:
                day = first + timedelta(days=30 * month + (number * 5) % 27 + 1)
                rows.append(Wish(officer_id=pk, day=day, want="free", made_at=now))
            if number % 5 == 1:
                day = first + timedelta(days=30 * month + (number * 7) % 27 + 1)
                kind = kinds[number % len(kinds)]
                rows.append(Wish(officer_id=pk, day=day, want="work", kind=kind, made_at=now))
    Wish.objects.bulk_create(rows, ignore_conflicts=True)


def _rotate(plan: Plan, officers: list[int], anchor: date, now: datetime) -> None:
    """Let a plan begin with the rotation, less who is away; the sign-ins of now are held."""
    kinds = {kind.code: kind for kind in ShiftKind.objects.filter(joint=False)}
    away = _away(plan.first_day, plan.last_day)
    held = set(Officer.objects.filter(user__username__in=FIELD_USERS).values_list("pk", flat=True))
    here = _running(now)[0]
    learners, wanted = _learners(), {}
    for n in range((plan.last_day - plan.first_day).days + 1):
        day = plan.first_day + timedelta(days=n)
        for code, kind in kinds.items():
            crew = rotation.crew_on(officers, code, day, anchor)
            for pk in crew + rotation.learners_on(learners, code, day):
                if (pk, day) not in away:
                    wanted[pk, day] = kind.pk
    areas = areas_of(plan, wanted)
    Post.objects.bulk_create(
        [
            Post(
                plan=plan,
                officer_id=pk,
                day=day,
                kind_id=kind,
                area_id=areas.get((pk, day)),
                locked=pk in held and day == here,
            )
            for (pk, day), kind in sorted(wanted.items())
        ]
    )


def _requests(plan: Plan, now: datetime) -> None:
    """Leave something to decide: an offer, one that was taken, and an illness with an open duty."""
    today = local(now).date()
    posts = Post.objects.filter(plan=plan, officer__apprentice=False)
    ahead = list(posts.filter(day__gt=today, locked=False).order_by("day", "pk"))
    standing = standing_of(plan, plan.made_at)
    some = ahead[:: len(ahead) // MOST_LOOKED_AT + 1]  # from every day that is left
    takers = {post: _takers(standing, post) for post in some}
    # Whoever falls ill leaves nobody alone in an area: that would be another story.
    crews: Counter[tuple[date, int, int | None]] = Counter(
        posts.values_list("day", "kind_id", "area_id")
    )
    ill = max(
        takers,
        key=lambda post: (crews[post.day, post.kind_id, post.area_id] > PAIR, len(takers[post])),
        default=_last(posts),
    )
    roster.call_in_sick(
        officer_id=ill.officer_id,
        first_day=ill.day,
        last_day=ill.day,
        actor=actor("schicht"),
        now=now,
    )
    others = [post for post in takers if post.officer_id != ill.officer_id]
    for post in others[:1]:
        _offer(post, None, now)
    for post in [one for one in others[1:] if takers[one]][:1]:
        _offer(post, takers[post][-1], now)


def _last(posts: QuerySet[Post]) -> Post:
    """On the last day of a month nothing lies ahead; today's shift does."""
    return posts.order_by("-day", "-pk")[0]


def _offer(post: Post, taker: int | None, now: datetime) -> None:
    Swap.objects.create(
        plan=post.plan,
        day=post.day,
        kind=post.kind,
        offered_by_id=post.officer_id,
        taken_by_id=taker,
        state=SwapState.OFFERED if taker is None else SwapState.TAKEN,
        offered_at=now,
        taken_at=None if taker is None else now,
    )


def _takers(standing: Standing, post: Post) -> list[int]:
    """Return who may take a duty, three at most."""
    built = standing.built
    if post.officer_id not in built.row_of:
        return []
    found = replacements(
        built,
        standing.roster,
        missing=built.row_of[post.officer_id],
        day=(post.day - post.plan.first_day).days,
        duty=built.duty_of[post.kind_id],
    )
    return [one.officer for one in found]


def _publish(plan: Plan, now: datetime) -> None:
    """Publish the plan as it would have been two weeks before its first day."""
    first = datetime.combine(plan.first_day, time(9), BERLIN)
    roster.publish_plan(
        plan_id=plan.pk,
        council_note="Zustimmung des Personalrats liegt vor (erfunden)",
        reason="Vorführung",
        actor=actor("schicht"),
        now=min(now, first - timedelta(days=plan.notice_days)),
    )

"""The one way a single duty changes: post, change to undo, and the duty that others read."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Max

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.roster.actions.ending import end_with_duty
from streife.roster.models import Duty, Plan, PlanChange, Post, Shift, ShiftKind
from streife.roster.queries.areas import area_for
from streife.roster.rules.clock import moment_of, span_on
from streife.roster.rules.states import PlanState, is_published
from streife.roster.times import times_of

AGREED = frozenset({"hand", "swap", "sick", "back"})  # what people settled: no computation moves it
ANNOUNCED = frozenset(
    {"swap", "sick", "back", "left"}
)  # told to those concerned: a new state to keep to


def hold_plan(plan_id: int) -> Plan:
    """Return a plan, locked until the transaction ends.

    :raises NotFound: there is none
    """
    plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
    if plan is None:
        raise NotFound("Diesen Dienstplan gibt es nicht.", "no-such-plan")
    return plan


def next_step(plan: Plan) -> int:
    """Return the number under which changes that belong together are undone at once."""
    last = plan.changes.aggregate(last=Max("step"))["last"]
    return (last or 0) + 1


def put(
    plan: Plan,
    officer_id: int,
    day: date,
    kind: ShiftKind | None,
    *,
    step: int,
    why: str,
    actor: Actor,
    now: datetime,
    area_id: int | None = None,
    locked: bool | None = None,
) -> PlanChange | None:
    """Give somebody a kind of shift on a day, or none; return the change, or None if it stood so.

    Without `area_id` they go where they went, else where the areas of that day lack people.
    A published plan carries the change on to the duties at once. `locked`: no computation moves it;
    unsaid, by who settled it.
    """
    post = Post.objects.filter(plan=plan, officer_id=officer_id, day=day).first()
    before = post.kind if post is not None else None
    if before == kind:
        return None
    area = area_id if area_id is not None else (post.area_id if post is not None else None)
    if post is not None:
        post.delete()
    if kind is not None:
        if area is None and why != "software":  # which has dealt all areas already
            area = area_for(plan, officer_id, day, kind.pk)
        Post.objects.create(
            plan=plan,
            officer_id=officer_id,
            day=day,
            kind=kind,
            area_id=area,
            locked=why in AGREED if locked is None else locked,
            origin=why,
        )
    if is_published(plan.state):
        if before is not None:
            end_with_duty(plan, officer_id, day, before, actor, now)
        put_duty(officer_id, day, before, kind, area)
        plan.state = PlanState.CHANGED
        if why in ANNOUNCED:
            _announce(plan, officer_id, day, kind)
        plan.save(update_fields=["state", "published_posts"])
    return PlanChange.objects.create(
        plan=plan,
        officer_id=officer_id,
        day=day,
        before=before,
        after=kind,
        why=why,
        step=step,
        made_at=now,
        made_by_id=actor.user_id,
    )


def _announce(plan: Plan, officer_id: int, day: date, kind: ShiftKind | None) -> None:
    """Let what was agreed since publication count as published: giving it back is a change."""
    key = f"{officer_id}:{day}"
    if kind is None:
        plan.published_posts.pop(key, None)
    else:
        plan.published_posts[key] = kind.pk


def put_duty(
    officer_id: int,
    day: date,
    before: ShiftKind | None,
    kind: ShiftKind | None,
    area_id: int | None,
) -> None:
    """Let the shifts that dispatch and patrols read say the same as the plan."""
    if before is not None:
        # By kind and day: a kind may have been renamed or moved since the shift was made.
        begins, ends = (moment_of(one, time()) for one in (day, day + timedelta(days=1)))
        Duty.objects.filter(
            officer_id=officer_id,
            shift__kind=before,
            shift__starts_at__gte=begins,
            shift__starts_at__lt=ends,
        ).delete()
    if kind is not None:
        check_not_elsewhere([officer_id], shift_of_day(kind, day))
        Duty.objects.update_or_create(
            shift=shift_of_day(kind, day), officer_id=officer_id, defaults={"area_id": area_id}
        )


def check_not_elsewhere(officer_ids: Iterable[int], shift: Shift) -> None:
    """Pass only people who stand on no shift planned by hand at the same time.

    :raises Refused: `officer-on-other-shift`
    """
    busy = Duty.objects.filter(
        officer_id__in=officer_ids,
        shift__kind=None,
        shift__starts_at__lt=shift.ends_at,
        shift__ends_at__gt=shift.starts_at,
    ).exclude(shift=shift)
    duty = busy.select_related("officer", "shift").first()
    if duty is not None:
        raise Refused(
            "%(name)s steht am %(day)s zur selben Zeit schon auf der Schicht „%(shift)s“. Bitte "
            "teilen Sie jemand anderen ein.",
            "officer-on-other-shift",
            values={
                "name": str(duty.officer),
                "day": f"{local(duty.shift.starts_at):%d.%m.}",
                "shift": duty.shift.name,
            },
        )


def shift_of_day(kind: ShiftKind, day: date) -> Shift:
    """Return the shift of a kind that begins on a day; it is made when it is needed first."""
    start, end = span_on(times_of(kind), day)
    shift, _ = Shift.objects.get_or_create(
        name=kind.name, starts_at=start, defaults={"ends_at": end, "kind": kind}
    )
    return shift


def record_changes(plan: Plan, changes: list[PlanChange], actor: Actor, now: datetime) -> None:
    """Write into the journal who was moved, by ids; one entry for each day."""
    for change in changes:
        journal.record(
            act="roster.post_changed",
            subject=f"roster_plan:{plan.pk}",
            actor=actor.ref,
            now=now,
            body={
                "officer": change.officer_id,
                "day": change.day.isoformat(),
                "before": change.before_id,
                "after": change.after_id,
                "why": change.why,
            },
        )

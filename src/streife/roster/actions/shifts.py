"""Planning shifts and putting officers on duty."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.roster.actions.writing import next_step, put, record_changes
from streife.roster.models import Duty, Plan, Post, Shift, ShiftKind
from streife.roster.rules.spans import check_span
from streife.roster.rules.states import PlanState
from streife.staff import queries as staff
from streife.staff.rules import in_service


@transaction.atomic
def plan_shift(
    *,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
    now: datetime,
    officer_ids: Sequence[int] = (),
) -> Shift:
    """Plan a shift, with the officers on it, and return it.

    :raises NotPermitted: without `roster.change`
    :raises Refused: `shift-backwards`, `shift-too-long`, `shift-known`, and as `put_on_duty`
    """
    actor.require("roster.change")
    check_span(starts_at, ends_at)
    if Shift.objects.filter(name=name, starts_at=starts_at).exists():
        raise Refused("Diese Schicht ist schon geplant.", "shift-known", field="name")
    shift = Shift.objects.create(name=name, starts_at=starts_at, ends_at=ends_at)
    _check_officers(shift, officer_ids)
    Duty.objects.bulk_create(Duty(shift=shift, officer_id=pk) for pk in officer_ids)
    journal.record(
        act="roster.shift_planned",
        subject=f"shift:{shift.pk}",
        actor=actor.ref,
        now=now,
        body={
            "starts_at": starts_at.isoformat(),
            "ends_at": ends_at.isoformat(),
            "officers": list(officer_ids),
        },
    )
    return shift


@transaction.atomic
def put_on_duty(*, shift_id: int, officer_id: int, actor: Actor, now: datetime) -> Duty:
    """Put an officer on a shift; if it is one of a published plan, they stand in the plan, too.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such shift
    :raises Refused: `officer-not-in-service`, `officer-on-other-shift`, `officer-on-shift`
    """
    actor.require("roster.change")
    plan, shift = _hold_plan_of(shift_id), _locked(shift_id)
    _check_officers(shift, [officer_id])
    if _into_plan(plan, shift, officer_id, actor, now):
        duty = Duty.objects.get(shift=shift, officer_id=officer_id)
    else:
        duty = Duty.objects.create(shift=shift, officer_id=officer_id)
    journal.record(
        act="roster.put_on_duty",
        subject=f"shift:{shift.pk}",
        actor=actor.ref,
        now=now,
        body={"officer": officer_id},
    )
    return duty


@transaction.atomic
def take_off_duty(*, shift_id: int, officer_id: int, actor: Actor, now: datetime) -> None:
    """Take an officer off a shift, and out of the published plan it is one of.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such shift, or the officer does not stand on it
    """
    actor.require("roster.change")
    plan, shift = _hold_plan_of(shift_id), _locked(shift_id)
    duties = Duty.objects.filter(shift=shift, officer_id=officer_id)
    if not duties.exists():
        raise NotFound("Diese Einsatzkraft steht nicht auf der Schicht.", "officer-not-on-shift")
    _out_of_plan(plan, shift, officer_id, actor, now)
    duties.delete()
    journal.record(
        act="roster.taken_off_duty",
        subject=f"shift:{shift.pk}",
        actor=actor.ref,
        now=now,
        body={"officer": officer_id},
    )


def _hold_plan_of(shift_id: int) -> Plan | None:
    """Return the published plan that a shift is one of, locked before the shift as everywhere."""
    shift = Shift.objects.filter(pk=shift_id, kind__isnull=False).first()
    if shift is None:
        return None
    day = local(shift.starts_at).date()
    plans = Plan.objects.select_for_update().exclude(state=PlanState.DRAFT)
    return plans.filter(first_day__lte=day, last_day__gte=day).first()


def _into_plan(
    plan: Plan | None, shift: Shift, officer_id: int, actor: Actor, now: datetime
) -> bool:
    """Let the plan say who was put on its shift by hand; say if it does.

    Not whoever does something else there that day: two duties of a day are no plan.
    """
    day = local(shift.starts_at).date()
    if plan is None or plan.posts.filter(officer_id=officer_id, day=day).exists():
        return False
    _change(plan, officer_id, day, shift.kind, actor, now)
    return True


def _out_of_plan(
    plan: Plan | None, shift: Shift, officer_id: int, actor: Actor, now: datetime
) -> None:
    day = local(shift.starts_at).date()
    posts = Post.objects.filter(plan=plan, officer_id=officer_id, day=day, kind=shift.kind)
    if plan is not None and posts.exists():
        _change(plan, officer_id, day, None, actor, now)


def _change(
    plan: Plan, officer_id: int, day: date, kind: ShiftKind | None, actor: Actor, now: datetime
) -> None:
    step = next_step(plan)
    change = put(plan, officer_id, day, kind, step=step, why="hand", actor=actor, now=now)
    if change is not None:
        record_changes(plan, [change], actor, now)


def _locked(shift_id: int) -> Shift:
    shift = Shift.objects.select_for_update().filter(pk=shift_id).first()
    if shift is None:
        raise NotFound("Diese Schicht gibt es nicht.", "no-such-shift")
    return shift


def _check_officers(shift: Shift, officer_ids: Sequence[int]) -> None:
    """Pass only officers in service on that day who stand on no other shift at the time."""
    day = local(shift.starts_at).date()
    known = staff.service_periods(officer_ids)
    if any(pk not in known or not in_service(*known[pk], day) for pk in officer_ids):
        raise Refused(
            "Mindestens eine Einsatzkraft ist an diesem Tag nicht im Dienst der Stadt.",
            "officer-not-in-service",
            field="officers",
        )
    busy = Duty.objects.filter(
        officer_id__in=officer_ids,
        shift__starts_at__lt=shift.ends_at,
        shift__ends_at__gt=shift.starts_at,
    )
    if busy.filter(shift=shift).exists():
        raise Refused("Die Einsatzkraft steht schon auf dieser Schicht.", "officer-on-shift")
    if busy.exists():
        raise Refused(
            "Mindestens eine Einsatzkraft steht zur selben Zeit auf einer anderen Schicht.",
            "officer-on-other-shift",
            field="officers",
        )

"""Shifts without a plan, for the demo and for tests: in the product only a plan makes duties."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.roster.models import Duty, Shift


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
    """Make a shift with officers on it and return it, as if a plan had been published."""
    shift = Shift.objects.create(name=name, starts_at=starts_at, ends_at=ends_at)
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
    """Put an officer on a shift, too."""
    duty = Duty.objects.create(shift_id=shift_id, officer_id=officer_id)
    journal.record(
        act="roster.put_on_duty",
        subject=f"shift:{shift_id}",
        actor=actor.ref,
        now=now,
        body={"officer": officer_id},
    )
    return duty

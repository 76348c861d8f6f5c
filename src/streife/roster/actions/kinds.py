"""Other times of a kind of shift, from a day on that nobody has planned by the old ones."""

from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Max

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound
from streife.roster.models import Plan, Shift, ShiftKind, ShiftTimes
from streife.roster.rules.kinds import check_since, check_times
from streife.roster.rules.states import PlanState


@transaction.atomic
def set_shift_times(
    *,
    kind_id: int,
    begins: time,
    ends: time,
    break_minutes: int,
    since: date,
    actor: Actor,
    now: datetime,
) -> ShiftTimes:
    """Say when a kind of shift begins and ends from a day on; what was said for later days goes.

    Plans, accounts and calendars of the days before stay as they are.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such kind of shift
    :raises Refused: `shift-times-impossible`, `shift-times-planned`: duties stand there already
    """
    actor.require("roster.change")
    kind = ShiftKind.objects.select_for_update().filter(pk=kind_id).first()
    if kind is None:
        raise NotFound("Diese Schichtart gibt es nicht.", "no-such-kind")
    check_times(begins, ends, break_minutes)
    check_since(since, _planned_until(kind))
    kind.changes.filter(valid_from__gte=since).delete()
    row = ShiftTimes.objects.create(
        kind=kind, begins=begins, ends=ends, break_minutes=break_minutes, valid_from=since
    )
    journal.record(
        act="roster.shift_times_changed",
        subject="roster:rules",
        actor=actor.ref,
        now=now,
        body={
            "kind": kind.pk,
            "from": begins.isoformat("minutes"),
            "to": ends.isoformat("minutes"),
            "valid_from": since.isoformat(),
        },
    )
    return row


def _planned_until(kind: ShiftKind) -> date | None:
    """Return the last day on which people were told a shift of this kind, or stood on one."""
    published = Plan.objects.exclude(state=PlanState.DRAFT).aggregate(last=Max("last_day"))["last"]
    begun = Shift.objects.filter(kind=kind).aggregate(last=Max("starts_at"))["last"]
    days = [published, None if begun is None else local(begun).date()]
    return max((day for day in days if day is not None), default=None)

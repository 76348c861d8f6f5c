"""Noting what officers are qualified for, taking it away, and reminding of the end."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.staff.actions.locks import locked_officer
from streife.staff.models import Qualification, Reminder
from streife.staff.queries.renewing import renewed_among
from streife.staff.rules import QualificationKind, check_period
from streife.staff.rules.qualifications import REMIND_DAYS, step_due


@transaction.atomic
def add_qualification(
    *,
    officer_id: int,
    kind: QualificationKind,
    valid_from: date,
    valid_to: date | None,
    actor: Actor,
    now: datetime,
) -> Qualification:
    """Note what an officer is qualified for and until when; `valid_to` is the day after.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such officer
    :raises Refused: `period-backwards`, `qualification-known`
    """
    actor.require("staff.change")
    officer = locked_officer(officer_id)
    check_period(valid_from, valid_to)
    if officer.qualifications.filter(kind=kind, valid_from=valid_from).exists():
        raise Refused("Diese Befähigung ist schon eingetragen.", "qualification-known")
    qualification = Qualification.objects.create(
        officer=officer, kind=kind, valid_from=valid_from, valid_to=valid_to
    )
    journal.record(
        act="staff.qualified",
        subject=f"officer:{officer.pk}",
        actor=actor.ref,
        now=now,
        body={"kind": kind, "valid_from": valid_from.isoformat()},
    )
    return qualification


@transaction.atomic
def withdraw_qualification(
    *, qualification_id: int, from_day: date, actor: Actor, now: datetime
) -> None:
    """End a qualification from a day on; one that had not begun by then goes altogether.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such qualification
    :raises Refused: `qualification-over`
    """
    actor.require("staff.change")
    row = Qualification.objects.filter(pk=qualification_id).first()
    if row is None:
        raise NotFound("Diese Befähigung gibt es nicht.", "no-such-qualification")
    locked_officer(row.officer_id)
    row.refresh_from_db()
    if row.valid_to is not None and row.valid_to <= from_day:
        raise Refused("Diese Befähigung ist an dem Tag schon abgelaufen.", "qualification-over")
    if row.valid_from >= from_day:
        row.delete()
    else:
        row.valid_to = from_day
        row.save(update_fields=["valid_to"])
    journal.record(
        act="staff.qualification_withdrawn",
        subject=f"officer:{row.officer_id}",
        actor=actor.ref,
        now=now,
        body={"kind": row.kind, "from": from_day.isoformat()},
    )


@transaction.atomic
def remind(*, actor: Actor, now: datetime) -> int:
    """Note a reminder for every qualification that ends soon and return how many are new.

    Safe to run twice. What was renewed for the day after needs none, what is renewed after a gap
    does; whoever will have left by then needs none.

    :raises NotPermitted: without `staff.remind`
    """
    actor.require("staff.remind")
    today = local(now).date()
    last = today + timedelta(days=max(REMIND_DAYS) + 1)
    serving = Q(officer__left_date=None) | Q(officer__left_date__gt=F("valid_to"))
    ending = Qualification.objects.filter(serving, valid_to__gt=today, valid_to__lte=last)
    renewed = renewed_among(list(ending), on=today, last=last)
    wanted = []
    for row in ending:
        step = step_due(row.valid_to - timedelta(days=1), today) if row.valid_to else None
        if step is not None and row.pk not in renewed:
            wanted.append(Reminder(qualification=row, days_before=step, made_at=now))
    known = set(
        Reminder.objects.filter(
            qualification__in=[row.qualification_id for row in wanted]
        ).values_list("qualification_id", "days_before")
    )
    new = [row for row in wanted if (row.qualification_id, row.days_before) not in known]
    Reminder.objects.bulk_create(new)
    if new:
        journal.record(
            act="staff.reminded",
            subject="staff",
            actor=actor.ref,
            now=now,
            body={"new": len(new)},
        )
    return len(new)

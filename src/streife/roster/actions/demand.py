"""How many are needed: by weekday from a day on, or for one special day."""

from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.roster.models import Demand, HourDemand, ShiftKind
from streife.roster.rules.hours import check_hours
from streife.staff.rules import QualificationKind

MOST = 60


@transaction.atomic
def set_weekly_demand(
    *,
    kind_id: int,
    area_id: int | None,
    weekday: int,
    count: int,
    preferred: int,
    since: date,
    actor: Actor,
    now: datetime,
    qualification: str = "",
) -> Demand:
    """Say how many are needed on a weekday from a day on; what held before ends then.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such kind
    :raises Refused: `demand-impossible`, `demand-past`, `qualification-unknown`,
        `qualification-of-area`
    """
    actor.require("roster.change")
    _check_ahead(since, now, "since")
    _check(kind_id, count, preferred)
    _check_skill(qualification, area_id)
    here = Q(area__isnull=True) if area_id is None else Q(area_id=area_id)
    old = Demand.objects.select_for_update().filter(
        here, kind_id=kind_id, weekday=weekday, qualification=qualification
    )
    old.filter(valid_from__gte=since).delete()
    old.filter(_holds_after(since)).update(valid_to=since)
    row = Demand.objects.create(
        kind_id=kind_id,
        area_id=area_id,
        weekday=weekday,
        count=count,
        preferred=preferred,
        qualification=qualification,
        valid_from=since,
    )
    _record(row, actor, now)
    return row


def _check_skill(qualification: str, area_id: int | None) -> None:
    if qualification and qualification not in set(QualificationKind):
        raise Refused(
            "Diese Befähigung gibt es nicht.", "qualification-unknown", field="qualification"
        )
    if qualification and area_id is not None:
        raise Refused(
            "Eine Befähigung wird für die ganze Schicht verlangt. Bitte wählen Sie als Bereich "
            "„ganze Stadt“.",
            "qualification-of-area",
            field="area",
        )


@transaction.atomic
def add_event_demand(
    *,
    kind_id: int,
    area_id: int | None,
    day: date,
    count: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Demand:
    """Say how many more are needed on one day, and why: a fair, a match, an evacuation drill.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such kind
    :raises Refused: `demand-impossible`, `demand-past`, `reason-missing`
    """
    actor.require("roster.change")
    _check_ahead(day, now, "day")
    _check(kind_id, count, count)
    if not reason.strip():
        raise Refused("Bitte nennen Sie den Anlass.", "reason-missing", field="reason")
    row = Demand.objects.create(
        kind_id=kind_id,
        area_id=area_id,
        day=day,
        count=count,
        preferred=count,
        reason=reason[:120],
        valid_from=day,
    )
    _record(row, actor, now)
    return row


@transaction.atomic
def drop_event_demand(*, demand_id: int, actor: Actor, now: datetime) -> None:
    """Take the demand of a special day back.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such demand of a day
    :raises Refused: `demand-past`
    """
    actor.require("roster.change")
    row = Demand.objects.filter(pk=demand_id, day__isnull=False).first()
    if row is None:
        raise NotFound("Diesen Bedarf gibt es nicht.", "no-such-demand")
    _check_ahead(row.day or row.valid_from, now, "day")
    row.delete()
    row.count = 0
    _record(row, actor, now)


@transaction.atomic
def add_hour_demand(
    *,
    weekday: int | None,
    day: date | None,
    begins: time,
    ends: time,
    count: int,
    reason: str,
    since: date,
    actor: Actor,
    now: datetime,
    area_id: int | None = None,
) -> HourDemand:
    """Say how many are on duty at least from one time to another, whatever the shift.

    Every week on a weekday from a day on, or on one day; in the whole city, or in an operational
    area. What was said before about the same time of the same day and area no longer holds then.

    :raises NotPermitted: without `roster.change`
    :raises Refused: `hours-when`, `hours-empty`, `demand-impossible`, `demand-past`,
        `reason-missing`
    """
    actor.require("roster.change")
    check_hours(weekday, day, begins, ends)
    _check_ahead(since if day is None else day, now, "day")
    _check_count(max(count, 1), count)
    if not reason.strip():
        raise Refused("Bitte nennen Sie den Anlass.", "reason-missing", field="reason")
    _hold_kinds()
    first = since if day is None else day
    here = Q(area__isnull=True) if area_id is None else Q(area_id=area_id)
    same = HourDemand.objects.filter(here, weekday=weekday, day=day, begins=begins, ends=ends)
    same.filter(valid_from__gte=first).delete()
    same.filter(_holds_after(first)).update(valid_to=first)
    row = HourDemand.objects.create(
        area_id=area_id,
        weekday=weekday,
        day=day,
        begins=begins,
        ends=ends,
        count=count,
        reason=reason[:120],
        valid_from=first,
    )
    _record_hours(row, actor, now)
    return row


@transaction.atomic
def end_hour_demand(*, demand_id: int, actor: Actor, now: datetime) -> None:
    """Take a need by the clock back, from today on.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such need
    """
    actor.require("roster.change")
    row = HourDemand.objects.select_for_update().filter(pk=demand_id).first()
    if row is None:
        raise NotFound("Diesen Bedarf gibt es nicht.", "no-such-demand")
    today = local(now).date()
    if row.valid_from < today:  # what held is kept: plans of the past are judged by it
        row.valid_to = today
        row.save(update_fields=["valid_to"])
    else:
        row.delete()
    row.count = 0
    _record_hours(row, actor, now)


def _record_hours(row: HourDemand, actor: Actor, now: datetime) -> None:
    journal.record(
        act="roster.demand_changed",
        subject="roster:demand",
        actor=actor.ref,
        now=now,
        body={
            "weekday": row.weekday,
            "day": row.day.isoformat() if row.day else None,
            "area": row.area_id,
            "from": row.begins.isoformat("minutes"),
            "to": row.ends.isoformat("minutes"),
            "rows": row.count,
        },
    )


def _check_ahead(day: date, now: datetime, field: str) -> None:
    """Pass only days from today on: plans of the past are judged by what was asked for then.

    :raises Refused: `demand-past`
    """
    if day < local(now).date():
        raise Refused(
            "Der Bedarf vergangener Tage bleibt, wie er war: Ihre Pläne werden danach beurteilt. "
            "Bitte wählen Sie einen Tag ab heute.",
            "demand-past",
            field=field,
        )


def _holds_after(day: date) -> Q:
    """Rows that still hold on a day; an end set by a later change does not save them."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)


def _check(kind_id: int, count: int, preferred: int) -> None:
    # Held, so that two changes of one need end each other and do not add up.
    if ShiftKind.objects.select_for_update().filter(pk=kind_id).first() is None:
        raise NotFound("Diese Schichtart gibt es nicht.", "no-such-kind")
    _check_count(count, preferred)


def _hold_kinds() -> None:
    """Let one change of needs by the clock at a time through: they are of no kind of their own."""
    list(ShiftKind.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _check_count(count: int, preferred: int) -> None:
    if not 0 <= count <= MOST or not count <= preferred <= MOST:
        raise Refused(
            "Es müssen 0 bis %(most)s Kräfte sein, und „besser“ nicht weniger als „mindestens“.",
            "demand-impossible",
            field="count",
            values={"most": MOST},
        )


def _record(row: Demand, actor: Actor, now: datetime) -> None:
    journal.record(
        act="roster.demand_changed",
        subject="roster:demand",
        actor=actor.ref,
        now=now,
        body={
            "kind": row.kind_id,
            "area": row.area_id,
            "qualification": row.qualification,
            "weekday": row.weekday,
            "day": row.day.isoformat() if row.day else None,
            "valid_from": row.valid_from.isoformat(),
            "rows": row.count,
            "better": row.preferred,
        },
    )

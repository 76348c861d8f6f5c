"""How many are needed: by weekday from a day on, or for one special day."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.roster.models import Demand, ShiftKind

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
    :raises Refused: `demand-impossible`
    """
    actor.require("roster.change")
    _check(kind_id, count, preferred)
    here = Q(area__isnull=True) if area_id is None else Q(area_id=area_id)
    old = Demand.objects.select_for_update().filter(
        here, kind_id=kind_id, weekday=weekday, qualification=qualification
    )
    old.filter(valid_from__gte=since).delete()
    old.filter(valid_to__isnull=True).update(valid_to=since)
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
    :raises Refused: `demand-impossible`, `reason-missing`
    """
    actor.require("roster.change")
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
    """
    actor.require("roster.change")
    row = Demand.objects.filter(pk=demand_id, day__isnull=False).first()
    if row is None:
        raise NotFound("Diesen Bedarf gibt es nicht.", "no-such-demand")
    row.delete()
    row.count = 0
    _record(row, actor, now)


def _check(kind_id: int, count: int, preferred: int) -> None:
    if not ShiftKind.objects.filter(pk=kind_id).exists():
        raise NotFound("Diese Schichtart gibt es nicht.", "no-such-kind")
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
            "weekday": row.weekday,
            "day": row.day.isoformat() if row.day else None,
            "rows": row.count,
        },
    )

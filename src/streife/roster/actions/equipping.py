"""Which things a kind of shift needs, from a day on."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from streife.accounts.rules import Actor
from streife.equipment import queries as equipment
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.roster.models import EquipmentNeed, ShiftKind
from streife.roster.rules.equipping import check_equipment


@transaction.atomic
def set_equipment_need(
    *,
    kind_id: int,
    item: str,
    area_id: int | None,
    one_for: int,
    turnaround_minutes: int,
    since: date,
    actor: Actor,
    now: datetime,
) -> EquipmentNeed:
    """Say for how many officers of a kind of shift one piece is needed; 0 ends the need.

    What held before about the same thing, shift and area ends on that day.

    :raises NotPermitted: without `roster.change`
    :raises NotFound: no such kind of shift
    :raises Refused: `equipment-need-impossible`, `equipment-not-shared`
    """
    actor.require("roster.change")
    check_equipment(one_for, turnaround_minutes)
    check_shared(item)
    if not ShiftKind.objects.filter(pk=kind_id).exists():
        raise NotFound("Diese Schichtart gibt es nicht.", "no-such-kind")
    here = Q(area__isnull=True) if area_id is None else Q(area_id=area_id)
    old = EquipmentNeed.objects.select_for_update().filter(here, kind_id=kind_id, item=item)
    old.filter(valid_from__gte=since).delete()
    old.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=since)).update(valid_to=since)
    row = EquipmentNeed.objects.create(
        kind_id=kind_id,
        area_id=area_id,
        item=item,
        one_for=one_for,
        turnaround_minutes=turnaround_minutes,
        valid_from=since,
    )
    journal.record(
        act="roster.equipment_need_changed",
        subject="roster:demand",
        actor=actor.ref,
        now=now,
        body={"kind": kind_id, "area": area_id, "item": item, "one_for": one_for},
    )
    return row


def check_shared(item: str) -> None:
    """Pass only a kind of thing that people take out for a shift and bring back.

    :raises Refused: `equipment-not-shared`
    """
    if item not in {kind.code for kind in equipment.pool_kinds()}:
        raise Refused(
            "Diese Ausstattung wird nicht für Schichten ausgegeben: Sie gehört einer Person, oder "
            "es gibt sie nicht. Bitte wählen Sie etwas aus der Liste.",
            "equipment-not-shared",
            field="item",
        )

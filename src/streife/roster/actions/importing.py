"""Bringing in rules, kinds of shift and demand; a second run changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.places import queries as places
from streife.places.rules import AreaKind
from streife.roster.actions.equipping import check_shared
from streife.roster.models import Demand, EquipmentNeed, ShiftKind, ShiftTimes, WorkRule
from streife.roster.reading import (
    KNOWN,
    DatedLaw,
    DemandDraft,
    EquipmentDraft,
    KindDraft,
    read_laws,
    read_shifts,
)
from streife.roster.rules.equipping import check_equipment
from streife.roster.rules.terms import TimesFrom

DEMAND_SINCE = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows are new or changed, and how many stayed."""

    written: int
    unchanged: int


@transaction.atomic
def import_rules(*, folder: Path, actor: Actor, now: datetime) -> Imported:
    """Bring in everything of a folder such as `data/roster`.

    Stored rules of a kind that nothing keeps any more go. What a person has edited of the demand
    of people and of things is left alone: each is written only while there is none.

    :raises NotPermitted: without `roster.configure`
    :raises Refused: `rule-file`, `equipment-not-shared`, `equipment-need-impossible`
    """
    actor.require("roster.configure")
    laws = read_laws(folder)
    shifts, today = read_shifts(folder / "shifts.yaml"), local(now).date()
    results = [_put_law(one) for one in laws] + [_put_kind(kind) for kind in shifts.kinds]
    if not Demand.objects.exists():
        results += _put_demand(shifts.demand, today)
    if not EquipmentNeed.objects.exists():
        results += _put_equipment(shifts.equipment, today)
    written = sum(results)
    # Of kinds that are no longer known: nothing keeps them.
    written += WorkRule.objects.exclude(kind__in=KNOWN).delete()[0]
    if written:
        journal.record(
            act="roster.rules_imported",
            subject="roster:rules",
            actor=actor.ref,
            now=now,
            body={"written": written, "rules": sorted(one.law.code for one in laws)},
        )
    return Imported(written, len(results) - sum(results))


def _put_law(one: DatedLaw) -> bool:
    law = one.law
    values = {
        "regime": law.regime,
        "kind": law.kind,
        "title": law.title,
        "norm": law.norm,
        "hard": law.hard,
        "verified": law.verified,
        "values": dict(law.values),
        "source": one.source,
        "valid_to": one.valid_to,
    }
    known = WorkRule.objects.filter(code=law.code, valid_from=one.valid_from).first()
    if known is not None and all(getattr(known, name) == value for name, value in values.items()):
        return False
    WorkRule.objects.update_or_create(code=law.code, valid_from=one.valid_from, defaults=values)
    return True


def _put_kind(kind: KindDraft) -> bool:
    """Write a kind of shift; times by which duties stand are never written over.

    :raises Refused: `rule-file`
    """
    named = {
        "letter": kind.letter, "name": kind.name, "joint": kind.joint, "order": kind.order
    }  # fmt: skip
    times = {"begins": kind.begins, "ends": kind.ends, "break_minutes": kind.break_minutes}
    known = ShiftKind.objects.filter(code=kind.code).first()
    same = known is not None and _has(known, times)
    if known is not None and not same and (known.shifts.exists() or known.posts.exists()):
        raise Refused(
            "%(file)s %(code)s: %(what)s. Es wurde nichts übernommen.",
            "rule-file",
            values={
                "file": "shifts.yaml",
                "code": kind.code,
                "what": "die Zeiten sind andere als bisher. Neue Zeiten stehen unter changes, mit "
                "dem Tag, ab dem sie gelten",
            },
        )
    written = not same or known is None or not _has(known, named)
    if written:
        known, _ = ShiftKind.objects.update_or_create(code=kind.code, defaults=named | times)
    later = [_put_times(known, one) for one in kind.changes]
    return written or any(later)


def _put_times(kind: ShiftKind | None, one: TimesFrom) -> bool:
    times = {"begins": one.begins, "ends": one.ends, "break_minutes": one.break_minutes}
    known = ShiftTimes.objects.filter(kind=kind, valid_from=one.valid_from).first()
    if known is not None and _has(known, times):
        return False
    ShiftTimes.objects.update_or_create(kind=kind, valid_from=one.valid_from, defaults=times)
    return True


def _has(row: ShiftKind | ShiftTimes, values: Mapping[str, object]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _put_demand(rows: list[DemandDraft], today: date) -> list[bool]:
    kinds = {kind.code: kind for kind in ShiftKind.objects.all()}
    areas = {area.code: area.pk for area in places.areas(AreaKind.OPERATIONAL, on=today)}
    Demand.objects.bulk_create(
        [
            Demand(
                kind=kinds[row.kind],
                area_id=areas.get(row.area),
                weekday=row.weekday,
                count=row.count,
                preferred=row.preferred,
                qualification=row.qualification,
                reason=row.reason,
                valid_from=DEMAND_SINCE,
            )
            for row in rows
        ]
    )
    return [True] * len(rows)


def _put_equipment(rows: list[EquipmentDraft], today: date) -> list[bool]:
    kinds = {kind.code: kind for kind in ShiftKind.objects.all()}
    areas = {area.code: area.pk for area in places.areas(AreaKind.OPERATIONAL, on=today)}
    for row in rows:
        check_shared(row.item)
        check_equipment(row.one_for, row.turnaround_minutes)
    known = [row for row in rows if not row.area or row.area in areas]
    EquipmentNeed.objects.bulk_create(
        [
            EquipmentNeed(
                kind=kinds[row.kind],
                area_id=areas.get(row.area),
                item=row.item,
                one_for=row.one_for,
                turnaround_minutes=row.turnaround_minutes,
                valid_from=DEMAND_SINCE,
            )
            for row in known
        ]
    )
    return [True] * len(known)

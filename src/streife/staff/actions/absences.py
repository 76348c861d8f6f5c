"""Noting absences, cutting them, taking them out."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound
from streife.kernel.events import publish
from streife.staff.actions.locks import locked_officer
from streife.staff.events import AbsenceChanged
from streife.staff.models import Absence, Officer
from streife.staff.rules import AbsenceKind
from streife.staff.rules.absences import (
    DAY,
    GIVES_WAY,
    check_adds,
    check_free,
    check_school,
    check_span,
    left_of,
)

Row = dict[str, str]


@transaction.atomic
def add_absence(
    *,
    officer_id: int,
    kind: AbsenceKind,
    first_day: date,
    last_day: date,
    actor: Actor,
    now: datetime,
    lessons: int | None = None,
    begins: time | None = None,
) -> Absence:
    """Note an absence. An illness cuts leave and the like around its days (§ 9 BUrlG).

    An illness that overlaps a known one, or begins on the day after it or ends on the day before,
    prolongs it: that one is returned with its new days.
    Somebody may report their own illness; everything else is for `staff.change`.

    :raises NotPermitted: neither `staff.change` nor the own illness
    :raises NotFound: no such officer
    :raises Refused: `period-backwards`, `absence-too-long`, `absence-overlaps`, `not-school`,
        `lessons-impossible`, `sick-known`
    """
    officer = locked_officer(officer_id)
    own = actor.user_id is not None and officer.user_id == actor.user_id
    if not (own and kind == AbsenceKind.SICK):
        actor.require("staff.change")
    check_span(first_day, last_day)
    check_school(kind, lessons, begins)
    gave_way: list[Row] = []
    if kind == AbsenceKind.SICK:
        gave_way = _give_way(officer, first_day, last_day, actor, now)
        if known := _illnesses(officer, first_day, last_day):
            check_adds([(one.first_day, one.last_day) for one in known], first_day, last_day)
            known[0].gave_way = [*(known[0].gave_way or ()), *gave_way]
            return _make_one(known, first_day, last_day, actor, now)
    check_free(
        (
            (AbsenceKind(known), start, end)
            for known, start, end in officer.absences.filter(
                first_day__lte=last_day, last_day__gte=first_day
            ).values_list("kind", "first_day", "last_day")
        ),
        first_day,
        last_day,
        why=_may_know(officer, actor),
    )
    row = Absence.objects.create(
        officer=officer,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        lessons=lessons,
        begins=begins,
        gave_way=gave_way or None,
    )
    _record("staff.absence_noted", row, actor, now)
    return row


@transaction.atomic
def change_absence(
    *, absence_id: int, first_day: date, last_day: date, actor: Actor, now: datetime
) -> Absence:
    """Give an absence other days; an illness cuts leave out of them.

    Illnesses that come to touch or overlap become one.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such absence
    :raises Refused: `period-backwards`, `absence-too-long`, `absence-overlaps`
    """
    actor.require("staff.change")
    row = _absence(absence_id)
    check_span(first_day, last_day)
    if row.kind == AbsenceKind.SICK:
        gave_way = _give_way(row.officer, first_day, last_day, actor, now)
        row.gave_way = [*(row.gave_way or ()), *gave_way] or None
        others_ill = [one for one in _illnesses(row.officer, first_day, last_day) if one != row]
        if others_ill:
            row.first_day, row.last_day = first_day, last_day
            row = _make_one([row, *others_ill], first_day, last_day, actor, now)
            publish(AbsenceChanged(row.officer_id))
            return row
    others = row.officer.absences.exclude(pk=row.pk).values_list("kind", "first_day", "last_day")
    spans = ((AbsenceKind(kind), a, b) for kind, a, b in others)
    check_free(spans, first_day, last_day, why=_may_know(row.officer, actor))
    row.first_day, row.last_day = first_day, last_day
    row.save(update_fields=["first_day", "last_day", "gave_way"])
    _record("staff.absence_changed", row, actor, now)
    publish(AbsenceChanged(row.officer_id))
    return row


@transaction.atomic
def remove_absence(*, absence_id: int, actor: Actor, now: datetime) -> None:
    """Take an absence out.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such absence
    """
    actor.require("staff.change")
    row = _absence(absence_id)
    row.delete()
    _record("staff.absence_removed", row, actor, now)
    publish(AbsenceChanged(row.officer_id))


@transaction.atomic
def tidy_absences(*, keep: timedelta, actor: Actor, now: datetime) -> int:
    """Erase the absences that ended longer ago than `keep`; return how many. Safe to run twice.

    :raises NotPermitted: without `staff.tidy`
    """
    actor.require("staff.tidy")
    gone, _ = Absence.objects.filter(last_day__lt=local(now).date() - keep).delete()
    if gone:
        journal.record(
            act="staff.absences_erased",
            subject="staff",
            actor=actor.ref,
            now=now,
            body={"gone": gone},
        )
    return gone


def _absence(absence_id: int) -> Absence:
    row = Absence.objects.filter(pk=absence_id).first()
    if row is None:
        raise NotFound("Diese Abwesenheit gibt es nicht.", "no-such-absence")
    locked_officer(row.officer_id)
    row.refresh_from_db()
    return row


def _illnesses(officer: Officer, first_day: date, last_day: date) -> list[Absence]:
    """Return the illnesses that share a day with a stretch, or lie right beside it."""
    rows = officer.absences.filter(
        kind=AbsenceKind.SICK, first_day__lte=last_day + DAY, last_day__gte=first_day - DAY
    )
    return list(rows.order_by("first_day"))


def _make_one(
    known: list[Absence], first_day: date, last_day: date, actor: Actor, now: datetime
) -> Absence:
    """Make one illness of those known and the days that come to them; the first row stays."""
    row = known[0]
    first = min(first_day, *(one.first_day for one in known))
    last = max(last_day, *(one.last_day for one in known))
    check_span(first, last)
    others = row.officer.absences.exclude(pk__in=[one.pk for one in known])
    spans = others.filter(first_day__lte=last, last_day__gte=first)
    check_free(
        ((AbsenceKind(k), a, b) for k, a, b in spans.values_list("kind", "first_day", "last_day")),
        first_day,
        last_day,
        why=_may_know(row.officer, actor),
    )
    Absence.objects.filter(pk__in=[one.pk for one in known[1:]]).delete()
    row.first_day, row.last_day = first, last
    row.gave_way = [cut for one in known for cut in one.gave_way or ()] or None
    row.save(update_fields=["first_day", "last_day", "gave_way"])
    _record("staff.absence_changed", row, actor, now)
    return row


def _give_way(
    officer: Officer, first_day: date, last_day: date, actor: Actor, now: datetime
) -> list[Row]:
    """Cut what gives way to an illness out of its days, and return what; the journal keeps when."""
    cut: list[Row] = []
    rows = officer.absences.filter(
        kind__in=sorted(GIVES_WAY), first_day__lte=last_day, last_day__gte=first_day
    )
    for row in rows:
        parts = left_of(row.first_day, row.last_day, first_day, last_day)
        row.delete()
        Absence.objects.bulk_create(
            Absence(
                officer=officer,
                kind=row.kind,
                first_day=start,
                last_day=end,
                lessons=row.lessons,
                begins=row.begins,
            )
            for start, end in parts
        )
        row.first_day, row.last_day = max(row.first_day, first_day), min(row.last_day, last_day)
        cut.append({"kind": row.kind} | _days(row))
        _record("staff.absence_removed", row, actor, now)
    return cut


def _days(row: Absence) -> dict[str, str]:
    return {"from": row.first_day.isoformat(), "to": row.last_day.isoformat()}


def _record(act: str, row: Absence, actor: Actor, now: datetime) -> None:
    """Write into the journal which days; the kind is health data where it says "sick"."""
    journal.record(
        act=act, subject=f"officer:{row.officer_id}", actor=actor.ref, now=now, body=_days(row)
    )


def _may_know(officer: Officer, actor: Actor) -> bool:
    """Say whether a refusal may tell what is entered: one's own, or with the permission."""
    own = actor.user_id is not None and officer.user_id == actor.user_id
    return own or actor.may("staff.view_absence")

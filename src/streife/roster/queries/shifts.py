"""Reads of the roster."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet

from streife.accounts.rules import Actor
from streife.kernel.errors import NotFound
from streife.roster.models import Duty, Shift

_JOINT_LAST = F("kind__joint").asc(nulls_first=True)  # the databases order nothing differently


def visible_to(actor: Actor) -> QuerySet[Shift]:
    """Return the shifts the actor may see, earliest first."""
    shifts = Shift.objects.order_by("starts_at", "name", "id")
    return shifts if actor.may("roster.view") else shifts.none()


def shift_for(actor: Actor, shift_id: int) -> Shift:
    """Return one shift.

    :raises NotFound: there is none, or the actor may not see it
    """
    shift = visible_to(actor).filter(pk=shift_id).first()
    if shift is None:
        raise NotFound("Diese Schicht gibt es nicht.", "no-such-shift")
    return shift


def known_shift(shift_id: int, *, hold: bool = False) -> Shift | None:
    """Return a shift for an action of another package that asked its own permission.

    `hold` locks it until the transaction ends.
    """
    shifts = Shift.objects.select_for_update() if hold else Shift.objects.all()
    return shifts.filter(pk=shift_id).first()


def shifts_at(moment: datetime) -> QuerySet[Shift]:
    """Return the shifts that run at a moment, earliest first (the end is no longer part of it)."""
    return Shift.objects.filter(starts_at__lte=moment, ends_at__gt=moment).order_by(
        "starts_at", "name", "id"
    )


def shift_at(moment: datetime) -> Shift | None:
    """Return the shift that began last among those running at a moment.

    One shared with the police runs beside the others and is named only when it runs alone.
    """
    return shifts_at(moment).order_by(_JOINT_LAST, "-starts_at", "-id").first()


def shifts_between(actor: Actor, start: datetime, end: datetime) -> QuerySet[Shift]:
    """Return the visible shifts that share time with a stretch."""
    return visible_to(actor).filter(starts_at__lt=end, ends_at__gt=start)


def officer_ids_on(shift_id: int) -> list[int]:
    """Return who stands on a shift, by id, in the order of their names."""
    return officer_ids_by_shift([shift_id])[shift_id]


def officer_ids_by_shift(shift_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return who stands on each of these shifts, by id, in the order of their names."""
    found: dict[int, list[int]] = {pk: [] for pk in shift_ids}
    rows = Duty.objects.filter(shift_id__in=found).order_by(
        "officer__last_name", "officer__first_name", "officer_id"
    )
    for shift, officer in rows.values_list("shift_id", "officer_id"):
        found[shift].append(officer)
    return found


def officer_ids_at(moment: datetime) -> frozenset[int]:
    """Return who is on duty at a moment, by id."""
    return frozenset(
        Duty.objects.filter(shift__starts_at__lte=moment, shift__ends_at__gt=moment).values_list(
            "officer_id", flat=True
        )
    )


def shift_of(officer_id: int, moment: datetime) -> Shift | None:
    """Return the shift an officer stands on at a moment, if any."""
    return shifts_at(moment).filter(duties__officer_id=officer_id).first()

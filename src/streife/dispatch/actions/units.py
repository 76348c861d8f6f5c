"""Units: formed for a shift, stood down at its end."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from streife.accounts.rules import Actor
from streife.dispatch.actions.locks import hold_unit
from streife.dispatch.models import Assignment, Member, Unit
from streife.dispatch.rules import Candidate, check_crew, clean_call_sign
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.patrols import actions as patrols
from streife.roster import queries as roster
from streife.staff import queries as staff


@transaction.atomic
def form_unit(
    *,
    shift_id: int,
    call_sign: str,
    officer_ids: Sequence[int],
    partners: Sequence[str] = (),
    area_id: int | None = None,
    actor: Actor,
    now: datetime,
    motorised: bool = True,
) -> Unit:
    """Form a unit for a shift and return it; its status is unknown until somebody sets it.

    `partners` name the service only ("Polizei"), one entry a person.

    :raises NotPermitted: without `dispatch.form_unit`
    :raises Refused: `crew-too-small`, `no-own-officer`, `officer-twice`, `not-on-shift`,
        `call-sign`, `call-sign-taken`, `officer-in-other-unit`
    """
    actor.require("dispatch.form_unit")
    sign = clean_call_sign(call_sign)
    services = [name.strip() for name in partners if name.strip()]
    apprentices = staff.apprentice_ids(officer_ids, local(now).date())
    check_crew(_candidates(shift_id, officer_ids, apprentices), services)
    _check_free(shift_id, sign, officer_ids)
    try:
        with transaction.atomic():
            unit = Unit.objects.create(
                shift_id=shift_id,
                call_sign=sign,
                joint=bool(services),
                motorised=motorised,
                area_id=area_id,
                formed_at=now,
            )
            Member.objects.bulk_create(
                [
                    Member(
                        unit=unit, shift_id=shift_id, officer_id=pk, counts=pk not in apprentices
                    )
                    for pk in officer_ids
                ]
                + [Member(unit=unit, shift_id=shift_id, partner=name) for name in services]
            )
    except IntegrityError:
        # Somebody formed a unit between our look and our write; say which of the two it was.
        _check_free(shift_id, sign, officer_ids)
        raise
    patrols.meet_team(
        shift_id=shift_id,
        name=sign,
        joint=bool(services),
        motorised=motorised,
        actor=actor,
        now=now,
    )
    journal.record(
        act="dispatch.unit_formed",
        subject=f"unit:{unit.pk}",
        actor=actor.ref,
        now=now,
        body={
            "shift": shift_id,
            "call_sign": sign,
            "officers": list(officer_ids),
            "partners": len(services),
        },
    )
    return unit


@transaction.atomic
def stand_down(*, unit_id: int, actor: Actor, now: datetime) -> Unit:
    """Dissolve a unit: its people are free, its position and requests are gone.

    :raises NotPermitted: without `dispatch.form_unit`
    :raises NotFound: no such unit
    :raises Refused: `open-assignments` (end them or hand them on first), `stood-down`
    """
    actor.require("dispatch.form_unit")
    unit = hold_unit(unit_id)
    numbers = list(
        Assignment.objects.filter(unit=unit, ended_at__isnull=True)
        .order_by("id")
        .values_list("incident__number", flat=True)
    )
    if numbers:
        raise Refused(
            "%(call_sign)s hat noch offene Aufträge: %(numbers)s. Bitte schließen Sie diese ab"
            " oder geben Sie sie an eine andere Streife.",
            "open-assignments",
            values={"call_sign": unit.call_sign, "numbers": ", ".join(numbers)},
        )
    unit.stood_down_at = now
    unit.status_key, unit.status_at, unit.status_reason = "", now, ""
    unit.request_key, unit.request_at = "", None
    unit.latitude = unit.longitude = unit.position_at = None
    unit.save()
    unit.members.filter(left_at__isnull=True).update(left_at=now)
    journal.record(
        act="dispatch.unit_stood_down",
        subject=f"unit:{unit.pk}",
        actor=actor.ref,
        now=now,
        body={"call_sign": unit.call_sign},
    )
    return unit


@transaction.atomic
@record_last()
def end_shifts(*, actor: Actor, now: datetime) -> int:
    """Erase the positions of units whose shift is over and stand down those without open jobs.

    Returns how many units were stood down; safe to run as often as one likes.

    :raises NotPermitted: without `dispatch.form_unit`
    """
    actor.require("dispatch.form_unit")
    over = Unit.objects.filter(stood_down_at__isnull=True, shift__ends_at__lte=now)
    over.filter(position_at__isnull=False).update(latitude=None, longitude=None, position_at=None)
    idle = list(
        over.exclude(assignments__ended_at__isnull=True, assignments__isnull=False)
        .order_by("id")
        .values_list("id", flat=True)
    )
    for unit_id in idle:
        stand_down(unit_id=unit_id, actor=actor, now=now)
    return len(idle)


def _candidates(
    shift_id: int, officer_ids: Sequence[int], apprentices: frozenset[int]
) -> list[Candidate]:
    on_shift = set(roster.officer_ids_on(shift_id))
    names = staff.names_of(officer_ids)
    return [
        Candidate(pk, names.get(pk, "unbekannt"), pk in apprentices, pk in on_shift)
        for pk in officer_ids
    ]


def _check_free(shift_id: int, call_sign: str, officer_ids: Sequence[int]) -> None:
    """Pass only if call sign and people are free in this shift."""
    if Unit.objects.filter(shift_id=shift_id, call_sign=call_sign).exists():
        raise Refused(
            "%(call_sign)s gibt es in dieser Schicht schon. Bitte wählen Sie einen anderen "
            "Rufnamen.",
            "call-sign-taken",
            field="call_sign",
            values={"call_sign": call_sign},
        )
    taken = (
        Member.objects.filter(shift_id=shift_id, officer_id__in=officer_ids, left_at__isnull=True)
        .select_related("officer", "unit")
        .first()
    )
    if taken is not None:
        raise Refused(
            "%(officer)s fährt schon mit %(call_sign)s.",
            "officer-in-other-unit",
            field="officers",
            values={"officer": taken.officer, "call_sign": taken.unit.call_sign},
        )

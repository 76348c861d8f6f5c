"""Hiring, qualifying and seeing off officers."""

from datetime import date, datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.staff.models import Officer, Qualification
from streife.staff.rules import QualificationKind, check_leaving, check_period


@transaction.atomic
def hire_officer(
    *,
    personnel_number: str,
    first_name: str,
    last_name: str,
    entered_date: date,
    actor: Actor,
    now: datetime,
    apprentice: bool = False,
    user_id: int | None = None,
) -> Officer:
    """Take somebody into the service and return them; the journal keeps the id only.

    :raises NotPermitted: without `staff.change`
    :raises Refused: `personnel-number-taken`, `user-taken`
    """
    actor.require("staff.change")
    if Officer.objects.filter(personnel_number=personnel_number).exists():
        raise Refused(
            "Diese Personalnummer ist schon vergeben. Bitte prüfen Sie die Nummer.",
            "personnel-number-taken",
            field="personnel_number",
        )
    _check_user_free(user_id)
    officer = Officer.objects.create(
        personnel_number=personnel_number,
        first_name=first_name,
        last_name=last_name,
        entered_date=entered_date,
        apprentice=apprentice,
        user_id=user_id,
    )
    journal.record(
        act="staff.hired",
        subject=f"officer:{officer.pk}",
        actor=actor.ref,
        now=now,
        body={"apprentice": apprentice, "entered_date": entered_date.isoformat()},
    )
    return officer


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
    """Note what an officer is qualified for and until when.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such officer
    :raises Refused: `period-backwards`, `qualification-known`
    """
    actor.require("staff.change")
    officer = _locked(officer_id)
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
def link_user(*, officer_id: int, user_id: int, actor: Actor, now: datetime) -> Officer:
    """Say which user account an officer signs in with.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such officer
    :raises Refused: `user-taken`
    """
    actor.require("staff.change")
    officer = _locked(officer_id)
    if officer.user_id == user_id:
        return officer
    _check_user_free(user_id)
    officer.user_id = user_id
    officer.save(update_fields=["user"])
    journal.record(
        act="staff.linked",
        subject=f"officer:{officer.pk}",
        actor=actor.ref,
        now=now,
        body={"user": user_id},
    )
    return officer


@transaction.atomic
def see_off_officer(*, officer_id: int, left_date: date, actor: Actor, now: datetime) -> Officer:
    """Note the day from which an officer no longer serves.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such officer
    :raises Refused: `period-backwards`
    """
    actor.require("staff.change")
    officer = _locked(officer_id)
    check_leaving(officer.entered_date, left_date)
    officer.left_date = left_date
    officer.save(update_fields=["left_date"])
    journal.record(
        act="staff.left",
        subject=f"officer:{officer.pk}",
        actor=actor.ref,
        now=now,
        body={"left_date": left_date.isoformat()},
    )
    return officer


def _locked(officer_id: int) -> Officer:
    officer = Officer.objects.select_for_update().filter(pk=officer_id).first()
    if officer is None:
        raise NotFound("Diese Einsatzkraft gibt es nicht.", "no-such-officer")
    return officer


def _check_user_free(user_id: int | None) -> None:
    if user_id is not None and Officer.objects.filter(user_id=user_id).exists():
        raise Refused(
            "Dieses Benutzerkonto gehört schon einer anderen Einsatzkraft.",
            "user-taken",
            field="user",
        )

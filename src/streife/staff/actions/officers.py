"""Hiring officers, linking their accounts, seeing them off."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from streife.accounts import queries as accounts
from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import Refused
from streife.kernel.events import publish
from streife.staff.actions.locks import locked_officer
from streife.staff.events import OfficerLeft
from streife.staff.models import Officer
from streife.staff.rules import check_leaving, check_written


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
    :raises Refused: `name-unreadable`, `personnel-number-taken`, `user-taken`
    """
    actor.require("staff.change")
    check_written(personnel_number=personnel_number, first_name=first_name, last_name=last_name)
    taken = Refused(
        "Diese Personalnummer ist schon vergeben. Bitte prüfen Sie die Nummer.",
        "personnel-number-taken",
        field="personnel_number",
    )
    if Officer.objects.filter(personnel_number=personnel_number).exists():
        raise taken
    _check_user_free(user_id)
    try:
        with transaction.atomic():
            officer = Officer.objects.create(
                personnel_number=personnel_number,
                first_name=first_name,
                last_name=last_name,
                entered_date=entered_date,
                apprentice=apprentice,
                user_id=user_id,
            )
    except IntegrityError:  # somebody else was quicker
        raise taken from None
    journal.record(
        act="staff.hired",
        subject=f"officer:{officer.pk}",
        actor=actor.ref,
        now=now,
        body={"apprentice": apprentice, "entered_date": entered_date.isoformat()},
    )
    return officer


@transaction.atomic
def link_user(*, officer_id: int, username: str, actor: Actor, now: datetime) -> Officer:
    """Say with which user account an officer signs in; an empty name takes the account away.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such officer
    :raises Refused: `user-unknown`, `user-taken`
    """
    actor.require("staff.change")
    officer = locked_officer(officer_id)
    user_id = accounts.user_named(username) if username.strip() else None
    if username.strip() and user_id is None:
        raise Refused(
            "Ein Benutzerkonto mit diesem Namen gibt es nicht. Bitte prüfen Sie die Schreibweise; "
            "angelegt werden Konten von der Administration.",
            "user-unknown",
            field="username",
        )
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
    """Note the day from which an officer no longer serves; their duties from then on go.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such officer
    :raises Refused: `period-backwards`
    """
    actor.require("staff.change")
    officer = locked_officer(officer_id)
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
    publish(OfficerLeft(officer.pk))
    return officer


def _check_user_free(user_id: int | None) -> None:
    if user_id is not None and Officer.objects.filter(user_id=user_id).exists():
        raise Refused(
            "Dieses Benutzerkonto gehört schon einer anderen Einsatzkraft.",
            "user-taken",
            field="username",
        )

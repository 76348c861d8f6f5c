"""Contracts, and the birth dates that the law asks for."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.staff.actions.locks import locked_officer
from streife.staff.models import BirthDate, Contract, Officer
from streife.staff.queries.spans import contracts_on
from streife.staff.rules import ContractGroup, age_on, check_period
from streife.staff.rules.contracts import (
    birth_date_needed,
    check_contract,
    check_no_other,
    full_time_minutes,
)


@transaction.atomic
def make_contract(
    *,
    officer_id: int,
    group: ContractGroup,
    share: Decimal,
    valid_from: date,
    valid_to: date | None,
    actor: Actor,
    now: datetime,
    weekly_minutes: int | None = None,
) -> Contract:
    """Note a contract; without `weekly_minutes` what its share of full time comes to.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such officer
    :raises Refused: `period-backwards`, `share-impossible`, `weekly-minutes-impossible`,
        `two-contracts`
    """
    actor.require("staff.change")
    officer = locked_officer(officer_id)
    check_period(valid_from, valid_to)
    if weekly_minutes is None:
        weekly_minutes = round(full_time_minutes(group) * share)
    check_contract(group, share, weekly_minutes)
    check_no_other(officer.contracts.values_list("valid_from", "valid_to"), valid_from, valid_to)
    contract = Contract.objects.create(
        officer=officer,
        group=group,
        share=share,
        weekly_minutes=weekly_minutes,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    journal.record(
        act="staff.contract_made",
        subject=f"officer:{officer.pk}",
        actor=actor.ref,
        now=now,
        body={"kind": group.value, "valid_from": valid_from.isoformat()},
    )
    return contract


@transaction.atomic
def end_contract(*, contract_id: int, valid_to: date, actor: Actor, now: datetime) -> Contract:
    """Let a contract end before a day; one made by mistake ends on its first day and goes.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such contract
    :raises Refused: `contract-over`
    """
    actor.require("staff.change")
    row = Contract.objects.filter(pk=contract_id).first()
    if row is None:
        raise NotFound("Diesen Vertrag gibt es nicht.", "no-such-contract")
    locked_officer(row.officer_id)
    row.refresh_from_db()
    if row.valid_to is not None and row.valid_to <= valid_to:
        raise Refused(
            "Der Vertrag endet schon früher. Bitte prüfen Sie das Datum.",
            "contract-over",
            field="last_day",
        )
    if valid_to <= row.valid_from:
        row.delete()
    else:
        row.valid_to = valid_to
        row.save(update_fields=["valid_to"])
    journal.record(
        act="staff.contract_ended",
        subject=f"officer:{row.officer_id}",
        actor=actor.ref,
        now=now,
        body={"kind": row.group, "ends_at": valid_to.isoformat()},
    )
    return row


@transaction.atomic
def note_birth_date(
    *, officer_id: int, born_date: date, actor: Actor, now: datetime
) -> BirthDate | None:
    """Keep a birth date, if a law asks for this person's age; the journal never holds it.

    Of somebody in training who is of age only that is kept, so that the roster need not plan them
    as a minor any more: nothing is returned.

    :raises NotPermitted: without `staff.change`
    :raises NotFound: no such officer
    :raises Refused: `birth-date-impossible`, `birth-date-not-needed`
    """
    actor.require("staff.change")
    officer = locked_officer(officer_id)
    today = local(now).date()
    if not date(today.year - 75, 1, 1) <= born_date <= date(today.year - 14, today.month, 1):
        raise Refused(
            "Dieses Geburtsdatum kann nicht stimmen. Bitte prüfen Sie das Jahr.",
            "birth-date-impossible",
            field="born_date",
        )
    rows = officer.contracts.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    groups = set(rows.values_list("group", flat=True))
    needed = any(birth_date_needed(ContractGroup(one), born_date, today) for one in groups)
    if not needed and age_on(born_date, today) >= 18 and ContractGroup.AZUBI in groups:
        _note_of_age(officer, actor, now)
        return None
    if not needed and not birth_date_needed(None, born_date, today):
        raise Refused(
            "Für diese Person fragt kein Gesetz nach dem Alter, deshalb wird das Geburtsdatum "
            "nicht gespeichert. Nötig ist es unter 18 Jahren und bei Beamtinnen und Beamten.",
            "birth-date-not-needed",
            field="born_date",
        )
    if age_on(born_date, today) < 18 and officer.of_age:  # a date put right
        officer.of_age = False
        officer.save(update_fields=["of_age"])
    row, _ = BirthDate.objects.update_or_create(officer=officer, defaults={"born_date": born_date})
    journal.record(
        act="staff.birth_date_noted",
        subject=f"officer:{officer.pk}",
        actor=actor.ref,
        now=now,
    )
    return row


def _note_of_age(officer: Officer, actor: Actor, now: datetime) -> None:
    BirthDate.objects.filter(officer=officer).delete()
    if officer.of_age:
        return
    officer.of_age = True
    officer.save(update_fields=["of_age"])
    journal.record(
        act="staff.of_age_noted", subject=f"officer:{officer.pk}", actor=actor.ref, now=now
    )


@transaction.atomic
def tidy_birth_dates(*, actor: Actor, now: datetime) -> int:
    """Erase the birth dates no law asks for any more and return how many; safe to run twice.

    :raises NotPermitted: without `staff.tidy`
    """
    actor.require("staff.tidy")
    today = local(now).date()
    rows = list(BirthDate.objects.select_related("officer"))
    contracts = contracts_on([row.officer_id for row in rows], today)
    gone = [
        row.pk
        for row in rows
        if (row.officer.left_date is not None and row.officer.left_date <= today)
        or not birth_date_needed(
            contracts[row.officer_id].group if row.officer_id in contracts else None,
            row.born_date,
            today,
        )
    ]
    grown = [row.officer_id for row in rows if age_on(row.born_date, today) >= 18]
    Officer.objects.filter(pk__in=grown, of_age=False).update(of_age=True)
    BirthDate.objects.filter(pk__in=gone).delete()
    if gone:
        journal.record(
            act="staff.birth_dates_erased",
            subject="staff",
            actor=actor.ref,
            now=now,
            body={"gone": len(gone)},
        )
    return len(gone)

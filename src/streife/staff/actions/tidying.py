"""What ended long ago is erased: contracts, qualifications, names; how long is in `data/staff`."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.kernel.clock import local
from streife.staff.models import Absence, BirthDate, Contract, Language, Officer, Qualification
from streife.staff.queries.files import periods
from streife.staff.rules.retention import Kept, counted_from, kept_since

NEUTRAL, GONE = "Einsatzkraft", "ausgeschieden"


@transaction.atomic
@record_last()
def tidy_ended(*, actor: Actor, now: datetime) -> dict[Kept, int]:
    """Erase contracts and qualifications that ended long enough ago; return how many of each.

    `valid_to` is the first day without, so what ended with the last day of a year is erased on
    1 January after its period. Safe to run twice.

    :raises NotPermitted: without `staff.tidy`
    :raises Refused: `staff-bad-file`
    """
    actor.require("staff.tidy")
    today, known = local(now).date(), periods()
    gone = {}
    for kept, rows, act in (
        (Kept.CONTRACT, Contract.objects.all(), "staff.contracts_erased"),
        (Kept.QUALIFICATION, Qualification.objects.all(), "staff.qualifications_erased"),
    ):
        old = rows.filter(valid_to__lte=kept_since(known[kept], today))
        ids = list(old.values_list("pk", flat=True))
        old.filter(pk__in=ids).delete()
        gone[kept] = len(ids)
        if ids:
            journal.record(
                act=act, subject="staff", actor=actor.ref, now=now, body={"gone": len(ids)}
            )
    return gone


@transaction.atomic
@record_last()
def tidy_officers(*, actor: Actor, now: datetime) -> int:
    """Erase who it was that left long enough ago; return how many. Safe to run twice.

    Evidence, hand-overs, crews of patrols and the record name them by id, and the strength of
    former years counts them: the row stays, with a neutral text and the months served instead of
    name, personnel number and days. Everything else about them goes. The user account is not
    touched: the record names who acted by it (see docs/operations/retention.md).

    :raises NotPermitted: without `staff.tidy`
    :raises Refused: `staff-bad-file`
    """
    actor.require("staff.tidy")
    since = kept_since(periods()[Kept.OFFICER], local(now).date())
    rows = Officer.objects.select_for_update().filter(erased_at__isnull=True)
    gone = list(rows.filter(left_date__lte=since).order_by("pk"))
    ids = [officer.pk for officer in gone]
    for table in (Absence, BirthDate, Contract, Language, Qualification):
        table._default_manager.filter(officer_id__in=ids).delete()
    for officer in gone:
        officer.personnel_number = f"{GONE}-{officer.pk}"
        officer.last_name, officer.first_name, officer.user_id = NEUTRAL, GONE, None
        officer.entered_date = counted_from(officer.entered_date)
        officer.left_date = counted_from(officer.left_date or since)
        officer.erased_at = now
        officer.save()
    if gone:
        journal.record(
            act="staff.officers_erased",
            subject="staff",
            actor=actor.ref,
            now=now,
            body={"gone": len(gone)},
        )
    return len(gone)

"""What ended long ago is erased: contracts, qualifications; how long is in `data/staff`."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.journal.actions import record_last
from streife.kernel.clock import local
from streife.staff.models import Contract, Qualification
from streife.staff.queries.files import periods
from streife.staff.rules.retention import Kept, kept_since


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

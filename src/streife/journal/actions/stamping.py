"""One time stamp a day over the newest head, its hash written into the record."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import transaction

from streife.journal import outside, queries, rules, stamping
from streife.journal.actions.recording import record
from streife.journal.models import Stamp
from streife.journal.tlog.note import split_note
from streife.kernel.errors import Refused

SYSTEM = "system:schedule"


def stamp(*, now: datetime) -> Stamp | None:
    """Have the newest head stamped unless one was within a day; return the stamp, or None.

    The bytes of a stamp are not unique (parts of them no signature covers), so their hash goes
    into the record: nobody can exchange one later.

    :raises Refused: `time-stamp-failed`
    """
    head = queries.newest_checkpoint()
    last = queries.last_stamp()
    if not settings.JOURNAL_TSA_URL or head is None:
        return None
    if last is not None and now - last.at < rules.STAMP_EVERY:
        return None
    try:
        authority = stamping.Authority.from_file(
            settings.JOURNAL_TSA_ROOTS, settings.JOURNAL_TSA_POLICY
        )
        at, token = stamping.ask(settings.JOURNAL_TSA_URL, split_note(head.note)[0], authority)
    except (outside.Unanswered, stamping.StampError) as error:
        raise Refused(
            "Die Zeitstempelstelle hat keinen gültigen Zeitstempel gegeben (%(why)s). Bitte "
            "STREIFE_TSA_URL und STREIFE_TSA_ROOTS prüfen; der nächste Lauf fragt noch einmal.",
            "time-stamp-failed",
            values={"why": str(error)},
        ) from error
    with transaction.atomic():
        made = Stamp.objects.create(checkpoint=head, at=at, token=token)
        record(
            act=rules.STAMPED,
            subject=f"journal:{head.log_id}",
            actor=SYSTEM,
            now=now,
            body={"checksum": hashlib.sha256(token).hexdigest(), "signed_size": head.size},
        )
    return made

"""Erasing what somebody wrote, one text at a time (Art. 17 DSGVO)."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal.actions import record
from streife.kernel.erasing import ERASED_TEXT, check_reason
from streife.kernel.errors import NotFound
from streife.kernel.events import publish
from streife.reports import rules
from streife.reports.events import ReportTextErased
from streife.reports.models import Report


@transaction.atomic
def erase_text(*, report_id: int, part: str, reason: str, actor: Actor, now: datetime) -> None:
    """Erase one text of a report for good; `part` is one of `rules.TEXT_PARTS`.

    A mark stays in its place, the record says who erased it and why, nothing says what it was.

    :raises NotFound: no such report or part, or nothing stands there (any more)
    :raises Refused: `reason-unknown`
    """
    actor.require("reports.erase_text")
    check_reason(reason)
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    known = getattr(report, part, "") if part in rules.TEXT_PARTS else ""
    if report is None or known in {"", ERASED_TEXT}:
        raise NotFound("Diesen Text gibt es nicht (mehr).", "text-unknown")
    setattr(report, part, ERASED_TEXT)
    report.save(update_fields=[part])
    publish(ReportTextErased(report_id))
    record(
        act="reports.text_erased",
        subject=f"report:{report_id}",
        actor=actor.ref,
        now=now,
        body={"part": part, "reason": reason},
    )

"""Erasing what somebody wrote or sent, one text or photo at a time (Art. 17 DSGVO)."""

from datetime import datetime
from functools import partial

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal.actions import record
from streife.kernel.erasing import ERASED_TEXT, check_reason
from streife.kernel.errors import NotFound
from streife.kernel.events import publish
from streife.reports import rules, storage
from streife.reports.events import ReportTextErased
from streife.reports.models import Photo, Report


@transaction.atomic
def erase_text(*, report_id: int, part: str, reason: str, actor: Actor, now: datetime) -> None:
    """Erase one text of a report for good; `part` is one of `rules.TEXT_PARTS` or `photo:<id>`.

    A mark stays in the place of a text, nothing in that of a photo; with the address goes the exact
    point. The record says who erased it and why, nothing says what it was.

    :raises NotFound: no such report or part, or nothing stands there (any more)
    :raises Refused: `reason-unknown`
    """
    actor.require("reports.erase_text")
    check_reason(reason)
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    name, _, number = part.partition(":")
    if report is None or not (
        _erase_photo(report, number) if name == "photo" else _erase_own(report, part)
    ):
        raise NotFound("Diesen Text gibt es nicht (mehr).", "text-unknown")
    record(
        act="reports.text_erased",
        subject=f"report:{report_id}",
        actor=actor.ref,
        now=now,
        body={"part": name, "reason": reason},
    )


def _erase_own(report: Report, part: str) -> bool:
    """Erase one text; say whether there was one."""
    if part not in rules.TEXT_PARTS or getattr(report, part) in {"", ERASED_TEXT}:
        return False
    columns = [part]
    setattr(report, part, ERASED_TEXT)
    if part == "address":
        report.latitude = report.longitude = report.cell = None
        columns += ["latitude", "longitude", "cell"]
    report.save(update_fields=columns)
    publish(ReportTextErased(report.pk))
    return True


def _erase_photo(report: Report, number: str) -> bool:
    """Erase one photo; its file goes with the commit unless another report shows the same."""
    found = number.isdecimal() and len(number) < 19
    photo = report.photos.filter(pk=int(number)).first() if found else None
    if photo is None:
        return False
    photo.delete()
    if not Photo.objects.filter(path=photo.path).exists():
        transaction.on_commit(partial(storage.remove, photo.path))
    return True

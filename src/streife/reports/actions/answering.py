"""Telling the resident what happened, and hearing whether it is true."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import PUBLIC, Actor
from streife.journal.actions import record
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.kernel.events import publish
from streife.kernel.texts import german
from streife.reports import periods, rules
from streife.reports.events import ReportAnswered, ReportObjected, ResidentAwaitsMail
from streife.reports.models import Contact, Report
from streife.reports.queries import report_by_secret, retention
from streife.reports.rules import DONE, Purpose, Status

_REJECTED = german("Hier können wir nicht tätig werden.")


@transaction.atomic
def answer_report(*, report_id: int, text: str, actor: Actor, now: datetime) -> Report:
    """Close the report with what the resident is told.

    :raises Refused: no text, or the report is not being dealt with
    """
    actor.require("reports.answer")
    answer = rules.checked_text(text)
    if not answer:
        raise Refused("Bitte schreiben Sie, was geschehen ist.", "answer-missing", field="text")
    report = hold(report_id)
    _move(report, Status.ANSWERED, answer, now)
    _note("reports.answered", report, actor, now)
    publish(ReportAnswered(report.pk))
    _mail(report)
    return report


@transaction.atomic
def move_report(
    *, report_id: int, to: Status, actor: Actor, now: datetime, reason: str = ""
) -> Report:
    """Move the report to another stand; `reason` is what the resident reads on a rejection.

    :raises Refused: the move is not in the table
    """
    actor.require("reports.move")
    told = rules.checked_text(reason, field="reason")
    report = hold(report_id)
    _move(report, Status(to), told or _REJECTED, now)
    _note("reports.moved", report, actor, now)
    if report.status == Status.REJECTED:
        publish(ReportAnswered(report.pk))
        _mail(report)
    return report


def note_proposal(*, report_id: int, actor: Actor, now: datetime) -> None:
    """Remember that triage has proposed something for the report; the first moment stays."""
    actor.require("triage.propose")
    Report.objects.filter(pk=report_id, proposed_at=None).update(proposed_at=now)


@transaction.atomic
def object_to_answer(*, reference: str, secret: str, text: str, now: datetime) -> Report:
    """Let the holder of the status link say once that the answer is not true.

    The report waits for triage again. The link is the permission.

    :raises Refused: no text, nothing to object to, or objected before
    """
    PUBLIC.require("reports.use_own_link")
    objection = rules.checked_text(text)
    if not objection:
        raise Refused(
            "Bitte schreiben Sie kurz, was nicht stimmt.", "objection-missing", field="text"
        )
    report = hold(report_by_secret(reference, secret, now=now).pk)
    if not rules.can_object(Status(report.status), objected_at=report.objected_at):
        raise Refused(
            "Das geht nur einmal und erst nach einer Antwort. Bitte geben Sie sonst einen neuen "
            "Hinweis oder rufen Sie uns an.",
            "objection-closed",
        )
    report.objection = objection
    report.objected_at = now
    report.save(update_fields=["objection", "objected_at"])
    _move(report, Status.RECEIVED, "", now)
    _note("reports.objected", report, PUBLIC, now)
    publish(ReportObjected(report.pk))
    return report


def hold(report_id: int) -> Report:
    """Lock a report until the transaction ends and return it.

    :raises NotFound: there is none
    """
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None:
        raise NotFound("Diesen Hinweis gibt es nicht (mehr).", "report-unknown")
    return report


def _move(report: Report, to: Status, answer: str, now: datetime) -> None:
    """Write the new stand, the answer that belongs to it, and the new date of erasure."""
    rules.check_move(Status(report.status), to)
    done = to in DONE
    report.status = to
    report.answered_at = now if done else None
    if done:
        report.answer = answer
    report.save(update_fields=["status", "answered_at", "answer"])
    for contact in Contact.objects.select_for_update().filter(report=report):
        contact.erase_after = periods.erase_after(
            Purpose(contact.purpose),
            received_on=local(report.received_at).date(),
            answered_on=local(now).date() if done else None,
            retention=retention(),
        )
        contact.save(update_fields=["erase_after"])


def _note(act: str, report: Report, actor: Actor, now: datetime) -> None:
    record(
        act=act,
        subject=f"report:{report.pk}",
        actor=actor.ref,
        now=now,
        body={"status": str(report.status)},
    )


def _mail(report: Report) -> None:
    if report.synthetic:
        return
    if Contact.objects.filter(report=report).exclude(email="").exists():
        publish(ResidentAwaitsMail(report.pk, "answered"))

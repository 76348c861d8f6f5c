"""Contact data: read with a reason, erased on request or when their time is over."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import PUBLIC, Actor
from streife.journal.actions import record, record_many
from streife.journal.rules import Line
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.kernel.events import publish
from streife.reports.events import ContactErased
from streife.reports.models import Contact
from streife.reports.queries import report_by_secret
from streife.reports.rules import ERASE_REASONS, READ_REASONS, Purpose

_BATCH = 500


@transaction.atomic
def read_contact(*, report_id: int, reason: str, actor: Actor, now: datetime) -> Contact:
    """Return the contact data and record who read them and why (a code of `READ_REASONS`).

    :raises NotFound: there are none (any more)
    """
    actor.require("reports.view_contact")
    _check_reason(reason, READ_REASONS)
    contact = Contact.objects.filter(report_id=report_id).first()
    if contact is None:
        raise NotFound("Zu diesem Hinweis gibt es keine Kontaktdaten (mehr).", "contact-unknown")
    _note("reports.contact_read", report_id, reason, actor, now)
    return contact


@transaction.atomic
def erase_contact(*, report_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Delete the contact data of a report for good (`reason`: a code of `ERASE_REASONS`).

    :raises NotFound: there are none (any more)
    """
    actor.require("reports.erase_contact")
    _check_reason(reason, ERASE_REASONS)
    _erase(report_id, reason, actor, now)


@transaction.atomic
def erase_own_contact(*, reference: str, secret: str, now: datetime) -> None:
    """Delete the contact data at the wish of the holder of the status link.

    :raises Refused: the author of a complaint is a witness; a person has to look at it
    """
    PUBLIC.require("reports.use_own_link")
    report = report_by_secret(reference, secret, now=now)
    contact = Contact.objects.filter(report=report).first()
    if contact and contact.purpose == Purpose.OFFENCE_PROSECUTION:
        raise Refused(
            "Zu einer Anzeige gehören Name und Anschrift, solange das Verfahren läuft. "
            "Bitte wenden Sie sich an die Citywache, wir prüfen das mit Ihnen.",
            "contact-needed-for-complaint",
        )
    _erase(report.pk, "requested", PUBLIC, now)


@transaction.atomic
def erase_due_contacts(*, actor: Actor, now: datetime) -> int:
    """Delete up to 500 contacts whose time is over and return how many; call until it is 0."""
    actor.require("reports.erase_contact")
    due = list(
        Contact.objects.select_for_update()
        .filter(erase_after__lt=local(now).date())
        .order_by("erase_after", "report_id")
        .values_list("report_id", flat=True)[:_BATCH]
    )
    if not due:
        return 0
    Contact.objects.filter(report_id__in=due).delete()
    record_many(
        Line(
            act="reports.contact_erased",
            subject=f"report:{report_id}",
            actor=actor.ref,
            now=now,
            body={"reason": "due"},
        )
        for report_id in due
    )
    for report_id in due:
        publish(ContactErased(report_id))
    return len(due)


def _check_reason(reason: str, known: frozenset[str]) -> None:
    if reason not in known:
        raise Refused(
            "Bitte wählen Sie einen Grund aus der Liste.", "reason-unknown", field="reason"
        )


def _erase(report_id: int, reason: str, actor: Actor, now: datetime) -> None:
    count, _ = Contact.objects.filter(report_id=report_id).delete()
    if not count:
        raise NotFound("Zu diesem Hinweis gibt es keine Kontaktdaten (mehr).", "contact-unknown")
    _note("reports.contact_erased", report_id, reason, actor, now)
    publish(ContactErased(report_id))


def _note(act: str, report_id: int, reason: str, actor: Actor, now: datetime) -> None:
    record(
        act=act,
        subject=f"report:{report_id}",
        actor=actor.ref,
        now=now,
        body={"reason": reason},
    )

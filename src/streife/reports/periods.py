"""How long contact data and links live. Plain Python; the figures are settings."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from streife.reports.rules import OPEN, Purpose, Status


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after which contact data go and the status link closes; figures are settings."""

    link_days: int
    hint_days: int
    hint_answered_days: int
    complaint_days: int
    complaint_answered_days: int


def erase_after(
    purpose: Purpose, *, received_on: date, answered_on: date | None, retention: Retention
) -> date:
    """Return the last day on which contact data may be kept.

    Open: counted from receipt, so a forgotten report does not keep them for ever. Answered: a
    hint's contact is needed only for a question back; a witness is needed until the offence is
    time-barred (§ 31 Abs. 2 Nr. 4 OWiG: six months for the usual fines).
    """
    hint = purpose is Purpose.HAZARD_PREVENTION
    limit = received_on + timedelta(days=retention.hint_days if hint else retention.complaint_days)
    if answered_on is None:
        return limit
    days = retention.hint_answered_days if hint else retention.complaint_answered_days
    return min(limit, answered_on + timedelta(days=days))


def link_expired(
    status: Status, *, answered_at: datetime | None, now: datetime, retention: Retention
) -> bool:
    """Say whether the status link is closed: never while open, `link_days` after the answer."""
    if status in OPEN or answered_at is None:
        return False
    return now > answered_at + timedelta(days=retention.link_days)

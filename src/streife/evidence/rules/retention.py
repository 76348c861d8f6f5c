"""How long a recording may stay, and what keeps it longer.

Two weeks after the making (§ 15c Abs. 4 PolG NRW with § 24 Abs. 1 Nr. 6 OBG NRW), unless it is
needed for averting danger or prosecuting. Two weeks are 14 × 24 hours of elapsed time: a change of
the clocks moves nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from streife.kernel.clock import BERLIN
from streife.kernel.errors import Refused
from streife.kernel.texts import german

RETENTION = timedelta(hours=14 * 24)
WARN_BEFORE = (timedelta(days=5), timedelta(days=2))
LONGEST_REVIEW_DAYS = 90
REVIEWING = timedelta(days=3)  # so long a confirmed hold outlasts its review day
UNCONFIRMED = timedelta(days=7)  # so long a hold counts while the superior has not answered
OVERDUE = timedelta(hours=1)  # older than its date by more: alarm
# More deletions in one round than this, and than a share of all there are: somebody made a mistake.
MASS_COUNT = 50
MASS_SHARE = 0.2


class HoldReason(StrEnum):
    """Why a recording stays."""

    OFFENCE = "owi"
    CRIME = "crime"
    DANGER = "danger"
    PERSON = "person"
    COMPLAINT = "complaint"
    COURT = "court"
    OPEN_CASE = "open_case"  # set by the software alone: linked to an open incident


HOLD_REASONS: Mapping[HoldReason, str] = {
    HoldReason.OFFENCE: german("Verfolgung einer Ordnungswidrigkeit"),
    HoldReason.CRIME: german("Verfolgung einer Straftat"),
    HoldReason.DANGER: german("Abwehr einer Gefahr"),
    HoldReason.PERSON: german("auf Verlangen der betroffenen Person"),
    HoldReason.COMPLAINT: german("Beschwerde über den Einsatz"),
    HoldReason.COURT: german("Anforderung eines Gerichts oder einer Behörde"),
    HoldReason.OPEN_CASE: german("gehört zu einem offenen Vorgang (vorläufig)"),
}
# A hold by the software waits for a person this long, then it ends by itself.
OPEN_CASE_DAYS = 14


@dataclass(frozen=True, slots=True)
class HoldFact:
    """What the rules need to know of one hold."""

    requested_at: datetime
    review_on: date
    confirmed_at: datetime | None = None
    released_at: datetime | None = None
    automatic: bool = False


def delete_after(ended_at: datetime) -> datetime:
    """Return the moment from which a recording must be deleted: exactly 14 × 24 hours later."""
    return ended_at.astimezone(UTC) + RETENTION


def holds_until(hold: HoldFact) -> datetime:
    """Return until when a hold counts: its release, or what happens if nobody does anything.

    A confirmed hold counts to the end of its review day plus three days for the review itself; an
    unconfirmed one for a week; one set by the software to its review day. Days end at midnight in
    Germany, as on the desk of whoever has to review.
    """
    if hold.released_at is not None:
        return hold.released_at
    day_over = _end_of(hold.review_on)
    if hold.automatic and hold.confirmed_at is None:
        return day_over
    if hold.confirmed_at is None:
        return min(hold.requested_at + UNCONFIRMED, day_over)
    return _end_of(hold.review_on + REVIEWING)


def is_used_up(hold: HoldFact, now: datetime, *, refused: bool) -> bool:
    """Say whether an unconfirmed hold was all its asker gets alone: its week is over, or a no."""
    return refused or now >= hold.requested_at + UNCONFIRMED


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), BERLIN).astimezone(UTC)


def confirmed_late(hold: HoldFact) -> timedelta:
    """Return how long after its last moment without the superior's word a hold got it; 0 in time.

    In between nothing but the two weeks kept the recording.
    """
    if hold.confirmed_at is None:
        return timedelta(0)
    alone = holds_until(replace(hold, confirmed_at=None, released_at=None))
    return max(timedelta(0), hold.confirmed_at - alone)


def is_held(holds: Iterable[HoldFact], now: datetime) -> bool:
    """Say whether any hold counts now.

    One asked for in the future counts too: the clock was put back, and nothing goes for that.
    """
    return any(now < holds_until(hold) for hold in holds)


def must_go(ended_at: datetime, holds: Iterable[HoldFact], now: datetime) -> bool:
    """Say whether a recording has to be deleted now: at 14 × 24 h to the microsecond."""
    return now >= delete_after(ended_at) and not is_held(holds, now)


def check_hold(*, reason: str, reference: str, review_on: date, today: date) -> HoldReason:
    """Return the reason of a hold that may be asked for.

    :raises Refused: `hold-reason-unknown`, `reference-needed`, `review-out-of-range`
    """
    if reason not in tuple(HoldReason) or reason == HoldReason.OPEN_CASE:
        raise Refused(
            "Bitte wählen Sie einen Grund aus der Liste.", "hold-reason-unknown", field="reason"
        )
    if not reference.strip():
        raise Refused(
            "Bitte geben Sie das Aktenzeichen oder die Nummer des Vorgangs an.",
            "reference-needed",
            field="reference",
        )
    if not today < review_on <= today + timedelta(days=LONGEST_REVIEW_DAYS):
        raise Refused(
            "Die Wiedervorlage muss in den nächsten 90 Tagen liegen.",
            "review-out-of-range",
            field="review_on",
        )
    return HoldReason(reason)


def is_mass(*, due: int, kept: int) -> bool:
    """Say whether so many deletions at once need a person first (South Yorkshire 2023)."""
    return due > MASS_COUNT and due > kept * MASS_SHARE


def warning_due(ended_at: datetime, now: datetime) -> bool:
    """Say whether the last five days have begun."""
    return now >= delete_after(ended_at) - WARN_BEFORE[0]

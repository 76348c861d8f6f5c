"""How long the photo of a seized thing stays: as long as the thing, its case, and a period after.

No statute names a period. Until the data protection officer sets them, `UNSET` counts and the page
says that nobody has answered for it. Unverified: whether a shorter one is owed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from streife.evidence.rules.items import Step
from streife.kernel.errors import Refused
from streife.kernel.texts import german

LONGEST_DAYS = 3660  # ten years: nobody keeps a photo longer by a slip of the keys


class End(StrEnum):
    """What the period of a photo is counted from."""

    RETURNED = "returned"
    DESTROYED = "destroyed"
    HANDED = "handed"  # to the police, a laboratory or a court, and did not come back


ENDS: Mapping[End, str] = {
    End.RETURNED: german("nachdem der Gegenstand herausgegeben wurde"),
    End.DESTROYED: german("nachdem der Gegenstand vernichtet wurde"),
    End.HANDED: german("nachdem er bei einer anderen Stelle blieb"),
}
_OF: Mapping[Step, End] = {
    Step.RETURNED: End.RETURNED,
    Step.DESTROYED: End.DESTROYED,
    Step.HANDED: End.HANDED,
}


@dataclass(frozen=True, slots=True)
class Period:
    """How many days a photo stays after one end, on what that rests, since when it counts."""

    end: End
    days: int
    source: str
    set_at: datetime | None = None  # None: nobody answers for it yet


_MONTH = german("Vorgabe der Software: ein Monat zum Widerspruch (§ 70 VwGO)")
_YEAR = german(
    "Vorgabe der Software: ein Jahr, wenn über Rechtsbehelfe nicht belehrt wurde (§ 58 VwGO)"
)
UNSET: Mapping[End, Period] = {
    End.RETURNED: Period(End.RETURNED, 31, _MONTH),
    End.DESTROYED: Period(End.DESTROYED, 366, _YEAR),
    End.HANDED: Period(End.HANDED, 366, _YEAR),
}


@dataclass(frozen=True, slots=True)
class Case:
    """The incident a thing belongs to: still worked on, or closed when."""

    live: bool
    closed_at: datetime | None


def picture_goes_at(
    *, step: str, step_at: datetime, case: Case | None, periods: Mapping[End, Period]
) -> datetime | None:
    """Return from when a photo must be deleted; None while its thing or its case needs it.

    Counted in days of 24 hours from the later of the last step and the end of the case.
    """
    end = _OF.get(Step(step))
    if end is None or (case is not None and case.live):
        return None
    begin = step_at
    if case is not None and case.closed_at is not None:
        begin = max(begin, case.closed_at)
    return begin.astimezone(UTC) + timedelta(days=periods[end].days)


def check_period(*, end: str, days: int, source: str) -> Period:
    """Return a period that somebody answers for.

    :raises Refused: `end-unknown`, `days-out-of-range`, `source-needed`
    """
    if end not in tuple(End):
        raise Refused("Diese Frist gibt es nicht.", "end-unknown")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(
            "Bitte geben Sie zwischen 1 und 3660 Tagen an.", "days-out-of-range", field="days"
        )
    if not source.strip():
        raise Refused(
            "Bitte nennen Sie, worauf die Frist beruht: Vorschrift, Verfügung oder Aktenzeichen.",
            "source-needed",
            field="source",
        )
    return Period(End(end), days, source.strip()[:200])

"""Obligations: on which days and hours presence is owed, and whether it is due. Plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from streife.kernel.clock import BERLIN, local
from streife.patrols.rules.need_settings import Obligation


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation that falls into a shift: between which moments a visit may begin.

    `days_ago`: days since the last presence there within the hours, None if none is known.
    """

    obligation: Obligation
    opens_at: datetime
    closes_at: datetime
    days_ago: int | None

    @property
    def due(self) -> bool:
        """Say whether it is owed now: as long ago as agreed, or never."""
        return self.days_ago is None or self.days_ago >= self.obligation.every_days


def hours_on(obligation: Obligation, day: date) -> tuple[datetime, datetime]:
    """Return when its hours of a day begin and end; an end before the beginning is tomorrow's."""
    begins = datetime.combine(day, obligation.begins, BERLIN)
    ends = datetime.combine(day, obligation.ends, BERLIN)
    if obligation.ends <= obligation.begins:
        ends = datetime.combine(day + timedelta(days=1), obligation.ends, BERLIN)
    return begins, ends


def inside(obligation: Obligation, moment: datetime) -> bool:
    """Say whether an hour of presence has to do with the hours in which it is owed on a day.

    Of presence only the full hour is known: one at a quarter to three is of the hour from two on.
    """
    for day in (local(moment).date(), local(moment).date() - timedelta(days=1)):
        begins, ends = hours_on(obligation, day)
        if obligation.holds(day) and begins.replace(minute=0, second=0) <= moment < ends:
            return True
    return False


def duty(
    obligation: Obligation,
    *,
    starts_at: datetime,
    ends_at: datetime,
    shortest: timedelta,
    visits: Iterable[datetime],
) -> Duty | None:
    """Return what a shift owes, None if the hours and the shift do not meet.

    `visits`: hours of presence at the place, any order, in this shift as far as it ran; those
    outside the hours of the obligation do not count. The visit must be over, with its shortest
    stay, when hours and shift are.
    """
    windows = []
    day = local(starts_at).date() - timedelta(days=1)
    while day <= local(ends_at).date():
        begins, ends = hours_on(obligation, day)
        opens, closes = max(begins, starts_at), min(ends, ends_at) - shortest
        if obligation.holds(day) and opens <= closes:
            windows.append((opens, closes))
        day += timedelta(days=1)
    if not windows:
        return None
    before = [visit for visit in visits if visit < ends_at and inside(obligation, visit)]
    ago = (local(starts_at).date() - local(max(before)).date()).days if before else None
    opens, closes = windows[0]
    return Duty(obligation, opens, closes, ago)

"""Qualifications and authorisations: what they are called, how long they last, when to remind."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from streife.kernel.texts import german

SOON = timedelta(days=60)  # so that a course can still be booked
REMIND_DAYS = (60, 30, 7, 0)  # before the last day; 0: it is today


class QualificationKind(StrEnum):
    """What an officer can be qualified for or authorised to do; the dates are data."""

    FIRST_AID = "first_aid"
    BATON = "baton"  # Einsatzmehrzweckstock (EMS)
    BODY_CAM = "body_cam"
    VERWARNUNG = "verwarnung"  # authorised to issue a Verwarnung, § 58 Abs. 1 OWiG
    TRAINER = "trainer"
    DOG_HANDLING = "dog_handling"
    DRIVER = "driver"  # may drive the vehicles of the service; the licence was checked


QUALIFICATION_NAMES: Mapping[QualificationKind, str] = {
    QualificationKind.FIRST_AID: german("Erste Hilfe"),
    QualificationKind.BATON: german("Einsatzmehrzweckstock"),
    QualificationKind.BODY_CAM: german("Körperkamera"),
    QualificationKind.VERWARNUNG: german("Verwarnung mit Verwarnungsgeld"),
    QualificationKind.TRAINER: german("Ausbildung anderer"),
    QualificationKind.DOG_HANDLING: german("Umgang mit Hunden"),
    QualificationKind.DRIVER: german("Fahren von Dienstwagen"),
}


@dataclass(frozen=True, slots=True)
class SkillSpan:
    """A qualification: `valid_to` is the first day it no longer holds, nothing if without end."""

    officer_id: int
    kind: QualificationKind
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Say whether it is valid on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Validity:
    """How many months a qualification lasts (nothing: until it is withdrawn), and why."""

    months: int | None
    reason: str


def validities_of(content: Mapping[str, Any]) -> dict[QualificationKind, Validity]:
    """Return what `qualifications.yaml` says.

    :raises KeyError, TypeError, ValueError: it says something impossible
    """
    found = {}
    for code, row in content["qualifications"].items():
        months = row["months"]
        if months is not None and not 1 <= int(months) <= 240:
            raise ValueError(code)
        found[QualificationKind(code)] = Validity(months, str(row["reason"]))
    return found


def last_day_of(validity: Validity | None, valid_from: date) -> date | None:
    """Return the last day of a qualification that begins on a day; nothing if it has no end.

    >>> last_day_of(Validity(24, ""), date(2026, 3, 1))
    datetime.date(2028, 2, 29)
    """
    if validity is None or validity.months is None:
        return None
    year, month = divmod(valid_from.year * 12 + valid_from.month - 1 + validity.months, 12)
    day = min(valid_from.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


def holds_until(spans: Iterable[tuple[date, date | None]], valid_to: date | None) -> date | None:
    """Return the first day without, once what follows with no gap is counted; nothing: no end.

    >>> holds_until([(date(2026, 12, 1), date(2027, 1, 1))], date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    >>> holds_until([(date(2026, 12, 2), None)], date(2026, 12, 1))
    datetime.date(2026, 12, 1)
    """
    for start, end in sorted(spans, key=lambda span: span[0]):
        if valid_to is None or start > valid_to:
            break
        valid_to = None if end is None else max(valid_to, end)
    return valid_to


def step_due(last_day: date, on: date) -> int | None:
    """Return which reminder is due: the smallest of `REMIND_DAYS` that has been reached.

    Nothing before the first, and nothing once it is over: then it is on the page every day.

    >>> step_due(date(2026, 12, 20), date(2026, 11, 23))
    30
    """
    left = (last_day - on).days
    return min((step for step in REMIND_DAYS if 0 <= left <= step), default=None)

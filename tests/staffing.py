"""People of the service for tests, made by actions."""

from datetime import date, datetime, timedelta
from itertools import count

from streife.accounts.rules import system
from streife.staff import actions
from streife.staff.models import Officer
from streife.staff.rules import QualificationKind

TEST = system("test")
_numbers = count(1)


def an_officer(now: datetime, *skills: QualificationKind, **more: object) -> Officer:
    """Return a new officer, in service since 2024, with these qualifications for two years."""
    number = next(_numbers)
    values = {
        "personnel_number": f"T-{number:04}",
        "first_name": "Deniz",
        "last_name": f"Muster{number}",
        "entered_date": date(2024, 9, 1),
    } | more
    officer = actions.hire_officer(**values, actor=TEST, now=now)  # type: ignore[arg-type]
    for kind in skills:
        qualify(officer, kind, now)
    return officer


def qualify(
    officer: Officer, kind: QualificationKind, now: datetime, *, days: int | None = 365
) -> None:
    """Qualify an officer since a year ago, for so many more days (None: without end)."""
    today = now.date()
    actions.add_qualification(
        officer_id=officer.pk,
        kind=kind,
        valid_from=today - timedelta(days=365),
        valid_to=None if days is None else today + timedelta(days=days),
        actor=TEST,
        now=now,
    )

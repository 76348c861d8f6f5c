"""Contracts, absences, school days and languages of the demo: all invented, the same every time."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import holidays
from django.conf import settings
from django.db import transaction

from streife.config.demo.lines import Lines
from streife.config.demo.people import DEMO, OFFICERS
from streife.kernel.clock import local
from streife.staff import actions as staff
from streife.staff.models import Absence, BirthDate, Contract, Language, Officer
from streife.staff.rules import AbsenceKind, ContractGroup, full_time_minutes

DAY = timedelta(days=1)
WEEKS_OF_SCHOOL = 10
LESSONS, FIRST_LESSON = 6, time(8)
SPOKEN = ("tr", "ar", "en", "uk", "ro", "pl", "bg", "en", "fr", "ku", "ru", "en")
# Everybody from this number on is on no shift that the demo forms by itself: they may be away now.
SPARE = 68


@transaction.atomic
def make_terms(now: datetime) -> int:
    """Give everybody a contract and what goes with it; return how many contracts are new."""
    if Contract.objects.exists():
        return 0
    crew = list(Officer.objects.filter(apprentice=False).order_by("personnel_number"))
    learners = list(Officer.objects.filter(apprentice=True).order_by("personnel_number"))
    today, lines = local(now).date(), Lines()
    contracts = [contract_of(officer, number) for number, officer in enumerate(crew)]
    contracts += [_training_contract(officer) for officer in learners]
    Contract.objects.bulk_create(contracts)
    for row in contracts:
        lines.add(
            "staff.contract_made",
            f"officer:{row.officer_id}",
            DEMO,
            now,
            kind=row.group,
            valid_from=row.valid_from.isoformat(),
        )
    births = list(_births(contracts, learners, today))
    BirthDate.objects.bulk_create(births)
    young = {row.officer_id for row in births}
    grown = [officer.pk for officer in learners if officer.pk not in young]
    Officer.objects.filter(pk__in=grown).update(of_age=True)
    absences = [
        *_leaves(crew, today),
        *_away_now(crew, today),
        *_school(learners, today),
    ]
    Absence.objects.bulk_create(absences)
    for away in absences:
        lines.add(
            "staff.absence_noted",
            f"officer:{away.officer_id}",
            DEMO,
            now,
            **{"from": away.first_day.isoformat(), "to": away.last_day.isoformat()},
        )
    Language.objects.bulk_create(_languages(crew + learners))
    lines.write()
    staff.remind(actor=DEMO, now=now)
    return len(contracts)


def contract_of(officer: Officer, number: int) -> Contract:
    """Return the contract of the n-th officer: two in five civil servants, one in six part-time."""
    group = ContractGroup.BEAMTE if number % 5 in (1, 3) else ContractGroup.TARIF
    share = {5: Decimal("0.75"), 11: Decimal("0.5")}.get(number % 12, Decimal(1))
    return Contract(
        officer=officer,
        group=group,
        share=share,
        weekly_minutes=round(full_time_minutes(group) * share),
        valid_from=officer.entered_date,
    )


def _training_contract(officer: Officer) -> Contract:
    begun = officer.entered_date
    return Contract(
        officer=officer,
        group=ContractGroup.AZUBI,
        share=Decimal(1),
        weekly_minutes=full_time_minutes(ContractGroup.AZUBI),
        valid_from=begun,
        valid_to=begun.replace(year=begun.year + 3),  # SchSiAusbV: three years
    )


def _births(contracts: list[Contract], learners: list[Officer], today: date) -> Iterator[BirthDate]:
    """Yield ages only where a law asks: civil servants, and the apprentices under 18."""
    for number, row in enumerate(contracts):
        if row.group == ContractGroup.BEAMTE:
            born = date(today.year - 26 - number % 36, 1 + number % 12, 1 + number % 28)
            yield BirthDate(officer=row.officer, born_date=born)
    for number, officer in enumerate(learners):
        if number % 4 == 0:  # three of eleven, who come of age one after the other
            born = date(today.year - 17, today.month, 1) - timedelta(days=40 + 90 * (number // 4))
            yield BirthDate(officer=officer, born_date=born)


def _leaves(crew: list[Officer], today: date) -> Iterator[Absence]:
    """Yield leave, training and time off of the next weeks; nobody of today's shifts is away."""
    for number, officer in enumerate(crew[:SPARE]):
        start = today + timedelta(days=4 + number * 7 % 52)
        if number % 6 == 2:
            start -= start.weekday() * DAY  # leave begins on a Monday
            if start <= today + DAY:
                start += 7 * DAY
            weeks = 1 + (number % 12 == 2)
            yield _days(officer, AbsenceKind.LEAVE, start, 7 * weeks)
        elif number % 17 == 5:
            yield _days(officer, AbsenceKind.TRAINING, start, 2)
        elif number % 23 == 7:
            yield _days(officer, AbsenceKind.TIME_OFF, start, 1)


def _away_now(crew: list[Officer], today: date) -> Iterator[Absence]:
    one, two, three, four = crew[SPARE:OFFICERS]
    yield _days(one, AbsenceKind.SICK, today - DAY, 4)
    yield _days(two, AbsenceKind.PARENTAL, today - 60 * DAY, 240)
    yield _days(three, AbsenceKind.LEAVE, today - 2 * DAY, 12)
    yield _days(four, AbsenceKind.SICK, today, 2)


def _days(officer: Officer, kind: AbsenceKind, start: date, length: int) -> Absence:
    return Absence(officer=officer, kind=kind, first_day=start, last_day=start + (length - 1) * DAY)


def _school(learners: list[Officer], today: date) -> Iterator[Absence]:
    """Yield two school days a week outside the school holidays of the state."""
    first = today - today.weekday() * DAY
    closed = set(holidays.country_holidays("DE", subdiv="NW", years=[today.year, today.year + 1]))
    for number, officer in enumerate(learners):
        for week in range(WEEKS_OF_SCHOOL):
            for weekday in (0, 1) if number % 2 == 0 else (2, 3):
                day = first + timedelta(days=7 * week + weekday)
                if day in closed or any(start <= day <= end for start, end in _school_holidays()):
                    continue
                yield Absence(
                    officer=officer,
                    kind=AbsenceKind.SCHOOL,
                    first_day=day,
                    last_day=day,
                    lessons=LESSONS,
                    begins=FIRST_LESSON,
                )


@cache
def _school_holidays() -> tuple[tuple[date, date], ...]:
    path = Path(settings.DATA_DIR) / "holidays.school.nw.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            (
                date.fromisoformat(row["StartDate"]),
                date.fromisoformat(row["EndDate"] or row["StartDate"]),
            )
            for row in csv.DictReader(file, delimiter=";")
        )


def _languages(officers: list[Officer]) -> Iterator[Language]:
    for number, officer in enumerate(officers):
        spoken = {SPOKEN[number % len(SPOKEN)]} if number % 2 else set()
        spoken |= {"en"} if number % 5 == 0 else set()
        yield from (Language(officer=officer, code=code) for code in sorted(spoken))

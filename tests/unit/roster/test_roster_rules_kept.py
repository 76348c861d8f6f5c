"""No rule in the list is a mere promise: every kind of rule in data/roster changes something."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.conf import settings

from streife.roster import actions
from streife.roster.models import WorkRule
from streife.roster.reading import read_laws
from streife.roster.rules.accounts import Account, account_of
from streife.roster.rules.basis import Basis
from streife.roster.rules.building import build
from streife.roster.rules.clock import span_on, work_minutes
from streife.roster.rules.planning import notice_of
from streife.roster.rules.terms import Done, KindTimes, Law, Member
from streife.roster.solver.problem import Problem
from tests.rostering import SYSTEM, a_roster

LAWS: tuple[Law, ...] = tuple(one.law for one in read_laws(settings.ROOT / "data" / "roster"))
EARLY = KindTimes(1, "frueh", "F", "Früh", time(6), time(14), 30)
LATE = KindTimes(2, "spaet", "S", "Spät", time(14), time(22), 30)
KINDS = (
    EARLY,
    LATE,
    KindTimes(3, "nacht", "N", "Nacht", time(22), time(6), 30),
    KindTimes(4, "polizei", "P", "Polizei", time(16), time(0), 30, joint=True),
    KindTimes(5, "lang", "L", "Zwölf Stunden", time(6), time(18), 45),
    KindTimes(6, "frueh", "O", "Ohne Pause", time(6), time(15), 0),
    KindTimes(7, "frueh", "G", "Geteilt", time(7), time(18), 180),
)
FIRST = date(2026, 12, 21)  # a Monday: Christmas, New Year's Eve, a year's end
SCHOOL = frozenset({FIRST + timedelta(days=22)})
EVES = frozenset({FIRST + timedelta(days=15)})  # a Tuesday
SUNDAYS = [date(2026, 1, 4) + timedelta(weeks=n) for n in range(50)]


def done(day: date) -> Done:
    start, end = span_on(EARLY, day)
    return Done(day, start, end, work_minutes(EARLY, day), EARLY.pk)


MEMBERS = (
    Member(1, "tarif", 100, 2340, history=tuple(done(day) for day in SUNDAYS)),
    Member(2, "beamte", 100, 2460),
    Member(3, "tarif", 100, 2340, apprentice=True, school_days=SCHOOL, exam_eves=EVES),
    Member(4, "tarif", 100, 2340, apprentice=True, born=date(2009, 6, 1), school_days=SCHOOL),
)


def problem(laws: tuple[Law, ...]) -> Problem:
    basis = Basis(
        FIRST, FIRST + timedelta(days=27), KINDS, laws, MEMBERS, (),
        holidays={date(2026, 12, 25): "Weihnachten"},
    )  # fmt: skip
    return build(basis).problem


def account(laws: tuple[Law, ...]) -> Account:
    start, end = span_on(LATE, FIRST)
    duty = Done(FIRST, start, end, 450, LATE.pk)
    return account_of(MEMBERS[0], (FIRST,), [duty], [], laws=laws, holidays={}, now=end)


def altered(kind: str) -> tuple[Law, ...]:
    """Return the rules without a kind; of nights and supplements with other hours."""
    if kind in {"night", "supplement"}:
        later = {"begins": "18:00"}
        return tuple(
            replace(law, values={**law.values, **later}) if law.kind == kind else law
            for law in LAWS
        )
    return tuple(law for law in LAWS if law.kind != kind)


@pytest.mark.parametrize("kind", sorted({law.kind for law in LAWS}))
def test_every_kind_of_rule_changes_something(kind: str) -> None:
    laws = altered(kind)
    if kind == "notice":
        given = tuple(replace(one, values={"days": 28}) for one in LAWS if one.kind == kind)
        assert (notice_of(laws), notice_of(given)) == (14, 28)
    elif kind == "supplement":
        assert account(laws) != account(LAWS)
    else:
        assert problem(laws) != problem(LAWS)


@pytest.mark.django_db
def test_the_notice_of_a_plan_is_what_was_agreed(now: datetime) -> None:
    service = a_roster(now, officers=1)
    first = now.date() + timedelta(days=60)
    assert service.plan(first, first).notice_days == 14
    WorkRule.objects.filter(code="L5").update(values={"days": 28})
    later = first + timedelta(days=1)
    assert service.plan(later, later).notice_days == 28


@pytest.mark.django_db
def test_a_stored_rule_that_nothing_keeps_goes_with_the_next_import(now: datetime) -> None:
    a_roster(now, officers=1, pairs=True)
    WorkRule.objects.create(
        code="L60", regime="local", kind="pairs", title="Zu zweit", norm="Nr. 60", hard=True,
        verified="M", values={"min": 2}, source="alt", valid_from=date(2024, 1, 1),
    )  # fmt: skip
    folder = settings.ROOT / "data" / "roster"
    assert actions.import_rules(folder=folder, actor=SYSTEM, now=now).written == 1
    assert not WorkRule.objects.filter(code="L60").exists()
    assert actions.import_rules(folder=folder, actor=SYSTEM, now=now).written == 0

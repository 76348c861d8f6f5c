"""Contracts, absences, skills and birth dates: what is noted, refused, kept and told the roster."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from streife.accounts.rules import Actor
from streife.journal import queries as journal
from streife.journal.models import Entry
from streife.kernel.clock import BERLIN
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.roster.queries.people import members_between
from streife.roster.rules.terms import is_minor
from streife.staff import actions, queries
from streife.staff.models import (
    Absence,
    BirthDate,
    Contract,
    Officer,
    Qualification,
    Reminder,
)
from streife.staff.rules import AbsenceKind, ContractGroup, Kept, QualificationKind
from streife.staff.rules.retention import periods_of
from tests.staffing import TEST, an_officer, qualify

ActorFor = Callable[[str], Actor]
FULL = Decimal(1)
pytestmark = pytest.mark.django_db


def day(number: int, month: int = 12) -> date:
    return date(2026, month, number)


def a_contract(
    officer: Officer,
    now: datetime,
    start: date = date(2026, 1, 1),
    end: date | None = None,
    group: ContractGroup = ContractGroup.TARIF,
) -> Contract:
    return actions.make_contract(
        officer_id=officer.pk,
        group=group,
        share=FULL,
        valid_from=start,
        valid_to=end,
        actor=TEST,
        now=now,
    )


def absent(officer: Officer, now: datetime, kind: AbsenceKind, a: int, b: int) -> Absence:
    return actions.add_absence(
        officer_id=officer.pk, kind=kind, first_day=day(a), last_day=day(b), actor=TEST, now=now
    )


def days_of(officer: Officer) -> list[tuple[str, int, int]]:
    rows = queries.absences_between([officer.pk], day(1), day(31))[officer.pk]
    return [(row.kind.value, row.first_day.day, row.last_day.day) for row in rows]


def test_a_second_contract_is_refused_by_rule_and_by_database(now: datetime) -> None:
    officer = an_officer(now)
    first = a_contract(officer, now, end=day(1))
    second = a_contract(officer, now, start=day(1), group=ContractGroup.BEAMTE)
    assert (first.weekly_minutes, second.weekly_minutes) == (2340, 2460)
    with pytest.raises(Refused) as refused:
        a_contract(officer, now, start=day(15))
    assert refused.value.code == "two-contracts"
    more = {"group": "tarif", "share": FULL, "weekly_minutes": 2340}
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        Contract.objects.create(officer=officer, valid_from=day(1, 11), valid_to=day(2, 12), **more)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=first.pk).update(valid_to=day(2))
    Contract.objects.create(officer=an_officer(now), valid_from=day(1, 11), **more)


def test_the_roster_learns_who_works_under_what_on_which_day(now: datetime) -> None:
    changed, free = an_officer(now), an_officer(now)
    a_contract(changed, now, end=day(1))
    a_contract(changed, now, start=day(1), group=ContractGroup.BEAMTE)
    spans = queries.contracts_between([changed.pk, free.pk], day(25, 11), day(5))
    assert [span.group for span in spans[changed.pk]] == [
        ContractGroup.TARIF,
        ContractGroup.BEAMTE,
    ]
    assert spans[free.pk] == []
    assert spans[changed.pk][0].holds_on(day(30, 11))
    assert not spans[changed.pk][0].holds_on(day(1))
    on = queries.contracts_on([changed.pk, free.pk], day(1))
    assert set(on) == {changed.pk}
    assert on[changed.pk].group == ContractGroup.BEAMTE
    assert len(queries.contracts_between([changed.pk], day(1), day(5))[changed.pk]) == 1


def test_a_contract_ends_and_another_follows(now: datetime) -> None:
    officer = an_officer(now)
    row = a_contract(officer, now)
    actions.end_contract(contract_id=row.pk, valid_to=day(1), actor=TEST, now=now)
    with pytest.raises(Refused) as refused:
        actions.end_contract(contract_id=row.pk, valid_to=day(5), actor=TEST, now=now)
    assert refused.value.code == "contract-over"
    wrong = a_contract(officer, now, start=day(1))
    actions.end_contract(contract_id=wrong.pk, valid_to=day(1), actor=TEST, now=now)
    assert not Contract.objects.filter(pk=wrong.pk).exists()
    with pytest.raises(NotFound):
        actions.end_contract(contract_id=0, valid_to=day(1), actor=TEST, now=now)


def test_absences_never_overlap_but_an_illness_cuts_a_leave(now: datetime) -> None:
    officer = an_officer(now)
    absent(officer, now, AbsenceKind.LEAVE, 7, 18)
    with pytest.raises(Refused) as refused:
        absent(officer, now, AbsenceKind.TRAINING, 18, 19)
    assert refused.value.code == "absence-overlaps"
    absent(officer, now, AbsenceKind.SICK, 10, 11)
    assert days_of(officer) == [("leave", 7, 9), ("sick", 10, 11), ("leave", 12, 18)]
    absent(officer, now, AbsenceKind.SICK, 11, 12)  # prolonged
    assert days_of(officer) == [("leave", 7, 9), ("sick", 10, 12), ("leave", 13, 18)]
    with pytest.raises(Refused) as refused:
        absent(officer, now, AbsenceKind.TRAINING, 12, 12)
    assert refused.value.code == "absence-overlaps"
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        Absence.objects.create(officer=officer, kind="leave", first_day=day(9), last_day=day(9))
    Absence.objects.create(officer=officer, kind="leave", first_day=day(19), last_day=day(19))


def test_the_record_of_an_absence_does_not_say_why(now: datetime) -> None:
    officer = an_officer(now)
    absent(officer, now, AbsenceKind.SICK, 10, 11)
    entry = journal.entries_of(f"officer:{officer.pk}").get(act="staff.absence_noted")
    assert entry.body.content == {"from": "2026-12-10", "to": "2026-12-11"}


def test_absences_can_be_moved_and_taken_out(now: datetime) -> None:
    officer = an_officer(now)
    row = absent(officer, now, AbsenceKind.LEAVE, 7, 8)
    absent(officer, now, AbsenceKind.LEAVE, 10, 11)
    change = {"absence_id": row.pk, "first_day": day(8), "actor": TEST, "now": now}
    with pytest.raises(Refused) as refused:
        actions.change_absence(last_day=day(10), **change)
    assert refused.value.code == "absence-overlaps"
    actions.change_absence(last_day=day(9), **change)
    assert days_of(officer) == [("leave", 8, 9), ("leave", 10, 11)]
    actions.remove_absence(absence_id=row.pk, actor=TEST, now=now)
    assert days_of(officer) == [("leave", 10, 11)]
    with pytest.raises(NotFound):
        actions.remove_absence(absence_id=row.pk, actor=TEST, now=now)


def test_old_absences_are_erased(now: datetime) -> None:
    officer = an_officer(now)
    keep = timedelta(days=30)
    absent(officer, now, AbsenceKind.SICK, 1, 2)
    absent(officer, now, AbsenceKind.LEAVE, 3, 4)
    later = datetime.combine(day(2), now.time(), now.tzinfo) + keep
    assert actions.tidy_absences(keep=keep, actor=TEST, now=later) == 0
    assert actions.tidy_absences(keep=keep, actor=TEST, now=later + timedelta(days=1)) == 1
    assert actions.tidy_absences(keep=keep, actor=TEST, now=later + timedelta(days=1)) == 0
    assert days_of(officer) == [("leave", 3, 4)]


def test_contracts_and_qualifications_are_erased_years_after_their_end(now: datetime) -> None:
    officer = an_officer(now)
    for first, last in ((date(2018, 1, 1), date(2023, 1, 1)), (date(2023, 1, 1), None)):
        Contract.objects.create(
            officer=officer,
            group=ContractGroup.TARIF,
            share=1,
            weekly_minutes=2340,
            valid_from=first,
            valid_to=last,
        )
    for first, last in ((date(2020, 1, 1), date(2023, 1, 2)), (date(2022, 5, 1), None)):
        Qualification.objects.create(officer=officer, kind="baton", valid_from=first, valid_to=last)
    new_year = datetime(2026, 1, 1, 0, 30, tzinfo=BERLIN)
    before = actions.tidy_ended(actor=TEST, now=new_year - timedelta(hours=1))
    assert before == {Kept.CONTRACT: 0, Kept.QUALIFICATION: 0}
    # The contract ended with 31 December 2022; the qualification was still good on 1 January 2023.
    assert actions.tidy_ended(actor=TEST, now=new_year) == {
        Kept.CONTRACT: 1,
        Kept.QUALIFICATION: 0,
    }
    assert actions.tidy_ended(actor=TEST, now=new_year)[Kept.CONTRACT] == 0
    assert Contract.objects.get(officer=officer).valid_to is None
    a_year_later = new_year + timedelta(days=365)
    assert actions.tidy_ended(actor=TEST, now=a_year_later)[Kept.QUALIFICATION] == 1
    acts = Entry.objects.filter(act__endswith="s_erased").values_list("act", flat=True)
    assert list(acts) == ["staff.contracts_erased", "staff.qualifications_erased"]


def test_every_period_has_years_and_says_why() -> None:
    found = queries.periods()
    assert set(found) == set(Kept)
    assert all(period.reason for period in found.values())
    with pytest.raises(KeyError):
        periods_of({"periods": {"contract": {"years": 3, "norm": "", "reason": "x"}}})
    rows = {kept.value: {"years": -1, "norm": "", "reason": "x"} for kept in Kept}
    with pytest.raises(ValueError, match="contract"):
        periods_of({"periods": rows})


def test_officers_report_their_own_illness_and_nothing_else(
    actor_for: ActorFor, now: datetime
) -> None:
    actor = actor_for("officer")
    own, other = an_officer(now, user_id=actor.user_id), an_officer(now)
    days = {"first_day": day(1), "last_day": day(2), "actor": actor, "now": now}
    actions.add_absence(officer_id=own.pk, kind=AbsenceKind.SICK, **days)
    for officer, kind in ((own, AbsenceKind.LEAVE), (other, AbsenceKind.SICK)):
        with pytest.raises(NotPermitted):
            actions.add_absence(officer_id=officer.pk, kind=kind, **days)
    away = queries.absences_between([own.pk, other.pk], day(2), day(2))
    assert {pk for pk, rows in away.items() if rows} == {own.pk}


def test_school_days_carry_their_lessons(now: datetime) -> None:
    officer = an_officer(now, apprentice=True)
    actions.add_absence(
        officer_id=officer.pk,
        kind=AbsenceKind.SCHOOL,
        first_day=day(3),
        last_day=day(3),
        lessons=6,
        begins=time(8),
        actor=TEST,
        now=now,
    )
    (row,) = queries.absences_between([officer.pk], day(3), day(3))[officer.pk]
    assert (row.lessons, row.begins) == (6, time(8))


def test_skills_are_known_for_every_day_of_a_month(now: datetime) -> None:
    officer = an_officer(now)
    for start, end in ((day(1, 1), day(10)), (day(20), None)):
        actions.add_qualification(
            officer_id=officer.pk,
            kind=QualificationKind.BATON,
            valid_from=start,
            valid_to=end,
            actor=TEST,
            now=now,
        )
    spans = queries.skills_between([officer.pk], day(1), day(31))[officer.pk]
    assert [(s.valid_from, s.valid_to) for s in spans] == [
        (day(1, 1), day(10)),
        (day(20), None),
    ]
    held = [d for d in range(1, 32) if any(span.holds_on(day(d)) for span in spans)]
    assert held == [*range(1, 10), *range(20, 32)]
    assert queries.skills_on([officer.pk], day(15)) == {officer.pk: frozenset()}


def test_a_qualification_is_withdrawn_from_a_day_on(now: datetime) -> None:
    officer = an_officer(now, QualificationKind.BODY_CAM)
    row = officer.qualifications.get()
    withdraw = {"qualification_id": row.pk, "actor": TEST, "now": now}
    actions.withdraw_qualification(from_day=day(1), **withdraw)
    assert queries.qualified("body_cam", on=day(30, 11)) == {officer.pk}
    assert queries.qualified("body_cam", on=day(1)) == frozenset()
    with pytest.raises(Refused) as refused:
        actions.withdraw_qualification(from_day=day(2), **withdraw)
    assert refused.value.code == "qualification-over"
    actions.withdraw_qualification(from_day=date(2020, 1, 1), **withdraw)
    assert not officer.qualifications.exists()


def test_birth_dates_are_kept_while_a_law_asks(now: datetime) -> None:
    minor, adult, civil = an_officer(now), an_officer(now), an_officer(now)
    a_contract(minor, now, group=ContractGroup.AZUBI)
    a_contract(adult, now)
    a_contract(civil, now, group=ContractGroup.BEAMTE)

    def note(officer: Officer, born: date) -> None:
        actions.note_birth_date(officer_id=officer.pk, born_date=born, actor=TEST, now=now)

    note(minor, date(2008, 12, 24))
    note(civil, date(1975, 5, 1))
    for officer, born, code in (
        (adult, date(1990, 1, 1), "birth-date-not-needed"),
        (adult, date(2020, 1, 1), "birth-date-impossible"),
        (civil, date(1930, 1, 1), "birth-date-impossible"),
    ):
        with pytest.raises(Refused) as refused:
            note(officer, born)
        assert refused.value.code == code
    ids = [minor.pk, adult.pk, civil.pk]
    assert set(queries.birth_dates(ids)) == {minor.pk, civil.pk}
    minor.refresh_from_db()
    assert not minor.of_age
    assert "2008" not in str(
        [entry.body.content for entry in journal.entries_of(f"officer:{minor.pk}")]
    )
    later = now + timedelta(days=40)  # grown up on Christmas Eve
    assert actions.tidy_birth_dates(actor=TEST, now=now) == 0
    assert actions.tidy_birth_dates(actor=TEST, now=later) == 1
    assert actions.tidy_birth_dates(actor=TEST, now=later) == 0
    assert set(queries.birth_dates(ids)) == {civil.pk}
    minor.refresh_from_db()
    assert minor.of_age  # known from now on, without the date
    actions.see_off_officer(officer_id=civil.pk, left_date=day(1), actor=TEST, now=now)
    assert actions.tidy_birth_dates(actor=TEST, now=later) == 1
    assert not BirthDate.objects.exists()


def test_a_reminder_is_made_once_for_each_step(now: datetime) -> None:
    soon, later, renewed, gone = (an_officer(now) for _ in range(4))
    for officer, days in ((soon, 31), (later, 100), (renewed, 31), (gone, 31)):
        qualify(officer, QualificationKind.FIRST_AID, now, days=days)
    actions.add_qualification(
        officer_id=renewed.pk,
        kind=QualificationKind.FIRST_AID,
        valid_from=now.date(),
        valid_to=now.date() + timedelta(days=700),
        actor=TEST,
        now=now,
    )
    actions.see_off_officer(officer_id=gone.pk, left_date=day(1), actor=TEST, now=now)
    assert actions.remind(actor=TEST, now=now) == 1
    assert actions.remind(actor=TEST, now=now) == 0
    assert Reminder.objects.get().days_before == 30
    assert actions.remind(actor=TEST, now=now + timedelta(days=24)) == 1
    row = Reminder.objects.get(days_before=7)
    assert row.qualification.officer_id == soon.pk


@pytest.mark.parametrize(("gap", "told"), [(0, 0), (1, 1), (45, 1)])
def test_a_gap_before_the_renewal_is_told(
    now: datetime, actor_for: ActorFor, gap: int, told: int
) -> None:
    officer, today = an_officer(now), now.date()
    qualify(officer, QualificationKind.BATON, now, days=10)
    actions.add_qualification(
        officer_id=officer.pk,
        kind=QualificationKind.BATON,
        valid_from=today + timedelta(days=10 + gap),
        valid_to=today + timedelta(days=700),
        actor=TEST,
        now=now,
    )
    leader = actor_for("shift_leader")
    assert len(queries.endings(leader, on=today)) == told
    assert actions.remind(actor=TEST, now=now) == told
    # Once it holds again, nobody is reminded of what was.
    assert queries.endings(leader, on=today + timedelta(days=10 + gap)) == []


def test_whoever_leaves_in_years_is_reminded_until_then(now: datetime) -> None:
    officer = an_officer(now)
    qualify(officer, QualificationKind.FIRST_AID, now, days=31)
    actions.see_off_officer(
        officer_id=officer.pk, left_date=now.date() + timedelta(days=900), actor=TEST, now=now
    )
    assert actions.remind(actor=TEST, now=now) == 1


def test_languages_are_a_list_of_known_ones(now: datetime) -> None:
    officer = an_officer(now)
    for codes in (("tr", "en"), ("en", "uk")):
        actions.set_languages(officer_id=officer.pk, codes=codes, actor=TEST, now=now)
    assert set(officer.languages.values_list("code", flat=True)) == {"en", "uk"}
    with pytest.raises(Refused) as refused:
        actions.set_languages(officer_id=officer.pk, codes=["tlh"], actor=TEST, now=now)
    assert refused.value.code == "no-such-language"


def test_in_training_and_of_unknown_age_is_planned_as_a_minor(now: datetime) -> None:
    learner, adult = an_officer(now), an_officer(now)
    a_contract(learner, now, group=ContractGroup.AZUBI)
    a_contract(adult, now)
    first, last = day(1), day(31)

    def minors() -> set[int]:
        members = members_between(first, last)
        return {one.pk for one in members if is_minor(one, first) and is_minor(one, last)}

    assert minors() == {learner.pk}
    kept = actions.note_birth_date(
        officer_id=learner.pk, born_date=date(2000, 5, 1), actor=TEST, now=now
    )
    assert kept is None  # what is kept is that they are of age, not the date
    assert not queries.birth_dates([learner.pk])
    assert minors() == set()
    assert "2000" not in str(
        [entry.body.content for entry in journal.entries_of(f"officer:{learner.pk}")]
    )
    actions.note_birth_date(
        officer_id=learner.pk, born_date=date(2010, 5, 1), actor=TEST, now=now
    )  # the year was wrong
    assert minors() == {learner.pk}
    assert set(queries.birth_dates([learner.pk])) == {learner.pk}


def test_the_roster_leaves_the_day_before_an_exam_free_and_credits_it(now: datetime) -> None:
    learner, adult = an_officer(now), an_officer(now)
    a_contract(learner, now, group=ContractGroup.AZUBI)
    a_contract(adult, now)
    for officer in (learner, adult):
        for on in (day(9), day(15)):  # a Wednesday, and the day after the plan
            actions.add_absence(
                officer_id=officer.pk, kind=AbsenceKind.EXAM, first_day=on, last_day=on,
                actor=TEST, now=now,
            )  # fmt: skip
    members = {one.pk: one for one in members_between(day(1), day(14))}
    eves = {off.day: off for off in members[learner.pk].offs}
    assert {day(8), day(14)} <= set(eves)
    assert (eves[day(8)].minutes, eves[day(8)].worked) == (round(39 * 60 / 5), True)
    assert members[learner.pk].exam_eves == {day(8), day(14)}
    assert day(8) not in {off.day for off in members[adult.pk].offs}  # § 15 BBiG is of apprentices


def test_the_roster_does_not_count_on_a_qualification_with_a_hole(now: datetime) -> None:
    gap, renewed = an_officer(now), an_officer(now)
    for officer, again in ((gap, day(20)), (renewed, day(5))):
        a_contract(officer, now)
        for start, end in ((day(1, 11), day(5)), (again, None)):
            actions.add_qualification(
                officer_id=officer.pk, kind=QualificationKind.BATON, valid_from=start,
                valid_to=end, actor=TEST, now=now,
            )  # fmt: skip
    members = {one.pk: one for one in members_between(day(1), day(31))}
    assert members[gap.pk].skills == frozenset()
    assert members[renewed.pk].skills == {"baton"}


def test_an_illness_is_prolonged_by_reporting_it_again(actor_for: ActorFor, now: datetime) -> None:
    actor = actor_for("officer")
    own = an_officer(now, user_id=actor.user_id)

    def report(first: int, last: int) -> None:
        actions.add_absence(
            officer_id=own.pk, kind=AbsenceKind.SICK, first_day=day(first), last_day=day(last),
            actor=actor, now=now,
        )  # fmt: skip

    actions.add_absence(
        officer_id=own.pk, kind=AbsenceKind.LEAVE, first_day=day(4), last_day=day(8),
        actor=TEST, now=now,
    )  # fmt: skip
    report(1, 2)
    report(2, 5)  # on the second day: it takes longer, into the leave
    assert days_of(own) == [("sick", 1, 5), ("leave", 6, 8)]
    cut = journal.entries_of(f"officer:{own.pk}").filter(act="staff.absence_removed").get()
    assert cut.body.content == {"from": "2026-12-04", "to": "2026-12-05"}
    with pytest.raises(Refused) as refused:
        report(3, 5)
    assert refused.value.code == "sick-known"
    assert "bis 5.12.2026" in refused.value.message
    report(11, 12)
    report(5, 11)  # two illnesses with nothing between them are one
    assert days_of(own) == [("sick", 1, 12)]


def test_illnesses_side_by_side_are_one_and_with_a_day_between_two(now: datetime) -> None:
    officer = an_officer(now)
    absent(officer, now, AbsenceKind.SICK, 7, 8)
    absent(officer, now, AbsenceKind.SICK, 9, 10)  # the day after
    absent(officer, now, AbsenceKind.SICK, 5, 6)  # the day before
    assert days_of(officer) == [("sick", 5, 10)]
    absent(officer, now, AbsenceKind.SICK, 12, 13)
    absent(officer, now, AbsenceKind.LEAVE, 14, 15)  # another kind beside it stays
    assert days_of(officer) == [("sick", 5, 10), ("sick", 12, 13), ("leave", 14, 15)]


@pytest.mark.parametrize("last", [11, 12, 14])
def test_an_illness_that_is_given_days_up_to_another_becomes_one_with_it(
    now: datetime, last: int
) -> None:
    officer = an_officer(now)
    row = absent(officer, now, AbsenceKind.SICK, 7, 8)
    absent(officer, now, AbsenceKind.SICK, 12, 13)
    actions.change_absence(
        absence_id=row.pk, first_day=day(7), last_day=day(last), actor=TEST, now=now
    )
    assert days_of(officer) == [("sick", 7, max(last, 13))]


def test_an_illness_that_is_given_other_days_cuts_leave_too(now: datetime) -> None:
    officer = an_officer(now)
    row = actions.add_absence(
        officer_id=officer.pk, kind=AbsenceKind.SICK, first_day=day(1), last_day=day(2),
        actor=TEST, now=now,
    )  # fmt: skip
    actions.add_absence(
        officer_id=officer.pk, kind=AbsenceKind.LEAVE, first_day=day(3), last_day=day(8),
        actor=TEST, now=now,
    )  # fmt: skip
    actions.change_absence(
        absence_id=row.pk, first_day=day(1), last_day=day(4), actor=TEST, now=now
    )
    assert days_of(officer) == [("sick", 1, 4), ("leave", 5, 8)]


def test_prolonging_an_illness_tells_the_administration_nothing(
    actor_for: ActorFor, now: datetime
) -> None:
    officer = an_officer(now)
    absent(officer, now, AbsenceKind.SICK, 1, 2)
    absent(officer, now, AbsenceKind.PARENTAL, 5, 9)
    with pytest.raises(Refused) as refused:
        actions.add_absence(
            officer_id=officer.pk, kind=AbsenceKind.SICK, first_day=day(3), last_day=day(6),
            actor=actor_for("admin"), now=now,
        )  # fmt: skip
    assert "ist schon abwesend eingetragen" in str(refused.value.message)

"""Who left long ago: the name goes, the row stays for what refers to it and for what is counted."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from streife.accounts.queries import actor_of
from streife.accounts.rules import Role
from streife.journal.models import Entry
from streife.kernel.errors import NotFound, NotPermitted
from streife.staff import actions, queries
from streife.staff.models import Absence, BirthDate, Contract, Language, Officer, Qualification
from streife.staff.rules import ContractGroup, QualificationKind
from streife.staff.rules.retention import Kept, counted_from, periods_of
from tests.factories import user_with
from tests.staffing import TEST, an_officer

BERLIN = ZoneInfo("Europe/Berlin")
pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(now: datetime) -> Officer:
    """Return somebody who left with the last day of 2022, and everything that is known of them."""
    officer = an_officer(
        now, QualificationKind.BATON, last_name="Probe", entered_date=date(2019, 9, 16)
    )
    user = user_with(Role.OFFICER)
    actions.link_user(officer_id=officer.pk, username=user.username, actor=TEST, now=now)
    actions.set_languages(officer_id=officer.pk, codes=["tr"], actor=TEST, now=now)
    actions.make_contract(
        officer_id=officer.pk,
        group=ContractGroup.TARIF,
        share=Decimal(1),
        valid_from=date(2019, 9, 16),
        valid_to=None,
        actor=TEST,
        now=now,
    )
    BirthDate.objects.create(officer=officer, born_date=date(1990, 1, 1))
    Absence.objects.create(
        officer=officer, kind="leave", first_day=date(2022, 5, 1), last_day=date(2022, 5, 2)
    )
    return actions.see_off_officer(
        officer_id=officer.pk, left_date=date(2023, 1, 1), actor=TEST, now=now
    )


def erase(when: datetime) -> int:
    return actions.tidy_officers(actor=TEST, now=when)


NEW_YEAR = datetime(2026, 1, 1, 0, 30, tzinfo=BERLIN)


def test_after_three_whole_years_nothing_says_who_it_was(gone: Officer) -> None:
    here = an_officer(NEW_YEAR)
    later = an_officer(NEW_YEAR)
    Officer.objects.filter(pk=later.pk).update(left_date=date(2023, 1, 2))
    assert erase(NEW_YEAR - timedelta(hours=1)) == 0
    assert erase(NEW_YEAR) == 1
    assert erase(NEW_YEAR) == 0
    row = Officer.objects.get(pk=gone.pk)
    assert str(row) == "Einsatzkraft, ausgeschieden"
    assert (row.personnel_number, row.user) == (f"ausgeschieden-{row.pk}", None)
    text = " ".join(str(value) for value in vars(row).values())
    assert "Probe" not in text
    assert "T-" not in text
    for table in (Absence, BirthDate, Contract, Language, Qualification):
        assert not table._default_manager.filter(officer=gone).exists()
    assert queries.names_of([gone.pk, here.pk, later.pk]) == {
        gone.pk: "Einsatzkraft, ausgeschieden",
        here.pk: str(here),
        later.pk: str(later),
    }
    entry = Entry.objects.get(act="staff.officers_erased")
    assert (entry.subject, entry.body.content) == ("staff", {"gone": 1})


def test_only_the_system_erases(gone: Officer) -> None:
    with pytest.raises(NotPermitted):
        actions.tidy_officers(actor=actor_of(user_with(Role.SHIFT_LEADER)), now=NEW_YEAR)


def test_the_strength_of_former_years_is_what_it_was(gone: Officer, now: datetime) -> None:
    leader = actor_of(user_with(Role.SHIFT_LEADER))
    for _ in range(5):
        an_officer(now, entered_date=date(2019, 9, 2))
    before = queries.strength_until(leader, date(2023, 6, 1))
    assert erase(NEW_YEAR) == 1
    after = queries.strength_until(leader, date(2023, 6, 1))
    assert [(row.day, row.people) for row in after] == [(row.day, row.people) for row in before]
    row = Officer.objects.get(pk=gone.pk)
    assert (row.entered_date, row.left_date) == (date(2019, 10, 1), date(2023, 1, 1))


def test_nobody_sees_a_page_of_it_or_changes_it(gone: Officer) -> None:
    leader = actor_of(user_with(Role.SHIFT_LEADER))
    assert [one.officer.pk for one in queries.people(leader, on=date(2026, 1, 1), with_gone=True)]
    erase(NEW_YEAR)
    assert not queries.people(leader, on=date(2026, 1, 1), with_gone=True)
    with pytest.raises(NotFound):
        queries.officer_for(leader, gone.pk)
    with pytest.raises(NotFound):
        actions.set_languages(officer_id=gone.pk, codes=["tr"], actor=TEST, now=NEW_YEAR)


def test_the_personnel_number_is_free_again(gone: Officer) -> None:
    number = gone.personnel_number
    erase(NEW_YEAR)
    assert queries.officer_numbered(number) is None
    assert an_officer(NEW_YEAR, personnel_number=number).pk != gone.pk


@pytest.mark.parametrize("day", [date(2024, 1, 1), date(2024, 2, 29), date(2024, 12, 31)])
def test_a_month_is_counted_as_before(day: date) -> None:
    firsts = [date(2023 + n // 12, n % 12 + 1, 1) for n in range(36)]
    for first in firsts:
        assert (day <= first) == (counted_from(day) <= first)


@pytest.mark.parametrize("kept", [Kept.PLAN, Kept.DUTY])
def test_working_time_is_never_kept_shorter_than_the_law_says(kept: Kept) -> None:
    rows = {one.value: {"years": 2, "norm": "", "reason": "x"} for one in Kept}
    assert periods_of({"periods": rows})[kept].years == 2
    rows[kept.value]["years"] = 1  # § 16 Abs. 2 ArbZG
    with pytest.raises(ValueError, match=kept.value):
        periods_of({"periods": rows})

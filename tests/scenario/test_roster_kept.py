"""Years later: plans, wishes and duties go, and no rule loses what it looks back on."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client

from streife.accounts.rules import Role, system
from streife.journal.models import Entry
from streife.kernel.errors import NotPermitted
from streife.roster import actions
from streife.roster.models import (
    CalendarFeed,
    Duty,
    Plan,
    PlanChange,
    Post,
    Shift,
    ShiftKind,
    SickCall,
    Swap,
    Wish,
)
from streife.roster.queries.standing import standing_of
from streife.staff.models import Officer
from tests.rostering import Roster, a_roster
from tests.staffing import an_officer

Clients = Callable[[Role | str], Client]
BERLIN = ZoneInfo("Europe/Berlin")
LATER = datetime(2029, 1, 1, 3, 0, tzinfo=BERLIN)  # plans that ended before 2027 are over
pytestmark = pytest.mark.django_db


@pytest.fixture
def service(now: datetime) -> Roster:
    return a_roster(now, officers=4)


def on_duty(officer: Officer, day: date, kind: ShiftKind) -> Duty:
    start = datetime.combine(day, time(6), BERLIN)
    shift, _ = Shift.objects.get_or_create(
        name=kind.name, starts_at=start, ends_at=start + timedelta(hours=8), kind=kind
    )
    return Duty.objects.create(shift=shift, officer=officer)


def a_plan(service: Roster, first: date, last: date) -> Plan:
    """Return a plan with a post, a change, a swap, a wish and an illness in it."""
    plan = service.plan(first, last)
    service.put(plan, 0, first, "frueh")
    one, two = service.crew[:2]
    kind, at = service.kinds["frueh"], service.now
    Swap.objects.create(
        plan=plan, day=first, kind=kind, offered_by=one, taken_by=two, offered_at=at
    )
    Wish.objects.create(officer=one, day=first, want="free", made_at=at)
    SickCall.objects.create(officer=two, first_day=first, last_day=first, called_at=at)
    return plan


def test_old_plans_go_with_everything_in_them_and_the_others_stay(
    service: Roster, client_for: Clients
) -> None:
    old = a_plan(service, date(2026, 11, 30), date(2026, 12, 30))
    kept = a_plan(service, date(2026, 12, 31), date(2027, 1, 31))
    everything = (Post, PlanChange, Swap, Wish, SickCall)
    assert {table.objects.count() for table in everything} == {2}
    early = LATER - timedelta(hours=4)
    assert actions.tidy_roster(actor=system("test"), now=early).plans == 0
    gone = actions.tidy_roster(actor=system("test"), now=LATER)
    assert (gone.plans, gone.requests) == (1, 2)
    assert list(Plan.objects.all()) == [kept]
    assert {table.objects.count() for table in everything} == {1}
    assert Wish.objects.get().day == kept.first_day  # before 2027, but part of a plan that is kept
    again = actions.tidy_roster(actor=system("test"), now=LATER)
    assert (again.plans, again.requests, again.duties, again.feeds) == (0, 0, 0, 0)
    acts = dict(Entry.objects.filter(act__endswith="_erased").values_list("act", "body__content"))
    assert acts == {"roster.plans_erased": {"gone": 1}, "roster.requests_erased": {"gone": 2}}
    page = client_for("shift_leader").get("/dienstplan/").content.decode()
    assert f"/dienstplan/{old.pk}/" not in page


def test_a_plan_that_is_kept_is_judged_as_before(service: Roster) -> None:
    """It began in 2026, so it asks for the free Sundays of that year (§ 11 Abs. 1 ArbZG)."""
    officer, kind = service.crew[0], service.kinds["frueh"]
    sundays = [date(2026, 1, 4) + timedelta(weeks=n) for n in range(37)]
    duties = [on_duty(officer, day, kind) for day in sundays]
    older = on_duty(officer, date(2025, 12, 28), kind)
    plan = a_plan(service, date(2026, 12, 6), date(2027, 1, 3))  # begins on a Sunday
    before = standing_of(plan, service.now).verdict
    assert "T8" in {one.rule.split("/")[0] for one in before.broken}  # the 38th Sunday of 52
    gone = actions.tidy_roster(actor=system("test"), now=LATER)
    assert gone.duties == 1
    assert not Duty.objects.filter(pk=older.pk).exists()
    assert Duty.objects.filter(pk__in=[duty.pk for duty in duties]).count() == len(duties)
    assert standing_of(plan, service.now).verdict == before


def test_duties_go_when_no_plan_looks_back_on_them_and_the_shifts_stay(
    service: Roster, client_for: Clients
) -> None:
    officer, kind = service.crew[0], service.kinds["frueh"]
    for day in (date(2026, 7, 16), date(2026, 7, 17), date(2028, 12, 1)):
        on_duty(officer, day, kind)
    assert actions.tidy_roster(actor=system("test"), now=LATER).duties == 1  # 24 weeks before 2027
    assert Duty.objects.count() == 2
    assert Shift.objects.count() == 3


def test_calendar_addresses_of_whoever_left_go_too(service: Roster) -> None:
    gone, here = an_officer(service.now), service.crew[0]
    for number, officer in enumerate((gone, here)):
        CalendarFeed.objects.create(officer=officer, secret_hash=str(number), made_at=service.now)
    Officer.objects.filter(pk=gone.pk).update(left_date=date(2027, 1, 1))
    assert actions.tidy_roster(actor=system("test"), now=LATER).feeds == 1
    assert CalendarFeed.objects.get().officer == here


def test_the_accounts_of_an_erased_month_are_not_told_as_if_nobody_had_worked(
    service: Roster, client_for: Clients
) -> None:
    leader = client_for("shift_leader")
    first = date(service.now.year - 2, 1, 1)
    page = leader.get(f"/dienstplan/konten/?monat={first:%Y-%m}")
    assert page.status_code == 200
    before = first - timedelta(days=1)
    assert f"monat={before:%Y-%m}" not in page.content.decode()
    assert leader.get(f"/dienstplan/konten/?monat={before:%Y-%m}").status_code == 404


def test_the_command_says_how_much_and_only_the_system_erases(
    service: Roster, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("tidy_roster")
    assert "0 alte Dienstpläne" in capsys.readouterr().out
    with pytest.raises(NotPermitted):
        actions.tidy_roster(actor=service.leader, now=LATER)

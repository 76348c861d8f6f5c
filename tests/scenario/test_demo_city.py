"""The demo: loads twice without doubling, has something to show, plays a story."""

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from streife.accounts.models import User
from streife.accounts.queries import actor_of
from streife.accounts.rules import Role, system
from streife.config.demo import outfit, people, server, today
from streife.config.demo.cases import make_cases
from streife.config.demo.loading import load
from streife.config.demo.material import matters, words
from streife.config.demo.people import signins, signins_path
from streife.config.demo.shifts import plan_shift
from streife.config.schedule import SCHEDULE, due
from streife.dispatch.models import Assignment, Unit
from streife.equipment.models import Asset, Handover, Inspection
from streife.equipment.queries import carried, carried_by, items_due
from streife.incidents.models import Incident, SearchEntry
from streife.incidents.rules import LIVE
from streife.journal.models import Entry
from streife.kernel.clock import local
from streife.kernel.clock import now as present
from streife.reports.models import Report
from streife.roster.models import Demand, Plan, Shift, SickCall
from streife.roster.queries import officer_ids_on, shift_at
from streife.roster.queries.requests import proposals_for
from streife.roster.queries.standing import standing_of
from streife.roster.solver.evaluate import burdens
from streife.staff.models import Officer
from streife.staff.queries import absences_between, birth_dates, contracts_on
from streife.staff.rules import AbsenceKind, ContractGroup, age_on
from streife.triage.models import Proposal
from streife.triage.queries import category_names
from tests.docking import open_incident

SIZE = 80


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """Load once for all tests of this file; each starts from it and leaves it as it was."""
    signins_path().unlink(missing_ok=True)
    said: list[str] = []
    with django_db_blocker.unblock(), transaction.atomic():
        load(now=present(), say=said.append, size=SIZE)
        yield said
        transaction.set_rollback(True)


@pytest.fixture
def lines(city: list[str], db: None) -> Iterator[list[str]]:
    """Return what loading said; the file of passwords is put back after the test."""
    kept = signins_path().read_text()
    yield city
    signins_path().write_text(kept)


def counts() -> list[int]:
    models = (User, Officer, Shift, Unit, Report, Incident, Proposal, Entry)
    return [model.objects.count() for model in models]


def running_at(moment: datetime) -> Shift:
    running = shift_at(moment)
    assert running is not None
    return running


def test_the_story_needs_the_demo(db: None) -> None:
    with pytest.raises(CommandError, match="make demo"):
        call_command("demo_story", "--fast")


def test_a_second_start_changes_nothing_and_is_quick(lines: list[str]) -> None:
    before = counts()
    said: list[str] = []
    load(now=present(), say=said.append, size=SIZE)
    assert counts() == before
    assert len(said) == 1
    assert float(re.findall(r"[\d.]+", said[0])[0]) < 5


def test_every_role_has_a_person_and_a_password_that_works(lines: list[str]) -> None:
    rows = signins()
    held = set().union(*(actor_of(User.objects.get(username=r.username)).roles for r in rows))
    assert held == set(Role) - {Role.PUBLIC, Role.SYSTEM}
    assert all(User.objects.get(username=r.username).check_password(r.password) for r in rows)
    assert signins_path().stat().st_mode & 0o777 == 0o600


def test_lost_passwords_are_made_anew(lines: list[str]) -> None:
    old = {row.username: row.password for row in signins()}
    signins_path().unlink()
    people.make_users(present())
    for row in signins():
        assert row.password != old[row.username]
        assert User.objects.get(username=row.username).check_password(row.password)


def test_what_is_on_the_pages_is_synthetic_and_says_something(lines: list[str]) -> None:
    assert not Report.objects.filter(synthetic=False).exists()
    assert not Incident.objects.filter(synthetic=False).exists()
    assert Report.objects.count() >= SIZE * 0.95  # a few are drawn beyond the city's border
    waiting = Report.objects.filter(status="received")
    assert waiting.exists()
    assert Proposal.objects.filter(report__in=waiting).count() == waiting.count()
    assert Incident.objects.filter(status="closed").count() > SIZE / 3
    assert Incident.objects.filter(status__in=sorted(LIVE)).exists()
    assert Officer.objects.filter(apprentice=False).count() == people.OFFICERS
    assert Officer.objects.filter(apprentice=True).count() == people.APPRENTICES
    assert Unit.objects.filter(joint=True).exists()
    assert SearchEntry.objects.count() == Report.objects.count() + Incident.objects.count()
    assert Unit.objects.filter(status_key="").exists()  # unknown is not available


def test_everybody_has_a_contract_and_equipment(lines: list[str]) -> None:
    on = present().date()
    ids = list(Officer.objects.values_list("pk", flat=True))
    contracts = contracts_on(ids, on)
    assert set(contracts) == set(ids)
    assert {span.group for span in contracts.values()} == set(ContractGroup)
    minors = [pk for pk, born in birth_dates(ids).items() if age_on(born, on) < 18]
    assert len(minors) == 3
    assert all(contracts[pk].group == ContractGroup.AZUBI for pk in minors)
    away = absences_between(ids, on, on + timedelta(days=60))
    kinds = {span.kind for spans in away.values() for span in spans}
    assert {AbsenceKind.LEAVE, AbsenceKind.SCHOOL, AbsenceKind.SICK} <= kinds
    assert set(carried_by(ids)) == set(ids)
    worn = Handover.objects.filter(asset__kind="body_cam").latest("since_at")
    found = carried(serial=worn.asset.serial, at=worn.since_at)
    assert found is not None
    assert found.officer_id == worn.officer_id
    assert items_due(system("test"), on=on)[0].overdue


def test_the_journal_of_the_demo_can_be_verified(lines: list[str]) -> None:
    years = set(Entry.objects.values_list("log_id", flat=True))
    assert len(years) == 2
    call_command("journal", "verify", stdout=StringIO())


def test_the_month_of_the_demo_is_lawful_and_covered(lines: list[str]) -> None:
    plan = Plan.objects.exclude(state="draft").get()
    standing = standing_of(plan, present())
    assert not [one for one in standing.verdict.broken if one.kind != "demand"]
    assert len(standing.verdict.broken) <= 4  # an illness leaves two duties open on purpose
    assert plan.posts.count() > 1300
    for open_duty in proposals_for(SickCall.objects.get(), present()):
        assert len(open_duty.candidates) == 3


def test_nights_and_weekends_of_the_demo_month_are_shared_fairly(lines: list[str]) -> None:
    plan = Plan.objects.exclude(state="draft").get()
    legal, cover, fairness, *_ = plan.outcome["costs"]
    assert (legal, cover, fairness) == (0, 0, 0)
    standing = standing_of(plan, present())
    problem = standing.built.problem
    assert {share.id for share in problem.fairness} == {"fair/nights", "fair/weekends"}
    for share in problem.fairness:
        found = burdens(problem, share, standing.roster)
        assert max(found) - min(found) < 1.0005, share.id  # thousandths, as the evaluator rounds


def test_each_piece_is_with_one_person_though_two_shifts_run_at_once(lines: list[str]) -> None:
    now = present()
    others = Officer.objects.exclude(pk__in=officer_ids_on(running_at(now).pk))
    plan_shift(
        name="Gemeinsame Schicht",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=7),
        officer_ids=list(others.values_list("pk", flat=True)),
        actor=system("test"),
        now=now,
    )
    for model in (Handover, Inspection, Asset):
        model.objects.all().delete()
    assert outfit.make_outfit(now)
    rows = list(Handover.objects.order_by("asset_id", "since_at"))
    assert (
        len(
            {
                row.since_at
                for row in rows
                if row.until_at is None and row.since_at > now - timedelta(days=1)
            }
        )
        == 2
    )
    for earlier, later in pairwise(rows):
        if earlier.asset_id == later.asset_id:
            assert earlier.until_at is not None
            assert earlier.until_at <= later.since_at


@pytest.mark.parametrize("crews", [1, 2, 3, 4, 5])
def test_a_start_in_a_night_of_few_units_goes_well(
    crews: int, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "CREWS", crews)
    tomorrow = present() + timedelta(days=1)
    for number in ("2026-900001", "2026-900002", "2026-900003"):
        open_incident(tomorrow, number)
    assert today.ensure_today(tomorrow) == crews
    running = shift_at(tomorrow)
    assert running is not None
    jobs = Assignment.objects.filter(unit__shift=running)
    assert jobs.count() == min(3, max(0, crews - 2))


def test_a_day_later_there_is_a_shift_again(lines: list[str]) -> None:
    tomorrow = present() + timedelta(days=1)
    load(now=tomorrow, say=lambda line: None, size=SIZE)
    running = shift_at(tomorrow)
    assert running is not None
    on_duty = officer_ids_on(running.pk)
    crew = Officer.objects.filter(pk__in=on_duty, apprentice=False).count()
    weekday = local(running.starts_at).weekday()
    needs = Demand.objects.filter(kind__name=running.name, weekday=weekday, qualification="")
    assert crew >= sum(need.count for need in needs) >= 10  # as few as the service says, or more
    assert running.units.count() == min(today.CREWS, crew // 2)  # as many pairs as are on duty


def test_the_story_goes_from_report_to_answer(lines: list[str]) -> None:
    out = StringIO()
    call_command("demo_story", "--fast", stdout=out)
    told = out.getvalue().splitlines()
    assert len(told) == 9
    assert "verwarnt" in told[7]
    report = Report.objects.latest("id")
    assert report.status == "answered"
    assert report.incident_link.incident.status == "closed"


def test_the_same_day_and_seed_make_the_same_year() -> None:
    moment = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    one, two = (make_cases(size=200, seed=1, now=moment) for _ in range(2))
    assert one == two
    assert one != make_cases(size=200, seed=2, now=moment)
    assert len(one) == 200
    assert all(case.received_at <= moment for case in one)
    assert sum(case.decided_at is None for case in one) == 10  # a twentieth
    assert sum(case.twin_of is not None for case in one) > 2


def test_every_matter_of_the_mix_has_sentences_and_is_in_the_catalogue(lines: list[str]) -> None:
    for matter in matters():
        assert words().texts[matter.code]
    known = category_names(on=present().date())
    assert all(matter.code in known for matter in matters())


def test_recurring_work_is_due_at_the_start_and_after_its_time() -> None:
    moment = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    for row in SCHEDULE:
        assert due(row, None, moment)
        assert not due(row, moment, moment)
        assert due(row, moment - row.every, moment)


def test_the_schedule_names_commands_that_run(lines: list[str]) -> None:
    refused = StringIO()  # what a row refuses is said there and stops nothing
    call_command("run_schedule", "--once", stdout=StringIO(), stderr=refused)
    # Tests of this process sign heads and roll their entries back: what verify must notice.
    lines_said = refused.getvalue().splitlines()
    assert [line for line in lines_said if not line.startswith("journal verify: ")] == []


def test_a_taken_port_is_named(db: None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not server.port_is_free(port)
        with pytest.raises(CommandError, match=f"Port {port}"):
            call_command("demo", "--port", str(port))

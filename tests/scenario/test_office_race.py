"""People at the same moment on PostgreSQL: nothing twice, no gap, and nobody waits crosswise."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from io import StringIO
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from streife.accounts.queries import actor_of
from streife.accounts.rules import PUBLIC, Actor
from streife.desk.actions import close_matter, erase_report_text, merge_matters
from streife.dispatch.actions import assign, end_shifts, finish
from streife.field.actions import Observation, observe
from streife.incidents.actions import reopen_incident
from streife.incidents.models import Incident, SearchEntry
from streife.kernel.clock import now
from streife.reports.actions import object_to_answer, receive_report
from streife.reports.models import Report
from streife.triage.actions import decide
from streife.triage.models import Decision, Proposal
from streife.triage.rules import DecisionDraft, DecisionKind
from streife.triage.tasks import propose
from tests.committed import empty_journal
from tests.dispatching import NORDMARKT, SYSTEM, World, a_shift
from tests.factories import user_with
from tests.journal_making import audit
from tests.racing import Step, at_once
from tests.reporting import a_draft

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself"
    ),
]
ONLY_OURS = DecisionDraft(DecisionKind.OPEN, body_code="kod")


def a_city() -> World:
    """Return a running shift in a city with areas and catalogue."""
    for command in ("import_places", "import_catalogue"):
        call_command(command, stdout=StringIO(), verbosity=0)
    return a_shift(now())


@pytest.fixture(autouse=True)
def _background_work_waits(settings: Any) -> None:
    """Leave tasks to a worker, as in a real installation; here nobody is it."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def committed(transactional_db: None) -> Iterator[World]:
    """Return a city whose rows every connection sees."""
    yield a_city()
    empty_journal()


def told() -> int:
    """Receive a report and return its id."""
    return receive_report(draft=a_draft(client_id=uuid4()), actor=PUBLIC, now=now()).report_id


def opening(report_id: int, actor: Actor) -> Step:
    """Return a clerk's click on "accept"."""
    return lambda: decide(report_id=report_id, decision=ONLY_OURS, actor=actor, now=now())


def test_of_clerks_who_decide_at_the_same_moment_one_wins_and_the_others_are_told(
    committed: World,
) -> None:
    for _ in range(5):
        report_id = told()
        clerks = [committed.dispatcher, committed.colleague] * 3
        ended = at_once([opening(report_id, clerk) for clerk in clerks])
        assert ended == {"ok": 1, "already-decided": 5}
        assert Decision.objects.filter(report_id=report_id).count() == 1
    assert Incident.objects.count() == 5


def test_incident_numbers_have_no_gap_and_no_double_whoever_opens_at_once(
    committed: World,
) -> None:
    report_ids = [told() for _ in range(24)]
    ended: Counter[str] = Counter()
    for start in range(0, 24, 8):
        steps = [opening(pk, committed.dispatcher) for pk in report_ids[start : start + 8]]
        # One of them is refused after it counted, so its number must be given back.
        steps[3] = lambda pk=report_ids[start + 3]: decide(  # type: ignore[misc]
            report_id=pk,
            decision=DecisionDraft(DecisionKind.FORWARD, body_code="kod"),
            actor=committed.dispatcher,
            now=now(),
        )
        ended += at_once(steps)
    assert ended == {"ok": 21, "own-body": 3}
    numbers = sorted(int(n[5:]) for n in Incident.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 22))
    assert audit(now()).sound


def test_crews_clerks_and_residents_never_wait_for_each_other_crosswise(committed: World) -> None:
    """What used to be possible: one holds the record and waits for a row, another the reverse."""
    unit = committed.unit()
    for _ in range(6):
        report_ids = [told() for _ in range(3)]
        incident = committed.incident()
        steps: list[Step] = [opening(pk, committed.dispatcher) for pk in report_ids]
        steps += [observing(committed), observing(committed), told]
        steps.append(
            lambda pk=incident.pk: assign(  # type: ignore[misc]
                unit_id=unit.pk,
                incident_id=pk,
                queue=True,
                reason="später",
                actor=committed.dispatcher,
                now=now(),
            )
        )
        assert at_once(steps) == {"ok": 7}
    assert audit(now()).sound


def test_words_that_are_erased_while_something_is_made_of_them_do_not_come_back(
    committed: World,
) -> None:
    report_id = told()
    propose.call(report_id)
    assert "sofa" in SearchEntry.objects.get(kind="report", target_id=report_id).tokens
    officer = actor_of(user_with("case_officer"))

    def again() -> None:
        try:
            propose.call(report_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            erase_report_text(
                report_id=report_id, part="text", reason="requested", actor=officer, now=now()
            )
            background = pool.submit(again)
            sleep(1)  # it has read what it can, and waits
        background.result(timeout=30)
    assert "sofa" not in SearchEntry.objects.get(kind="report", target_id=report_id).tokens
    assert "Sofa" not in str(Proposal.objects.get(pk=report_id).reasons)


def test_erasing_proposing_and_deciding_never_wait_for_each_other_crosswise(
    committed: World,
) -> None:
    officer = actor_of(user_with("case_officer"))
    for _ in range(10):
        report_id = told()
        propose.call(report_id)
        erasing = partial(
            erase_report_text, report_id=report_id, part="text", reason="requested",
            actor=officer, now=now(),
        )  # fmt: skip
        again = partial(propose.call, report_id)
        ended = at_once([erasing, again, opening(report_id, committed.dispatcher), again])
        assert ended == {"ok": 4}
        assert "sofa" not in SearchEntry.objects.get(kind="report", target_id=report_id).tokens


def observing(world: World) -> Step:
    """Return a crew's own finding."""
    found = Observation("sperrmuell", "Ein Sofa", "Nordmarkt 3", NORDMARKT)
    return lambda: observe(found=found, client_id=uuid4(), actor=world.crew_actor(), now=now())


@pytest.fixture
def world(db: None) -> World:
    """Return a city for tests on one connection."""
    return a_city()


def late_statements(step: Step) -> list[str]:
    """Return what a step locked or wrote outside the record after it had locked the record."""
    with CaptureQueriesContext(connection) as captured:
        step()
    statements = [query["sql"] for query in captured]
    locked = [index for index, sql in enumerate(statements) if "pg_advisory_xact_lock" in sql]
    assert locked, "the step recorded nothing"
    return [
        sql
        for sql in statements[locked[0] + 1 :]
        if '"journal_' not in sql
        and ("FOR UPDATE" in sql or sql.startswith(("UPDATE", "INSERT", "DELETE")))
    ]


def test_the_record_is_locked_after_everything_else(world: World) -> None:
    """Then whoever holds the record waits for nothing, and no two can wait for each other."""
    who, unit = world.dispatcher, world.unit()
    report_ids = [told() for _ in range(4)]
    assert late_statements(opening(report_ids[0], who)) == []
    first = Incident.objects.latest("id")
    merge = DecisionDraft(DecisionKind.MERGE, incident_id=first.pk)
    for report_id, draft in (
        (report_ids[1], merge),
        (report_ids[2], DecisionDraft(DecisionKind.FORWARD, body_code="edg")),
        (report_ids[3], DecisionDraft(DecisionKind.REJECT, reason="Privatgrund")),
    ):
        deciding = lambda pk=report_id, d=draft: decide(  # noqa: E731 (bound to this round)
            report_id=pk, decision=d, actor=who, now=now()
        )
        assert late_statements(deciding) == []
    assert late_statements(observing(world)) == []
    for job in unit.assignments.filter(ended_at__isnull=True):
        ending = lambda pk=job.pk: finish(  # noqa: E731 (bound to this round)
            assignment_id=pk, outcome="resolved", measure="", note="", actor=who, now=now()
        )
        assert late_statements(ending) == []


def test_the_record_is_locked_last_where_the_desk_ends_a_matter(world: World) -> None:
    who, unit = world.dispatcher, world.unit()
    duplicate, waiting, kept = (world.incident(title) for title in ("eins", "zwei", "drei"))
    assign(unit_id=unit.pk, incident_id=duplicate.pk, actor=who, now=world.now)
    assign(
        unit_id=unit.pk,
        incident_id=waiting.pk,
        queue=True,
        reason="danach",
        actor=who,
        now=world.now,
    )
    assert (
        late_statements(
            lambda: merge_matters(
                incident_id=kept.pk, duplicate_id=duplicate.pk, actor=who, now=now()
            )
        )
        == []
    )
    assert (
        late_statements(
            lambda: close_matter(
                incident_id=waiting.pk, outcome="resolved", note="", actor=who, now=now()
            )
        )
        == []
    )
    assert (
        late_statements(
            lambda: reopen_incident(incident_id=waiting.pk, reason="doch", actor=who, now=now())
        )
        == []
    )
    world.unit("KOD 12", (2, 3))
    evening = world.shift.ends_at + timedelta(minutes=1)
    assert late_statements(lambda: end_shifts(actor=SYSTEM, now=evening)) == []


def test_the_record_is_locked_last_where_an_answer_was_not_true(world: World) -> None:
    who = world.dispatcher
    received = receive_report(draft=a_draft(client_id=uuid4()), actor=PUBLIC, now=now())
    opening(received.report_id, who)()
    incident = Incident.objects.get()
    close_matter(incident_id=incident.pk, outcome="resolved", note="", actor=who, now=now())
    Report.objects.filter(pk=received.report_id).update(status="answered", answered_at=now())
    object_to_answer(reference=received.reference, secret=received.secret, text="Nein.", now=now())
    assert late_statements(opening(received.report_id, who)) == []
    incident.refresh_from_db()
    assert incident.status == "open"

"""The background breaks off: a mail server is away, a worker dies. All are told anyway."""

import io
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from time_machine import travel

from streife.kernel.clock import now as present
from streife.reports.models import Report
from streife.triage.models import Proposal
from tests.reporting import fields, load_catalogue, load_city

pytestmark = pytest.mark.django_db
AWAY = "django.core.mail.backends.smtp.EmailBackend"
THERE = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _worker(settings: Any, db: None) -> None:
    """Let the background work as in a real installation; nobody listens on the port of mail."""
    load_city()
    load_catalogue()
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = AWAY, "127.0.0.1", 9


def work() -> None:
    """Do as `db_worker`, which would close the connection that the test's transaction is in."""
    worker = Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default",
        startup_delay=False, max_tasks=None, worker_id="test", excluded_queue_names=[],
    )  # fmt: skip
    while (row := DBTaskResult.objects.ready().first()) is not None:
        row.claim("test")
        worker.run_task(row)


def work_at(moment: datetime) -> None:
    """Do what schedule and worker do at a moment."""
    with travel(moment, tick=False):
        call_command("resume_tasks", stdout=io.StringIO())
        work()


def states() -> dict[str, str]:
    rows = DBTaskResult.objects.values_list("task_path", "status")
    return {path.rpartition(".")[2]: status for path, status in rows}


def test_mail_leaves_when_the_mail_server_is_back(settings: Any) -> None:
    Client().post("/hinweis/", fields(email="resident@example.org"))
    begin = present()
    work_at(begin)
    assert states() == {"propose": "SUCCESSFUL", "tell_resident": "FAILED"}
    work_at(begin + timedelta(minutes=1))  # not at once: it would only be away again
    assert states()["tell_resident"] == "FAILED"
    settings.EMAIL_BACKEND = THERE
    work_at(begin + timedelta(minutes=6))
    assert states() == {"propose": "SUCCESSFUL", "tell_resident": "SUCCESSFUL"}
    assert [message.to for message in mail.outbox] == [["resident@example.org"]]


def test_a_server_that_stays_away_is_asked_less_and_less_and_then_no_more() -> None:
    Client().post("/hinweis/", fields(email="resident@example.org"))
    moment, tried = present(), []
    for _ in range(2 * 24 * 3):  # three days
        moment += timedelta(minutes=30)
        with travel(moment, tick=False):
            call_command("resume_tasks", stdout=io.StringIO())
            ready = DBTaskResult.objects.filter(status="READY").exists()
            if ready:
                work()
                tried.append(moment)
    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert len(tried) == 10
    assert waits == sorted(waits)
    assert timedelta(hours=40) < tried[-1] - tried[0] < timedelta(hours=48)


def test_what_a_worker_had_in_hand_when_the_power_went_is_done_by_the_next() -> None:
    Client().post("/hinweis/", fields())
    task = DBTaskResult.objects.get()
    task.claim("worker-without-power")
    begin = present()
    work_at(begin + timedelta(minutes=10))  # it might still be at work
    assert not Proposal.objects.exists()
    work_at(begin + timedelta(minutes=31))
    assert Proposal.objects.get().report == Report.objects.get()
    assert states() == {"propose": "SUCCESSFUL"}


def test_work_that_looks_after_itself_is_left_alone() -> None:
    task = DBTaskResult.objects.create(
        status="FAILED", finished_at=present() - timedelta(hours=1), run_after=present(),
        task_path="streife.evidence.tasks.make_copy", backend_name="default",
        args_kwargs={"args": [1], "kwargs": {}},
    )  # fmt: skip
    call_command("resume_tasks", stdout=io.StringIO())
    task.refresh_from_db()
    assert task.status == "FAILED"

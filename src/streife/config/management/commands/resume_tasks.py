"""`manage.py resume_tasks`: gives what the background broke off another try; run it often.

A mail server that is away for a night, a database that was locked for too long, a power cut in the
middle: what residents are told, and what the desk sees of their reports, must not hang on that.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from streife.kernel.clock import now

# Short work that may run twice; footage and plans look after their own (`resume_redactions`, …).
RESUMED = ("streife.reports.tasks.", "streife.triage.tasks.")
DEAD_AFTER = timedelta(minutes=30)  # none of them takes a minute
FIRST_WAIT = timedelta(minutes=5)
MOST_TRIES = 10  # the last one some 43 hours after the first


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries: longer each time.

    >>> wait_after(1), wait_after(3)
    (datetime.timedelta(seconds=300), datetime.timedelta(seconds=1200))
    """
    return FIRST_WAIT * (1 << (tries - 1))


class Command(BaseCommand):
    """Makes failed work, and work whose worker died, ready again."""

    help = "Abgebrochene Hintergrundarbeit noch einmal versuchen"

    def handle(self, *args: Any, **options: Any) -> None:
        """Resume and print how many."""
        moment = now()
        ours = Q(*(("task_path__startswith", path) for path in RESUMED), _connector=Q.OR)
        rows = DBTaskResult.objects.filter(ours)
        resumed = sum(_failed(row, moment) for row in rows.filter(status="FAILED"))
        dead = rows.filter(status="RUNNING", started_at__lt=moment - DEAD_AFTER)
        resumed += sum(_again(row, moment) for row in dead)
        self.stdout.write(f"{resumed} Aufgaben noch einmal bereitgelegt.")


def _failed(row: DBTaskResult[Any, Any], moment: datetime) -> int:
    tries = len(row.worker_ids)
    ended = row.finished_at or moment
    if tries >= MOST_TRIES or moment < ended + wait_after(max(1, tries)):
        return 0
    return _again(row, moment)


def _again(row: DBTaskResult[Any, Any], moment: datetime) -> int:
    """Make it ready, unless somebody else was faster; how often it was tried stays."""
    same = DBTaskResult.objects.filter(pk=row.pk, status=row.status, started_at=row.started_at)
    return same.update(
        status="READY",
        started_at=None,
        finished_at=None,
        run_after=moment,
        exception_class_path="",
        traceback="",
    )

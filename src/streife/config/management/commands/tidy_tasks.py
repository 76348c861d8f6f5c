"""`manage.py tidy_tasks`: forgets what the background did long ago; run it every night."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django_tasks_db.models import DBTaskResult

from streife.kernel.clock import now

KEPT = timedelta(days=7)  # long enough to look into a failure


class Command(BaseCommand):
    """Deletes finished tasks: their arguments and errors are a second record nobody erases."""

    help = "Erledigte Hintergrundarbeit nach einer Woche vergessen"

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete and print how many."""
        count, _ = DBTaskResult.objects.filter(finished_at__lt=now() - KEPT).delete()
        self.stdout.write(f"{count} erledigte Aufgaben vergessen.")

"""`manage.py tidy_equipment`: who had what long ago is nobody's business any more."""

from typing import Any

from django.core.management.base import BaseCommand

from streife.accounts.rules import system
from streife.equipment import actions
from streife.kernel.clock import now


class Command(BaseCommand):
    """Runs every day (config/schedule.py); a second run on the same day does nothing."""

    help = "Ausgaben von Ausstattung löschen, die lange zurückliegen"

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase and say how many."""
        gone = actions.tidy_handovers(actor=system("schedule"), now=now())
        self.stdout.write(f"{gone} alte Ausgaben von Ausstattung gelöscht")

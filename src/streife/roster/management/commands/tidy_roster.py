"""`manage.py tidy_roster`: who worked when, long ago, is nobody's business any more."""

from typing import Any

from django.core.management.base import BaseCommand

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.roster import actions


class Command(BaseCommand):
    """Runs every day (config/schedule.py); a second run on the same day does nothing."""

    help = "Alte Dienstpläne, Wünsche, Krankmeldungen und Dienste löschen"

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase and say how many."""
        gone = actions.tidy_roster(actor=system("schedule"), now=now())
        self.stdout.write(
            f"{gone.plans} alte Dienstpläne, {gone.requests} Wünsche und Krankmeldungen, "
            f"{gone.duties} Dienste und {gone.feeds} Kalenderadressen gelöscht"
        )

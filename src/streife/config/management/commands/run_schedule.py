"""`manage.py run_schedule`: runs what config/schedule.py lists; one process an installation."""

import argparse
from datetime import datetime
from time import sleep

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from streife.config.schedule import SCHEDULE, Recurring, due
from streife.kernel.clock import now


class Command(BaseCommand):
    """Runs all rows when they are due, until it is told to end."""

    help = "Führt die wiederkehrenden Arbeiten aus (config/schedule.py)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Offer a single round, for cron or a timer of the system."""
        parser.add_argument("--once", action="store_true", help="alles einmal, dann Ende")

    def handle(self, *, once: bool, **_: object) -> None:
        """Run."""
        last: dict[Recurring, datetime] = {}
        while True:
            for row in SCHEDULE:
                if due(row, last.get(row), now()):
                    self._run(row)
                    last[row] = now()
            if once:
                return
            close_old_connections()
            sleep(20)

    def _run(self, row: Recurring) -> None:
        """Run one row; what it refuses is said aloud and does not stop the others."""
        try:
            call_command(*row.command, verbosity=0, stdout=self.stdout)
        except CommandError as refused:
            self.stderr.write(f"{' '.join(row.command)}: {refused}")

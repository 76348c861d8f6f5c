"""`manage.py run_schedule`: runs what config/schedule.py lists; one process an installation."""

import argparse
from datetime import datetime, timedelta
from time import sleep
from traceback import format_exc

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections, connection

from streife.config.schedule import SCHEDULE, Recurring, due
from streife.kernel.clock import now

AGAIN = timedelta(minutes=10)


def again_after(row: Recurring) -> timedelta:
    """Return when a row that broke is tried again: what runs nightly does not wait for a day."""
    return min(row.every, AGAIN)


class Command(BaseCommand):
    """Runs all rows when they are due, until it is told to end."""

    help = "Führt die wiederkehrenden Arbeiten aus (config/schedule.py)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Offer a single round, for cron or a timer of the system."""
        parser.add_argument("--once", action="store_true", help="alles einmal, dann Ende")

    def handle(self, *, once: bool, **_: object) -> None:
        """Run; a single round ends with an error if a row broke."""
        last: dict[Recurring, datetime] = {}
        broken: set[str] = set()
        while True:
            for row in SCHEDULE:
                if due(row, last.get(row), now()):
                    whole = self._run(row)
                    broken |= set() if whole else {" ".join(row.command)}
                    last[row] = now() - (timedelta() if whole else row.every - again_after(row))
            if once and broken:
                raise CommandError(f"Abgebrochen: {', '.join(sorted(broken))}")
            if once:
                return
            close_old_connections()
            sleep(20)

    def _run(self, row: Recurring) -> bool:
        """Run one row and say whether it ran; what went wrong is said aloud.

        This is the one place that catches everything: a full disk or a bug in one row must not keep
        from running what the law wants of the rows behind it (erasures, ends of shifts).
        """
        try:
            call_command(*row.command, verbosity=0, stdout=self.stdout)
        except CommandError as refused:
            self.stderr.write(f"{' '.join(row.command)}: {refused}")
        except Exception:  # the one place: a bug in one row must not keep erasures from running
            self.stderr.write(f"{' '.join(row.command)}: abgebrochen\n{format_exc()}")
            if not connection.in_atomic_block:  # of whoever called us
                close_old_connections()  # it may be the database that went away
            return False
        return True

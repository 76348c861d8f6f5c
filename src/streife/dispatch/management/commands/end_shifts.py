"""`manage.py end_shifts`: positions go with the shift, idle units are stood down."""

from typing import Any

from django.core.management.base import BaseCommand

from streife.accounts.rules import system
from streife.dispatch.actions import end_shifts
from streife.kernel.clock import now


class Command(BaseCommand):
    """Safe to run as often as one likes."""

    help = "Löscht Positionen nach Schichtende und löst Streifen ohne offene Aufträge auf."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and say how many units were stood down."""
        count = end_shifts(actor=system("schedule"), now=now())
        self.stdout.write(f"{count} Streifen aufgelöst.")

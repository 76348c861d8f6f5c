"""`manage.py tidy_patrols`: the times of single stops go a day after the shift."""

from typing import Any

from django.core.management.base import BaseCommand

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.patrols.actions import tidy_presence


class Command(BaseCommand):
    """Safe to run as often as one likes."""

    help = "Löscht die genauen Zeiten der Halte vergangener Schichten; Minuten je Ort bleiben."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and say how many stops were cleared."""
        count = tidy_presence(actor=system("schedule"), now=now())
        self.stdout.write(f"{count} Halte bereinigt.")

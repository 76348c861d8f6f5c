"""`manage.py tidy_hand_overs`: names of private recipients go, what got stuck is made."""

from typing import Any

from django.core.management.base import BaseCommand

from streife.accounts.rules import system
from streife.evidence.export.actions import tidy_hand_overs
from streife.kernel.clock import now


class Command(BaseCommand):
    """Safe to run as often as one likes."""

    help = "Löscht Namen privater Empfänger nach der Frist und macht liegen gebliebene Dateien."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and say what was done."""
        done = tidy_hand_overs(actor=system("evidence"), now=now())
        self.stdout.write(f"{done.erased} Namen gelöscht, {done.again} Dateien noch einmal.")

"""`manage.py end_swaps`: what nobody decided before the duty began is over."""

from typing import Any

from django.core.management.base import BaseCommand

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.roster import actions


class Command(BaseCommand):
    """Safe to run as often as one likes."""

    help = "Beendet Tausche, deren Dienst begonnen hat oder so nicht mehr im Plan steht."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and say how many were ended."""
        count = actions.end_swaps(actor=system("schedule"), now=now())
        self.stdout.write(f"{count} Tausche beendet.")

"""`manage.py resume_redactions`: begins work on redactions anew that died with its process."""

from typing import Any

from django.core.management.base import BaseCommand

from streife.accounts.rules import system
from streife.evidence.actions.searching import resume_redactions
from streife.kernel.clock import now


class Command(BaseCommand):
    """Safe to run as often as one likes."""

    help = "Nimmt Schwärzungen wieder auf, deren Bearbeitung abgebrochen ist."

    def handle(self, *args: Any, **options: Any) -> None:
        """Resume."""
        count = resume_redactions(actor=system("evidence"), now=now())
        self.stdout.write(f"{count} wieder aufgenommen.")

"""`manage.py tidy_reports`: erases what may no longer be kept; run it every night."""

from typing import Any

from django.core.management.base import BaseCommand

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.reports.actions import (
    erase_due_contacts,
    forget_senders,
    forget_strays,
    forget_uploads,
)


class Command(BaseCommand):
    """Erases due contact data, waiting photos and the counts of past hours."""

    help = "Fällige Kontaktdaten, liegengebliebene Fotos und alte Zähler löschen"

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase and print how many."""
        actor, moment = system("tidy"), now()
        contacts = 0
        while batch := erase_due_contacts(actor=actor, now=moment):
            contacts += batch
        uploads = forget_uploads(actor=actor, now=moment)
        uploads += forget_strays(actor=actor, now=moment)
        forget_senders(actor=actor, now=moment)
        self.stdout.write(f"{contacts} Kontaktdaten gelöscht, {uploads} Fotos verworfen.")

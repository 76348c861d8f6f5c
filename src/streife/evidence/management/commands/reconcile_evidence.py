"""`manage.py reconcile_evidence`: the daily count of what should be there and what is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.evidence.actions import clear_receipts, reconcile, tidy_uploads, tidy_vault
from streife.kernel.clock import now
from streife.kernel.errors import Refused

ACTOR = system("evidence")


class Command(BaseCommand):
    """Fails aloud if anything differs."""

    help = "Vergleicht Protokoll, Tabellen, Schlüssel und Dateien der Verwahrung."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tidy, count, and name every difference."""
        try:
            tidy_vault(actor=ACTOR, now=now())
            tidy_uploads(actor=ACTOR, now=now())
            clear_receipts(actor=ACTOR, now=now())
            made = reconcile(actor=ACTOR, now=now())
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(
            f"{made.found_count} von {made.expected_count} Dateien, {made.found_bytes} von"
            f" {made.expected_bytes} Byte."
        )
        for finding in made.findings:
            self.stderr.write(" ".join(str(value) for value in finding.values()))
        if made.findings:
            raise CommandError(f"{len(made.findings)} Abweichungen im Bestand der Verwahrung.")

"""`manage.py evidence_keys`: rotate, back up (48 hours), restore."""

import argparse
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.evidence.actions import backup_keys, restore_keys, rotate_keys
from streife.kernel.clock import now
from streife.kernel.errors import Refused

ACTOR = system("evidence")


class Command(BaseCommand):
    """Footage is never touched by any of it."""

    help = "Schlüssel der Verwahrung: wechseln, sichern (48 Stunden), zurückholen."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Offer the three."""
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("rotate", help="neuer Hauptschlüssel, Aufnahmen bleiben wie sie sind")
        what.add_parser("backup", help="Sicherung für höchstens 48 Stunden")
        restore = what.add_parser("restore", help="ohne das, was seither gelöscht wurde")
        restore.add_argument("backup", type=Path)

    def handle(self, *, what: str, **options: object) -> None:
        """Run."""
        try:
            if what == "rotate":
                self.stdout.write(f"{rotate_keys(actor=ACTOR, now=now())} Schlüssel umgepackt.")
            elif what == "backup":
                self.stdout.write(str(backup_keys(actor=ACTOR, now=now())))
            else:
                backup = Path(str(options["backup"]))
                count = restore_keys(backup=backup, actor=ACTOR, now=now())
                self.stdout.write(f"{count} Schlüssel zurückgeholt.")
        except Refused as refused:
            raise CommandError(refused.message) from refused

"""`manage.py import_roster`: rules about working time, kinds of shift and demand."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.kernel.errors import Refused
from streife.roster.actions import import_rules


class Command(BaseCommand):
    """Brings in a folder of rules; a second run changes nothing."""

    help = "Liest Arbeitszeitregeln, Schichtarten und Bedarf ein; ein zweiter Lauf ändert nichts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take another folder than the one of the demo city."""
        parser.add_argument("--folder", type=Path, default=settings.ROOT / "data" / "roster")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, import, say what happened."""
        try:
            done = import_rules(folder=options["folder"], actor=system("import"), now=now())
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{done.written} neu oder geändert, {done.unchanged} unverändert.")

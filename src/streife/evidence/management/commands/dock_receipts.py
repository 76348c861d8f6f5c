"""`manage.py dock_receipts`: for how many days receipts stay in the folder of a dock."""

import argparse

from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.evidence.actions import keep_receipts
from streife.kernel.clock import now
from streife.kernel.errors import Refused


class Command(BaseCommand):
    """Sets the period; the nightly count clears by it."""

    help = "Legt fest, wie viele Tage Quittungen im Ordner einer Dockstation bleiben."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Ask for dock and days."""
        parser.add_argument("code")
        parser.add_argument("days", type=int)

    def handle(self, *, code: str, days: int, **_: object) -> None:
        """Set it."""
        try:
            keep_receipts(code=code, days=days, actor=system("console"), now=now())
        except Refused as refused:
            raise CommandError(refused.message) from refused

"""`manage.py add_dock`: a dock with its folder and key."""

import argparse

from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.evidence.actions import add_dock
from streife.kernel.clock import now
from streife.kernel.errors import Refused


class Command(BaseCommand):
    """Prints the public key that auditors need."""

    help = "Legt eine Dockstation an."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Ask for code, name and folder."""
        parser.add_argument("code")
        parser.add_argument("name")
        parser.add_argument("--folder", default="", help="Ordner, der beobachtet wird")
        parser.add_argument(
            "--device-key", default="", help="öffentlicher Schlüssel des Geräts (name+id+base64)"
        )

    def handle(self, *, code: str, name: str, folder: str, device_key: str, **_: object) -> None:
        """Add it."""
        try:
            dock = add_dock(
                code=code,
                name=name,
                folder=folder,
                device_key=device_key,
                actor=system("console"),
                now=now(),
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(dock.public_key)

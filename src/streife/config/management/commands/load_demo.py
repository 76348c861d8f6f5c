"""`manage.py load_demo`: fill the database with the demo city, without starting a server."""

import argparse

from django.core.management.base import BaseCommand

from streife.config.demo.loading import SIZE, load
from streife.kernel.clock import now


class Command(BaseCommand):
    """Loads the demo; a second run changes nothing but the shift of today."""

    help = "Lädt die Demostadt: Gebiete, Konten, Kräfte, ein synthetisches Jahr, die Schicht."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the number of reports."""
        parser.add_argument("--size", type=int, default=SIZE, help="Zahl der Hinweise")

    def handle(self, *, size: int, **_: object) -> None:
        """Load, with one line a stage."""
        load(now=now(), size=size, say=lambda line: self.stdout.write(line))

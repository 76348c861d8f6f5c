"""`manage.py import_catalogue`: bring the catalogue of matters into the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.triage.actions import import_catalogue
from streife.triage.reading import read_catalogue

NAMES = {
    "fields": "Aufgabenfelder",
    "categories": "Anlässe",
    "bodies": "Stellen",
    "responsibilities": "Zuständigkeiten",
    "measures": "Maßnahmen",
}


class Command(BaseCommand):
    """Reads the catalogue folder; a second run changes nothing and says so."""

    help = "Liest Aufgabenfelder, Anlässe, Stellen, Zuständigkeiten und Maßnahmen ein."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the folder."""
        folder = settings.DATA_DIR.parent / "catalogue"
        parser.add_argument("--data", type=Path, default=folder, help="Ordner des Katalogs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then print one line a kind and one line a bad row."""
        try:
            catalogue = read_catalogue(options["data"])
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise CommandError(f"Der Katalog ist nicht lesbar: {error}") from error
        count = import_catalogue(catalogue=catalogue, actor=system("import"), now=now())
        for kind, number in count.changed.items():
            self.stdout.write(f"{NAMES[kind]}: {number} geändert")
        for line in count.bad:
            self.stderr.write(f"ausgelassen: {line}")

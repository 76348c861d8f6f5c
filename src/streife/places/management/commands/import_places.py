"""`manage.py import_places`: bring a city's ground into the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from streife.accounts.rules import system
from streife.kernel.clock import now
from streife.kernel.errors import Refused
from streife.places.actions import Count, import_places
from streife.places.bundle import read_bundle
from streife.places.drafts import BadManifest, Bundle

NAMES = {
    "city": "Stadtgrenze",
    "district": "Stadtbezirke",
    "quarter": "Statistische Bezirke",
    "operational": "Einsatzbereiche",
    "site": "Plätze",
    "office": "Anlaufstellen",
    "zone": "Zonen",
}


class Command(BaseCommand):
    """Reads a folder with a `city.yaml`; a second run changes nothing and says so."""

    help = "Liest Gebiete, Plätze, Anlaufstellen und Zonen einer Stadt ein (beliebig oft)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the folder, and whether bad sites, offices and zones may be left out."""
        parser.add_argument("--data", type=Path, default=settings.DATA_DIR, help="Ordner der Stadt")
        parser.add_argument(
            "--leave-out-bad",
            action="store_true",
            help="fehlerhafte Plätze, Anlaufstellen und Zonen weglassen (nie Gebiete)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then print one line a kind and one line a bad row."""
        try:
            bundle = read_bundle(options["data"])
        except BadManifest as error:
            raise CommandError(str(error)) from error
        self._name_bad(bundle)
        try:
            counts = import_places(
                bundle=bundle,
                actor=system("import"),
                now=now(),
                leave_out_bad=options["leave_out_bad"],
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self._report(counts)

    def _name_bad(self, bundle: Bundle) -> None:
        for bad in bundle.findings.bad:
            self.stderr.write(f"{NAMES[bad.kind]}: {bad.where}: {bad.reason}")

    def _report(self, counts: dict[str, Count]) -> None:
        for kind, count in counts.items():
            self.stdout.write(
                f"{NAMES[kind]:<22}{count.new:>5} neu {count.changed:>5} geändert "
                f"{count.unchanged:>5} unverändert {count.ended:>5} beendet "
                f"{count.refused:>5} abgelehnt"
            )
        if not any(count.touched for count in counts.values()):
            self.stdout.write("Nichts geändert: Der Datenstand ist aktuell.")
